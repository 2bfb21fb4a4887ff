// One pass of a replay over its captures: reads, builds the books with one thread or several, and
// takes the time that decoding and building took.
#pragma once

#include "gateway/commands/replay_input.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/commands/replay_result.hpp"
#include "gateway/commands/replay_shard.hpp"
#include "gateway/interrupt.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

/// Plays the captures. `result.seconds` covers applying messages to books only: blocks are read
/// between the measurements; with `include_io` it covers everything from opening to the end. The
/// error is one line about a capture that cannot be opened; files of watchers that cannot be
/// written are told in the result. A signal that `guard` noted is an error, and leaves no files
/// behind.
replay::Result<ReplayResult> replay_once(const ReplayOptions& options, ReplayWatchers watchers,
                                         const InterruptGuard* guard = nullptr);

}  // namespace tickweir::gateway
