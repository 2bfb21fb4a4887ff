// Instruments with books of levels as a replay reports them, in JSON and in tables: for venues of
// JSON and senders of FIX alike.
#pragma once

#include <algorithm>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/commands/level_watch.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/commands/symbol_filter.hpp"
#include "gateway/feeds/json_instrument.hpp"
#include "gateway/json_writer.hpp"

namespace tickweir::gateway {

/// One of them, named by its symbol, by `venue:symbol` where two venues share one.
struct LevelReportRow {
    std::string name;
    std::string_view venue;
    const JsonInstrument* instrument = nullptr;
    const WatchedLevels* watched = nullptr;
};

/// Those with data, by name; filtered by `--symbols`, which may spell either form. A venue has
/// venue(), instruments() and watched(index).
template <class Venues>
std::vector<LevelReportRow> named_levels(const ReplayOptions& options, const Venues& venues) {
    std::map<std::string_view, unsigned> venues_with;
    const auto each = [&](auto&& see) {
        for (const auto& venue : venues)
            for (std::size_t i = 0; i < venue->instruments().size(); ++i)
                if (venue->instruments()[i].counts.first_time_ns) see(*venue, i);
    };
    each([&](const auto& venue, std::size_t i) { ++venues_with[venue.instruments()[i].symbol]; });
    const SymbolFilter filter{options.symbols};
    std::vector<LevelReportRow> rows;
    each([&](const auto& venue, std::size_t i) {
        const JsonInstrument& instrument = venue.instruments()[i];
        const std::string full = std::string{venue.venue()} + ':' + instrument.symbol;
        if (filter.shows(instrument.symbol) || filter.shows(full))
            rows.push_back({venues_with[instrument.symbol] > 1 ? full : instrument.symbol,
                            venue.venue(), &instrument, &venue.watched(i)});
    });
    std::ranges::sort(rows, {}, &LevelReportRow::name);
    return rows;
}

/// Says on `err` which of the symbols asked for are not there.
void tell_unknown_symbols(const ReplayOptions& options, const std::vector<LevelReportRow>& rows,
                          std::ostream& err);

/// `"instruments": {...}` and the end of the document; an instrument a line, written to `out` as
/// they come.
void print_level_json(JsonWriter& json, std::string& text, const std::vector<LevelReportRow>& rows,
                      std::ostream& out);

/// The first and last times of all, if there are any, and their number.
void print_level_times(std::ostream& out, const std::vector<LevelReportRow>& rows);

/// Those asked for with their levels, or the busiest.
void print_level_tables(const ReplayOptions& options, std::vector<LevelReportRow> rows,
                        std::ostream& out);

/// `label        text`
void print_label(std::ostream& out, std::string_view label, std::string_view text);

}  // namespace tickweir::gateway
