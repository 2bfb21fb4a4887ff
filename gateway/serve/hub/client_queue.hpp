// What one client has still to be sent: pieces of shared chunks, in order. The part that fan-out
// touches is one line of cache a client.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <sys/uio.h>

#include "gateway/replica/budget_use.hpp"
#include "gateway/serve/hub/frame_pool.hpp"

namespace tickweir::gateway::hub {

using replica::BudgetUse;

/// The newest piece lies here, older ones in a ring that exists only while something queues up:
///
///     ring  | piece | piece | .. |   then   newest      A frame that continues the newest piece
///       ^ first                                         only moves its end.
class alignas(64) ClientQueue {
public:
    std::size_t bytes() const { return bytes_; }
    std::uint32_t frames() const { return frames_; }
    /// What the ring takes beside this object.
    std::size_t ring_bytes() const { return capacity_ * sizeof(Piece); }
    std::size_t piece_count() const { return count_ + (newest_.bytes() != 0 ? 1 : 0); }

    /// False, and nothing queued, when the ring has to grow and the budget refuses.
    [[nodiscard]] bool append(const Frame& frame, FramePool& pool, BudgetUse& budget) {
        if (frame.pieces.size() != 1) [[unlikely]]
            return append_all(frame, pool, budget);
        const Piece& piece = frame.pieces.front();
        if (newest_.continues_in(piece) && newest_.bytes() != 0) {
            newest_.end = piece.end;
            newest_.frames += piece.frames;
        } else {
            if (newest_.bytes() != 0 && !retire_newest(budget)) return false;
            newest_ = piece;
            pool.hold(piece);
        }
        bytes_ += frame.bytes;
        frames_ += piece.frames;
        return true;
    }

    /// Up to into.size() parts, oldest first.
    std::size_t gather(const FramePool& pool, std::span<iovec> into) const;
    /// Takes off the first `count` bytes, at most bytes().
    void consume(std::size_t count, FramePool& pool);
    /// Drops everything, the ring's memory too.
    void clear(FramePool& pool, BudgetUse& budget);
    /// Copies what is queued together, so that it no longer keeps chunks alive of which it needs
    /// little. False when the pool has no room. Requires that it spans several chunks and far more
    /// of them than its bytes need.
    bool pack(FramePool& pool, BudgetUse& budget);
    /// How often two neighbouring pieces lie in different chunks, and one.
    std::size_t chunks_spanned() const;

    bool due = false;   ///< named in the list of clients that have something to send
    bool shut = false;  ///< takes nothing more

private:
    Piece& ring_at(std::uint32_t i) const { return ring_[(first_ + i) & (capacity_ - 1)]; }
    /// Moves the newest piece into the ring.
    bool retire_newest(BudgetUse& budget) {
        if (count_ == capacity_ && !grow(capacity_ == 0 ? 8 : capacity_ * 2, budget)) [[unlikely]]
            return false;
        ring_at(count_++) = newest_;
        newest_ = {};
        return true;
    }
    bool grow(std::uint32_t capacity, BudgetUse& budget);
    bool append_all(const Frame& frame, FramePool& pool, BudgetUse& budget);
    void release_pieces(FramePool& pool);

    Piece newest_;
    std::unique_ptr<Piece[]> ring_;
    std::size_t bytes_ = 0;
    std::uint32_t first_ = 0;
    std::uint32_t count_ = 0;
    std::uint32_t capacity_ = 0;  // a power of two, or 0
    std::uint32_t frames_ = 0;
};
static_assert(sizeof(ClientQueue) == 64);

}  // namespace tickweir::gateway::hub
