// One instrument's L3 book as a view into its BookSet: quotes, levels, orders and their places in
// the queue. Reads only; valid as long as the set, and used on the set's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "book/book_set.hpp"
#include "book/prefetch.hpp"
#include "book/types.hpp"

namespace tickweir::book {

/// An open order.
struct Order {
    OrderId id{};
    Side side = Side::buy;
    Price price;
    Quantity open;
    Participant participant{};
    friend constexpr bool operator==(const Order&, const Order&) = default;
};

/// What will trade before an order does, at its own price.
struct QueuePosition {
    std::uint32_t orders_ahead = 0;
    Quantity quantity_ahead;
    friend constexpr bool operator==(const QueuePosition&, const QueuePosition&) = default;
};

/// L1: both best levels. `version` grows exactly when one of them changes.
struct Quote {
    std::optional<Level> bid;
    std::optional<Level> ask;
    std::uint64_t version = 0;
    friend constexpr bool operator==(const Quote&, const Quote&) = default;
};

class OrderBook {
public:
    /// A book nobody has touched yet is empty.
    OrderBook(const BookSet& set, InstrumentId instrument) : set_{&set}, instrument_{instrument} {}

    InstrumentId instrument() const { return instrument_; }

    /// Events applied so far.
    std::uint64_t version() const;
    Quote quote() const;
    std::optional<Level> best(Side side) const;
    std::size_t level_count(Side side) const { return levels(side).size(); }

    /// The levels best first into `out`; gives how many there were room and levels for.
    std::size_t depth(Side side, std::span<Level> out) const;
    /// Look-ahead for depth() of many books: each step asks for the lines that the next one reads.
    void prefetch_header() const { prefetch(set_->find_book(instrument_)); }
    void prefetch_rows() const;
    void prefetch_levels(std::size_t count) const;
    /// The level at a price. Logarithmic in levels away from the touch.
    std::optional<Level> level(Side side, Price price) const;

    /// The order next to trade.
    std::optional<Order> front(Side side) const;
    /// An open order of this instrument.
    std::optional<Order> find(OrderId id) const;
    /// Linear in the orders ahead.
    std::optional<QueuePosition> queue_position(OrderId id) const;

    /// Calls `visit(const Level&)`, best first.
    template <class Visitor>
    void for_each_level(Side side, Visitor&& visit) const {
        const SideRows all = levels(side);
        for (std::size_t i = all.size(); i-- > 0;)
            visit(view(set_->level_at(all.level(i))));
    }

    /// Calls `visit(const Order&)` in order of priority.
    template <class Visitor>
    void for_each_order(Side side, Visitor&& visit) const {
        const SideRows all = levels(side);
        for (std::size_t i = all.size(); i-- > 0;)
            for (Handle h = set_->level_at(all.level(i)).head; h != 0; h = set_->order_at(h).next)
                visit(view(set_->order_at(h)));
    }

private:
    SideRows levels(Side side) const;
    Level view(const LevelSlot& level) const {
        return {level.price, level.open, level.order_count};
    }
    Order view(const OrderSlot& order) const;
    const OrderSlot* find_slot(OrderId id) const;

    const BookSet* set_;
    InstrumentId instrument_;
};

}  // namespace tickweir::book
