#include "gateway/serve/api/status_json.hpp"

#include "gateway/json_writer.hpp"

namespace tickweir::gateway {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

void put(JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name);
    json.string(text);
}

template <std::integral Number>
void put(JsonWriter& json, std::string_view name, Number value) {
    json.key(name);
    json.number(value);
}

/// An object of each element of a list.
template <class List, class Write>
void put_each(JsonWriter& json, std::string_view name, const List& list, Write write) {
    json.key(name);
    json.begin_array();
    for (const auto& element : list) {
        json.begin_object();
        write(element);
        json.end_object();
    }
    json.end_array();
}

void put_counts(JsonWriter& json, const std::vector<NamedCount>& counts) {
    for (const NamedCount& count : counts)
        put(json, count.name, count.value);
}

void write_feed(JsonWriter& json, const FeedStatus& feed) {
    put(json, "name", feed.name);
    put(json, "kind", feed.kind);
    put(json, "venue", feed.venue);
    put(json, "state", to_string(feed.state));
    put(json, "reason", to_string(feed.reason));
    put(json, "messages", feed.messages);
    put(json, "gaps", feed.gaps);
    put(json, "lost", feed.lost);
    json.key("age_ms");
    if (feed.age)
        json.number(duration_cast<milliseconds>(*feed.age).count());
    else
        json.null();
    put(json, "instruments", feed.instruments);
    if (feed.counts.empty()) return;  // it is no live feed
    put(json, "session", feed.session);
    put(json, "next_sequence", feed.next_sequence);
    put_counts(json, feed.counts);
    put_each(json, "lines", feed.lines, [&](const FeedLineStatus& line) {
        put(json, "address", line.address);
        put_counts(json, line.counts);
    });
}

void write_budget(JsonWriter& json, const BudgetStatus& budget) {
    put(json, "name", budget.name);
    put(json, "used", budget.used);
    put(json, "high_water", budget.high_water);
    put(json, "limit", budget.limit);
    put(json, "refusals", budget.refusals);
}

void write_thread(JsonWriter& json, const ThreadStatus& thread) {
    put(json, "name", thread.name);
    json.key("roles");
    json.begin_array();
    for (const std::string& role : thread.roles)
        json.string(role);
    json.end_array();
    json.key("cpu");
    if (thread.cpu)
        json.number(*thread.cpu);
    else
        json.null();
}

void write_latency(JsonWriter& json, const StageLatency& latency) {
    put(json, "stage", latency.stage);
    put(json, "count", latency.count);
    put(json, "p50_ns", latency.p50.count());
    put(json, "p99_ns", latency.p99.count());
    put(json, "p999_ns", latency.p999.count());
    put(json, "highest_ns", latency.highest.count());
}

void write_fix(JsonWriter& json, const FixStatus& fix) {
    json.key("fix");
    json.begin_object();
    put(json, "address", fix.address);
    put(json, "port", fix.port);
    json.key("tls");
    json.boolean(fix.tls);
    put(json, "connections", fix.connections);
    put(json, "sessions", fix.sessions);
    put(json, "logged_on", fix.logged_on);
    put(json, "queued_bytes", fix.queued_bytes);
    put_counts(json, fix.counts);
    json.key("refused");
    json.begin_object();
    put_counts(json, fix.refused);
    json.end_object();
    json.end_object();
}

}  // namespace

std::string status_json(const GatewayStatus& status, std::size_t instruments) {
    std::string text;
    text.reserve(4'096);
    JsonWriter json{text};
    json.begin_object();
    put(json, "version", status.version);
    put(json, "mode", status.mode);
    put(json, "name", status.name);
    json.key("uptime_seconds");
    json.seconds(std::chrono::duration<double>(status.uptime).count());
    put(json, "instruments", instruments);
    put_each(json, "feeds", status.feeds, [&](const auto& feed) { write_feed(json, feed); });
    put(json, "connections", status.connections);
    put(json, "subscriptions", status.subscriptions);
    put_each(json, "budgets", status.budgets, [&](const auto& one) { write_budget(json, one); });
    json.key("http");
    json.begin_object();
    put(json, "address", status.http_address);
    put(json, "port", status.http_port);
    json.end_object();
    put_each(json, "threads", status.threads, [&](const auto& one) { write_thread(json, one); });
    put(json, "idle_instrument_bytes", status.idle_instrument_bytes);
    put_each(json, "latencies", status.latencies,
             [&](const auto& one) { write_latency(json, one); });
    if (status.venue) {
        json.key("venue");
        write_venue(json, *status.venue);
    }
    if (status.fix) write_fix(json, *status.fix);
    json.end_object();
    return text;
}

std::string unready_reason(const GatewayStatus& status) {
    constexpr std::size_t feeds_named = 8;
    std::string reason;
    std::size_t out_of_sync = 0;
    for (const FeedStatus& feed : status.feeds) {
        if (feed.state == FeedState::live || ++out_of_sync > feeds_named) continue;
        reason += reason.empty() ? "feed " : ", feed ";
        reason += feed.name + " is " + std::string{to_string(feed.state)};
        if (feed.reason != FeedReason::none)
            reason += " (" + std::string{to_string(feed.reason)} + ')';
    }
    if (out_of_sync > feeds_named)
        reason += ", and " + std::to_string(out_of_sync - feeds_named) + " more feeds";
    const std::string comma = reason.empty() ? "" : ", ";
    if (status.venue && status.venue->stage != VenueStage::running) {
        const VenueStatus& venue = *status.venue;
        reason += comma + "the venue is " + std::string{to_string(venue.stage)};
        if (!venue.reason.empty()) reason += " (" + venue.reason + ')';
    } else if (status.mode == "L5") {
        reason += comma + "the log failed";
    }
    return reason;
}

}  // namespace tickweir::gateway
