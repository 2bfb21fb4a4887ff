// The open orders of a saved state: into their pool, their books, or wherever else they stand.
#include <algorithm>
#include <string>

#include "txn/venue/venue_loader.hpp"

namespace tickweir::txn {
namespace {

constexpr std::size_t batch_orders = 32;

}  // namespace

void VenueLoader::get_orders() {
    expect(StatePart::orders, "no orders begin here");
    const std::size_t count = in_.count(venue_.settings_.limits.orders, "open orders");
    OrderId before = venue_.order_id(0);
    for (std::size_t done = 0; done < count && in_.ok();) {
        batch_.resize(std::min(count - done, batch_orders));
        for (Entering& next : batch_) {
            next = get_order();
            if (in_.ok() &&
                (next.order.id <= before || next.order.id > venue_.order_id(venue_.order_count_)))
                in_.fail("an OrderID is out of order");
            before = next.order.id;
        }
        if (!in_.ok()) return;
        look_ahead();
        for (Entering& next : batch_)
            if (in_.ok() && fits(next)) enter(next);
        done += batch_.size();
    }
}

/// Nearly all time of entering an order is waiting for memory: what a batch of them will touch
/// is asked for step by step.
void VenueLoader::look_ahead() {
    const book::BookSet& books = venue_.books_;
    for (const auto& [order, shown, level] : batch_) {
        venue_.positions_.prefetch(static_cast<std::uint32_t>(order.account),
                                   static_cast<std::uint32_t>(order.instrument));
        books.prefetch_index(order.instrument, order.id);
    }
    for (const auto& [order, shown, level] : batch_) {
        venue_.positions_.prefetch_row(static_cast<std::uint32_t>(order.account),
                                       static_cast<std::uint32_t>(order.instrument));
        books.prefetch_order(order.instrument, order.id, order.side);
    }
    for (auto& [order, shown, level] : batch_)
        level = books.prefetch_price(order.instrument, order.id, order.side, order.price);
    for (auto& [order, shown, level] : batch_)
        if (level == 0) level = books.prefetch_far_price(order.instrument, order.side, order.price);
    for (auto& [order, shown, level] : batch_)
        if (level == 0) level = books.prefetch_any_price(order.instrument, order.side, order.price);
    for (const auto& [order, shown, level] : batch_)
        if (level != 0) books.prefetch_tail(level);
}

VenueLoader::Entering VenueLoader::get_order() {
    Entering next{};
    OrderRecord& order = next.order;
    order.id = in_.get<OrderId>();
    order.session = get_session();
    order.account = get_account();
    order.instrument = get_instrument();
    const auto bits = in_.below<std::uint16_t>(order_bits, "an order's bits");
    order.side = (bits & side_bit) != 0 ? Side::sell : Side::buy;
    order.post_only = (bits & post_only_bit) != 0;
    order.is_stop = (bits & stop_bit) != 0;
    order.triggered = (bits & triggered_bit) != 0;
    order.waiting = (bits & waiting_bit) != 0;
    order.type = in_.up_to(OrderType::stop_limit, "an order's type");
    order.time_in_force = in_.up_to(TimeInForce::gtd, "a time in force");
    order.self_trade = in_.up_to(SelfTrade::cancel_both, "a self-trade mode");
    order.price = in_.price();
    order.stop_price = in_.price();
    order.quantity = in_.quantity();
    order.filled = in_.quantity();
    order.leaves = in_.quantity();
    order.display = in_.quantity();
    next.shown = in_.quantity();
    order.notional = in_.wide();
    order.due = in_.wide();
    order.held = in_.wide();
    order.expiry = in_.time();
    order.client_id = in_.client_id();
    return next;
}

bool VenueLoader::fits(Entering& next) {
    auto& [order, shown, level] = next;
    order.position_row = venue_.positions_.find(static_cast<std::uint32_t>(order.account),
                                                static_cast<std::uint32_t>(order.instrument));
    const Position& own = venue_.positions_[order.position_row];
    const bool in_book = !order.is_stop && !order.waiting;
    if (order.position_row == 0 || own.base_row == 0 || own.quote_row == 0)
        in_.fail("an order's account has no position that it could change");
    else if (order.leaves.lots <= 0 || (order.is_stop && order.waiting) ||
             (in_book && (shown.lots <= 0 || shown > order.leaves)))
        in_.fail("an order has nothing open, or shows more than that, or is in two places");
    else if (order.display.lots < 0 ||
             (in_book && order.display.lots == 0 && shown != order.leaves))
        in_.fail("an order shows another part than it should");
    else if (order.type == OrderType::stop && order.side == Side::buy &&
             saved_.collar_changed[Venue::index(order.instrument)])
        in_.fail("the settings are others: the collar of instrument " +
                 std::to_string(Venue::index(order.instrument)) +
                 ", by which an open stop holds money, is another");
    return in_.ok();
}

void VenueLoader::enter(Entering& next) {
    auto& [order, shown, level] = next;
    order.held_row = venue_.positions_[order.position_row].held_row(order.side);
    if (!count_open(order)) return in_.fail("the sum of open quantities is beyond 64 bits");
    if (!venue_.orders_.ready() || !venue_.waiting_.ready())
        return in_.fail("there is no memory left for open orders");
    const OrderIndex index = venue_.orders_.add(order);
    if (order.time_in_force == TimeInForce::gtd) venue_.expiries_.add(order.expiry, order.id);
    if (order.waiting) return venue_.waiting_.insert(order.id, index);
    const auto owner = static_cast<book::Participant>(index);
    const book::BookChange change =
        order.is_stop
            ? venue_.stops_.add(order.instrument, order.id, book::opposite(order.side),
                                order.stop_price, order.leaves, owner)
            : venue_.books_.add(order.instrument, order.id, order.side, order.price, shown, owner);
    if (!change.ok())
        in_.fail("an order's book refuses it: " + std::string{to_string(change.status)});
}

/// What is open of an account and of all, with this order; false if it does not fit.
bool VenueLoader::count_open(const OrderRecord& order) {
    Quantity& all = venue_.of(order.instrument).open[static_cast<std::size_t>(order.side)];
    Position& own = venue_.positions_[order.position_row];
    const auto side = static_cast<Side>(order.side);
    if (__builtin_add_overflow(all.lots, order.leaves.lots, &all.lots)) return false;
    own.open(side) = own.open(side) + order.leaves;  // less than all
    return true;
}

void VenueLoader::get_queues() {
    expect(StatePart::queues, "no queues begin here");
    for (OrderId id = in_.get<OrderId>(); id != OrderId{0}; id = in_.get<OrderId>()) {
        const book::OrderSlot* const slot = venue_.books_.find_order(id);
        if (slot == nullptr) return in_.fail("an order is moved that is in no book");
        const OrderRecord& order = venue_.orders_[Venue::resting(*slot)];
        const book::BookChange change =
            venue_.books_.replace(order.instrument, id, id, order.price, slot->open);
        if (!change.ok()) return in_.fail("an order cannot be moved in its queue");
    }
}

}  // namespace tickweir::txn
