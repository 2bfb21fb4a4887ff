#include "gateway/commands/replay.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>

#include "gateway/commands/capture_kind.hpp"
#include "gateway/commands/replay_json_capture.hpp"
#include "gateway/commands/replay_report.hpp"
#include "gateway/commands/replay_run.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/interrupt.hpp"

namespace tickweir::gateway {
namespace {

int give_up(std::ostream& err, const std::string& why, ExitStatus status) {
    err << "tickweir replay: " << why << '\n';
    return static_cast<int>(status);
}

/// What cannot go together, in one line.
std::string contradiction(const ReplayOptions& options) {
    if (options.captures.empty()) return "no capture is given";
    if (options.threads.value_or(1) == 1) return {};
    const auto needs_one = [](const char* option) {
        return std::string{option} + " needs --threads 1: it follows the order of all messages";
    };
    if (options.strict) return needs_one("--strict");
    if (options.events) return needs_one("--events");
    if (options.top_every) return needs_one("--top-every");
    return {};
}

replay::Result<ReplayWatchers> make_watchers(const ReplayOptions& options) {
    ReplayWatchers watchers;
    watchers.digest = options.digest;
    if (options.events) {
        auto events = EventWriter::create(*options.events);
        if (!events) return events.error();
        watchers.events = std::make_unique<EventWriter>(std::move(*events));
    }
    if (options.top_every) {
        auto sampler =
            TopSampler::create(options.top_every->file, options.top_every->every, options.depth);
        if (!sampler) return sampler.error();
        watchers.sampler = std::make_unique<TopSampler>(std::move(*sampler));
    }
    return watchers;
}

bool can_be_read_again(const ReplayOptions& options) {
    std::error_code error;
    for (const std::filesystem::path& capture : options.captures)
        if (!std::filesystem::is_regular_file(capture, error)) return false;
    return true;
}

/// A measurement is of the books alone, so that what watches them is left out of it: the captures
/// are played a second time without. Pipes cannot be; there the watching counts.
void measure_alone(const ReplayOptions& options, ReplayResult& result) {
    if (options.include_io || !can_be_read_again(options)) return;
    const auto again = replay_once(options, {});
    if (again && again->counts.messages == result.counts.messages) result.seconds = again->seconds;
}

ExitStatus tell_end(const ReplayOptions& options, const ReplayResult& result, std::ostream& err) {
    if (!result.output_error.empty()) {
        err << "tickweir replay: " << result.output_error << '\n';
        return ExitStatus::failed;
    }
    const ReplayEnd& end = result.end;
    if (end.unreadable) {
        err << "tickweir replay: " << end.reason << '\n';
        return ExitStatus::usage;
    }
    if (end.reason.empty()) return ExitStatus::ok;
    err << "tickweir replay: " << options.captures[end.place.capture].string() << ": " << end.reason
        << " (byte " << end.place.offset << ")\n";
    return end.status == replay::CaptureStatus::failed ? ExitStatus::failed : ExitStatus::damaged;
}

}  // namespace

int run_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err) {
    if (const std::string why = contradiction(options); !why.empty())
        return give_up(err, why, ExitStatus::usage);
    const auto json = are_json(options.captures, options.format);
    if (!json) return give_up(err, json.error(), ExitStatus::usage);
    if (*json) return run_json_replay(options, out, err);
    // Files that are being written stand under another name, which is not to be left behind.
    std::optional<InterruptGuard> guard;
    if (options.events || options.top_every) guard.emplace();
    auto watchers = make_watchers(options);
    if (!watchers) return give_up(err, watchers.error(), ExitStatus::failed);
    const bool watched = watchers->any();
    auto result = replay_once(options, std::move(*watchers), guard ? &*guard : nullptr);
    if (!result) return give_up(err, result.error(), ExitStatus::usage);
    guard.reset();
    if (watched) measure_alone(options, *result);

    if (options.json)
        print_replay_json(options, *result, out);
    else
        print_replay_table(options, *result, out);
    for (const std::string& symbol : options.symbols)
        if (!result->instruments.contains(symbol))
            err << "tickweir replay: no instrument " << symbol << " in what was read\n";
    return static_cast<int>(tell_end(options, *result, err));
}

}  // namespace tickweir::gateway
