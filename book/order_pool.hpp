// The orders and levels of a BookSet: two pools of 32-byte slots addressed by handle. Slots are
// given out in ring order, so that orders of one time lie together.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "book/arena.hpp"
#include "book/types.hpp"

namespace tickweir::book {

/// The place of an order or level in its pool; 0 is none.
using Handle = std::uint32_t;

/// An open order: a link of its level's queue.
struct alignas(32) OrderSlot {
    OrderId id;
    Quantity open;
    Handle next;  ///< behind this one in the level's queue; in a free slot the next free one
    Handle prev;
    Handle level;
    Participant participant;
};
static_assert(sizeof(OrderSlot) == 32);

/// Everything open at one price of one side of one book; `head` has the highest priority.
struct alignas(32) LevelSlot {
    Price price;
    Quantity open;
    std::uint32_t order_count;
    Handle head;  ///< in a free slot the next free one
    Handle tail;
    std::uint32_t owner;  ///< instrument << 1 | side
};
static_assert(sizeof(LevelSlot) == 32);

constexpr std::uint32_t owner_of(InstrumentId instrument, Side side) {
    return static_cast<std::uint32_t>(instrument) << 1 | static_cast<std::uint32_t>(side);
}

/// Slots given out in ring order: the next free one behind the last one taken. So what came
/// together lies together, and recent orders share pages and cache lines however old the rest of
/// the pool is; a free list would scatter them over the whole of it. The ring widens while more
/// than three quarters of it are in use. Slot 0 stays zero: reading through an absent handle is
/// harmless, which look-ahead relies on. Constant time in the mean; nothing is allocated but pages.
template <class Slot>
class SlotPool {
public:
    /// Throws std::bad_alloc when addresses or the budget do not suffice for the first slots.
    SlotPool(std::size_t limit, MemoryBudget* budget)
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

using OrderPool = SlotPool<OrderSlot>;
using LevelPool = SlotPool<LevelSlot>;

}  // namespace tickweir::book
