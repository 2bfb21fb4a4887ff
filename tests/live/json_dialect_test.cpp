// What is said to each venue, against what recorders of genuine sessions said, and how frames with
// market data are told from others.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "codecs/json/frame_decoder.hpp"
#include "gateway/feeds/venue_session/dialect.hpp"
#include "replay/json_capture.hpp"

namespace tickweir::gateway {
namespace {

using Symbols = std::vector<std::string_view>;

std::string subscribe(VenueId venue, StreamChannel channel, const Symbols& symbols,
                      bool on = true) {
    std::string out;
    write_request(venue,
                  {.subscribe = on,
                   .channel = channel,
                   .symbols = symbols,
                   .depth = dialect_of(venue).depth,
                   .id = 7},
                  out);
    return out;
}

std::string ping(VenueId venue) {
    std::string out;
    write_ping(venue, 7, out);
    return out;
}

std::string target(VenueId venue, std::string_view symbol, std::uint32_t depth) {
    std::string out;
    write_snapshot_target(venue, symbol, depth, out);
    return out;
}

TEST(VenueDialect, AsksBinanceForStreamsInSmallLetters) {
    EXPECT_EQ(subscribe(VenueId::binance_spot, StreamChannel::book, {"BTCUSDT", "ETHUSDT"}),
              R"({"method":"SUBSCRIBE","params":["btcusdt@depth@100ms","ethusdt@depth@100ms"],)"
              R"("id":7})");
    EXPECT_EQ(subscribe(VenueId::binance_usdm, StreamChannel::trades, {"BTCUSDT"}, false),
              R"({"method":"UNSUBSCRIBE","params":["btcusdt@aggTrade"],"id":7})");
    EXPECT_EQ(subscribe(VenueId::binance_coinm, StreamChannel::touch, {"BTCUSD_PERP"}),
              R"({"method":"SUBSCRIBE","params":["btcusd_perp@bookTicker"],"id":7})");
    EXPECT_EQ(ping(VenueId::binance_spot), R"({"method":"LIST_SUBSCRIPTIONS","id":7})");
}

TEST(VenueDialect, AsksForSnapshotsWhereTheyComeOverHttp) {
    EXPECT_EQ(target(VenueId::binance_spot, "BTCUSDT", 1000),
              "/api/v3/depth?symbol=BTCUSDT&limit=1000");
    EXPECT_EQ(target(VenueId::binance_usdm, "BTCUSDT", 500),
              "/fapi/v1/depth?symbol=BTCUSDT&limit=500");
    EXPECT_EQ(target(VenueId::binance_coinm, "BTCUSD_PERP", 5),
              "/dapi/v1/depth?symbol=BTCUSD_PERP&limit=5");
    EXPECT_EQ(target(VenueId::bitstamp, "sgbeur", 0), "/api/v2/order_book/sgbeur");
}

TEST(VenueDialect, SpeaksToCoinbaseAsTheRecordingDoes) {
    EXPECT_EQ(subscribe(VenueId::coinbase_advanced, StreamChannel::book, {"BTC-USD", "ETH-USD"}),
              R"({"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channel":"level2"})");
    EXPECT_EQ(subscribe(VenueId::coinbase_advanced, StreamChannel::trades, {"BTC-USD"}),
              R"({"type":"subscribe","product_ids":["BTC-USD"],"channel":"market_trades"})");
    EXPECT_EQ(subscribe(VenueId::coinbase_exchange, StreamChannel::book, {"BTC-USD"}),
              R"({"type":"subscribe","product_ids":["BTC-USD"],)"
              R"("channels":["level2_batch","heartbeat"]})");
    std::string opening;
    write_opening(VenueId::coinbase_advanced, opening);
    EXPECT_EQ(opening, R"({"type":"subscribe","channel":"heartbeats"})");
    EXPECT_EQ(ping(VenueId::coinbase_advanced), "");
}

TEST(VenueDialect, SpeaksToKrakenAsTheRecordingsDo) {
    EXPECT_EQ(subscribe(VenueId::kraken_v1, StreamChannel::book, {"WAVES/EUR", "XMR/USD"}),
              R"({"event":"subscribe","pair":["WAVES/EUR","XMR/USD"],)"
              R"("subscription":{"name":"book","depth":1000}})");
    EXPECT_EQ(subscribe(VenueId::kraken_v1, StreamChannel::trades, {"XMR/USD"}),
              R"({"event":"subscribe","pair":["XMR/USD"],"subscription":{"name":"trade"}})");
    EXPECT_EQ(subscribe(VenueId::kraken_v2, StreamChannel::book, {"MINA/GBP"}),
              R"({"method":"subscribe","params":{"channel":"book","symbol":["MINA/GBP"],)"
              R"("depth":1000,"snapshot":true},"req_id":7})");
    EXPECT_EQ(subscribe(VenueId::kraken_v2, StreamChannel::book, {"MINA/GBP"}, false),
              R"({"method":"unsubscribe","params":{"channel":"book","symbol":["MINA/GBP"],)"
              R"("depth":1000},"req_id":7})");
    EXPECT_EQ(subscribe(VenueId::kraken_v2, StreamChannel::trades, {"MINA/GBP"}),
              R"({"method":"subscribe","params":{"channel":"trade","symbol":["MINA/GBP"],)"
              R"("snapshot":false},"req_id":7})");
    EXPECT_EQ(subscribe(VenueId::kraken_futures, StreamChannel::book, {"PI_XBTUSD"}),
              R"({"event":"subscribe","feed":"book","product_ids":["PI_XBTUSD"]})");
    EXPECT_EQ(ping(VenueId::kraken_v1), R"({"event":"ping"})");
    EXPECT_EQ(ping(VenueId::kraken_v2), R"({"method":"ping"})");
    EXPECT_EQ(ping(VenueId::kraken_futures), "");
    EXPECT_TRUE(dialect_of(VenueId::kraken_futures).takes_ping_frames);
}

TEST(VenueDialect, SpeaksToTheOthersAsTheirRecordingsDo) {
    EXPECT_EQ(subscribe(VenueId::okx, StreamChannel::book, {"BTC-USDT", "UNI-USD-SWAP"}),
              R"({"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"},)"
              R"({"channel":"books","instId":"UNI-USD-SWAP"}]})");
    EXPECT_EQ(subscribe(VenueId::bybit, StreamChannel::book, {"BTCUSDT"}),
              R"({"op":"subscribe","args":["orderbook.200.BTCUSDT"],"req_id":"7"})");
    EXPECT_EQ(subscribe(VenueId::bybit, StreamChannel::touch, {"BTCUSDT"}),
              R"({"op":"subscribe","args":["orderbook.1.BTCUSDT"],"req_id":"7"})");
    EXPECT_EQ(subscribe(VenueId::deribit, StreamChannel::book, {"BTC-PERPETUAL"}),
              R"({"jsonrpc":"2.0","id":7,"method":"public/subscribe",)"
              R"("params":{"channels":["book.BTC-PERPETUAL.100ms"]}})");
    EXPECT_EQ(subscribe(VenueId::bitstamp, StreamChannel::book, {"sgbeur"}),
              R"({"event":"bts:subscribe","data":{"channel":"diff_order_book_sgbeur"}})");
    EXPECT_EQ(subscribe(VenueId::bitmex, StreamChannel::trades, {"XBTUSD"}),
              R"({"op":"subscribe","args":["trade:XBTUSD"]})");
    EXPECT_EQ(ping(VenueId::okx), "ping");
    EXPECT_EQ(ping(VenueId::bitmex), "ping");
    EXPECT_EQ(ping(VenueId::bybit), R"({"op":"ping"})");
    EXPECT_EQ(ping(VenueId::bitstamp), R"({"event":"bts:heartbeat"})");
}

TEST(VenueDialect, TakesNoAnswerForMarketData) {
    struct Case {
        VenueId venue;
        const char* frame;
        bool is_market;
    };
    const std::vector<Case> cases{
        {VenueId::binance_spot, R"({"e":"depthUpdate","E":1})", true},
        {VenueId::binance_spot, R"({"u":1,"s":"BTCUSDT"})", true},
        {VenueId::binance_spot, R"({"e":"serverShutdown","E":1})", false},
        {VenueId::binance_spot, R"({"result":null,"id":1})", false},
        {VenueId::binance_spot, R"({"stream":"a@depth","data":{"e":"depthUpdate"}})", true},
        {VenueId::binance_spot, R"({"stream":"a","data":{"e":"serverShutdown"}})", false},
        {VenueId::coinbase_advanced, R"({"channel":"l2_data","timestamp":"x"})", true},
        {VenueId::coinbase_advanced, R"({"channel":"subscriptions"})", false},
        {VenueId::coinbase_exchange, R"({"type":"l2update"})", true},
        {VenueId::coinbase_exchange, R"({"type":"heartbeat"})", false},
        {VenueId::kraken_v1, R"([0,{"as":[]},"book-10","XBT/USD"])", true},
        {VenueId::kraken_v1, R"({"event":"heartbeat"})", false},
        {VenueId::kraken_v2, R"({"channel":"book","type":"update"})", true},
        {VenueId::kraken_v2, R"({"channel":"heartbeat"})", false},
        {VenueId::kraken_futures, R"({"feed":"book","product_id":"X"})", true},
        {VenueId::kraken_futures, R"({"feed":"book","event":"subscribed"})", false},
        {VenueId::okx, R"({"arg":{"channel":"books"},"data":[{"asks":[]}]})", true},
        {VenueId::okx, R"({"arg":{"channel":"books"},"event":"subscribe"})", false},
        {VenueId::bybit, R"({"topic":"orderbook.1.X"})", true},
        {VenueId::bybit, R"({"success":true})", false},
        {VenueId::deribit, R"({"jsonrpc":"2.0","method":"subscription","params":{}})", true},
        {VenueId::deribit, R"({"jsonrpc":"2.0","method":"heartbeat","params":{}})", false},
        {VenueId::bitstamp, R"({"data":{"bids":[]},"channel":"x","event":"data"})", true},
        {VenueId::bitstamp, R"({"data":{"status":"success"},"event":"bts:heartbeat"})", false},
        {VenueId::bitmex, R"({"table":"trade"})", true},
        {VenueId::bitmex, R"({"success":true,"subscribe":"trade:X"})", false},
        {VenueId::bitmex, "pong", false},
    };
    for (const Case& one : cases)
        EXPECT_EQ(begins_like_market(one.venue, one.frame), one.is_market) << one.frame;
}

/// Of every recording: whether what begins like market data is nothing else, and is most of it.
TEST(VenueDialect, TellsTheFramesOfGenuineSessionsApart) {
    using codecs::json::ControlKind;
    const std::filesystem::path data = std::filesystem::path{TICKWEIR_DATA} / "json";
    if (!std::filesystem::exists(data)) GTEST_SKIP() << "there is no " << data;
    for (const auto& file : std::filesystem::directory_iterator{data}) {
        const std::string name = file.path().filename().string();
        if (!name.ends_with(".jsonl.gz") || name.find("20240808") != name.npos) continue;
        auto capture = replay::JsonCapture::open(file.path());
        ASSERT_TRUE(capture) << capture.error();
        codecs::json::FrameDecoder decoder{capture->venue()};
        codecs::json::MarketFrame frame;
        replay::JsonLine line;
        std::size_t market = 0;
        std::size_t recognised = 0;
        while (capture->next(line) == replay::CaptureStatus::block) {
            if (line.kind != replay::JsonLineKind::frame) continue;
            const bool begins_so = begins_like_market(capture->venue(), line.text);
            if (decoder.decode_frame(line.text, frame) != codecs::json::FrameStatus::ok) continue;
            if (begins_so) {
                for (const auto& control : frame.controls)
                    ASSERT_EQ(control.kind, ControlKind::sequence) << name << ' ' << line.text;
            }
            if (frame.books.empty() && frame.trades.empty()) continue;
            ++market;
            recognised += begins_so ? 1U : 0U;
        }
        EXPECT_EQ(recognised, market) << name;
    }
}

TEST(VenueDialect, TakesOnlySymbolsThatNeedNoEscape) {
    for (const char* good : {"BTCUSDT", "XBT/USD", "BTC-24SEP21-8000-P", "PI_XBTUSD", "a.b:c"})
        EXPECT_TRUE(is_symbol(good)) << good;
    for (const char* bad : {"", "a b", "a\"b", "a\\b", "a\nb", "\xc3\xa4", "a&b", "a?b"})
        EXPECT_FALSE(is_symbol(bad)) << bad;
}

}  // namespace
}  // namespace tickweir::gateway
