// How long things took, from 1 ns to 60 s, each to better than one per cent, in 16 KB. One thread
// records, any thread reads; a reader merges the histograms of several threads in a snapshot.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tickweir::gateway {

/// The log-linear scale: below 128 ns a bucket a nanosecond, above 64 buckets an octave.
///
///     ns       0 1 2 ... 127 | 128-129 130-131 ... 254-255 | 256-259 ... | ... up to 2^36
///     index    0 1 2 ... 127 | 128     129     ... 191     | 192     ... |
///
/// A bucket's middle is off by at most 1/128 of a value in it.
struct LatencyScale {
    static constexpr unsigned octave_bits = 6;
    static constexpr std::uint64_t buckets_per_octave = 1 << octave_bits;
    static constexpr std::uint64_t most_ns = 60'000'000'000;

    static constexpr std::size_t index_of(std::uint64_t ns) {
        const std::uint64_t value = std::min(ns, most_ns);
        const unsigned width = static_cast<unsigned>(std::bit_width(value));
        if (width <= octave_bits + 1) return value;
        const unsigned shift = width - octave_bits - 1;
        return (std::uint64_t{shift} << octave_bits) + (value >> shift);
    }
    /// The least value of a bucket; index may be one beyond the last.
    static constexpr std::uint64_t least_of(std::size_t index) {
        if (index < 2 * buckets_per_octave) return index;
        const std::uint64_t shift = (index >> octave_bits) - 1;
        return (index - (shift << octave_bits)) << shift;
    }
    static constexpr std::uint64_t middle_of(std::size_t index) {
        return least_of(index) + (least_of(index + 1) - least_of(index)) / 2;
    }
    static constexpr std::size_t buckets() { return index_of(most_ns) + 1; }
};

/// The recording side. `record` belongs to one thread and costs some stores to its own memory.
class alignas(64) LatencyHistogram {
public:
    /// Negative times, which two clocks can make, count as 0; those above 60 s as 60 s.
    void record(std::int64_t elapsed_ns) {
        const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed_ns, 0));
        bump(buckets_[LatencyScale::index_of(ns)], 1);
        bump(sum_ns_, std::min(ns, LatencyScale::most_ns));
        if (ns > most_ns_.load(std::memory_order_relaxed))
            most_ns_.store(ns, std::memory_order_relaxed);
    }

private:
    friend class LatencySnapshot;
    using Cell = std::atomic<std::uint64_t>;

    // Relaxed: the only writer, and readers want numbers, not an order between them.
    static void bump(Cell& cell, std::uint64_t by) {
        cell.store(cell.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
    }

    std::array<Cell, LatencyScale::buckets()> buckets_{};
    Cell sum_ns_{0};
    Cell most_ns_{0};
};

/// The sum of some histograms at about one moment. Plain values.
class LatencySnapshot {
public:
    LatencySnapshot() : counts_(LatencyScale::buckets()) {}

    /// Adds what `histogram` holds; records made meanwhile may be in or not.
    void merge(const LatencyHistogram& histogram);

    std::uint64_t count() const { return count_; }
    std::uint64_t sum_ns() const { return sum_ns_; }
    std::uint64_t most_ns() const { return most_ns_; }  ///< exact; 0 when there is none

    /// The time that `share` (0 to 1) of the records did not exceed, to better than one per cent;
    /// 0 when there is none.
    std::uint64_t quantile_ns(double share) const;

    /// Records of at most `ns`, those of a bucket that goes beyond it left out: never more than
    /// there are.
    std::uint64_t count_up_to(std::uint64_t ns) const;

private:
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::uint64_t sum_ns_ = 0;
    std::uint64_t most_ns_ = 0;
};

}  // namespace tickweir::gateway
