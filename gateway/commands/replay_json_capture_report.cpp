#include <ostream>

#include "gateway/commands/level_replay_report.hpp"
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

void write_rejected(JsonWriter& json, const JsonReplayResult& result) {
    json.key("rejected");
    json.begin_object();
    for (std::size_t status = 1; status < frame_status_kinds; ++status)
        put(json, to_string(static_cast<FrameStatus>(status)),
            sum_of(result.venues, [&](const JsonReplayBooks& venue) {
                return venue.books().counts().by_status[status];
            }));
    put(json, "over_limit", sum_of(result.venues, [](const JsonReplayBooks& venue) {
            return venue.books().counts().over_limit;
        }));
    json.end_object();
}

void write_lines(JsonWriter& json, const JsonReplayResult& result) {
    const auto lines = [&](std::string_view key, std::uint64_t JsonReplayLines::*count) {
        put(json, key, sum_of(result.venues, [&](const JsonReplayBooks& venue) {
                return venue.lines().*count;
            }));
    };
    lines("frames", &JsonReplayLines::frames);
    lines("http_answers", &JsonReplayLines::answers);
    lines("sends", &JsonReplayLines::sends);
    const auto counts = [&](std::string_view key, std::uint64_t JsonCounts::*count) {
        put(json, key, sum_of(result.venues, [&](const JsonReplayBooks& venue) {
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

}  // namespace

void print_replay_json(const ReplayOptions& options, const JsonReplayResult& result,
                       std::ostream& out) {
    print_level_document(options, result, out,
                         [&](JsonWriter& json) { write_lines(json, result); });
}

}  // namespace tickweir::gateway
