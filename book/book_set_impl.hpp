// The hot half of book_set.hpp: what each event does.
#pragma once

#include "book/book_set.hpp"

namespace tickweir::book {

// ------------------------------------------------------------------------------------------ events

template <class Orders, class SideLevels>
inline BookChange BasicBookSet<Orders, SideLevels>::add(InstrumentId instrument, OrderId id,
                                                        Side side, Price price, Quantity quantity,
                                                        Participant participant) {
    if (static_cast<std::size_t>(instrument) >= instruments_) [[unlikely]]
        return BookChange::refused(Applied::unknown_instrument);
    if (quantity.lots <= 0) [[unlikely]]
        return BookChange::refused(Applied::zero_quantity);
    if (orders_.find(id) != 0) [[unlikely]]
        return BookChange::refused(Applied::duplicate_order);
    if (!orders_.below_limit() || !orders_.ready(id) || !open_book(instrument)) [[unlikely]]
        return BookChange::refused(Applied::over_limit);

    Header& book = header(instrument);
    const Destination to =
        destination(book.side(side), owner_of(instrument, side), price, quantity);
    if (to.status != Applied::ok) [[unlikely]]
        return BookChange::refused(to.status);

    const Handle handle = orders_.take(id, levels_);
    orders_[handle].participant = participant;
    enqueue(handle, to.level, quantity);
    ++book.version;
    book.touch_version += to.is_best;
    return {Applied::ok, to.is_best, 1,        side,
            price,       quantity,   quantity, {level_change(side, to.level), {}}};
}

template <class Orders, class SideLevels>
inline BookChange BasicBookSet<Orders, SideLevels>::execute(InstrumentId instrument, OrderId id,
                                                            Quantity quantity) {
    return take_off(instrument, id, quantity);
}

template <class Orders, class SideLevels>
inline BookChange BasicBookSet<Orders, SideLevels>::reduce(InstrumentId instrument, OrderId id,
                                                           Quantity quantity) {
    return take_off(instrument, id, quantity);
}

template <class Orders, class SideLevels>
inline BookChange BasicBookSet<Orders, SideLevels>::remove(InstrumentId instrument, OrderId id) {
    const Found found = find(instrument, id);
    if (found.status != Applied::ok) [[unlikely]]
        return BookChange::refused(found.status);
    return take_out(instrument, found.handle, orders_[found.handle].open);
}

template <class Orders, class SideLevels>
inline BookChange BasicBookSet<Orders, SideLevels>::replace(InstrumentId instrument, OrderId id,
                                                            OrderId new_id, Price price,
                                                            Quantity quantity) {
    const Found found = find(instrument, id);
    if (found.status != Applied::ok) [[unlikely]]
        return BookChange::refused(found.status);
    if (quantity.lots <= 0) [[unlikely]]
        return BookChange::refused(Applied::zero_quantity);
    if (new_id != id && orders_.find(new_id) != 0) [[unlikely]]
        return BookChange::refused(Applied::duplicate_order);
    if (!orders_.ready(new_id)) [[unlikely]]
        return BookChange::refused(Applied::over_limit);

    return levels_[orders_[found.handle].level].price == price
               ? requeue(instrument, found.handle, new_id, quantity)
               : move(instrument, found.handle, new_id, price, quantity);
}

template <class Orders, class SideLevels>
void BasicBookSet<Orders, SideLevels>::clear(InstrumentId instrument) {
    const Header* book = find_book(instrument);
    if (book == nullptr) return;
    for (const SideLevels& side : book->sides)
        while (!side.empty())
            (void)remove(instrument, orders_[levels_[side.best()].head].id);
}

template <class Orders, class SideLevels>
void BasicBookSet<Orders, SideLevels>::reset() {
    orders_.reset();
    levels_.reset();
    for (std::size_t i = 0; i < books_.committed(); ++i) {
        Header& book = books_[i];
        for (SideLevels& side : book.sides)
            side.clear();
        book.version = 0;
        book.touch_version = 0;
    }
}

// ------------------------------------------------------------------------------------------- parts

template <class Orders, class SideLevels>
inline auto BasicBookSet<Orders, SideLevels>::find(InstrumentId instrument, OrderId id) const
    -> Found {
    if (static_cast<std::size_t>(instrument) >= instruments_) [[unlikely]]
        return {Applied::unknown_instrument, 0};
    const Handle handle = orders_.find(id);
    if (handle == 0) [[unlikely]]
        return {Applied::unknown_order, 0};
    if (levels_[orders_[handle].level].owner >> 1 != static_cast<std::uint32_t>(instrument))
        [[unlikely]]
        return {Applied::unknown_order, 0};
    return {Applied::ok, handle};
}

/// Finds or makes the level that an order of `quantity` can join.
template <class Orders, class SideLevels>
inline auto BasicBookSet<Orders, SideLevels>::destination(SideLevels& rows, std::uint32_t owner,
                                                          Price price, Quantity quantity)
    -> Destination {
    const std::int64_t key = key_of(static_cast<Side>(owner & 1), price);
    typename SideLevels::Place place = rows.find(key, levels_.data());
    if (place.found) {
        const Handle level = rows.at(place);
        std::int64_t sum = 0;
        if (__builtin_add_overflow(levels_[level].open.lots, quantity.lots, &sum)) [[unlikely]]
            return {Applied::quantity_overflow, false, 0};
        return {Applied::ok, rows.is_best(place), level};
    }
    if (!levels_.ready() || !rows.ready(rows_)) [[unlikely]]
        return {Applied::over_limit, false, 0};
    const Handle level = levels_.take();
    levels_[level] = {price, {0}, 0, 0, 0, owner};
    rows.insert(place, {key, level});
    return {Applied::ok, rows.is_best(place), level};
}

/// Puts an order at the end of a level's queue.
template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::enqueue(Handle handle, Handle level_handle,
                                                      Quantity quantity) {
    OrderSlot& order = orders_[handle];
    LevelSlot& level = levels_[level_handle];
    const Handle tail = level.tail;
    order.open = quantity;
    order.level = level_handle;
    order.next = 0;
    order.prev = tail;
    orders_[tail].next = handle;  // or nobody's
    level.head = tail == 0 ? handle : level.head;
    level.tail = handle;
    level.open = level.open + quantity;
    ++level.order_count;
}

/// Takes an order out of its level's queue; the level may be left empty.
template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::unlink(const OrderSlot& order, LevelSlot& level) {
    const Handle prev = order.prev;
    const Handle next = order.next;
    level.open = level.open - order.open;
    --level.order_count;
    level.head = prev == 0 ? next : level.head;
    level.tail = next == 0 ? prev : level.tail;
    orders_[prev].next = next;  // or nobody's
    orders_[next].prev = prev;
}

/// Drops a level without orders.
template <class Orders, class SideLevels>
inline void BasicBookSet<Orders, SideLevels>::drop(SideLevels& rows, Side side, Handle handle) {
    rows.erase(rows.find(key_of(side, levels_[handle].price), levels_.data()), rows_);
    levels_.give_back(handle);
}

template <class Orders, class SideLevels>
inline BookChange BasicBookSet<Orders, SideLevels>::take_off(InstrumentId instrument, OrderId id,
                                                             Quantity quantity) {
    const Found found = find(instrument, id);
    if (found.status != Applied::ok) [[unlikely]]
        return BookChange::refused(found.status);
    OrderSlot& order = orders_[found.handle];
    if (quantity.lots <= 0) [[unlikely]]
        return BookChange::refused(Applied::zero_quantity);
    if (quantity > order.open) [[unlikely]]
        return BookChange::refused(Applied::over_reduce);
    if (quantity == order.open) return take_out(instrument, found.handle, quantity);

    LevelSlot& level = levels_[order.level];
    order.open = order.open - quantity;
    level.open = level.open - quantity;
    Header& book = header(instrument);
    const auto side = static_cast<Side>(level.owner & 1);
    const bool is_best = order.level == book.side(side).best();
    ++book.version;
    book.touch_version += is_best;
    return {Applied::ok, is_best,  1,          side,
            level.price, quantity, order.open, {level_change(side, order.level), {}}};
}

template <class Orders, class SideLevels>
inline BookChange BasicBookSet<Orders, SideLevels>::take_out(InstrumentId instrument, Handle handle,
                                                             Quantity quantity) {
    const OrderSlot& order = orders_[handle];
    const Handle level_handle = order.level;
    LevelSlot& level = levels_[level_handle];
    const auto side = static_cast<Side>(level.owner & 1);
    Header& book = header(instrument);
    SideLevels& rows = book.side(side);
    const bool is_best = level_handle == rows.best();

    unlink(order, level);
    const LevelChange after = level_change(side, level_handle);
    if (level.order_count == 0) drop(rows, side, level_handle);
    orders_.give_back(handle);
    ++book.version;
    book.touch_version += is_best;
    return {Applied::ok, is_best, 1, side, after.level.price, quantity, {0}, {after, {}}};
}

/// A replace at the same price: the order goes to the end of its own queue.
template <class Orders, class SideLevels>
inline BookChange BasicBookSet<Orders, SideLevels>::requeue(InstrumentId instrument, Handle handle,
                                                            OrderId new_id, Quantity quantity) {
    const Handle level_handle = orders_[handle].level;
    LevelSlot& level = levels_[level_handle];
    const Quantity before = orders_[handle].open;
    std::int64_t sum = 0;
    if (__builtin_add_overflow((level.open - before).lots, quantity.lots, &sum)) [[unlikely]]
        return BookChange::refused(Applied::quantity_overflow);

    const auto side = static_cast<Side>(level.owner & 1);
    Header& book = header(instrument);
    unlink(orders_[handle], level);
    enqueue(orders_.rename(handle, new_id, levels_), level_handle, quantity);
    const bool touched = before != quantity && level_handle == book.side(side).best();
    ++book.version;
    book.touch_version += touched;
    return {Applied::ok, touched, 1,        side,
            level.price, before,  quantity, {level_change(side, level_handle), {}}};
}

/// A replace to another price.
template <class Orders, class SideLevels>
inline BookChange BasicBookSet<Orders, SideLevels>::move(InstrumentId instrument, Handle handle,
                                                         OrderId new_id, Price price,
                                                         Quantity quantity) {
    const Handle from = orders_[handle].level;
    LevelSlot& level = levels_[from];
    const auto side = static_cast<Side>(level.owner & 1);
    Header& book = header(instrument);
    SideLevels& rows = book.side(side);
    const bool from_best = from == rows.best();
    const Destination to = destination(rows, level.owner, price, quantity);
    if (to.status != Applied::ok) [[unlikely]]
        return BookChange::refused(to.status);

    const Quantity before = orders_[handle].open;
    unlink(orders_[handle], level);
    const LevelChange left = level_change(side, from);
    if (level.order_count == 0) drop(rows, side, from);
    enqueue(orders_.rename(handle, new_id, levels_), to.level, quantity);
    const bool touched = from_best || to.is_best;
    ++book.version;
    book.touch_version += touched;
    return {Applied::ok,      touched, 2,        side,
            left.level.price, before,  quantity, {left, level_change(side, to.level)}};
}

template <class Orders, class SideLevels>
inline LevelChange BasicBookSet<Orders, SideLevels>::level_change(Side side, Handle handle) const {
    const LevelSlot& level = levels_[handle];
    return {side, {level.price, level.open, level.order_count}};
}

}  // namespace tickweir::book
