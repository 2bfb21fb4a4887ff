#include "txn/log/format.hpp"

#include <algorithm>
#include <cstring>

#include "txn/io/crc32c.hpp"

namespace tickweir::txn::log {
namespace {

template <class T>
Bytes bytes_of(const T& value) {
    return std::as_bytes(std::span{&value, 1});
}

template <class T>
T read(Bytes from) {
    T value;
    std::memcpy(&value, from.data(), sizeof value);
    return value;
}

template <class Header>
std::uint32_t checksum_of(const Header& header, std::uint32_t seed) {
    return io::crc32c(bytes_of(header).first(offsetof(Header, header_crc)), seed);
}

std::uint32_t checksum_of(RecordHeader header, Bytes payload, std::uint32_t seed) {
    header.crc = 0;
    return io::crc32c(payload, io::crc32c(bytes_of(header), seed));
}

bool all_filler(Bytes bytes) {
    return std::ranges::all_of(bytes, [](std::byte byte) { return byte == filler; });
}

bool sizes_fit(const BatchHeader& header) {
    const bool has_records = header.kind == static_cast<std::uint16_t>(BatchKind::records);
    const bool is_mark = header.kind == static_cast<std::uint16_t>(BatchKind::closing) ||
                         header.kind == static_cast<std::uint16_t>(BatchKind::seal);
    if (has_records ? header.count == 0 : !is_mark || header.count != 0) return false;
    // The first test keeps the sum below from running over.
    return header.body_bytes <= header.bytes &&
           header.bytes == whole_blocks(sizeof(BatchHeader) + header.body_bytes) &&
           header.body_bytes / sizeof(RecordHeader) >= header.count &&
           (has_records || header.body_bytes == 0) && header.reserved == header_filler;
}

}  // namespace

std::uint32_t seed_of(const LogId& id) {
    return io::crc32c(id.bytes);
}

const char* to_string(Fault fault) {
    switch (fault) {
        case Fault::none:
            return "nothing is wrong";
        case Fault::magic:
            return "no header begins here";
        case Fault::version:
            return "the format's version is another";
        case Fault::header_checksum:
            return "the header's checksum is wrong";
        case Fault::header_fields:
            return "the header makes no sense";
        case Fault::padding:
            return "the padding was changed";
        case Fault::body_checksum:
            return "the body's checksum is wrong";
        case Fault::log_id:
            return "it belongs to another log";
        case Fault::segment_number:
            return "it belongs to another segment";
        case Fault::chain:
            return "it does not follow what is before it";
        case Fault::lsn:
            return "its LSN is not the next";
        case Fault::term:
            return "its term is lower than one before";
        case Fault::durable_lsn:
            return "its durable LSN is impossible";
        case Fault::record:
            return "a record in it is not whole";
    }
    return "";
}

std::size_t encode_record(std::span<std::byte> into, const RecordView& record, std::uint32_t seed) {
    RecordHeader header{.lsn = number(record.lsn),
                        .payload_bytes = static_cast<std::uint32_t>(record.payload.size()),
                        .crc = 0,
                        .type = record.type,
                        .flags = record.aborted ? aborted_flag : std::uint16_t{0},
                        .mark = record_mark};
    header.crc = checksum_of(header, record.payload, seed);
    std::memcpy(into.data(), &header, sizeof header);
    std::size_t at = sizeof header;
    for (Bytes rest = record.payload; !rest.empty();) {
        const Bytes part = rest.first(std::min(rest.size(), payload_part_bytes));
        std::memcpy(&into[at], part.data(), part.size());
        at += part.size();
        into[at++] = filler;
        rest = rest.subspan(part.size());
    }
    while (at % 8 != 0)
        into[at++] = filler;
    return at;
}

DecodedRecord decode_record(Bytes body, std::uint32_t seed, std::span<std::byte> scratch) {
    DecodedRecord decoded{.fault = Fault::record, .record = {}, .bytes = 0};
    if (body.size() < sizeof(RecordHeader)) return decoded;
    const auto header = read<RecordHeader>(body);
    if (header.payload_bytes > payload_bytes_max || header.mark != record_mark) return decoded;
    const std::size_t length = encoded_bytes(header.payload_bytes);
    if (length > body.size() || (header.flags & ~aborted_flag) != 0) return decoded;

    Bytes encoded = body.subspan(sizeof header, length - sizeof header);
    Bytes payload = encoded.first(std::min<std::size_t>(header.payload_bytes, payload_part_bytes));
    std::size_t decoded_bytes = 0;
    while (decoded_bytes < header.payload_bytes) {
        const std::size_t part =
            std::min<std::size_t>(header.payload_bytes - decoded_bytes, payload_part_bytes);
        if (encoded[part] != filler) return decoded;
        if (header.payload_bytes > payload_part_bytes) {
            std::memcpy(&scratch[decoded_bytes], encoded.data(), part);
            payload = Bytes{scratch}.first(decoded_bytes + part);
        }
        decoded_bytes += part;
        encoded = encoded.subspan(part + 1);
    }
    if (!all_filler(encoded) || checksum_of(header, payload, seed) != header.crc) return decoded;
    decoded.fault = Fault::none;
    decoded.record = {Lsn{header.lsn}, header.type, (header.flags & aborted_flag) != 0, payload};
    decoded.bytes = length;
    return decoded;
}

std::uint32_t put_segment_header(std::span<std::byte> block, SegmentHeader header,
                                 std::uint32_t seed) {
    header.magic = segment_magic;
    header.version = format_version;
    header.header_crc = checksum_of(header, seed);
    std::ranges::fill(block.first(block_bytes), filler);
    std::memcpy(block.data(), &header, sizeof header);
    return header.header_crc;
}

std::uint32_t put_batch_header(std::span<std::byte> batch, BatchHeader header, std::uint32_t seed) {
    const std::size_t used = sizeof header + header.body_bytes;
    header.magic = batch_magic;
    header.bytes = static_cast<std::uint32_t>(whole_blocks(used));
    header.reserved = header_filler;
    std::ranges::fill(batch.subspan(used, header.bytes - used), filler);
    header.body_crc = io::crc32c(batch.subspan(sizeof header, header.bytes - sizeof header), seed);
    header.header_crc = checksum_of(header, seed);
    std::memcpy(batch.data(), &header, sizeof header);
    return header.header_crc;
}

Fault get_segment_header(Bytes block, std::uint32_t seed, SegmentHeader& header) {
    if (block.size() < block_bytes) return Fault::magic;
    const auto found = read<SegmentHeader>(block);
    if (found.magic != segment_magic) return Fault::magic;
    if (checksum_of(found, seed) != found.header_crc) return Fault::header_checksum;
    header = found;
    if (found.version != format_version) return Fault::version;
    if (seed_of(LogId{found.log_id}) != seed) return Fault::log_id;
    const bool fits = found.batch_bytes_max >= least_batch_bytes_max &&
                      found.batch_bytes_max <= batch_bytes_ceiling &&
                      found.batch_bytes_max % block_bytes == 0 &&
                      found.segment_bytes >= least_segment_bytes(found.batch_bytes_max) &&
                      found.segment_bytes % block_bytes == 0 && found.first_lsn != 0 &&
                      found.durable_lsn < found.first_lsn;
    if (!fits) return Fault::header_fields;
    return all_filler(block.subspan(sizeof found, block_bytes - sizeof found)) ? Fault::none
                                                                               : Fault::padding;
}

Fault get_batch_header(Bytes block, std::uint32_t seed, BatchHeader& header) {
    if (block.size() < sizeof(BatchHeader)) return Fault::magic;
    const auto found = read<BatchHeader>(block);
    if (found.magic != batch_magic) return Fault::magic;
    if (checksum_of(found, seed) != found.header_crc) return Fault::header_checksum;
    if (!sizes_fit(found)) return Fault::header_fields;
    header = found;
    return Fault::none;
}

Fault check_body(Bytes batch, const BatchHeader& header, std::uint32_t seed) {
    if (io::crc32c(batch.subspan(sizeof header), seed) != header.body_crc) {
        return Fault::body_checksum;
    }
    return all_filler(batch.subspan(sizeof header + header.body_bytes)) ? Fault::none
                                                                        : Fault::padding;
}

bool all_zero(Bytes bytes) {
    return bytes.empty() || (bytes.front() == std::byte{} &&
                             std::memcmp(bytes.data(), &bytes[1], bytes.size() - 1) == 0);
}

}  // namespace tickweir::txn::log
