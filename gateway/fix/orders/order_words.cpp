#include "gateway/fix/orders/order_words.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

using txn::CancelReason;
using txn::OrderStatus;
using txn::OrderType;
using txn::Refusal;
using txn::SelfTrade;
using txn::Side;
using txn::TimeInForce;

bool is_one_of(std::string_view text, std::string_view values) {
    return text.size() == 1 && values.find(text.front()) != values.npos;
}

// OrdRejReason (103).
constexpr unsigned unknown_symbol = 1;
constexpr unsigned exchange_closed = 2;
constexpr unsigned exceeds_limit = 3;
constexpr unsigned too_late_to_enter = 4;
constexpr unsigned unknown_order = 5;
constexpr unsigned duplicate_order = 6;
constexpr unsigned unsupported_characteristic = 11;
constexpr unsigned incorrect_quantity = 13;
constexpr unsigned unknown_account = 15;

// CxlRejReason (102).
constexpr unsigned too_late_to_cancel = 0;
constexpr unsigned cancel_of_unknown_order = 1;
constexpr unsigned duplicate_client_id = 6;

}  // namespace

std::optional<Side> side_of(std::string_view text) {
    if (text == "1") return Side::buy;
    if (text == "2") return Side::sell;
    return std::nullopt;
}

std::optional<OrderType> order_type_of(std::string_view text) {
    if (!is_one_of(text, "1234")) return std::nullopt;
    return static_cast<OrderType>(text.front() - '1');
}

std::optional<TimeInForce> time_in_force_of(std::string_view text) {
    if (text == "0") return TimeInForce::day;
    if (text == "1") return TimeInForce::gtc;
    if (text == "3") return TimeInForce::ioc;
    if (text == "4") return TimeInForce::fok;
    if (text == "6") return TimeInForce::gtd;
    return std::nullopt;
}

std::optional<SelfTrade> self_trade_of(std::string_view text) {
    if (text == "N") return SelfTrade::cancel_incoming;
    if (text == "O") return SelfTrade::cancel_resting;
    if (text == "B") return SelfTrade::cancel_both;
    return std::nullopt;
}

char wire_of(Side side) {
    return side == Side::buy ? '1' : '2';
}

char wire_of(OrderType type) {
    return static_cast<char>('1' + static_cast<int>(type));
}

char wire_of(TimeInForce time_in_force) {
    switch (time_in_force) {
        case TimeInForce::day:
            return '0';
        case TimeInForce::gtc:
            return '1';
        case TimeInForce::ioc:
            return '3';
        case TimeInForce::fok:
            return '4';
        case TimeInForce::gtd:
            return '6';
    }
    return '0';
}

bool is_standard_side(std::string_view text) {
    return is_one_of(text, "123456789ABCDEFG");
}

bool is_standard_order_type(std::string_view text) {
    return is_one_of(text, "123456789DEGIJKLMP");
}

bool is_standard_time_in_force(std::string_view text) {
    return is_one_of(text, "01234567");
}

char status_of(const txn::OrderView& order) {
    switch (order.status) {
        case OrderStatus::open:
            if (order.order == txn::OrderId{}) return 'A';
            return order.filled.lots == 0 ? '0' : '1';
        case OrderStatus::filled:
            return '2';
        case OrderStatus::cancelled:
            return '4';
        case OrderStatus::expired:
            return 'C';
        case OrderStatus::rejected:
            return '8';
    }
    return '8';
}

unsigned order_reject_reason(Refusal refusal) {
    switch (refusal) {
        case Refusal::unknown_instrument:
            return unknown_symbol;
        case Refusal::halted:
            return exchange_closed;
        case Refusal::quantity_cap:
        case Refusal::notional_cap:
        case Refusal::session_orders:
        case Refusal::account_orders:
        case Refusal::position_limit:
        case Refusal::insufficient:
        case Refusal::risk_reducing:
            return exceeds_limit;
        case Refusal::late:
            return too_late_to_enter;
        case Refusal::unknown_order:
            return unknown_order;
        case Refusal::duplicate_client_id:
            return duplicate_order;
        case Refusal::bad_combination:
            return unsupported_characteristic;
        case Refusal::bad_quantity:
        case Refusal::off_lot:
        case Refusal::bad_display:
        case Refusal::bad_min_quantity:
            return incorrect_quantity;
        case Refusal::unknown_account:
            return unknown_account;
        case Refusal::none:
        case Refusal::unknown_session:
        case Refusal::unknown_asset:
        case Refusal::unknown_trade:
        case Refusal::order_closed:
        case Refusal::bad_client_id:
        case Refusal::not_executed:
        case Refusal::bad_price:
        case Refusal::bad_stop_price:
        case Refusal::off_tick:
        case Refusal::bad_expiry:
        case Refusal::no_reference:
        case Refusal::collar:
        case Refusal::would_trade:
        case Refusal::too_many_fills:
        case Refusal::capacity:
        case Refusal::overflow:
        case Refusal::negative:
        case Refusal::busy:
        case Refusal::nothing_to_do:
            break;
    }
    return reason_other;
}

unsigned cancel_reject_reason(Refusal refusal) {
    if (refusal == Refusal::order_closed) return too_late_to_cancel;
    if (refusal == Refusal::unknown_order) return cancel_of_unknown_order;
    if (refusal == Refusal::duplicate_client_id) return duplicate_client_id;
    return reason_other;
}

unsigned mass_cancel_reject_reason(Refusal refusal) {
    constexpr unsigned invalid_security = 1;
    return refusal == Refusal::unknown_instrument ? invalid_security : reason_other;
}

unsigned restatement_reason(CancelReason reason) {
    constexpr unsigned broker_option = 4;
    constexpr unsigned trading_halt = 6;
    constexpr unsigned market_option = 8;
    switch (reason) {
        case CancelReason::price_band:
            return trading_halt;
        case CancelReason::funds:
            return broker_option;
        case CancelReason::mass_cancel:
        case CancelReason::collar:
            return market_option;
        case CancelReason::requested:
        case CancelReason::unfilled:
        case CancelReason::self_trade:
        case CancelReason::expired:
        case CancelReason::day_end:
            break;
    }
    return reason_other;
}

}  // namespace tickweir::gateway::fix::orders
