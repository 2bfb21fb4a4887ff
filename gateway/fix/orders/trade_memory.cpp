#include "gateway/fix/orders/trade_memory.hpp"

#include <algorithm>

namespace tickweir::gateway::fix::orders {
namespace {

using txn::EventKind;

std::size_t place_of(txn::Side side) {
    return static_cast<std::size_t>(side);
}

}  // namespace

TradeMemory::TradeMemory(std::size_t trades) : rows_(std::max<std::size_t>(trades, 1)) {}

TradeMemory::Row& TradeMemory::row(txn::TradeId trade) {
    return rows_[static_cast<std::size_t>(trade) % rows_.size()];
}
const TradeMemory::Row& TradeMemory::row(txn::TradeId trade) const {
    return rows_[static_cast<std::size_t>(trade) % rows_.size()];
}

void TradeMemory::note(const txn::Event& event, const ExecPlace& place) {
    const txn::TradeId trade = event.fill.trade;
    if (trade == txn::TradeId{}) return;
    Row& kept = row(trade);
    Fill& own = kept.sides[place_of(event.order.side)];
    if (event.kind == EventKind::filled || event.kind == EventKind::corrected) {
        if (kept.trade != trade) {
            kept = {};
            kept.trade = trade;
        }
        own = {place, event.fill.price, event.fill.quantity};
    } else if (event.kind == EventKind::busted && kept.trade == trade) {
        own = {};
    }
}

std::optional<TradeMemory::Fill> TradeMemory::find(const txn::Event& event) const {
    const Row& kept = row(event.fill.trade);
    if (event.fill.trade == txn::TradeId{} || kept.trade != event.fill.trade) return std::nullopt;
    const Fill& own = kept.sides[place_of(event.order.side)];
    if (own.quantity.lots == 0) return std::nullopt;
    return own;
}

txn::OrderView order_after(const txn::Event& event, const txn::OrderView* known,
                           const std::optional<TradeMemory::Fill>& before) {
    // An event has an order's id and quantity only where the order is open.
    if (!event.order.client_id.empty() || known == nullptr || known->order != event.order.order)
        return event.order;
    txn::OrderView after = *known;
    const auto add = [&after](txn::Price price, txn::Quantity quantity, int sign) {
        after.filled.lots += sign * quantity.lots;
        after.notional += sign * txn::Int128{price.ticks} * quantity.lots;
    };
    if (event.kind == EventKind::busted) {
        add(event.fill.price, event.fill.quantity, -1);
    } else if (event.kind == EventKind::corrected && before) {
        add(before->price, before->quantity, -1);
        add(event.fill.price, event.fill.quantity, 1);
    }
    return after;
}

}  // namespace tickweir::gateway::fix::orders
