#include "book/order_book.hpp"

#include <algorithm>

namespace tickweir::book {

SideRows OrderBook::levels(Side side) const {
    const BookHeader* book = set_->find_book(instrument_);
    return book == nullptr ? SideRows{} : book->side(side);
}

std::uint64_t OrderBook::version() const {
    const BookHeader* book = set_->find_book(instrument_);
    return book == nullptr ? 0 : book->version;
}

Quote OrderBook::quote() const {
    const BookHeader* book = set_->find_book(instrument_);
    return {best(Side::buy), best(Side::sell), book == nullptr ? 0 : book->touch_version};
}

std::optional<Level> OrderBook::best(Side side) const {
    const SideRows all = levels(side);
    if (all.empty()) return std::nullopt;
    return view(set_->level_at(all.best()));
}

std::size_t OrderBook::depth(Side side, std::span<Level> out) const {
    const SideRows all = levels(side);
    const std::size_t count = std::min<std::size_t>(all.size(), out.size());
    for (std::size_t i = 0; i < count; ++i)
        out[i] = view(set_->level_at(all.level(all.size() - 1 - i)));
    return count;
}

void OrderBook::prefetch_rows() const {
    const BookHeader* const book = set_->find_book(instrument_);
    if (book == nullptr) return;
    for (const Side side : {Side::buy, Side::sell})
        book->side(side).prefetch();
}

void OrderBook::prefetch_levels(std::size_t count) const {
    for (const Side side : {Side::buy, Side::sell}) {
        const SideRows all = levels(side);
        const std::size_t wanted = std::min<std::size_t>(all.size(), count);
        for (std::size_t i = 0; i < wanted; ++i)
            prefetch(&set_->level_at(all.level(all.size() - 1 - i)));
    }
}

std::optional<Level> OrderBook::level(Side side, Price price) const {
    const SideRows rows = levels(side);
    const SideRows::Place place = rows.find(key_of(side, price), &set_->level_at(0));
    if (!place.found) return std::nullopt;
    return view(set_->level_at(rows.at(place)));
}

std::optional<Order> OrderBook::front(Side side) const {
    const SideRows all = levels(side);
    if (all.empty()) return std::nullopt;
    return view(set_->order_at(set_->level_at(all.best()).head));
}

std::optional<Order> OrderBook::find(OrderId id) const {
    const OrderSlot* order = find_slot(id);
    if (order == nullptr) return std::nullopt;
    return view(*order);
}

std::optional<QueuePosition> OrderBook::queue_position(OrderId id) const {
    const OrderSlot* order = find_slot(id);
    if (order == nullptr) return std::nullopt;
    QueuePosition position;
    for (Handle h = order->prev; h != 0; h = set_->order_at(h).prev) {
        ++position.orders_ahead;
        position.quantity_ahead = position.quantity_ahead + set_->order_at(h).open;
    }
    return position;
}

Order OrderBook::view(const OrderSlot& order) const {
    const LevelSlot& level = set_->level_at(order.level);
    return {order.id, static_cast<Side>(level.owner & 1), level.price, order.open,
            order.participant};
}

const OrderSlot* OrderBook::find_slot(OrderId id) const {
    const OrderSlot* order = set_->find_order(id);
    if (order == nullptr) return nullptr;
    const std::uint32_t owner = set_->level_at(order->level).owner;
    return owner >> 1 == static_cast<std::uint32_t>(instrument_) ? order : nullptr;
}

}  // namespace tickweir::book
