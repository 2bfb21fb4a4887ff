// The two things a BookSet is made of: open orders and price levels, 32 bytes each, so that neither
// ever straddles a line of cache. Both are addressed by handle.
#pragma once

#include <cstdint>

#include "book/types.hpp"

namespace tickweir::book {

/// The place of an order or level in its array; 0 is none.
using Handle = std::uint32_t;

/// An open order: a link of its level's queue.
struct alignas(32) OrderSlot {
    OrderId id;
    Quantity open;
    Handle next;  ///< behind this one in the level's queue; in a free slot the next free one
    Handle prev;
    Handle level;  ///< 0: the slot is free
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

}  // namespace tickweir::book
