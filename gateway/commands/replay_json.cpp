#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <string>

#include "gateway/commands/replay_command.hpp"
#include "gateway/commands/replay_report.hpp"
#include "gateway/commands/report_members.hpp"

namespace tickweir::gateway {
namespace {

constexpr unsigned price_decimals = ItchInstrument::price_decimals;
constexpr unsigned quantity_decimals = ItchInstrument::quantity_decimals;

void time_member(JsonWriter& json, std::string_view key, const std::optional<book::TimeNs>& time) {
    json.key(key);
    if (time)
        json.number(time->time_since_epoch().count());
    else
        json.null();
}

void quantity_member(JsonWriter& json, std::string_view key, book::Quantity quantity) {
    json.key(key);
    json.quantity(quantity, quantity_decimals);
}

/// A type's letter, or its number where that cannot be printed.
std::string type_name(std::size_t type) {
    if (type > ' ' && type < 0x7f) return {static_cast<char>(type)};
    std::array<char, 5> text{};
    std::snprintf(text.data(), text.size(), "0x%02x", static_cast<unsigned>(type));
    return text.data();
}

void write_counts(JsonWriter& json, const ItchCounts& counts) {
    json.line_break();
    json.key("messages_by_type");
    json.begin_object();
    for (std::size_t type = 0; type < counts.by_type.size(); ++type)
        if (counts.by_type[type] != 0) put(json, type_name(type), counts.by_type[type]);
    json.end_object();
    json.line_break();
    for (const char* const of_json : {"frames", "http_answers", "sends", "bad_frames"})
        put(json, of_json, 0U);
    json.line_break();
    json.key("rejected");
    json.begin_object();
    for (std::size_t kind = 0; kind < itch_reject_kinds; ++kind)
        put(json, itch_reject_names[kind], counts.rejected[kind]);
    json.end_object();
}

void write_levels(JsonWriter& json, std::string_view key, const std::vector<book::Level>& levels) {
    json.key(key);
    json.begin_array();
    for (const book::Level& level : levels) {
        json.begin_array();
        json.price(level.price, price_decimals);
        json.quantity(level.open, quantity_decimals);
        json.number(level.order_count);
        json.end_array();
    }
    json.end_array();
}

std::string_view state_name(TradingState state) {
    switch (state) {
        case TradingState::unknown:
            return "unknown";
        case TradingState::trading:
            return "trading";
        case TradingState::halted:
            return "halted";
        case TradingState::paused:
            return "paused";
        case TradingState::quotation_only:
            return "quotation_only";
    }
    return "unknown";
}

void write_totals(JsonWriter& json, const InstrumentTotals& totals) {
    put(json, "book_updates", totals.book_updates);
    put(json, "stale_ignored", 0U);
    put(json, "unapplied", totals.unapplied);
    put(json, "snapshots", 0U);
    put(json, "gaps", totals.gaps);
    put(json, "checksums_verified", 0U);
    put(json, "checksums_failed", 0U);
    put(json, "trades", totals.trades);
    quantity_member(json, "trade_volume", totals.trade_volume);
    quantity_member(json, "cross_volume", totals.cross_volume);
    json.key("last_trade_price");
    if (totals.last_trade_price)
        json.price(*totals.last_trade_price, price_decimals);
    else
        json.null();
    time_member(json, "first_time_ns", totals.first_time);
    time_member(json, "last_time_ns", totals.last_time);
}

void write_instrument(JsonWriter& json, const std::string& venue,
                      const ReplayInstrument& instrument) {
    json.begin_object();
    json.key("venue");
    json.string(venue);
    json.key("state");
    json.string(state_name(instrument.state));
    json.key("in_sync_at_end");
    json.boolean(instrument.in_sync);
    write_totals(json, instrument.totals);
    const ShownBook& book = instrument.book;
    put(json, "bid_levels", book.bid_levels);
    put(json, "ask_levels", book.ask_levels);
    put(json, "open_orders", book.open_orders);
    put_crc(json, "book_crc32", book.crc);
    put(json, "bbo_changes", instrument.bbo.changes);
    put_crc(json, "bbo_crc32", instrument.bbo.crc);
    write_levels(json, "bids", book.bids);
    write_levels(json, "asks", book.asks);
    json.end_object();
}

void write_head(JsonWriter& json, const ReplayOptions& options, const ReplayResult& result) {
    put_captures(json, options.captures);
    json.line_break();
    put(json, "messages", result.counts.messages);
    put(json, "bytes", result.framed_bytes());
    json.key("seconds");
    json.seconds(result.seconds);
    put(json, "messages_per_second", std::llround(result.messages_per_second()));
    put(json, "threads", result.threads);
    json.key("include_io");
    json.boolean(options.include_io);
    write_counts(json, result.counts);
    json.line_break();
    put(json, "gaps", result.gaps);
    put(json, "lost_messages", result.lost_messages);
    put(json, "duplicate_messages", result.duplicate_messages);
    put_damage(json, options, result.end);
}

}  // namespace

void print_replay_json(const ReplayOptions& options, const ReplayResult& result,
                       std::ostream& out) {
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    write_head(json, options, result);
    json.line_break();
    json.key("instruments");
    json.begin_object();
    for (const auto& [symbol, instrument] : result.instruments) {
        json.line_break();
        json.key(symbol);
        write_instrument(json, options.venue, instrument);
        out << text;
        text.clear();
    }
    json.end_object();
    json.end_object();
    out << text << '\n';
}

}  // namespace tickweir::gateway
