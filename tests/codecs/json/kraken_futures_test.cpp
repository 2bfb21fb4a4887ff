// Every kind of message of Kraken Futures' WebSocket API, and what is none.
#include <gtest/gtest.h>

#include "tests/codecs/json/frames.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId venue = VenueId::kraken_futures;

TEST(KrakenFuturesFrame, TellsSnapshots) {
    expect_frame(venue,
                 R"({"feed":"book_snapshot","product_id":"PI_XBTUSD","timestamp":1612269825817,)"
                 R"("seq":326072249,"tickSize":null,"bids":[{"price":34892.5,"qty":6385},)"
                 R"({"price":34892,"qty":10924.0}],"asks":[{"price":34911.5,"qty":20598}]})",
                 {"snapshot PI_XBTUSD [348925~1x6385~0 34892~0x10924~0] [349115~1x20598~0] ids "
                  "326072249-326072249 depth 0 at 1612269825817000000"});
}

TEST(KrakenFuturesFrame, TellsOneLevelAMessage) {
    expect_frame(venue,
                 R"({"feed":"book","product_id":"PI_XBTUSD","side":"sell","seq":326094134,)"
                 R"("price":34981,"qty":0.0,"timestamp":1612269953629})",
                 {"delta PI_XBTUSD [] [34981~0x0~0] ids 326094134-326094134 depth 0 at "
                  "1612269953629000000"});
    expect_frame(venue,
                 R"({"feed":"book","product_id":"PF_X","side":"buy","seq":7,"price":1e-3,)"
                 R"("qty":2.5})",
                 {"delta PF_X [1~3x25~1] [] ids 7-7 depth 0 at 0"});
}

TEST(KrakenFuturesFrame, TellsTradesAndThoseOfBefore) {
    expect_frame(venue,
                 R"({"feed":"trade","product_id":"PI_XBTUSD","uid":"05af78ac-a774",)"
                 R"("side":"sell","type":"fill","seq":653355,"time":1612266317519,)"
                 R"("qty":15000,"price":34969.5})",
                 {"trade PI_XBTUSD 349695~1x15000~0 sell id 05af78ac-a774 at "
                  "1612266317519000000"});
    expect_frame(venue,
                 R"({"feed":"trade_snapshot","product_id":"PI_XBTUSD","trades":[)"
                 R"({"feed":"trade","product_id":"PI_XBTUSD","uid":"a","side":"buy",)"
                 R"("type":"fill","seq":2,"time":2,"qty":1,"price":3},)"
                 R"({"feed":"trade","product_id":"PI_XBTUSD","uid":"b","side":"sell",)"
                 R"("type":"liquidation","seq":1,"time":1,"qty":2,"price":4}]})",
                 {"trade PI_XBTUSD 3~0x1~0 buy id a at 2000000 history",
                  "trade PI_XBTUSD 4~0x2~0 sell id b at 1000000 history"});
}

TEST(KrakenFuturesFrame, TellsTheTouchOfTickers) {
    expect_frame(venue,
                 R"({"time":1612270825253,"product_id":"PI_XBTUSD","funding_rate":1.1e-8,)"
                 R"("feed":"ticker","bid":34832.5,"ask":34847.5,"bid_size":42864,)"
                 R"("ask_size":2300,"volume":262306237})",
                 {"touch PI_XBTUSD 348325~1x42864~0 348475~1x2300~0 id 0 at "
                  "1612270825253000000"});
    expect_frame(venue, R"({"feed":"ticker","product_id":"in_xbtusd","bid":null,"time":1})",
                 {"touch in_xbtusd 0~0x0~0 0~0x0~0 id 0 at 1000000"});
}

TEST(KrakenFuturesFrame, TellsSubscriptionsOfEachProduct) {
    expect_frame(venue,
                 R"({"event":"subscribed","feed":"book","product_ids":["PI_XBTUSD","PF_X"]})",
                 {"subscribed channel 'book' symbol 'PI_XBTUSD' text '' number 0",
                  "subscribed channel 'book' symbol 'PF_X' text '' number 0"});
    expect_frame(venue, R"({"event":"subscribed","feed":"heartbeat"})",
                 {"subscribed channel 'heartbeat' symbol '' text '' number 0"});
    expect_frame(venue, R"({"event":"unsubscribed","feed":"trade","product_ids":["PF_X"]})",
                 {"unsubscribed channel 'trade' symbol 'PF_X' text '' number 0"});
}

TEST(KrakenFuturesFrame, TellsRefusals) {
    expect_frame(venue, R"({"event":"alert","message":"Bad request"})",
                 {"refused channel '' symbol '' text 'Bad request' number 0"});
    expect_frame(venue, R"({"event":"error","message":"Invalid product id"})",
                 {"refused channel '' symbol '' text 'Invalid product id' number 0"});
    expect_frame(venue, R"({"event":"subscribed_failed","feed":"book","product_ids":["X"]})",
                 {"refused channel 'book' symbol 'X' text '' number 0"});
    expect_frame(venue, R"({"event":"unsubscribed_failed","feed":"book","product_ids":["X"]})",
                 {"refused channel 'book' symbol 'X' text '' number 0"});
}

TEST(KrakenFuturesFrame, TakesHeartbeatsForLife) {
    expect_frame(venue, R"({"feed":"heartbeat","time":1534262350627})",
                 {"heartbeat channel '' symbol '' text '' number 0"});
}

TEST(KrakenFuturesFrame, HasNothingToSayOfTheRest) {
    expect_frame(venue, R"({"event":"info","version":1})", {});
    expect_frame(venue, R"({"event":"challenge","message":"226aee50"})", {});
    expect_frame(venue, R"({"feed":"ticker_lite","product_id":"X","bid":1,"ask":2})", {});
    expect_frame(venue, R"({})", {});
}

TEST(KrakenFuturesFrame, RefusesOtherShapes) {
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, FrameStatus::wrong_shape, field);
    };
    refuse(R"([])", "");
    refuse(R"({"feed":"book","product_id":"X","side":"sell","seq":1,"price":1})", "qty");
    refuse(R"({"feed":"book","product_id":"X","side":"sell","price":1,"qty":1})", "seq");
    refuse(R"({"feed":"book","product_id":"X","side":"sell","seq":1,"price":"1","qty":1})",
           "price");
    refuse(R"({"feed":"book","product_id":"X","side":"","seq":1,"price":1,"qty":1})", "side");
    refuse(R"({"feed":"book","product_id":"X","product_id":"X"})", "product_id");
    refuse(R"({"feed":"book","side":"sell","seq":1,"price":1,"qty":1})", "product_id");
    refuse(R"({"feed":"book_snapshot","product_id":"X","seq":1,"bids":[]})", "asks");
    refuse(R"({"feed":"book_snapshot","product_id":"X","seq":1,"bids":[{}],"asks":[]})", "price");
    refuse(R"({"feed":"trade","product_id":"X","side":"buy","price":1,"qty":1})", "time");
    refuse(R"({"feed":"trade_snapshot","product_id":"X"})", "trades");
    refuse(R"({"event":"subscribed","product_ids":"X"})", "product_ids");
}

TEST(KrakenFuturesFrame, RefusesNumbersItCannotHold) {
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, FrameStatus::bad_number, field);
    };
    refuse(R"({"feed":"book","product_id":"X","side":"sell","seq":-1,"price":1,"qty":1})", "seq");
    refuse(R"({"feed":"book","product_id":"X","side":"sell","seq":1,"price":1e19,"qty":1})",
           "price");
    refuse(R"({"feed":"trade","product_id":"X","time":9223372036855})", "time");
}

TEST(KrakenFuturesFrame, KeepsToTheLimitOfRows) {
    FrameBed bed{venue, FrameLimits{.bytes = 1000, .rows = 2}};
    const std::string begin = R"({"feed":"book_snapshot","product_id":"X","seq":1,"bids":[)";
    const std::string row = R"({"price":1,"qty":1})";
    EXPECT_EQ(bed.frame_of(begin + row + "," + row + R"(],"asks":[]})"), FrameStatus::ok);
    EXPECT_EQ(bed.frame_of(begin + row + "," + row + R"(],"asks":[)" + row + "]}"),
              FrameStatus::too_large);
}

}  // namespace
}  // namespace tickweir::codecs::json
