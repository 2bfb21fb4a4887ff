// What lies between the gateway's parts: rings, and what is shared with them. Made before the parts
// and outlives them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "book/byte_ring.hpp"
#include "book/ring.hpp"
#include "codecs/json/venue_id.hpp"
#include "gateway/assembly/gateway.hpp"
#include "gateway/assembly/venue_rings.hpp"
#include "gateway/market/market_event.hpp"
#include "gateway/market/resync_wish.hpp"
#include "gateway/tls_context.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

/// The rings of one market shard, and which instruments it owns.
struct ShardRings {
    std::vector<std::unique_ptr<book::ByteRing>> feeds;  // by feed
    std::unique_ptr<book::ByteRing> events;
    std::unique_ptr<book::SpscRing<WatchRequest>> requests;
    // The same for the FIX thread, where there is one.
    std::unique_ptr<book::ByteRing> fix_events;
    std::unique_ptr<book::SpscRing<WatchRequest>> fix_requests;
    const store::MarketStore* store = nullptr;
    std::uint32_t shard = 0;

    static bool owns(const void* context, book::InstrumentId instrument) {
        const auto& self = *static_cast<const ShardRings*>(context);
        return self.store->instruments()[instrument].writer == self.shard;
    }
};

/// What a feed of JSON shares with its market shard.
struct JsonFeedLink {
    std::string name;
    codecs::json::VenueId venue{};
    std::uint32_t shard = 0;
};

struct Gateway::Rings {
    std::vector<std::unique_ptr<ShardRings>> shards;
    std::vector<std::unique_ptr<ResyncRing>> wishes;  // by feed; of those that take some
    std::vector<std::optional<JsonFeedLink>> json;    // by feed
    std::vector<book::Charge> feed_buffers;
    book::Charge venue_buffers;         // the engine's ring and outbox
    std::unique_ptr<VenueRings> venue;  // where there is one
    std::unique_ptr<TlsContext> tls;
};

}  // namespace tickweir::gateway
