// The venue's own instruments inside one market shard: their public books, and what trades and
// levels make the store and the serving threads hear. Takes records of VenueMarketOutput, reads no
// clock and never waits.
//
//   awaiting ── opening, levels.. ─► ready: in sync ── stopped: the log failed ─► out of sync
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "book/level_book.hpp"
#include "gateway/market/market_jobs.hpp"
#include "gateway/market/market_output.hpp"
#include "gateway/market/market_writer.hpp"
#include "gateway/market/venue_record.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

/// An instrument as clients know it.
struct VenueInstrument {
    std::string symbol;
    std::string base;
    std::string quote;
    unsigned price_decimals = 0;
    unsigned quantity_decimals = 0;
    book::Price tick{1};
    book::Quantity lot{1};
};

/// What the venue is to its market shard.
struct VenueMarketOptions {
    std::string venue;                           ///< its id, such as `tickweir`
    std::uint32_t shard = 0;                     ///< that has all of its instruments
    std::vector<VenueInstrument> instruments{};  ///< by their places in the venue's settings
    /// As many levels as a venue may have open orders fit: memory is what limits a book.
    book::LevelBookLimits books{.levels = 1U << 22, .truncates = false};
};

/// Counts of the venue's instruments as their shard sees them.
struct VenueMarketCounts {
    std::uint64_t records = 0;
    std::uint64_t refused = 0;   ///< items that no book could take, and records of no known kind
    std::uint64_t unlisted = 0;  ///< instruments that the store has no room for, or has of a feed
    std::uint64_t losses = 0;    ///< times that a book in sync went out of it
    std::int64_t levels = 0;     ///< held in all books, as of the last flush_depths()
};

class VenueMarket final : public InstrumentSource {
public:
    /// Lists the instruments. Books are charged to `budget`, which outlives it.
    VenueMarket(VenueMarketOptions options, store::MarketStore& store, MarketOutput& output,
                MarketJobs& jobs, book::MemoryBudget* budget);

    /// Applies one record. Before: jobs().empty(), and room for as many messages as it has items.
    void apply(std::span<const std::byte> record);

    /// Writes the depth of all instruments that changed since the last call to the store; answers
    /// how many.
    std::size_t flush_depths();

    const VenueMarketCounts& counts() const { return counts_; }

    // InstrumentSource
    Begun send_levels(std::size_t link, book::InstrumentId instrument, std::size_t from) override;
    Begun send_orders(std::size_t link, book::InstrumentId instrument, std::size_t from) override;
    store::Quote quote(book::InstrumentId instrument) const override;
    store::InstrumentStatus status(book::InstrumentId instrument) override;
    std::int64_t last_event_ns(book::InstrumentId instrument) const override {
        return of(instrument).last_event_ns;
    }

private:
    struct Listed {
        explicit Listed(book::LevelBook empty) : book{std::move(empty)} {}

        std::uint32_t id = none;  ///< in the store
        book::LevelBook book;
        store::Scale scale{};
        store::TradingState state = store::TradingState::closed;  // nobody trades yet
        store::SyncReason reason = store::SyncReason::awaiting_snapshot;
        bool depth_dirty = false;
        bool touch_dirty = false;
        std::uint64_t touches = 0;  ///< changes of the touch
        std::int64_t last_event_ns = 0;
        std::int64_t levels = 0;  ///< as counted last
    };
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    void list(const VenueInstrument& instrument, book::MemoryBudget* budget);
    void open(const VenueRecordHeader& header);
    void all_are(store::SyncReason reason);
    void is(Listed& listed, store::SyncReason reason);
    void take_levels(std::span<const VenueLevelItem> items, const EventTimes& times);
    void take_level(Listed& listed, const VenueLevelItem& item);
    void send_items(Listed& listed, const EventTimes& times);
    void take_trade(const VenueTradeItem& item, const EventTimes& times);
    void take_state(const VenueStateItem& item);
    void mark_depth(std::uint32_t place);
    /// The instrument at that place, if it is listed; else it is counted.
    Listed* find(std::uint32_t place);
    Listed& of(book::InstrumentId id) { return listed_[places_[static_cast<std::size_t>(id)]]; }
    const Listed& of(book::InstrumentId id) const {
        return listed_[places_[static_cast<std::size_t>(id)]];
    }

    VenueMarketOptions options_;
    MarketWriter writer_;
    std::vector<Listed> listed_;              // by place in the venue's settings
    std::vector<std::uint32_t> places_;       // by store id
    std::vector<std::uint32_t> depth_dirty_;  // places
    std::vector<LevelItem> items_;            // of the instrument at hand
    VenueMarketCounts counts_;
    std::int64_t received_ns_ = 0;  // of the record at hand
};

}  // namespace tickweir::gateway
