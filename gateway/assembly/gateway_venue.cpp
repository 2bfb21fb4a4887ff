// The venue, and its rings to order entry and to the market shard of its instruments.
#include <chrono>
#include <utility>

#include "gateway/assembly/gateway.hpp"
#include "gateway/assembly/gateway_rings.hpp"
#include "gateway/assembly/order_entry.hpp"

namespace tickweir::gateway {

void Gateway::make_venue() {
    if (config_.venue.data.empty()) return;
    venue_thread_ = &own_host(RoleKind::venue, "venue.0");
    const txn::EngineOptions options = engine_options(config_, {});
    make_venue_rings();
    VenueParts parts = venue_parts();
    parts.intake.sessions = config_.sessions.size() + 1;  // and the operator
    rings_->venue_buffers = charged(memory_.rings,
                                    txn::log::LogRing::bytes_for(options.log.ring) +
                                        txn::Outbox::bytes_for(options.outbox) +
                                        (parts.input ? VenueIntake::bytes_for(parts.intake) : 0),
                                    "the venue's rings");
    Waker& waker = venue_thread_->reactor().waker();
    venue_ = std::make_unique<VenueHost>(config_, venue_files_, metrics_, waker, std::move(parts));
    status_->set_venue(*venue_);
}

/// Its instruments are those of one more feed.
std::uint32_t Gateway::venue_market_shard() const {
    return static_cast<std::uint32_t>(config_.feeds.size() % rings_->shards.size());
}

void Gateway::make_venue_rings() {
    Host& market = host_of(RoleKind::market, venue_market_shard());
    rings_->venue = std::make_unique<VenueRings>(
        VenueRingSizes{}, memory_.rings,
        &market == venue_thread_ ? nullptr : &market.reactor().waker());
}

/// Whom it works with. Only what clients make grow tells how loaded it is: other budgets are used
/// up by design.
VenueParts Gateway::venue_parts() {
    VenueParts parts;
    if (wants_fix())
        parts.input = rings_->venue->input(
            venue_thread_ == fix_thread_ ? nullptr : &fix_thread_->reactor().waker());
    parts.market = &rings_->venue->market_output;
    if (Host& serving = host_of(RoleKind::serving, 0); &serving != venue_thread_)
        parts.mode_watchers = {&serving.reactor().waker()};
    parts.metrics = &metrics_;
    parts.clock = &clock_;
    parts.intake.queues = queue_limits(config_);
    parts.load.modes = load_limits(config_.shield);
    parts.load.interval = std::chrono::microseconds{config_.shield.interval_us};
    parts.load.input = &rings_->venue->input_delay;
    parts.load.budgets = {&memory_.clients, &memory_.books};
    return parts;
}

/// The venue's own instruments as their market shard is given them.
MarketFeed Gateway::venue_feed() {
    const txn::VenueSettings& settings = venue_->settings();
    VenueMarketOptions options{.venue = config_.venue.id, .shard = venue_market_shard()};
    const auto asset = [&](txn::AssetId id) {
        return settings.assets[static_cast<std::size_t>(id)].name;
    };
    for (const txn::InstrumentSettings& instrument : settings.instruments)
        options.instruments.push_back({.symbol = instrument.symbol,
                                       .base = asset(instrument.base),
                                       .quote = asset(instrument.quote),
                                       .price_decimals = instrument.price_decimals,
                                       .quantity_decimals = instrument.quantity_decimals,
                                       .tick = instrument.tick,
                                       .lot = instrument.lot});
    return {std::move(options), &rings_->venue->market};
}

}  // namespace tickweir::gateway
