// Which messages are looked ahead at, and when: the lines of memory that a message needs hang on
// each other, so they are asked for in steps, a few messages apart.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "book/book_set.hpp"
#include "codecs/bytes.hpp"
#include "codecs/itch/messages.hpp"
#include "gateway/feeds/itch_instruments.hpp"
#include "gateway/feeds/itch_peek.hpp"

namespace tickweir::gateway {

/// Adds wait in one queue and what changes an order in another. Each message that comes moves those
/// before it in its queue by a step: one branch a message that cannot be foretold, where a queue of
/// all messages would take one a step. What the steps read of books may be about to change: they
/// guess, and change nothing. Lives as long as the framed bytes.
template <class Books>
class ItchLookAhead {
public:
    ItchLookAhead(const Books& books, const ItchInstruments& instruments)
        : books_{books}, instruments_{instruments} {
        adds_.messages.fill(nothing.data());
        takes_.messages.fill(nothing.data());
    }

    [[gnu::always_inline]] void on_message(codecs::Bytes message) {
        const Shape shape = shapes[static_cast<unsigned char>(message[0])];
        if (message.size() != shape.length) [[unlikely]]
            return;
        const auto& m = at<codecs::itch::OrderDelete>(message.data());
        books_.prefetch_index(instrument(m), order_id(m.order_ref));
        instruments_.prefetch(m.stock_locate);
        if (shape.is_add)
            on_add(message.data());
        else
            on_take(message.data());
    }

private:
    static constexpr std::size_t queue_length = 16;
    struct Queue {
        std::array<const std::byte*, queue_length> messages;
        std::size_t count = 0;
        /// The place of the message that came `before` this one.
        std::size_t place(std::size_t before) const { return (count - before) % queue_length; }
    };

    // How many messages of the same queue apart the steps are: as far as the lines need to come,
    // and no farther than the ring of those that wait is long.

    [[gnu::always_inline]] void on_add(const std::byte* message) {
        using codecs::itch::AddOrder;
        adds_.messages[adds_.place(0)] = message;
        {
            const auto& m = at<AddOrder>(adds_.messages[adds_.place(1)]);
            books_.prefetch_order(instrument(m), order_id(m.order_ref), side(m));
        }
        {
            const std::size_t place = adds_.place(3);
            const auto& m = at<AddOrder>(adds_.messages[place]);
            levels_[place] = books_.prefetch_price(instrument(m), order_id(m.order_ref), side(m),
                                                   price_of_price4(m.price4));
        }
        if (const std::size_t place = adds_.place(5); levels_[place] == 0) {
            const auto& m = at<AddOrder>(adds_.messages[place]);
            levels_[place] =
                books_.prefetch_far_price(instrument(m), side(m), price_of_price4(m.price4));
        }
        if (const std::size_t place = adds_.place(6); levels_[place] == 0) [[unlikely]] {
            const auto& m = at<AddOrder>(adds_.messages[place]);
            levels_[place] =
                books_.prefetch_any_price(instrument(m), side(m), price_of_price4(m.price4));
        }
        books_.prefetch_tail(levels_[adds_.place(7)]);
        ++adds_.count;
    }

    [[gnu::always_inline]] void on_take(const std::byte* message) {
        using codecs::itch::OrderDelete;
        using codecs::itch::OrderReplace;
        takes_.messages[takes_.place(0)] = message;
        {
            const std::size_t place = takes_.place(2);
            const std::byte* const waiting = takes_.messages[place];
            const auto& m = at<OrderDelete>(waiting);
            orders_[place] = books_.prefetch_taken(order_id(m.order_ref));
            // The old reference of what has no new one: once more costs less than a branch.
            const std::size_t newest = is_replace(m) ? offsetof(OrderReplace, new_order_ref)
                                                     : offsetof(OrderDelete, order_ref);
            books_.prefetch_new_id(order_id(itch_peek::read<codecs::be64>(waiting, newest)));
        }
        books_.prefetch_queue(orders_[takes_.place(4)]);
        {
            const std::size_t place = takes_.place(6);
            const auto& m = at<OrderDelete>(takes_.messages[place]);
            books_.prefetch_rows(instrument(m), orders_[place], is_replace(m));
        }
        {
            const std::size_t place = takes_.place(8);
            const auto& m = at<OrderReplace>(takes_.messages[place]);
            if (is_replace(m)) [[unlikely]]
                books_.prefetch_new_price(instrument(m), orders_[place], order_id(m.new_order_ref),
                                          price_of_price4(m.price4));
            books_.prefetch_far_rows(instrument(m), orders_[place]);
        }
        ++takes_.count;
    }

    /// How a message of a type looks from here; what is not about an order has length 0.
    struct Shape {
        std::uint8_t length = 0;
        bool is_add = false;
    };
    template <class... Messages>
    static constexpr std::array<Shape, 256> shapes_of(bool is_add, std::array<Shape, 256> table) {
        ((table[static_cast<unsigned char>(codecs::itch::type_of<Messages>)] =
              Shape{sizeof(Messages), is_add}),
         ...);
        return table;
    }
    static constexpr std::array<Shape, 256> shapes =
        shapes_of<codecs::itch::AddOrder, codecs::itch::AddOrderWithMpid>(
            true, shapes_of<codecs::itch::OrderExecuted, codecs::itch::OrderExecutedWithPrice,
                            codecs::itch::OrderCancel, codecs::itch::OrderDelete,
                            codecs::itch::OrderReplace>(false, {}));

    /// What a queue holds before messages have come: an order nobody has.
    static constexpr std::array<std::byte, sizeof(codecs::itch::AddOrder)> nothing{};

    /// A message, or its first fields, which all of a queue have in common.
    template <class Message>
    static const Message& at(const std::byte* message) {
        return *static_cast<const Message*>(static_cast<const void*>(message));
    }
    static book::InstrumentId instrument(const auto& m) { return instrument_id(m.stock_locate); }
    static book::Side side(const codecs::itch::AddOrder& m) {
        return m.side == 'S' ? book::Side::sell : book::Side::buy;
    }
    static bool is_replace(const auto& m) {
        return m.type == codecs::itch::type_of<codecs::itch::OrderReplace>;
    }

    const Books& books_;
    const ItchInstruments& instruments_;
    Queue adds_;
    Queue takes_;
    std::array<book::Handle, queue_length> orders_{};  ///< of the takes
    std::array<book::Handle, queue_length> levels_{};  ///< of the adds
};

}  // namespace tickweir::gateway
