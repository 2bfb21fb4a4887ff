// What a feed tells the rest of the gateway about itself, through a cell that any thread reads.
#pragma once

#include <cstdint>

#include "gateway/feeds/feed_health.hpp"
#include "store/latest.hpp"

namespace tickweir::gateway {

/// Plain words, so that it passes through an atomic cell.
struct FeedReport {
    std::uint64_t messages = 0;     ///< handed to the market shards
    std::uint64_t bytes = 0;        ///< likewise
    std::uint64_t sessions = 0;     ///< begun; of a looped capture: rounds
    std::uint64_t gaps = 0;         ///< times that messages were missing
    std::uint64_t lost = 0;         ///< messages in the gaps
    std::uint64_t waits = 0;        ///< times that a market shard's ring was full
    std::int64_t last_data_ns = 0;  ///< our clock; 0: nothing yet
    std::int64_t since_ns = 0;      ///< when the state began
    std::uint32_t state = 0;        ///< a FeedState
    std::uint32_t reason = 0;       ///< a FeedReason
    friend constexpr bool operator==(const FeedReport&, const FeedReport&) = default;
};

using FeedReportCell = store::Latest<FeedReport>;

}  // namespace tickweir::gateway
