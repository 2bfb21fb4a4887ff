#include "gateway/commands/query_tables.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "gateway/commands/session_clock.hpp"
#include "gateway/commands/text_table.hpp"

namespace tickweir::gateway {
namespace {

using codecs::json::Member;
using codecs::json::Value;

const std::string absent = "-";

std::string text_of(const Value* value) {
    const bool shows = value != nullptr && value->kind != Value::Kind::null &&
                       value->kind != Value::Kind::array && value->kind != Value::Kind::object;
    return shows && !value->text.empty() ? value->text : absent;
}

std::string text_of(const Value& object, std::string_view name) {
    return text_of(object.find(name));
}

/// An element of an array.
std::string text_of(const Value& array, std::size_t index) {
    return text_of(index < array.members.size() ? &array.members[index].value : nullptr);
}

std::span<const Member> list_of(const Value& object, std::string_view name) {
    const Value* const list = object.find(name);
    if (list == nullptr || list->kind != Value::Kind::array) return {};
    return list->members;
}

std::optional<std::int64_t> number_of(const Value& object, std::string_view name) {
    const std::string text = text_of(object, name);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// Nanoseconds since the epoch as a date and a time; 0 is a time nobody knows.
std::string time_of(const Value& object, std::string_view name) {
    const auto time = number_of(object, name);
    if (!time || *time <= 0) return absent;
    return SessionClock::utc_text(book::TimeNs{std::chrono::nanoseconds{*time}});
}

/// "1.5 us" of nanoseconds.
std::string duration_of(const Value& object, std::string_view name) {
    const auto nanoseconds = number_of(object, name);
    if (!nanoseconds) return absent;
    constexpr std::array units{"ns", "us", "ms", "s"};
    auto amount = static_cast<double>(*nanoseconds);
    std::size_t unit = 0;
    for (; amount >= 1'000 && unit + 1 < units.size(); ++unit)
        amount /= 1'000;
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", amount, units[unit]);
    return text.data();
}

std::string sync_of(const Value& object) {
    const std::string in_sync = text_of(object, "in_sync");
    if (in_sync == "true") return "yes";
    const std::string reason = text_of(object, "reason");
    return in_sync == "false" ? (reason == absent ? "no" : "no: " + reason) : absent;
}

std::string name_of(const Value& object) {
    return text_of(object, "venue") + ':' + text_of(object, "symbol");
}

/// A row of the members of those names.
std::vector<std::string> row_of(const Value& object, std::initializer_list<const char*> names) {
    std::vector<std::string> row;
    for (const char* name : names)
        row.push_back(text_of(object, name));
    return row;
}

}  // namespace

void print_quotes(const std::vector<Value>& quotes, std::ostream& out) {
    TextTable table{"<>>>>>><<<"};
    table.add({"instrument", "quantity", "bid", "ask", "quantity", "last", "quantity", "state",
               "in sync", "time"});
    for (const Value& quote : quotes)
        table.add({name_of(quote), text_of(quote, "bid_quantity"), text_of(quote, "bid"),
                   text_of(quote, "ask"), text_of(quote, "ask_quantity"), text_of(quote, "last"),
                   text_of(quote, "last_quantity"), text_of(quote, "state"), sync_of(quote),
                   time_of(quote, "time")});
    table.print(out);
}

void print_book(const Value& book, std::ostream& out) {
    TextTable head{"<<<"};
    head.add({name_of(book), "in sync: " + sync_of(book), time_of(book, "time")});
    head.print(out);
    const auto bids = list_of(book, "bids");
    const auto asks = list_of(book, "asks");
    TextTable ladder{">>><<<"};
    ladder.add({"orders", "quantity", "bid", "ask", "quantity", "orders"});
    for (std::size_t i = 0; i < std::max(bids.size(), asks.size()); ++i) {
        std::vector<std::string> row(6);
        for (std::size_t column = 0; column < 3; ++column) {
            if (i < bids.size()) row[2 - column] = text_of(bids[i].value, column);
            if (i < asks.size()) row[3 + column] = text_of(asks[i].value, column);
        }
        ladder.add(std::move(row));
    }
    ladder.print(out);
}

void print_trades(const std::string& instrument, const Value& answer, std::ostream& out) {
    TextTable head{"<"};
    head.add({instrument});
    head.print(out);
    TextTable table{"<>><>"};
    table.add({"time", "price", "quantity", "side", "trade id"});
    for (const Member& trade : list_of(answer, "trades"))
        table.add({time_of(trade.value, "time"), text_of(trade.value, "price"),
                   text_of(trade.value, "quantity"), text_of(trade.value, "side"),
                   text_of(trade.value, "trade_id")});
    table.print(out);
}

void print_instruments(const std::vector<Value>& answers, std::ostream& out) {
    TextTable table{"<<<<>>>><<"};
    table.add({"venue", "symbol", "base", "quote", "tick", "lot", "price decimals",
               "quantity decimals", "state", "in sync"});
    for (const Value& answer : answers)
        for (const Member& instrument : list_of(answer, "instruments")) {
            const Value& one = instrument.value;
            std::vector<std::string> row =
                row_of(one, {"venue", "symbol", "base", "quote", "tick", "lot", "price_decimals",
                             "quantity_decimals", "state"});
            row.push_back(sync_of(one));
            table.add(std::move(row));
        }
    table.print(out);
}

namespace {

void print_summary(const Value& status, std::ostream& out) {
    TextTable table{"<<"};
    for (const char* name :
         {"version", "mode", "uptime_seconds", "instruments", "connections", "subscriptions"})
        table.add({name, text_of(status, name)});
    if (const Value* http = status.find("http"))
        table.add({"http", text_of(*http, "address") + ':' + text_of(*http, "port")});
    for (const Member& thread : list_of(status, "threads")) {
        std::string roles;
        for (const Member& role : list_of(thread.value, "roles"))
            roles += ' ' + text_of(&role.value);
        const std::string cpu = text_of(thread.value, "cpu");
        table.add({"thread " + text_of(thread.value, "name"),
                   (roles.empty() ? absent : roles.substr(1)) +
                       (cpu == absent ? "" : ", on cpu " + cpu)});
    }
    table.add({"idle_instrument_bytes", text_of(status, "idle_instrument_bytes")});
    table.print(out);
}

void print_below(const TextTable& table, std::ostream& out) {
    if (table.rows() < 2) return;
    out << '\n';
    table.print(out);
}

void print_venue(const Value& venue, std::ostream& out) {
    TextTable table{"<<<>>>><"};
    table.add(
        {"venue", "state", "commit", "applied", "durable", "replayed", "snapshot", "replayer"});
    std::vector<std::string> row = row_of(venue, {"id", "state", "commit"});
    const Value* const lsn = venue.find("lsn");
    for (const char* const name : {"applied", "durable", "replayed", "snapshot"})
        row.push_back(lsn != nullptr ? text_of(*lsn, name) : absent);
    row.push_back(text_of(venue, "replayer"));
    table.add(std::move(row));
    print_below(table, out);
}

}  // namespace

void print_status(const Value& status, std::ostream& out) {
    print_summary(status, out);
    TextTable feeds{"<<<<<>>>>>"};
    feeds.add({"feed", "kind", "venue", "state", "reason", "messages", "gaps", "lost", "age ms",
               "instruments"});
    for (const Member& feed : list_of(status, "feeds"))
        feeds.add(row_of(feed.value, {"name", "kind", "venue", "state", "reason", "messages",
                                      "gaps", "lost", "age_ms", "instruments"}));
    print_below(feeds, out);
    if (const Value* const venue = status.find("venue")) print_venue(*venue, out);
    TextTable budgets{"<>>>>"};
    budgets.add({"budget", "used", "high water", "limit", "refusals"});
    for (const Member& budget : list_of(status, "budgets"))
        budgets.add(row_of(budget.value, {"name", "used", "high_water", "limit", "refusals"}));
    print_below(budgets, out);
    TextTable latencies{"<>>>>>"};
    latencies.add({"stage", "count", "p50", "p99", "p99.9", "highest"});
    for (const Member& latency : list_of(status, "latencies"))
        latencies.add({text_of(latency.value, "stage"), text_of(latency.value, "count"),
                       duration_of(latency.value, "p50_ns"), duration_of(latency.value, "p99_ns"),
                       duration_of(latency.value, "p999_ns"),
                       duration_of(latency.value, "highest_ns")});
    print_below(latencies, out);
}

}  // namespace tickweir::gateway
