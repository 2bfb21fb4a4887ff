// Where feeds put what they have for the market shards: every record goes into the rings of all
// shards or of none, so that a feed waits for the slowest and no shard sees another stream than
// its neighbour. Owned by the feed's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "book/byte_ring.hpp"
#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "gateway/market/feed_record.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

/// One market shard as a feed sees it.
struct MarketInput {
    book::ByteRing* records = nullptr;
    Waker* waker = nullptr;  ///< of the shard's thread; may be none
};

/// Whole frames at the front of some bytes.
struct FrameRun {
    std::size_t bytes = 0;
    std::uint32_t messages = 0;
};

/// The longest run at the front that one record takes: at most feed_record_messages_max messages
/// and feed_record_bytes_max bytes, or a single longer message. It ends before an empty message,
/// which no decoder takes, and before a frame that is not whole. Linear in the run.
FrameRun next_run(codecs::Bytes frames);

/// How far a longer run has been sent.
struct FramesSent {
    std::size_t bytes = 0;
    std::uint64_t messages = 0;
};

class FeedOutput {
public:
    /// The longest frame there can be: its length has two bytes.
    static constexpr std::size_t frame_bytes_max = 2 + 0xFFFF;

    /// Every ring takes the longest frame.
    explicit FeedOutput(std::vector<MarketInput> shards);

    /// What the times of messages count from, since the epoch: part of every record from now on.
    void set_midnight(std::int64_t midnight_ns) { midnight_ns_ = midnight_ns; }

    /// A record without messages; false, and nothing sent, when a ring is full.
    [[nodiscard]] bool send_mark(FeedRecordKind kind, book::TimeNs received);

    /// A run as next_run() gives it; likewise.
    [[nodiscard]] bool send_run(codecs::Bytes frames, std::uint32_t messages,
                                book::TimeNs received);

    /// Whole frames of any number, from `sent` on, in as many records as it takes; empty messages
    /// are left out. False when a ring is full: `sent` tells where to go on.
    [[nodiscard]] bool send_frames(codecs::Bytes frames, book::TimeNs received, FramesSent& sent);

    /// Shows the shards what was sent, and wakes those that sleep. Once a turn.
    void hand_over();

private:
    bool send(const FeedRecordHeader& header, codecs::Bytes frames);

    std::vector<MarketInput> shards_;
    std::int64_t midnight_ns_ = 0;
    bool written_ = false;  // since hand_over()
};

/// Frames single messages into runs that one record takes.
class FrameBatch {
public:
    FrameBatch();

    /// Appends `[length, 2 bytes][message]`; false, and nothing appended, when the batch has to be
    /// sent first. A message has at most 65,535 bytes.
    [[nodiscard]] bool append(codecs::Bytes message);
    void clear() { run_ = {}; }

    codecs::Bytes frames() const { return {bytes_.get(), run_.bytes}; }
    std::uint32_t messages() const { return run_.messages; }

private:
    std::unique_ptr<std::byte[]> bytes_;
    FrameRun run_;
};

}  // namespace tickweir::gateway
