#include "gateway/commands/shard_team.hpp"

#include <cstring>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::gateway {

ReplayRound::ReplayRound()
    : bytes_{std::make_unique_for_overwrite<std::byte[]>(bytes_max + batch_bytes_max +
                                                         replay::Block::padding)} {}

bool ReplayRound::fill(ReplayInput& input) {
    batches_.clear();
    used_ = 0;
    ReplayBatch batch;
    while (!full() && input.next(batch)) {
        book::ensure(batch.frames.size() <= batch_bytes_max);
        if (!batch.frames.empty())
            std::memcpy(bytes_.get() + used_, batch.frames.data(), batch.frames.size());
        batch.frames = codecs::Bytes{bytes_.get() + used_, batch.frames.size()};
        batch.pieces = {};
        used_ += batch.frames.size();
        batches_.push_back(batch);
    }
    return !batches_.empty();
}

ShardTeam::ShardTeam(std::span<const std::unique_ptr<ReplayShard>> shards) {
    threads_.reserve(shards.size());
    for (const std::unique_ptr<ReplayShard>& shard : shards)
        threads_.emplace_back([this, &shard = *shard] { work(shard); });
}

ShardTeam::~ShardTeam() {
    quit_.store(true, std::memory_order_relaxed);  // published by `number_`
    number_.fetch_add(1, std::memory_order_release);
    number_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

void ShardTeam::start(const ReplayRound& round) {
    round_ = &round;
    working_.store(static_cast<std::uint32_t>(threads_.size()), std::memory_order_relaxed);
    // Release: a thread that sees the new number sees the round and the count.
    number_.fetch_add(1, std::memory_order_release);
    number_.notify_all();
}

bool ShardTeam::wait() {
    // Acquire: what the threads did to their shards is seen once they are done.
    for (std::uint32_t left = 0; (left = working_.load(std::memory_order_acquire)) != 0;)
        working_.wait(left, std::memory_order_acquire);
    const std::lock_guard lock{failure_lock_};
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    return !over_.load(std::memory_order_relaxed);
}

void ShardTeam::work(ReplayShard& shard) {
    for (std::uint32_t seen = 0;; ++seen) {
        number_.wait(seen, std::memory_order_acquire);
        if (quit_.load(std::memory_order_relaxed)) return;
        try {
            go_over(shard);
        } catch (...) {
            const std::lock_guard lock{failure_lock_};
            failure_ = std::current_exception();
        }
        if (working_.fetch_sub(1, std::memory_order_acq_rel) == 1) working_.notify_one();
    }
}

void ShardTeam::go_over(ReplayShard& shard) {
    for (const ReplayBatch& batch : round_->batches()) {
        if (shard.apply(batch)) continue;
        over_.store(true, std::memory_order_relaxed);
        return;
    }
}

}  // namespace tickweir::gateway
