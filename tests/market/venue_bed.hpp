// A venue beside the market shard that has its instruments: what the venue did goes through the
// ring into the store and to two serving threads' twins, which are compared with the venue's books.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/market/market_shard.hpp"
#include "gateway/market/venue_market_output.hpp"
#include "tests/market/market_twin.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::tests {

inline std::vector<gateway::VenueInstrument> listing_of(const txn::VenueSettings& settings) {
    std::vector<gateway::VenueInstrument> list;
    for (const txn::InstrumentSettings& instrument : settings.instruments)
        list.push_back({.symbol = instrument.symbol,
                        .base = settings.assets[static_cast<std::size_t>(instrument.base)].name,
                        .quote = settings.assets[static_cast<std::size_t>(instrument.quote)].name,
                        .price_decimals = instrument.price_decimals,
                        .quantity_decimals = instrument.quantity_decimals,
                        .tick = instrument.tick,
                        .lot = instrument.lot});
    return list;
}

struct VenueBed {
    using Requests = book::SpscRing<gateway::WatchRequest>;

    explicit VenueBed(const txn::VenueSettings& settings, std::size_t store_instruments = 64,
                      book::MemoryBudget* budget = nullptr)
        : store{{.instruments = store_instruments, .active_instruments = 64}, nullptr, nullptr},
          shard{"market.0",
                {gateway::MarketFeed{gateway::VenueMarketOptions{
                                         .venue = "tickweir", .instruments = listing_of(settings)},
                                     &input}},
                {{events[0].get(), requests[0].get(), nullptr},
                 {events[1].get(), requests[1].get(), nullptr}},
                store,
                budget,
                metrics,
                clock} {
        settle();
    }

    book::TimeNs time() const { return book::TimeNs{std::chrono::nanoseconds{now}}; }

    /// All of an outcome; a full ring is emptied and gone on with.
    void tell(const txn::Outcome& outcome, std::uint64_t lsn = 1) {
        const txn::ReleasedOutcome released{txn::log::Lsn{lsn}, true, outcome.events,
                                            outcome.levels};
        while (!output.send(released, time())) {
            ++full_rings;
            settle();
        }
        settle();
    }
    void tell_books(const txn::Venue& venue) {
        while (!output.send_books(venue, time())) {
            ++full_rings;
            settle();
        }
        settle();
    }
    void watch(std::uint32_t instrument, gateway::Watch watch, std::size_t link = 0) {
        watches[link][instrument] |= static_cast<std::uint8_t>(watch);
        ASSERT_TRUE(requests[link]->try_push(gateway::WatchRequest{
            .instrument = book::InstrumentId{instrument}, .watches = watches[link][instrument]}));
        settle();
    }
    void settle() {
        output.hand_over();
        for (bool more = true; more;) {
            now += 1'000'000;
            more = shard.turn(time());
            for (MarketTwin& twin : twins)
                more |= twin.take() != 0;
        }
    }
    /// A turn of the shard, whose records are taken away and not looked at.
    void pass() {
        output.hand_over();
        now += 1'000'000;
        shard.turn(time());
        for (const auto& ring : events) {
            while (ring->front().data() != nullptr)
                ring->advance();
            ring->release();
        }
    }
    store::InstrumentStatus status(std::uint32_t instrument) const {
        return store.latest_status(book::InstrumentId{instrument});
    }

    std::int64_t now = 1'000'000'000;
    std::uint64_t full_rings = 0;
    gateway::Metrics metrics;
    gateway::TscClock clock{gateway::TscClock::Ticks::monotonic};
    store::MarketStore store;
    book::ByteRing input{gateway::VenueMarketOutput::ring_bytes_min};
    std::array<std::unique_ptr<book::ByteRing>, 2> events{
        std::make_unique<book::ByteRing>(gateway::MarketOutput::ring_bytes_min),
        std::make_unique<book::ByteRing>(gateway::MarketOutput::ring_bytes_min)};
    std::array<std::unique_ptr<Requests>, 2> requests{std::make_unique<Requests>(1024),
                                                      std::make_unique<Requests>(1024)};
    std::array<MarketTwin, 2> twins{MarketTwin{*events[0]}, MarketTwin{*events[1]}};
    std::array<std::array<std::uint8_t, 64>, 2> watches{};
    gateway::MarketShard shard;
    gateway::VenueMarketOutput output{{&input, nullptr}};
};

/// A side of the venue's book as a twin has it.
inline MarketTwin::Levels levels_of(const txn::Venue& venue, std::uint32_t instrument,
                                    book::Side side) {
    MarketTwin::Levels levels;
    std::array<book::Level, 100> some;
    for (std::size_t from = 0;;) {
        const std::size_t count =
            venue.levels(book::InstrumentId{instrument}, side, from, std::span{some});
        for (std::size_t i = 0; i < count; ++i)
            levels[some[i].price.ticks] = {some[i].open.lots, some[i].order_count};
        if (count < some.size()) return levels;
        from += count;
    }
}

}  // namespace tickweir::tests
