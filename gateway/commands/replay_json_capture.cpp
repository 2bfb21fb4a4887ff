#include "gateway/commands/replay_json_capture.hpp"

#include <filesystem>
#include <optional>
#include <ostream>
#include <utility>

#include "gateway/commands/json_replay_player.hpp"
#include "gateway/commands/level_replay_command.hpp"

namespace tickweir::gateway {
namespace {

using codecs::json::VenueId;

/// The venue that the options name; none where they name no venue of JSON captures.
replay::Result<std::optional<VenueId>> venue_of(const ReplayOptions& options) {
    if (options.venue == ReplayOptions{}.venue) return std::optional<VenueId>{};
    const auto venue = codecs::json::venue_named(options.venue);
    if (!venue) return "--venue: no JSON captures of " + options.venue + " are known";
    return std::optional<VenueId>{venue};
}

replay::Result<JsonReplayResult> play_once(const ReplayOptions& options,
                                           LevelReplayWatchers watchers,
                                           const InterruptGuard* guard) {
    const auto venue = venue_of(options);
    if (!venue) return venue.error();
    const auto open = [&](const std::filesystem::path& path) {
        return replay::JsonCapture::open(path, *venue);
    };
    return play_captures(JsonReplayPlayer{options, std::move(watchers)}, options, "frames", open,
                         guard);
}

}  // namespace

int run_json_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err) {
    return run_level_replay(
        options,
        [&](LevelReplayWatchers watchers, const InterruptGuard* guard) {
            return play_once(options, std::move(watchers), guard);
        },
        out, err);
}

}  // namespace tickweir::gateway
