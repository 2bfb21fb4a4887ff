#include "gateway/commands/replay_fix.hpp"

#include <filesystem>
#include <ostream>
#include <utility>

#include "gateway/commands/fix_replay_player.hpp"
#include "gateway/commands/level_replay_command.hpp"

namespace tickweir::gateway {
namespace {

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

int run_fix_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err) {
    const auto play_once = [&](LevelReplayWatchers watchers, const InterruptGuard* guard) {
        return play_captures(
            FixReplayPlayer{options, std::move(watchers)}, options, "messages",
            [](const std::filesystem::path& path) { return replay::FixCapture::open(path); },
            guard);
    };
    return run_level_replay(options, play_once, out, err);
}

}  // namespace tickweir::gateway
