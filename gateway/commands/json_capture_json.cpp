#include <ranges>
#include <string>

#include "gateway/commands/json_capture_report.hpp"
#include "gateway/commands/report_members.hpp"

namespace tickweir::gateway {

using codecs::json::ControlKind;

namespace {

void put_instrument(JsonWriter& json, const JsonInstrument& instrument) {
    const JsonBookCounts counts = instrument.totals();
    put(json, "symbol", instrument.symbol);
    put(json, "snapshots", counts.snapshots);
    put(json, "book_updates", counts.book_updates);
    put(json, "stale_ignored", counts.stale_ignored);
    put(json, "unapplied", counts.unapplied);
    put(json, "gaps", counts.gaps);
    put(json, "checksums_failed", counts.checksums_failed);
    put(json, "trades", counts.trades);
    put(json, "sync", to_string(instrument.state()));
    put(json, "sync_reason", to_string(instrument.reason()));
}

}  // namespace

void print_json(const JsonCaptureReport& report, const replay::JsonCapture& capture,
                JsonWriter& json) {
    json.line_break();
    put(json, "format", "json");
    put(json, "compression", to_string(capture.compression()));
    put(json, "venue", codecs::json::to_string(capture.venue()));
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
        put(json, "reason", to_string(refused.status));
        put(json, "field", refused.field);
        put(json, "at_byte", refused.at_byte);
    });
    put_list(json, "lost", report.lost(), [&](const JsonLostBook& lost) {
        put(json, "offset", lost.offset);
        put(json, "symbol", report.books().instruments()[lost.instrument].symbol);
        put(json, "reason", to_string(lost.reason));
    });
    const JsonInstruments& instruments = report.books().instruments();
    put_list(json, "instruments", std::views::iota(std::size_t{0}, instruments.size()),
             [&](std::size_t i) { put_instrument(json, instruments[i]); });
    json.line_break();
    json.key("damage");
    const replay::Damage& damage = capture.damage();
    if (damage.what.empty()) return json.null();
    json.begin_object();
    put(json, "offset", damage.offset);
    put(json, "reason", damage.what);
    json.end_object();
}

}  // namespace tickweir::gateway
