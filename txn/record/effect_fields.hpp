// The fields of an event in the order in which they are written, each with its bit among the marks
// and its guess. Writer and reader both go over them.
#pragma once

#include "txn/record/effect_codec.hpp"

namespace tickweir::txn::record {

inline constexpr unsigned kind_bits = 4;
inline constexpr unsigned event_kinds = 15;
static_assert(static_cast<unsigned>(EventKind::day_ended) + 1 == event_kinds);
inline constexpr std::uint64_t cancel_reasons = 9;
static_assert(static_cast<std::uint64_t>(CancelReason::collar) + 1 == cancel_reasons);
static_assert(static_cast<std::size_t>(Refusal::nothing_to_do) + 1 == refusal_kinds);

/// Where the bits of the first fields stand; then those of the further ones, from 0 again.
enum FirstBit : unsigned {
    other_bit = kind_bits,
    further_bit,
    fill_quantity_bit,
    fee_bit,
    order_bit,
    client_id_bit,
    order_session_bit,
    account_bit,
    price_bit,
    quantity_bit,
    filled_bit,
    flags_bit,
};
static_assert(flags_bit == 15);
enum FurtherBit : unsigned {
    fill_price_bit,
    trade_bit,
    order_instrument_bit,
    stop_price_bit,
    display_bit,
    leaves_bit,
    notional_bit,
    expiry_bit,
    cancel_reason_bit,
    refusal_bit,
    request_bit,
    original_bit,
    time_bit,
    sequence_bit,
    session_bit,
    administration_bit,
};
static_assert(administration_bit == 15);
enum AdministrationBit : unsigned {
    maker_bit,
    affected_bit,
    incomplete_bit,
    balance_account_bit,
    asset_bit,
    instrument_bit,
    state_bit,
    balance_bit,
};
static_assert(balance_bit == 7);

/// Small fields of an order in 11 bits.
inline std::uint64_t flags_of(const OrderView& order, OrderStatus status) {
    return raw(order.side) | raw(order.type) << 1 | raw(order.time_in_force) << 3 |
           raw(status) << 6 | std::uint64_t{order.post_only} << 9 |
           std::uint64_t{order.triggered} << 10;
}

/// Goes over all fields of an event in the order in which they are written, each with its guess.
/// The visitor writes those that differ, or sets all.
template <class AnyEvent, class Visitor>
void administration(const EffectContext& context, AnyEvent& event, bool other, Visitor& visit) {
    const EventKind kind = event.kind;
    visit.flag(maker_bit, event.fill.is_maker, EffectContext::is_maker(kind, other));
    visit.value(affected_bit, "affected", event.affected, std::uint64_t{0});
    visit.flag(incomplete_bit, event.complete, true);
    visit.value(balance_account_bit, "account", event.account, context.account(kind));
    visit.value(asset_bit, "asset", event.asset, context.asset(kind));
    visit.value(instrument_bit, "instrument", event.instrument, context.instrument(kind));
    visit.small(state_bit, "market state", event.market_state, context.market_state(kind), 3);
    visit.balance(balance_bit, event.total, event.held);
}

template <class AnyEvent, class Visitor>
void further(const EffectContext& context, AnyEvent& event, bool other, const OrderView& base,
             Visitor& visit) {
    const EventKind kind = event.kind;
    auto& order = event.order;
    visit.value(fill_price_bit, "price of fill", event.fill.price,
                context.fill_price(event, other));
    visit.value(trade_bit, "trade", event.fill.trade, context.trade(kind, other));
    visit.value(order_instrument_bit, "instrument", order.instrument, base.instrument);
    visit.value(stop_price_bit, "stop price", order.stop_price, base.stop_price);
    visit.value(display_bit, "display", order.display, base.display);
    visit.value(leaves_bit, "leaves", order.leaves, EffectContext::leaves(event, base, other));
    visit.wide(notional_bit, "notional", order.notional,
               EffectContext::notional(event, base, other));
    visit.value(expiry_bit, "expiry", order.expiry, base.expiry);
    visit.small(cancel_reason_bit, "cancel reason", event.cancel_reason,
                context.cancel_reason(kind), cancel_reasons);
    visit.small(refusal_bit, "refusal", event.refusal, Refusal::none, refusal_kinds);
    visit.text(request_bit, "request id", event.request_id, context.request(event));
    visit.text(original_bit, "original client id", event.original, context.original(kind));
    visit.value(time_bit, "time", event.time, context.time());
    visit.value(sequence_bit, "sequence", event.sequence, context.sequence());
    visit.value(session_bit, "session", event.session, context.session(event));
    visit.nested(administration_bit, false, [&] { administration(context, event, other, visit); });
}

template <class AnyEvent, class Visitor>
void go_over(const EffectContext& context, AnyEvent& event, bool other, Visitor& visit) {
    const EventKind kind = event.kind;
    const OrderView& base = context.order(kind, other);
    auto& order = event.order;
    visit.value(fill_quantity_bit, "quantity of fill", event.fill.quantity,
                context.fill_quantity(kind, other));
    visit.wide(fee_bit, "fee", event.fill.fee, Int128{0});
    visit.value(order_bit, "order id", order.order, base.order);
    visit.text(client_id_bit, "client id", order.client_id, base.client_id);
    visit.value(order_session_bit, "session of order", order.session, base.session);
    visit.value(account_bit, "account of order", order.account, base.account);
    visit.value(price_bit, "price", order.price, base.price);
    visit.value(quantity_bit, "quantity", order.quantity,
                EffectContext::quantity(event, base, other));
    visit.value(filled_bit, "filled", order.filled, EffectContext::filled(event, base));
    const OrderStatus status =
        EffectContext::status(event, EffectContext::leaves(event, base, other));
    visit.flags(flags_bit, order, base, status);
    visit.nested(further_bit, true, [&] { further(context, event, other, base, visit); });
}

}  // namespace tickweir::txn::record
