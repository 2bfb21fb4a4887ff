// `tickweir replay` of FIX logs and of FIX over TCP: plays them into the books of their senders and
// keeps what the reports tell.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <vector>

#include "gateway/commands/fix_counts.hpp"
#include "gateway/commands/fix_replay_books.hpp"
#include "gateway/commands/level_replay_outcome.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/feeds/fix/fix_sessions.hpp"
#include "replay/fix_capture.hpp"

namespace tickweir::gateway {

struct FixReplayResult {
    std::vector<std::unique_ptr<FixReplayBooks>> venues;  ///< by first appearance
    LevelReplayOutcome outcome;
    FixSessions sessions;
    FixCounts by_type;
    FixCounts damage;                      ///< frames that were dropped, by reason
    std::uint64_t wrong_body_lengths = 0;  ///< of messages in logs, which were read all the same
    std::uint64_t wrong_checksums = 0;
    std::uint64_t over_limit = 0;  ///< messages of senders beyond the limit
    replay::TcpTotals tcp;         ///< of all captures
    std::uint64_t other_streams = 0;

    std::uint64_t gaps() const;
    std::uint64_t missing() const;
    std::uint64_t repeated() const;
};

/// One JSON document, as that of other replays.
void print_replay_json(const ReplayOptions& options, const FixReplayResult& result,
                       std::ostream& out);
void print_replay_table(const ReplayOptions& options, const FixReplayResult& result,
                        std::ostream& out);

/// The command, for captures of FIX. Status as run_replay.
int run_fix_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
