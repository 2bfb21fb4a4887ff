// The orders and levels of a BookSet: two pools of 32-byte slots addressed by handle. Slots are
// given out in ring order, so that orders of one time lie together.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "book/arena.hpp"
#include "book/slots.hpp"

namespace tickweir::bench {

using book::Handle;
using book::MemoryBudget;
using book::ReservedArray;

/// Slots given out in ring order: the next free one behind the last one taken. So what came
/// together lies together, and recent orders share pages and cache lines however old the rest of
/// the pool is; a free list would scatter them over the whole of it. The ring widens while more
/// than three quarters of it are in use. Slot 0 stays zero: reading through an absent handle is
/// harmless, which look-ahead relies on. Constant time in the mean; nothing is allocated but pages.
template <class Slot>
class RingPool {
public:
    /// Throws std::bad_alloc when addresses or the budget do not suffice for the first slots.
    RingPool(std::size_t limit, MemoryBudget* budget)
        : limit_{limit},
          slots_{3 * limit + smallest, budget},
          used_{(3 * limit + smallest) / 64 + 1, budget} {
        if (!grow()) throw std::bad_alloc{};
    }

    Slot& operator[](Handle handle) { return slots_[handle]; }
    const Slot& operator[](Handle handle) const { return slots_[handle]; }
    const Slot* data() const { return slots_.data(); }

    /// Whether `take` may be called once. False at the limit or when the budget refuses.
    [[nodiscard]] bool ready() {
        if (live_ * 4 < capacity_ * 3) [[likely]]
            return live_ < limit_;
        return live_ < limit_ && grow();
    }

    /// An unused slot with stale contents. Requires `ready()`.
    Handle take() {
        std::uint64_t word = ~used_[cursor_ / 64] & (~std::uint64_t{0} << (cursor_ & 63));
        while (word == 0) {
            cursor_ = (cursor_ / 64 + 1) * 64;
            if (cursor_ >= capacity_) cursor_ = 0;
            word = ~used_[cursor_ / 64];
        }
        const std::size_t slot =
            cursor_ / 64 * 64 + static_cast<std::size_t>(std::countr_zero(word));
        used_[slot / 64] |= std::uint64_t{1} << (slot & 63);
        cursor_ = slot;
        ++live_;
        return static_cast<Handle>(slot);
    }

    void give_back(Handle handle) {
        used_[handle / 64] &= ~(std::uint64_t{1} << (handle & 63));
        --live_;
    }

    /// Forgets all slots and keeps their memory.
    void reset() {
        used_.zero(capacity_ / 64);
        used_[0] = 1;
        cursor_ = 0;
        live_ = 0;
    }

    std::size_t live() const { return live_; }
    std::size_t committed_bytes() const {
        return slots_.committed_bytes() + used_.committed_bytes();
    }

private:
    static constexpr std::size_t smallest = 1024;

    bool grow() {
        const std::size_t bigger = capacity_ == 0 ? smallest : capacity_ + capacity_ / 4 / 64 * 64;
        if (!slots_.commit(bigger) || !used_.commit(bigger / 64)) return false;
        if (capacity_ == 0) used_[0] = 1;
        cursor_ = capacity_;
        capacity_ = bigger;
        return true;
    }

    std::size_t limit_;
    ReservedArray<Slot> slots_;
    ReservedArray<std::uint64_t> used_;  ///< a bit a slot
    std::size_t capacity_ = 0;           ///< a multiple of 64
    std::size_t cursor_ = 0;
    std::size_t live_ = 0;
};

using OrderPool = RingPool<book::OrderSlot>;

}  // namespace tickweir::bench
