// One ITCH feed inside one market shard: its books, and what they make the store and the serving
// threads hear. Takes records, reads no clock and never waits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "gateway/feeds/itch_books.hpp"
#include "gateway/market/feed_record.hpp"
#include "gateway/market/market_jobs.hpp"
#include "gateway/market/market_output.hpp"
#include "gateway/market/market_writer.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

/// What an ITCH feed is to a shard.
struct ItchMarketOptions {
    std::string venue = "nasdaq";
    ItchShard shard;
    book::Limits books;
};

class ItchMarket final : public InstrumentSource {
public:
    /// Throws std::bad_alloc when the budget does not suffice for empty books.
    ItchMarket(ItchMarketOptions options, store::MarketStore& store, MarketOutput& output,
               MarketJobs& jobs, book::MemoryBudget* budget);

    /// Applies one record. Before: jobs().empty(), and room for its messages in the output.
    void apply(const FeedRecordHeader& header, codecs::Bytes frames);

    /// Writes the depth of all instruments that changed since the last call to the store; answers
    /// how many.
    std::size_t flush_depths();

    const ItchBooks& books() const { return books_; }

    // InstrumentSource
    Begun send_levels(std::size_t link, book::InstrumentId instrument, std::size_t from) override;
    Begun send_orders(std::size_t link, book::InstrumentId instrument, std::size_t from) override;
    store::Quote quote(book::InstrumentId instrument) const override;
    store::InstrumentStatus status(book::InstrumentId instrument) override;
    std::int64_t last_event_ns(book::InstrumentId instrument) const override {
        return known_[locate_of(instrument)].last_event_ns;
    }

private:
    struct Listener;
    /// What we know of a locate beside its book.
    struct Known {
        std::uint32_t id = none;  ///< in the store
        bool depth_dirty = false;
        /// Why its book may be wrong until the session ends; what the whole feed suffers from for
        /// a time is not noted here.
        store::SyncReason reason = store::SyncReason::none;
        std::int64_t last_event_ns = 0;
    };
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    void register_instrument(std::uint16_t locate);
    void all_books_replaced();
    void all_books_doubtful(store::SyncReason reason);
    void feed_is(store::SyncReason reason);
    void mark_status(std::uint16_t locate);
    void put_depth(std::uint16_t locate);
    void put_quote(std::uint16_t locate, const EventTimes& times);
    store::Quote quote_of(std::uint16_t locate, const store::Times& times) const;
    std::uint16_t locate_of(book::InstrumentId instrument) const;

    ItchMarketOptions options_;
    MarketWriter writer_;
    ItchBooks books_;
    std::vector<Known> known_;                // by locate
    std::vector<std::uint16_t> locates_;      // by store id
    std::vector<std::uint16_t> depth_dirty_;  // locates
    EventTimes times_;                        // of the message being applied
    std::int64_t midnight_ns_ = 0;
    // Why the feed as a whole is not what its books should be made of at the moment, and whether
    // messages of this session are lost for good: both hold for instruments yet to come, too.
    store::SyncReason feed_reason_ = store::SyncReason::none;
    bool lost_ = false;
};

}  // namespace tickweir::gateway
