// One line of a live feed between the packer and its socket: faults, a delay, and the packets that
// wait for either. Pure; decides what is sent in which order and when, sends nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "book/types.hpp"
#include "gateway/play/faulty_line.hpp"
#include "gateway/play/mold_stream.hpp"

namespace tickweir::gateway {

struct FeedLineOptions {
    LineFaults faults{};
    std::uint64_t seed = 1;
    std::uint32_t number = 0;           ///< 0: line A; each draws on its own
    std::chrono::nanoseconds delay{0};  ///< from the packer to the socket
};

/// Counts of packets, by what the line did to them.
struct FeedLineCounts {
    std::uint64_t carried = 0;  ///< given to the line
    std::uint64_t lost = 0;
    std::uint64_t doubled = 0;
    std::uint64_t reordered = 0;
    friend constexpr bool operator==(const FeedLineCounts&, const FeedLineCounts&) = default;
};

/// A queue in the order of sending. One owner thread.
class FeedLine {
public:
    /// Packets that may wait: beyond that the packer has to.
    static constexpr std::size_t waiting_max = 256 * 1024;

    struct Waiting {
        FeedPacket packet;
        book::TimeNs due;
    };

    explicit FeedLine(const FeedLineOptions& options)
        : faults_{options.faults, options.seed, options.number}, delay_{options.delay} {}

    /// Whether carry() may be called: one packet can become three.
    bool has_room() const { return size_ + 3 <= waiting_max; }

    /// Takes the next packet of the feed, at a time not before that of the last one.
    void carry(const FeedPacket& packet, book::TimeNs now);
    /// Lets go of a packet that is held for the next one: there will be none.
    void drain(book::TimeNs now);

    /// Packets in the queue, the first one first.
    std::size_t size() const { return size_; }
    const Waiting& at(std::size_t i) const { return ring_[(head_ + i) & (ring_.size() - 1)]; }
    /// Forgets the first `count`; there are that many.
    void pop(std::size_t count) {
        head_ += count;
        size_ -= count;
    }

    const FeedLineCounts& counts() const { return counts_; }

private:
    void pass(const FeedPacket& packet, Passage passage, book::TimeNs now);
    void push(const FeedPacket& packet, book::TimeNs due);

    FaultyLine<FeedPacket> faults_;
    std::chrono::nanoseconds delay_;
    std::vector<Waiting> ring_;  // a power of two
    std::size_t head_ = 0;
    std::size_t size_ = 0;
    FeedLineCounts counts_;
};

}  // namespace tickweir::gateway
