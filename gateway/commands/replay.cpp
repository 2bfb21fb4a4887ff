#include "gateway/commands/replay.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "gateway/commands/capture_kind.hpp"
#include "gateway/commands/replay_command.hpp"
#include "gateway/commands/replay_fix.hpp"
#include "gateway/commands/replay_json_capture.hpp"
#include "gateway/commands/replay_report.hpp"
#include "gateway/commands/replay_run.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/interrupt.hpp"

namespace tickweir::gateway {
namespace {

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

/// A measurement is of the books alone, so that what watches them is left out of it: the captures
/// are played a second time without. Pipes cannot be; there the watching counts.
void measure_alone(const ReplayOptions& options, ReplayResult& result) {
    if (options.include_io || !can_be_read_again(options)) return;
    const auto again = replay_once(options, {});
    if (again && again->counts.messages == result.counts.messages) result.seconds = again->seconds;
}

}  // namespace

int run_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err) {
    if (const std::string why = contradiction(options); !why.empty())
        return give_up_replay(err, why, ExitStatus::usage);
    const auto kind = kind_of(options.captures, options.format);
    if (!kind) return give_up_replay(err, kind.error(), ExitStatus::usage);
    if (*kind == CaptureKind::json) return run_json_replay(options, out, err);
    if (*kind == CaptureKind::fix) return run_fix_replay(options, out, err);
    // Files that are being written stand under another name, which is not to be left behind.
    std::optional<InterruptGuard> guard;
    if (options.events || options.top_every) guard.emplace();
    auto watchers = make_watchers<ReplayWatchers>(options);
    if (!watchers) return give_up_replay(err, watchers.error(), ExitStatus::failed);
    watchers->digest = options.digest;
    const bool watched = watchers->any();
    auto result = replay_once(options, std::move(*watchers), guard ? &*guard : nullptr);
    if (!result) return give_up_replay(err, result.error(), ExitStatus::usage);
    guard.reset();
    if (watched) measure_alone(options, *result);

    if (options.json)
        print_replay_json(options, *result, out);
    else
        print_replay_table(options, *result, out);
    for (const std::string& symbol : options.symbols)
        if (!result->instruments.contains(symbol))
            err << "tickweir replay: no instrument " << symbol << " in what was read\n";
    return static_cast<int>(tell_end(options, result->end, result->output_error, err));
}

}  // namespace tickweir::gateway
