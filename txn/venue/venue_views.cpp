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

std::size_t Venue::levels(InstrumentId instrument, Side side, std::size_t from,
                          std::span<book::Level> into) const {
    const book::BookHeader* book = books_.find_book(instrument);
    if (book == nullptr) return 0;
    const book::SideRows& rows = book->side(side);
    if (from >= rows.size()) return 0;
    const std::size_t count = std::min(into.size(), rows.size() - from);
    for (std::size_t i = 0; i < count; ++i) {
        const book::LevelSlot& level = books_.level_at(rows.level(rows.size() - 1 - from - i));
        into[i] = {level.price, level.open, level.order_count};
    }
    return count;
}

Position Venue::position(AccountId account, InstrumentId instrument) const {
    const Row row = positions_.find(static_cast<std::uint32_t>(account),
                                    static_cast<std::uint32_t>(instrument));
    return row == 0 ? Position{} : positions_[row];
}

Int128 Venue::unrealized(InstrumentId instrument, const Position& own) const {
    if (own.quantity.lots == 0) return 0;
    const InstrumentState& its = of(instrument);
    return bounded(bounded_notional(its, its.reference(), own.quantity) - own.cost);
}

std::optional<InstrumentId> Venue::traded_in(TradeId trade) const {
    const TradeRecord* const found = trades_.find(trade);
    if (found == nullptr || found->busted) return std::nullopt;
    return found->instrument;
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
        const InstrumentId instrument{static_cast<std::uint32_t>(i)};
        const Int128 its = unrealized(instrument, position(account, instrument));
        exposure.unrealized = bounded(exposure.unrealized + its);
    }
    return exposure;
}

}  // namespace tickweir::txn
