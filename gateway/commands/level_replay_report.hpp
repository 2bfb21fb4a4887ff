// The result of a replay of books of levels, for programs (one JSON document) and for people
// (tables): what those of JSON and of FIX tell in the same words, around what only one of them has.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/commands/level_replay_outcome.hpp"
#include "gateway/commands/level_rows.hpp"
#include "gateway/commands/replay_command.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/json_writer.hpp"

namespace tickweir::gateway {

/// Of what `count` gives for each venue.
template <class Venues, class Count>
std::uint64_t sum_of(const Venues& venues, Count&& count) {
    std::uint64_t sum = 0;
    for (const auto& venue : venues)
        sum += count(*venue);
    return sum;
}

/// `"captures"` to `"include_io"`; the venue is null where there is not exactly one.
void put_level_head(JsonWriter& json, const ReplayOptions& options,
                    const LevelReplayOutcome& outcome, std::optional<std::string_view> venue);

/// The captures, and how fast they were played. `unit` names what was counted, in the plural.
void print_level_head(std::ostream& out, const ReplayOptions& options,
                      const LevelReplayOutcome& outcome, const char* unit);

/// Where and why the replay stopped; nothing at a plain end.
void print_level_stop(std::ostream& out, const ReplayOptions& options, const ReplayEnd& end);

/// One JSON document and a line feed; an instrument a line. `put_members` puts what only this kind
/// of replay tells. A result has an outcome and venues, as named_levels takes them.
template <class Result, class PutMembers>
void print_level_document(const ReplayOptions& options, const Result& result, std::ostream& out,
                          PutMembers&& put_members) {
    std::optional<std::string_view> venue;
    if (result.venues.size() == 1) venue = result.venues[0]->venue();
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    put_level_head(json, options, result.outcome, venue);
    json.line_break();
    put_members(json);
    json.line_break();
    put_damage(json, options, result.outcome.end);
    print_level_json(json, text, named_levels(options, result.venues), out);
}

/// A summary, in which `print_counts` prints what only this kind of replay tells, then the
/// instruments asked for with their levels, or the busiest.
template <class Result, class PrintCounts>
void print_level_summary(const ReplayOptions& options, const Result& result, const char* unit,
                         std::ostream& out, PrintCounts&& print_counts) {
    std::vector<LevelReportRow> rows = named_levels(options, result.venues);
    print_level_head(out, options, result.outcome, unit);
    print_counts();
    print_level_stop(out, options, result.outcome.end);
    print_level_times(out, rows);
    print_level_tables(options, std::move(rows), out);
}

}  // namespace tickweir::gateway
