#include "gateway/commands/replay_fix.hpp"

#include <chrono>
#include <ostream>
#include <system_error>
#include <utility>

#include "gateway/commands/fix_replay_player.hpp"
#include "gateway/commands/level_rows.hpp"
#include "gateway/commands/replay_command.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using replay::CaptureStatus;

template <class Count>
std::uint64_t sum_of(const FixSessions& sessions, Count FixSession::*count) {
    std::uint64_t sum = 0;
    for (const FixSession& session : sessions.all())
        sum += session.*count;
    return sum;
}

}  // namespace

std::uint64_t FixReplayResult::gaps() const {
    return sum_of(sessions, &FixSession::gaps);
}
std::uint64_t FixReplayResult::missing() const {
    return sum_of(sessions, &FixSession::missing);
}
std::uint64_t FixReplayResult::repeated() const {
    return sum_of(sessions, &FixSession::repeated) +
           sum_of(sessions, &FixSession::possible_duplicates);
}

replay::Result<FixReplayResult> replay_fix_once(const ReplayOptions& options,
                                                FixReplayWatchers watchers,
                                                const InterruptGuard* guard) {
    const Clock::time_point start = Clock::now();
    // A pipe can be opened once only, so that it is tried when it is its turn.
    for (std::size_t i = 1; i < options.captures.size(); ++i) {
        std::error_code error;
        if (!fs::is_regular_file(options.captures[i], error) && fs::exists(options.captures[i]))
            continue;
        if (auto tried = replay::FixCapture::open(options.captures[i]); !tried)
            return tried.error();
    }
    FixReplayPlayer player{options, std::move(watchers)};
    {
        Progress progress{"messages"};
        for (std::size_t i = 0; i < options.captures.size(); ++i) {
            auto capture = replay::FixCapture::open(options.captures[i]);
            if (!capture && i == 0) return capture.error();
            if (!capture) {
                player.stop(CaptureStatus::failed, {i, 0}, capture.error());
                player.result().end.unreadable = true;
                break;
            }
            if (!player.play(*capture, i, guard, progress)) break;
        }
    }
    if (guard != nullptr && guard->interrupted()) return std::string{"interrupted"};
    FixReplayResult result = player.finish();
    if (options.include_io)
        result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return result;
}

int run_fix_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err) {
    // Files that are being written stand under another name, which is not to be left behind.
    std::optional<InterruptGuard> guard;
    if (options.events || options.top_every) guard.emplace();
    auto watchers = make_watchers<FixReplayWatchers>(options);
    if (!watchers) return give_up_replay(err, watchers.error(), ExitStatus::failed);
    auto result = replay_fix_once(options, std::move(*watchers), guard ? &*guard : nullptr);
    if (!result) return give_up_replay(err, result.error(), ExitStatus::usage);
    guard.reset();
    // A measurement is of the books alone. Pipes cannot be read again; there the watching counts.
    if (!options.include_io && can_be_read_again(options)) {
        const auto again =
            replay_fix_once(options, {.digests = false, .events = {}, .sampler = {}});
        if (again && again->messages == result->messages) result->seconds = again->seconds;
    }
    if (options.json)
        print_fix_replay_json(options, *result, out);
    else
        print_fix_replay_table(options, *result, out);
    tell_unknown_symbols(options, named_levels(options, result->venues), err);
    return static_cast<int>(tell_end(options, result->end, result->output_error, err));
}

}  // namespace tickweir::gateway
