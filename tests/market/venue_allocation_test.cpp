// That nothing between a venue's outcome and its market's watchers allocates once everything has
// been as large as it gets. An executable of its own, for it counts every use of operator new.
#include <gtest/gtest.h>

#include "tests/market/venue_bed.hpp"
#include "tests/support/counted_new.hpp"
#include "tests/venue/market.hpp"

namespace tickweir::tests {
namespace {

txn::LevelEvent level(std::int64_t price, std::int64_t open) {
    return {txn::InstrumentId{0},
            txn::Side::buy,
            {txn::Price{price}, txn::Quantity{open}, open == 0 ? 0U : 1U}};
}

TEST(VenueMarketAllocations, AreNoneForOutcomesAfterTheFirstOnes) {
    const txn::VenueSettings settings = txn::market_of(1, 1);
    VenueBed bed{settings};
    bed.watch(0, gateway::Watch::quote);
    bed.watch(0, gateway::Watch::levels);
    bed.watch(0, gateway::Watch::trades);
    txn::Outcome outcome;
    outcome.events.resize(2);
    outcome.events[0].kind = txn::EventKind::filled;
    outcome.events[1].kind = txn::EventKind::state;
    const auto run = [&](std::int64_t from, std::int64_t to) {
        for (std::int64_t i = from; i < to; ++i) {
            outcome.levels.clear();
            outcome.levels.push_back(level(1'000 + i % 64, i + 1));
            outcome.levels.push_back(level(1'000 + (i + 32) % 64, 0));
            outcome.events[0].fill = {txn::TradeId{static_cast<std::uint64_t>(i + 1)},
                                      txn::Price{1'000}, txn::Quantity{1}, 0, false};
            outcome.events[1].market_state =
                i % 2 == 0 ? txn::MarketState::halted : txn::MarketState::trading;
            ASSERT_TRUE(bed.output.send({txn::log::Lsn{1}, true, outcome.events, outcome.levels},
                                        bed.time()));
            bed.pass();
        }
    };
    run(0, 500);
    const std::uint64_t before = allocations();
    run(500, 5'000);
    EXPECT_EQ(allocations(), before);
    EXPECT_EQ(bed.store.latest_trade(book::InstrumentId{0}).index, 5'000U);
}

}  // namespace
}  // namespace tickweir::tests
