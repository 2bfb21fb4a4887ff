// The log's reader: any bytes as a segment, and any changes to a log that was written. No record is
// ever passed on that was not written, and none that comes after one that is missing.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "book/ensure.hpp"
#include "tests/support/fault_files.hpp"
#include "txn/log/batch_buffer.hpp"
#include "txn/log/log_end.hpp"
#include "txn/log/log_reader.hpp"
#include "txn/log/segment_files.hpp"

using tickweir::book::ensure;
using tickweir::tests::FaultFiles;
using namespace tickweir::txn;
using namespace tickweir::txn::log;

namespace {

const LogId id{{std::byte{1}}};
constexpr std::size_t segment_bytes = least_segment_bytes(least_batch_bytes_max) + block_bytes;

std::vector<std::byte> payload_of(std::uint64_t lsn) {
    return std::vector<std::byte>(lsn * 271 % 1'400, static_cast<std::byte>(lsn % 3));
}

using Segments = std::vector<std::vector<std::byte>>;

/// A log of two segments, and a third one ready.
Segments make_log() {
    Segments segments(3, std::vector<std::byte>(segment_bytes));
    LogEnd end{.segment = 1, .offset = 0, .next = Lsn{1}, .durable = {}, .term = 1, .chain = 0};
    BatchBuffer batch{id, least_batch_bytes_max};
    const auto put = [&](std::uint64_t segment, std::uint64_t offset, Bytes bytes) {
        std::ranges::copy(bytes,
                          segments[segment - 1].begin() + static_cast<std::ptrdiff_t>(offset));
    };
    for (std::uint64_t segment = 1; segment <= 2; ++segment) {
        write_segment_header(end, batch.memory(), id, segment_bytes,
                             static_cast<std::uint32_t>(least_batch_bytes_max));
        put(segment, 0, batch.memory().first(block_bytes));
        for (int i = 0; i < 4; ++i) {
            batch.start(end.next);
            for (int record = 0; record < 3; ++record)
                batch.add(7, false, payload_of(number(batch.next())));
            const std::uint64_t offset = end.offset;
            put(segment, offset,
                write_batch(end, batch.memory(), BatchKind::records, batch.count(),
                            batch.body_bytes(), seed_of(id)));
            end.durable = before(end.next);
        }
        const std::uint64_t offset = end.offset;
        const BatchKind mark = segment == 1 ? BatchKind::seal : BatchKind::closing;
        put(segment, offset, write_batch(end, batch.memory(), mark, 0, 0, seed_of(id)));
    }
    return segments;
}

/// Changes as the input says: a segment, a place and bytes, again and again.
void change(Segments& segments, std::span<const std::byte> input) {
    struct Step {
        std::uint8_t segment;
        std::uint8_t length;
        std::uint32_t offset;
    };
    while (input.size() >= 6) {
        Step step{};
        step.segment = static_cast<std::uint8_t>(input[0]);
        step.length = static_cast<std::uint8_t>(input[1]);
        std::memcpy(&step.offset, &input[2], sizeof step.offset);
        input = input.subspan(6);
        const std::size_t length = std::min<std::size_t>(step.length, input.size());
        auto& segment = segments[step.segment % segments.size()];
        const std::size_t offset = step.offset % segment.size();
        const auto bytes = input.first(std::min(length, segment.size() - offset));
        std::ranges::copy(bytes, segment.begin() + static_cast<std::ptrdiff_t>(offset));
        input = input.subspan(length);
    }
}

void store(FaultFiles& files, const Segments& segments) {
    ensure(files.make_directories("log").has_value());
    for (std::size_t i = 0; i < segments.size(); ++i) {
        auto file = files.open(segment_path("log", i + 1), {.mode = io::OpenMode::create});
        ensure(file && (*file)->append(segments[i]));
    }
}

void read_written(const Segments& segments) {
    FaultFiles files;
    store(files, segments);
    LogReader reader{files, "log", id, {}};
    RecordView record;
    ReadOutcome outcome{};
    std::uint64_t expected = 0;
    while ((outcome = reader.next(record)) == ReadOutcome::record) {
        ++expected;
        ensure(number(record.lsn) == expected && record.type == 7 && !record.aborted);
        ensure(std::ranges::equal(record.payload, payload_of(expected)));
    }
    ensure(expected <= 24);
    ensure(outcome == ReadOutcome::end || !reader.finding().what.empty());
    ensure(outcome != ReadOutcome::torn_tail || reader.torn().bytes > 0);
    ensure(reader.next(record) == outcome);
}

/// Any bytes as a record, a header and a whole segment.
void read_anything(std::span<const std::byte> input) {
    std::vector<std::byte> scratch(payload_bytes_max);
    for (std::span<const std::byte> body = input; !body.empty();) {
        const DecodedRecord decoded = decode_record(body, seed_of(id), scratch);
        if (decoded.fault != Fault::none) break;
        ensure(decoded.bytes <= body.size() && decoded.record.payload.size() <= payload_bytes_max);
        body = body.subspan(decoded.bytes);
    }
    FaultFiles files;
    store(files, {{input.begin(), input.end()}});
    LogReader reader{files, "log", id, {}};
    RecordView record;
    while (reader.next(record) == ReadOutcome::record) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Segments written = make_log();
    const auto input = std::as_bytes(std::span{data, size});
    if (input.empty()) {
        read_written(written);
        return 0;
    }
    if (input[0] == std::byte{0}) {
        read_anything(input.subspan(1));
        return 0;
    }
    Segments changed = written;
    change(changed, input.subspan(1));
    read_written(changed);
    return 0;
}
