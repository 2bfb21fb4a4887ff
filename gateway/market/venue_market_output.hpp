// Where a venue's shard puts what everybody may know of its books, for the market shard that owns
// their instruments. Written by the venue's thread alone, with what its commit point lets out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "book/byte_ring.hpp"
#include "gateway/market/feed_output.hpp"
#include "gateway/market/venue_record.hpp"
#include "txn/engine/outbox.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::gateway {

/// Every send_*() answers whether all of it is in the ring. If not, the ring is full, and the same
/// call with the same arguments goes on where it stopped: nothing else may be sent before. Whatever
/// was sent is seen by the market shard behind hand_over(). Allocates nothing.
///
///     send_books() until true ─► send() of each outcome, in order ─► the log fails: send_stopped()
class VenueMarketOutput {
public:
    /// The longest record fits whatever the market shard has taken.
    static constexpr std::size_t ring_bytes_min = std::size_t{64} << 10;
    static_assert(2 * (venue_record_bytes_max + 2 * sizeof(std::uint64_t)) <= ring_bytes_min);

    /// The ring has at least ring_bytes_min.
    explicit VenueMarketOutput(MarketInput shard);
    VenueMarketOutput(const VenueMarketOutput&) = delete;
    VenueMarketOutput& operator=(const VenueMarketOutput&) = delete;

    /// All books as they stand, with the instruments' states, between `opening` and `ready`. Once
    /// the engine is there, before any outcome; until it answers true the venue executes nothing.
    /// Linear in the levels.
    [[nodiscard]] bool send_books(const txn::Venue& venue, book::TimeNs now);

    /// The trades, levels and states of an outcome that may be told. Linear in it.
    [[nodiscard]] bool send(const txn::ReleasedOutcome& outcome, book::TimeNs now);

    /// The log failed: nothing follows. At any time.
    [[nodiscard]] bool send_stopped(book::TimeNs now);

    /// Shows the market shard what was sent, and wakes it. Once a turn.
    void hand_over();

private:
    /// What is being sent, in this order.
    enum class Part : std::uint8_t { trades, levels, states };

    bool send_mark(VenueRecordKind kind, book::TimeNs now);
    bool send_levels(const txn::Venue& venue, txn::InstrumentId instrument, txn::Side side,
                     book::TimeNs now);
    bool send_states(const txn::Venue& venue, book::TimeNs now);
    bool send_trades(const VenueRecordHeader& header, std::span<const txn::Event> events);
    bool send_levels(const VenueRecordHeader& header, std::span<const txn::LevelEvent> levels);
    bool send_states(const VenueRecordHeader& header, std::span<const txn::Event> events);
    template <class Item, class Source, class Take>
    bool send_items(VenueRecordHeader header, std::span<const Source> from, Take&& take);

    MarketInput shard_;
    bool written_ = false;  // since hand_over()
    // How far the call that did not finish came.
    bool opened_ = false;        // of send_books
    std::size_t next_book_ = 0;  // of send_books: twice the instrument, and one more for its asks
    Part part_ = Part::trades;   // of send
    std::size_t at_ = 0;         // in the book, or in the events or levels
};

}  // namespace tickweir::gateway
