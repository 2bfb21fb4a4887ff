#include "gateway/commands/admin_print.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <initializer_list>

#include "gateway/commands/session_clock.hpp"
#include "gateway/commands/text_table.hpp"

namespace tickweir::gateway {

using codecs::json::Value;

std::string member_text(const Value& object, std::string_view name) {
    const Value* const value = object.find(name);
    const bool shows = value != nullptr && value->kind != Value::Kind::null &&
                       value->kind != Value::Kind::array && value->kind != Value::Kind::object;
    return shows && !value->text.empty() ? value->text : "-";
}

namespace {

std::string time_of(const Value& object, std::string_view name) {
    const std::string text = member_text(object, name);
    std::int64_t time = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
    if (error != std::errc{} || end != text.data() + text.size()) return "-";
    return SessionClock::utc_text(book::TimeNs{std::chrono::nanoseconds{time}});
}

std::string state_of(const Value& session) {
    const std::string state = member_text(session, "state");
    if (member_text(session, "enabled") == "false") return state + ", disabled";
    if (member_text(session, "in_schedule") == "false") return state + ", out of hours";
    return state;
}

/// The rows of a list by the names of their members; nothing where there are none.
void print_list(const Value& answer, std::string_view list, std::string_view alignment,
                std::initializer_list<const char*> members, std::ostream& out) {
    const Value* const rows = answer.find(list);
    if (rows == nullptr || rows->members.empty()) return;
    TextTable table{alignment};
    std::vector<std::string> head;
    for (const char* const member : members) {
        head.emplace_back(member);
        std::ranges::replace(head.back(), '_', ' ');
    }
    table.add(std::move(head));
    for (const auto& [index, row] : rows->members) {
        std::vector<std::string> cells;
        for (const char* const member : members)
            cells.push_back(member_text(row, member));
        table.add(std::move(cells));
    }
    out << '\n';
    table.print(out);
}

}  // namespace

std::vector<std::string> print_sessions(const Value& answer, std::span<const std::string> names,
                                        std::ostream& out) {
    TextTable table{"<<<<<>>>>>>>"};
    table.add({"session", "comp id", "state", "address", "since", "next in", "next out", "received",
               "sent", "resent", "rejected", "queued"});
    std::vector<std::string> missing{names.begin(), names.end()};
    for (const auto& [index, session] : answer.find("sessions")->members) {
        const std::string name = member_text(session, "name");
        if (!names.empty() && std::ranges::find(names, name) == names.end()) continue;
        std::erase(missing, name);
        table.add({name, member_text(session, "comp_id"), state_of(session),
                   member_text(session, "address"), time_of(session, "since"),
                   member_text(session, "next_inbound"), member_text(session, "next_outbound"),
                   member_text(session, "received"), member_text(session, "sent"),
                   member_text(session, "resent"), member_text(session, "rejected"),
                   member_text(session, "queued_bytes")});
    }
    table.print(out);
    return missing;
}

void print_account(const Value& answer, std::ostream& out) {
    out << "account " << member_text(answer, "account") << " at LSN " << member_text(answer, "lsn")
        << ": " << member_text(answer, "open_orders") << " open orders, notional "
        << member_text(answer, "open_notional") << '\n';
    print_list(answer, "balances", "<>>>", {"asset", "total", "held", "available"}, out);
    print_list(answer, "positions", "<>>>>",
               {"symbol", "quantity", "average_price", "realized_pnl", "unrealized_pnl"}, out);
    print_list(answer, "orders", "<<<<<<>>>>",
               {"order_id", "client_id", "symbol", "side", "type", "time_in_force", "price",
                "stop_price", "quantity", "leaves"},
               out);
    if (const std::string next = member_text(answer, "next"); next != "-")
        out << "more orders behind " << next << '\n';
}

void print_done(const Value& answer, std::string_view action, std::string_view name,
                std::ostream& out) {
    if (!name.empty()) out << name << ": ";
    out << action << " done";
    const auto add = [&](std::string_view before, std::string_view member, std::string_view after) {
        const std::string text = member_text(answer, member);
        if (text != "-") out << before << text << after;
    };
    add(": ", "text", "");
    add(": ", "changed", " keys changed");
    add(", LSN ", "lsn", "");
    add(": ", "cancelled", " orders cancelled");
    add(", ", "withdrawn", " requests taken out of queues");
    if (const Value* const balance = answer.find("balance"))
        out << ": " << member_text(*balance, "asset") << " total " << member_text(*balance, "total")
            << ", held " << member_text(*balance, "held") << ", available "
            << member_text(*balance, "available");
    out << '\n';
}

}  // namespace tickweir::gateway
