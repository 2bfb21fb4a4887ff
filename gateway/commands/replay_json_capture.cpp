#include "gateway/commands/replay_json_capture.hpp"

#include <ostream>
#include <system_error>
#include <utility>

#include "gateway/commands/json_replay_player.hpp"
#include "gateway/commands/level_rows.hpp"
#include "gateway/commands/replay_command.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using codecs::json::VenueId;
using replay::CaptureStatus;

/// The venue that the options name; none where they name no venue of JSON captures.
replay::Result<std::optional<VenueId>> venue_of(const ReplayOptions& options) {
    if (options.venue == ReplayOptions{}.venue) return std::optional<VenueId>{};
    const auto venue = codecs::json::venue_named(options.venue);
    if (!venue) return "--venue: no JSON captures of " + options.venue + " are known";
    return std::optional<VenueId>{venue};
}

}  // namespace

replay::Result<JsonReplayResult> replay_json_once(const ReplayOptions& options,
                                                  JsonReplayWatchers watchers,
                                                  const InterruptGuard* guard) {
    const Clock::time_point start = Clock::now();
    const auto venue = venue_of(options);
    if (!venue) return venue.error();
    // A pipe can be opened once only, so that it is tried when it is its turn.
    for (std::size_t i = 1; i < options.captures.size(); ++i) {
        std::error_code error;
        if (!fs::is_regular_file(options.captures[i], error) && fs::exists(options.captures[i]))
            continue;
        if (auto tried = replay::JsonCapture::open(options.captures[i], *venue); !tried)
            return tried.error();
    }
    JsonReplayPlayer player{options, std::move(watchers)};
    {
        Progress progress{"frames"};
        for (std::size_t i = 0; i < options.captures.size(); ++i) {
            auto capture = replay::JsonCapture::open(options.captures[i], *venue);
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
    JsonReplayResult result = player.finish();
    if (options.include_io)
        result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return result;
}

int run_json_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err) {
    // Files that are being written stand under another name, which is not to be left behind.
    std::optional<InterruptGuard> guard;
    if (options.events || options.top_every) guard.emplace();
    auto watchers = make_watchers<JsonReplayWatchers>(options);
    if (!watchers) return give_up_replay(err, watchers.error(), ExitStatus::failed);
    auto result = replay_json_once(options, std::move(*watchers), guard ? &*guard : nullptr);
    if (!result) return give_up_replay(err, result.error(), ExitStatus::usage);
    guard.reset();
    // A measurement is of the books alone. Pipes cannot be read again; there the watching counts.
    if (!options.include_io && can_be_read_again(options)) {
        const auto again =
            replay_json_once(options, {.digests = false, .events = {}, .sampler = {}});
        if (again && again->frames == result->frames) result->seconds = again->seconds;
    }
    if (options.json)
        print_json_replay_json(options, *result, out);
    else
        print_json_replay_table(options, *result, out);
    tell_unknown_symbols(options, named_levels(options, result->venues), err);
    return static_cast<int>(tell_end(options, result->end, result->output_error, err));
}

}  // namespace tickweir::gateway
