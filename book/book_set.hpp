// All books of one shard: one index of orders, one pool of orders and one of levels, shared by all
// instruments. Events come in checked form or not; each is checked here before anything changes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "book/event.hpp"
#include "book/level_store.hpp"
#include "book/order_index.hpp"
#include "book/order_pool.hpp"
#include "book/types.hpp"

namespace tickweir::book {

/// What a BookSet may grow to. Only what is used costs memory.
struct Limits {
    std::size_t instruments = 65'536;
    std::size_t orders = std::size_t{1} << 24;  ///< open at one time
    std::size_t levels = std::size_t{1} << 23;  ///< at one time
    std::size_t window = std::size_t{1} << 24;  ///< newest order ids indexed without a hash
    std::uint64_t seed = 0x9e3779b97f4a7c15;    ///< of the hash of older ids
};

/// The state of one book that every event touches: one cache line, empty when all zero.
template <class SideLevels>
struct alignas(64) BasicBookHeader {
    std::array<SideLevels, 2> sides;  ///< by Side
    std::uint64_t version;            ///< applied events
    std::uint64_t touch_version;      ///< events that moved a touch
};
static_assert(sizeof(BasicBookHeader<SideRows>) == 64);

/// L3 books of many instruments. Order index → order → level; a level's rows are only touched when
/// the level comes or goes. Every event is constant time but for those rows (level_store.hpp), and
/// allocates nothing once the pools have their size. Refused events leave no trace. One owner
/// thread.
///
/// `Index` and `SideLevels` are parameters so that the benchmark can compare designs through the
/// same code.
template <class Index, class SideLevels>
class BasicBookSet {
public:
    using Header = BasicBookHeader<SideLevels>;

    /// Throws std::bad_alloc when addresses or the budget do not suffice for empty books.
    explicit BasicBookSet(const Limits& limits = {}, MemoryBudget* budget = nullptr)
        : index_{{limits.orders, limits.window, limits.seed}, budget},
          orders_{limits.orders, budget},
          levels_{limits.levels, budget},
          rows_{limits.levels, limits.instruments * 2, budget},
          books_{limits.instruments, budget},
          instruments_{limits.instruments} {}

    // ------------------------------------------------------------------------------------ events

    /// Appends an order to the queue of its price, which need not exist yet.
    [[gnu::always_inline]] BookChange add(InstrumentId instrument, OrderId id, Side side,
                                          Price price, Quantity quantity,
                                          Participant participant = {}) {
        if (static_cast<std::size_t>(instrument) >= instruments_) [[unlikely]]
            return BookChange::refused(Applied::unknown_instrument);
        if (quantity.lots <= 0) [[unlikely]]
            return BookChange::refused(Applied::zero_quantity);
        if (index_.find(id, orders_) != 0) [[unlikely]]
            return BookChange::refused(Applied::duplicate_order);
        if (!orders_.ready() || !index_.ready() || !open_book(instrument)) [[unlikely]]
            return BookChange::refused(Applied::over_limit);

        Header& book = header(instrument);
        const Destination to = destination(book, instrument, side, price, quantity);
        if (to.status != Applied::ok) [[unlikely]]
            return BookChange::refused(to.status);

        const Handle handle = orders_.take();
        index_.insert(id, handle, orders_);
        OrderSlot& order = orders_[handle];
        order.id = id;
        order.participant = participant;
        enqueue(handle, order, to.level, quantity);

        BookChange change = changed(book, side, price, quantity, quantity);
        change.touch_changed = to.is_best;
        note_level(change, side, to.level);
        book.touch_version += change.touch_changed;
        return change;
    }

    /// Takes `quantity` off an order because it traded. An order with nothing left is gone.
    [[gnu::always_inline]] BookChange execute(InstrumentId instrument, OrderId id,
                                              Quantity quantity) {
        return take_off(instrument, id, quantity);
    }

    /// Takes `quantity` off an order because its owner asked. Priority stays.
    [[gnu::always_inline]] BookChange reduce(InstrumentId instrument, OrderId id,
                                             Quantity quantity) {
        return take_off(instrument, id, quantity);
    }

    /// Takes an order out.
    [[gnu::always_inline]] BookChange remove(InstrumentId instrument, OrderId id) {
        const Found found = find(instrument, id);
        if (found.status != Applied::ok) [[unlikely]]
            return BookChange::refused(found.status);
        return take_out(instrument, id, found.handle, orders_[found.handle].open);
    }

    /// Gives an order another id, price and quantity; it joins the end of the queue at its price.
    /// Side and participant stay. `new_id` may equal `id`.
    [[gnu::always_inline]] BookChange replace(InstrumentId instrument, OrderId id, OrderId new_id,
                                              Price price, Quantity quantity) {
        const Found found = find(instrument, id);
        if (found.status != Applied::ok) [[unlikely]]
            return BookChange::refused(found.status);
        if (quantity.lots <= 0) [[unlikely]]
            return BookChange::refused(Applied::zero_quantity);
        if (new_id != id && index_.find(new_id, orders_) != 0) [[unlikely]]
            return BookChange::refused(Applied::duplicate_order);
        if (!index_.ready()) [[unlikely]]
            return BookChange::refused(Applied::over_limit);

        const LevelSlot& level = levels_[orders_[found.handle].level];
        return level.price == price ? requeue(instrument, found.handle, new_id, quantity)
                                    : move(instrument, found.handle, new_id, price, quantity);
    }

    // -------------------------------------------------------------------------------- look-ahead
    // A caller that knows some events ahead calls these about 12, 8 and 4 events before an event is
    // applied. They change nothing and are harmless for any id, also one that does not exist.

    /// First step: the id's place in the index, the book's header.
    [[gnu::always_inline]] void prefetch_index(InstrumentId instrument, OrderId id) const {
        index_.prefetch(id);
        __builtin_prefetch(books_.data() + clamp(instrument));
    }

    /// Second step: the order's slot, and the rows next to the touch.
    [[gnu::always_inline]] void prefetch_order(InstrumentId instrument, OrderId id,
                                               Side side) const {
        __builtin_prefetch(orders_.data() + index_.guess(id));
        side_of(instrument, side).prefetch();
    }

    /// Third step: the order's level and neighbours.
    [[gnu::always_inline]] void prefetch_level(InstrumentId instrument, OrderId id,
                                               Side side) const {
        const OrderSlot& order = orders_.data()[index_.guess(id)];
        __builtin_prefetch(levels_.data() + order.level);
        __builtin_prefetch(orders_.data() + order.prev);
        __builtin_prefetch(orders_.data() + order.next);
        __builtin_prefetch(levels_.data() + side_of(instrument, side).best());
    }

    // ------------------------------------------------------------------------------------- views

    std::size_t instrument_limit() const { return instruments_; }
    std::size_t open_orders() const { return orders_.live(); }
    std::size_t open_levels() const { return levels_.live(); }
    std::size_t elder_orders() const { return index_.elder_count(); }

    /// Bytes charged for index, pools, rows and books.
    std::size_t committed_bytes() const {
        return index_.committed_bytes() + orders_.committed_bytes() + levels_.committed_bytes() +
               rows_.committed_bytes() + books_.committed_bytes();
    }

    /// The book's header, or nullptr when nothing ever happened to that instrument or its
    /// neighbours in the id space.
    const Header* find_book(InstrumentId instrument) const {
        const auto i = static_cast<std::size_t>(instrument);
        return i < books_.committed() ? &books_[i] : nullptr;
    }

    /// The order's slot and handle; nullptr when no such order is open.
    const OrderSlot* find_order(OrderId id) const {
        const Handle handle = index_.find(id, orders_);
        return handle == 0 ? nullptr : &orders_[handle];
    }
    const OrderSlot& order_at(Handle handle) const { return orders_[handle]; }
    const LevelSlot& level_at(Handle handle) const { return levels_[handle]; }

    /// Empties all books, keeps all capacity. Versions start again at 0.
    void reset() {
        index_.reset();
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

    /// Empties one book order by order; its version counts the removals.
    void clear(InstrumentId instrument) {
        const Header* book = find_book(instrument);
        if (book == nullptr) return;
        for (const SideLevels& side : book->sides)
            while (!side.empty())
                (void)remove(instrument, orders_[levels_[side.best()].head].id);
    }

private:
    struct Found {
        Applied status;
        Handle handle;
    };
    struct Destination {
        Applied status;
        bool is_best;
        Handle level;
    };

    Header& header(InstrumentId instrument) { return books_[static_cast<std::size_t>(instrument)]; }
    std::size_t clamp(InstrumentId instrument) const {
        const auto i = static_cast<std::size_t>(instrument);
        return i < books_.committed() ? i : 0;
    }
    const SideLevels& side_of(InstrumentId instrument, Side side) const {
        return books_.data()[clamp(instrument)].sides[static_cast<unsigned>(side)];
    }

    bool open_book(InstrumentId instrument) {
        return books_.commit(static_cast<std::size_t>(instrument) + 1);
    }

    Found find(InstrumentId instrument, OrderId id) const {
        if (static_cast<std::size_t>(instrument) >= instruments_) [[unlikely]]
            return {Applied::unknown_instrument, 0};
        const Handle handle = index_.find(id, orders_);
        if (handle == 0) [[unlikely]]
            return {Applied::unknown_order, 0};
        if (levels_[orders_[handle].level].owner >> 1 != static_cast<std::uint32_t>(instrument))
            [[unlikely]]
            return {Applied::unknown_order, 0};
        return {Applied::ok, handle};
    }

    /// Finds or makes the level that an order of `quantity` can join.
    [[gnu::always_inline]] Destination destination(Header& book, InstrumentId instrument, Side side,
                                                   Price price, Quantity quantity) {
        SideLevels& rows = book.sides[static_cast<unsigned>(side)];
        const std::int64_t key = key_of(side, price);
        typename SideLevels::Place place = rows.find(key);
        if (place.found) [[likely]] {
            const Handle level = rows.at(place);
            std::int64_t sum = 0;
            if (__builtin_add_overflow(levels_[level].open.lots, quantity.lots, &sum)) [[unlikely]]
                return {Applied::quantity_overflow, false, 0};
            return {Applied::ok, rows.is_best(place), level};
        }
        if (!levels_.ready() || !rows.ready(rows_)) [[unlikely]]
            return {Applied::over_limit, false, 0};
        const Handle level = levels_.take();
        levels_[level] = {price, {0}, 0, 0, 0, owner_of(instrument, side)};
        rows.insert(place, {key, level});
        return {Applied::ok, rows.is_best(place), level};
    }

    /// Puts an order at the end of a level's queue.
    [[gnu::always_inline]] void enqueue(Handle handle, OrderSlot& order, Handle level_handle,
                                        Quantity quantity) {
        LevelSlot& level = levels_[level_handle];
        order.open = quantity;
        order.level = level_handle;
        order.next = 0;
        order.prev = level.tail;
        if (level.tail != 0)
            orders_[level.tail].next = handle;
        else
            level.head = handle;
        level.tail = handle;
        level.open = level.open + quantity;
        ++level.order_count;
    }

    /// Takes an order out of its level's queue; the level may be left empty.
    [[gnu::always_inline]] void unlink(const OrderSlot& order, LevelSlot& level) {
        if (order.prev != 0)
            orders_[order.prev].next = order.next;
        else
            level.head = order.next;
        if (order.next != 0)
            orders_[order.next].prev = order.prev;
        else
            level.tail = order.prev;
        level.open = level.open - order.open;
        --level.order_count;
    }

    /// Drops a level without orders.
    void drop(SideLevels& rows, Side side, Handle handle) {
        rows.erase(rows.find(key_of(side, levels_[handle].price)), rows_);
        levels_.give_back(handle);
    }

    [[gnu::always_inline]] BookChange take_off(InstrumentId instrument, OrderId id,
                                               Quantity quantity) {
        const Found found = find(instrument, id);
        if (found.status != Applied::ok) [[unlikely]]
            return BookChange::refused(found.status);
        OrderSlot& order = orders_[found.handle];
        if (quantity.lots <= 0) [[unlikely]]
            return BookChange::refused(Applied::zero_quantity);
        if (quantity > order.open) [[unlikely]]
            return BookChange::refused(Applied::over_reduce);
        if (quantity == order.open) return take_out(instrument, id, found.handle, quantity);

        LevelSlot& level = levels_[order.level];
        order.open = order.open - quantity;
        level.open = level.open - quantity;
        Header& book = header(instrument);
        const auto side = static_cast<Side>(level.owner & 1);
        BookChange change = changed(book, side, level.price, quantity, order.open);
        change.touch_changed = order.level == book.sides[static_cast<unsigned>(side)].best();
        note_level(change, side, order.level);
        book.touch_version += change.touch_changed;
        return change;
    }

    [[gnu::always_inline]] BookChange take_out(InstrumentId instrument, OrderId id, Handle handle,
                                               Quantity quantity) {
        const OrderSlot& order = orders_[handle];
        const Handle level_handle = order.level;
        LevelSlot& level = levels_[level_handle];
        const auto side = static_cast<Side>(level.owner & 1);
        Header& book = header(instrument);
        SideLevels& rows = book.sides[static_cast<unsigned>(side)];

        BookChange change = changed(book, side, level.price, quantity, {0});
        change.touch_changed = level_handle == rows.best();
        unlink(order, level);
        note_level(change, side, level_handle);
        if (level.order_count == 0) drop(rows, side, level_handle);
        index_.erase(id, handle);
        orders_.give_back(handle);
        book.touch_version += change.touch_changed;
        return change;
    }

    /// A replace at the same price: the order goes to the end of its own queue.
    [[gnu::always_inline]] BookChange requeue(InstrumentId instrument, Handle handle,
                                              OrderId new_id, Quantity quantity) {
        OrderSlot& order = orders_[handle];
        const Handle level_handle = order.level;
        LevelSlot& level = levels_[level_handle];
        const Quantity before = order.open;
        std::int64_t sum = 0;
        if (__builtin_add_overflow((level.open - before).lots, quantity.lots, &sum)) [[unlikely]]
            return BookChange::refused(Applied::quantity_overflow);

        const auto side = static_cast<Side>(level.owner & 1);
        Header& book = header(instrument);
        unlink(order, level);
        rename(order, handle, new_id);
        enqueue(handle, order, level_handle, quantity);

        BookChange change = changed(book, side, level.price, before, quantity);
        change.touch_changed =
            before != quantity && level_handle == book.sides[static_cast<unsigned>(side)].best();
        note_level(change, side, level_handle);
        book.touch_version += change.touch_changed;
        return change;
    }

    /// A replace to another price.
    [[gnu::always_inline]] BookChange move(InstrumentId instrument, Handle handle, OrderId new_id,
                                           Price price, Quantity quantity) {
        OrderSlot& order = orders_[handle];
        const Handle from = order.level;
        LevelSlot& level = levels_[from];
        const auto side = static_cast<Side>(level.owner & 1);
        Header& book = header(instrument);
        SideLevels& rows = book.sides[static_cast<unsigned>(side)];
        const bool from_best = from == rows.best();
        const Destination to = destination(book, instrument, side, price, quantity);
        if (to.status != Applied::ok) [[unlikely]]
            return BookChange::refused(to.status);

        const Quantity before = order.open;
        BookChange change = changed(book, side, level.price, before, quantity);
        change.touch_changed = from_best || to.is_best;
        unlink(order, level);
        note_level(change, side, from);
        if (level.order_count == 0) drop(rows, side, from);
        rename(order, handle, new_id);
        enqueue(handle, order, to.level, quantity);
        note_level(change, side, to.level);
        book.touch_version += change.touch_changed;
        return change;
    }

    void rename(OrderSlot& order, Handle handle, OrderId new_id) {
        if (order.id == new_id) return;
        index_.erase(order.id, handle);
        index_.insert(new_id, handle, orders_);
        order.id = new_id;
    }

    static BookChange changed(Header& book, Side side, Price price, Quantity quantity,
                              Quantity left) {
        ++book.version;
        BookChange change;
        change.side = side;
        change.price = price;
        change.quantity = quantity;
        change.left = left;
        return change;
    }

    void note_level(BookChange& change, Side side, Handle handle) const {
        const LevelSlot& level = levels_[handle];
        change.levels[change.level_count++] = {side, {level.price, level.open, level.order_count}};
    }

    Index index_;
    OrderPool orders_;
    LevelPool levels_;
    typename SideLevels::Arena rows_;
    ReservedArray<Header> books_;
    std::size_t instruments_;
};

using BookSet = BasicBookSet<OrderIndex, SideRows>;
using BookHeader = BookSet::Header;

}  // namespace tickweir::book
