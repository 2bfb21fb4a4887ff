#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "book/decimal.hpp"
#include "gateway/commands/level_rows.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/commands/text_table.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::size_t instruments_shown = 20;

const JsonInstrument& of(const LevelReportRow& row) {
    return *row.instrument;
}

std::uint64_t activity(const LevelReportRow& row) {
    const JsonBookCounts& counts = of(row).counts;
    return counts.book_updates + counts.trades + counts.snapshots;
}

std::string best_of(const WatchedLevels& watched, const std::vector<book::Level>& levels) {
    return levels.empty() ? "-" : book::to_text(levels.front().price, watched.shown_price_decimals);
}

std::string sync_text(const JsonInstrument& instrument) {
    if (instrument.state() == SyncState::in_sync) return "in sync";
    if (instrument.reason() == SyncReason::none) return "no snapshot";
    return std::string{to_string(instrument.reason())};
}

void print_rows(std::ostream& out, const std::vector<LevelReportRow>& rows) {
    TextTable table{"<>>>>>>>>><"};
    table.add({"symbol", "updates", "stale", "gaps", "trades", "volume", "last", "bid", "ask",
               "levels", "book"});
    for (const LevelReportRow& row : rows) {
        const WatchedLevels& watched = *row.watched;
        const JsonBookCounts counts = of(row).totals();
        const ShownBook book = watched.shown.value_or(ShownBook{});
        table.add({row.name, std::to_string(counts.book_updates),
                   std::to_string(counts.stale_ignored), std::to_string(counts.gaps),
                   std::to_string(counts.trades),
                   watched.volume ? book::exact::to_text(*watched.volume) : "-",
                   watched.last_trade_price ? book::exact::to_text(*watched.last_trade_price) : "-",
                   best_of(watched, book.bids), best_of(watched, book.asks),
                   std::to_string(book.bid_levels) + '+' + std::to_string(book.ask_levels),
                   sync_text(of(row))});
    }
    out << '\n';
    table.print(out);
}

void print_ladder(std::ostream& out, const LevelReportRow& row) {
    const WatchedLevels& watched = *row.watched;
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
    title.add({row.name});
    out << '\n';
    title.print(out);
    table.print(out);
}

}  // namespace

void print_label(std::ostream& out, std::string_view label, std::string_view text) {
    constexpr std::size_t width = 14;
    out << label << std::string(width - std::min(width, label.size()), ' ') << text << '\n';
}

void print_level_times(std::ostream& out, const std::vector<LevelReportRow>& rows) {
    std::optional<std::int64_t> first;
    std::optional<std::int64_t> last;
    for (const LevelReportRow& row : rows) {
        const JsonBookCounts& counts = row.instrument->counts;
        if (!first || *counts.first_time_ns < *first) first = counts.first_time_ns;
        if (!last || *counts.last_time_ns > *last) last = counts.last_time_ns;
    }
    const auto text = [](std::int64_t ns) {
        return SessionClock::utc_text(book::TimeNs{std::chrono::nanoseconds{ns}});
    };
    if (first) print_label(out, "time", text(*first) + " to " + text(*last));
    print_label(out, "instruments", std::to_string(rows.size()));
}

void print_level_tables(const ReplayOptions& options, std::vector<LevelReportRow> rows,
                        std::ostream& out) {
    if (!options.symbols.empty()) {
        if (!rows.empty()) print_rows(out, rows);
        for (const LevelReportRow& row : rows)
            print_ladder(out, row);
        return;
    }
    std::ranges::stable_sort(rows, std::ranges::greater{}, activity);
    const std::size_t active = rows.size();
    rows.resize(std::min(active, instruments_shown));
    if (!rows.empty()) print_rows(out, rows);
    if (active > rows.size())
        out << "and " << active - rows.size()
            << " more with data; --symbols A,B shows others and their levels, --json all\n";
}

}  // namespace tickweir::gateway
