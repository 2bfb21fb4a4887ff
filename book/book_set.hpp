// All books of one shard: one store of orders and one pool of levels, shared by all instruments.
// Events come in checked form or not; each is checked here before anything changes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "book/arena.hpp"
#include "book/book_header.hpp"
#include "book/event.hpp"
#include "book/level_pool.hpp"
#include "book/order_store.hpp"
#include "book/side_rows.hpp"
#include "book/types.hpp"

namespace tickweir::book {

/// What a BookSet may grow to. Only what is used costs memory, but for the window.
struct Limits {
    std::size_t instruments = 65'536;
    std::size_t orders = std::size_t{1} << 24;  ///< open at one time
    std::size_t levels = std::size_t{1} << 23;  ///< at one time
    std::size_t window = std::size_t{1} << 20;  ///< newest order ids kept without a hash
    std::uint64_t seed = 0x9e3779b97f4a7c15;    ///< of the hash of older ids
};

/// L3 books of many instruments. Order → level; a level's rows are only touched when the level
/// comes or goes. Every event is constant time but for those rows (side_rows.hpp), and allocates
/// nothing once the pools have their size. Refused events leave no trace. One owner thread.
///
/// `Orders` and `SideLevels` are parameters so that the benchmark can compare designs through the
/// same code.
template <class Orders, class SideLevels>
class BasicBookSet {
public:
    using Header = BasicBookHeader<SideLevels>;

    /// Throws std::bad_alloc when addresses or the budget do not suffice for empty books.
    explicit BasicBookSet(const Limits& limits = {}, MemoryBudget* budget = nullptr)
        : orders_{{limits.orders, limits.window, limits.seed}, budget},
          levels_{limits.levels, budget},
          rows_{limits.levels, limits.instruments * 2, budget},
          books_{limits.instruments, budget},
          instruments_{limits.instruments} {}

    /// Memory behind the orders' places by id now.
    void populate() { orders_.populate(); }

    // ------------------------------------------------------------------------------------ events

    /// Appends an order to the queue of its price, which need not exist yet.
    BookChange add(InstrumentId instrument, OrderId id, Side side, Price price, Quantity quantity,
                   Participant participant = {});

    /// Takes `quantity` off an order because it traded. An order with nothing left is gone.
    BookChange execute(InstrumentId instrument, OrderId id, Quantity quantity);

    /// Takes `quantity` off an order because its owner asked. Priority stays.
    BookChange reduce(InstrumentId instrument, OrderId id, Quantity quantity);

    /// Takes an order out.
    BookChange remove(InstrumentId instrument, OrderId id);

    /// Gives an order another id, price and quantity; it joins the end of the queue at its price.
    /// Side and participant stay. `new_id` may equal `id`.
    BookChange replace(InstrumentId instrument, OrderId id, OrderId new_id, Price price,
                       Quantity quantity);

    /// Empties one book order by order; its version counts the removals.
    void clear(InstrumentId instrument);

    /// Empties all books, keeps all capacity. Versions start again at 0.
    void reset();

    // -------------------------------------------------------------------------------- look-ahead
    // A caller that knows some events ahead calls these in turn, a few events apart, so that what
    // one step reads is what the step before has brought. They change nothing and are harmless for
    // any id, also one that does not exist.

    /// First step: the place where the order will be looked for, and the book's header.
    [[gnu::always_inline]] void prefetch_index(InstrumentId instrument, OrderId id) const;

    /// Second step: the order itself where it lies elsewhere, and the rows next to the touch.
    [[gnu::always_inline]] void prefetch_order(InstrumentId instrument, OrderId id,
                                               Side side) const;

    /// Third step: the order's level and neighbours.
    [[gnu::always_inline]] void prefetch_level(InstrumentId instrument, OrderId id,
                                               Side side) const;

    // The same steps for a caller that knows what will happen to the order; each gives what the
    // next one needs.

    /// Second step of what takes from an order or moves it: its slot, which is the answer.
    [[gnu::always_inline]] Handle prefetch_taken(OrderId id) const;
    /// Third step: its level and neighbours.
    [[gnu::always_inline]] void prefetch_queue(Handle order) const;
    /// Fourth step: the rows, if the level will go with the order, or if the order moves.
    [[gnu::always_inline]] void prefetch_rows(InstrumentId instrument, Handle order,
                                              bool moves) const;
    /// Fifth step: the rows where they are far from the touch, if the level will go.
    [[gnu::always_inline]] void prefetch_far_rows(InstrumentId instrument, Handle order) const;
    /// First step of a replace, beside that of every order: the place of its new id.
    [[gnu::always_inline]] void prefetch_new_id(OrderId new_id) const;
    /// Fifth step of a replace: the level it will join, and what has to leave the place that it
    /// takes.
    [[gnu::always_inline]] void prefetch_new_price(InstrumentId instrument, Handle order,
                                                   OrderId new_id, Price price) const;

    /// Third step of an add: the level it will probably join, which is the answer (0: none that can
    /// be seen from here), and what has to leave the place that it takes.
    [[gnu::always_inline]] Handle prefetch_price(InstrumentId instrument, OrderId id, Side side,
                                                 Price price) const;
    /// Fourth step of an add whose level could not be seen: that level, which is the answer.
    [[gnu::always_inline]] Handle prefetch_far_price(InstrumentId instrument, Side side,
                                                     Price price) const;
    /// Fifth step, if that did not find it either.
    [[gnu::always_inline]] Handle prefetch_any_price(InstrumentId instrument, Side side,
                                                     Price price) const;
    /// Last step of an add: the order behind which it will stand.
    [[gnu::always_inline]] void prefetch_tail(Handle level) const;

    // ------------------------------------------------------------------------------------- views

    std::size_t instrument_limit() const { return instruments_; }
    std::size_t open_orders() const { return orders_.live(); }
    std::size_t open_levels() const { return levels_.live(); }
    std::size_t elder_orders() const { return orders_.elder_count(); }

    /// Bytes charged for orders, levels, rows and books.
    std::size_t committed_bytes() const {
        return orders_.committed_bytes() + levels_.committed_bytes() + rows_.committed_bytes() +
               books_.committed_bytes();
    }

    /// The book's header, or nullptr when nothing ever happened to that instrument or its
    /// neighbours in the id space.
    const Header* find_book(InstrumentId instrument) const {
        const auto i = static_cast<std::size_t>(instrument);
        return i < books_.committed() ? &books_[i] : nullptr;
    }

    /// The order's slot, good until the next event; nullptr when no such order is open.
    const OrderSlot* find_order(OrderId id) const {
        const Handle handle = orders_.find(id);
        return handle == 0 ? nullptr : &orders_[handle];
    }
    const OrderSlot& order_at(Handle handle) const { return orders_[handle]; }
    const LevelSlot& level_at(Handle handle) const { return levels_[handle]; }

private:
    [[gnu::always_inline]] void prefetch_evicted(OrderId id) const;

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
    const Header& header_or_first(InstrumentId instrument) const {
        const auto i = static_cast<std::size_t>(instrument);
        return books_[i < books_.committed() ? i : 0];
    }
    bool open_book(InstrumentId instrument) {
        return books_.commit(static_cast<std::size_t>(instrument) + 1);
    }

    Found find(InstrumentId instrument, OrderId id) const;
    Destination destination(SideLevels& rows, std::uint32_t owner, Price price, Quantity quantity);
    void enqueue(Handle handle, Handle level_handle, Quantity quantity);
    void unlink(const OrderSlot& order, LevelSlot& level);
    void drop(SideLevels& rows, Side side, Handle handle);
    BookChange take_off(InstrumentId instrument, OrderId id, Quantity quantity);
    BookChange take_out(InstrumentId instrument, Handle handle, Quantity quantity);
    BookChange requeue(InstrumentId instrument, Handle handle, OrderId new_id, Quantity quantity);
    BookChange move(InstrumentId instrument, Handle handle, OrderId new_id, Price price,
                    Quantity quantity);
    LevelChange level_change(Side side, Handle handle) const;

    Orders orders_;
    LevelPool levels_;
    typename SideLevels::Arena rows_;
    ReservedArray<Header> books_;
    std::size_t instruments_;
};

using BookSet = BasicBookSet<OrderStore, SideRows>;
using BookHeader = BookSet::Header;

}  // namespace tickweir::book

#include "book/book_set_ahead.hpp"
#include "book/book_set_impl.hpp"
