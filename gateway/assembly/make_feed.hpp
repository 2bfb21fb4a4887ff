// A feed of the kind that the configuration asks for.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/market/feed.hpp"
#include "gateway/market/feed_output.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/record/tap.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

/// What a feed is given beside its configuration. Everything outlives it.
struct FeedParts {
    std::vector<MarketInput> shards;
    Reactor& reactor;  ///< of the thread that hosts it
    Metrics& metrics;
    book::TimeNs now;
    RecordTap* tap = nullptr;  ///< of a live feed that is recorded
};

/// Opens captures and sockets; throws std::runtime_error with a line that names the feed, the key
/// or address, and what is wrong.
std::unique_ptr<Feed> make_feed(const std::string& name, const FeedConfig& config, FeedParts parts);

/// Bytes that the feed keeps for packets from behind a hole, to be charged before it is made.
std::size_t feed_buffer_bytes(const FeedConfig& config);

/// Where its lines are received, as configured; of another kind: none.
const std::vector<std::string>& feed_lines(const FeedConfig& config);

}  // namespace tickweir::gateway
