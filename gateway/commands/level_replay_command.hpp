// The way of `tickweir replay` with captures that are played into books of levels, of JSON or of
// FIX: opening them, playing them one after another, measuring them, and telling what came out.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "gateway/commands/level_replay_outcome.hpp"
#include "gateway/commands/level_rows.hpp"
#include "gateway/commands/replay_command.hpp"
#include "gateway/interrupt.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {

/// None, or one line about a later capture that cannot be opened. The first is left to be opened
/// when it is played, and so are pipes, which can be opened once only.
template <class Open>
std::optional<std::string> unreadable_later(const ReplayOptions& options, Open&& open) {
    namespace fs = std::filesystem;
    for (std::size_t i = 1; i < options.captures.size(); ++i) {
        std::error_code error;
        if (!fs::is_regular_file(options.captures[i], error) && fs::exists(options.captures[i]))
            continue;
        if (auto tried = open(options.captures[i]); !tried) return tried.error();
    }
    return std::nullopt;
}

/// Plays the captures once, one after another, with a player as JsonReplayPlayer is one. `open`
/// opens a capture by its path; `unit` names what is counted, in the plural. The error is one line
/// about a capture that cannot be opened, or says that a signal came.
template <class Player, class Open>
replay::Result<typename Player::Result> play_captures(Player player, const ReplayOptions& options,
                                                      std::string_view unit, Open&& open,
                                                      const InterruptGuard* guard) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    if (auto why = unreadable_later(options, open)) return std::move(*why);
    {
        Progress progress{unit};
        for (std::size_t i = 0; i < options.captures.size(); ++i) {
            auto capture = open(options.captures[i]);
            if (!capture && i == 0) return capture.error();
            if (!capture) {
                player.pass().stop_unreadable(i, capture.error());
                break;
            }
            if (!player.play(*capture, i, guard, progress)) break;
        }
    }
    if (guard != nullptr && guard->interrupted()) return std::string{"interrupted"};
    typename Player::Result result = player.finish();
    if (options.include_io)
        result.outcome.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return result;
}

/// The command. `play_once(watchers, guard)` plays the captures once and answers what came out, for
/// which there are print_replay_json and print_replay_table. Status as run_replay.
template <class PlayOnce>
int run_level_replay(const ReplayOptions& options, PlayOnce&& play_once, std::ostream& out,
                     std::ostream& err) {
    // Files that are being written stand under another name, which is not to be left behind.
    std::optional<InterruptGuard> guard;
    if (options.events || options.top_every) guard.emplace();
    auto watchers = make_watchers<LevelReplayWatchers>(options);
    if (!watchers) return give_up_replay(err, watchers.error(), ExitStatus::failed);
    auto result = play_once(std::move(*watchers), guard ? &*guard : nullptr);
    if (!result) return give_up_replay(err, result.error(), ExitStatus::usage);
    guard.reset();
    LevelReplayOutcome& outcome = result->outcome;
    // A measurement is of the books alone. Pipes cannot be read again; there the watching counts.
    if (!options.include_io && can_be_read_again(options)) {
        const auto again = play_once({.digests = false, .events = {}, .sampler = {}}, nullptr);
        if (again && again->outcome.messages == outcome.messages)
            outcome.seconds = again->outcome.seconds;
    }
    if (options.json)
        print_replay_json(options, *result, out);
    else
        print_replay_table(options, *result, out);
    tell_unknown_symbols(options, named_levels(options, result->venues), err);
    return static_cast<int>(tell_end(options, outcome.end, outcome.output_error, err));
}

}  // namespace tickweir::gateway
