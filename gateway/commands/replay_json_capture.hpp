// `tickweir replay` of JSON captures: plays them into the books of their venues and keeps what the
// reports tell.
#pragma once

#include <iosfwd>
#include <memory>
#include <vector>

#include "gateway/commands/json_replay_books.hpp"
#include "gateway/commands/level_replay_outcome.hpp"
#include "gateway/commands/replay_options.hpp"

namespace tickweir::gateway {

struct JsonReplayResult {
    std::vector<std::unique_ptr<JsonReplayBooks>> venues;  ///< by first appearance
    LevelReplayOutcome outcome;
};

/// One JSON document, as that of other replays.
void print_replay_json(const ReplayOptions& options, const JsonReplayResult& result,
                       std::ostream& out);
void print_replay_table(const ReplayOptions& options, const JsonReplayResult& result,
                        std::ostream& out);

/// The command, for captures that are JSON. Status as run_replay.
int run_json_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
