// What a venue shows: orders, events, exposures.
#include <algorithm>

#include "txn/venue/venue.hpp"

namespace tickweir::txn {
namespace {

Int128 bounded(Int128 amount) {
    return std::clamp(amount, -balance_max, balance_max);
}

/// A position may be worth more than any order.
Int128 bounded_notional(const InstrumentState& its, Price price, Quantity quantity) {
    const Int128 raw = Int128{price.ticks} * quantity.lots;
    const Int128 most = balance_max / its.notional_unit;
    return std::clamp(raw, -most, most) * its.notional_unit;
}

}  // namespace

OrderIndex Venue::find(OrderId order) const {
    if (const book::OrderSlot* slot = books_.find_order(order)) return resting(*slot);
    if (const OrderIndex waiting = waiting_.find(order); waiting != 0) return waiting;
    const book::OrderSlot* stop = stops_.find_order(order);
    return stop == nullptr ? 0 : resting(*stop);
}

std::optional<OrderView> Venue::order(OrderId order) const {
    const OrderIndex found = find(order);
    if (found == 0) return std::nullopt;
    return view(orders_[found]);
}

OrderView Venue::view(const OrderRecord& order) const {
    return {.order = order.id,
            .client_id = order.client_id,
            .session = order.session,
            .account = order.account,
            .instrument = order.instrument,
            .side = order.side,
            .type = order.type,
            .time_in_force = order.time_in_force,
            .status = OrderStatus::open,
            .post_only = order.post_only,
            .triggered = order.triggered,
            .price = order.price,
            .stop_price = order.stop_price,
            .quantity = order.quantity,
            .display = order.display,
            .filled = order.filled,
            .leaves = order.leaves,
            .notional = order.notional,
            .expiry = order.expiry};
}

Event& Venue::tell(EventKind kind) {
    Event& event = out_->events.emplace_back();
    event.kind = kind;
    event.session = envelope_->session;
    event.sequence = envelope_->sequence;
    event.time = now_;
    return event;
}

Event& Venue::tell(EventKind kind, const OrderRecord& order) {
    Event& event = tell(kind);
    event.session = order.session;
    event.order = view(order);
    return event;
}

void Venue::refuse(Refusal refusal, const ClientOrderId& request) {
    Event& event = tell(EventKind::refused);
    event.refusal = refusal;
    event.request_id = request;
}

void Venue::tell_level(const book::BookChange& change, InstrumentId instrument) {
    for (std::size_t i = 0; i < change.level_count; ++i)
        out_->levels.push_back({instrument, change.levels[i].side, change.levels[i].level});
}

Position Venue::position(AccountId account, InstrumentId instrument) const {
    const Row row = positions_.find(static_cast<std::uint32_t>(account),
                                    static_cast<std::uint32_t>(instrument));
    return row == 0 ? Position{} : positions_[row];
}

Exposure Venue::exposure(AccountId account) const {
    Exposure exposure;
    if (!known(account)) return exposure;
    for (OrderIndex i = orders_.first_of(account); i != 0; i = orders_[i].in_account.next) {
        const OrderRecord& order = orders_[i];
        const Price price = order.price.ticks != 0 ? order.price : order.stop_price;
        const Int128 notional = bounded_notional(of(order.instrument), price, order.leaves);
        exposure.open_notional = bounded(exposure.open_notional + notional);
        ++exposure.open_orders;
    }
    for (std::size_t i = 0; i < instruments_.size(); ++i) {
        const Position own = position(account, InstrumentId{static_cast<std::uint32_t>(i)});
        if (own.quantity.lots == 0) continue;
        const Price mark = instruments_[i].reference();
        const Int128 worth = bounded_notional(instruments_[i], mark, own.quantity);
        exposure.unrealized = bounded(exposure.unrealized + bounded(worth - own.cost));
    }
    return exposure;
}

}  // namespace tickweir::txn
