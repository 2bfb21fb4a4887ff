#include <string>

#include "gateway/commands/json_capture_report.hpp"
#include "gateway/commands/session_clock.hpp"

namespace tickweir::gateway {

using codecs::json::ControlKind;

namespace {

template <class Number>
void put(JsonWriter& json, std::string_view key, Number value) {
    json.key(key);
    json.number(value);
}

void put_text(JsonWriter& json, std::string_view key, std::string_view value) {
    json.key(key);
    json.string(value);
}

void put_time(JsonWriter& json, const std::string& what, const std::optional<book::TimeNs>& time) {
    json.line_break();
    json.key(what + "_ns");
    if (!time) {
        json.null();
        json.key(what);
        return json.null();
    }
    json.number(std::int64_t{time->time_since_epoch().count()});
    put_text(json, what, SessionClock::utc_text(*time));
}

/// A list with an object a line.
template <class List, class Put>
void put_list(JsonWriter& json, std::string_view key, const List& list, Put&& put_members) {
    json.line_break();
    json.key(key);
    json.begin_array();
    for (const auto& entry : list) {
        json.line_break();
        json.begin_object();
        put_members(entry);
        json.end_object();
    }
    json.end_array();
}

void put_instruments(JsonWriter& json, const JsonInstruments& instruments) {
    json.line_break();
    json.key("instruments");
    json.begin_array();
    for (std::size_t i = 0; i < instruments.size(); ++i) {
        const JsonBookCounts counts = instruments[i].totals();
        json.line_break();
        json.begin_object();
        put_text(json, "symbol", instruments[i].symbol);
        put(json, "snapshots", counts.snapshots);
        put(json, "book_updates", counts.book_updates);
        put(json, "stale_ignored", counts.stale_ignored);
        put(json, "unapplied", counts.unapplied);
        put(json, "gaps", counts.gaps);
        put(json, "checksums_failed", counts.checksums_failed);
        put(json, "trades", counts.trades);
        put_text(json, "sync", to_string(instruments[i].state()));
        put_text(json, "sync_reason", to_string(instruments[i].reason()));
        json.end_object();
    }
    json.end_array();
}

}  // namespace

void print_json(const JsonCaptureReport& report, const replay::JsonCapture& capture,
                JsonWriter& json) {
    json.line_break();
    put_text(json, "format", "json");
    put_text(json, "compression", to_string(capture.compression()));
    put_text(json, "venue", codecs::json::to_string(capture.venue()));
    put(json, "frames", report.frames());
    put(json, "http_answers", report.answers());
    put(json, "sends", report.sends());
    put(json, "definitions", report.definitions());
    json.key("controls");
    json.begin_object();
    for (const ControlKind kind : told_controls)
        put(json, to_string(kind), report.controls(kind));
    json.end_object();
    put_time(json, "first_time", report.first_time());
    put_time(json, "last_time", report.last_time());
    put(json, "times_that_go_back", report.steps_back());
    put(json, "refused_count", report.refused_count());
    put(json, "lost_count", report.lost_count());
    put_list(json, "refused", report.refused(), [&](const JsonRefusedLine& refused) {
        put(json, "offset", refused.offset);
        put_text(json, "reason", to_string(refused.status));
        put_text(json, "field", refused.field);
        put(json, "at_byte", std::uint64_t{refused.at_byte});
    });
    put_list(json, "lost", report.lost(), [&](const JsonLostBook& lost) {
        put(json, "offset", lost.offset);
        put_text(json, "symbol", report.books().instruments()[lost.instrument].symbol);
        put_text(json, "reason", to_string(lost.reason));
    });
    put_instruments(json, report.books().instruments());
    json.line_break();
    json.key("damage");
    const replay::Damage& damage = capture.damage();
    if (damage.what.empty()) return json.null();
    json.begin_object();
    put(json, "offset", damage.offset);
    put_text(json, "reason", damage.what);
    json.end_object();
}

}  // namespace tickweir::gateway
