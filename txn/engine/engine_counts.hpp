// What an engine has done so far, of all its parts together, and of the time between two looks at
// it: for metrics and status. Values; whoever reads them disturbs nobody.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "txn/engine/replayer.hpp"
#include "txn/engine/shard_counts.hpp"
#include "txn/log/log_driver.hpp"

namespace tickweir::txn {

/// How many values had how many bits: bucket b counts those from 2^(b-1) to 2^b - 1, the first one
/// zeros, the last one all that are larger.
inline constexpr std::size_t bit_buckets = 40;
using BitHistogram = std::array<std::uint64_t, bit_buckets>;

/// The largest value of the bucket in which so many parts of a thousand lie; 0 for no values.
std::uint64_t quantile(const BitHistogram& histogram, unsigned per_thousand);

/// The log's, by its thread; passes on what it hears to the host's listener.
class LogCounters final : public log::LogListener {
public:
    explicit LogCounters(log::LogListener* next) : next_{next} {}

    void on_durable(log::Lsn durable) override {
        if (next_ != nullptr) next_->on_durable(durable);
    }
    void on_failed(const io::IoError& error) override {
        if (next_ != nullptr) next_->on_failed(error);
    }
    void on_batch(const log::BatchReport& batch) override {
        add(batch_records_, batch.records);
        add(append_ns_, static_cast<std::uint64_t>(batch.took.count()));
        if (next_ != nullptr) next_->on_batch(batch);
    }

    // Any thread.
    BitHistogram batch_records() const { return load(batch_records_); }
    BitHistogram append_ns() const { return load(append_ns_); }

private:
    using Buckets = std::array<std::atomic<std::uint64_t>, bit_buckets>;

    // Relaxed, one writer: numbers to be looked at.
    static void add(Buckets& buckets, std::uint64_t value) {
        const auto bits = static_cast<std::size_t>(std::bit_width(value));
        auto& bucket = buckets[bits < bit_buckets ? bits : bit_buckets - 1];
        bucket.store(bucket.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    static BitHistogram load(const Buckets& buckets) {
        BitHistogram histogram{};
        for (std::size_t i = 0; i < bit_buckets; ++i)
            histogram[i] = buckets[i].load(std::memory_order_relaxed);
        return histogram;
    }

    log::LogListener* next_;
    Buckets batch_records_{};
    Buckets append_ns_{};
};

struct EngineCounts {
    book::TimeNs at;  ///< by the clock of who asked

    // Since the begin, or between two looks.
    std::chrono::nanoseconds elapsed{};  ///< of since(); 0 otherwise
    std::uint64_t commits = 0;
    std::uint64_t continuations = 0;
    std::uint64_t refusals = 0;
    std::uint64_t marks = 0;
    std::uint64_t retries = 0;  ///< of transactions on shared accounts
    std::array<std::uint64_t, shed_reasons> shed{};
    log::LogCounts log;
    BitHistogram batch_records{};
    BitHistogram append_ns{};

    // As it is.
    log::Lsn applied{};  ///< the highest of any shard
    log::Lsn durable{};
    std::uint64_t log_lag = 0;       ///< records executed, but not durable
    std::uint64_t replayer_lag = 0;  ///< records durable, but not executed again
    std::uint64_t outcomes_waiting = 0;
    bool log_failed = false;
    ReplayerStatus replayer;

    /// What was done since `previous` was; the rest as it is now.
    EngineCounts since(const EngineCounts& previous) const;
    /// Of since(): how often in a second; 0 before any time went by.
    double per_second(std::uint64_t count) const;
    /// Since the newest snapshot of this life; nothing without one.
    std::optional<std::chrono::nanoseconds> snapshot_age() const;
};

}  // namespace tickweir::txn
