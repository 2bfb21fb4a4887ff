// The textbook baseline: orders in a std::unordered_map, levels in a std::map a side, totals per
// level (L2). What most programs start with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "codecs/itch/decoder.hpp"

namespace tickweir::bench {

class TextbookBooks {
public:
    TextbookBooks() : books_(65'536) {}

    void run(const std::byte* at, const std::byte* end) {
        while (at < end) {
            codecs::be16 length;
            std::memcpy(&length, at, 2);
            (void)codecs::itch::decode({at + 2, length}, *this);
            at += 2 + length;
        }
    }

    void operator()(const codecs::itch::AddOrder& m) { add(m); }
    void operator()(const codecs::itch::AddOrderWithMpid& m) { add(m); }
    void operator()(const codecs::itch::OrderExecuted& m) { take(m.order_ref, m.executed_shares); }
    void operator()(const codecs::itch::OrderExecutedWithPrice& m) {
        take(m.order_ref, m.executed_shares);
    }
    void operator()(const codecs::itch::OrderCancel& m) { take(m.order_ref, m.cancelled_shares); }
    void operator()(const codecs::itch::OrderDelete& m) {
        const auto found = orders_.find(m.order_ref);
        if (found != orders_.end()) take(m.order_ref, found->second.quantity);
    }
    void operator()(const codecs::itch::OrderReplace& m) {
        const auto found = orders_.find(m.original_order_ref);
        if (found == orders_.end()) return;
        Order order = found->second;
        take(m.original_order_ref, order.quantity);
        order.price = m.price4;
        order.quantity = m.shares;
        insert(m.new_order_ref, order);
    }

    std::uint64_t open_quantity() const {
        std::uint64_t sum = 0;
        for (const Book& book : books_)
            for (const auto& side : book.sides)
                for (const auto& [price, quantity] : side)
                    sum += quantity;
        return sum;
    }

private:
    struct Order {
        std::uint32_t quantity, price;
        std::uint16_t locate;
        bool sell;
    };
    struct Book {
        std::map<std::uint32_t, std::uint64_t> sides[2];
    };

    template <class Message>
    void add(const Message& m) {
        insert(m.order_ref, {m.shares, m.price4, m.stock_locate, m.side == 'S'});
    }
    void insert(std::uint64_t ref, const Order& order) {
        orders_.emplace(ref, order);
        books_[order.locate].sides[order.sell][order.price] += order.quantity;
    }
    void take(std::uint64_t ref, std::uint32_t quantity) {
        const auto found = orders_.find(ref);
        if (found == orders_.end()) return;
        Order& order = found->second;
        auto& side = books_[order.locate].sides[order.sell];
        const auto level = side.find(order.price);
        level->second -= quantity;
        if (level->second == 0) side.erase(level);
        order.quantity -= quantity;
        if (order.quantity == 0) orders_.erase(found);
    }

    std::unordered_map<std::uint64_t, Order> orders_;
    std::vector<Book> books_;
};

}  // namespace tickweir::bench
