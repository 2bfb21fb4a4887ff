// Records as text for people: prices and quantities in units of their instruments, money exactly,
// ids as numbers, for no settings are at hand.
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "txn/record/command_record.hpp"
#include "txn/record/wire.hpp"

namespace tickweir::txn {
namespace {

constexpr unsigned money_decimals = 18;

/// `number` * 10^-`decimals`, without needless zeros.
std::string decimal_text(Int128 number, unsigned decimals) {
    std::string digits;
    for (Uint128 rest = number < 0 ? 0 - static_cast<Uint128>(number)
                                   : static_cast<Uint128>(number);
         rest != 0 || digits.size() <= decimals; rest /= 10)
        digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    if (decimals != 0) {
        digits.insert(decimals, 1, '.');
        const std::size_t first = digits.find_first_not_of('0');
        digits.erase(0, digits[first] == '.' ? first + 1 : first);
    }
    if (number < 0) digits += '-';
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::string seconds_text(TimeNs time) {
    return decimal_text(time.time_since_epoch().count(), 9);
}
template <class T>
std::string number_text(T value) {
    if constexpr (std::is_same_v<T, Price>)
        return std::to_string(value.ticks);
    else if constexpr (std::is_same_v<T, Quantity>)
        return std::to_string(value.lots);
    else
        return std::to_string(raw(value));
}

/// Whatever a client chose, on one line.
std::string id_text(const ClientOrderId& id) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (const char character : id.view()) {
        const auto code = static_cast<unsigned char>(character);
        if (code > ' ' && code < 0x7f && character != '\\') {
            text += character;
        } else {
            text += "\\x";
            text += hex[code >> 4];
            text += hex[code & 15];
        }
    }
    return text;
}

template <class Enum, std::size_t size>
std::string name_in(const std::array<std::string_view, size>& names, Enum value) {
    const std::uint64_t place = raw(value);
    return place < size ? std::string{names[place]} : std::to_string(place);
}
std::string name_of(EventKind kind) {
    static constexpr std::array<std::string_view, 15> names{
        "accepted", "filled",    "cancelled", "expired", "rejected",
        "replaced", "triggered", "refused",   "ignored", "mass cancelled",
        "busted",   "corrected", "balance",   "state",   "day ended"};
    return name_in(names, kind);
}
std::string name_of(Side side) {
    return side == Side::buy ? "buy" : "sell";
}
std::string name_of(OrderType type) {
    static constexpr std::array<std::string_view, 4> names{"market", "limit", "stop", "stop-limit"};
    return name_in(names, type);
}
std::string name_of(TimeInForce time_in_force) {
    static constexpr std::array<std::string_view, 5> names{"day", "gtc", "ioc", "fok", "gtd"};
    return name_in(names, time_in_force);
}
std::string name_of(OrderStatus status) {
    static constexpr std::array<std::string_view, 5> names{"open", "filled", "cancelled", "expired",
                                                           "rejected"};
    return name_in(names, status);
}
std::string name_of(SelfTrade mode) {
    static constexpr std::array<std::string_view, 3> names{"cancel-incoming", "cancel-resting",
                                                           "cancel-both"};
    return name_in(names, mode);
}
std::string name_of(MarketState state) {
    static constexpr std::array<std::string_view, 3> names{"trading", "halted", "paused"};
    return name_in(names, state);
}

/// Words behind one another.
class Line {
public:
    explicit Line(std::string first) : text_{std::move(first)} {}

    Line& add(const std::string& word) {
        text_ += ' ';
        text_ += word;
        return *this;
    }
    Line& add(const char* name, const std::string& value) { return add(name).add(value); }
    Line& add(const ClientOrderId& id) { return id.empty() ? *this : add(id_text(id)); }
    Line& add(const char* name, const ClientOrderId& id) {
        return id.empty() ? *this : add(name, id_text(id));
    }
    template <class T>
    Line& add(const char* name, const std::optional<T>& value) {
        return value ? add(name, number_text(*value)) : *this;
    }
    Line& add(const char* name, const std::optional<TimeNs>& time) {
        return time ? add(name, seconds_text(*time)) : *this;
    }
    Line& add_if(bool is, const char* word) { return is ? add(word) : *this; }
    std::string text() && { return std::move(text_); }

private:
    std::string text_;
};

/// A value of an event and its name; empty where it is as in any event.
struct Field {
    const char* name;
    std::string value;
};

std::string unless(bool is_default, std::string text) {
    return is_default ? std::string{} : std::move(text);
}
template <class T>
std::string unless_zero(T value) {
    return unless(value == T{}, number_text(value));
}
std::string money_unless_zero(Int128 amount) {
    return unless(amount == 0, decimal_text(amount, money_decimals));
}

/// All of an event but its kind.
std::vector<Field> fields_of(const Event& event) {
    const OrderView& order = event.order;
    const FillView& fill = event.fill;
    const bool shows = order != OrderView{};
    const bool ends = event.kind == EventKind::cancelled || event.kind == EventKind::expired;
    return {
        {"order", unless(order.order == OrderId{}, "#" + number_text(order.order))},
        {"quantity of fill", unless_zero(fill.quantity)},
        {"price of fill", unless_zero(fill.price)},
        {"leaves", unless(!shows, number_text(order.leaves))},
        {"fee", money_unless_zero(fill.fee)},
        {"maker", unless(!fill.is_maker, "yes")},
        {"trade", unless_zero(fill.trade)},
        {"refusal", unless(event.refusal == Refusal::none, std::string{to_string(event.refusal)})},
        {"reason", unless(!ends && event.cancel_reason == CancelReason::requested,
                          std::string{to_string(event.cancel_reason)})},
        {"client id", id_text(order.client_id)},
        {"side", unless(!shows, name_of(order.side))},
        {"quantity", unless_zero(order.quantity)},
        {"type", unless(!shows, name_of(order.type))},
        {"time in force", unless(!shows, name_of(order.time_in_force))},
        {"price", unless_zero(order.price)},
        {"stop price", unless_zero(order.stop_price)},
        {"display", unless_zero(order.display)},
        {"filled", unless_zero(order.filled)},
        {"notional", unless(order.notional == 0, decimal_text(order.notional, 0))},
        {"status", unless(!shows, name_of(order.status))},
        {"post-only", unless(!order.post_only, "yes")},
        {"triggered", unless(!order.triggered, "yes")},
        {"expiry", unless(order.expiry == TimeNs{}, seconds_text(order.expiry))},
        {"instrument of order", unless(!shows, number_text(order.instrument))},
        {"account of order", unless(!shows, number_text(order.account))},
        {"session of order", unless(!shows, number_text(order.session))},
        {"original", id_text(event.original)},
        {"request", id_text(event.request_id)},
        {"affected", unless_zero(event.affected)},
        {"complete", unless(event.complete, "no")},
        {"account", unless(event.kind != EventKind::balance && event.account == AccountId{},
                           number_text(event.account))},
        {"asset", unless(event.kind != EventKind::balance && event.asset == AssetId{},
                         number_text(event.asset))},
        {"total", unless(event.kind != EventKind::balance && event.total == 0,
                         decimal_text(event.total, money_decimals))},
        {"held", money_unless_zero(event.held)},
        {"instrument", unless(event.kind != EventKind::state && event.instrument == InstrumentId{},
                              number_text(event.instrument))},
        {"market state",
         unless(event.kind != EventKind::state && event.market_state == MarketState::trading,
                name_of(event.market_state))},
        {"session", number_text(event.session)},
        {"sequence", std::to_string(event.sequence)},
        {"time", seconds_text(event.time)},
    };
}

std::string event_text(const Event& event) {
    Line line{name_of(event.kind)};
    const bool has_fill = event.fill != FillView{};
    for (const Field& field : fields_of(event)) {
        const std::string_view name = field.name;
        if (field.value.empty()) continue;
        if (name == "order" || (name == "quantity of fill" && has_fill))
            line.add(field.value);
        else if (name == "price of fill")
            line.add("@", field.value);
        else if (field.value == "yes")
            line.add(field.name);
        else
            line.add(field.name, field.value);
    }
    return std::move(line).text();
}

struct BodyText {
    Line& line;

    void operator()(const NewOrder& order) const {
        line.add("new")
            .add(order.client_id)
            .add("account", number_text(order.account))
            .add("instrument", number_text(order.instrument))
            .add(name_of(order.side))
            .add(number_text(order.quantity))
            .add(name_of(order.type))
            .add(name_of(order.time_in_force))
            .add("@", order.price)
            .add("stop price", order.stop_price)
            .add_if(order.post_only, "post-only")
            .add_if(order.self_trade != SelfTrade::cancel_incoming,
                    name_of(order.self_trade).c_str());
        if (order.display.lots != 0) line.add("display", number_text(order.display));
        if (order.min_quantity.lots != 0)
            line.add("minimum quantity", number_text(order.min_quantity));
        line.add("expiry", order.expiry);
        repeated(order);
    }
    void operator()(const CancelOrder& cancel) const {
        line.add("cancel")
            .add(cancel.original)
            .add("order", cancel.order)
            .add("as", cancel.client_id);
    }
    void operator()(const ReplaceOrder& replace) const {
        line.add("replace")
            .add(replace.original)
            .add("order", replace.order)
            .add("as", replace.client_id)
            .add("quantity", number_text(replace.quantity))
            .add("@", replace.price)
            .add("stop price", replace.stop_price)
            .add("display", replace.display)
            .add("expiry", replace.expiry);
        repeated(replace);
    }
    void operator()(const MassCancel& cancel) const {
        line.add("mass cancel")
            .add("as", cancel.client_id)
            .add("session", cancel.session)
            .add("account", cancel.account)
            .add("instrument", cancel.instrument)
            .add_if(cancel.keep_long_lived, "keep-long-lived");
        if (cancel.side) line.add(name_of(*cancel.side));
    }
    void operator()(const Deposit& deposit) const { money("deposit", deposit); }
    void operator()(const Withdraw& withdraw) const { money("withdraw", withdraw); }
    void operator()(const Transfer& transfer) const {
        line.add("transfer", decimal_text(transfer.amount, money_decimals))
            .add("asset", number_text(transfer.asset))
            .add("from account", number_text(transfer.from))
            .add("to account", number_text(transfer.to));
    }
    void operator()(const Halt& halt) const {
        line.add("halt instrument", number_text(halt.instrument));
    }
    void operator()(const Resume& resume) const {
        line.add("resume instrument", number_text(resume.instrument));
    }
    void operator()(const Tick&) const { line.add("tick"); }
    void operator()(const DayEnd&) const { line.add("day end"); }
    void operator()(const BustTrade& bust) const {
        line.add("bust trade", number_text(bust.trade));
    }
    void operator()(const CorrectTrade& correct) const {
        line.add("correct trade", number_text(correct.trade))
            .add("to", number_text(correct.quantity))
            .add("@", number_text(correct.price));
    }
    void operator()(const Continue&) const { line.add("continue"); }

    template <class Body>
    void money(const char* name, const Body& body) const {
        line.add(name, decimal_text(body.amount, money_decimals))
            .add("asset", number_text(body.asset))
            .add("account", number_text(body.account));
    }
    template <class Body>
    void repeated(const Body& body) const {
        line.add_if(body.possible_resend, "possible resend")
            .add_if(body.possible_duplicate, "possible duplicate");
    }
};

std::string place_of(std::size_t event) {
    return "event " + std::to_string(event + 1);
}

std::string difference_of(const Event& logged, const Event& executed) {
    const auto named = [](const Event& event) {
        const auto order =
            unless(event.order.order == OrderId{}, " #" + number_text(event.order.order));
        return name_of(event.kind) + order;
    };
    if (logged.kind != executed.kind)
        return ": logged " + named(logged) + ", executed " + named(executed);
    std::string text = ", " + named(logged) + ':';
    const auto was = fields_of(logged);
    const auto is = fields_of(executed);
    const auto shown = [](const std::string& value) { return value.empty() ? "none" : value; };
    const char* between = " ";
    for (std::size_t i = 0; i < was.size(); ++i) {
        if (was[i].value == is[i].value) continue;
        text += between + std::string{was[i].name} + " logged " + shown(was[i].value) +
                ", executed " + shown(is[i].value);
        between = "; ";
    }
    return text;
}

}  // namespace

std::string command_text(const Command& command) {
    const Envelope& envelope = command.envelope;
    Line line{"session " + number_text(envelope.session) + " #" +
              std::to_string(envelope.sequence) + " at " + seconds_text(envelope.time) + ':'};
    std::visit(BodyText{line}, command.body);
    line.add("deadline", envelope.deadline);
    return std::move(line).text();
}

std::string effects_text(const Command& command, Bytes effects) {
    std::vector<Event> events;
    const std::string fault = decode_effects(command, effects, events);
    std::string text;
    for (const Event& event : events)
        text += event_text(event) + '\n';
    return fault.empty() ? text : text + fault + '\n';
}

std::string first_difference(const Command& command, Bytes logged, Bytes executed) {
    if (std::ranges::equal(logged, executed)) return {};
    std::vector<Event> was;
    std::vector<Event> is;
    const std::string logged_fault = decode_effects(command, logged, was);
    const std::string executed_fault = decode_effects(command, executed, is);
    const std::size_t both = std::min(was.size(), is.size());
    for (std::size_t i = 0; i < both; ++i)
        if (was[i] != is[i]) return place_of(i) + difference_of(was[i], is[i]);
    if (!logged_fault.empty()) return "logged effects: " + logged_fault;
    if (!executed_fault.empty()) return "executed effects: " + executed_fault;
    if (was.size() > both)
        return place_of(both) + " is logged, but was not executed: " + event_text(was[both]);
    return place_of(both) + " was executed, but is not logged: " + event_text(is[both]);
}

}  // namespace tickweir::txn
