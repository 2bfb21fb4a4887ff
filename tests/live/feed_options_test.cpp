#include "gateway/live/feed_options.hpp"

#include <gmock/gmock.h>

namespace tickweir::tests {
namespace {

using gateway::FeedConfig;
using gateway::FeedKind;
using namespace std::chrono_literals;

FeedConfig mold_config() {
    FeedConfig config;
    config.kind = FeedKind::itch_mold;
    config.mold.lines = {"udp://239.255.0.1:26477", "udp://239.255.0.2:26477"};
    return config;
}

FeedConfig soup_config() {
    FeedConfig config;
    config.kind = FeedKind::itch_soup;
    config.soup.address = "tcp://127.0.0.1:9000";
    return config;
}

template <class Make>
std::string refusal(Make make) {
    try {
        make();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

std::string refused(const FeedConfig& config) {
    return refusal([&] {
        if (config.kind == FeedKind::itch_mold)
            (void)gateway::mold_feed_options("nasdaq", config);
        else
            (void)gateway::soup_feed_options("nasdaq", config);
    });
}

TEST(MoldFeedOptions, FollowTheConfiguration) {
    FeedConfig config = mold_config();
    config.mold.interface = {"10.0.0.1"};
    config.mold.rerequest = {"udp://10.0.0.9:17777"};
    config.mold.reorder_wait_us = 250;
    config.mold.give_up_ms = 70;
    config.mold.request_timeout_ms = 3'000;
    config.mold.batch = 32;
    config.timezone = "Europe/Berlin";
    const auto options = gateway::mold_feed_options("nasdaq", config);
    EXPECT_EQ(options.name, "nasdaq");
    ASSERT_EQ(options.lines.size(), 2U);
    EXPECT_EQ(gateway::udp_url(options.lines[1].address), "udp://239.255.0.2:26477");
    EXPECT_EQ(options.lines[0].interface, options.lines[1].interface);
    EXPECT_EQ(gateway::to_string(options.lines[0].interface.value()), "10.0.0.1");
    ASSERT_EQ(options.servers.size(), 1U);
    EXPECT_EQ(options.receiver.reorder_wait, 250us);
    EXPECT_EQ(options.receiver.give_up_after, 70ms);
    EXPECT_EQ(options.receiver.request_timeout, 3s);
    EXPECT_EQ(options.receiver.request_timeout_max, 3s);
    EXPECT_EQ(options.batch, 32U);
    EXPECT_EQ(options.timezone, "Europe/Berlin");
    EXPECT_EQ(options.stale_after, 5s);
}

TEST(MoldFeedOptions, TakeAnInterfaceForEachLine) {
    FeedConfig config = mold_config();
    config.mold.interface = {"10.0.0.1", "10.0.1.1"};
    const auto options = gateway::mold_feed_options("nasdaq", config);
    EXPECT_EQ(gateway::to_string(options.lines[0].interface.value()), "10.0.0.1");
    EXPECT_EQ(gateway::to_string(options.lines[1].interface.value()), "10.0.1.1");
}

TEST(MoldFeedOptions, NameFeedKeyAndValueOfWhatIsWrong) {
    FeedConfig config = mold_config();
    config.mold.lines[1] = "udp://239.255.0.2";
    EXPECT_THAT(refused(config), testing::StartsWith("feeds.nasdaq.lines: 'udp://239.255.0.2'"));

    config = mold_config();
    config.mold.interface = {"eth0"};
    EXPECT_THAT(refused(config), testing::StartsWith("feeds.nasdaq.interface: 'eth0'"));

    config = mold_config();
    config.mold.lines = {"udp://127.0.0.1:26477"};
    config.mold.interface = {"127.0.0.1"};
    EXPECT_THAT(refused(config), testing::StartsWith("feeds.nasdaq.interface: '127.0.0.1'"));

    config = mold_config();
    config.mold.rerequest = {"10.0.0.9:1"};
    EXPECT_THAT(refused(config), testing::StartsWith("feeds.nasdaq.rerequest: '10.0.0.9:1'"));

    config = mold_config();
    config.mold.rerequest = {"udp://239.255.0.9:1"};
    EXPECT_THAT(refused(config), testing::HasSubstr("group"));
}

TEST(SoupFeedOptions, FollowTheConfiguration) {
    FeedConfig config = soup_config();
    config.soup.username = "USER";
    config.soup.password = {gateway::Secret{"SECRET"}};
    config.soup.session = "S1";
    config.connect.silence_ms = 7'000;
    config.soup.login_timeout_ms = 3'000;
    config.connect.reconnect_ms = 5;
    config.connect.reconnect_max_ms = 50;
    const auto options = gateway::soup_feed_options("nasdaq", config);
    EXPECT_EQ(gateway::tcp_url(options.server), "tcp://127.0.0.1:9000");
    EXPECT_EQ(options.login.username.view(), "USER");
    EXPECT_EQ(options.login.password.view(), "SECRET");
    EXPECT_EQ(options.login.session.view(), "S1");
    EXPECT_EQ(options.login.sequence, 1U);
    EXPECT_EQ(options.login.limits.silence, 7s);
    EXPECT_EQ(options.login.limits.login, 3s);
    EXPECT_EQ(options.reconnect, 5ms);
    EXPECT_EQ(options.reconnect_max, 50ms);
}

TEST(SoupFeedOptions, NameFeedKeyAndValueOfWhatIsWrongButNoPassword) {
    FeedConfig config = soup_config();
    config.soup.address = "127.0.0.1:9000";
    EXPECT_THAT(refused(config), testing::StartsWith("feeds.nasdaq.address: '127.0.0.1:9000'"));

    config = soup_config();
    config.soup.password = {gateway::Secret{"far too long to fit"}};
    EXPECT_THAT(refused(config), testing::StartsWith("feeds.nasdaq.password: "));
    EXPECT_THAT(refused(config), testing::Not(testing::HasSubstr("far too")));

    config.soup.password = {gateway::Secret{"env:TICKWEIR_NO_SUCH_VARIABLE"}};
    EXPECT_THAT(refused(config), testing::HasSubstr("TICKWEIR_NO_SUCH_VARIABLE"));
}

}  // namespace
}  // namespace tickweir::tests
