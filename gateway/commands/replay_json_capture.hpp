// `tickweir replay` of JSON captures: plays them into the books of their venues and keeps what the
// reports tell.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/commands/json_replay_books.hpp"
#include "gateway/commands/replay_input.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/interrupt.hpp"

namespace tickweir::gateway {

/// What was asked to watch the books.
struct JsonReplayWatchers {
    bool digests = true;
    std::unique_ptr<LevelEventWriter> events;
    std::unique_ptr<TopSampler> sampler;
};

struct JsonReplayResult {
    std::vector<std::unique_ptr<JsonReplayBooks>> venues;  ///< by first appearance
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;  ///< of frames and answers
    double seconds = 0;
    ReplayEnd end;
    std::string output_error;  ///< a file of events or samples could not be written

    /// 0 where nothing could be measured.
    double messages_per_second() const {
        return seconds > 0 ? static_cast<double>(frames) / seconds : 0;
    }
};

/// Plays the captures once, one after another. Lines are read into memory piece by piece, and
/// `seconds` is the time of decoding and building; with `include_io` that of everything. The error
/// is one line about a capture that cannot be opened, or says that a signal came.
replay::Result<JsonReplayResult> replay_json_once(const ReplayOptions& options,
                                                  JsonReplayWatchers watchers,
                                                  const InterruptGuard* guard = nullptr);

void print_json_replay_json(const ReplayOptions& options, const JsonReplayResult& result,
                            std::ostream& out);
void print_json_replay_table(const ReplayOptions& options, const JsonReplayResult& result,
                             std::ostream& out);

/// The command, for captures that are JSON. Status as run_replay.
int run_json_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
