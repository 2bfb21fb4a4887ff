// Effects as lines for people, and in what two of them differ first.
#include <algorithm>
#include <string_view>

#include "txn/record/command_record.hpp"
#include "txn/record/words.hpp"

namespace tickweir::txn {
namespace {

using namespace record;

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
std::string yes_if(bool is) {
    return is ? "yes" : "";
}
std::string money_unless_zero(Int128 amount) {
    return unless(amount == 0, decimal_text(amount, money_decimals));
}

using Fields = std::vector<Field>;

/// What happened.
void add_effect(Fields& fields, const Event& event) {
    const FillView& fill = event.fill;
    const OrderId order = event.order.order;
    const bool shows = event.order != OrderView{};
    const bool ends = event.kind == EventKind::cancelled || event.kind == EventKind::expired;
    fields.push_back({"order", unless(order == OrderId{}, "#" + number_text(order))});
    fields.push_back({"quantity of fill", unless_zero(fill.quantity)});
    fields.push_back({"price of fill", unless_zero(fill.price)});
    fields.push_back({"leaves", unless(!shows, number_text(event.order.leaves))});
    fields.push_back({"fee", money_unless_zero(fill.fee)});
    fields.push_back({"maker", yes_if(fill.is_maker)});
    fields.push_back({"trade", unless_zero(fill.trade)});
    fields.push_back(
        {"refusal", unless(event.refusal == Refusal::none, std::string{to_string(event.refusal)})});
    fields.push_back({"reason", unless(!ends && event.cancel_reason == CancelReason::requested,
                                       std::string{to_string(event.cancel_reason)})});
}

void add_order(Fields& fields, const OrderView& order) {
    const bool shows = order != OrderView{};
    fields.push_back({"client id", id_text(order.client_id)});
    fields.push_back({"side", unless(!shows, name_of(order.side))});
    fields.push_back({"quantity", unless_zero(order.quantity)});
    fields.push_back({"type", unless(!shows, name_of(order.type))});
    fields.push_back({"time in force", unless(!shows, name_of(order.time_in_force))});
    fields.push_back({"price", unless_zero(order.price)});
    fields.push_back({"stop price", unless_zero(order.stop_price)});
    fields.push_back({"display", unless_zero(order.display)});
    fields.push_back({"filled", unless_zero(order.filled)});
    fields.push_back({"notional", unless(order.notional == 0, decimal_text(order.notional, 0))});
    fields.push_back({"status", unless(!shows, name_of(order.status))});
    fields.push_back({"post-only", yes_if(order.post_only)});
    fields.push_back({"triggered", yes_if(order.triggered)});
    fields.push_back({"expiry", unless(order.expiry == TimeNs{}, seconds_text(order.expiry))});
    fields.push_back({"instrument of order", unless(!shows, number_text(order.instrument))});
    fields.push_back({"account of order", unless(!shows, number_text(order.account))});
    fields.push_back({"session of order", unless(!shows, number_text(order.session))});
}

/// Of which request, account and instrument, for whom and when.
void add_rest(Fields& fields, const Event& event) {
    const bool has_balance = event.kind == EventKind::balance;
    const bool has_state = event.kind == EventKind::state;
    const auto unless_none = [](bool shows, auto value) {
        return unless(!shows && raw(value) == 0, number_text(value));
    };
    fields.push_back({"original", id_text(event.original)});
    fields.push_back({"request", id_text(event.request_id)});
    fields.push_back({"affected", unless_zero(event.affected)});
    fields.push_back({"incomplete", yes_if(!event.complete)});
    fields.push_back({"account", unless_none(has_balance, event.account)});
    fields.push_back({"asset", unless_none(has_balance, event.asset)});
    fields.push_back({"total", unless(!has_balance && event.total == 0,
                                      decimal_text(event.total, money_decimals))});
    fields.push_back({"held", money_unless_zero(event.held)});
    fields.push_back({"instrument", unless_none(has_state, event.instrument)});
    fields.push_back(
        {"market state", unless(!has_state && event.market_state == MarketState::trading,
                                name_of(event.market_state))});
    fields.push_back({"session", number_text(event.session)});
    fields.push_back({"sequence", std::to_string(event.sequence)});
    fields.push_back({"time", seconds_text(event.time)});
}

/// All of an event but its kind, the same names in the same order for each.
Fields fields_of(const Event& event) {
    Fields fields;
    add_effect(fields, event);
    add_order(fields, event.order);
    add_rest(fields, event);
    return fields;
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
