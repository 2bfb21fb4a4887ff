#include <algorithm>
#include <ostream>
#include <string>

#include "gateway/commands/fix_capture_report.hpp"
#include "gateway/commands/fix_names.hpp"
#include "gateway/commands/report_members.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/commands/text_table.hpp"

namespace tickweir::gateway {
namespace {

/// Entries shown of lists that may be long.
constexpr std::size_t shown_max = 10;
constexpr std::size_t rows_shown = 20;

void label(std::ostream& out, std::string_view name, std::string_view text) {
    constexpr std::size_t width = 18;
    out << name << std::string(width - std::min(width, name.size()), ' ') << text << '\n';
}

void print_more(std::ostream& out, std::uint64_t all, std::uint64_t shown) {
    if (all > shown) out << "  ... and " << all - shown << " more\n";
}

std::string time_text(const std::optional<std::int64_t>& ns) {
    return ns ? SessionClock::utc_text(book::TimeNs{std::chrono::nanoseconds{*ns}}) : "-";
}

std::string number_text(const std::optional<std::uint64_t>& number) {
    return number ? std::to_string(*number) : "-";
}

std::string tag_text(codecs::fix::Tag tag) {
    const std::string_view name = fix_tag_name(tag);
    return std::to_string(tag) + (name.empty() ? "" : " " + std::string{name});
}

std::string ends_of(const FixSession& session) {
    const auto or_none = [](const std::string& id) { return id.empty() ? "-" : id; };
    std::string text = or_none(session.sender) + '>' + or_none(session.target);
    if (!session.application.empty()) text += ' ' + session.application;
    return text;
}

void print_sessions(const FixCaptureReport& report, std::ostream& out) {
    const auto& sessions = report.sessions().all();
    label(out, "sessions", std::to_string(sessions.size()));
    TextTable table{"<>>>>>>>><<"};
    table.add({"  sender>target", "stream", "messages", "first", "last", "gaps", "missing",
               "repeated", "resets", "first time", "last time"});
    const std::size_t shown = std::min(sessions.size(), rows_shown);
    for (std::size_t i = 0; i < shown; ++i) {
        const FixSession& session = sessions[i];
        table.add({"  " + ends_of(session), std::to_string(session.stream),
                   std::to_string(session.messages), number_text(session.first_number),
                   number_text(session.last_number), std::to_string(session.gaps),
                   std::to_string(session.missing),
                   std::to_string(session.repeated + session.possible_duplicates),
                   std::to_string(session.resets), time_text(session.first_time_ns),
                   time_text(session.last_time_ns)});
    }
    if (shown != 0) table.print(out);
    print_more(out, sessions.size(), shown);
}

void print_types(const FixCaptureReport& report, std::ostream& out) {
    label(out, "messages", std::to_string(report.messages()));
    TextTable table{"<<>"};
    for (const auto& [type, count] : report.by_type().all())
        table.add({"  " + type, std::string{fix_type_name(type)}, std::to_string(count)});
    if (table.rows() != 0) table.print(out);
}

void print_gaps(const FixCaptureReport& report, std::ostream& out) {
    label(out, "gaps", std::to_string(report.gaps_count()));
    const std::size_t shown = std::min(report.gaps().size(), shown_max);
    for (std::size_t i = 0; i < shown; ++i) {
        const FixGap& gap = report.gaps()[i];
        out << "  byte " << gap.offset << ": ";
        if (gap.session)
            out << gap.missing << " messages from " << gap.first << " on, of "
                << ends_of(report.sessions().all()[*gap.session]) << '\n';
        else
            out << gap.missing << " bytes of stream " << gap.stream << '\n';
    }
    print_more(out, report.gaps_count(), shown);
}

void print_broken(const FixCaptureReport& report, std::ostream& out) {
    label(out, "broken", std::to_string(report.broken_count()));
    for (const auto& [reason, count] : report.reasons().all())
        out << "  " << reason << ' ' << count << '\n';
    const std::size_t shown = std::min(report.broken().size(), shown_max);
    for (std::size_t i = 0; i < shown; ++i) {
        const FixBroken& broken = report.broken()[i];
        out << "  byte " << broken.offset << ": " << broken.reason;
        if (broken.tag != 0) out << " at " << tag_text(broken.tag);
        out << ", " << broken.bytes << " bytes: " << broken.text << '\n';
    }
    print_more(out, report.broken_count(), shown);
}

void print_instruments(const FixCaptureReport& report, std::ostream& out) {
    const auto& instruments = report.instruments();
    label(out, "instruments",
          std::to_string(instruments.size()) +
              (report.instruments_beyond() != 0 ? ", and more than are kept" : ""));
    TextTable table{"<>"};
    for (const auto& [name, count] : instruments) {
        if (table.rows() == rows_shown) break;
        table.add({"  " + name, std::to_string(count)});
    }
    if (table.rows() != 0) table.print(out);
    print_more(out, instruments.size(), table.rows());
}

void print_packets(const InspectedFix& inspected, std::ostream& out) {
    const replay::TcpTotals tcp = inspected.capture.tcp();
    const replay::FixPacketCounts packets = inspected.capture.packets();
    label(out, "packets",
          std::to_string(packets.packets) + ", " + std::to_string(packets.not_tcp) + " not TCP, " +
              std::to_string(packets.fragments) + " fragments, " +
              std::to_string(packets.cut_packets) + " cut, " + std::to_string(packets.malformed) +
              " malformed");
    label(out, "tcp",
          std::to_string(tcp.connections) + " connections, " + std::to_string(tcp.streams) +
              " streams (" + std::to_string(inspected.reader.others().streams) + " not FIX), " +
              std::to_string(tcp.bytes) + " bytes");
    label(out, "",
          std::to_string(tcp.early_segments) + " segments early, " +
              std::to_string(tcp.repeated_bytes) + " bytes repeated, of which " +
              std::to_string(tcp.conflicting_bytes) + " differ, " + std::to_string(tcp.lost_bytes) +
              " lost in " + std::to_string(tcp.holes) + " holes, " + std::to_string(tcp.resets) +
              " resets");
}

// ----------------------------------------------------------------------------------------------
// JSON

void put_number(JsonWriter& json, std::string_view key, const std::optional<std::uint64_t>& value) {
    json.key(key);
    if (value)
        json.number(*value);
    else
        json.null();
}

std::optional<book::TimeNs> time_of(const std::optional<std::int64_t>& ns) {
    return ns ? std::optional{book::TimeNs{std::chrono::nanoseconds{*ns}}} : std::nullopt;
}

void put_counts(JsonWriter& json, std::string_view key, const FixCounts& counts) {
    json.line_break();
    json.key(key);
    json.begin_object();
    for (const auto& [name, count] : counts.all())
        put(json, name, count);
    json.end_object();
}

void put_session(JsonWriter& json, const FixSession& session) {
    put(json, "stream", session.stream);
    put(json, "sender", session.sender);
    put(json, "target", session.target);
    put(json, "application", session.application);
    put(json, "messages", session.messages);
    put_number(json, "first_number", session.first_number);
    put_number(json, "last_number", session.last_number);
    put(json, "gaps", session.gaps);
    put(json, "missing", session.missing);
    put(json, "repeated", session.repeated);
    put(json, "possible_duplicates", session.possible_duplicates);
    put(json, "resets", session.resets);
    put_time(json, "first_time", time_of(session.first_time_ns));
    put_time(json, "last_time", time_of(session.last_time_ns));
}

void put_packets(JsonWriter& json, const InspectedFix& inspected) {
    const replay::TcpTotals tcp = inspected.capture.tcp();
    const replay::FixPacketCounts packets = inspected.capture.packets();
    json.line_break();
    json.key("tcp");
    json.begin_object();
    put(json, "packets", packets.packets);
    put(json, "not_tcp", packets.not_tcp);
    put(json, "fragments", packets.fragments);
    put(json, "cut_packets", packets.cut_packets);
    put(json, "malformed", packets.malformed);
    put(json, "connections", tcp.connections);
    put(json, "streams", tcp.streams);
    put(json, "other_streams", inspected.reader.others().streams);
    put(json, "segments", tcp.segments);
    put(json, "bytes", tcp.bytes);
    put(json, "early_segments", tcp.early_segments);
    put(json, "repeated_bytes", tcp.repeated_bytes);
    put(json, "conflicting_bytes", tcp.conflicting_bytes);
    put(json, "holes", tcp.holes);
    put(json, "lost_bytes", tcp.lost_bytes);
    put(json, "beyond_end_bytes", tcp.beyond_end_bytes);
    put(json, "resets", tcp.resets);
    put(json, "forgotten", tcp.forgotten);
    json.end_object();
}

void put_lists(JsonWriter& json, const FixCaptureReport& report) {
    put_list(json, "sessions", report.sessions().all(),
             [&](const FixSession& session) { put_session(json, session); });
    put_list(json, "gaps", report.gaps(), [&](const FixGap& gap) {
        put(json, "offset", gap.offset);
        put(json, "stream", gap.stream);
        put(json, gap.session ? "messages" : "bytes", gap.missing);
        if (!gap.session) return;
        put(json, "session", *gap.session);
        put(json, "first", gap.first);
    });
    put_list(json, "broken", report.broken(), [&](const FixBroken& broken) {
        put(json, "offset", broken.offset);
        put(json, "stream", broken.stream);
        put(json, "reason", broken.reason);
        put(json, "tag", broken.tag);
        put(json, "bytes", broken.bytes);
        put(json, "text", broken.text);
    });
    put_list(json, "instruments", report.instruments(), [&](const auto& instrument) {
        put(json, "symbol", instrument.first);
        put(json, "messages", instrument.second);
    });
}

}  // namespace

void print_text(const InspectedFix& inspected, std::ostream& out) {
    const FixCaptureReport& report = inspected.report;
    label(out, "format",
          std::string{inspected.capture.is_pcap() ? "pcap with FIX over TCP" : "FIX log"} + ", " +
              std::string{to_string(inspected.capture.compression())} +
              (inspected.reader.is_strict() ? ", back to back" : ", read leniently"));
    if (inspected.capture.is_pcap()) print_packets(inspected, out);
    label(out, "first", time_text(report.first_time_ns()));
    label(out, "last", time_text(report.last_time_ns()));
    print_types(report, out);
    print_sessions(report, out);
    print_gaps(report, out);
    print_broken(report, out);
    print_instruments(report, out);
}

void print_json(const InspectedFix& inspected, JsonWriter& json) {
    const FixCaptureReport& report = inspected.report;
    json.line_break();
    put(json, "format", inspected.capture.is_pcap() ? "pcap" : "fix");
    put(json, "content", "fix");
    put(json, "compression", to_string(inspected.capture.compression()));
    put(json, "strict", inspected.reader.is_strict());
    put(json, "messages", report.messages());
    put(json, "bytes", report.bytes());
    put_time(json, "first_time", time_of(report.first_time_ns()));
    put_time(json, "last_time", time_of(report.last_time_ns()));
    put_counts(json, "messages_by_type", report.by_type());
    json.line_break();
    json.key("broken_by_reason");
    json.begin_object();
    for (const auto& [name, count] : report.reasons().all())
        put(json, key_of(name), count);
    json.end_object();
    put(json, "gaps_count", report.gaps_count());
    put(json, "broken_count", report.broken_count());
    if (inspected.capture.is_pcap()) put_packets(json, inspected);
    put_lists(json, report);
    json.line_break();
    json.key("damage");
    const replay::Damage& damage = inspected.capture.damage();
    if (damage.what.empty()) return json.null();
    json.begin_object();
    put(json, "offset", damage.offset);
    put(json, "reason", damage.what);
    json.end_object();
}

}  // namespace tickweir::gateway
