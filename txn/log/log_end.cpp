#include "txn/log/log_end.hpp"

#include <algorithm>

namespace tickweir::txn::log {
namespace {

void move_behind(LogEnd& end, const BatchHeader& header) {
    end.next = Lsn{header.first_lsn + header.count};
    end.durable = std::max(end.durable, Lsn{header.durable_lsn});
    end.term = header.term;
    end.chain = header.header_crc;
    const bool sealed = header.kind == static_cast<std::uint16_t>(BatchKind::seal);
    end.segment += sealed;
    end.offset = sealed ? 0 : end.offset + header.bytes;
}

void move_behind(LogEnd& end, const SegmentHeader& header) {
    end.durable = std::max(end.durable, Lsn{header.durable_lsn});
    end.term = header.term;
    end.chain = header.header_crc;
    end.batch_bytes_max = header.batch_bytes_max;
    end.offset = block_bytes;
}

}  // namespace

Fault enter_segment(LogEnd& end, const SegmentHeader& header) {
    if (header.segment != end.segment) return Fault::segment_number;
    if (header.previous_crc != end.chain) return Fault::chain;
    if (Lsn{header.first_lsn} != end.next) return Fault::lsn;
    if (header.term < end.term) return Fault::term;
    move_behind(end, header);
    return Fault::none;
}

Fault follow_batch(LogEnd& end, const BatchHeader& header) {
    if (header.segment != static_cast<std::uint32_t>(end.segment)) return Fault::segment_number;
    if (header.previous_crc != end.chain) return Fault::chain;
    if (Lsn{header.first_lsn} != end.next) return Fault::lsn;
    if (header.term < end.term) return Fault::term;
    // What a header calls durable was written before it.
    if (Lsn{header.durable_lsn} >= end.next) return Fault::durable_lsn;
    move_behind(end, header);
    return Fault::none;
}

LogEnd place_of(const SegmentHeader& header) {
    return {.segment = header.segment,
            .offset = 0,
            .next = Lsn{header.first_lsn},
            .durable = Lsn{header.durable_lsn},
            .term = header.term,
            .chain = header.previous_crc};
}

void write_segment_header(LogEnd& end, std::span<std::byte> block, const LogId& id,
                          std::uint64_t segment_bytes, std::uint32_t batch_bytes_max) {
    SegmentHeader header{.magic = segment_magic,
                         .version = format_version,
                         .batch_bytes_max = batch_bytes_max,
                         .log_id = id.bytes,
                         .segment = end.segment,
                         .segment_bytes = segment_bytes,
                         .first_lsn = number(end.next),
                         .durable_lsn = number(end.durable),
                         .term = end.term,
                         .previous_crc = end.chain,
                         .header_crc = 0};
    header.header_crc = put_segment_header(block, header, seed_of(id));
    move_behind(end, header);
}

Bytes write_batch(LogEnd& end, std::span<std::byte> batch, BatchKind kind, std::uint32_t count,
                  std::uint32_t body_bytes, std::uint32_t seed) {
    BatchHeader header{
        .magic = batch_magic,
        .bytes = static_cast<std::uint32_t>(whole_blocks(sizeof(BatchHeader) + body_bytes)),
        .body_bytes = body_bytes,
        .count = count,
        .kind = static_cast<std::uint16_t>(kind),
        .reserved = header_filler,
        .first_lsn = number(end.next),
        .durable_lsn = number(end.durable),
        .term = end.term,
        .segment = static_cast<std::uint32_t>(end.segment),
        .previous_crc = end.chain,
        .body_crc = 0,
        .header_crc = 0};
    header.header_crc = put_batch_header(batch, header, seed);
    move_behind(end, header);
    return batch.first(header.bytes);
}

}  // namespace tickweir::txn::log
