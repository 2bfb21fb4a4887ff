#include "tests/support/naive_venue.hpp"

#include <algorithm>
#include <type_traits>

namespace tickweir::tests {

using txn::EventKind;
using txn::MarketState;
using txn::Refusal;

NaiveVenue::NaiveVenue(const txn::VenueSettings& settings) : settings_{settings} {
    for (const txn::InstrumentSettings& one : settings.instruments) {
        Market market;
        market.settings = one;
        if (one.reference.ticks > 0) market.band.reference = one.reference;
        markets_.push_back(std::move(market));
    }
}

// ---------------------------------------------------------------------------------- envelope

void NaiveVenue::execute(const txn::Command& command, txn::Outcome& outcome) {
    outcome.clear();
    out_ = &outcome;
    envelope_ = command.envelope;
    now_ = clock_;
    traded_.clear();
    refusal_kind_ = std::holds_alternative<txn::NewOrder>(command.body) ? EventKind::rejected
                                                                        : EventKind::refused;
    request_id_ = std::visit(
        [](const auto& body) {
            if constexpr (requires { body.client_id; }) return body.client_id;
            return txn::ClientOrderId{};
        },
        command.body);

    const bool continues = std::holds_alternative<txn::Continue>(command.body);
    if (continues && !continuation_pending()) return refuse(Refusal::nothing_to_do);
    if (!continues && continuation_pending()) return refuse(Refusal::busy);
    now_ = clock_ = std::max(clock_, envelope_.time);
    if (!continues && envelope_.deadline && now_ > *envelope_.deadline)
        return refuse(Refusal::late);
    if (std::size_t(envelope_.session) >= settings_.sessions.size())
        return refuse(Refusal::unknown_session);
    std::visit([this](const auto& body) { on(body); }, command.body);
    trigger_stops();
}

bool NaiveVenue::continuation_pending() const {
    return !std::holds_alternative<std::monostate>(work_) || !runnable_.empty();
}

void NaiveVenue::on(const txn::Continue&) {
    const Work work = std::exchange(work_, std::monostate{});
    if (const auto* rest = std::get_if<RestOfOrder>(&work)) return match(orders_.at(rest->order));
    if (const auto* mass = std::get_if<RestOfMassCancel>(&work)) return go_on(*mass);
    if (const auto* tick = std::get_if<RestOfTick>(&work)) return go_on(*tick);
    if (const auto* day_end = std::get_if<RestOfDayEnd>(&work)) return go_on(*day_end);
    run_stop();
}

// ----------------------------------------------------------------------------------- queries

NaiveBalance NaiveVenue::balance(txn::AccountId account, txn::AssetId asset) const {
    NaiveBalance balance;
    if (const auto found = totals_.find({account, asset}); found != totals_.end())
        balance.total = found->second;
    for (const txn::OrderId id : open_) {
        const Order& order = orders_.at(id);
        const txn::InstrumentSettings& traded = market_of(order.view.instrument).settings;
        const bool is_buy = order.view.side == txn::Side::buy;
        if (order.view.account == account && (is_buy ? traded.quote : traded.base) == asset)
            balance.held += hold_of(order);
    }
    return balance;
}

NaivePosition NaiveVenue::position(txn::AccountId account, txn::InstrumentId instrument) const {
    NaivePosition position;
    if (const auto found = positions_.find({account, instrument}); found != positions_.end())
        position = found->second;
    for (const txn::OrderId id : open_) {
        const txn::OrderView& view = orders_.at(id).view;
        if (view.account != account || view.instrument != instrument) continue;
        txn::Quantity& open = view.side == txn::Side::buy ? position.open_buy : position.open_sell;
        open = open + view.leaves;
    }
    return position;
}

MarketState NaiveVenue::market_state(txn::InstrumentId instrument) const {
    return market_of(instrument).state;
}

std::optional<txn::OrderView> NaiveVenue::order(txn::OrderId id) const {
    if (!open_.contains(id)) return std::nullopt;
    return orders_.at(id).view;
}

// ------------------------------------------------------------------------------------ events

txn::Event NaiveVenue::event(EventKind kind) const {
    txn::Event event;
    event.kind = kind;
    event.session = envelope_.session;
    event.sequence = envelope_.sequence;
    event.time = now_;
    return event;
}

void NaiveVenue::refuse(Refusal refusal, std::optional<txn::OrderId> named) {
    txn::Event refused = event(refusal_kind_);
    refused.refusal = refusal;
    refused.request_id = request_id_;
    if (named) refused.order = view_of(*named);
    out_->events.push_back(refused);
}

void NaiveVenue::tell_order(EventKind kind, const Order& order, txn::CancelReason reason,
                            const txn::ClientOrderId& request_id) {
    txn::Event told = event(kind);
    told.session = order.view.session;
    told.order = order.view;
    told.cancel_reason = reason;
    told.request_id = request_id;
    out_->events.push_back(told);
}

void NaiveVenue::tell_balance(txn::AccountId account, txn::AssetId asset) {
    txn::Event told = event(EventKind::balance);
    const NaiveBalance now = balance(account, asset);
    told.account = account;
    told.asset = asset;
    told.total = now.total;
    told.held = now.held;
    out_->events.push_back(told);
}

/// The order as it stands; of a closed one its id only.
txn::OrderView NaiveVenue::view_of(txn::OrderId id) const {
    if (open_.contains(id)) return orders_.at(id).view;
    txn::OrderView view;
    view.order = id;
    return view;
}

void NaiveVenue::set_state(txn::InstrumentId instrument, MarketState state) {
    market_of(instrument).state = state;
    if (state != MarketState::trading) runnable_.remove(instrument);
    make_runnable(instrument);
    txn::Event told = event(EventKind::state);
    told.instrument = instrument;
    told.market_state = state;
    out_->events.push_back(told);
}

// ---------------------------------------------------------------------------- administration

Refusal NaiveVenue::amount_fault(txn::AccountId account, txn::AssetId asset,
                                 const Int128& amount) const {
    if (!is_operator()) return Refusal::unknown_session;
    if (std::size_t(account) >= settings_.accounts.size()) return Refusal::unknown_account;
    if (std::size_t(asset) >= settings_.assets.size()) return Refusal::unknown_asset;
    if (amount <= 0) return Refusal::negative;
    if (amount > ten_to(37)) return Refusal::overflow;
    return Refusal::none;
}

void NaiveVenue::on(const txn::Deposit& request) {
    const Refusal fault = amount_fault(request.account, request.asset, request.amount);
    if (fault != Refusal::none) return refuse(fault);
    const Int128 before = balance(request.account, request.asset).total;
    if (goes_beyond(before, before + request.amount)) return refuse(Refusal::overflow);
    move(request.account, request.asset, request.amount);
    tell_balance(request.account, request.asset);
}

void NaiveVenue::on(const txn::Withdraw& request) {
    const Refusal fault = amount_fault(request.account, request.asset, request.amount);
    if (fault != Refusal::none) return refuse(fault);
    if (available(request.account, request.asset) < request.amount)
        return refuse(Refusal::insufficient);
    move(request.account, request.asset, -request.amount);
    tell_balance(request.account, request.asset);
}

void NaiveVenue::on(const txn::Transfer& request) {
    if (is_operator() && std::size_t(request.to) >= settings_.accounts.size())
        return refuse(Refusal::unknown_account);
    const Refusal fault = amount_fault(request.from, request.asset, request.amount);
    if (fault != Refusal::none) return refuse(fault);
    if (available(request.from, request.asset) < request.amount)
        return refuse(Refusal::insufficient);
    const Int128 before = balance(request.to, request.asset).total;
    if (request.from != request.to && goes_beyond(before, before + request.amount))
        return refuse(Refusal::overflow);
    move(request.from, request.asset, -request.amount);
    move(request.to, request.asset, request.amount);
    tell_balance(request.from, request.asset);
    tell_balance(request.to, request.asset);
}

void NaiveVenue::on(const txn::Halt& request) {
    if (!is_operator()) return refuse(Refusal::unknown_session);
    if (std::size_t(request.instrument) >= markets_.size())
        return refuse(Refusal::unknown_instrument);
    set_state(request.instrument, MarketState::halted);
}

void NaiveVenue::on(const txn::Resume& request) {
    if (!is_operator()) return refuse(Refusal::unknown_session);
    if (std::size_t(request.instrument) >= markets_.size())
        return refuse(Refusal::unknown_instrument);
    set_state(request.instrument, MarketState::trading);
}

}  // namespace tickweir::tests
