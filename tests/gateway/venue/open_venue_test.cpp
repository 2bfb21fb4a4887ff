// How the gateway opens its venue: new, again, with other settings, and whenever power fails.
#include "gateway/venue/open_venue.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/venue/venue_world.hpp"

namespace tickweir::gateway {
namespace {

using tests::FaultFiles;
using tests::limit_order;
using tests::noon;
using tests::venue_config;
using tests::VenueLife;

std::string refusal(FaultFiles& files, const Config& config) {
    try {
        (void)plan_venue(files, config);
        return "";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

/// A life with an order in it; answers the state's hash.
txn::Uint128 trade(FaultFiles& files, const Config& config) {
    VenueLife life{files, config};
    EXPECT_NE(life.opened.engine, nullptr) << life.opened.report.refused;
    life.settle();
    EXPECT_EQ(life.opened.engine->shard(0).execute(limit_order("o", 190, 3, life.now)).status,
              txn::ExecuteStatus::done);
    life.settle();
    return life.opened.engine->state().hash();
}

TEST(OpenVenueTest, RefusesWhatItCannotRun) {
    FaultFiles files;
    EXPECT_EQ(refusal(files, venue_config()), "");
    {
        VenueLife life{files, venue_config()};
        ASSERT_NE(life.opened.engine, nullptr);
        EXPECT_EQ(refusal(files, venue_config()), "venue.data: data is in use by another process");
    }
    EXPECT_NE(refusal(files, venue_config("price_decimals = 7\n")).find("price_decimals"),
              std::string::npos);
    ASSERT_TRUE(files.flip_bit(settings_path("data"), 8 * 50));
    EXPECT_EQ(refusal(files, venue_config()).rfind("venue.data: data/venue.settings: ", 0), 0u);
    FaultFiles foreign;
    ASSERT_TRUE(foreign.make_directories("data/photographs"));
    EXPECT_NE(refusal(foreign, venue_config()).find("photographs"), std::string::npos);
}

TEST(OpenVenueTest, GoesOnWhereItWas) {
    FaultFiles files;
    const txn::Uint128 hash = trade(files, venue_config());
    VenueLife life{files, venue_config()};
    ASSERT_NE(life.opened.engine, nullptr) << life.opened.report.refused;
    EXPECT_EQ(life.opened.engine->state().hash(), hash);
    EXPECT_EQ(number(life.opened.report.log.last), 4u);
}

TEST(OpenVenueTest, EndsTheLogUnderOldSettingsBeforeItTakesNewOnes) {
    FaultFiles files;
    (void)trade(files, venue_config());
    // Under these the order would be refused.
    const Config stricter = venue_config("quantity_max = 2\n[accounts.AA]\n");
    VenueLife life{files, stricter};
    ASSERT_NE(life.opened.engine, nullptr) << life.opened.report.refused;
    EXPECT_NE(life.opened.report.snapshot_file, "");
    EXPECT_EQ(life.opened.report.applied.commands, 0u);
    EXPECT_EQ(life.venue().open_orders(), 1u);
    life.settle();
    EXPECT_EQ(life.opened.engine->shard(0).execute(limit_order("p", 190, 3, life.now)).status,
              txn::ExecuteStatus::refused);
    EXPECT_EQ(life.venue().settings().accounts.back().name, "AA");
}

TEST(OpenVenueTest, TakesNewSettingsWheneverPowerFails) {
    FaultFiles measured;
    (void)trade(measured, venue_config());
    const Config stricter = venue_config("quantity_max = 2\n");
    const std::uint64_t begin = measured.operations();
    (void)VenueLife{measured, stricter};
    const std::uint64_t count = measured.operations() - begin;
    ASSERT_GT(count, 20u);
    for (std::uint64_t at = 0; at < count; at += 1 + count / 60) {
        FaultFiles files;
        (void)trade(files, venue_config());
        files.stop_at(files.operations() + at);
        try {
            (void)VenueLife{files, stricter};
        } catch (const std::runtime_error&) {
            // The directory could not even be looked at.
        }
        files.crash(at);
        VenueLife life{files, stricter};
        ASSERT_NE(life.opened.engine, nullptr) << at << ": " << life.opened.report.refused;
        EXPECT_EQ(life.venue().open_orders(), 1u) << at;
        EXPECT_EQ(life.venue().settings().instruments[0].quantity_max.lots, 2) << at;
    }
}

TEST(OpenVenueTest, GivesUpWhereProgressSaysSo) {
    FaultFiles files;
    (void)trade(files, venue_config());
    const VenuePlan plan = plan_venue(files, venue_config());
    EXPECT_THROW((void)open_venue(files, venue_config(), plan, nullptr,
                                  [](const txn::RecoveryProgress&) { throw OpeningStopped{}; }),
                 OpeningStopped);
    EXPECT_EQ(refusal(files, venue_config()), "");  // nobody has it
}

TEST(OpenVenueTest, RemembersTheDaysEnd) {
    FaultFiles files;
    (void)trade(files, venue_config());
    EXPECT_EQ(read_day_end(files, "data"), std::nullopt);
    ASSERT_EQ(write_day_end(files, "data", noon), "");
    ASSERT_EQ(write_day_end(files, "data", noon + std::chrono::hours{5}), "");
    EXPECT_EQ(read_day_end(files, "data"), noon + std::chrono::hours{5});
    ASSERT_TRUE(files.flip_bit("data/venue.day_end", 8 * 12));
    EXPECT_EQ(read_day_end(files, "data"), std::nullopt);
}

TEST(OpenVenueTest, FindsTheDaysEndInTheLog) {
    FaultFiles files;
    {
        VenueLife life{files, venue_config()};
        life.settle();
        EXPECT_EQ(last_logged_day_end(files, "data", life.opened.engine->identity().id),
                  std::nullopt);
        life.now = noon + std::chrono::hours{5};
        life.settle();
        life.now += std::chrono::hours{24};
        life.settle();
        EXPECT_EQ(last_logged_day_end(files, "data", life.opened.engine->identity().id),
                  noon + std::chrono::hours{29});
    }
}

}  // namespace
}  // namespace tickweir::gateway
