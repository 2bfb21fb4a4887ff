// The gateway's own words about itself.
#include "gateway/serve/api/status_json.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

FeedStatus feed(std::string name, FeedState state, FeedReason reason = FeedReason::none) {
    FeedStatus made;
    made.name = std::move(name);
    made.state = state;
    made.reason = reason;
    return made;
}

TEST(StatusJson, WritesAnIdleGateway) {
    GatewayStatus status;
    status.name = "night shift";
    status.version = "1.2.3";
    status.uptime = 1'500ms;
    status.http_address = "::1";
    status.http_port = 8080;
    EXPECT_EQ(
        status_json(status, 0),
        R"({"version": "1.2.3", "mode": "L0", "name": "night shift", )"
        R"("uptime_seconds": 1.500000, "instruments": 0, "feeds": [], "connections": 0, "subscriptions": 0, )"
        R"("budgets": [], "http": {"address": "::1", "port": 8080}, "threads": [], )"
        R"("idle_instrument_bytes": 0, "latencies": []})");
}

TEST(StatusJson, WritesAllItKnows) {
    GatewayStatus status;
    status.feeds.push_back({"capture",
                            "capture",
                            "nasdaq",
                            FeedState::gap,
                            FeedReason::lost_messages,
                            10,
                            2,
                            3,
                            12'999'999ns,
                            4,
                            "",
                            0,
                            {},
                            {}});
    status.feeds.push_back(feed("second", FeedState::connecting, FeedReason::not_connected));
    status.budgets.push_back({"books", 1, 2, 3, 4});
    status.threads.push_back({"main", {"feed", "market"}, 1});
    status.threads.push_back({"serving", {}, std::nullopt});
    status.latencies.push_back({"decode", 9, 1us, 2us, 3us, 4us});
    const std::string text = status_json(status, 7);
    for (
        const char* part :
        {R"("feeds": [{"name": "capture", "kind": "capture", "venue": "nasdaq", "state": "gap", )"
         R"("reason": "lost_messages", "messages": 10, "gaps": 2, "lost": 3, "age_ms": 12, )"
         R"("instruments": 4}, {"name": "second", )",
         R"("reason": "not_connected", "messages": 0, "gaps": 0, "lost": 0, "age_ms": null, )",
         R"("budgets": [{"name": "books", "used": 1, "high_water": 2, "limit": 3, "refusals": 4}])",
         R"([{"name": "main", "roles": ["feed", "market"], "cpu": 1}, )"
         R"({"name": "serving", "roles": [], "cpu": null}])",
         R"([{"stage": "decode", "count": 9, "p50_ns": 1000, "p99_ns": 2000, "p999_ns": 3000, )"
         R"("highest_ns": 4000}])",
         R"("instruments": 7, )"})
        EXPECT_NE(text.find(part), std::string::npos) << part << "\nin " << text;
}

TEST(StatusJson, TellsMoreOfALiveFeed) {
    GatewayStatus status;
    FeedStatus live = feed("live", FeedState::live);
    live.session = "S1";
    live.next_sequence = 7;
    live.counts = {{"duplicates", 2}};
    live.lines = {{"udp://127.0.0.1:1", {{"packets", 3}}}, {"udp://127.0.0.1:2", {}}};
    status.feeds.push_back(live);
    const std::string text = status_json(status, 0);
    const char* const part = R"("session": "S1", "next_sequence": 7, "duplicates": 2, )"
                             R"("lines": [{"address": "udp://127.0.0.1:1", "packets": 3}, )"
                             R"({"address": "udp://127.0.0.1:2"}]})";
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(Readiness, IsThereWhenAllFeedsAreLive) {
    GatewayStatus status;
    EXPECT_EQ(unready_reason(status), "");
    status.feeds = {feed("a", FeedState::live), feed("b", FeedState::live)};
    status.mode = "L4";
    EXPECT_EQ(unready_reason(status), "");
}

TEST(Readiness, NamesTheFeedsThatAreNotLive) {
    GatewayStatus status;
    status.feeds = {feed("a", FeedState::live), feed("b", FeedState::stale, FeedReason::silent),
                    feed("c", FeedState::recovering)};
    EXPECT_EQ(unready_reason(status), "feed b is stale (silent), feed c is recovering");
    status.mode = "L5";
    EXPECT_EQ(unready_reason(status),
              "feed b is stale (silent), feed c is recovering, the log failed");
    status.feeds.clear();
    EXPECT_EQ(unready_reason(status), "the log failed");
}

TEST(Readiness, NamesABoundedNumberOfFeeds) {
    GatewayStatus status;
    for (int i = 0; i < 100; ++i)
        status.feeds.push_back(feed("x", FeedState::ended));
    EXPECT_TRUE(unready_reason(status).ends_with("feed x is ended, and 92 more feeds"));
}

TEST(StatusJson, TellsOfTheVenueWhereThereIsOne) {
    GatewayStatus status;
    EXPECT_EQ(status_json(status, 0).find("\"venue\""), std::string::npos);
    status.venue.emplace();
    status.venue->id = "here";
    status.venue->stage = VenueStage::running;
    status.venue->commit = "durable";
    status.venue->lsn = {{"applied", 9}, {"durable", 8}};
    status.venue->shed = {{"ring_full", 1}};
    status.venue->snapshot_age = std::chrono::milliseconds{1'500};
    const std::string text = status_json(status, 0);
    EXPECT_NE(
        text.find(
            R"("venue": {"id": "here", "state": "running", "reason": "", "commit": "durable", )"
            R"("data": "", "lsn": {"applied": 9, "durable": 8}, "log": {}, "totals": {}, )"
            R"("shed": {"ring_full": 1}, "period_seconds": 0.000000, "in_period": {}, )"
            R"("replayer": "", "alarm": "", "snapshot_age_seconds": 1.500000})"),
        std::string::npos)
        << text;
}

TEST(Readiness, WaitsForTheVenue) {
    GatewayStatus status;
    status.venue.emplace();
    EXPECT_EQ(unready_reason(status), "the venue is recovering");
    status.venue->stage = VenueStage::running;
    EXPECT_EQ(unready_reason(status), "");
    status.venue->stage = VenueStage::stopped;
    EXPECT_EQ(unready_reason(status), "the venue is stopped");
    status.venue->stage = VenueStage::failed;
    status.venue->reason = "the log failed";
    status.mode = "L5";
    EXPECT_EQ(unready_reason(status), "the venue is failed (the log failed)");
}

}  // namespace
}  // namespace tickweir::gateway
