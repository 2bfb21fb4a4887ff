// Live feeds and recordings as a configuration tells them: what goes together and what does not.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/config/parse_config.hpp"
#include "gateway/config/print_config.hpp"

namespace tickweir::gateway {
namespace {

using Lines = std::vector<std::string>;

Lines errors_of(const std::string& text) {
    Lines lines;
    for (const ConfigError& error : parse_config(text, "t.toml").errors)
        lines.push_back(to_string(error));
    return lines;
}

FeedConfig feed_of(const std::string& keys) {
    const auto parsed = parse_config("[feeds.x]\n" + keys, "t.toml");
    for (const ConfigError& error : parsed.errors)
        ADD_FAILURE() << to_string(error);
    return parsed.config ? parsed.config->feeds.at("x") : FeedConfig{};
}

const std::string mold = "[feeds.x]\nkind = 'itch-mold'\n";
const std::string soup = "[feeds.x]\nkind = 'itch-soup'\n";

TEST(FeedConfig, ReadsAMoldFeedWithTwoLines) {
    const FeedConfig feed = feed_of(
        "kind = 'itch-mold'\n"
        "lines = ['udp://239.0.0.1:26400', 'udp://239.0.0.2:26400']\n"
        "interface = ['127.0.0.1', '127.0.0.2']\nrerequest = 'udp://127.0.0.1:26401'\n"
        "receive_buffer_bytes = 1048576\ngive_up_ms = 50\n");
    EXPECT_EQ(feed.kind, FeedKind::itch_mold);
    EXPECT_EQ(feed.mold.lines, (Lines{"udp://239.0.0.1:26400", "udp://239.0.0.2:26400"}));
    EXPECT_EQ(feed.mold.interface, (Lines{"127.0.0.1", "127.0.0.2"}));
    EXPECT_EQ(feed.mold.rerequest, Lines{"udp://127.0.0.1:26401"});
    EXPECT_EQ(feed.mold.receive_buffer_bytes, 1048576u);
    EXPECT_EQ(feed.mold.give_up_ms, 50u);
}

TEST(FeedConfig, ReadsASoupFeedAndNeverShowsItsPassword) {
    const std::string text = soup +
                             "address = 'tcp://127.0.0.1:5000'\nusername = 'abc'\n"
                             "password = 'hunter2'\nsession = 'S1'\n";
    const auto parsed = parse_config(text, "t.toml");
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed.config->feeds.at("x").soup.username, "abc");
    const std::string printed = print_config(*parsed.config);
    EXPECT_EQ(printed.find("hunter2"), printed.npos);
    EXPECT_NE(printed.find("password = [\"***\"]"), printed.npos);
}

TEST(FeedConfig, KnowsWhenSilenceMatters) {
    using std::chrono::milliseconds;
    EXPECT_EQ(feed_of("path = 'x'\n").stale_after(), milliseconds{0});
    EXPECT_EQ(feed_of("kind = 'itch-mold'\nlines = 'udp://127.0.0.1:1'\n").stale_after(),
              milliseconds{5'000});
    EXPECT_EQ(feed_of("path = 'x'\nstale_after_ms = 7\n").stale_after(), milliseconds{7});
    EXPECT_EQ(feed_of("kind = 'itch-soup'\naddress = 'tcp://127.0.0.1:1'\nstale_after_ms = 0\n")
                  .stale_after(),
              milliseconds{0});
}

TEST(FeedConfig, NamesWhatALiveFeedLacks) {
    EXPECT_EQ(errors_of(mold),
              Lines{"t.toml:1: feeds.x.lines: must be one or two of udp://ADDRESS:PORT, got 0"});
    EXPECT_EQ(errors_of(mold + "lines = ['a', 'b', 'c']\n"),
              Lines{"t.toml:3: feeds.x.lines: must be one or two of udp://ADDRESS:PORT, got 3"});
    EXPECT_EQ(errors_of(mold + "lines = 'a'\ninterface = ['b', 'c']\n"),
              Lines{"t.toml:4: feeds.x.interface: must be none, one for all lines or one a line, "
                    "got 2"});
    EXPECT_EQ(errors_of(soup),
              Lines{"t.toml:1: feeds.x.address: is missing: tcp://ADDRESS:PORT of the server"});
    EXPECT_EQ(errors_of(soup + "address = 'a'\npassword = ['a', 'b']\n"),
              Lines{"t.toml:4: feeds.x.password: must be one, got 2"});
    EXPECT_EQ(errors_of(soup + "address = 'a'\nreconnect_ms = 11000\n"),
              Lines{"t.toml:4: feeds.x.reconnect_ms: must be at most reconnect_max_ms, which is "
                    "10000, got 11000"});
    EXPECT_EQ(errors_of(soup + "address = 'a'\nusername = 'sevenxx'\n").size(), 1u);
}

TEST(FeedConfig, RefusesKeysOfAnotherKind) {
    EXPECT_EQ(errors_of(mold + "lines = 'a'\npath = 'b'\n"),
              Lines{"t.toml:4: feeds.x.path: is not a key of kind \"itch-mold\""});
    EXPECT_EQ(errors_of(soup + "address = 'a'\nlines = 'b'\nloop = true\n").size(), 2u);
    EXPECT_EQ(errors_of("[feeds.x]\npath = 'a'\naddress = 'b'\n"),
              Lines{"t.toml:3: feeds.x.address: is not a key of kind \"capture\""});
    EXPECT_EQ(errors_of("[feeds.x]\npath = 'a'\nrerequest = 'b'\n").size(), 1u);
}

TEST(FeedConfig, RecordsLiveFeedsOnly) {
    const std::string record = "[record]\ndirectory = '/tmp'\nfeeds = ";
    EXPECT_EQ(errors_of(mold + "lines = 'a'\n" + record + "['x']\n"), Lines{});
    EXPECT_EQ(errors_of(record + "['y']\n"), Lines{"t.toml:3: record.feeds: names no feed: \"y\""});
    EXPECT_EQ(errors_of("[feeds.x]\npath = 'a'\n" + record + "['x']\n"),
              Lines{"t.toml:5: record.feeds: names a capture, which is a file already: \"x\""});
    EXPECT_EQ(
        errors_of("[record]\nformat = 'xml'\n"),
        Lines{"t.toml:2: record.format: must be \"pcap\", \"itch\" or \"json\", got \"xml\""});
}

}  // namespace
}  // namespace tickweir::gateway
