#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <string>

#include "gateway/commands/replay_command.hpp"
#include "gateway/commands/replay_json_capture.hpp"
#include "gateway/commands/report_members.hpp"

namespace tickweir::gateway {
namespace {

using codecs::json::FrameStatus;
using codecs::json::VenueId;

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

bool has_two_trade_channels(VenueId venue) {
    return venue == VenueId::binance_spot || venue == VenueId::binance_usdm ||
           venue == VenueId::binance_coinm;
}

/// Which of the two channels was counted; null where none came.
void write_trade_channel(JsonWriter& json, const JsonReplayBooks& venue) {
    if (!has_two_trade_channels(venue.books().venue())) return;
    json.key("trade_channel");
    const auto aggregates = venue.books().trades_are_aggregates();
    if (aggregates)
        json.string(*aggregates ? "aggTrade" : "trade");
    else
        json.null();
}

template <class Count>
std::uint64_t sum_of(const JsonReplayResult& result, Count&& count) {
    std::uint64_t sum = 0;
    for (const auto& venue : result.venues)
        sum += count(*venue);
    return sum;
}

void write_rejected(JsonWriter& json, const JsonReplayResult& result) {
    json.key("rejected");
    json.begin_object();
    for (std::size_t status = 1; status < frame_status_kinds; ++status)
        put(json, to_string(static_cast<FrameStatus>(status)),
            sum_of(result, [&](const JsonReplayBooks& venue) {
                return venue.books().counts().by_status[status];
            }));
    put(json, "over_limit", sum_of(result, [](const JsonReplayBooks& venue) {
            return venue.books().counts().over_limit;
        }));
    json.end_object();
}

void write_lines(JsonWriter& json, const JsonReplayResult& result) {
    json.line_break();
    const auto lines = [&](std::string_view key, std::uint64_t JsonReplayLines::*count) {
        put(json, key,
            sum_of(result, [&](const JsonReplayBooks& venue) { return venue.lines().*count; }));
    };
    lines("frames", &JsonReplayLines::frames);
    lines("http_answers", &JsonReplayLines::answers);
    lines("sends", &JsonReplayLines::sends);
    const auto counts = [&](std::string_view key, std::uint64_t JsonCounts::*count) {
        put(json, key, sum_of(result, [&](const JsonReplayBooks& venue) {
                return venue.books().counts().*count;
            }));
    };
    counts("bad_frames", &JsonCounts::bad_frames);
    counts("bad_answers", &JsonCounts::bad_answers);
    counts("stale_frames", &JsonCounts::stale_frames);
    counts("other_trades", &JsonCounts::other_trades);
    if (result.venues.size() == 1) write_trade_channel(json, *result.venues[0]);
    json.line_break();
    write_rejected(json, result);
}

void write_head(JsonWriter& json, const ReplayOptions& options, const JsonReplayResult& result) {
    put_captures(json, options.captures);
    json.line_break();
    json.key("venue");
    if (result.venues.size() == 1)
        json.string(result.venues[0]->venue());
    else
        json.null();
    put(json, "messages", result.frames);
    put(json, "bytes", result.bytes);
    json.key("seconds");
    json.seconds(result.seconds);
    put(json, "messages_per_second", std::llround(result.messages_per_second()));
    put(json, "threads", 1);
    json.key("include_io");
    json.boolean(options.include_io);
    write_lines(json, result);
    json.line_break();
    put_damage(json, options, result.end);
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
                  const JsonReplayInstrument& scale) {
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

void write_instrument(JsonWriter& json, const JsonReplayName& name) {
    const JsonInstrument& now = name.venue->books().instruments()[name.index];
    const JsonReplayInstrument& watched = name.venue->watched(name.index);
    const JsonBookCounts counts = now.totals();
    json.begin_object();
    put(json, "venue", name.venue->venue());
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

void print_json_replay_json(const ReplayOptions& options, const JsonReplayResult& result,
                            std::ostream& out) {
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    write_head(json, options, result);
    json.line_break();
    json.key("instruments");
    json.begin_object();
    for (const JsonReplayName& name : named_instruments(options, result)) {
        json.line_break();
        json.key(name.name);
        write_instrument(json, name);
        out << text;
        text.clear();
    }
    json.end_object();
    json.end_object();
    out << text << '\n';
}

}  // namespace tickweir::gateway
