// Threads that build the books of a replay, one shard each, in rounds: all of them go over the same
// batches and apply what is theirs. Framing a message costs a thread some nanoseconds, handing it
// over to another one costs more.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "gateway/commands/replay_input.hpp"
#include "gateway/commands/replay_shard.hpp"

namespace tickweir::gateway {

/// Batches that a team can go over while the input reads on.
class ReplayRound {
public:
    ReplayRound();

    /// Copies what the input has, up to a limit; false if it had nothing.
    [[nodiscard]] bool fill(ReplayInput& input);
    std::span<const ReplayBatch> batches() const { return batches_; }
    /// Whether the limit ended it, and more may follow.
    bool full() const { return used_ >= bytes_max; }

private:
    /// Much enough to make waking threads cheap, little enough to stay in the last-level cache.
    static constexpr std::size_t bytes_max = std::size_t{8} * 1024 * 1024;
    static constexpr std::size_t batch_bytes_max = std::size_t{512} * 1024;

    std::unique_ptr<std::byte[]> bytes_;
    std::size_t used_ = 0;
    std::vector<ReplayBatch> batches_;
};

/// One thread a shard. `start` and `wait` are called in turn by one thread, which owns the shards
/// in between.
class ShardTeam {
public:
    /// The shards must outlive the team.
    explicit ShardTeam(std::span<const std::unique_ptr<ReplayShard>> shards);
    ~ShardTeam();
    ShardTeam(const ShardTeam&) = delete;
    ShardTeam& operator=(const ShardTeam&) = delete;

    /// Lets the threads go over a round, which must stay until `wait`.
    void start(const ReplayRound& round);

    /// Waits for all; false when the replay is over. Throws what a thread threw.
    [[nodiscard]] bool wait();

private:
    void work(ReplayShard& shard);
    void go_over(ReplayShard& shard);

    const ReplayRound* round_ = nullptr;  // published by `number_`
    std::atomic<std::uint32_t> number_{0};
    std::atomic<std::uint32_t> working_{0};
    std::atomic<bool> over_{false};
    std::atomic<bool> quit_{false};
    std::mutex failure_lock_;
    std::exception_ptr failure_;  // guarded by failure_lock_
    std::vector<std::thread> threads_;
};

}  // namespace tickweir::gateway
