#include <algorithm>
#include <ostream>
#include <string>

#include "gateway/commands/json_capture_report.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/commands/text_table.hpp"

namespace tickweir::gateway {

using codecs::json::ControlKind;

namespace {

/// Entries shown of lists that may be long.
constexpr std::size_t shown_max = 10;
constexpr std::size_t instruments_shown = 20;

void print_more(std::ostream& out, std::uint64_t all, std::uint64_t shown) {
    if (all > shown) out << "  ... and " << all - shown << " more\n";
}

void print_instruments(const JsonCaptureReport& report, std::ostream& out) {
    const JsonInstruments& instruments = report.books().instruments();
    out << "instruments       " << instruments.size() << '\n';
    if (instruments.size() == 0) return;
    TextTable table{"<>>>>>><"};
    table.add({"symbol", "snapshots", "changes", "stale", "unapplied", "gaps", "trades", "at end"});
    const std::size_t shown = std::min(instruments.size(), instruments_shown);
    for (std::size_t i = 0; i < shown; ++i) {
        const JsonBookCounts counts = instruments[i].totals();
        table.add({instruments[i].symbol, std::to_string(counts.snapshots),
                   std::to_string(counts.book_updates), std::to_string(counts.stale_ignored),
                   std::to_string(counts.unapplied), std::to_string(counts.gaps),
                   std::to_string(counts.trades), std::string{to_string(instruments[i].state())}});
    }
    table.print(out);
    print_more(out, instruments.size(), shown);
}

void print_refused(const JsonCaptureReport& report, std::ostream& out) {
    out << "refused           " << report.refused_count() << '\n';
    const std::size_t shown = std::min(report.refused().size(), shown_max);
    for (std::size_t i = 0; i < shown; ++i) {
        const JsonRefusedLine& refused = report.refused()[i];
        out << "  byte " << refused.offset << ": " << to_string(refused.status);
        if (!refused.field.empty()) out << " at \"" << refused.field << '"';
        out << ", byte " << refused.at_byte << " of the text\n";
    }
    print_more(out, report.refused_count(), shown);
}

void print_lost(const JsonCaptureReport& report, std::ostream& out) {
    out << "books lost        " << report.lost_count() << '\n';
    const std::size_t shown = std::min(report.lost().size(), shown_max);
    TextTable table{"<<<"};
    for (std::size_t i = 0; i < shown; ++i) {
        const JsonLostBook& lost = report.lost()[i];
        table.add({"  byte " + std::to_string(lost.offset),
                   report.books().instruments()[lost.instrument].symbol,
                   std::string{to_string(lost.reason)}});
    }
    if (shown != 0) table.print(out);
    print_more(out, report.lost_count(), shown);
}

}  // namespace

void print_text(const JsonCaptureReport& report, const replay::JsonCapture& capture,
                std::ostream& out) {
    out << "format            json, " << to_string(capture.compression()) << "\nvenue             "
        << codecs::json::to_string(capture.venue()) << "\nlines             " << report.frames()
        << " frames, " << report.answers() << " HTTP answers, " << report.sends() << " sent\n";
    if (report.first_time())
        out << "first             " << SessionClock::utc_text(*report.first_time())
            << "\nlast              " << SessionClock::utc_text(*report.last_time()) << '\n';
    if (report.steps_back() != 0) out << "times go back     " << report.steps_back() << '\n';
    for (const ControlKind kind : told_controls)
        if (report.controls(kind) != 0) {
            const std::string name{to_string(kind)};
            out << name << std::string(18 - name.size(), ' ') << report.controls(kind) << '\n';
        }
    print_refused(report, out);
    print_lost(report, out);
    print_instruments(report, out);
}

}  // namespace tickweir::gateway
