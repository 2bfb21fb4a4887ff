#include <optional>
#include <ostream>
#include <string>

#include "book/exact/decimal.hpp"
#include "gateway/commands/level_rows.hpp"
#include "gateway/commands/report_members.hpp"

namespace tickweir::gateway {
namespace {

void time_member(JsonWriter& json, std::string_view key, const std::optional<std::int64_t>& time) {
    json.key(key);
    if (time)
        json.number(*time);
    else
        json.null();
}

void decimal_member(JsonWriter& json, std::string_view key,
                    const std::optional<book::exact::Decimal>& number) {
    json.key(key);
    if (number)
        json.string(book::exact::to_text(*number));
    else
        json.null();
}

void write_counts(JsonWriter& json, const JsonBookCounts& counts) {
    put(json, "book_updates", counts.book_updates);
    put(json, "stale_ignored", counts.stale_ignored);
    put(json, "unapplied", counts.unapplied);
    put(json, "snapshots", counts.snapshots);
    put(json, "snapshots_too_old", counts.snapshots_too_old);
    put(json, "gaps", counts.gaps);
    put(json, "checksums_verified", counts.checksums_verified);
    put(json, "checksums_failed", counts.checksums_failed);
    if (counts.join_equal_id != 0) put(json, "join_equal_id", counts.join_equal_id);
    put(json, "bad_numbers", counts.bad_numbers);
    put(json, "crossed", counts.crossed);
    put(json, "touches_checked", counts.touches_checked);
    put(json, "touches_differ", counts.touches_differ);
    put(json, "trades", counts.trades);
}

void write_levels(JsonWriter& json, std::string_view key, const std::vector<book::Level>& levels,
                  const WatchedLevels& scale) {
    json.key(key);
    json.begin_array();
    for (const book::Level& level : levels) {
        json.begin_array();
        json.price(level.price, scale.shown_price_decimals);
        json.quantity(level.open, scale.shown_quantity_decimals);
        json.end_array();
    }
    json.end_array();
}

void write_instrument(JsonWriter& json, const LevelReportRow& row) {
    const JsonInstrument& now = *row.instrument;
    const WatchedLevels& watched = *row.watched;
    const JsonBookCounts counts = now.totals();
    json.begin_object();
    put(json, "venue", row.venue);
    json.key("in_sync_at_end");
    json.boolean(now.state() == SyncState::in_sync);
    put(json, "sync", to_string(now.state()));
    put(json, "sync_reason", to_string(now.reason()));
    put(json, "price_decimals", now.price_decimals);
    put(json, "quantity_decimals", now.quantity_decimals);
    write_counts(json, counts);
    decimal_member(json, "trade_volume", watched.volume);
    decimal_member(json, "last_trade_price", watched.last_trade_price);
    time_member(json, "first_time_ns", counts.first_time_ns);
    time_member(json, "last_time_ns", counts.last_time_ns);
    const ShownBook book = watched.shown.value_or(ShownBook{});
    put(json, "bid_levels", book.bid_levels);
    put(json, "ask_levels", book.ask_levels);
    put_crc(json, "book_crc32", book.crc);
    const BboDigest::Value digest = watched.digest.value();
    put(json, "bbo_changes", digest.changes);
    put_crc(json, "bbo_crc32", digest.crc);
    write_levels(json, "bids", book.bids, watched);
    write_levels(json, "asks", book.asks, watched);
    json.end_object();
}

}  // namespace

void tell_unknown_symbols(const ReplayOptions& options, const std::vector<LevelReportRow>& rows,
                          std::ostream& err) {
    for (const std::string& asked : options.symbols) {
        const bool known = std::ranges::any_of(rows, [&](const LevelReportRow& row) {
            return asked == row.instrument->symbol ||
                   asked == std::string{row.venue} + ':' + row.instrument->symbol;
        });
        if (!known) err << "tickweir replay: no instrument " << asked << " in what was read\n";
    }
}

void print_level_json(JsonWriter& json, std::string& text, const std::vector<LevelReportRow>& rows,
                      std::ostream& out) {
    json.line_break();
    json.key("instruments");
    json.begin_object();
    for (const LevelReportRow& row : rows) {
        json.line_break();
        json.key(row.name);
        write_instrument(json, row);
        out << text;
        text.clear();
    }
    json.end_object();
    json.end_object();
    out << text << '\n';
}

}  // namespace tickweir::gateway
