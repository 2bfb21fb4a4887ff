#include "gateway/commands/inspect_fix.hpp"

#include <ostream>
#include <string>

#include "gateway/commands/fix_capture_report.hpp"
#include "gateway/commands/fix_names.hpp"
#include "gateway/commands/report_members.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {
namespace {

namespace fix = codecs::fix;
using replay::CaptureStatus;
using replay::FixItem;
using replay::FixItemKind;

/// Of a value so much is shown.
constexpr std::size_t value_bytes_max = 200;

std::string printable(std::string_view value) {
    std::string shown{value.substr(0, value_bytes_max)};
    for (char& c : shown)
        if (c < ' ' || c > '~') c = '.';
    return shown + (value.size() > value_bytes_max ? "..." : "");
}

bool is_secret(fix::Tag tag) {
    return tag == fix::tag::password || tag == fix::tag::new_password || tag == fix::tag::raw_data;
}

std::string shown_value(const fix::Message& message, const fix::Field& field) {
    // A report may be passed on.
    return is_secret(field.tag) ? "(not shown)" : printable(message.value(field));
}

void show_text(const FixItem& item, std::ostream& out) {
    const fix::Message& message = *item.message;
    out << item.offset << "  stream " << item.stream;
    if (item.received) out << "  " << SessionClock::utc_text(*item.received);
    out << "  " << item.bytes << " bytes  " << fix_type_name(message.msg_type()) << '\n';
    for (const fix::Field& field : message.fields()) {
        const std::string tag = std::to_string(field.tag);
        out << std::string(8 - std::min<std::size_t>(tag.size(), 7), ' ') << tag << ' ';
        const std::string_view name = fix_tag_name(field.tag);
        out << (name.empty() ? "?" : name) << " = " << shown_value(message, field) << '\n';
    }
}

void show_json(const FixItem& item, JsonWriter& json) {
    const fix::Message& message = *item.message;
    json.line_break();
    json.begin_object();
    put(json, "offset", item.offset);
    put(json, "stream", item.stream);
    json.key("received_ns");
    if (item.received)
        json.number(std::int64_t{item.received->time_since_epoch().count()});
    else
        json.null();
    put(json, "type", message.msg_type());
    put(json, "name", fix_type_name(message.msg_type()));
    json.key("fields");
    json.begin_array();
    for (const fix::Field& field : message.fields()) {
        json.begin_array();
        json.number(std::uint64_t{field.tag});
        json.string(fix_tag_name(field.tag));
        json.string(shown_value(message, field));
        json.end_array();
    }
    json.end_array();
    json.end_object();
}

/// Goes through the capture; `show` gets the first `shown` messages.
template <class Show>
CaptureStatus read_all(replay::FixCapture& capture, replay::FixReader& reader, std::uint64_t shown,
                       FixCaptureReport& report, Show&& show) {
    Progress progress{"messages"};
    replay::FixBlock block;
    FixItem item;
    for (;;) {
        const CaptureStatus status = capture.next(block);
        if (status != CaptureStatus::block) return status;
        reader.begin(block);
        while (reader.next(item)) {
            if (item.kind == FixItemKind::message && report.messages() < shown) {
                progress.clear();
                show(item);
            }
            report.on_item(item);
        }
        if (progress.shown())
            progress.update({report.messages(), capture.file_position(), capture.file_bytes()});
    }
}

CaptureStatus as_text(const InspectOptions& options, replay::FixCapture& capture,
                      std::ostream& out) {
    FixCaptureReport report;
    replay::FixReader reader;
    const CaptureStatus status = read_all(capture, reader, options.messages, report,
                                          [&](const FixItem& item) { show_text(item, out); });
    if (options.messages != 0) out << '\n';
    out << "capture           " << options.capture.string() << '\n';
    print_text(InspectedFix{report, capture, reader}, out);
    return status;
}

CaptureStatus as_json(const InspectOptions& options, replay::FixCapture& capture,
                      std::ostream& out) {
    FixCaptureReport report;
    replay::FixReader reader;
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    put(json, "capture", options.capture.string());
    if (options.messages != 0) {
        json.key("first_messages");
        json.begin_array();
    }
    const CaptureStatus status =
        read_all(capture, reader, options.messages, report, [&](const FixItem& item) {
            show_json(item, json);
            out << text;
            text.clear();
        });
    if (options.messages != 0) json.end_array();
    print_json(InspectedFix{report, capture, reader}, json);
    json.end_object();
    out << text << '\n';
    return status;
}

}  // namespace

int run_inspect_fix(const InspectOptions& options, std::ostream& out, std::ostream& err) {
    auto capture = replay::FixCapture::open(options.capture);
    if (!capture) {
        err << "tickweir inspect: " << capture.error() << '\n';
        return static_cast<int>(ExitStatus::usage);
    }
    const CaptureStatus status =
        options.json ? as_json(options, *capture, out) : as_text(options, *capture, out);
    if (status == CaptureStatus::end) return static_cast<int>(ExitStatus::ok);
    err << "tickweir inspect: " << options.capture.string() << ": " << capture->damage().what
        << " (byte " << capture->damage().offset << ")\n";
    return static_cast<int>(status == CaptureStatus::failed ? ExitStatus::failed
                                                            : ExitStatus::damaged);
}

}  // namespace tickweir::gateway
