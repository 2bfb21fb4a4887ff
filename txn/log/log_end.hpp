// Where a log goes on: everything that the next batch has to fit to. The writer moves it along as
// it writes, the reader as it reads; both by the same functions, without files.
#pragma once

#include <cstdint>

#include "txn/log/format.hpp"

namespace tickweir::txn::log {

/// A place between two batches.
struct LogEnd {
    std::uint64_t segment = 1;
    std::uint64_t offset = 0;  ///< 0: the segment has no header yet
    Lsn next{1};
    Lsn durable{};                      ///< highest that any header before says is durable
    std::uint64_t term = 0;             ///< of the last header
    std::uint32_t chain = 0;            ///< checksum of the last header
    std::uint32_t batch_bytes_max = 0;  ///< of the batches behind the last segment header
    friend bool operator==(const LogEnd&, const LogEnd&) = default;
};

/// What a segment's first block has to be for the log to go on there; moves `end` behind it if so.
[[nodiscard]] Fault enter_segment(LogEnd& end, const SegmentHeader& header);

/// The same for a batch whose header is whole in itself. Behind a seal the end is offset 0 of the
/// next segment.
[[nodiscard]] Fault follow_batch(LogEnd& end, const BatchHeader& header);

/// The place that a segment's header, whole in itself, claims to stand at: for a reader that
/// begins there.
LogEnd place_of(const SegmentHeader& header);

/// Writes a segment's header for `end`, whose offset is 0, to the front of a block, and moves on.
void write_segment_header(LogEnd& end, std::span<std::byte> block, const LogId& id,
                          std::uint64_t segment_bytes, std::uint32_t batch_bytes_max);

/// Completes a batch of `count` records whose `body_bytes` lie in `batch` behind room for the
/// header, and moves on. Answers the bytes to be written where `end` was.
Bytes write_batch(LogEnd& end, std::span<std::byte> batch, BatchKind kind, std::uint32_t count,
                  std::uint32_t body_bytes, std::uint32_t seed);

}  // namespace tickweir::txn::log
