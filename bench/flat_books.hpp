// The yardstick: the fastest loop known to us that keeps L3 books and trusts its input. Order slots
// by reference, level vectors with the best last, pooled queue links. It checks nothing, tells
// nothing of what changed, and its memory grows with the highest reference.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "codecs/itch/messages.hpp"

namespace tickweir::bench {

class FlatBooks {
public:
    explicit FlatBooks(std::size_t references)
        : references_{references},
          orders_{
              static_cast<Order*>(mmap(nullptr, references * sizeof(Order), PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))} {
        madvise(orders_, references * sizeof(Order), MADV_HUGEPAGE);
        levels_.resize(1);
        books_.resize(65'536);
    }
    ~FlatBooks() { munmap(orders_, references_ * sizeof(Order)); }
    FlatBooks(const FlatBooks&) = delete;
    FlatBooks& operator=(const FlatBooks&) = delete;

    void reset() {
        for (Book& book : books_)
            book.sides[0].size = book.sides[1].size = 0;
        levels_.resize(1);
        free_ = 0;
    }

    /// One pass over framed messages; `Ahead` messages of look-ahead in two steps, or none.
    template <std::size_t Ahead>
    void run(const std::byte* at, const std::byte* end) {
        const std::byte* far = at;
        const std::byte* near = at;
        if constexpr (Ahead != 0) {
            for (std::size_t i = 0; i < Ahead; ++i)
                far = skip(far, end);
            for (std::size_t i = 0; i < Ahead / 2; ++i)
                near = skip(near, end);
        }
        while (at < end) {
            if constexpr (Ahead != 0) {
                if (far < end) {
                    __builtin_prefetch(&orders_[reference(far)]);
                    far = skip(far, end);
                }
                if (near < end) {
                    const Order& order = orders_[reference(near)];
                    __builtin_prefetch(&levels_[order.level]);
                    __builtin_prefetch(&orders_[order.prev]);
                    __builtin_prefetch(&orders_[order.next]);
                    near = skip(near, end);
                }
            }
            apply(at + 2);
            at = skip(at, end);
        }
    }

    /// Sum over all levels, so that the work can be checked and not be optimised away.
    std::uint64_t open_quantity() const {
        std::uint64_t sum = 0;
        for (const Book& book : books_)
            for (const Side& side : book.sides)
                for (std::uint32_t i = 0; i < side.size; ++i)
                    sum += levels_[side.rows[i].level].quantity;
        return sum;
    }

    std::uint64_t level_count() const {
        std::uint64_t sum = 0;
        for (const Book& book : books_)
            sum += book.sides[0].size + book.sides[1].size;
        return sum;
    }

private:
    struct Order {
        std::uint32_t quantity, level, prev, next;
    };
    struct Level {
        std::uint64_t quantity;
        std::uint32_t price, count, head, tail;
    };
    struct Row {
        std::uint32_t price, level;
    };
    struct Side {
        Row* rows = nullptr;
        std::uint32_t size = 0, capacity = 0;
    };
    struct Book {
        Side sides[2];
    };

    static const std::byte* skip(const std::byte* at, const std::byte* end) {
        if (at >= end) return at;
        codecs::be16 length;
        std::memcpy(&length, at, 2);
        return at + 2 + length;
    }
    std::uint64_t reference(const std::byte* frame) const {
        codecs::be64 reference;
        std::memcpy(&reference, frame + 13, 8);
        const std::uint64_t value = reference;
        return value < references_ ? value : 0;
    }
    template <class Message>
    static const Message& as(const std::byte* message) {
        return *static_cast<const Message*>(static_cast<const void*>(message));
    }

    void apply(const std::byte* m) {
        using namespace codecs::itch;
        switch (static_cast<char>(*m)) {
            case 'A':
            case 'F': {
                const auto& add = as<AddOrder>(m);
                link(add.order_ref, add.stock_locate, add.side == 'S', add.price4, add.shares);
                break;
            }
            case 'E':
                take(as<OrderExecuted>(m).order_ref, as<OrderExecuted>(m).stock_locate,
                     as<OrderExecuted>(m).executed_shares);
                break;
            case 'C':
                take(as<OrderExecutedWithPrice>(m).order_ref,
                     as<OrderExecutedWithPrice>(m).stock_locate,
                     as<OrderExecutedWithPrice>(m).executed_shares);
                break;
            case 'X':
                take(as<OrderCancel>(m).order_ref, as<OrderCancel>(m).stock_locate,
                     as<OrderCancel>(m).cancelled_shares);
                break;
            case 'D': {
                const std::uint64_t ref = as<OrderDelete>(m).order_ref;
                unlink(orders_[ref], as<OrderDelete>(m).stock_locate);
                break;
            }
            case 'U': {
                const auto& replace = as<OrderReplace>(m);
                const Order& old = orders_[replace.original_order_ref];
                const bool sell = levels_[old.level].price >> 31 != 0;
                unlink(old, replace.stock_locate);
                link(replace.new_order_ref, replace.stock_locate, sell, replace.price4,
                     replace.shares);
                break;
            }
            default:
                break;
        }
    }

    // The side is the top bit of a level's price: prices stay below 2^31 on the simulated day.
    void link(std::uint64_t ref, std::uint16_t locate, bool sell, std::uint32_t price,
              std::uint32_t quantity) {
        Side& side = books_[locate].sides[sell];
        std::uint32_t i = side.size;
        if (sell)
            while (i > 0 && side.rows[i - 1].price < price)
                --i;
        else
            while (i > 0 && side.rows[i - 1].price > price)
                --i;
        std::uint32_t level = 0;
        if (i > 0 && side.rows[i - 1].price == price) {
            level = side.rows[i - 1].level;
        } else {
            level = take_level();
            levels_[level] = {0, price | (sell ? 1U << 31 : 0), 0, 0, 0};
            insert(side, i, {price, level});
        }
        Level& l = levels_[level];
        const auto handle = static_cast<std::uint32_t>(ref);
        orders_[ref] = {quantity, level, l.tail, 0};
        if (l.tail != 0)
            orders_[l.tail].next = handle;
        else
            l.head = handle;
        l.tail = handle;
        l.quantity += quantity;
        ++l.count;
    }

    void unlink(const Order& order, std::uint16_t locate) {
        Level& level = levels_[order.level];
        if (order.prev != 0)
            orders_[order.prev].next = order.next;
        else
            level.head = order.next;
        if (order.next != 0)
            orders_[order.next].prev = order.prev;
        else
            level.tail = order.prev;
        level.quantity -= order.quantity;
        if (--level.count != 0) return;
        Side& side = books_[locate].sides[level.price >> 31];
        std::uint32_t i = side.size - 1;
        while (side.rows[i].level != order.level)
            --i;
        std::memmove(side.rows + i, side.rows + i + 1, (side.size - i - 1) * sizeof(Row));
        --side.size;
        level.head = free_;
        free_ = order.level;
    }

    void take(std::uint64_t ref, std::uint16_t locate, std::uint32_t quantity) {
        Order& order = orders_[ref];
        if (order.quantity == quantity) return unlink(order, locate);
        order.quantity -= quantity;
        levels_[order.level].quantity -= quantity;
    }

    std::uint32_t take_level() {
        if (free_ == 0) {
            levels_.emplace_back();
            return static_cast<std::uint32_t>(levels_.size() - 1);
        }
        const std::uint32_t level = free_;
        free_ = levels_[level].head;
        return level;
    }

    static void insert(Side& side, std::uint32_t i, Row row) {
        if (side.size == side.capacity) {
            const std::uint32_t capacity = side.capacity == 0 ? 16 : side.capacity * 2;
            Row* rows = new Row[capacity];
            if (side.size != 0) std::memcpy(rows, side.rows, side.size * sizeof(Row));
            delete[] side.rows;
            side.rows = rows;
            side.capacity = capacity;
        }
        std::memmove(side.rows + i + 1, side.rows + i, (side.size - i) * sizeof(Row));
        side.rows[i] = row;
        ++side.size;
    }

    std::size_t references_;
    Order* orders_;
    std::vector<Level> levels_;
    std::vector<Book> books_;
    std::uint32_t free_ = 0;
};

}  // namespace tickweir::bench
