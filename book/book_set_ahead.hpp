// The look-ahead of book_set.hpp: which lines of memory an event is going to touch. A line that is
// not in cache costs more than an event that has all of them, and a dozen can be under way at once.
#pragma once

#include "book/book_set.hpp"
#include "book/prefetch.hpp"

namespace tickweir::book {

template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::prefetch_index(InstrumentId instrument,
                                                             OrderId id) const {
    orders_.prefetch(id);
    prefetch(&header_or_first(instrument));
}

template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::prefetch_order(InstrumentId instrument, OrderId id,
                                                             Side side) const {
    orders_.prefetch_slot(id);
    header_or_first(instrument).side(side).prefetch();
}

template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::prefetch_level(InstrumentId, OrderId id, Side) const {
    prefetch_queue(orders_.guess(id));
}

template <class Orders, class SideLevels>
inline Handle BasicBookSet<Orders, SideLevels>::prefetch_taken(OrderId id) const {
    orders_.prefetch_slot(id);
    return orders_.guess(id);
}

template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::prefetch_queue(Handle handle) const {
    const OrderSlot& order = orders_[handle];
    prefetch(&levels_[order.level]);
    prefetch(&orders_[order.prev]);
    prefetch(&orders_[order.next]);
}

template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::prefetch_rows(InstrumentId instrument, Handle order,
                                                            bool moves) const {
    const LevelSlot& level = levels_[orders_[order].level];
    const bool wanted = (level.order_count == 1) | moves;
    header_or_first(instrument).side(static_cast<Side>(level.owner & 1)).prefetch(wanted);
}

template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::prefetch_new_id(OrderId new_id) const {
    orders_.prefetch_place(new_id);
}

/// What an id will drive out of its place.
template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::prefetch_evicted(OrderId id) const {
    const Handle place = orders_.guess(id);
    if (orders_[place].level != 0) [[unlikely]] {
        orders_.prefetch_eviction(orders_[place].id);
        prefetch_queue(place);
    }
}

template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::prefetch_new_price(InstrumentId instrument,
                                                                 Handle order, OrderId new_id,
                                                                 Price price) const {
    prefetch_evicted(new_id);
    const auto side = static_cast<Side>(levels_[orders_[order].level].owner & 1);
    prefetch(&levels_[header_or_first(instrument).side(side).guess(key_of(side, price))]);
}

template <class Orders, class SideLevels>
inline Handle BasicBookSet<Orders, SideLevels>::prefetch_price(InstrumentId instrument, OrderId id,
                                                               Side side, Price price) const {
    prefetch_evicted(id);
    const Handle level = header_or_first(instrument).side(side).guess(key_of(side, price));
    prefetch(&levels_[level]);
    return level;
}

template <class Orders, class SideLevels>
inline Handle BasicBookSet<Orders, SideLevels>::prefetch_far_price(InstrumentId instrument,
                                                                   Side side, Price price) const {
    const Handle level = header_or_first(instrument).side(side).guess_far(key_of(side, price));
    prefetch(&levels_[level]);
    return level;
}

template <class Orders, class SideLevels>
inline Handle BasicBookSet<Orders, SideLevels>::prefetch_any_price(InstrumentId instrument,
                                                                   Side side, Price price) const {
    const Handle level = header_or_first(instrument).side(side).guess_anywhere(key_of(side, price));
    prefetch(&levels_[level]);
    return level;
}

template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::prefetch_far_rows(InstrumentId instrument,
                                                                Handle order) const {
    const LevelSlot& level = levels_[orders_[order].level];
    const auto side = static_cast<Side>(level.owner & 1);
    header_or_first(instrument)
        .side(side)
        .prefetch_leaving(key_of(side, level.price), level.order_count == 1);
}

template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::prefetch_tail(Handle level) const {
    prefetch(&orders_[levels_[level].tail]);
}

}  // namespace tickweir::book
