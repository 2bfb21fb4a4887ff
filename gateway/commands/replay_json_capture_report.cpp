#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <string>

#include "gateway/commands/level_rows.hpp"
#include "gateway/commands/replay_command.hpp"
#include "gateway/commands/replay_json_capture.hpp"
#include "gateway/commands/report_members.hpp"

namespace tickweir::gateway {
namespace {

using codecs::json::FrameStatus;
using codecs::json::VenueId;

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

}  // namespace

void print_json_replay_json(const ReplayOptions& options, const JsonReplayResult& result,
                            std::ostream& out) {
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    write_head(json, options, result);
    print_level_json(json, text, named_levels(options, result.venues), out);
}

}  // namespace tickweir::gateway
