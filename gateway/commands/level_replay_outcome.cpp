#include "gateway/commands/level_replay_outcome.hpp"

namespace tickweir::gateway {

replay::Result<void> LevelReplayWatchers::finish() {
    replay::Result<void> written;
    if (events) written = events->finish();
    if (!sampler) return written;
    const replay::Result<void> sampled = sampler->finish();
    return written.has_error() ? written : sampled;
}

}  // namespace tickweir::gateway
