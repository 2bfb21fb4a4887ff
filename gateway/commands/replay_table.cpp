#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>
#include <string>
#include <vector>

#include "book/decimal.hpp"
#include "gateway/commands/replay_report.hpp"
#include "gateway/commands/session_clock.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::size_t instruments_shown = 20;
constexpr std::size_t label_width = 14;

using Entry = ReplayInstruments::value_type;

/// "1,234,567.5": the digits before the point in groups.
std::string grouped(std::string number) {
    const std::size_t first = number.starts_with('-') ? 1 : 0;
    for (std::size_t at = std::min(number.find('.'), number.size()); at > first + 3;) {
        at -= 3;
        number.insert(at, 1, ',');
    }
    return number;
}

std::string grouped(std::uint64_t number) {
    return grouped(std::to_string(number));
}

std::string text_of(book::Price price) {
    return book::to_text(price, ItchInstrument::price_decimals);
}

std::string text_of(book::Quantity quantity) {
    return grouped(book::to_text(quantity, ItchInstrument::quantity_decimals));
}

std::string right(std::string_view text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + std::string{text};
}

std::string left(std::string_view text, std::size_t width) {
    return std::string{text} + std::string(width - std::min(width, text.size()), ' ');
}

/// Bytes of a symbol that a terminal might take for a command are shown as dots.
std::string printable(std::string symbol) {
    std::ranges::replace_if(
        symbol, [](char c) { return c < ' ' || c > '~'; }, '.');
    return symbol;
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array units{"bytes", "kB", "MB", "GB", "TB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (amount >= 999.5 && unit + 1 < units.size()) {
        amount /= 1000;
        ++unit;
    }
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), unit != 0 && amount < 99.95 ? "%.1f %s" : "%.0f %s",
                  amount, units[unit]);
    return text.data();
}

void line(std::ostream& out, std::string_view label, std::string_view text) {
    out << left(label, label_width) << text << '\n';
}

/// Parts behind a label, as many to a line as fit.
void wrapped(std::ostream& out, std::string_view label, const std::vector<std::string>& parts) {
    constexpr std::size_t width = 100;
    std::string text;
    for (const std::string& part : parts) {
        if (!text.empty() && label_width + text.size() + 2 + part.size() > width) {
            line(out, label, text);
            label = "";
            text.clear();
        }
        if (!text.empty()) text += "  ";
        text += part;
    }
    if (!text.empty()) line(out, label, text);
}

std::vector<std::string> types_of(const ItchCounts& counts) {
    std::vector<std::size_t> types;
    for (std::size_t type = 0; type < counts.by_type.size(); ++type)
        if (counts.by_type[type] != 0) types.push_back(type);
    std::ranges::stable_sort(types, std::ranges::greater{},
                             [&](std::size_t type) { return counts.by_type[type]; });
    std::vector<std::string> parts;
    for (const std::size_t type : types) {
        std::array<char, 8> name{};
        std::snprintf(name.data(), name.size(), type > ' ' && type < 0x7f ? "%c" : "0x%02x",
                      static_cast<int>(type));
        parts.push_back(std::string{name.data()} + ' ' + grouped(counts.by_type[type]));
    }
    return parts;
}

std::vector<std::string> refusals_of(const ItchCounts& counts) {
    std::vector<std::string> parts;
    for (std::size_t kind = 0; kind < itch_reject_kinds; ++kind)
        if (counts.rejected[kind] != 0)
            parts.push_back(std::string{itch_reject_names[kind]} + ' ' +
                            grouped(counts.rejected[kind]));
    if (parts.empty()) parts.emplace_back("none");
    return parts;
}

void print_time(std::ostream& out, const ReplayInstruments& instruments) {
    std::optional<book::TimeNs> first, last;
    for (const auto& [symbol, instrument] : instruments) {
        const InstrumentTotals& totals = instrument.totals;
        if (totals.first_time && (!first || *totals.first_time < *first)) first = totals.first_time;
        if (totals.last_time && (!last || *totals.last_time > *last)) last = totals.last_time;
    }
    if (first && last)
        line(out, "time", SessionClock::utc_text(*first) + " to " + SessionClock::utc_text(*last));
}

void print_summary(std::ostream& out, const ReplayOptions& options, const ReplayResult& result) {
    for (std::size_t i = 0; i < options.captures.size(); ++i)
        line(out, i == 0 ? "captures" : "", options.captures[i].string());
    line(out, "messages",
         grouped(result.counts.messages) + " (" + bytes_text(result.framed_bytes()) + ")");
    std::array<char, 64> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "%.6f s", result.seconds);
    line(out, "rate",
         grouped(static_cast<std::uint64_t>(result.messages_per_second())) + " /s, " +
             seconds.data() +
             (options.include_io ? " with reading" : " for decoding and building the books") +
             (result.threads == 1
                  ? ""
                  : std::string{", "} + std::to_string(result.threads) + " threads"));
    wrapped(out, "by type", types_of(result.counts));
    wrapped(out, "refused", refusals_of(result.counts));
    if (result.gaps != 0)
        line(out, "lost",
             grouped(result.lost_messages) + " messages in " + grouped(result.gaps) + " gaps");
    if (result.duplicate_messages != 0)
        line(out, "duplicates", grouped(result.duplicate_messages) + " messages, left out");
    if (!result.end.reason.empty()) {
        line(out, "stopped",
             options.captures[result.end.place.capture].string() + ", byte " +
                 std::to_string(result.end.place.offset) + ':');
        line(out, "", result.end.reason);
    }
    print_time(out, result.instruments);
    line(out, "instruments",
         grouped(result.known_instruments) + ", with " + grouped(result.open_orders) +
             " open orders");
}

// ------------------------------------------------------------------------------------- instruments

std::string best_of(const std::vector<book::Level>& levels) {
    return levels.empty() ? "-" : text_of(levels.front().price);
}

void print_row(std::ostream& out, const Entry& entry) {
    const auto& [symbol, instrument] = entry;
    const InstrumentTotals& totals = instrument.totals;
    const ShownBook& book = instrument.book;
    const std::string levels =
        std::to_string(book.bid_levels) + '+' + std::to_string(book.ask_levels);
    out << left(printable(symbol), 8) << right(grouped(totals.trades), 11)
        << right(text_of(totals.trade_volume), 16)
        << right(totals.last_trade_price ? text_of(*totals.last_trade_price) : "-", 12)
        << right(best_of(book.bids), 12) << right(best_of(book.asks), 12) << right(levels, 11)
        << right(grouped(book.open_orders), 10) << right(instrument.in_sync ? "yes" : "no", 6)
        << '\n';
}

void print_rows(std::ostream& out, const std::vector<const Entry*>& entries) {
    out << '\n'
        << left("symbol", 8) << right("trades", 11) << right("volume", 16) << right("last", 12)
        << right("bid", 12) << right("ask", 12) << right("levels", 11) << right("orders", 10)
        << right("sync", 6) << '\n';
    for (const Entry* const entry : entries)
        print_row(out, *entry);
}

void print_ladder(std::ostream& out, const Entry& entry) {
    const ShownBook& book = entry.second.book;
    out << '\n'
        << left(printable(entry.first), 8) << right("orders", 10) << right("quantity", 16)
        << right("bid", 14) << "  " << left("ask", 14) << left("quantity", 16) << "orders\n";
    for (std::size_t i = 0; i < std::max(book.bids.size(), book.asks.size()); ++i) {
        std::string bid(48, ' ');
        if (i < book.bids.size()) {
            const book::Level& level = book.bids[i];
            bid = right(std::to_string(level.order_count), 18) + right(text_of(level.open), 16) +
                  right(text_of(level.price), 14);
        }
        out << bid;
        if (i < book.asks.size()) {
            const book::Level& level = book.asks[i];
            out << "  " << left(text_of(level.price), 14) << left(text_of(level.open), 16)
                << level.order_count;
        }
        out << '\n';
    }
}

std::uint64_t activity(const Entry* entry) {
    return entry->second.totals.book_updates + entry->second.totals.trades;
}

}  // namespace

void print_replay_table(const ReplayOptions& options, const ReplayResult& result,
                        std::ostream& out) {
    print_summary(out, options, result);
    std::vector<const Entry*> entries;
    for (const Entry& entry : result.instruments)
        if (!options.symbols.empty() || activity(&entry) != 0) entries.push_back(&entry);
    if (!options.symbols.empty()) {
        if (!entries.empty()) print_rows(out, entries);
        for (const Entry* const entry : entries)
            print_ladder(out, *entry);
        return;
    }
    std::ranges::stable_sort(entries, std::ranges::greater{}, activity);
    const std::size_t active = entries.size();
    entries.resize(std::min(active, instruments_shown));
    if (!entries.empty()) print_rows(out, entries);
    if (active > entries.size())
        out << "and " << grouped(active - entries.size())
            << " more with data; --symbols A,B shows others and their levels, --json all\n";
}

}  // namespace tickweir::gateway
