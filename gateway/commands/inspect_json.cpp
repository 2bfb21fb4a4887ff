#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/commands/inspect_print.hpp"
#include "gateway/commands/report_members.hpp"

namespace tickweir::gateway {
namespace {

void put_type(JsonWriter& json, std::uint8_t type) {
    const char letter = static_cast<char>(type);
    put(json, "type", std::string_view{&letter, 1});
}

void put_counts(JsonWriter& json, const TypeCounts& counts) {
    json.key("messages_by_type");
    json.begin_object();
    for (std::size_t type = 0; type < counts.size(); ++type) {
        const char letter = static_cast<char>(type);
        if (counts[type] != 0) put(json, std::string_view{&letter, 1}, counts[type]);
    }
    json.end_object();
}

void put_numbering(JsonWriter& json, const replay::MoldSession& mold) {
    json.line_break();
    put(json, "id", mold.id.view());
    put(json, "numbered", mold.numbered);
    put(json, "first_sequence", mold.first_sequence);
    put(json, "next_sequence", mold.next_sequence);
    put(json, "ended", mold.ended);
    put(json, "gaps", mold.gaps);
    put(json, "lost_messages", mold.lost);
    put(json, "duplicate_messages", mold.duplicates);
}

void put_session(JsonWriter& json, const InspectedCapture& inspected,
                 const InspectSession& session) {
    const SessionDate date = inspected.clock.date_of(session.first_received);
    const auto utc = [&](const std::optional<std::uint64_t>& since_midnight) {
        std::optional<book::TimeNs> time;
        if (since_midnight) time = inspected.clock.to_utc(date, *since_midnight);
        return time;
    };
    json.line_break();
    json.begin_object();
    put(json, "session", session.number);
    put(json, "date", to_text(date.date));
    put(json, "date_from", to_string(date.source));
    put(json, "messages", session.messages);
    put(json, "bytes", session.bytes);
    put_time(json, "first_time", utc(session.first_ns));
    put_time(json, "last_time", utc(session.last_ns));
    put(json, "times_that_go_back", session.steps_back);
    put_time(json, "first_received", session.first_received);
    put_time(json, "last_received", session.last_received);
    for (const replay::MoldSession& mold : inspected.capture.sessions())
        if (mold.number == session.number) put_numbering(json, mold);
    json.line_break();
    put_counts(json, session.by_type);
    json.end_object();
}

void put_packets(JsonWriter& json, const replay::CaptureTotals& totals) {
    json.line_break();
    json.key("packets");
    json.begin_object();
    put(json, "all", totals.packets);
    put(json, "mold", totals.mold_packets);
    put(json, "heartbeats", totals.heartbeats);
    put(json, "ends_of_session", totals.ends_of_session);
    put(json, "duplicate_packets", totals.duplicate_packets);
    put(json, "duplicate_messages", totals.duplicate_messages);
    put(json, "gaps", totals.gaps);
    put(json, "lost_messages", totals.lost_messages);
    put(json, "not_udp", totals.not_udp);
    put(json, "not_mold", totals.not_mold);
    put(json, "fragments", totals.fragments);
    put(json, "cut", totals.cut_packets);
    put(json, "malformed", totals.malformed);
    json.end_object();
}

void put_lists(JsonWriter& json, const InspectReport& report) {
    put_list(json, "gaps", report.gaps, [&](const InspectGap& gap) {
        put(json, "offset", gap.offset);
        put(json, "session", gap.session);
        put(json, "first_missing", gap.first_missing);
        put(json, "messages", gap.messages);
    });
    put_list(json, "instruments", report.instruments, [&](const InspectInstrument& instrument) {
        put(json, "symbol", instrument.symbol());
        put(json, "session", instrument.session);
        put(json, "locate", instrument.locate);
        put(json, "messages", instrument.messages);
    });
    put(json, "unlisted_instruments", report.unlisted_instruments);
    put_list(json, "refused", report.oddities, [&](const InspectOddity& oddity) {
        put(json, "offset", oddity.offset);
        put_type(json, oddity.type);
        put(json, "length", oddity.length);
    });
}

void put_damage(JsonWriter& json, const std::optional<replay::Damage>& damage) {
    json.line_break();
    json.key("damage");
    if (!damage) return json.null();
    json.begin_object();
    put(json, "what", damage->what);
    put(json, "offset", damage->offset);
    put(json, "file_offset", damage->file_offset);
    json.end_object();
}

}  // namespace

void print_json(const InspectedCapture& inspected, JsonWriter& json) {
    const InspectReport& report = inspected.report;
    put(json, "format", to_string(inspected.capture.format()));
    put(json, "compression", to_string(inspected.capture.compression()));
    put(json, "messages", report.messages());
    put(json, "bytes", report.bytes());
    json.line_break();
    put_counts(json, report.by_type());
    json.line_break();
    json.key("rejected");
    json.begin_object();
    put(json, "unknown_type", report.unknown_types);
    put(json, "bad_length", report.bad_lengths);
    put(json, "unknown_locate", report.unknown_locates);
    json.end_object();
    put(json, "end_markers", report.end_markers);
    put(json, "session_count", report.session_count());
    json.line_break();
    json.key("sessions");
    json.begin_array();
    for (const InspectSession& session : report.sessions)
        put_session(json, inspected, session);
    json.end_array();
    put_packets(json, report.totals);
    put_lists(json, report);
    put_damage(json, report.damage);
}

void print_json(const ShownMessage& message, JsonWriter& json) {
    json.line_break();
    json.begin_object();
    put(json, "offset", message.offset);
    if (message.sequence) put(json, "sequence", *message.sequence);
    if (message.received) {
        json.key("received_ns");
        json.number(std::int64_t{message.received->time_since_epoch().count()});
    }
    put(json, "message", message.text);
    json.end_object();
}

}  // namespace tickweir::gateway
