#include <algorithm>
#include <iomanip>
#include <string>

#include "codecs/itch/names.hpp"
#include "gateway/commands/inspect_print.hpp"

namespace tickweir::gateway {
namespace {

/// Entries shown of lists that may be long.
constexpr std::size_t shown_max = 10;

/// "\x01" for what a terminal should not see, the character otherwise.
std::string printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f) {
            out += c;
        } else {
            out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return out;
}

void print_more(std::ostream& out, std::uint64_t all, std::uint64_t shown) {
    if (all > shown) out << "  ... and " << all - shown << " more\n";
}

void print_time(std::ostream& out, std::string_view what, book::TimeNs time,
                const SessionClock& clock) {
    out << "  " << std::left << std::setw(16) << what << SessionClock::utc_text(time) << "  "
        << clock.local_text(time) << '\n';
}

/// "1 session", "2 sessions"
std::string count_of(std::uint64_t count, std::string_view what) {
    return std::to_string(count).append(" ").append(what).append(count == 1 ? "" : "s");
}

const replay::MoldSession* numbered(const InspectedCapture& inspected, std::uint32_t number) {
    const auto all = inspected.capture.sessions();
    const auto found = std::ranges::find(all, number, &replay::MoldSession::number);
    return found == all.end() ? nullptr : &*found;
}

void print_numbering(std::ostream& out, const replay::MoldSession& mold) {
    if (!mold.numbered) {
        out << "  not numbered\n";
        return;
    }
    out << "  sequence        " << mold.first_sequence << " to " << mold.next_sequence - 1
        << (mold.ended ? ", ended" : ", not ended") << "\n  lost            " << mold.lost << " in "
        << count_of(mold.gaps, "gap") << "\n  duplicates      " << mold.duplicates << '\n';
}

void print_session(std::ostream& out, const InspectedCapture& inspected,
                   const InspectSession& session) {
    const replay::MoldSession* mold = numbered(inspected, session.number);
    out << "session " << session.number;
    if (mold != nullptr) out << " '" << printable(mold->id.view()) << '\'';
    out << ": " << count_of(session.messages, "message") << ", " << count_of(session.bytes, "byte")
        << '\n';
    const SessionDate date = inspected.clock.date_of(session.first_received);
    out << "  date            " << to_text(date.date) << " (" << to_string(date.source) << ")\n";
    if (session.first_ns) {
        print_time(out, "first", inspected.clock.to_utc(date, *session.first_ns), inspected.clock);
        print_time(out, "last", inspected.clock.to_utc(date, *session.last_ns), inspected.clock);
    }
    if (session.steps_back != 0) out << "  times go back   " << session.steps_back << " times\n";
    if (session.first_received) {
        print_time(out, "first received", *session.first_received, inspected.clock);
        print_time(out, "last received", *session.last_received, inspected.clock);
    }
    if (mold != nullptr) print_numbering(out, *mold);
}

void print_types(std::ostream& out, const InspectReport& report) {
    const TypeCounts counts = report.by_type();
    std::vector<std::size_t> types;
    for (std::size_t type = 0; type < counts.size(); ++type)
        if (counts[type] != 0) types.push_back(type);
    std::ranges::stable_sort(types, std::greater{}, [&](std::size_t type) { return counts[type]; });
    out << "messages by type\n";
    for (const std::size_t type : types) {
        const char letter = static_cast<char>(type);
        const std::string_view name = codecs::itch::message_name(letter);
        out << std::right << std::setw(14) << counts[type] << "  " << std::left << std::setw(5)
            << printable({&letter, 1}) << (name.empty() ? "(unknown type)" : name) << '\n';
    }
}

void print_packets(std::ostream& out, const replay::CaptureTotals& totals) {
    out << "packets " << totals.packets << ": " << totals.mold_packets << " MoldUDP64 ("
        << totals.heartbeats << " heartbeats, " << totals.ends_of_session << " ends of session, "
        << totals.duplicate_packets << " duplicates)\n";
    out << "  skipped         " << totals.not_udp << " not UDP, " << totals.not_mold
        << " not MoldUDP64, " << totals.fragments << " fragments, " << totals.cut_packets
        << " cut, " << totals.malformed << " malformed\n";
}

void print_gaps(std::ostream& out, const InspectReport& report) {
    if (report.totals.gaps == 0) {
        out << "gaps: none\n";
        return;
    }
    out << "gaps: " << report.totals.gaps << ", of "
        << count_of(report.totals.lost_messages, "message") << '\n';
    const std::size_t shown = std::min(shown_max, report.gaps.size());
    for (const InspectGap& gap : std::span{report.gaps}.first(shown))
        out << "  @" << gap.offset << " session " << gap.session << ": #" << gap.first_missing
            << " to #" << gap.first_missing + gap.messages - 1 << '\n';
    print_more(out, report.totals.gaps, shown);
}

/// The busiest first.
void print_instruments(std::ostream& out, const InspectReport& report) {
    out << "instruments: " << report.instruments.size() + report.unlisted_instruments << '\n';
    std::vector<std::size_t> order(report.instruments.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    const std::size_t shown = std::min(shown_max, order.size());
    const auto busier = [&](std::size_t a, std::size_t b) {
        const auto& left = report.instruments[a];
        const auto& right = report.instruments[b];
        return left.messages != right.messages ? left.messages > right.messages : a < b;
    };
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(shown), busier);
    for (const std::size_t index : std::span{order}.first(shown)) {
        const InspectInstrument& instrument = report.instruments[index];
        out << std::right << std::setw(14) << instrument.messages << "  " << std::left
            << std::setw(10) << printable(instrument.symbol()) << "locate " << instrument.locate
            << '\n';
    }
    print_more(out, order.size() + report.unlisted_instruments, shown);
}

void print_oddities(std::ostream& out, const InspectReport& report) {
    const std::uint64_t all = report.unknown_types + report.bad_lengths;
    if (report.unknown_locates != 0)
        out << "messages of unknown locates: " << report.unknown_locates << '\n';
    if (all == 0) return;
    out << "refused messages: " << report.unknown_types << " of unknown type, "
        << report.bad_lengths << " of wrong length\n";
    const std::size_t shown = std::min(shown_max, report.oddities.size());
    for (const InspectOddity& oddity : std::span{report.oddities}.first(shown)) {
        const char letter = static_cast<char>(oddity.type);
        out << "  @" << oddity.offset << " type '" << printable({&letter, 1}) << "', "
            << count_of(oddity.length, "byte") << '\n';
    }
    print_more(out, all, shown);
}

}  // namespace

void print_text(const InspectedCapture& inspected, std::ostream& out) {
    const replay::Capture& capture = inspected.capture;
    const InspectReport& report = inspected.report;
    out << inspected.options.capture.string() << ": " << to_string(capture.format()) << ", "
        << to_string(capture.compression()) << ", " << count_of(report.messages(), "message")
        << ", " << count_of(report.session_count(), "session") << '\n';
    for (const InspectSession& session : report.sessions)
        print_session(out, inspected, session);
    if (report.session_count() > report.sessions.size())
        out << "(sessions beyond these are counted into the last one)\n";
    if (capture.format() == replay::CaptureFormat::pcap) print_packets(out, report.totals);
    print_types(out, report);
    print_gaps(out, report);
    print_instruments(out, report);
    print_oddities(out, report);
    if (report.damage) {
        out << "damage at byte " << report.damage->offset << ": " << report.damage->what << '\n';
    } else {
        out << "damage: none\n";
    }
}

void print_text(const ShownMessage& message, std::ostream& out) {
    out << '@' << message.offset;
    if (message.sequence) out << " #" << *message.sequence;
    if (message.received) out << ' ' << SessionClock::utc_text(*message.received);
    out << ' ' << message.text << '\n';
}

}  // namespace tickweir::gateway
