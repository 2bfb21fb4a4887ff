// Packets from behind a hole, kept until the stream gets there: a fixed number of slots, in the
// order of their sequence numbers. Which packets to keep is the receiver's decision.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "codecs/mold/run.hpp"

namespace tickweir::codecs::mold {

class ReorderBuffer {
public:
    /// Takes all its memory at once; the system provides a slot when it is used first.
    ReorderBuffer(std::uint32_t packets, std::uint32_t packet_bytes);

    bool empty() const { return first_ == last_; }
    bool full() const { return free_.empty(); }
    /// Whether a slot is long enough for a packet with these frames.
    bool fits(Bytes frames) const { return frames.size() <= slot_bytes_; }
    /// Of all runs together.
    std::uint64_t messages() const { return messages_; }

    /// The lowest and the highest; there must be one. Their frames stay until they are popped.
    Run front() const { return run_of(kept_[first_]); }
    Run back() const { return run_of(kept_[last_ - 1]); }

    /// Copies a run that fits, overlaps none, and finds the buffer not full. At once at the end,
    /// linear in the runs above it elsewhere.
    void put(const Run& run);
    void pop_front();
    void pop_back();
    void clear();

private:
    struct Kept {
        std::uint64_t sequence;
        std::uint64_t count;
        TimeNs received;
        std::uint32_t bytes;
        std::uint32_t slot;
    };

    std::byte* slot(std::uint32_t number) const { return memory_.get() + number * slot_bytes_; }
    Run run_of(const Kept& kept) const {
        return {kept.sequence, kept.count, Bytes{slot(kept.slot), kept.bytes}, kept.received};
    }
    void release(const Kept& kept);

    std::size_t slot_bytes_;
    std::unique_ptr<std::byte[]> memory_;
    std::vector<std::uint32_t> free_;  // slots; the one released last is used next
    // Those kept are [first_, last_), sorted. Twice as long as they can be, so that it is enough to
    // move them back to the beginning now and then.
    std::vector<Kept> kept_;
    std::size_t first_ = 0;
    std::size_t last_ = 0;
    std::uint64_t messages_ = 0;
};

}  // namespace tickweir::codecs::mold
