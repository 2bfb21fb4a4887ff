// The textbook matcher: a std::map of prices a side, a std::list of orders a price, and a
// std::unordered_map that finds an order by its id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <unordered_map>
#include <vector>

namespace tickweir::bench {

class TextbookMatcher {
public:
    explicit TextbookMatcher(std::size_t instruments) : books_(instruments) {}

    /// Matches and rests what is left; answers the quantity that traded.
    template <class Operation>
    std::int64_t place(const Operation& op) {
        Book& book = books_[op.instrument];
        std::int64_t left = op.quantity;
        if (op.is_buy)
            left = match(book.asks, left, [&](std::int64_t ask) { return ask <= op.price; });
        else
            left = match(book.bids, left, [&](std::int64_t bid) { return bid >= op.price; });
        if (left != 0) {
            if (op.is_buy)
                rest(book.bids, op.order, op.price, left, op.instrument, true);
            else
                rest(book.asks, op.order, op.price, left, op.instrument, false);
        }
        return op.quantity - left;
    }

    bool cancel(std::uint64_t id) {
        const auto found = orders_.find(id);
        if (found == orders_.end()) return false;
        const Place place = found->second;
        Book& book = books_[place.instrument];
        if (place.is_buy)
            erase(book.bids, place);
        else
            erase(book.asks, place);
        orders_.erase(found);
        return true;
    }

    std::size_t open() const { return orders_.size(); }

private:
    struct Order {
        std::uint64_t id;
        std::int64_t open;
    };
    using Queue = std::list<Order>;
    struct Book {
        std::map<std::int64_t, Queue, std::greater<>> bids;
        std::map<std::int64_t, Queue> asks;
    };
    struct Place {
        std::uint32_t instrument;
        bool is_buy;
        std::int64_t price;
        Queue::iterator order;
    };

    template <class Side, class Reaches>
    std::int64_t match(Side& side, std::int64_t left, Reaches&& reaches) {
        while (left != 0 && !side.empty() && reaches(side.begin()->first)) {
            Queue& queue = side.begin()->second;
            Order& order = queue.front();
            const std::int64_t traded = std::min(left, order.open);
            left -= traded;
            order.open -= traded;
            if (order.open != 0) break;
            orders_.erase(order.id);
            queue.pop_front();
            if (queue.empty()) side.erase(side.begin());
        }
        return left;
    }

    template <class Side>
    void rest(Side& side, std::uint64_t id, std::int64_t price, std::int64_t left,
              std::uint32_t instrument, bool is_buy) {
        Queue& queue = side[price];
        queue.push_back({id, left});
        orders_.emplace(id, Place{instrument, is_buy, price, std::prev(queue.end())});
    }

    template <class Side>
    void erase(Side& side, const Place& place) {
        const auto level = side.find(place.price);
        level->second.erase(place.order);
        if (level->second.empty()) side.erase(level);
    }

    std::vector<Book> books_;
    std::unordered_map<std::uint64_t, Place> orders_;
};

}  // namespace tickweir::bench
