// Feeds of kind `json` from the configuration: what is filled in, and what is refused with the key
// that is to blame.
#include <gtest/gtest.h>

#include <stdexcept>

#include "gateway/config/parse_config.hpp"
#include "gateway/live/json/json_feed_options.hpp"

namespace tickweir::gateway {
namespace {

std::vector<std::string> errors_of(const std::string& text) {
    std::vector<std::string> lines;
    for (const ConfigError& error : parse_config(text, "t.toml").errors)
        lines.push_back(to_string(error));
    return lines;
}

FeedConfig config_of(const std::string& keys) {
    const auto parsed = parse_config("[feeds.x]\nkind = 'json'\n" + keys, "t.toml");
    for (const ConfigError& error : parsed.errors)
        ADD_FAILURE() << to_string(error);
    return parsed.config ? parsed.config->feeds.at("x") : FeedConfig{};
}

std::string refusal(const std::string& keys) {
    try {
        static_cast<void>(json_feed_options("x", config_of(keys)));
        return "(taken)";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

const std::string binance = "venue = 'binance-spot'\nsymbols = ['BTCUSDT']\n";
const std::string okx = "venue = 'okx'\nsymbols = ['BTC-USDT']\n";

TEST(JsonFeedOptions, AreTheVenuesOwnWhereNothingElseIsSaid) {
    const JsonFeedOptions options = json_feed_options("x", config_of(binance));
    EXPECT_EQ(options.stream, (Endpoint{true, "stream.binance.com", 9443, "/ws"}));
    EXPECT_EQ(options.rest, (Endpoint{true, "api.binance.com", 443, "/"}));
    EXPECT_EQ(options.session.channels,
              (std::vector{StreamChannel::book, StreamChannel::trades, StreamChannel::touch}));
    EXPECT_EQ(options.stale_after, std::chrono::seconds{5});
    EXPECT_LT(options.session.times.probe * 2, options.stale_after);
    EXPECT_EQ(json_feed_options("x", config_of(okx)).session.channels,
              (std::vector{StreamChannel::book, StreamChannel::trades}));
}

TEST(JsonFeedOptions, AreReadFromTheConfiguration) {
    const JsonFeedOptions options = json_feed_options(
        "x",
        config_of(binance + "url = 'ws://127.0.0.1:8000/ws'\nrest_url = 'http://127.0.0.1:8001'\n"
                            "channels = ['touch', 'book']\ndepth = 500\nreconnect_ms = 5\n"
                            "silence_ms = 700\nstreams_per_connection = 2\n"));
    EXPECT_EQ(options.stream, (Endpoint{false, "127.0.0.1", 8000, "/ws"}));
    EXPECT_EQ(options.rest.port, 8001);
    EXPECT_EQ(options.session.channels, (std::vector{StreamChannel::book, StreamChannel::touch}));
    EXPECT_EQ(options.session.depth, 500u);
    EXPECT_EQ(options.session.times.reconnect, std::chrono::milliseconds{5});
    EXPECT_EQ(options.session.times.silence, std::chrono::milliseconds{700});
    EXPECT_EQ(options.session.streams_per_connection, 2u);
}

TEST(JsonFeedOptions, SayWhichKeyIsWrong) {
    EXPECT_EQ(refusal(binance + "url = 'http://x'\n").substr(0, 24), "feeds.x.url: 'http://x' ");
    EXPECT_EQ(refusal(binance + "rest_url = 'x'\n").substr(0, 21), "feeds.x.rest_url: 'x'");
    EXPECT_EQ(refusal(okx + "rest_url = 'http://x'\n"),
              "feeds.x.rest_url: okx sends its snapshots over the WebSocket");
    EXPECT_EQ(refusal(okx + "depth = 5\n"), "feeds.x.depth: okx has no choice of depths, got 5");
    EXPECT_EQ(refusal("venue = 'kraken-v2'\nsymbols = ['A/B']\ndepth = 7\n"),
              "feeds.x.depth: kraken-v2 has the depths 10, 25, 100, 500, 1000, got 7");
    EXPECT_EQ(refusal("venue = 'bitstamp'\nsymbols = ['a']\nchannels = ['book', 'touch']\n"),
              "feeds.x.channels: bitstamp has no channel \"touch\"");
    EXPECT_EQ(refusal("venue = 'binance-usdm'\nsymbols = ['BTCUSDT', 'ethusdt']\n"),
              "feeds.x.symbols: binance-usdm spells its symbols in capital letters, got "
              "'ethusdt'");
    EXPECT_EQ(refusal("venue = 'bitstamp'\nsymbols = ['BTCusd']\n"),
              "feeds.x.symbols: bitstamp spells its symbols in small letters, got 'BTCusd'");
    EXPECT_EQ(refusal(okx + "ca_file = '/nowhere/ca.pem'\n"),
              "feeds.x.ca_file: /nowhere/ca.pem: No such file or directory");
}

TEST(JsonFeedConfig, IsCheckedWithTheLinesThatAreToBlame) {
    using Lines = std::vector<std::string>;
    const std::string json = "[feeds.x]\nkind = 'json'\n";
    EXPECT_EQ(errors_of(json),
              (Lines{"t.toml:1: feeds.x.venue: must be the id of a venue that speaks JSON, such as "
                     "\"binance-spot\", got \"nasdaq\"",
                     "t.toml:1: feeds.x.symbols: is missing: what to subscribe to"}));
    EXPECT_EQ(errors_of(json + okx + "channels = ['trades', 'l2']\n"),
              (Lines{"t.toml:5: feeds.x.channels: must be of \"book\", \"trades\" and \"touch\", "
                     "got \"l2\"",
                     "t.toml:5: feeds.x.channels: must have \"book\" among them"}));
    EXPECT_EQ(errors_of(json + "venue = 'okx'\nsymbols = ['A', 'B C', 'A']\n"),
              (Lines{"t.toml:4: feeds.x.symbols: must have letters, digits and ._/:- only, got "
                     "\"B C\"",
                     "t.toml:4: feeds.x.symbols: names \"A\" twice"}));
    EXPECT_EQ(errors_of(json + okx + "path = 'x'\n"),
              Lines{"t.toml:5: feeds.x.path: is not a key of kind \"json\""});
    EXPECT_EQ(errors_of("[feeds.x]\npath = 'a'\nsymbols = 'b'\n"),
              Lines{"t.toml:3: feeds.x.symbols: is not a key of kind \"capture\""});
    EXPECT_EQ(errors_of(json + okx + "reconnect_ms = 20000\n"),
              Lines{"t.toml:5: feeds.x.reconnect_ms: must be at most reconnect_max_ms, which is "
                    "10000, got 20000"});
}

TEST(JsonFeedOptions, SpreadSymbolsOverAsManyConnectionsAsTheLimitsWant) {
    std::string many = "venue = 'coinbase-advanced'\nsymbols = [";
    for (int i = 0; i < 40; ++i)
        many += "'S" + std::to_string(i) + "', ";
    EXPECT_EQ(json_connections("x", config_of(many + "]\n")), 3u);
    EXPECT_EQ(json_connections("x", config_of(okx)), 1u);
    std::string too_many = "venue = 'okx'\nstreams_per_connection = 1\nsymbols = [";
    for (int i = 0; i < 257; ++i)
        too_many += "'S" + std::to_string(i) + "', ";
    EXPECT_EQ(refusal(too_many + "]\n"),
              "feeds.x.streams_per_connection: makes 257 connections, more than 256");
}

}  // namespace
}  // namespace tickweir::gateway
