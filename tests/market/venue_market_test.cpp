#include "gateway/market/venue_market.hpp"

#include <map>
#include <random>

#include "store/trade_id.hpp"
#include "tests/market/venue_bed.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/venue_stream.hpp"
#include "tests/venue/market.hpp"

namespace tickweir::tests {
namespace {

using gateway::Watch;
using store::SyncReason;
using store::TradingState;
using txn::limit_order;
using Levels = MarketTwin::Levels;

constexpr Watch watches_of_a_book[]{Watch::quote, Watch::levels, Watch::trades};

/// A venue of two instruments whose accounts have all they need, told already.
struct Traded {
    explicit Traded(std::uint32_t instruments = 2) : settings{small(instruments)} {
        for (std::uint32_t account = 0; account < 3; ++account)
            for (std::uint32_t asset = 0; asset <= instruments; ++asset)
                venue.execute(
                    txn::operator_command(txn::Deposit{txn::AccountId{account}, txn::AssetId{asset},
                                                       txn::whole_units(1'000'000'000)}),
                    outcome);
    }
    const txn::Outcome& execute(const txn::Command& command) {
        venue.execute(command, outcome);
        return outcome;
    }

    /// Of less memory than a venue has.
    static txn::VenueSettings small(std::uint32_t instruments) {
        txn::VenueSettings all = txn::market_of(instruments, 3);
        all.limits.client_ids = 1 << 14;
        all.limits.orders = 1 << 14;
        return all;
    }

    txn::VenueSettings settings;
    txn::Venue venue{settings};
    txn::Outcome outcome;
};

TEST(VenueMarketTest, ListsInstrumentsAtOnceAndTrustsNothingYet) {
    Traded traded;
    const VenueBed bed{traded.settings};
    ASSERT_EQ(bed.store.instruments().count(), 2U);
    const store::Instrument& first = bed.store.instruments()[book::InstrumentId{0}];
    EXPECT_EQ(first.venue, "tickweir");
    EXPECT_EQ(first.symbol, "S0");
    EXPECT_EQ(first.base, "B0");
    EXPECT_EQ(first.quote, "USD");
    EXPECT_EQ(first.price_decimals, 2U);
    EXPECT_FALSE(first.has_orders);
    EXPECT_EQ(bed.status(0).state, TradingState::closed);
    EXPECT_EQ(bed.status(0).reason, SyncReason::awaiting_snapshot);
}

TEST(VenueMarketTest, IsInSyncFromTheWholeBooksOnUntilTheLogFails) {
    Traded traded;
    traded.execute(limit_order(0, 1, txn::Side::buy, 9'990, 7, "a"));
    traded.execute(txn::operator_command(txn::Halt{txn::InstrumentId{0}}));
    VenueBed bed{traded.settings};
    bed.watch(1, Watch::levels);
    bed.tell_books(traded.venue);
    EXPECT_EQ(bed.status(0).state, TradingState::halted);
    EXPECT_EQ(bed.status(1).state, TradingState::trading);
    EXPECT_EQ(bed.status(0).reason, SyncReason::none);
    EXPECT_EQ(bed.status(1).reason, SyncReason::none);
    EXPECT_EQ(bed.twins[0][book::InstrumentId{1}].levels[0], (Levels{{9'990, {7, 1}}}));
    while (!bed.output.send_stopped(bed.time()))
        bed.settle();
    bed.settle();
    for (const std::uint32_t instrument : {0U, 1U}) {
        EXPECT_EQ(bed.status(instrument).state, TradingState::halted);
        EXPECT_EQ(bed.status(instrument).reason, SyncReason::venue_stopped);
        EXPECT_EQ(bed.twins[0][book::InstrumentId{instrument}].status.reason,
                  SyncReason::venue_stopped);
    }
    EXPECT_EQ(bed.twins[0][book::InstrumentId{1}].levels[0], (Levels{{9'990, {7, 1}}}));
}

TEST(VenueMarketTest, PrintsATradeOnceWithWhoTookIt) {
    Traded traded;
    VenueBed bed{traded.settings};
    bed.tell_books(traded.venue);
    for (const Watch watch : watches_of_a_book)
        bed.watch(0, watch);
    bed.tell(traded.execute(limit_order(0, 0, txn::Side::buy, 9'990, 7, "a")));
    bed.tell(traded.execute(limit_order(1, 0, txn::Side::buy, 9'980, 5, "b")));
    txn::Command sell = limit_order(2, 0, txn::Side::sell, 9'980, 9, "c");
    sell.envelope.time = book::TimeNs{std::chrono::nanoseconds{77}};
    bed.tell(traded.execute(sell));
    const MarketTwin::Instrument& seen = bed.twins[0][book::InstrumentId{0}];
    ASSERT_EQ(seen.trades.size(), 2U);
    EXPECT_EQ(seen.trades[0].price.ticks, 9'990);
    EXPECT_EQ(seen.trades[0].quantity.lots, 7);
    EXPECT_EQ(seen.trades[0].aggressor, store::Aggressor::sell);
    EXPECT_EQ(seen.trades[0].times.exchange_ns, 77);
    EXPECT_EQ(seen.trades[1].price.ticks, 9'980);
    EXPECT_EQ(seen.trades[1].quantity.lots, 2);
    std::array<char, store::trade_id_chars_max> room;
    EXPECT_EQ(store::trade_id_text(seen.trades[0], room), "1");
    EXPECT_EQ(store::trade_id_text(seen.trades[1], room), "2");
    EXPECT_EQ(seen.levels[0], (Levels{{9'980, {3, 1}}}));
    EXPECT_EQ(seen.levels[1], Levels{});
    EXPECT_EQ(seen.quote.bid.ticks, 9'980);
    EXPECT_EQ(seen.quote.bid_open.lots, 3);
    EXPECT_EQ(seen.quote.has_ask, 0);
    EXPECT_EQ(seen.quote, bed.store.latest_quote(book::InstrumentId{0}));
    EXPECT_EQ(bed.store.latest_depth(book::InstrumentId{0}).bid_count, 1);
}

TEST(VenueMarketTest, TellsHaltsAndResumptions) {
    Traded traded;
    VenueBed bed{traded.settings};
    bed.tell_books(traded.venue);
    bed.tell(traded.execute(txn::operator_command(txn::Halt{txn::InstrumentId{1}})));
    EXPECT_EQ(bed.status(1).state, TradingState::halted);
    EXPECT_EQ(bed.status(0).state, TradingState::trading);
    bed.tell(traded.execute(txn::operator_command(txn::Resume{txn::InstrumentId{1}})));
    EXPECT_EQ(bed.status(1).state, TradingState::trading);
    EXPECT_EQ(bed.twins[0][book::InstrumentId{1}].status.state, TradingState::trading);
}

TEST(VenueMarketTest, SendsBooksThatAreLargerThanItsRingInPieces) {
    Traded traded{40};
    std::int64_t price = 10'000;
    for (std::uint32_t order = 0; order < 8'000; ++order)
        traded.execute(
            limit_order(order % 3, order % 40, txn::Side::sell, ++price, 1, std::to_string(order)));
    VenueBed bed{traded.settings};
    bed.watch(7, Watch::levels);
    bed.tell_books(traded.venue);
    EXPECT_GT(bed.full_rings, 1U);
    EXPECT_EQ(bed.status(39).reason, SyncReason::none);
    EXPECT_EQ(bed.twins[0][book::InstrumentId{7}].levels[1],
              levels_of(traded.venue, 7, book::Side::sell));
    EXPECT_EQ(bed.twins[0][book::InstrumentId{7}].levels[1].size(), 200U);
}

TEST(VenueMarketTest, GoesOnInsideAnOutcomeThatIsLargerThanItsRing) {
    Traded traded;
    VenueBed bed{traded.settings};
    bed.tell_books(traded.venue);
    for (const Watch watch : watches_of_a_book)
        bed.watch(0, watch);
    txn::Outcome outcome;
    Levels levels;
    for (std::int64_t i = 1; i <= 3'000; ++i) {
        outcome.levels.push_back(
            {txn::InstrumentId{0}, txn::Side::buy, {txn::Price{i}, txn::Quantity{2 * i}, 1}});
        levels[i] = {2 * i, 1};
        txn::Event fill;
        fill.kind = txn::EventKind::filled;
        fill.fill = {txn::TradeId{static_cast<std::uint64_t>(i)}, txn::Price{i}, txn::Quantity{1}};
        outcome.events.push_back(fill);
    }
    bed.tell(outcome);
    const MarketTwin::Instrument& seen = bed.twins[0][book::InstrumentId{0}];
    EXPECT_EQ(seen.levels[0], levels);
    ASSERT_EQ(seen.trades.size(), 3'000U);
    for (std::uint64_t i = 0; i < 3'000; ++i)
        ASSERT_EQ(seen.trades[i].trade_id, i + 1);
    EXPECT_GE(bed.full_rings, 2U);
}

TEST(VenueMarketTest, BeginsAnewWhenTheVenueIsOpenedAgain) {
    Traded traded;
    VenueBed bed{traded.settings};
    bed.tell_books(traded.venue);
    bed.watch(0, Watch::levels);
    bed.watch(0, Watch::quote);
    bed.tell(traded.execute(limit_order(0, 0, txn::Side::buy, 9'990, 7, "a")));
    // What this one did was never told, as after a crash.
    traded.execute(limit_order(0, 0, txn::Side::buy, 9'970, 1, "b"));
    traded.execute(txn::cancel_of(0, "a", "c"));
    bed.tell_books(traded.venue);
    EXPECT_EQ(bed.twins[0][book::InstrumentId{0}].levels[0], (Levels{{9'970, {1, 1}}}));
    EXPECT_EQ(bed.twins[0][book::InstrumentId{0}].quote.bid.ticks, 9'970);
    EXPECT_EQ(bed.status(0).reason, SyncReason::none);
}

TEST(VenueMarketTest, LeavesOutInstrumentsThatTheStoreHasNoRoomFor) {
    Traded traded;
    VenueBed bed{traded.settings, 1};
    bed.tell_books(traded.venue);
    EXPECT_EQ(bed.store.instruments().count(), 1U);
    EXPECT_EQ(bed.status(0).reason, SyncReason::none);
    bed.tell(traded.execute(limit_order(0, 1, txn::Side::buy, 9'990, 7, "a")));
    bed.tell(traded.execute(limit_order(0, 0, txn::Side::buy, 9'991, 7, "b")));
    EXPECT_EQ(bed.store.latest_quote(book::InstrumentId{0}).bid.ticks, 9'991);
}

TEST(VenueMarketTest, MarksABookThatMemoryCannotHoldAsLostUntilTheBooksComeAgain) {
    Traded traded;
    book::MemoryBudget budget{"books", 8 << 10};
    VenueBed bed{traded.settings, 64, &budget};
    bed.tell_books(traded.venue);
    for (std::int64_t price = 9'000; price < 10'000; ++price)
        bed.tell(traded.execute(
            limit_order(0, 0, txn::Side::buy, price, 1, "p" + std::to_string(price))));
    EXPECT_EQ(bed.status(0).reason, SyncReason::over_limit);
    EXPECT_EQ(bed.status(1).reason, SyncReason::none);
    txn::MassCancel all;
    all.client_id = txn::ClientOrderId{"m"};
    traded.execute(txn::operator_command(all));
    while (traded.venue.continuation_pending())
        traded.execute(txn::operator_command(txn::Continue{}));
    traded.execute(limit_order(0, 0, txn::Side::buy, 9'999, 1, "last"));
    bed.tell_books(traded.venue);
    EXPECT_EQ(bed.status(0).reason, SyncReason::none);
    EXPECT_EQ(bed.store.latest_quote(book::InstrumentId{0}).bid.ticks, 9'999);
}

/// Whatever happens at the venue: who watches has its books, and every trade once.
class VenueMarketRandomTest : public ::testing::Test {
protected:
    void compare(VenueBed& bed, const txn::Venue& venue) {
        for (std::uint32_t i = 0; i < venue.settings().instruments.size(); ++i) {
            MarketTwin::Instrument& seen = bed.twins[0][book::InstrumentId{i}];
            for (const book::Side side : {book::Side::buy, book::Side::sell}) {
                const Levels levels = levels_of(venue, i, side);
                ASSERT_EQ(seen.levels[static_cast<std::size_t>(side)], levels);
                compare_depth(bed.store.latest_depth(book::InstrumentId{i}), side, levels);
            }
            ASSERT_EQ(seen.quote, bed.store.latest_quote(book::InstrumentId{i}));
            ASSERT_EQ(seen.trades.size(), printed_[i]);
        }
    }
    static void compare_depth(const store::Depth& depth, book::Side side, const Levels& levels) {
        const bool buys = side == book::Side::buy;
        ASSERT_EQ(buys ? depth.bid_count : depth.ask_count,
                  std::min(levels.size(), store::Depth::levels_max));
        if (levels.empty()) return;
        const auto& best = buys ? *levels.rbegin() : *levels.begin();
        const auto& row = buys ? depth.bids[0] : depth.asks[0];
        ASSERT_EQ(row.price.ticks, best.first);
        ASSERT_EQ(row.open.lots, best.second.first);
    }
    void count(const txn::Outcome& outcome) {
        for (const txn::Event& event : outcome.events)
            if (event.kind == txn::EventKind::filled && event.fill.is_maker)
                ++printed_[static_cast<std::uint32_t>(event.order.instrument)];
    }

    void follow(std::uint64_t seed) {
        VenueStream stream{seed};
        txn::Venue venue{stream.settings()};
        VenueBed bed{stream.settings()};
        bed.tell_books(venue);
        for (std::uint32_t i = 0; i < stream.settings().instruments.size(); ++i)
            for (const Watch watch : watches_of_a_book)
                bed.watch(i, watch);
        txn::Outcome outcome;
        const auto execute = [&](const txn::Command& command) {
            venue.execute(command, outcome);
            stream.learn(outcome);
            count(outcome);
            bed.tell(outcome);
        };
        for (int step = 0; step < 2'000; ++step) {
            const VenueStep next = stream.next();
            while (next.drains && venue.continuation_pending()) {
                txn::Command go_on;
                go_on.envelope = next.command.envelope;
                go_on.envelope.session = txn::operator_session;
                go_on.envelope.deadline.reset();
                go_on.body = txn::Continue{};
                execute(go_on);
            }
            execute(next.command);
            compare(bed, venue);
            if (HasFatalFailure()) FAIL() << "at step " << step;
        }
    }

    std::map<std::uint32_t, std::size_t> printed_;
};

TEST_F(VenueMarketRandomTest, ShowsWhatTheVenueHasAfterEveryCommand) {
    const std::uint64_t seed = test_seed();
    std::size_t printed = 0;
    for (std::uint64_t stream = 0; stream < 10; ++stream) {
        printed_.clear();
        follow(seed + stream);
        if (HasFatalFailure()) FAIL() << "in stream " << stream;
        printed += printed_[0] + printed_[1];
    }
    EXPECT_GT(printed, 100U);
}

}  // namespace
}  // namespace tickweir::tests
