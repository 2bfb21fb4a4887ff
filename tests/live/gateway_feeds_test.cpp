// Feeds of all kinds beside each other, as the gateway makes them and tells about them.
#include <gmock/gmock.h>

#include "gateway/assembly/gateway.hpp"
#include "gateway/assembly/gateway_status.hpp"
#include "gateway/assembly/make_feed.hpp"
#include "gateway/serve/api/status_json.hpp"
#include "tests/live/feed_bed.hpp"
#include "tests/live/udp_ends.hpp"

namespace tickweir::tests {
namespace {

using gateway::FeedConfig;
using gateway::FeedKind;
using testing::HasSubstr;

/// A port that nobody has at the moment.
std::string free_port() {
    return std::to_string(loopback_socket().address().port);
}

FeedConfig capture_config() {
    FeedConfig config;
    config.path = {TICKWEIR_SOURCE "/captures/feed-2024-01-02.pcap.gz"};
    return config;
}

FeedConfig mold_config() {
    FeedConfig config;
    config.kind = FeedKind::itch_mold;
    config.mold.lines = {"udp://127.0.0.1:" + free_port(), "udp://127.0.0.1:" + free_port()};
    config.mold.rerequest = {"udp://127.0.0.1:9"};
    config.mold.receive_buffer_bytes = 64U << 10;
    return config;
}

FeedConfig soup_config() {
    FeedConfig config;
    config.kind = FeedKind::itch_soup;
    config.soup.address = "tcp://127.0.0.1:" + free_port();
    return config;
}

struct MakeFeed : testing::Test {
    std::unique_ptr<gateway::Feed> make(const FeedConfig& config) {
        return gateway::make_feed("one", config,
                                  {.shards = bed.inputs(),
                                   .reactor = bed.reactor,
                                   .metrics = metrics,
                                   .now = bed.now})
            .feed;
    }
    std::string refused(const FeedConfig& config) {
        try {
            make(config);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    }

    FeedBed bed;
    gateway::Metrics metrics;
};

TEST_F(MakeFeed, MakesWhatTheConfigurationAsksFor) {
    for (const FeedConfig& config : {capture_config(), mold_config(), soup_config()}) {
        const auto feed = make(config);
        ASSERT_NE(feed, nullptr);
        EXPECT_EQ(feed->name(), "one");
        EXPECT_FALSE(feed->stopped());
    }
    EXPECT_EQ(gateway::feed_buffer_bytes(capture_config()), 0U);
    EXPECT_GT(gateway::feed_buffer_bytes(mold_config()), 1U << 20);
}

TEST_F(MakeFeed, NamesWhatIsWrong) {
    FeedConfig config = mold_config();
    config.mold.lines[0] = "udp://localhost:1";
    EXPECT_THAT(refused(config), HasSubstr("feeds.one.lines: 'udp://localhost:1'"));
    config = soup_config();
    config.soup.address = "tcp://localhost:1";
    EXPECT_THAT(refused(config), HasSubstr("feeds.one.address: 'tcp://localhost:1'"));
    config = capture_config();
    config.path = {"/nowhere"};
    EXPECT_THAT(refused(config), HasSubstr("/nowhere"));
}

TEST(GatewayFeeds, OfEveryKindAreShownInStatusAndMetrics) {
    gateway::Memory memory{gateway::MemoryConfig{}};
    gateway::Metrics metrics;
    store::MarketStore store{{.instruments = 8, .active_instruments = 8}, nullptr, nullptr};
    gateway::GatewayStatusSource source{memory, metrics, store, book::TimeNs{}};
    gateway::FeedReportCell mold;
    gateway::FeedReport report;
    report.next_sequence = 9;
    report.set_session("S1");
    report.lost = 3;
    report.last_data_ns = 1'500'000'000;
    report.mold.duplicates = 5;
    report.mold.last_recovery_ns = 2'000'000;
    report.mold.lines[1] = {.packets = 4, .first = 2, .kernel_drops = 1};
    mold.store(report);
    gateway::FeedReportCell soup;
    report = {};
    report.soup.connects = 6;
    soup.store(report);
    gateway::FeedReportCell capture;
    book::ByteRing ring{1U << 10};
    source.add_feed({"m", FeedKind::itch_mold, "nasdaq", {"udp://a", "udp://b"}, &mold, {&ring}});
    source.add_feed({"s", FeedKind::itch_soup, "nasdaq", {}, &soup, {}});
    source.add_feed({"c", FeedKind::capture, "nasdaq", {}, &capture, {}});

    const std::string status = status_json(source.status(book::TimeNs{}), 0);
    EXPECT_THAT(status, HasSubstr(R"("name": "m", "kind": "itch-mold")"));
    EXPECT_THAT(status, HasSubstr(R"("session": "S1", "next_sequence": 9, "duplicates": 5)"));
    EXPECT_THAT(status,
                HasSubstr(R"("last_recovery_ns": 2000000, "lines": [{"address": "udp://a")"));
    EXPECT_THAT(status, HasSubstr(R"("udp://b", "packets": 4, "first": 2, "kernel_drops": 1})"));
    EXPECT_THAT(status, HasSubstr(R"("kind": "itch-soup")"));
    EXPECT_THAT(status, HasSubstr(R"("connects": 6)"));

    const std::string text = source.metrics_text(book::TimeNs{});
    for (const char* line : {R"(tickweir_feed_lost_total{feed="m"} 3)",
                             R"(tickweir_feed_duplicates_total{feed="m"} 5)",
                             R"(tickweir_feed_packets_total{feed="m",line="B"} 4)",
                             R"(tickweir_feed_kernel_drops_total{feed="m",line="B"} 1)",
                             R"(tickweir_feed_last_recovery_seconds{feed="m"} 0.002)",
                             R"(tickweir_feed_last_data_timestamp_seconds{feed="m"} 1.5)",
                             R"(tickweir_feed_connects_total{feed="s"} 6)",
                             R"(tickweir_feed_ring_used_bytes{feed="m",shard="0"} 0)",
                             R"(tickweir_feed_state{feed="c",state="connecting"} 1)"})
        EXPECT_THAT(text, HasSubstr(line));
    EXPECT_THAT(text, testing::Not(HasSubstr(R"(duplicates_total{feed="c"})")));
}

TEST(GatewayFeeds, OfEveryKindRunBesideEachOther) {
    gateway::Config config;
    config.http.port = 0;
    config.fix.port = 0;
    config.admin.port = 0;
    config.feeds = {{"c", capture_config()}, {"m", mold_config()}, {"s", soup_config()}};
    gateway::Gateway running{config};
    running.start();
    running.housekeep();
    EXPECT_NE(running.http_port(), 0U);
    running.stop(std::chrono::seconds{5});
}

}  // namespace
}  // namespace tickweir::tests
