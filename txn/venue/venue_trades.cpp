// Trades that are taken back or put right, whatever becomes of balances.
#include <limits>

#include "txn/venue/venue.hpp"

namespace tickweir::txn {
namespace {

constexpr Int128 trade_notional_max = static_cast<Int128>(book::exact::power_of_ten(31));

}  // namespace

void Venue::bust(const BustTrade& command) {
    TradeRecord* const trade = trades_.find(command.trade);
    if (trade == nullptr || trade->busted) return refuse(Refusal::unknown_trade, {});
    if (!positions_fit(*trade, {})) return refuse(Refusal::overflow, {});
    trade->busted = true;
    deltas_.clear();
    book_side(*trade, Side::buy, -1);
    book_side(*trade, Side::sell, -1);
    teller_.apply(deltas_, *point_, 1);
    tell_trade(EventKind::busted, *trade);
}

void Venue::correct(const CorrectTrade& command) {
    TradeRecord* const trade = trades_.find(command.trade);
    if (trade == nullptr || trade->busted) return refuse(Refusal::unknown_trade, {});
    if (command.quantity.lots <= 0 || command.quantity > trade->quantity)
        return refuse(Refusal::bad_quantity, {});
    if (command.price.ticks <= 0) return refuse(Refusal::bad_price, {});
    InstrumentState& its = of(trade->instrument);
    if (Int128{command.price.ticks} * command.quantity.lots >
            trade_notional_max / its.notional_unit ||
        !positions_fit(*trade, {}) || !positions_fit(*trade, command.quantity) ||
        !dues_fit(*trade, its.notional(command.price, command.quantity)))
        return refuse(Refusal::overflow, {});
    deltas_.clear();
    book_side(*trade, Side::buy, -1);
    book_side(*trade, Side::sell, -1);
    trade->price = command.price;
    trade->quantity = command.quantity;
    const Int128 notional = its.notional(command.price, command.quantity);
    for (TradeSide* side : {&trade->buyer, &trade->seller})
        side->due = its.fees.due(notional, side->is_maker);
    book_side(*trade, Side::buy, 1);
    book_side(*trade, Side::sell, 1);
    teller_.apply(deltas_, *point_, 1);
    tell_trade(EventKind::corrected, *trade);
}

/// Whether both sides' positions stay within 64 bits, whatever becomes of their open orders, when
/// only so much of the trade is kept.
bool Venue::positions_fit(const TradeRecord& trade, Quantity kept) const {
    constexpr Int128 most = std::numeric_limits<std::int64_t>::max();
    const auto fits = [&](const TradeSide& side, int sign) {
        const Position& own = positions_[side.position_row];
        const Int128 after = own.quantity.lots + sign * (Int128{kept.lots} - trade.quantity.lots);
        return after + own.open_buy.lots <= most && own.open_sell.lots - after <= most;
    };
    return fits(trade.buyer, 1) && fits(trade.seller, -1);
}

/// Whether the exact fees of both orders, if they are open, still fit once the trade is worth this.
bool Venue::dues_fit(const TradeRecord& trade, Int128 notional) const {
    const InstrumentState& its = of(trade.instrument);
    const auto fits = [&](const TradeSide& side) {
        const OrderIndex index = find(side.order);
        if (index == 0) return true;
        const Int128 due = orders_[index].due - side.due + its.fees.due(notional, side.is_maker);
        return due <= balance_max && due >= -balance_max;
    };
    return fits(trade.buyer) && fits(trade.seller);
}

/// Books one side of a trade (sign 1) or takes it back (-1). Of an order that is open its sums and
/// its hold follow; what it is charged stays the rounded fee of all its fills.
void Venue::book_side(TradeRecord& trade, Side side, int sign) {
    TradeSide& own = side == Side::buy ? trade.buyer : trade.seller;
    InstrumentState& its = of(trade.instrument);
    const Int128 notional = its.notional(trade.price, trade.quantity);
    const Int128 amount = its.amount(trade.quantity);
    Position& position = positions_[own.position_row];
    Int128 fee =
        sign > 0 ? its.fees.rounded(own.due) : own.fee;  // in all, of an order that is gone
    if (const OrderIndex index = find(own.order); index != 0) {
        OrderRecord& order = orders_[index];
        const Int128 due = order.due + sign * own.due;
        fee = sign * (its.fees.rounded(due) - its.fees.rounded(order.due));
        order.due = due;
        order.filled.lots += sign * trade.quantity.lots;
        order.notional += sign * Int128{trade.price.ticks} * trade.quantity.lots;
        const Int128 held = hold_of(order, order.leaves, due);
        deltas_.push_back({order.held_row, 0, held - order.held});
        order.held = held;
    }
    if (sign > 0) own.fee = fee;
    const int paid = side == Side::buy ? -sign : sign;
    deltas_.push_back({position.quote_row, paid * notional - sign * fee});
    deltas_.push_back({position.base_row, -paid * amount});
    if (fee != 0) deltas_.push_back({its.fee_row, sign * fee});
    position.take(sign > 0 ? side : book::opposite(side), trade.quantity, notional);
}

void Venue::tell_trade(EventKind kind, const TradeRecord& trade) {
    for (const Side side : {Side::buy, Side::sell}) {
        const TradeSide& own = side == Side::buy ? trade.buyer : trade.seller;
        Event& event = tell(kind);
        event.session = own.session;
        event.order.order = own.order;
        event.order.session = own.session;
        event.order.account = own.account;
        event.order.instrument = trade.instrument;
        event.order.side = side;
        if (const OrderIndex index = find(own.order); index != 0)
            event.order = view(orders_[index]);
        event.fill = {trade.id, trade.price, trade.quantity, own.fee, own.is_maker};
    }
}

}  // namespace tickweir::txn
