#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>
#include <string>
#include <vector>

#include "book/decimal.hpp"
#include "gateway/commands/replay_json_capture.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/commands/text_table.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::size_t instruments_shown = 20;

void line(std::ostream& out, std::string_view label, std::string_view text) {
    constexpr std::size_t width = 14;
    out << label << std::string(width - std::min(width, label.size()), ' ') << text << '\n';
}

std::string rate_text(const ReplayOptions& options, const JsonReplayResult& result) {
    std::array<char, 128> text{};
    const double megabytes = static_cast<double>(result.bytes) / 1e6;
    std::snprintf(text.data(), text.size(), "%.0f frames/s, %.0f MB/s, %.6f s%s",
                  result.messages_per_second(),
                  result.seconds > 0 ? megabytes / result.seconds : 0.0, result.seconds,
                  options.include_io ? " with reading" : " for decoding and building the books");
    return text.data();
}

void print_lines(std::ostream& out, const JsonReplayBooks& venue) {
    const JsonReplayLines& lines = venue.lines();
    const JsonCounts& counts = venue.books().counts();
    line(out, "venue", venue.venue());
    line(out, "lines",
         std::to_string(lines.frames) + " frames, " + std::to_string(lines.answers) +
             " HTTP answers, " + std::to_string(lines.sends) + " sent");
    std::string refused;
    for (std::size_t i = 1; i < frame_status_kinds; ++i) {
        if (counts.by_status[i] == 0) continue;
        if (!refused.empty()) refused += "  ";
        refused += to_string(static_cast<codecs::json::FrameStatus>(i));
        refused += ' ' + std::to_string(counts.by_status[i]);
    }
    line(out, "refused", refused.empty() ? "none" : refused);
}

void print_time(std::ostream& out, const std::vector<JsonReplayName>& names) {
    std::optional<std::int64_t> first;
    std::optional<std::int64_t> last;
    for (const JsonReplayName& name : names) {
        const JsonBookCounts& counts = name.venue->books().instruments()[name.index].counts;
        if (!first || *counts.first_time_ns < *first) first = counts.first_time_ns;
        if (!last || *counts.last_time_ns > *last) last = counts.last_time_ns;
    }
    if (!first) return;
    const auto text = [](std::int64_t ns) {
        return SessionClock::utc_text(book::TimeNs{std::chrono::nanoseconds{ns}});
    };
    line(out, "time", text(*first) + " to " + text(*last));
}

void print_summary(std::ostream& out, const ReplayOptions& options, const JsonReplayResult& result,
                   const std::vector<JsonReplayName>& names) {
    for (std::size_t i = 0; i < options.captures.size(); ++i)
        line(out, i == 0 ? "captures" : "", options.captures[i].string());
    line(out, "rate", rate_text(options, result));
    for (const auto& venue : result.venues)
        print_lines(out, *venue);
    if (!result.end.reason.empty()) {
        line(out, "stopped",
             options.captures[result.end.place.capture].string() + ", byte " +
                 std::to_string(result.end.place.offset) + ':');
        line(out, "", result.end.reason);
    }
    print_time(out, names);
    line(out, "instruments", std::to_string(names.size()));
}

// ------------------------------------------------------------------------------------- instruments

const JsonInstrument& of(const JsonReplayName& name) {
    return name.venue->books().instruments()[name.index];
}

std::uint64_t activity(const JsonReplayName& name) {
    const JsonBookCounts& counts = of(name).counts;
    return counts.book_updates + counts.trades + counts.snapshots;
}

std::string best_of(const JsonReplayInstrument& watched, const std::vector<book::Level>& levels) {
    return levels.empty() ? "-" : book::to_text(levels.front().price, watched.shown_price_decimals);
}

std::string sync_text(const JsonInstrument& instrument) {
    if (instrument.state() == SyncState::in_sync) return "in sync";
    if (instrument.reason() == SyncReason::none) return "no snapshot";
    return std::string{to_string(instrument.reason())};
}

void print_rows(std::ostream& out, const std::vector<JsonReplayName>& names) {
    TextTable table{"<>>>>>>>>><"};
    table.add({"symbol", "updates", "stale", "gaps", "trades", "volume", "last", "bid", "ask",
               "levels", "book"});
    for (const JsonReplayName& name : names) {
        const JsonReplayInstrument& watched = name.venue->watched(name.index);
        const JsonBookCounts counts = of(name).totals();
        const ShownBook book = watched.shown.value_or(ShownBook{});
        table.add({name.name, std::to_string(counts.book_updates),
                   std::to_string(counts.stale_ignored), std::to_string(counts.gaps),
                   std::to_string(counts.trades),
                   watched.volume ? book::exact::to_text(*watched.volume) : "-",
                   watched.last_trade_price ? book::exact::to_text(*watched.last_trade_price) : "-",
                   best_of(watched, book.bids), best_of(watched, book.asks),
                   std::to_string(book.bid_levels) + '+' + std::to_string(book.ask_levels),
                   sync_text(of(name))});
    }
    out << '\n';
    table.print(out);
}

void print_ladder(std::ostream& out, const JsonReplayName& name) {
    const JsonReplayInstrument& watched = name.venue->watched(name.index);
    const ShownBook book = watched.shown.value_or(ShownBook{});
    TextTable table{">><<"};
    table.add({"quantity", "bid", "ask", "quantity"});
    const auto price = [&](const std::vector<book::Level>& levels, std::size_t i) {
        return i < levels.size() ? book::to_text(levels[i].price, watched.shown_price_decimals)
                                 : std::string{};
    };
    const auto open = [&](const std::vector<book::Level>& levels, std::size_t i) {
        return i < levels.size() ? book::to_text(levels[i].open, watched.shown_quantity_decimals)
                                 : std::string{};
    };
    for (std::size_t i = 0; i < std::max(book.bids.size(), book.asks.size()); ++i)
        table.add(
            {open(book.bids, i), price(book.bids, i), price(book.asks, i), open(book.asks, i)});
    TextTable title{"<"};
    title.add({name.name});
    out << '\n';
    title.print(out);
    table.print(out);
}

}  // namespace

void print_json_replay_table(const ReplayOptions& options, const JsonReplayResult& result,
                             std::ostream& out) {
    std::vector<JsonReplayName> names = named_instruments(options, result);
    print_summary(out, options, result, names);
    if (!options.symbols.empty()) {
        if (!names.empty()) print_rows(out, names);
        for (const JsonReplayName& name : names)
            print_ladder(out, name);
        return;
    }
    std::ranges::stable_sort(names, std::ranges::greater{}, activity);
    const std::size_t active = names.size();
    names.resize(std::min(active, instruments_shown));
    if (!names.empty()) print_rows(out, names);
    if (active > names.size())
        out << "and " << active - names.size()
            << " more with data; --symbols A,B shows others and their levels, --json all\n";
}

}  // namespace tickweir::gateway
