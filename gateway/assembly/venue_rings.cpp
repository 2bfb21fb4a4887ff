#include "gateway/assembly/venue_rings.hpp"

#include "gateway/assembly/memory.hpp"

namespace tickweir::gateway {
namespace {

using Requests = book::SpscRing<VenueRequest>;
using Reports = book::SpscRing<VenueReport>;

}  // namespace

VenueRings::VenueRings(const VenueRingSizes& sizes, book::MemoryBudget& budget, Waker* market_waker)
    : urgent{sizes.urgent,
             charged(budget, Requests::bytes_for(sizes.urgent), "the ring of urgent requests")},
      ordinary{sizes.ordinary, charged(budget, Requests::bytes_for(sizes.ordinary),
                                       "the ring of ordinary requests")},
      reports{sizes.reports,
              charged(budget, Reports::bytes_for(sizes.reports), "the ring of reports")},
      market{sizes.market_bytes,
             charged(budget, sizes.market_bytes, "the ring of the venue's market data")},
      market_output{{&market, market_waker}} {}

}  // namespace tickweir::gateway
