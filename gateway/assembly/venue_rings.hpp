// The venue's rings: to and from order entry, and to the market shard of its instruments.
#pragma once

#include <cstddef>
#include <memory>

#include "book/budget.hpp"
#include "book/byte_ring.hpp"
#include "book/ring.hpp"
#include "gateway/market/venue_market_output.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/venue/venue_link.hpp"

namespace tickweir::gateway {

/// Places of the rings; powers of two.
struct VenueRingSizes {
    std::size_t urgent = 1 << 13;
    std::size_t ordinary = 1 << 14;
    std::size_t reports = 1 << 14;
    std::size_t market_bytes = 4 << 20;
};

/// Made before the threads start, and outlives them.
struct VenueRings {
    /// `market`: the thread of the market shard; none: it is the venue's own. Throws
    /// std::runtime_error where the budget has no room.
    VenueRings(const VenueRingSizes& sizes, book::MemoryBudget& budget, Waker* market);

    /// As order entry has them; `venue`: the venue's thread, none: it is the same.
    VenueLink link(const VenueBoard& board, Waker* venue) {
        return {&urgent, &ordinary, &reports, &board, venue, &input_delay};
    }
    /// As the venue has them; likewise.
    VenueInput input(Waker* order_entry) { return {&urgent, &ordinary, &reports, order_entry}; }

    book::SpscRing<VenueRequest> urgent;
    book::SpscRing<VenueRequest> ordinary;
    book::SpscRing<VenueReport> reports;
    book::ByteRing market;
    VenueMarketOutput market_output;
    InputDelay input_delay;
};

}  // namespace tickweir::gateway
