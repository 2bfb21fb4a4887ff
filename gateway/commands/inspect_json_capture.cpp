#include "gateway/commands/inspect_json_capture.hpp"

#include <ostream>
#include <string>

#include "gateway/commands/json_capture_report.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {
namespace {

using replay::CaptureStatus;
using replay::JsonLine;

std::string_view kind_of(const JsonLine& line) {
    switch (line.kind) {
        case replay::JsonLineKind::frame:
            return "frame";
        case replay::JsonLineKind::answer:
            return "GET";
        case replay::JsonLineKind::sent:
            return "SEND";
    }
    return "?";
}

/// Snapshots have megabytes: of a text so much is shown.
constexpr std::size_t shown_bytes_max = 400;

void show_text(const JsonLine& line, std::ostream& out) {
    std::string text{line.text.substr(0, shown_bytes_max)};
    for (char& c : text)
        if (c < ' ' || c > '~') c = '.';
    out << line.offset << "  " << SessionClock::utc_text(line.time) << "  " << kind_of(line);
    if (!line.target.empty()) out << ' ' << line.target;
    out << "  " << text << (line.text.size() > text.size() ? "..." : "") << '\n';
}

void show_json(const JsonLine& line, JsonWriter& json) {
    json.line_break();
    json.begin_object();
    json.key("offset");
    json.number(line.offset);
    json.key("time_ns");
    json.number(std::int64_t{line.time.time_since_epoch().count()});
    json.key("kind");
    json.string(kind_of(line));
    if (!line.target.empty()) {
        json.key("target");
        json.string(line.target);
    }
    json.key("text");
    json.string(line.text);
    json.end_object();
}

/// Goes through the capture; `show` gets the first `shown` lines.
template <class Show>
CaptureStatus read_all(replay::JsonCapture& capture, std::uint64_t shown, JsonCaptureReport& report,
                       Show&& show) {
    Progress progress{"lines"};
    JsonLine line;
    for (;;) {
        const CaptureStatus status = capture.next(line);
        if (status != CaptureStatus::block) return status;
        if (report.lines() < shown) {
            progress.clear();
            show(line);
        }
        report.on_line(line);
        if (progress.shown())
            progress.update({report.lines(), capture.file_position(), capture.file_bytes()});
    }
}

CaptureStatus as_text(const InspectOptions& options, replay::JsonCapture& capture,
                      JsonCaptureReport& report, std::ostream& out) {
    const CaptureStatus status = read_all(capture, options.messages, report,
                                          [&](const JsonLine& line) { show_text(line, out); });
    if (options.messages != 0) out << '\n';
    out << "capture           " << options.capture.string() << '\n';
    print_text(report, capture, out);
    return status;
}

CaptureStatus as_json(const InspectOptions& options, replay::JsonCapture& capture,
                      JsonCaptureReport& report, std::ostream& out) {
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    json.key("capture");
    json.string(options.capture.string());
    if (options.messages != 0) {
        json.key("first_messages");
        json.begin_array();
    }
    const CaptureStatus status =
        read_all(capture, options.messages, report, [&](const JsonLine& line) {
            show_json(line, json);
            out << text;
            text.clear();
        });
    if (options.messages != 0) json.end_array();
    print_json(report, capture, json);
    json.end_object();
    out << text << '\n';
    return status;
}

}  // namespace

int run_inspect_json_capture(const InspectOptions& options, std::ostream& out, std::ostream& err) {
    auto capture = replay::JsonCapture::open(options.capture);
    if (!capture) {
        err << "tickweir inspect: " << capture.error() << '\n';
        return static_cast<int>(ExitStatus::usage);
    }
    JsonCaptureReport report{capture->venue()};
    const CaptureStatus status = options.json ? as_json(options, *capture, report, out)
                                              : as_text(options, *capture, report, out);
    if (status == CaptureStatus::end) return static_cast<int>(ExitStatus::ok);
    err << "tickweir inspect: " << options.capture.string() << ": " << capture->damage().what
        << " (byte " << capture->damage().offset << ")\n";
    return static_cast<int>(status == CaptureStatus::failed ? ExitStatus::failed
                                                            : ExitStatus::damaged);
}

}  // namespace tickweir::gateway
