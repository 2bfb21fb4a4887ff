// What was asked to watch a replay of books of levels, and how the replay went: for captures of
// JSON and of FIX alike.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/commands/level_event_writer.hpp"
#include "gateway/commands/replay_input.hpp"
#include "gateway/commands/top_sampler.hpp"

namespace tickweir::gateway {

/// What was asked to watch the books.
struct LevelReplayWatchers {
    bool digests = true;
    std::unique_ptr<LevelEventWriter> events;
    std::unique_ptr<TopSampler> sampler;

    /// Gives the files their names; both are finished whatever becomes of the other. The error is
    /// one line about the first that could not be written.
    [[nodiscard]] replay::Result<void> finish();
};

/// What every replay tells, whatever it was of.
struct LevelReplayOutcome {
    std::uint64_t messages = 0;  ///< of JSON the frames
    std::uint64_t bytes = 0;     ///< of messages; of JSON, those of frames and of answers
    double seconds = 0;          ///< of decoding and building; with `include_io` of everything
    ReplayEnd end;
    std::string output_error;  ///< a file of events or samples could not be written

    /// 0 where nothing could be measured.
    double messages_per_second() const {
        return seconds > 0 ? static_cast<double>(messages) / seconds : 0;
    }
};

}  // namespace tickweir::gateway
