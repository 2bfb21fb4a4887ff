// Feeds and the market shards that they fill.
#include <utility>

#include "gateway/assembly/gateway.hpp"
#include "gateway/assembly/gateway_rings.hpp"
#include "gateway/assembly/make_feed.hpp"
#include "gateway/book_limits.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::size_t resync_wishes = 1 << 12;  // of a feed; the shard keeps what is beyond

}  // namespace

void Gateway::make_feeds() {
    Host& host = host_of(RoleKind::feed, 0);
    for (const auto& [name, feed] : config_.feeds) {
        const std::size_t index = feeds_.size();
        FeedParts parts{.shards = feed_inputs(index),
                        .json_shard = index % rings_->shards.size(),
                        .wishes = make_wishes(feed),
                        .reactor = host.reactor(),
                        .metrics = metrics_,
                        .now = wall_clock_now(),
                        .budget = &memory_.rings};
        if (recording_) parts.taps = recording_->taps_of(name);
        rings_->feed_buffers.push_back(
            charged(memory_.rings, feed_buffer_bytes(feed), "a feed's reorder buffer"));
        const auto shard = static_cast<std::uint32_t>(parts.json_shard);
        MadeFeed made = make_feed(name, feed, std::move(parts));
        rings_->json.push_back(made.json ? std::optional{JsonFeedLink{name, *made.json, shard}}
                                         : std::nullopt);
        feeds_.push_back(std::move(made.feed));
        report_feed(name, feed);
    }
}

/// The feed as every shard's thread gets it.
std::vector<MarketInput> Gateway::feed_inputs(std::size_t feed) {
    Host& host = host_of(RoleKind::feed, 0);
    std::vector<MarketInput> inputs;
    for (const auto& shard : rings_->shards) {
        Host& market = host_of(RoleKind::market, shard->shard);
        inputs.push_back(
            {shard->feeds[feed].get(), &market == &host ? nullptr : &market.reactor().waker()});
    }
    return inputs;
}

ResyncRing* Gateway::make_wishes(const FeedConfig& feed) {
    rings_->wishes.push_back(
        !takes_wishes(feed)
            ? nullptr
            : std::make_unique<ResyncRing>(
                  resync_wishes, charged(memory_.rings, ResyncRing::bytes_for(resync_wishes),
                                         "a feed's ring of wishes")));
    return rings_->wishes.back().get();
}

/// What status shows of the newest feed. Rings that it does not use are given back.
void Gateway::report_feed(const std::string& name, const FeedConfig& feed) {
    const std::size_t index = feeds_.size() - 1;
    const std::optional<JsonFeedLink>& json = rings_->json[index];
    ReportedFeed reported;
    reported.name = name;
    reported.kind = feed.kind;
    reported.venue = json ? std::string{codecs::json::to_string(json->venue)} : feed.venue;
    reported.lines = feed_lines(feed);
    for (const auto& shard : rings_->shards) {
        std::unique_ptr<book::ByteRing>& ring = shard->feeds[index];
        if (json && shard->shard != json->shard)
            ring.reset();
        else
            reported.rings.push_back(ring.get());
    }
    reported.report = &feeds_.back()->status();
    status_->add_feed(std::move(reported));
}

/// The feeds of one shard: all of ITCH, and of JSON and of our own venue those that are its own.
std::vector<MarketFeed> Gateway::market_feeds(const ShardRings& rings) {
    Host& feed_host = host_of(RoleKind::feed, 0);
    const bool one_thread = &feed_host == &host_of(RoleKind::market, rings.shard);
    std::vector<MarketFeed> feeds;
    std::size_t index = 0;
    for (const auto& [name, feed] : config_.feeds) {
        const std::size_t at = index++;
        book::ByteRing* const ring = rings.feeds[at].get();
        const std::optional<JsonFeedLink>& json = rings_->json[at];
        if (!json) {
            feeds.push_back({ItchMarketOptions{.venue = feed.venue,
                                               .shard = {rings.shard, static_cast<std::uint32_t>(
                                                                          config_.threads.shards)},
                                               .books = unpredictable_book_limits()},
                             ring});
        } else if (json->shard == rings.shard) {
            JsonMarketOptions options{
                .feed = json->name, .venue = json->venue, .shard = rings.shard};
            options.limits.instruments = static_cast<std::uint32_t>(config_.instruments.max);
            options.snapshot_wait = std::chrono::milliseconds{feed.json.snapshot_timeout_ms};
            options.resync = {rings_->wishes[at].get(),
                              one_thread ? nullptr : &feed_host.reactor().waker()};
            feeds.push_back({std::move(options), ring});
        }
    }
    if (venue_ && rings.shard == venue_market_shard()) feeds.push_back(venue_feed());
    return feeds;
}

void Gateway::make_markets() {
    Host& serving = host_of(RoleKind::serving, 0);
    for (const auto& rings : rings_->shards) {
        Host& own = host_of(RoleKind::market, rings->shard);
        const auto waker_of = [&own](Host& other) {
            return &own == &other ? nullptr : &other.reactor().waker();
        };
        std::vector<ServingLink> links{
            {rings->events.get(), rings->requests.get(), waker_of(serving)}};
        if (rings->fix_events)
            links.push_back(
                {rings->fix_events.get(), rings->fix_requests.get(), waker_of(*fix_thread_)});
        markets_.push_back(std::make_unique<MarketShard>("market." + std::to_string(rings->shard),
                                                         market_feeds(*rings), std::move(links),
                                                         store_, &memory_.books, metrics_, clock_));
    }
}

}  // namespace tickweir::gateway
