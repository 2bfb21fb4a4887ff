#include "txn/engine/engine_counts.hpp"

#include <numeric>

namespace tickweir::txn {
namespace {

template <std::size_t n>
void subtract(std::array<std::uint64_t, n>& from, const std::array<std::uint64_t, n>& what) {
    for (std::size_t i = 0; i < n; ++i)
        from[i] -= what[i];
}

}  // namespace

std::uint64_t quantile(const BitHistogram& histogram, unsigned per_thousand) {
    const std::uint64_t all = std::accumulate(histogram.begin(), histogram.end(), std::uint64_t{0});
    if (all == 0) return 0;
    std::uint64_t seen = 0;
    for (std::size_t bits = 0; bits < bit_buckets; ++bits) {
        seen += histogram[bits];
        if (seen * 1000 >= all * per_thousand && seen != 0) return (std::uint64_t{1} << bits) - 1;
    }
    return (std::uint64_t{1} << (bit_buckets - 1)) - 1;
}

EngineCounts EngineCounts::since(const EngineCounts& previous) const {
    EngineCounts between = *this;
    between.elapsed = at - previous.at;
    between.commits -= previous.commits;
    between.continuations -= previous.continuations;
    between.refusals -= previous.refusals;
    between.marks -= previous.marks;
    between.retries -= previous.retries;
    subtract(between.shed, previous.shed);
    between.log.batches -= previous.log.batches;
    between.log.records -= previous.log.records;
    between.log.bytes -= previous.log.bytes;
    between.log.append_ns -= previous.log.append_ns;
    subtract(between.batch_records, previous.batch_records);
    subtract(between.append_ns, previous.append_ns);
    return between;
}

double EngineCounts::per_second(std::uint64_t count) const {
    if (elapsed.count() <= 0) return 0;
    return static_cast<double>(count) / std::chrono::duration<double>{elapsed}.count();
}

std::optional<std::chrono::nanoseconds> EngineCounts::snapshot_age() const {
    if (replayer.snapshots == 0) return std::nullopt;
    return at - replayer.snapshot_at;
}

}  // namespace tickweir::txn
