// What a venue shard has done so far, in words that its thread writes and every thread reads.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "txn/log/log_ring.hpp"
#include "txn/log/lsn.hpp"

namespace tickweir::txn {

/// Why a command was not executed, though it might have been.
enum class ShedReason : std::uint8_t {
    none,
    ring_full,     ///< the log does not keep up
    cancels_only,  ///< the disk is nearly full
    no_room,       ///< the disk has no room even for cancels
    closing,       ///< the log grants nothing any more
    outbox_full,   ///< what was said before has not been told yet: come again
    continuing,    ///< a continuation has to come first: come again
};
inline constexpr std::size_t shed_reasons = 7;
std::string_view to_string(ShedReason reason);

/// Values of one moment each.
struct ShardCounts {
    std::uint64_t commits = 0;        ///< commands and continuations with a record
    std::uint64_t continuations = 0;  ///< of those
    std::uint64_t refusals = 0;
    std::uint64_t marks = 0;
    std::array<std::uint64_t, shed_reasons> shed{};
    log::Lsn applied{};  ///< of the last record
    friend bool operator==(const ShardCounts&, const ShardCounts&) = default;
};

/// One writer. Relaxed: numbers to be looked at; nothing is published by them.
class ShardCounters {
public:
    enum Counter : std::size_t { commits, continuations, refusals, marks, counters };

    void count(Counter counter) { add(counts_[counter]); }
    void count(ShedReason reason) { add(shed_[static_cast<std::size_t>(reason)]); }
    void set_applied(log::Lsn lsn) { applied_.store(log::number(lsn), std::memory_order_relaxed); }

    /// Any thread.
    ShardCounts load() const {
        constexpr auto relaxed = std::memory_order_relaxed;
        ShardCounts now{.commits = counts_[commits].load(relaxed),
                        .continuations = counts_[continuations].load(relaxed),
                        .refusals = counts_[refusals].load(relaxed),
                        .marks = counts_[marks].load(relaxed),
                        .shed = {},
                        .applied = log::Lsn{applied_.load(relaxed)}};
        for (std::size_t i = 0; i < shed_reasons; ++i)
            now.shed[i] = shed_[i].load(relaxed);
        return now;
    }

private:
    static void add(std::atomic<std::uint64_t>& counter) {
        counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }

    std::array<std::atomic<std::uint64_t>, counters> counts_{};
    std::array<std::atomic<std::uint64_t>, shed_reasons> shed_{};
    std::atomic<std::uint64_t> applied_{0};
};

}  // namespace tickweir::txn
