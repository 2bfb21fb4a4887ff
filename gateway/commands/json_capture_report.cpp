#include "gateway/commands/json_capture_report.hpp"

#include <algorithm>
#include <ostream>
#include <string>

#include "gateway/commands/session_clock.hpp"
#include "gateway/commands/text_table.hpp"

namespace tickweir::gateway {

using codecs::json::ControlKind;
using codecs::json::FrameStatus;

std::string_view to_string(ControlKind kind) {
    switch (kind) {
        case ControlKind::sequence:
            return "sequence";
        case ControlKind::heartbeat:
            return "heartbeat";
        case ControlKind::subscribed:
            return "subscribed";
        case ControlKind::unsubscribed:
            return "unsubscribed";
        case ControlKind::refused:
            return "refused";
        case ControlKind::ping:
            return "ping";
        case ControlKind::going_down:
            return "going_down";
    }
    return "?";
}

// ------------------------------------------------------------------------------------- counting

struct JsonCaptureReport::Listener {
    JsonCaptureReport& report;
    std::uint64_t offset;

    void on_sync(std::uint32_t index, SyncState state, SyncReason reason) const {
        if (state != SyncState::out_of_sync) return;
        ++report.lost_count_;
        if (report.lost_.size() < lost_max) report.lost_.push_back({offset, index, reason});
    }
    void on_control(std::uint32_t, const codecs::json::ControlEvent& control) const {
        ++report.controls_[static_cast<std::size_t>(control.kind)];
    }
    void on_definition(std::uint32_t, const codecs::json::DefinitionEvent&) const {
        ++report.definitions_;
    }
};

void JsonCaptureReport::on_line(const replay::JsonLine& line) {
    if (!first_) first_ = line.time;
    if (last_ && line.time < *last_) ++steps_back_;
    last_ = line.time;
    FrameStatus status = FrameStatus::ok;
    const Listener listener{*this, line.offset};
    switch (line.kind) {
        case replay::JsonLineKind::frame:
            ++frames_;
            status = books_.apply_frame(0, line.text, line.time, listener);
            break;
        case replay::JsonLineKind::answer:
            ++answers_;
            status = books_.apply_answer(0, line.target, line.text, line.time, listener);
            break;
        case replay::JsonLineKind::sent:
            ++sends_;
            break;
    }
    if (status == FrameStatus::ok) return;
    ++refused_count_;
    if (refused_.size() >= refused_max) return;
    JsonRefusedLine refused{line.offset, status, {}, 0};
    if (const auto& refusal = books_.last_refusal()) {
        refused.field = refusal->error.field;
        refused.at_byte = refusal->error.offset;
    }
    refused_.push_back(std::move(refused));
}

// ----------------------------------------------------------------------------------------- text

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

constexpr std::array control_kinds{ControlKind::heartbeat,    ControlKind::subscribed,
                                   ControlKind::unsubscribed, ControlKind::refused,
                                   ControlKind::ping,         ControlKind::going_down};

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
    for (const ControlKind kind : control_kinds)
        if (report.controls(kind) != 0) {
            const std::string name{to_string(kind)};
            out << name << std::string(18 - name.size(), ' ') << report.controls(kind) << '\n';
        }
    print_refused(report, out);
    print_lost(report, out);
    print_instruments(report, out);
}

// ----------------------------------------------------------------------------------------- JSON

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
    for (const ControlKind kind : control_kinds)
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
