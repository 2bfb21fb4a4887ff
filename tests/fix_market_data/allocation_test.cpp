// That updates allocate nothing after warm-up. An executable of its own, for it counts every use of
// operator new in the process.
#include <gtest/gtest.h>

#include "tests/fix_market_data/desk_bed.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::tests {
namespace {

/// A round of trading: the same every time.
void trade(DeskBed& bed) {
    for (std::uint64_t i = 0; i < 300; ++i) {
        for (const auto id : {DeskBed::acme, DeskBed::globex}) {
            const std::uint64_t order = i * 10 + static_cast<std::uint64_t>(id) + 1;
            bed.market.add(id, order, book::Side::buy, 100 + static_cast<std::int64_t>(i % 20), 5);
            if (i % 3 == 0) bed.market.trade(id, 100, 1);
            if (i % 40 == 0)
                bed.market.set_status(id, store::TradingState::trading, store::SyncReason::gap);
            if (i % 40 == 5)
                bed.market.set_status(id, store::TradingState::trading, store::SyncReason::none);
            if (i >= 5) bed.market.remove(id, order - 50);
        }
    }
    for (std::uint64_t i = 295; i < 300; ++i)
        for (const auto id : {DeskBed::acme, DeskBed::globex})
            bed.market.remove(id, i * 10 + static_cast<std::uint64_t>(id) + 1);
}

/// Sessions stall and read again, some of them always.
std::uint64_t turns(DeskBed& bed) {
    std::uint64_t counted = 0;
    int round = 0;
    while (bed.desk->has_work()) {
        for (std::uint32_t session = 10; session < 30; ++session)
            bed.session(SessionId{session}).queued =
                session % 4 == 0 && round % 8 < 6 ? 1'000'000 : 0;
        const std::uint64_t before = allocations();
        bed.desk->turn(bed.now, bed.output);
        counted += allocations() - before;
        bed.now += 30ms;
        ++round;
    }
    return counted;
}

TEST(MarketDataAllocations, AreNoneAfterWarmUp) {
    gateway::fix::MarketDataLimits limits;
    limits.events_per_turn = 16;
    DeskBed bed{limits};
    for (std::uint32_t session = 10; session < 30; ++session) {
        const SessionId id{session};
        bed.desk->on_logon(id, bed.now, bed.output);
        bed.session(id).remembers = false;
        bed.ask(id, "V", md_request("a", 1, 0, 1, "012", {"ACME", "GLOBEX"}));
        bed.ask(id, "V", md_request("b", 1, 5, 1, "01", {"ACME", "GLOBEX"}));
        bed.ask(id, "V", md_request("c", 1, 5, 0, "012", {"ACME"}));
        bed.ask(id, "e", "324=s|55=ACME|263=1|");
    }
    bed.turn();
    for (int round = 0; round < 4; ++round) {
        trade(bed);
        turns(bed);
    }
    trade(bed);
    const std::uint64_t sent = bed.output.forgotten;
    const std::uint64_t counted = turns(bed);
    EXPECT_GT(bed.output.forgotten, sent + 2'000);
    EXPECT_GT(bed.desk->counts().conflated, 100u);
    EXPECT_EQ(counted, 0u);
}

}  // namespace
}  // namespace tickweir::tests
