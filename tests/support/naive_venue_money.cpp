// Balances, holds, fees and positions of the naive venue, and trades that are taken back.
#include "tests/support/naive_venue.hpp"

#include <algorithm>
#include <limits>

namespace tickweir::tests {

using txn::Price;
using txn::Quantity;
using txn::Refusal;
using txn::Side;

namespace {

/// 10^-18 of the quote asset in one tick of one lot.
Int128 notional_unit(const txn::InstrumentSettings& traded) {
    return ten_to(18 - traded.price_decimals - traded.quantity_decimals);
}

/// 10^-18 of the base asset in one lot.
Int128 base_unit(const txn::InstrumentSettings& traded) {
    return ten_to(18 - traded.quantity_decimals);
}

Int128 raw_notional(Price price, Quantity quantity) {
    return Int128{price.ticks} * quantity.lots;
}

/// Beyond ten million million whole units of either asset.
bool is_too_much(const txn::InstrumentSettings& traded, Price price, Quantity quantity) {
    const Int128 most = ten_to(13 + 18);
    return raw_notional(price, quantity) > most / notional_unit(traded) ||
           quantity.lots > most / base_unit(traded);
}

}  // namespace

// -------------------------------------------------------------------------------------- fees

Int128 NaiveVenue::hold_rate() const {
    return std::max({settings_.fees.maker_millionths, settings_.fees.taker_millionths, 0});
}

Int128 NaiveVenue::due_of(bool is_maker, Price price, Quantity quantity) const {
    const Int128 rate =
        is_maker ? settings_.fees.maker_millionths : settings_.fees.taker_millionths;
    return rate * raw_notional(price, quantity);
}

/// What is charged when `due` is, in units of 10^-18.
Int128 NaiveVenue::fee_of(const Market& market, const Int128& due) const {
    const unsigned decimals = settings_.assets.at(std::size_t(market.settings.quote)).decimals;
    const unsigned exact = market.settings.price_decimals + market.settings.quantity_decimals + 6;
    const Int128 kept = decimals >= exact ? due * ten_to(decimals - exact)
                                          : rounded_quotient(due, ten_to(exact - decimals),
                                                             settings_.fees.rounding);
    return kept * ten_to(18 - decimals);
}

// ------------------------------------------------------------------------- holds and balances

Int128 NaiveVenue::hold_of(const Order& order) const {
    const txn::OrderView& view = order.view;
    const Market& market = market_of(view.instrument);
    if (view.type == txn::OrderType::market) return 0;
    if (view.side == Side::sell) return view.leaves.lots * base_unit(market.settings);
    const Price price = view.type == txn::OrderType::stop
                            ? collared(market, Side::buy, view.stop_price)
                            : view.price;
    const Int128 notional = raw_notional(price, view.leaves);
    const Int128 most_due = order.due + hold_rate() * notional;
    const Int128 hold = notional * notional_unit(market.settings) + fee_of(market, most_due) -
                        fee_of(market, order.due);
    return order.budget ? std::min(hold, *order.budget) : hold;
}

Int128 NaiveVenue::short_limit(txn::AccountId account, txn::AssetId asset) const {
    for (const txn::ShortLimit& limit : settings_.short_limits) {
        if (limit.account == account && limit.asset == asset) return limit.amount;
    }
    return 0;
}

Int128 NaiveVenue::available(txn::AccountId account, txn::AssetId asset) const {
    const NaiveBalance now = balance(account, asset);
    return now.total - now.held + short_limit(account, asset);
}

void NaiveVenue::move(txn::AccountId account, txn::AssetId asset, const Int128& amount) {
    totals_[{account, asset}] += amount;
}

/// `direction` 1: the trade is paid; -1: it is paid back.
void NaiveVenue::settle(const Trade& trade, int direction, const Int128 (&fees)[2]) {
    const txn::InstrumentSettings& traded = market_of(trade.instrument).settings;
    const txn::AccountId buyer = orders_.at(trade.orders[0]).view.account;
    const txn::AccountId seller = orders_.at(trade.orders[1]).view.account;
    const Int128 notional = raw_notional(trade.price, trade.quantity) * notional_unit(traded);
    const Int128 base = trade.quantity.lots * base_unit(traded);
    move(buyer, traded.quote, -direction * (notional + fees[0]));
    move(buyer, traded.base, direction * base);
    move(seller, traded.base, -direction * base);
    move(seller, traded.quote, direction * (notional - fees[1]));
    move(settings_.fees.account, traded.quote, direction * (fees[0] + fees[1]));
}

/// Open orders at their own prices, positions at the last trades'.
txn::Exposure NaiveVenue::exposure(txn::AccountId account) const {
    txn::Exposure exposure;
    for (const txn::OrderId id : open_) {
        const txn::OrderView& view = orders_.at(id).view;
        if (view.account != account) continue;
        const Price price = view.price.ticks != 0 ? view.price : view.stop_price;
        exposure.open_notional +=
            raw_notional(price, view.leaves) * notional_unit(market_of(view.instrument).settings);
        ++exposure.open_orders;
    }
    for (const auto& [key, position] : positions_) {
        if (key.first != account || position.quantity.lots == 0) continue;
        const Market& market = market_of(key.second);
        exposure.unrealized +=
            raw_notional(*reference(market), position.quantity) * notional_unit(market.settings) -
            position.cost;
    }
    return exposure;
}

// --------------------------------------------------------------------------------- positions

void NaiveVenue::trade_position(txn::AccountId account, txn::InstrumentId instrument, Side side,
                                Price price, Quantity quantity) {
    const Int128 unit = notional_unit(market_of(instrument).settings);
    const std::int64_t sign = side == Side::buy ? 1 : -1;
    NaivePosition& position = positions_[{account, instrument}];
    const std::int64_t before = position.quantity.lots;
    Quantity rest = quantity;

    const bool reduces = (before > 0 && side == Side::sell) || (before < 0 && side == Side::buy);
    if (reduces) {
        const std::int64_t whole = before < 0 ? -before : before;
        const Quantity part = std::min(quantity, Quantity{whole});
        const Int128 cost_of_part =
            part.lots == whole ? position.cost : rounded_share(position.cost, part.lots, whole);
        const Int128 proceeds = -sign * raw_notional(price, part) * unit;
        position.cost -= cost_of_part;
        position.realized += proceeds - cost_of_part;
        position.quantity.lots += sign * part.lots;
        rest = quantity - part;
    }
    position.cost += sign * raw_notional(price, rest) * unit;
    position.quantity.lots += sign * rest.lots;
}

// ------------------------------------------------------------------------- trades taken back

/// Everything that the trade did to balances, positions and its orders' sums.
void NaiveVenue::take_back(const Trade& trade) {
    const Market& market = market_of(trade.instrument);
    Int128 fees[2] = {trade.fees[0], trade.fees[1]};
    for (const Side side : {Side::buy, Side::sell}) {
        Order& order = orders_.at(trade.orders[index(side)]);
        order.view.filled = order.view.filled - trade.quantity;
        order.view.notional -= raw_notional(trade.price, trade.quantity);
        trade_position(order.view.account, trade.instrument, opposite(side), trade.price,
                       trade.quantity);
        if (!open_.contains(order.view.order)) continue;
        const Int128 charged = fee_of(market, order.due);
        order.due -= due_of(side == trade.maker, trade.price, trade.quantity);
        fees[index(side)] = charged - fee_of(market, order.due);
    }
    settle(trade, -1, fees);
}

void NaiveVenue::tell_trade(txn::EventKind kind, txn::TradeId id, const Trade& trade) {
    for (const Side side : {Side::buy, Side::sell}) {
        const Order& order = orders_.at(trade.orders[index(side)]);
        tell_order(kind, order);
        txn::OrderView& told = out_->events.back().order;
        told = view_of(order.view.order);
        told.session = order.view.session;
        told.account = order.view.account;
        told.instrument = order.view.instrument;
        told.side = side;
        out_->events.back().fill = {id, trade.price, trade.quantity, trade.fees[index(side)],
                                    side == trade.maker};
    }
}

void NaiveVenue::on(const txn::BustTrade& request) {
    if (!is_operator()) return refuse(Refusal::unknown_session);
    const auto found = trades_.find(request.trade);
    if (found == trades_.end()) return refuse(Refusal::unknown_trade);
    if (!can_take_back(found->second)) return refuse(Refusal::overflow);
    take_back(found->second);
    tell_trade(txn::EventKind::busted, request.trade, found->second);
    trades_.erase(found);
}

void NaiveVenue::on(const txn::CorrectTrade& request) {
    if (!is_operator()) return refuse(Refusal::unknown_session);
    const auto found = trades_.find(request.trade);
    if (found == trades_.end()) return refuse(Refusal::unknown_trade);
    Trade& trade = found->second;
    if (request.quantity.lots <= 0 || request.quantity > trade.quantity)
        return refuse(Refusal::bad_quantity);
    if (request.price.ticks <= 0) return refuse(Refusal::bad_price);
    if (is_too_much(market_of(trade.instrument).settings, request.price, request.quantity))
        return refuse(Refusal::overflow);

    if (!can_take_back(trade)) return refuse(Refusal::overflow);
    take_back(trade);
    trade.price = request.price;
    trade.quantity = request.quantity;
    for (const Side side : {Side::buy, Side::sell}) {
        Order& order = orders_.at(trade.orders[index(side)]);
        const txn::FillView again =
            fill_side(order, request.trade, trade.price, trade.quantity, side == trade.maker);
        trade.fees[index(side)] = again.fee;
        if (!open_.contains(order.view.order)) order.due = 0;
    }
    settle(trade, 1, trade.fees);
    tell_trade(txn::EventKind::corrected, request.trade, trade);
}

/// One side's sums and position of a trade; the answer says what it is charged.
txn::FillView NaiveVenue::fill_side(Order& order, txn::TradeId trade, Price price,
                                    Quantity quantity, bool is_maker) {
    const Market& market = market_of(order.view.instrument);
    const Int128 charged_before = fee_of(market, order.due);
    order.due += due_of(is_maker, price, quantity);
    order.view.filled = order.view.filled + quantity;
    order.view.notional += raw_notional(price, quantity);
    trade_position(order.view.account, order.view.instrument, order.view.side, price, quantity);
    return {trade, price, quantity, fee_of(market, order.due) - charged_before, is_maker};
}

// ------------------------------------------------------------------------------- order checks

Refusal NaiveVenue::cap_fault(const Order& order, Price price, const Order* before) const {
    const txn::OrderView& view = order.view;
    const txn::InstrumentSettings& traded = market_of(view.instrument).settings;
    const txn::AccountSettings& account = settings_.accounts.at(std::size_t(view.account));
    if (traded.quantity_max.lots > 0 && view.quantity > traded.quantity_max)
        return Refusal::quantity_cap;
    if (is_too_much(traded, price, view.quantity) || sums_overflow(order, before))
        return Refusal::overflow;
    const Int128 notional = raw_notional(price, view.quantity) * notional_unit(traded);
    for (const Int128& most : {traded.notional_max, account.notional_max}) {
        if (most > 0 && notional > most) return Refusal::notional_cap;
    }
    if (before != nullptr) return Refusal::none;

    const auto count = [this](auto&& wanted) {
        return static_cast<std::size_t>(
            std::count_if(open_.begin(), open_.end(),
                          [&](txn::OrderId id) { return wanted(orders_.at(id).view); }));
    };
    if (count([&](const auto& one) { return one.session == view.session; }) >=
        settings_.sessions.at(std::size_t(view.session)).orders_max)
        return Refusal::session_orders;
    if (count([&](const auto& one) { return one.account == view.account; }) >= account.orders_max)
        return Refusal::account_orders;
    return Refusal::none;
}

/// `before` is the order that this one replaces.
bool NaiveVenue::breaks_position_limit(const Order& order, const Order* before) const {
    const txn::OrderView& view = order.view;
    const NaivePosition now = position(view.account, view.instrument);
    const std::int64_t own = before != nullptr ? before->view.leaves.lots : 0;
    for (const txn::PositionLimit& limit : settings_.position_limits) {
        if (limit.account != view.account || limit.instrument != view.instrument) continue;
        const bool is_buy = view.side == Side::buy;
        const Int128 held = is_buy ? now.quantity.lots : -Int128{now.quantity.lots};
        const Int128 open = Int128{(is_buy ? now.open_buy : now.open_sell).lots} - own;
        const bool reduces = held < 0 && view.leaves.lots <= -held - open;
        if (!reduces && held + open + view.leaves.lots > limit.quantity.lots) return true;
    }
    return false;
}

/// Whether the open quantity of the side, or the position when it is filled, is beyond 64 bits.
bool NaiveVenue::sums_overflow(const Order& order, const Order* before) const {
    const txn::OrderView& view = order.view;
    Int128 side = view.leaves.lots;
    for (const txn::OrderId id : open_) {
        const txn::OrderView& other = orders_.at(id).view;
        const bool counts = other.instrument == view.instrument && other.side == view.side &&
                            (before == nullptr || id != before->view.order);
        if (counts) side += other.leaves.lots;
    }
    const NaivePosition own = position(view.account, view.instrument);
    const bool is_buy = view.side == Side::buy;
    const Int128 has = is_buy ? own.quantity.lots : -Int128{own.quantity.lots};
    const Int128 open = (is_buy ? own.open_buy : own.open_sell).lots;
    const Int128 given_back = before != nullptr ? before->view.leaves.lots : 0;
    const Int128 most = std::numeric_limits<std::int64_t>::max();
    return side > most || has + open - given_back + view.leaves.lots > most;
}

bool NaiveVenue::can_take_back(const Trade& trade) const {
    const Int128 most = std::numeric_limits<std::int64_t>::max();
    for (const Side side : {Side::buy, Side::sell}) {
        const txn::AccountId account = orders_.at(trade.orders[index(side)]).view.account;
        const NaivePosition own = position(account, trade.instrument);
        const Int128 change = side == Side::buy ? -trade.quantity.lots : trade.quantity.lots;
        const Int128 after = own.quantity.lots + change;
        if (after + own.open_buy.lots > most || after - own.open_sell.lots < -most) return false;
    }
    return true;
}

/// `fails`: an order that is all or nothing and gets nothing.
Refusal NaiveVenue::money_fault(const Order& order, const Order* before, bool fails) const {
    const txn::OrderView& view = order.view;
    const txn::InstrumentSettings& traded = market_of(view.instrument).settings;
    if (view.account == settings_.fees.account) return Refusal::none;
    const txn::AssetId asset = view.side == Side::buy ? traded.quote : traded.base;
    Int128 need = 0;
    if (view.type != txn::OrderType::market)
        need = hold_of(order);
    else if (view.side == Side::sell)
        need = view.quantity.lots * base_unit(traded);
    else if (!fails)
        need = cost_of_first(plan(order));
    const Int128 free =
        available(view.account, asset) + (before != nullptr ? hold_of(*before) : Int128{0});
    if (need <= 0) return Refusal::none;
    if (free < 0) return Refusal::risk_reducing;
    return free < need ? Refusal::insufficient : Refusal::none;
}

}  // namespace tickweir::tests
