// The look-ahead of book_set.hpp: which lines of memory an event is going to touch. A line that is
// not in cache costs more than an event that has all of them, and a dozen can be under way at once.
#pragma once

#include "book/book_set.hpp"
#include "book/prefetch.hpp"

namespace tickweir::book {

template <class Orders, class SideLevels>
[[gnu::always_inline]] inline void BasicBookSet<Orders, SideLevels>::prefetch_index(
    InstrumentId instrument, OrderId id) const {
    orders_.prefetch(id);
    prefetch(&header_or_first(instrument));
}

template <class Orders, class SideLevels>
[[gnu::always_inline]] inline void BasicBookSet<Orders, SideLevels>::prefetch_elder(
    OrderId id) const {
    orders_.prefetch_slot(id);
}

template <class Orders, class SideLevels>
[[gnu::always_inline]] inline void BasicBookSet<Orders, SideLevels>::prefetch_order(
    InstrumentId instrument, OrderId id, Side side) const {
    orders_.prefetch_slot(id);
    header_or_first(instrument).side(side).prefetch();
}

template <class Orders, class SideLevels>
[[gnu::always_inline]] inline void BasicBookSet<Orders, SideLevels>::prefetch_level(InstrumentId,
                                                                                    OrderId id,
                                                                                    Side) const {
    const OrderSlot& order = orders_[orders_.guess(id)];
    prefetch(&levels_[order.level]);
    prefetch(&orders_[order.prev]);
    prefetch(&orders_[order.next]);
}

template <class Orders, class SideLevels>
[[gnu::always_inline]] inline Handle BasicBookSet<Orders, SideLevels>::prefetch_price(
    InstrumentId instrument, OrderId id, Side side, Price price) const {
    const OrderSlot& evicted = orders_[orders_.guess(id)];
    if (evicted.level != 0) {
        orders_.prefetch_eviction(evicted.id);
        prefetch(&levels_[evicted.level]);
        prefetch(&orders_[evicted.prev]);
        prefetch(&orders_[evicted.next]);
    }
    const Handle level = header_or_first(instrument).side(side).guess(key_of(side, price));
    prefetch(&levels_[level]);
    return level;
}

template <class Orders, class SideLevels>
[[gnu::always_inline]] inline void BasicBookSet<Orders, SideLevels>::prefetch_rows(
    InstrumentId instrument, OrderId id, bool moves) const {
    const LevelSlot& level = levels_[orders_[orders_.guess(id)].level];
    const bool wanted = (level.order_count == 1) | moves;
    header_or_first(instrument).side(static_cast<Side>(level.owner & 1)).prefetch(wanted);
}

template <class Orders, class SideLevels>
[[gnu::always_inline]] inline void BasicBookSet<Orders, SideLevels>::prefetch_tail(
    Handle level) const {
    prefetch(&orders_[levels_[level].tail]);
}

template <class Orders, class SideLevels>
[[gnu::always_inline]] inline void BasicBookSet<Orders, SideLevels>::prefetch_new_price(
    InstrumentId instrument, OrderId id, Price price) const {
    const LevelSlot& level = levels_[orders_[orders_.guess(id)].level];
    const auto side = static_cast<Side>(level.owner & 1);
    prefetch(&levels_[header_or_first(instrument).side(side).guess(key_of(side, price))]);
}

}  // namespace tickweir::book
