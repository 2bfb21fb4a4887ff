#include "txn/record/effect_context.hpp"

#include <algorithm>

namespace tickweir::txn::record {

constinit const OrderView EffectContext::none_{};

EffectContext::EffectContext(const Command& command)
    : session_{command.envelope.session},
      sequence_{command.envelope.sequence},
      time_{command.envelope.time} {
    own_.session = session_;
    std::visit([this](const auto& body) { begin(body); }, command.body);
}

void EffectContext::begin(const NewOrder& order) {
    request_ = order.client_id;
    own_.client_id = order.client_id;
    own_.account = order.account;
    own_.instrument = order.instrument;
    own_.side = order.side;
    own_.type = order.type;
    own_.time_in_force = order.time_in_force;
    own_.post_only = order.post_only;
    own_.price = order.price.value_or(Price{});
    own_.stop_price = order.stop_price.value_or(Price{});
    own_.quantity = order.quantity;
    own_.display = std::min(order.display, order.quantity);
    own_.leaves = order.quantity;
    own_.expiry = order.expiry.value_or(TimeNs{});
}

void EffectContext::begin(const CancelOrder& cancel) {
    names_own_ = true;
    reason_ = CancelReason::requested;
    request_ = cancel.client_id;
    own_.client_id = cancel.original;
    own_.order = cancel.order.value_or(OrderId{});
}

void EffectContext::begin(const ReplaceOrder& replace) {
    request_ = replace.client_id;
    original_ = replace.original;
    own_.client_id = replace.client_id;
    own_.order = replace.order.value_or(OrderId{});
    own_.price = replace.price.value_or(Price{});
    own_.stop_price = replace.stop_price.value_or(Price{});
    own_.quantity = replace.quantity;
    own_.display = replace.display.value_or(Quantity{});
    own_.expiry = replace.expiry.value_or(TimeNs{});
}

void EffectContext::begin(const MassCancel& cancel) {
    reason_ = CancelReason::mass_cancel;
    request_ = cancel.client_id;
    other_.session = cancel.session.value_or(session_);
    other_.account = cancel.account.value_or(AccountId{});
    other_.instrument = cancel.instrument.value_or(InstrumentId{});
    other_.side = cancel.side.value_or(Side::buy);
    knows_other_ = true;
}

void EffectContext::begin_balance(AccountId account, AssetId asset) {
    account_ = account;
    next_account_ = account;
    asset_ = asset;
}

void EffectContext::begin(const Transfer& transfer) {
    begin_balance(transfer.from, transfer.asset);
    next_account_ = transfer.to;
}

void EffectContext::begin(const Halt& halt) {
    instrument_ = halt.instrument;
    market_state_ = MarketState::halted;
}

void EffectContext::begin(const Resume& resume) {
    instrument_ = resume.instrument;
    market_state_ = MarketState::trading;
}

void EffectContext::begin(const Tick&) {
    reason_ = CancelReason::expired;
    market_state_ = MarketState::trading;
}

void EffectContext::begin(const CorrectTrade& correct) {
    fill_.trade = correct.trade;
    fill_.price = correct.price;
    fill_.quantity = correct.quantity;
}

const ClientOrderId& EffectContext::request(const Event& event) const {
    switch (event.kind) {
        case EventKind::accepted:
        case EventKind::rejected:
        case EventKind::refused:
        case EventKind::ignored:
        case EventKind::replaced:
        case EventKind::mass_cancelled:
            return request_;
        case EventKind::cancelled: {
            const bool is_asked = event.cancel_reason == CancelReason::requested ||
                                  event.cancel_reason == CancelReason::mass_cancel;
            return is_asked ? request_ : none_.client_id;
        }
        case EventKind::filled:
        case EventKind::expired:
        case EventKind::triggered:
        case EventKind::busted:
        case EventKind::corrected:
        case EventKind::balance:
        case EventKind::state:
        case EventKind::day_ended:
            return none_.client_id;
    }
    return none_.client_id;
}

void EffectContext::learn(const Event& event, bool other) {
    time_ = event.time;
    sequence_ = event.sequence;
    if (!event.request_id.empty()) request_ = event.request_id;
    if (is_end(event.kind)) reason_ = event.cancel_reason;
    if (event.kind == EventKind::balance) account_ = next_account_;
    if (event.kind == EventKind::state) instrument_ = event.instrument;
    if (event.kind == EventKind::filled || is_trade_change(event.kind)) fill_ = event.fill;
    if (!is_about_order(event.kind)) return;
    other ? learn_other(event) : learn_own(event.order);
}

void EffectContext::learn_own(const OrderView& order) {
    own_ = order;
    instrument_ = order.instrument;
    if (knows_other_) return;
    other_.order = order.order;
    other_.instrument = order.instrument;
    other_.side = book::opposite(order.side);
    other_.price = order.price;
}

void EffectContext::learn_other(const Event& event) {
    const OrderView& order = event.order;
    knows_other_ = true;
    other_.order = order.order;
    other_.session = order.session;
    other_.account = order.account;
    other_.instrument = order.instrument;
    other_.side = is_trade_change(event.kind) ? book::opposite(order.side) : order.side;
    other_.time_in_force = order.time_in_force;
    other_.type = order.type;
    other_.price = order.price;
    other_.quantity = order.quantity;
}

}  // namespace tickweir::txn::record
