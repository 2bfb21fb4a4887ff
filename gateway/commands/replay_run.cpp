#include "gateway/commands/replay_run.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/commands/shard_team.hpp"
#include "gateway/progress.hpp"
#include "gateway/usable_cores.hpp"

namespace tickweir::gateway {
namespace {

using Clock = std::chrono::steady_clock;
using Shards = std::vector<std::unique_ptr<ReplayShard>>;

/// Fewer messages are not worth starting threads for: they take some milliseconds to start, and
/// what they share out is done in as many. About what a round holds.
constexpr std::uint64_t messages_worth_threads = 250'000;

unsigned threads_at_most(const ReplayOptions& options) {
    if (options.threads) return *options.threads;
    if (options.in_order()) return 1;
    if (options.max_messages.value_or(messages_worth_threads) < messages_worth_threads) return 1;
    return std::min(usable_cores(), ReplayOptions::automatic_threads_max);
}

Shards make_shards(const ReplayOptions& options, unsigned count, ReplayWatchers watchers) {
    Shards shards;
    const bool digest = watchers.digest;
    for (std::uint32_t i = 0; i < count; ++i) {
        shards.push_back(std::make_unique<ReplayShard>(options, ItchShard{i, count},
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

/// Applies what was read, then reads and applies in turn; gives the time of the applying.
Clock::duration play_alone(const ReplayRound& begun, ReplayInput& input, ReplayShard& shard,
                           const InterruptGuard* guard, Progress& progress) {
    Clock::duration busy{0};
    const auto go_on_after = [&](const ReplayBatch& batch) {
        const Clock::time_point start = Clock::now();
        const bool go_on = shard.apply(batch);
        busy += Clock::now() - start;
        show_progress(progress, shard, input);
        return go_on && !interrupted(guard);
    };
    for (const ReplayBatch& batch : begun.batches())
        if (!go_on_after(batch)) return busy;
    ReplayBatch batch;
    while (input.next(batch) && go_on_after(batch)) {
    }
    return busy;
}

/// Lets all threads go over a round, then reads another one. While reading counts as well, the next
/// round is read meanwhile.
Clock::duration play_together(ReplayRound& begun, ReplayInput& input, const Shards& shards,
                              bool overlap, Progress& progress) {
    Clock::duration busy{0};
    ReplayRound other;
    const std::array<ReplayRound*, 2> rounds{&begun, &other};
    ShardTeam team{shards};
    bool filled = !begun.batches().empty();
    for (std::size_t i = 0; filled; ++i) {
        const Clock::time_point start = Clock::now();
        team.start(*rounds[i % 2]);
        if (overlap) filled = rounds[(i + 1) % 2]->fill(input);
        const bool go_on = team.wait();
        busy += Clock::now() - start;
        if (!go_on) break;
        if (!overlap) filled = rounds[(i + 1) % 2]->fill(input);
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
    unsigned threads = threads_at_most(options);
    ReplayRound begun;
    if (threads > 1) (void)begun.fill(*input);
    if (!options.threads && !begun.full()) threads = 1;
    const Shards shards = make_shards(options, threads, std::move(watchers));
    Clock::duration busy{0};
    {
        Progress progress{"messages"};
        busy = threads == 1 ? play_alone(begun, *input, *shards[0], guard, progress)
                            : play_together(begun, *input, shards, options.include_io, progress);
    }
    if (interrupted(guard)) return std::string{"interrupted"};
    busy -= slowest_aside(shards);
    if (options.include_io) busy = Clock::now() - start - slowest_aside(shards);

    ReplayResult result;
    result.threads = threads;
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
