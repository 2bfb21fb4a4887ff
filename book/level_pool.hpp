// The levels of a BookSet: slots given out last freed first. Levels come and go at the touch, so
// the slot freed last is the one most likely still in cache.
#pragma once

#include <cstddef>

#include "book/arena.hpp"
#include "book/slots.hpp"

namespace tickweir::book {

/// Level slots with a free list through `head`. As many slots exist as were ever used at one time.
/// Slot 0 is nobody's. Constant time; nothing is allocated but pages. One owner thread.
class LevelPool {
public:
    /// Throws std::bad_alloc when addresses or the budget do not suffice for the first slots.
    LevelPool(std::size_t limit, MemoryBudget* budget) : slots_{limit + 1, budget} {
        if (!slots_.commit(1)) throw std::bad_alloc{};
    }

    LevelSlot& operator[](Handle handle) { return slots_[handle]; }
    const LevelSlot& operator[](Handle handle) const { return slots_[handle]; }
    const LevelSlot* data() const { return slots_.data(); }

    /// Whether `take` may be called once. False at the limit or when the budget refuses.
    [[nodiscard]] bool ready() { return free_ != 0 || slots_.commit(end_ + 1); }

    /// An unused slot with stale contents. Requires `ready()`.
    Handle take() {
        ++live_;
        if (free_ == 0) [[unlikely]]
            return static_cast<Handle>(end_++);
        const Handle handle = free_;
        free_ = slots_[handle].head;
        return handle;
    }

    void give_back(Handle handle) {
        slots_[handle].head = free_;
        free_ = handle;
        --live_;
    }

    /// Forgets all slots and keeps their memory.
    void reset() {
        free_ = 0;
        end_ = 1;
        live_ = 0;
    }

    std::size_t live() const { return live_; }
    std::size_t committed_bytes() const { return slots_.committed_bytes(); }

private:
    ReservedArray<LevelSlot> slots_;
    std::size_t end_ = 1;  ///< slots from here on were never used
    Handle free_ = 0;
    std::size_t live_ = 0;
};

}  // namespace tickweir::book
