// Where a shard's outcomes go once they may be told: events to order entry with their places in the
// log, books and trades to the market shard. A ring that is full stops it at an outcome, and
// nothing is told by halves.
#pragma once

#include <cstddef>

#include "book/ring.hpp"
#include "gateway/market/venue_market_output.hpp"
#include "gateway/venue/venue_link.hpp"
#include "txn/engine/outbox.hpp"

namespace tickweir::gateway {

/// One thread, the venue's. No allocation.
class ReportOutput {
public:
    /// Either may be none: then nobody is told. The ring holds the events of any one outcome; both
    /// outlive it.
    ReportOutput(book::SpscRing<VenueReport>* reports, Waker* waker, VenueMarketOutput* market)
        : reports_{reports}, waker_{waker}, market_{market} {}

    /// False where there is no room: the same outcome is to be told again, before any other.
    [[nodiscard]] bool tell(const txn::ReleasedOutcome& outcome, book::TimeNs now);

    /// An open order as it stands.
    [[nodiscard]] bool tell(const txn::OrderView& order);
    [[nodiscard]] bool tell(const VenueReport& report);

    /// Whether so many reports fit now.
    bool has_room(std::size_t reports) const {
        return reports_ == nullptr || reports_->capacity() - reports_->size_approx() >= reports;
    }
    /// Somebody else put reports into the ring.
    void put() { told_ = true; }

    /// Shows the readers what was told, and wakes them. Once a turn.
    void hand_over();

private:
    book::SpscRing<VenueReport>* reports_;
    Waker* waker_;
    VenueMarketOutput* market_;
    bool told_ = false;  // since hand_over()
};

}  // namespace tickweir::gateway
