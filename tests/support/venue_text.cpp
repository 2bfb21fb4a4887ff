#include "tests/support/venue_text.hpp"

#include <array>

#include "tests/support/naive_amounts.hpp"

namespace tickweir::tests {

using txn::EventKind;
using txn::Side;

std::string name_of(txn::Refusal refusal) {
    static constexpr std::array<std::string_view, txn::refusal_kinds> names{
        "none",
        "unknown session",
        "unknown account",
        "unknown instrument",
        "unknown asset",
        "unknown order",
        "unknown trade",
        "order closed",
        "bad client id",
        "duplicate client id",
        "not executed",
        "late",
        "halted",
        "bad price",
        "bad stop price",
        "off tick",
        "bad quantity",
        "off lot",
        "bad display",
        "bad min quantity",
        "bad combination",
        "bad expiry",
        "no reference",
        "collar",
        "quantity cap",
        "notional cap",
        "session orders",
        "account orders",
        "position limit",
        "insufficient",
        "risk reducing",
        "would trade",
        "too many fills",
        "capacity",
        "overflow",
        "negative",
        "busy",
        "nothing to do",
    };
    return std::string{names.at(std::size_t(refusal))};
}

std::string name_of(txn::CancelReason reason) {
    static constexpr std::array<std::string_view, 9> names{"requested",  "mass cancel", "unfilled",
                                                           "self trade", "price band",  "expired",
                                                           "day end",    "funds",       "collar"};
    return std::string{names.at(std::size_t(reason))};
}

std::string name_of(txn::MarketState state) {
    static constexpr std::array<std::string_view, 3> names{"trading", "halted", "paused"};
    return std::string{names.at(std::size_t(state))};
}

std::string name_of(EventKind kind) {
    static constexpr std::array<std::string_view, 15> names{
        "accepted", "filled",    "cancelled", "expired", "rejected",
        "replaced", "triggered", "refused",   "ignored", "mass cancelled",
        "busted",   "corrected", "balance",   "state",   "day ended"};
    return std::string{names.at(std::size_t(kind))};
}

std::string number_text(txn::Int128 coefficient, unsigned decimals) {
    txn::Int128 rest = magnitude(coefficient);
    std::string digits;
    while (rest > 0 || digits.size() <= decimals) {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
        rest /= 10;
    }
    if (decimals > 0) {
        digits.insert(digits.size() - decimals, ".");
        digits.erase(digits.find_last_not_of('0') + 1);
        if (digits.back() == '.') digits.pop_back();
    }
    return (coefficient < 0 ? "-" : "") + digits;
}

namespace {

template <class Id>
std::string number_of(char letter, Id id) {
    return letter + std::to_string(std::uint64_t(id));
}

std::string side_name(Side side) {
    return side == Side::buy ? "buy" : "sell";
}

std::string type_name(txn::OrderType type) {
    static constexpr std::array<std::string_view, 4> names{"market", "limit", "stop", "stop-limit"};
    return std::string{names.at(std::size_t(type))};
}

std::string time_in_force_name(txn::TimeInForce time_in_force) {
    static constexpr std::array<std::string_view, 5> names{"day", "gtc", "ioc", "fok", "gtd"};
    return std::string{names.at(std::size_t(time_in_force))};
}

std::string named(const txn::ClientOrderId& id) {
    return id.empty() ? "" : " as " + std::string{id.view()};
}

std::string order_number(txn::OrderId id) {
    return "#" + std::to_string(std::uint64_t(id) & ((std::uint64_t{1} << 48) - 1));
}

template <class Request>
std::string flags(const Request& request) {
    return std::string{request.possible_resend ? " resend" : ""} +
           (request.possible_duplicate ? " possdup" : "");
}

template <class Request>
std::string target(const Request& request) {
    std::string text;
    if (!request.original.empty()) text += " " + std::string{request.original.view()};
    if (request.order) text += " " + order_number(*request.order);
    return text;
}

}  // namespace

std::string VenueText::price(txn::InstrumentId instrument, txn::Price price) const {
    const bool is_known = std::size_t(instrument) < settings_.instruments.size();
    const unsigned decimals =
        is_known ? settings_.instruments[std::size_t(instrument)].price_decimals : 0;
    std::string text = number_text(price.ticks, decimals);
    if (decimals == 0) return text;
    if (text.find('.') == text.npos) text += '.';
    while (text.size() - text.find('.') <= decimals)
        text += '0';
    return text;
}

std::string VenueText::quantity(txn::InstrumentId instrument, txn::Quantity quantity) const {
    const bool is_known = std::size_t(instrument) < settings_.instruments.size();
    return number_text(
        quantity.lots,
        is_known ? settings_.instruments[std::size_t(instrument)].quantity_decimals : 0);
}

std::string VenueText::instrument(txn::InstrumentId id) const {
    const bool is_known = std::size_t(id) < settings_.instruments.size();
    return is_known ? settings_.instruments[std::size_t(id)].symbol : number_of('I', id);
}

std::string VenueText::asset(txn::AssetId id) const {
    const bool is_known = std::size_t(id) < settings_.assets.size();
    return is_known ? settings_.assets[std::size_t(id)].name : number_of('X', id);
}

std::string VenueText::amount(txn::Int128 amount) {
    return number_text(amount, 18);
}

std::string VenueText::seconds(txn::TimeNs time) {
    return number_text(time.time_since_epoch().count(), 9) + "s";
}

std::string VenueText::order_name(const txn::OrderView& view) const {
    return view.client_id.empty() ? order_number(view.order) : std::string{view.client_id.view()};
}

// ------------------------------------------------------------------------------------ events

std::string VenueText::brief(const txn::Event& event) const {
    const txn::OrderView& order = event.order;
    const txn::InstrumentId instrument_id = order.instrument;
    const std::string name = order.order == txn::OrderId{} ? "" : order_name(order);
    const auto fill = [&] {
        return quantity(instrument_id, event.fill.quantity) + " @ " +
               price(instrument_id, event.fill.price);
    };
    const auto fee = [&] { return event.fill.fee == 0 ? "" : ", fee " + amount(event.fill.fee); };
    const auto left = [&] { return quantity(instrument_id, order.leaves) + " left"; };
    switch (event.kind) {
        case EventKind::accepted:
            return name + " accepted";
        case EventKind::filled:
            return name + (event.fill.is_maker ? " makes " : " takes ") + fill() + ", " + left() +
                   fee();
        case EventKind::cancelled:
            return name + " cancelled: " + name_of(event.cancel_reason) +
                   (event.request_id.empty() ? "" : " by " + std::string{event.request_id.view()});
        case EventKind::expired:
            return name + " expired: " + name_of(event.cancel_reason);
        case EventKind::rejected:
            return "rejected: " + name_of(event.refusal) + (name.empty() ? "" : " of " + name);
        case EventKind::refused:
            return "refused: " + name_of(event.refusal) + (name.empty() ? "" : " of " + name);
        case EventKind::replaced:
            return name + " replaces " + std::string{event.original.view()} + ", " + left();
        case EventKind::triggered:
            return name + " triggered";
        case EventKind::ignored:
            return "ignored, known is " + name;
        case EventKind::mass_cancelled:
            return "mass cancelled " + std::to_string(event.affected) +
                   (event.complete ? "" : ", more to come");
        case EventKind::busted:
            return name + " busted " + fill() + fee();
        case EventKind::corrected:
            return name + " corrected to " + fill() + fee();
        case EventKind::balance:
            return number_of('A', event.account) + " has " + amount(event.total) + " " +
                   asset(event.asset);
        case EventKind::state:
            return instrument(event.instrument) + " " + name_of(event.market_state);
        case EventKind::day_ended:
            return "day ended";
    }
    return "?";
}

std::string VenueText::whole(const txn::Event& event) const {
    std::string text = name_of(event.kind) + " " + number_of('S', event.session) + "." +
                       std::to_string(event.sequence) + " " + seconds(event.time);
    const auto add = [&text](std::string_view name, const std::string& value) {
        if (value != "0" && !value.empty()) text += " " + std::string{name} + "=" + value;
    };
    const auto id = [](const auto& number) { return std::to_string(std::uint64_t(number)); };
    add("refusal", name_of(event.refusal));
    add("reason", name_of(event.cancel_reason));
    add("state", name_of(event.market_state));
    if (!event.complete) text += " incomplete";
    add("request", std::string{event.request_id.view()});
    add("original", std::string{event.original.view()});
    add("affected", id(event.affected));
    add("account", id(event.account));
    add("asset", id(event.asset));
    add("instrument", id(event.instrument));
    add("total", amount(event.total));
    add("held", amount(event.held));
    const txn::OrderView& order = event.order;
    if (order == txn::OrderView{}) return text;
    text += " [" + order_number(order.order) + " " + std::string{order.client_id.view()} + " " +
            number_of('S', order.session) + " " + number_of('A', order.account) + " " +
            instrument(order.instrument) + " " + side_name(order.side) + " " +
            type_name(order.type) + " " + time_in_force_name(order.time_in_force) + " status " +
            id(order.status) + (order.post_only ? " post-only" : "") +
            (order.triggered ? " triggered" : "");
    add("price", std::to_string(order.price.ticks));
    add("stop", std::to_string(order.stop_price.ticks));
    add("quantity", std::to_string(order.quantity.lots));
    add("display", std::to_string(order.display.lots));
    add("filled", std::to_string(order.filled.lots));
    add("leaves", std::to_string(order.leaves.lots));
    add("notional", number_text(order.notional, 0));
    add("expiry", order.expiry == txn::TimeNs{} ? "" : seconds(order.expiry));
    text += "]";
    if (event.fill == txn::FillView{}) return text;
    return text + " fill t" + id(event.fill.trade) + " " +
           std::to_string(event.fill.quantity.lots) + " @ " +
           std::to_string(event.fill.price.ticks) + " fee " + amount(event.fill.fee) +
           (event.fill.is_maker ? " maker" : " taker");
}

// ---------------------------------------------------------------------------------- commands

namespace {

/// Writes a command's body; the actor stands before it.
struct BodyText {
    const VenueText& names;

    std::string operator()(const txn::NewOrder& request) const {
        std::string text = number_of('A', request.account) + " " + side_name(request.side) + " " +
                           names.quantity(request.instrument, request.quantity) + " " +
                           type_name(request.type) + " " +
                           time_in_force_name(request.time_in_force);
        if (request.price) text += " @ " + names.price(request.instrument, *request.price);
        if (request.stop_price)
            text += " stop-at " + names.price(request.instrument, *request.stop_price);
        text += " on " + names.instrument(request.instrument);
        if (request.display.lots != 0)
            text += " show " + names.quantity(request.instrument, request.display);
        if (request.min_quantity.lots != 0)
            text += " min " + names.quantity(request.instrument, request.min_quantity);
        if (request.post_only) text += " post-only";
        if (request.self_trade == txn::SelfTrade::cancel_resting) text += " cancel-resting";
        if (request.self_trade == txn::SelfTrade::cancel_both) text += " cancel-both";
        if (request.expiry) text += " until " + VenueText::seconds(*request.expiry);
        return text + flags(request) + named(request.client_id);
    }
    std::string operator()(const txn::CancelOrder& request) const {
        return "cancel" + target(request) + named(request.client_id);
    }
    /// Of the first instrument's scale: the order's is not known here.
    std::string operator()(const txn::ReplaceOrder& request) const {
        std::string text =
            "replace" + target(request) + " with " + names.quantity({}, request.quantity);
        if (request.price) text += " @ " + names.price({}, *request.price);
        if (request.stop_price) text += " stop-at " + names.price({}, *request.stop_price);
        if (request.display) text += " show " + names.quantity({}, *request.display);
        if (request.expiry) text += " until " + VenueText::seconds(*request.expiry);
        return text + flags(request) + named(request.client_id);
    }
    std::string operator()(const txn::MassCancel& request) const {
        std::string text = "mass-cancel";
        if (request.session) text += " session " + number_of('S', *request.session);
        if (request.account) text += " account " + number_of('A', *request.account);
        if (request.instrument) text += " on " + names.instrument(*request.instrument);
        if (request.side) text += " " + side_name(*request.side);
        if (request.keep_long_lived) text += " keep-long-lived";
        return text + named(request.client_id);
    }
    std::string operator()(const txn::Deposit& request) const {
        return "deposit " + number_of('A', request.account) + " " +
               VenueText::amount(request.amount) + " " + names.asset(request.asset);
    }
    std::string operator()(const txn::Withdraw& request) const {
        return "withdraw " + number_of('A', request.account) + " " +
               VenueText::amount(request.amount) + " " + names.asset(request.asset);
    }
    std::string operator()(const txn::Transfer& request) const {
        return "transfer " + number_of('A', request.from) + " " + number_of('A', request.to) + " " +
               VenueText::amount(request.amount) + " " + names.asset(request.asset);
    }
    std::string operator()(const txn::Halt& request) const {
        return "halt " + names.instrument(request.instrument);
    }
    std::string operator()(const txn::Resume& request) const {
        return "resume " + names.instrument(request.instrument);
    }
    std::string operator()(const txn::Tick&) const { return "tick"; }
    std::string operator()(const txn::DayEnd&) const { return "day-end"; }
    std::string operator()(const txn::BustTrade& request) const {
        return "bust " + std::to_string(std::uint64_t(request.trade));
    }
    std::string operator()(const txn::CorrectTrade& request) const {
        return "correct " + std::to_string(std::uint64_t(request.trade)) + " to " +
               names.quantity({}, request.quantity) + " @ " + names.price({}, request.price);
    }
    std::string operator()(const txn::Continue&) const { return "continue"; }
};

}  // namespace

std::string VenueText::settings() const {
    std::string text;
    const auto set = [&text](const std::string& what, const std::string& value) {
        text += "set " + what + " " + value + "\n";
    };
    const auto number = [](auto value) { return std::to_string(value); };
    static constexpr std::array<std::string_view, 8> roundings{
        "half-even", "half-up", "half-down", "up", "down", "ceiling", "floor", "zero-five-up"};
    const auto seconds_of = [](std::chrono::nanoseconds time) {
        return seconds(txn::TimeNs{time});
    };
    text += "set unfunded\n";
    set("effects", number(settings_.limits.effects));
    set("orders", number(settings_.limits.orders));
    set("client-ids", number(settings_.limits.client_ids));
    set("trades", number(settings_.limits.trades));
    set("fees", "maker " + number(settings_.fees.maker_millionths) + " taker " +
                    number(settings_.fees.taker_millionths) + " decimals " +
                    number(settings_.assets.front().decimals) + " rounding " +
                    std::string{roundings.at(std::size_t(settings_.fees.rounding))});
    for (std::size_t i = 0; i < settings_.instruments.size(); ++i) {
        const txn::InstrumentSettings& one = settings_.instruments[i];
        const txn::InstrumentId id{static_cast<std::uint32_t>(i)};
        set(one.symbol,
            "decimals " + number(one.price_decimals) + " " + number(one.quantity_decimals) +
                " tick " + price(id, one.tick) + " lot " + quantity(id, one.lot) + " reference " +
                price(id, one.reference) + " collar " + number(one.collar_millionths) + " band " +
                number(one.band_millionths) + " window " + seconds_of(one.band_window) + " pause " +
                seconds_of(one.pause) + " most " + quantity(id, one.quantity_max) + " worth " +
                amount(one.notional_max));
    }
    for (const txn::AccountSettings& one : settings_.accounts)
        set(one.name, "orders " + number(one.orders_max) + " worth " + amount(one.notional_max));
    for (const txn::SessionSettings& one : settings_.sessions)
        set(one.name, "orders " + number(one.orders_max));
    for (const txn::ShortLimit& one : settings_.short_limits)
        set("short",
            number_of('A', one.account) + " " + asset(one.asset) + " " + amount(one.amount));
    for (const txn::PositionLimit& one : settings_.position_limits)
        set("position", number_of('A', one.account) + " " + instrument(one.instrument) + " " +
                            quantity(one.instrument, one.quantity));
    return text;
}

std::string VenueText::command(const txn::Command& command) const {
    std::string text = number_of('S', command.envelope.session) + " ";
    if (command.envelope.deadline) text += "deadline " + seconds(*command.envelope.deadline) + " ";
    return text + std::visit(BodyText{*this}, command.body);
}

}  // namespace tickweir::tests
