// The venue on its threads, as the gateway hosts it: it recovers, runs, tells, and stops; and is
// loud when its log fails.
#include "gateway/venue/venue_host.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/runtime/host.hpp"
#include "tests/gateway/venue/venue_world.hpp"
#include "txn/log/repair.hpp"
#include "txn/log/segment_files.hpp"

namespace tickweir::gateway {
namespace {

using tests::FaultFiles;
using tests::venue_config;

/// A venue with the thread of its role.
class Hosted {
public:
    Hosted(FaultFiles& files, const Config& config, bool role_too = true,
           std::vector<fix::StoredSession> sessions = {})
        : venue_{config, files, metrics_, host_.reactor().waker()} {
        venue_.set_sessions(std::move(sessions));
        host_.add(venue_.role());
        if (role_too) start_role();
        venue_.start();
    }
    void start_role() { host_.start(); }
    ~Hosted() { stop(); }
    Hosted(const Hosted&) = delete;
    Hosted& operator=(const Hosted&) = delete;

    void stop() {
        venue_.request_stop();
        host_.request_stop(std::chrono::seconds{10});
        host_.join();
        venue_.close();
    }

    /// Looks until the status is as it should be.
    bool until(const std::function<bool(const VenueStatus&)>& condition) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (!condition(status())) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::yield();
        }
        return true;
    }
    VenueStatus status() const { return venue_.status(wall_clock_now()); }
    VenueHost& venue() { return venue_; }
    std::string metrics() {
        Collecting collecting =
            metrics_.collect([this](SampleSink& sink) { venue_.collect(sink); });
        std::string text;
        metrics_.render(text);
        return text;
    }

private:
    Metrics metrics_;
    Host host_{HostOptions{.name = "venue"}};
    VenueHost venue_;
};

std::uint64_t lsn(const VenueStatus& status, std::string_view name) {
    for (const VenueNumber& one : status.lsn)
        if (one.name == name) return one.value;
    return 0;
}

bool is_settled(const VenueStatus& status) {
    return status.stage == VenueStage::running && lsn(status, "applied") == 3 &&
           lsn(status, "durable") == 3 && lsn(status, "replayed") == 3;
}

TEST(VenueHostTest, RecoversRunsAndWritesASnapshotAtItsEnd) {
    FaultFiles files;
    {
        Hosted hosted{files, venue_config()};
        ASSERT_TRUE(hosted.until(is_settled)) << to_string(hosted.status().stage);
        hosted.venue().housekeep(wall_clock_now());
        EXPECT_EQ(hosted.status().commit, "durable");
        EXPECT_EQ(hosted.status().replayer, "following");
        const std::string text = hosted.metrics();
        for (const char* line :
             {"tickweir_log_lsn{what=\"durable\"} 3\n", "tickweir_log_failed 0\n",
              "tickweir_venue_state{state=\"running\"} 1\n",
              "tickweir_txn_commands_total{reason=\"\",result=\"committed\"} 3\n",
              "tickweir_txn_commands_total{reason=\"duplicate_client_order_id\",result=\"refused\"}"
              " 0\n"})
            EXPECT_NE(text.find(line), std::string::npos) << line << text;
    }
    Hosted again{files, venue_config()};
    ASSERT_TRUE(again.until(is_settled));
    EXPECT_EQ(lsn(again.status(), "snapshot"), 3u);
    EXPECT_TRUE(read_day_end(files, "data").has_value());
}

TEST(VenueHostTest, ReservesNumbersOfSessionsAndGoesOnWithThem) {
    FaultFiles files;
    constexpr fix::SessionId session{0};
    fix::StoredSession stored;
    stored.name = "S";
    stored.numbering = tests::noon;
    stored.next_outbound = 57;
    {
        Hosted hosted{files, venue_config(), true, {stored}};
        EXPECT_EQ(hosted.venue().log_number(), std::nullopt) << "there was no log yet";
        fix::NumberReserve& numbers = hosted.venue().numbers();
        ASSERT_TRUE(hosted.until([&](const VenueStatus&) { return numbers.ready(); }));
        ASSERT_TRUE(numbers.open());
        EXPECT_EQ(numbers.resumed(session).next_outbound, 57u);
        ASSERT_TRUE(numbers.reserve(session, {tests::noon, 1'001, {}}));
        ASSERT_TRUE(hosted.until(
            [&](const VenueStatus&) { return numbers.bound(session, tests::noon) == 1'001; }));
        hosted.venue().housekeep(wall_clock_now());
        EXPECT_EQ(read_blocks(files, "data").blocks.at("S").bound, 1'001u);
        ASSERT_TRUE(numbers.reserve(session, {tests::noon, 2'001, {}}));
    }
    EXPECT_EQ(read_blocks(files, "data").blocks.at("S").bound, 2'001u);
    stored.crashed = true;
    Hosted again{files, venue_config(), true, {stored}};
    EXPECT_EQ(again.venue().log_number(), 1u);
    fix::NumberReserve& numbers = again.venue().numbers();
    ASSERT_TRUE(again.until([&](const VenueStatus&) { return numbers.open(); }));
    EXPECT_EQ(numbers.log_number(), 1u);
    EXPECT_EQ(numbers.resumed(session).next_outbound, 2'001u);
}

TEST(VenueHostTest, IsLoudWhenTheLogFails) {
    FaultFiles files;
    { ASSERT_TRUE((Hosted{files, venue_config("[accounts.C]\n")}.until(is_settled))); }
    // The role has a balance to give, and so the log's next write is that.
    Hosted hosted{files, venue_config("[accounts.C]\nbalances = { USD = 1 }\n"), false};
    while (hosted.status().log.empty() && !hosted.venue().failure())
        std::this_thread::yield();
    files.fail_next(txn::io::IoOperation::write, EIO);
    hosted.start_role();
    ASSERT_TRUE(
        hosted.until([](const VenueStatus& status) { return status.stage == VenueStage::failed; }));
    EXPECT_EQ(hosted.status().reason, "the log failed");
    EXPECT_EQ(lsn(hosted.status(), "durable"), 3u);
    EXPECT_EQ(hosted.venue().failure(), std::nullopt);
    const std::string text = hosted.metrics();
    EXPECT_NE(text.find("tickweir_log_failed 1\n"), std::string::npos);
    EXPECT_NE(text.find("tickweir_venue_state{state=\"failed\"} 1\n"), std::string::npos);
}

TEST(VenueHostTest, SaysWhyItCannotBeOpened) {
    FaultFiles files;
    { ASSERT_TRUE((Hosted{files, venue_config()}.until(is_settled))); }
    const std::string segment = txn::log::segment_path(txn::log::log_directory("data"), 1);
    ASSERT_TRUE(files.flip_bit(segment, 8 * 5'000));
    Hosted hosted{files, venue_config()};
    ASSERT_TRUE(hosted.until([&hosted](const VenueStatus& status) {
        return hosted.venue().failure() && status.stage == VenueStage::failed;
    }));
    EXPECT_EQ(hosted.venue().failure()->rfind(segment + " at byte ", 0), 0u)
        << *hosted.venue().failure();
    EXPECT_EQ(hosted.status().reason, *hosted.venue().failure());
    EXPECT_NE(hosted.metrics().find("tickweir_venue_state{state=\"failed\"} 1\n"),
              std::string::npos);
}

/// A configuration whose day ends half a day from now: not while a test runs.
Config ends_later() {
    Config config = venue_config();
    const auto time = wall_clock_now().time_since_epoch() % std::chrono::days{1};
    const auto later = (time + std::chrono::hours{12}) % std::chrono::days{1};
    config.venue.day_end.seconds =
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(later).count());
    return config;
}

TEST(VenueHostTest, EndsAMissedDayOnceThoughTheFileSaysItLate) {
    FaultFiles files;
    const Config config = ends_later();
    { ASSERT_TRUE((Hosted{files, config}.until(is_settled))); }
    const book::TimeNs long_ago = wall_clock_now() - std::chrono::days{3};
    for (int life = 0; life < 2; ++life) {
        ASSERT_EQ(write_day_end(files, "data", long_ago), "");
        Hosted hosted{files, config};
        ASSERT_TRUE(hosted.until([](const VenueStatus& status) {
            return status.stage == VenueStage::running && lsn(status, "durable") == 4;
        }));
        hosted.stop();
        EXPECT_GT(read_day_end(files, "data"), long_ago + std::chrono::days{1});
    }
    const txn::log::LogReport report = txn::log::verify_log(files, txn::log::log_directory("data"),
                                                            plan_venue(files, config).identity->id);
    EXPECT_EQ(number(report.last), 4u);
}

TEST(VenueHostTest, MayStopAtAnyMoment) {
    FaultFiles files;
    for (int i = 0; i < 20; ++i) {
        Hosted hosted{files, venue_config()};
        for (int looks = 0; looks < i * 3; ++looks)
            (void)hosted.status();
    }
    Hosted hosted{files, venue_config()};
    EXPECT_TRUE(hosted.until(is_settled));
}

TEST(VenueHostTest, KnowsItsTimeZone) {
    FaultFiles files;
    Metrics metrics;
    Reactor reactor;
    Config config = venue_config();
    config.venue.timezone = "Atlantis/Capital";
    try {
        VenueHost venue{config, files, metrics, reactor.waker()};
        FAIL() << "it has one";
    } catch (const std::runtime_error& error) {
        EXPECT_EQ(std::string{error.what()}.rfind("venue.timezone: ", 0), 0u) << error.what();
    }
}

}  // namespace
}  // namespace tickweir::gateway
