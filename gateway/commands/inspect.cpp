#include "gateway/commands/inspect.hpp"

#include <string>
#include <utility>

#include "gateway/commands/capture_kind.hpp"
#include "gateway/commands/inspect_counter.hpp"
#include "gateway/commands/inspect_fix.hpp"
#include "gateway/commands/inspect_json_capture.hpp"
#include "gateway/commands/inspect_messages.hpp"
#include "gateway/commands/inspect_print.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {
namespace {

/// Counts until the capture ends or is damaged, which the report then tells.
replay::CaptureStatus count_through(replay::Capture& capture, InspectCounter& counter,
                                    FirstMessages& shown) {
    Progress progress{"messages"};
    InspectReport& report = counter.report();
    replay::Block block;
    for (;;) {
        const replay::CaptureStatus status = capture.next(block);
        if (status != replay::CaptureStatus::block) {
            if (status != replay::CaptureStatus::end) report.damage = capture.damage();
            return status;
        }
        if (shown.wanted()) {
            progress.clear();
            shown.on_block(block);
        }
        capture.consumed(counter.on_block(block));
        if (report.damage) {
            if (capture.compression() != replay::Compression::none)
                report.damage->file_offset = capture.file_position();
            return replay::CaptureStatus::damaged;
        }
        if (progress.shown())
            progress.update({counter.messages(), capture.file_position(), capture.file_bytes()});
    }
}

ExitStatus exit_status(replay::CaptureStatus status) {
    switch (status) {
        case replay::CaptureStatus::block:
        case replay::CaptureStatus::end:
            return ExitStatus::ok;
        case replay::CaptureStatus::truncated:
        case replay::CaptureStatus::damaged:
            return ExitStatus::damaged;
        case replay::CaptureStatus::failed:
            return ExitStatus::failed;
    }
    return ExitStatus::failed;
}

template <class Read>
replay::CaptureStatus as_text(const InspectedCapture& inspected, Read&& read, std::ostream& out) {
    const std::uint64_t messages = inspected.options.messages;
    const auto status =
        read(FirstMessages{messages, [&](const ShownMessage& shown) { print_text(shown, out); }});
    if (messages != 0) out << '\n';
    print_text(inspected, out);
    return status;
}

template <class Read>
replay::CaptureStatus as_json(const InspectedCapture& inspected, Read&& read, std::ostream& out) {
    const std::uint64_t messages = inspected.options.messages;
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    json.key("capture");
    json.string(inspected.options.capture.string());
    if (messages != 0) {
        json.key("first_messages");
        json.begin_array();
    }
    const auto status = read(FirstMessages{messages, [&](const ShownMessage& shown) {
                                               print_json(shown, json);
                                               out << text;
                                               text.clear();
                                           }});
    if (messages != 0) json.end_array();
    print_json(inspected, json);
    json.end_object();
    out << text << '\n';
    return status;
}

int cannot(std::ostream& err, const std::string& why) {
    err << "tickweir inspect: " << why << '\n';
    return static_cast<int>(ExitStatus::usage);
}

}  // namespace

int run_inspect(const InspectOptions& options, std::ostream& out, std::ostream& err) {
    const auto kind = kind_of({options.capture}, options.format);
    if (!kind) return cannot(err, kind.error());
    if (*kind == CaptureKind::json) return run_inspect_json_capture(options, out, err);
    if (*kind == CaptureKind::fix) return run_inspect_fix(options, out, err);
    const auto clock = SessionClock::make(options.timezone, options.date, options.capture);
    if (!clock) return cannot(err, clock.error());
    auto capture = replay::Capture::open(options.capture, options.format);
    if (!capture) return cannot(err, capture.error());

    InspectCounter counter;
    InspectReport& report = counter.report();
    const auto read = [&](FirstMessages shown) {
        const replay::CaptureStatus status = count_through(*capture, counter, shown);
        report.totals = capture->totals();
        return status;
    };
    const InspectedCapture inspected{options, *capture, *clock, report};
    const replay::CaptureStatus status =
        options.json ? as_json(inspected, read, out) : as_text(inspected, read, out);
    if (report.damage)
        err << "tickweir inspect: " << options.capture.string() << ": " << report.damage->what
            << " (byte " << report.damage->offset << ")\n";
    return static_cast<int>(exit_status(status));
}

}  // namespace tickweir::gateway
