#include "gateway/metrics/latency_histogram.hpp"

#include <cmath>

namespace tickweir::gateway {

static_assert(LatencyScale::index_of(127) == 127 && LatencyScale::index_of(128) == 128);
static_assert(LatencyScale::least_of(LatencyScale::index_of(1 << 20)) == 1 << 20);
static_assert(sizeof(LatencyHistogram) <= 16 * 1'024);

void LatencySnapshot::merge(const LatencyHistogram& histogram) {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        const auto count = histogram.buckets_[i].load(std::memory_order_relaxed);
        counts_[i] += count;
        count_ += count;
    }
    sum_ns_ += histogram.sum_ns_.load(std::memory_order_relaxed);
    most_ns_ = std::max(most_ns_, histogram.most_ns_.load(std::memory_order_relaxed));
}

std::uint64_t LatencySnapshot::quantile_ns(double share) const {
    if (count_ == 0) return 0;
    const double wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_));
    const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
    std::uint64_t seen = 0;
    std::size_t index = 0;
    while (seen + counts_[index] < rank)
        seen += counts_[index++];
    // The middle of the last bucket can be above everything that was recorded.
    return std::min(LatencyScale::middle_of(index),
                    std::max(most_ns_, LatencyScale::least_of(index)));
}

std::uint64_t LatencySnapshot::count_up_to(std::uint64_t ns) const {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size() && LatencyScale::least_of(i + 1) <= ns + 1; ++i)
        seen += counts_[i];
    return seen;
}

}  // namespace tickweir::gateway
