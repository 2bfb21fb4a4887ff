// One pass over JSON captures: lines into books.
#pragma once

#include <cstddef>
#include <utility>

#include "gateway/commands/json_line_batch.hpp"
#include "gateway/commands/level_replay_pass.hpp"
#include "gateway/commands/replay_json_capture.hpp"

namespace tickweir::gateway {

/// One owner thread. The options must outlive it.
class JsonReplayPlayer {
public:
    using Result = JsonReplayResult;

    JsonReplayPlayer(const ReplayOptions& options, LevelReplayWatchers watchers)
        : options_{options}, pass_{options, std::move(watchers)} {}

    /// Plays one capture; false when the replay is over.
    bool play(replay::JsonCapture& capture, std::size_t index, const InterruptGuard* guard,
              Progress& progress);
    /// Takes the samples and the books that are still due, and gives files their names.
    JsonReplayResult finish();

    LevelReplayPass& pass() { return pass_; }

private:
    JsonReplayBooks& books_of(codecs::json::VenueId venue);
    bool apply(const JsonLineBatch& batch, std::size_t capture);
    bool apply_line(const replay::JsonLine& line, std::size_t capture);
    void refuse(const replay::JsonLine& line, std::size_t capture,
                codecs::json::FrameStatus status);

    const ReplayOptions& options_;
    LevelReplayPass pass_;
    JsonReplayResult result_;
    JsonReplayBooks* books_ = nullptr;  // of the capture at hand
    bool began_ = false;                // the capture at hand
};

}  // namespace tickweir::gateway
