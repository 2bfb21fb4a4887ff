#include "gateway/commands/replay_run.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/commands/shard_team.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {
namespace {

using Clock = std::chrono::steady_clock;
using Shards = std::vector<std::unique_ptr<ReplayShard>>;

Shards make_shards(const ReplayOptions& options, ReplayWatchers watchers) {
    Shards shards;
    const bool digest = watchers.digest;
    for (std::uint32_t i = 0; i < options.threads; ++i) {
        shards.push_back(std::make_unique<ReplayShard>(options, ItchShard{i, options.threads},
                                                       std::exchange(watchers, ReplayWatchers{})));
        watchers.digest = digest;
    }
    return shards;
}

bool interrupted(const InterruptGuard* guard) {
    return guard != nullptr && guard->interrupted();
}

void show_progress(Progress& progress, const ReplayShard& shard, const ReplayInput& input) {
    if (progress.shown())
        progress.update({shard.messages(), input.file_position(), input.file_bytes()});
}

/// Reads and applies in turn; gives the time of the applying.
Clock::duration play_alone(ReplayInput& input, ReplayShard& shard, const InterruptGuard* guard,
                           Progress& progress) {
    Clock::duration busy{0};
    ReplayBatch batch;
    while (input.next(batch)) {
        const Clock::time_point start = Clock::now();
        const bool go_on = shard.apply(batch);
        busy += Clock::now() - start;
        if (!go_on || interrupted(guard)) break;
        show_progress(progress, shard, input);
    }
    return busy;
}

/// Reads a round, lets all threads go over it. While reading counts as well, the next round is read
/// meanwhile.
Clock::duration play_together(ReplayInput& input, const Shards& shards, bool overlap,
                              Progress& progress) {
    Clock::duration busy{0};
    std::array<ReplayRound, 2> rounds;
    ShardTeam team{shards};
    bool filled = rounds[0].fill(input);
    for (std::size_t i = 0; filled; ++i) {
        const Clock::time_point start = Clock::now();
        team.start(rounds[i % 2]);
        if (overlap) filled = rounds[(i + 1) % 2].fill(input);
        const bool go_on = team.wait();
        busy += Clock::now() - start;
        if (!go_on) break;
        if (!overlap) filled = rounds[(i + 1) % 2].fill(input);
        show_progress(progress, *shards[0], input);
    }
    return busy;
}

Clock::duration slowest_aside(const Shards& shards) {
    Clock::duration slowest{0};
    for (const auto& shard : shards)
        slowest = std::max<Clock::duration>(slowest, shard->aside());
    return slowest;
}

}  // namespace

replay::Result<ReplayResult> replay_once(const ReplayOptions& options, ReplayWatchers watchers,
                                         const InterruptGuard* guard) {
    const Clock::time_point start = Clock::now();
    auto input = ReplayInput::open(options);
    if (!input) return input.error();
    const Shards shards = make_shards(options, std::move(watchers));
    Clock::duration busy{0};
    {
        Progress progress{"messages"};
        busy = shards.size() == 1 ? play_alone(*input, *shards[0], guard, progress)
                                  : play_together(*input, shards, options.include_io, progress);
    }
    if (interrupted(guard)) return std::string{"interrupted"};
    busy -= slowest_aside(shards);
    if (options.include_io) busy = Clock::now() - start - slowest_aside(shards);

    ReplayResult result;
    result.seconds = std::chrono::duration<double>(busy).count();
    shards[0]->tell_input(result);
    // What was read beyond the end of the replay is none of its business.
    if (!shards[0]->over()) {
        result.end = input->end();
        result.duplicate_messages = input->duplicates();
    }
    for (const auto& shard : shards) {
        shard->finish();
        shard->add_to(result);
        if (shard->refusal()) result.end = *shard->refusal();
        if (const auto written = shard->finish_files(); !written)
            result.output_error = written.error();
    }
    return result;
}

}  // namespace tickweir::gateway
