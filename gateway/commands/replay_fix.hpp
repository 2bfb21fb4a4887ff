// `tickweir replay` of FIX logs and of FIX over TCP: plays them into the books of their senders and
// keeps what the reports tell.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "gateway/commands/fix_counts.hpp"
#include "gateway/commands/fix_replay_books.hpp"
#include "gateway/commands/replay_input.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/feeds/fix/fix_sessions.hpp"
#include "gateway/interrupt.hpp"
#include "replay/fix_capture.hpp"

namespace tickweir::gateway {

/// What was asked to watch the books.
struct FixReplayWatchers {
    bool digests = true;
    std::unique_ptr<LevelEventWriter> events;
    std::unique_ptr<TopSampler> sampler;
};

struct FixReplayResult {
    std::vector<std::unique_ptr<FixReplayBooks>> venues;  ///< by first appearance
    FixSessions sessions;
    FixCounts by_type;
    FixCounts damage;  ///< frames that were dropped, by reason
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;               ///< of messages
    std::uint64_t wrong_body_lengths = 0;  ///< of messages in logs, which were read all the same
    std::uint64_t wrong_checksums = 0;
    std::uint64_t over_limit = 0;  ///< messages of senders beyond the limit
    replay::TcpTotals tcp;         ///< of all captures
    std::uint64_t other_streams = 0;
    double seconds = 0;
    ReplayEnd end;
    std::string output_error;  ///< a file of events or samples could not be written

    /// 0 where nothing could be measured.
    double messages_per_second() const {
        return seconds > 0 ? static_cast<double>(messages) / seconds : 0;
    }
    std::uint64_t gaps() const;
    std::uint64_t missing() const;
    std::uint64_t repeated() const;
};

/// Plays the captures once, one after another. The error is one line about a capture that cannot be
/// opened, or says that a signal came.
replay::Result<FixReplayResult> replay_fix_once(const ReplayOptions& options,
                                                FixReplayWatchers watchers,
                                                const InterruptGuard* guard = nullptr);

void print_fix_replay_json(const ReplayOptions& options, const FixReplayResult& result,
                           std::ostream& out);
void print_fix_replay_table(const ReplayOptions& options, const FixReplayResult& result,
                            std::ostream& out);

/// The command, for captures of FIX. Status as run_replay.
int run_fix_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
