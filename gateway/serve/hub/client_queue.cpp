#include "gateway/serve/hub/client_queue.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "book/ensure.hpp"

namespace tickweir::gateway::hub {

bool ClientQueue::grow(std::uint32_t capacity, BudgetUse& budget) {
    if (!budget.try_charge(capacity * sizeof(Piece))) return false;
    auto ring = std::make_unique<Piece[]>(capacity);
    for (std::uint32_t i = 0; i < count_; ++i)
        ring[i] = ring_at(i);
    budget.release(ring_bytes());
    ring_ = std::move(ring);
    capacity_ = capacity;
    first_ = 0;
    return true;
}

bool ClientQueue::append_all(const Frame& frame, FramePool& pool, BudgetUse& budget) {
    const std::size_t wanted = count_ + 1 + frame.pieces.size();
    if (wanted > capacity_ &&
        !grow(static_cast<std::uint32_t>(std::bit_ceil(std::max<std::size_t>(wanted, 8))), budget))
        return false;
    for (const Piece& piece : frame.pieces) {
        if (newest_.bytes() != 0 && newest_.continues_in(piece)) {
            newest_.end = piece.end;
            newest_.frames += piece.frames;
        } else {
            if (newest_.bytes() != 0) book::ensure(retire_newest(budget));
            newest_ = piece;
            pool.hold(piece);
        }
        frames_ += piece.frames;
    }
    bytes_ += frame.bytes;
    return true;
}

std::size_t ClientQueue::gather(const FramePool& pool, std::span<iovec> into) const {
    const std::size_t parts = std::min(piece_count(), into.size());
    for (std::size_t i = 0; i < parts; ++i) {
        const Piece& piece = i < count_ ? ring_at(static_cast<std::uint32_t>(i)) : newest_;
        into[i] = {pool.at(piece), piece.bytes()};
    }
    return parts;
}

void ClientQueue::consume(std::size_t count, FramePool& pool) {
    book::ensure(count <= bytes_);
    bytes_ -= count;
    while (count != 0) {
        Piece& oldest = count_ != 0 ? ring_at(0) : newest_;
        if (count < oldest.bytes()) {
            oldest.begin += static_cast<std::uint32_t>(count);
            return;
        }
        count -= oldest.bytes();
        frames_ -= oldest.frames;
        pool.let_go(oldest);
        if (count_ != 0) {
            first_ = (first_ + 1) & (capacity_ - 1);
            --count_;
        } else {
            newest_ = {};
        }
    }
}

void ClientQueue::release_pieces(FramePool& pool) {
    for (std::uint32_t i = 0; i < count_; ++i)
        pool.let_go(ring_at(i));
    if (newest_.bytes() != 0) pool.let_go(newest_);
    newest_ = {};
    first_ = count_ = 0;
}

void ClientQueue::clear(FramePool& pool, BudgetUse& budget) {
    release_pieces(pool);
    bytes_ = 0;
    frames_ = 0;
    budget.release(ring_bytes());
    ring_.reset();
    capacity_ = 0;
}

bool ClientQueue::pack(FramePool& pool, BudgetUse& budget) {
    std::vector<iovec> parts(piece_count());
    gather(pool, parts);
    const auto packed = pool.copy(parts, frames_);
    if (!packed) return false;
    // The copy has fewer pieces, so the ring that is there takes them; they are held meanwhile.
    for (const Piece& piece : packed->pieces)
        pool.hold(piece);
    release_pieces(pool);
    bytes_ = 0;
    frames_ = 0;
    book::ensure(append_all(*packed, pool, budget));
    for (const Piece& piece : packed->pieces)
        pool.let_go(piece);
    return true;
}

std::size_t ClientQueue::chunks_spanned() const {
    std::size_t spanned = newest_.bytes() != 0 ? 1 : 0;
    for (std::uint32_t i = 0; i < count_; ++i) {
        const Piece& next = i + 1 < count_ ? ring_at(i + 1) : newest_;
        if (ring_at(i).chunk != next.chunk) ++spanned;
    }
    return spanned;
}

}  // namespace tickweir::gateway::hub
