// The naive twin of the books: maps and lists, obviously right and slow. The oracle of every random
// test of the book; it shares the vocabulary with the code under test and none of its parts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "book/event.hpp"
#include "book/order_book.hpp"
#include "book/types.hpp"

namespace tickweir::tests {

using book::Applied;
using book::BookChange;
using book::InstrumentId;
using book::Level;
using book::OrderId;
using book::Participant;
using book::Price;
using book::Quantity;
using book::Side;

/// All books of a set. Checks come in the order in which they stand; a refusal changes nothing.
class NaiveBooks {
public:
    struct Limits {
        std::size_t instruments = 16;
        std::size_t orders = std::numeric_limits<std::size_t>::max();  ///< open at one time
        std::size_t levels = std::numeric_limits<std::size_t>::max();  ///< at one time
    };

    explicit NaiveBooks(const Limits& limits) : limits_(limits) {}

    BookChange add(InstrumentId instrument, OrderId id, Side side, Price price, Quantity quantity,
                   Participant participant = {}) {
        if (!known(instrument)) return BookChange::refused(Applied::unknown_instrument);
        if (quantity.lots <= 0) return BookChange::refused(Applied::zero_quantity);
        if (homes_.contains(id)) return BookChange::refused(Applied::duplicate_order);
        if (homes_.size() >= limits_.orders) return BookChange::refused(Applied::over_limit);
        if (const Applied why = may_join(instrument, side, price, 0, quantity); why != Applied::ok)
            return BookChange::refused(why);

        const auto touch = best(instrument, side);
        queues(instrument, side)[price].push_back({id, side, price, quantity, participant});
        homes_[id] = {instrument, side, price};
        return applied(instrument, side, touch, {price, quantity, quantity}, {price});
    }

    BookChange execute(InstrumentId instrument, OrderId id, Quantity quantity) {
        return take_off(instrument, id, quantity);
    }
    BookChange reduce(InstrumentId instrument, OrderId id, Quantity quantity) {
        return take_off(instrument, id, quantity);
    }

    BookChange remove(InstrumentId instrument, OrderId id) {
        if (!known(instrument)) return BookChange::refused(Applied::unknown_instrument);
        const auto order = find(instrument, id);
        if (!order) return BookChange::refused(Applied::unknown_order);
        return take_off(instrument, id, order->open);
    }

    BookChange replace(InstrumentId instrument, OrderId id, OrderId new_id, Price price,
                       Quantity quantity) {
        if (!known(instrument)) return BookChange::refused(Applied::unknown_instrument);
        const auto order = find(instrument, id);
        if (!order) return BookChange::refused(Applied::unknown_order);
        if (quantity.lots <= 0) return BookChange::refused(Applied::zero_quantity);
        if (new_id != id && homes_.contains(new_id))
            return BookChange::refused(Applied::duplicate_order);
        const std::int64_t leaving = price == order->price ? order->open.lots : 0;
        if (const Applied why = may_join(instrument, order->side, price, leaving, quantity);
            why != Applied::ok)
            return BookChange::refused(why);

        const auto touch = best(instrument, order->side);
        take_out(id);
        queues(instrument, order->side)[price].push_back(
            {new_id, order->side, price, quantity, order->participant});
        homes_[new_id] = {instrument, order->side, price};
        const Core core{order->price, order->open, quantity};
        if (price == order->price) return applied(instrument, order->side, touch, core, {price});
        return applied(instrument, order->side, touch, core, {order->price, price});
    }

    /// Removes every order of an instrument, bids first, in order of priority.
    void clear(InstrumentId instrument) {
        for (const Side side : {Side::buy, Side::sell})
            for (const book::Order& order : orders(instrument, side))
                (void)remove(instrument, order.id);
    }

    /// Forgets everything, versions too.
    void reset() {
        books_.clear();
        homes_.clear();
    }

    // ------------------------------------------------------------------------------------- views

    std::vector<Level> levels(InstrumentId instrument, Side side) const {
        std::vector<Level> all;
        for (const auto& [price, queue] : queues(instrument, side))
            all.push_back(level_of(price, queue));
        if (side == Side::buy) std::reverse(all.begin(), all.end());
        return all;
    }

    std::optional<Level> level(InstrumentId instrument, Side side, Price price) const {
        const auto& all = queues(instrument, side);
        const auto found = all.find(price);
        if (found == all.end()) return std::nullopt;
        return level_of(price, found->second);
    }

    std::optional<Level> best(InstrumentId instrument, Side side) const {
        const auto& all = queues(instrument, side);
        if (all.empty()) return std::nullopt;
        const auto& [price, queue] = side == Side::buy ? *all.rbegin() : *all.begin();
        return level_of(price, queue);
    }

    /// The orders of a side, the next to trade first.
    std::vector<book::Order> orders(InstrumentId instrument, Side side) const {
        std::vector<book::Order> all;
        for (const Level& row : levels(instrument, side))
            for (const book::Order& order : queues(instrument, side).at(row.price))
                all.push_back(order);
        return all;
    }

    std::optional<book::Order> find(InstrumentId instrument, OrderId id) const {
        const auto home = homes_.find(id);
        if (home == homes_.end() || home->second.instrument != instrument) return std::nullopt;
        for (const book::Order& order :
             queues(instrument, home->second.side).at(home->second.price))
            if (order.id == id) return order;
        return std::nullopt;
    }

    std::optional<book::QueuePosition> queue_position(InstrumentId instrument, OrderId id) const {
        const auto order = find(instrument, id);
        if (!order) return std::nullopt;
        book::QueuePosition position;
        for (const book::Order& ahead : queues(instrument, order->side).at(order->price)) {
            if (ahead.id == id) break;
            ++position.orders_ahead;
            position.quantity_ahead = position.quantity_ahead + ahead.open;
        }
        return position;
    }

    /// Where an open order is; nothing when it is not open.
    std::optional<InstrumentId> instrument_of(OrderId id) const {
        const auto home = homes_.find(id);
        if (home == homes_.end()) return std::nullopt;
        return home->second.instrument;
    }

    /// The n-th open order of all by id; n < open_orders().
    OrderId open_order(std::size_t n) const {
        return std::next(homes_.begin(), static_cast<std::ptrdiff_t>(n))->first;
    }

    /// Events applied, and those of them that moved a touch.
    std::uint64_t version(InstrumentId instrument) const { return book_of(instrument).version; }
    std::uint64_t touch_version(InstrumentId instrument) const {
        return book_of(instrument).touch_version;
    }

    std::size_t open_orders() const { return homes_.size(); }
    std::size_t open_levels() const {
        std::size_t count = 0;
        for (const auto& [instrument, book] : books_)
            count += book.bids.size() + book.asks.size();
        return count;
    }

private:
    using Queue = std::list<book::Order>;
    using Queues = std::map<Price, Queue>;
    struct Book {
        Queues bids;
        Queues asks;
        std::uint64_t version = 0;
        std::uint64_t touch_version = 0;
    };
    struct Home {
        InstrumentId instrument{};
        Side side = Side::buy;
        Price price;
    };
    struct Core {  // of a BookChange
        Price price;
        Quantity quantity;
        Quantity left;
    };

    bool known(InstrumentId instrument) const {
        return static_cast<std::size_t>(instrument) < limits_.instruments;
    }

    const Book& book_of(InstrumentId instrument) const {
        static const Book empty;
        const auto found = books_.find(instrument);
        return found == books_.end() ? empty : found->second;
    }
    const Queues& queues(InstrumentId instrument, Side side) const {
        return side == Side::buy ? book_of(instrument).bids : book_of(instrument).asks;
    }
    Queues& queues(InstrumentId instrument, Side side) {
        return side == Side::buy ? books_[instrument].bids : books_[instrument].asks;
    }

    static Level level_of(Price price, const Queue& queue) {
        Level level{price, {0}, static_cast<std::uint32_t>(queue.size())};
        for (const book::Order& order : queue)
            level.open = level.open + order.open;
        return level;
    }

    // Whether `quantity` more fits the level, once `leaving` has left it, or a level more the set.
    Applied may_join(InstrumentId instrument, Side side, Price price, std::int64_t leaving,
                     Quantity quantity) const {
        const auto there = level(instrument, side, price);
        if (!there) return open_levels() < limits_.levels ? Applied::ok : Applied::over_limit;
        const std::int64_t room =
            std::numeric_limits<std::int64_t>::max() - (there->open.lots - leaving);
        return quantity.lots <= room ? Applied::ok : Applied::quantity_overflow;
    }

    void take_out(OrderId id) {
        const Home home = homes_.at(id);
        Queues& all = queues(home.instrument, home.side);
        all[home.price].remove_if([id](const book::Order& order) { return order.id == id; });
        if (all[home.price].empty()) all.erase(home.price);
        homes_.erase(id);
    }

    BookChange take_off(InstrumentId instrument, OrderId id, Quantity quantity) {
        if (!known(instrument)) return BookChange::refused(Applied::unknown_instrument);
        const auto order = find(instrument, id);
        if (!order) return BookChange::refused(Applied::unknown_order);
        if (quantity.lots <= 0) return BookChange::refused(Applied::zero_quantity);
        if (quantity > order->open) return BookChange::refused(Applied::over_reduce);

        const auto touch = best(instrument, order->side);
        const Quantity left = order->open - quantity;
        if (left.lots == 0)
            take_out(id);
        else
            for (book::Order& resting : queues(instrument, order->side)[order->price])
                if (resting.id == id) resting.open = left;
        return applied(instrument, order->side, touch, {order->price, quantity, left},
                       {order->price});
    }

    BookChange applied(InstrumentId instrument, Side side, const std::optional<Level>& touch_before,
                       const Core& core, std::initializer_list<Price> moved) {
        BookChange change;
        change.side = side;
        change.price = core.price;
        change.quantity = core.quantity;
        change.left = core.left;
        for (const Price price : moved)
            change.levels[change.level_count++] = {
                side, level(instrument, side, price).value_or(Level{price, {0}, 0})};
        change.touch_changed = best(instrument, side) != touch_before;
        Book& book = books_[instrument];
        ++book.version;
        book.touch_version += change.touch_changed ? 1 : 0;
        return change;
    }

    Limits limits_;
    std::map<InstrumentId, Book> books_;
    std::map<OrderId, Home> homes_;
};

}  // namespace tickweir::tests
