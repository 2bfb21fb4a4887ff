// What books answer, as text: for claims that read as sentences and for failures that tell.
#pragma once

#include <ostream>
#include <string>

#include "book/event.hpp"
#include "book/order_book.hpp"
#include "book/types.hpp"

namespace tickweir::book {

inline std::ostream& operator<<(std::ostream& out, Side side) {
    return out << (side == Side::buy ? "buy" : "sell");
}
inline std::ostream& operator<<(std::ostream& out, Price price) {
    return out << price.ticks;
}
inline std::ostream& operator<<(std::ostream& out, Quantity quantity) {
    return out << quantity.lots;
}
inline std::ostream& operator<<(std::ostream& out, Applied applied) {
    return out << to_string(applied);
}
inline std::ostream& operator<<(std::ostream& out, const Level& level) {
    return out << level.price << " x " << level.open << " (" << level.order_count << ")";
}
inline std::ostream& operator<<(std::ostream& out, const Order& order) {
    return out << "order " << static_cast<std::uint64_t>(order.id) << " " << order.side << " "
               << order.price << " x " << order.open << " of "
               << static_cast<std::uint32_t>(order.participant);
}
inline std::ostream& operator<<(std::ostream& out, const QueuePosition& position) {
    return out << position.orders_ahead << " orders, " << position.quantity_ahead << " ahead";
}

}  // namespace tickweir::book

namespace tickweir::tests {

/// "buy 100: 10, left 10; 100 x 10 (1); touch", or the reason of a refusal.
inline std::string text_of(const book::BookChange& change) {
    if (!change.ok()) return std::string{to_string(change.status)};
    std::string text =
        (change.side == book::Side::buy ? "buy " : "sell ") + std::to_string(change.price.ticks) +
        ": " + std::to_string(change.quantity.lots) + ", left " + std::to_string(change.left.lots);
    for (std::size_t i = 0; i < change.level_count; ++i) {
        const book::Level& level = change.levels[i].level;
        text += "; " + std::to_string(level.price.ticks) + " x " + std::to_string(level.open.lots) +
                " (" + std::to_string(level.order_count) + ")";
        if (change.levels[i].side != change.side) text += " of the other side";
    }
    return text + (change.touch_changed ? "; touch" : "");
}

/// Equal in every field, unused levels included.
inline bool same(const book::BookChange& a, const book::BookChange& b) {
    return a.status == b.status && a.touch_changed == b.touch_changed &&
           a.level_count == b.level_count && a.side == b.side && a.price == b.price &&
           a.quantity == b.quantity && a.left == b.left && a.levels == b.levels;
}

}  // namespace tickweir::tests
