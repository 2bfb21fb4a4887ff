// A feed of the kind that the configuration asks for.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codecs/json/venue_id.hpp"
#include "gateway/config/config.hpp"
#include "gateway/market/feed.hpp"
#include "gateway/market/feed_output.hpp"
#include "gateway/market/resync_wish.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/record/tap.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

/// What a feed is given beside its configuration. Everything outlives it.
struct FeedParts {
    std::vector<MarketInput> shards;
    /// The one of them that a feed of JSON belongs to: its frames may name any of its instruments.
    std::size_t json_shard = 0;
    ResyncRing* wishes = nullptr;  ///< of a feed that takes_wishes()
    Reactor& reactor;              ///< of the thread that hosts it
    Metrics& metrics;
    book::TimeNs now;
    book::MemoryBudget* budget = nullptr;  ///< of what is received in one piece
    std::vector<RecordTap*> taps = {};     ///< of a live feed that is recorded, by connection
};

/// A feed, and what its market shard has to know about it.
struct MadeFeed {
    std::unique_ptr<Feed> feed;
    std::optional<codecs::json::VenueId> json;  ///< of a feed of JSON: whose
};

/// Opens captures and sockets; throws std::runtime_error with a line that names the feed, the key
/// or address, and what is wrong.
MadeFeed make_feed(const std::string& name, const FeedConfig& config, FeedParts parts);

/// Whether the feed can do something about a book that is lost.
bool takes_wishes(const FeedConfig& config);

/// Bytes that the feed keeps for packets from behind a hole, to be charged before it is made.
std::size_t feed_buffer_bytes(const FeedConfig& config);

/// Where its lines are received, as configured; of another kind: none.
const std::vector<std::string>& feed_lines(const FeedConfig& config);

}  // namespace tickweir::gateway
