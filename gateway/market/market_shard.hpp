// One thread's share of the market: takes records from feeds, keeps their books, writes the store
// and tells the serving threads. Waits for none of them: what has no room stays in the feeds'
// rings.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "book/budget.hpp"
#include "gateway/market/itch_market.hpp"
#include "gateway/market/json_market.hpp"
#include "gateway/market/market_jobs.hpp"
#include "gateway/market/market_output.hpp"
#include "gateway/market/venue_market.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/metrics/tsc_clock.hpp"
#include "gateway/runtime/role.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

/// What a shard counts, in cells of its own.
struct MarketCells {
    /// Once, by the thread that makes the shard.
    explicit MarketCells(Metrics& metrics);

    Counter& messages;
    Counter& refused;
    Counter& output_waits;  ///< turns that stopped because a serving ring was full
    Gauge& open_orders;
    Gauge& open_levels;
    /// Frames and answers, by FrameStatus; `ok` has none.
    std::array<Counter*, frame_status_kinds> frames_refused{};
    Counter& snapshots;
    Counter& losses;
    Counter& wishes;
    Counter& wishes_dropped;
    LatencyHistogram& queue;   ///< from receipt by the feed until a record's turn came
    LatencyHistogram& decode;  ///< a message, framing and fields' checks; of some records only
    LatencyHistogram& book;    ///< a message, decoding included, a record's average
    LatencyHistogram& store;   ///< an instrument's depth
};

/// A feed as its shard is given it: of ITCH every shard has each, of JSON one has it alone, and so
/// has one the venue's own instruments.
struct MarketFeed {
    std::variant<ItchMarketOptions, JsonMarketOptions, VenueMarketOptions> options;
    book::ByteRing* records = nullptr;
};

class MarketShard final : public Role {
public:
    /// Throws std::bad_alloc when the budget does not suffice for empty books.
    MarketShard(std::string name, std::vector<MarketFeed> feeds, std::vector<ServingLink> links,
                store::MarketStore& store, book::MemoryBudget* books_budget, Metrics& metrics,
                const TscClock& clock);

    std::string_view name() const override { return name_; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs) override { stopped_ = true; }
    bool stopped() const override { return stopped_; }

private:
    template <class Market, class Counts>
    struct Feed {
        std::unique_ptr<Market> market;
        book::ByteRing* records = nullptr;
        Counts counted{};  // as told last
    };
    using ItchFeed = Feed<ItchMarket, std::uint64_t>;  // messages refused
    using JsonFeed = Feed<JsonMarket, JsonMarketCounts>;
    using VenueFeed = Feed<VenueMarket, VenueMarketCounts>;

    bool take_requests();
    template <class AnyFeed>
    bool take_records(AnyFeed& feed, book::TimeNs now);
    // A record of a feed: whether serving has room for what it can cause, and its turn.
    bool has_room(const ItchFeed& feed, std::span<const std::byte> record);
    bool has_room(const JsonFeed& feed, std::span<const std::byte> record);
    bool has_room(const VenueFeed& feed, std::span<const std::byte> record);
    void apply(ItchFeed& feed, std::span<const std::byte> record, book::TimeNs now);
    void apply(JsonFeed& feed, std::span<const std::byte> record, book::TimeNs now);
    void apply(VenueFeed& feed, std::span<const std::byte> record, book::TimeNs now);
    void time_decoding(codecs::Bytes frames, std::uint32_t messages);
    bool any_records() const;
    void flush_depths(book::TimeNs now);
    void count();
    void count(JsonFeed& feed);
    void count(VenueFeed& feed);
    template <class Visit>
    void for_each_feed(Visit&& visit) {
        for (ItchFeed& feed : itch_feeds_)
            visit(feed);
        for (JsonFeed& feed : json_feeds_)
            visit(feed);
        for (VenueFeed& feed : venue_feeds_)
            visit(feed);
    }

    std::string name_;
    MarketOutput output_;
    MarketJobs jobs_;
    std::vector<ItchFeed> itch_feeds_;
    std::vector<JsonFeed> json_feeds_;
    std::vector<VenueFeed> venue_feeds_;
    MarketCells cells_;
    const TscClock& clock_;
    std::uint32_t records_ = 0;  // for sampling
    book::TimeNs flushed_{};     // when depths were
    bool depths_wait_ = false;   // for the end of a burst, or depth_age_max
    bool waiting_ = false;       // for room in a serving ring
    book::TimeNs look_again_{};
    bool stopped_ = false;
};

}  // namespace tickweir::gateway
