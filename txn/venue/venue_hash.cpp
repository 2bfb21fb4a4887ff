// The hash of a venue's state: everything that later commands depend on.
#include <optional>

#include "txn/venue/state_hash.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::txn {
namespace {

enum Table : std::uint32_t { counters, balances, positions, instruments, orders, ids, trades };

std::int64_t count_of(TimeNs time) {
    return time.time_since_epoch().count();
}

Uint128 hash_of(const OrderRecord& order) {
    PartHash part{orders};
    part.add(static_cast<std::uint64_t>(order.id)).add_signed(order.price.ticks);
    part.add_signed(order.quantity.lots).add_signed(order.filled.lots);
    part.add_signed(order.leaves.lots).add_signed(order.display.lots);
    part.add(static_cast<std::uint64_t>(order.account));
    part.add(static_cast<std::uint64_t>(order.session));
    part.add(static_cast<std::uint64_t>(order.instrument));
    part.add(static_cast<std::uint64_t>(order.side)).add(static_cast<std::uint64_t>(order.type));
    part.add(static_cast<std::uint64_t>(order.time_in_force));
    part.add(static_cast<std::uint64_t>(order.self_trade));
    part.add(order.post_only + 2U * order.is_stop + 4U * order.triggered + 8U * order.waiting);
    part.add_wide(order.notional).add_wide(order.due).add_wide(order.held);
    part.add_signed(order.stop_price.ticks).add_signed(count_of(order.expiry));
    return part.add_text(order.client_id.view()).value();
}

Uint128 hash_of(AccountId account, AssetId asset, const Balance& balance) {
    PartHash part{balances};
    part.add(static_cast<std::uint64_t>(account)).add(static_cast<std::uint64_t>(asset));
    return part.add_wide(balance.total).add_wide(balance.held).value();
}

void add_side(PartHash& part, const TradeSide& side) {
    part.add(static_cast<std::uint64_t>(side.order)).add(side.is_maker ? 1 : 0);
    part.add(static_cast<std::uint64_t>(side.account));
    part.add(static_cast<std::uint64_t>(side.session));
    part.add_wide(side.due).add_wide(side.fee);
}

Uint128 hash_of(const TradeRecord& trade) {
    PartHash part{trades};
    part.add(static_cast<std::uint64_t>(trade.id)).add(trade.busted ? 1 : 0);
    part.add(static_cast<std::uint64_t>(trade.instrument));
    part.add_signed(trade.price.ticks).add_signed(trade.quantity.lots);
    add_side(part, trade.buyer);
    add_side(part, trade.seller);
    return part.value();
}

Uint128 hash_of_id(std::uint64_t first, std::uint64_t rest) {
    return PartHash{ids}.add(first).add(rest).value();
}

template <class Id>
void add_optional(PartHash& part, const std::optional<Id>& id) {
    part.add(id ? 1 + static_cast<std::uint64_t>(*id) : 0);
}

}  // namespace

Uint128 Venue::state_hash() const {
    PartHash head{counters};
    head.add(order_count_).add(day_begin_).add(trades_.count()).add(trades_.forgotten());
    // Not the clock: a refused command moves it and leaves no record.
    head.add(client_ids_.size());
    add_rest(head);
    for (const InstrumentId instrument : runnable_)
        head.add(static_cast<std::uint64_t>(instrument));
    Uint128 sum = head.value();
    ledger_.for_each([&](AccountId account, AssetId asset, const Balance& balance) {
        if (balance != Balance{}) sum += hash_of(account, asset, balance);
    });
    for (Row row = 1; row <= positions_.size(); ++row)
        sum += hash_position(row);
    for (std::size_t i = 0; i < instruments_.size(); ++i)
        sum += hash_instrument(InstrumentId{static_cast<std::uint32_t>(i)});
    for (std::size_t i = 0; i < settings_.sessions.size(); ++i)
        for (OrderIndex order = orders_.first_of(SessionId{static_cast<std::uint32_t>(i)});
             order != 0; order = orders_[order].in_session.next)
            sum += hash_of(orders_[order]);
    client_ids_.for_each(
        [&](std::uint64_t first, std::uint64_t rest) { sum += hash_of_id(first, rest); });
    trades_.for_each([&](const TradeRecord& trade) { sum += hash_of(trade); });
    return sum;
}

/// What is to be gone on with.
void Venue::add_rest(PartHash& part) const {
    part.add(static_cast<std::uint64_t>(rest_.kind)).add(rest_.affected);
    if (rest_.kind == Rest::Kind::none) return;
    part.add(rest_.ends_day ? 1 : 0).add(static_cast<std::uint64_t>(rest_.list));
    part.add(rest_.order == 0 ? 0 : static_cast<std::uint64_t>(orders_[rest_.order].id));
    part.add(static_cast<std::uint64_t>(rest_.session)).add_signed(count_of(rest_.time));
    part.add_signed(rest_.terms.limit.ticks).add_signed(rest_.terms.min_quantity.lots);
    part.add(rest_.terms.whole + 2U * rest_.terms.immediate);
    part.add(static_cast<std::uint64_t>(rest_.terms.rest_reason));
    part.add_text(rest_.filter.client_id.view()).add(rest_.filter.keep_long_lived ? 1 : 0);
    add_optional(part, rest_.filter.session);
    add_optional(part, rest_.filter.account);
    add_optional(part, rest_.filter.instrument);
    add_optional(part, rest_.filter.side);
}

Uint128 Venue::hash_position(Row row) const {
    const Position& own = positions_[row];
    if (own.cost == 0 && own.realized == 0 && own.quantity.lots == 0 && own.open_buy.lots == 0 &&
        own.open_sell.lots == 0)
        return 0;
    PartHash part{positions};
    part.add(positions_.entry(row).first).add(positions_.entry(row).second);
    part.add_wide(own.cost).add_wide(own.realized).add_signed(own.quantity.lots);
    return part.add_signed(own.open_buy.lots).add_signed(own.open_sell.lots).value();
}

/// With the places of its orders: who is behind whom, and what is shown.
Uint128 Venue::hash_instrument(InstrumentId id) const {
    const InstrumentState& its = of(id);
    PartHash part{instruments};
    part.add(static_cast<std::uint64_t>(id)).add(static_cast<std::uint64_t>(its.state));
    part.add_signed(its.last.ticks).add_signed(its.band_reference.ticks);
    part.add_signed(its.band_begin ? count_of(*its.band_begin) : 0);
    part.add_signed(count_of(its.pause_end));
    for (std::size_t i = its.first_waiting; i < its.waiting.size(); ++i)
        if (its.waiting[i] != 0) part.add(static_cast<std::uint64_t>(orders_[its.waiting[i]].id));
    for (const Side side : {Side::buy, Side::sell})
        for_each_resting(id, side, [&](const OrderView& order, Quantity shown) {
            part.add(static_cast<std::uint64_t>(order.order)).add_signed(shown.lots);
        });
    return part.value();
}

}  // namespace tickweir::txn
