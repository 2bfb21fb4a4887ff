// A market shard as a thread that hears it sees it: the other ends of the rings of a ServingLink.
#pragma once

#include <vector>

#include "book/byte_ring.hpp"
#include "book/ring.hpp"
#include "book/types.hpp"
#include "gateway/market/market_event.hpp"

namespace tickweir::gateway {

/// The rings outlive whoever hears them, and are his alone: events that nobody takes stop the
/// shard.
struct MarketLink {
    book::ByteRing* events = nullptr;                  ///< market → the thread that hears
    book::SpscRing<WatchRequest>* requests = nullptr;  ///< the other way
    /// Which instruments are the shard's; none: all.
    bool (*owns)(const void* context, book::InstrumentId) = nullptr;
    const void* context = nullptr;
};

/// What the FIX thread hears: one link a market shard.
struct FixMarketInput {
    std::vector<MarketLink> markets;
};

}  // namespace tickweir::gateway
