// The venue's role, turned by hand: balances to begin with, ticks, the day's end.
#include "gateway/venue/venue_role.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/venue/venue_world.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using tests::FaultFiles;
using tests::limit_order;
using tests::noon;
using tests::venue_config;
using tests::VenueLife;

constexpr txn::Int128 unit = 1'000'000'000'000'000'000;

TEST(VenueRoleTest, WaitsForTheEngine) {
    VenueRole role;
    EXPECT_FALSE(role.turn(noon));
    EXPECT_FALSE(role.has_work());
    EXPECT_EQ(role.next_due(), std::nullopt);
    EXPECT_EQ(role.stage(), VenueRole::Stage::waiting);
    EXPECT_EQ(role.ended(), std::nullopt);
    role.stop(noon);
    EXPECT_TRUE(role.stopped());
}

TEST(VenueRoleTest, GivesAccountsWhatTheyBeginWithOnce) {
    FaultFiles files;
    txn::log::Lsn last{};
    {
        VenueLife life{files, venue_config()};
        ASSERT_NE(life.opened.engine, nullptr) << life.opened.report.refused;
        EXPECT_TRUE(life.role.has_work());
        life.settle();
        EXPECT_EQ(life.role.stage(), VenueRole::Stage::running);
        EXPECT_EQ(life.venue().balance(txn::AccountId{2}, txn::AssetId{1}).total, 2000 * unit);
        EXPECT_EQ(life.role.outcomes().committed(), 3u);
        last = life.last();
        EXPECT_EQ(number(last), 3u);
        life.role.stop(life.now);
        EXPECT_TRUE(life.opened.engine->close(life.now));
    }
    VenueLife life{files, venue_config()};
    life.settle();
    EXPECT_EQ(life.last(), last);
    EXPECT_EQ(life.role.stage(), VenueRole::Stage::running);
}

TEST(VenueRoleTest, GivesTheRestAfterPowerFailedInBetween) {
    for (std::uint64_t turns = 0; turns < 5; ++turns) {
        FaultFiles files;
        {
            VenueLife life{files, venue_config()};
            for (std::uint64_t i = 0; i < turns; ++i) {
                life.role.turn(life.now);
                life.opened.engine->turn_log(life.now);
            }
            files.crash(turns, tests::Kept::nothing);
        }
        VenueLife life{files, venue_config()};
        ASSERT_NE(life.opened.engine, nullptr) << life.opened.report.refused;
        life.settle();
        EXPECT_EQ(life.venue().balance(txn::AccountId{1}, txn::AssetId{0}).total, 50 * unit);
        EXPECT_EQ(life.venue().balance(txn::AccountId{1}, txn::AssetId{1}).total, 1000 * unit);
        EXPECT_EQ(life.venue().balance(txn::AccountId{2}, txn::AssetId{1}).total, 2000 * unit);
    }
}

TEST(VenueRoleTest, TicksWhenAnOrderExpiresAndNotBefore) {
    FaultFiles files;
    VenueLife life{files, venue_config()};
    life.settle();
    txn::Command command = limit_order("g", 100, 1, life.now);
    std::get<txn::NewOrder>(command.body).time_in_force = txn::TimeInForce::gtd;
    std::get<txn::NewOrder>(command.body).expiry = noon + 10s;
    ASSERT_EQ(life.opened.engine->shard(0).execute(command).status, txn::ExecuteStatus::done);
    life.settle();
    const auto before = life.last();
    life.now = noon + 10s - 1ns;
    life.settle();
    EXPECT_EQ(life.last(), before);
    EXPECT_EQ(life.role.next_due(), noon + 10s);
    life.now = noon + 10s;
    life.settle();
    EXPECT_EQ(life.last(), after(before));
    EXPECT_EQ(life.venue().open_orders(), 0u);
    life.now = noon + 5h - 1ns;  // the day's end
    life.settle();
    EXPECT_EQ(life.role.next_due(), noon + 5h);
}

TEST(VenueRoleTest, TicksWhenAPauseEnds) {
    FaultFiles files;
    VenueLife life{files, venue_config("reference = 100\nprice_band = \"0.01\"\npause_s = 60\n")};
    life.settle();
    txn::Command sell = limit_order("s", 15'000, 1, life.now);
    std::get<txn::NewOrder>(sell.body).side = txn::Side::sell;
    std::get<txn::NewOrder>(sell.body).account = txn::AccountId{1};  // A
    ASSERT_EQ(life.opened.engine->shard(0).execute(sell).status, txn::ExecuteStatus::done);
    const txn::Command buy = limit_order("b", 15'000, 1, life.now);
    ASSERT_EQ(life.opened.engine->shard(0).execute(buy).status, txn::ExecuteStatus::done);
    const txn::InstrumentId x{0};
    ASSERT_EQ(life.venue().market_state(x), txn::MarketState::paused);
    life.now = noon + 60s - 1ns;
    life.settle();
    ASSERT_EQ(life.venue().market_state(x), txn::MarketState::paused);
    EXPECT_EQ(life.role.next_due(), noon + 60s);
    life.now = noon + 60s;
    life.settle();
    EXPECT_EQ(life.venue().market_state(x), txn::MarketState::trading);
}

TEST(VenueRoleTest, EndsTheDayAndSaysSoOnceThatIsDurable) {
    FaultFiles files;
    VenueLife life{files, venue_config()};
    life.settle();
    ASSERT_EQ(life.opened.engine->shard(0).execute(limit_order("d", 100, 1, life.now)).status,
              txn::ExecuteStatus::done);
    const auto before = life.role.ended();
    EXPECT_EQ(before, noon - 19h);
    life.now = noon + 5h;
    EXPECT_TRUE(life.role.turn(life.now));
    EXPECT_EQ(life.venue().open_orders(), 0u);
    EXPECT_EQ(life.role.ended(), before);
    life.settle();
    EXPECT_EQ(life.role.ended(), noon + 5h);
    const auto last = life.last();
    life.now += 1h;
    life.settle();
    EXPECT_EQ(life.last(), last);
}

TEST(VenueRoleTest, CountsRefusalsByTheirReasons) {
    FaultFiles files;
    VenueLife life{files, venue_config()};
    life.settle();
    const auto execute = [&life](const char* id, std::int64_t quantity) {
        return life.opened.engine->shard(0)
            .execute(limit_order(id, 100, quantity, life.now))
            .status;
    };
    EXPECT_EQ(execute("a", 1), txn::ExecuteStatus::done);
    EXPECT_EQ(execute("a", 1), txn::ExecuteStatus::refused);
    EXPECT_EQ(execute("b", 0), txn::ExecuteStatus::refused);
    EXPECT_EQ(life.role.outcomes().refused(txn::Refusal::duplicate_client_id), 0u);
    life.settle();
    EXPECT_EQ(life.role.outcomes().refused(txn::Refusal::duplicate_client_id), 1u);
    EXPECT_EQ(life.role.outcomes().refused(txn::Refusal::bad_quantity), 1u);
    EXPECT_EQ(life.role.outcomes().committed(), 4u);
}

TEST(VenueRoleTest, ExecutesNothingOnceTheLogHasFailed) {
    FaultFiles files;
    VenueLife life{files, venue_config()};
    life.settle();
    files.fail_next(txn::io::IoOperation::write, EIO);
    ASSERT_EQ(life.opened.engine->shard(0).execute(limit_order("a", 100, 1, life.now)).status,
              txn::ExecuteStatus::done);
    life.opened.engine->turn_log(life.now);
    life.now = noon + 5h;
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(life.role.turn(life.now));
    EXPECT_TRUE(life.role.faulted());
    EXPECT_EQ(life.role.next_due(), std::nullopt);
    EXPECT_EQ(life.venue().open_orders(), 1u);
}

}  // namespace
}  // namespace tickweir::gateway
