// Every kind of message of Bybit's public WebSocket API, and what is none.
#include <gtest/gtest.h>

#include <map>

#include "tests/codecs/json/frames.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId venue = VenueId::bybit;

TEST(BybitFrame, TellsSnapshotsAndChanges) {
    expect_frame(venue,
                 R"({"topic":"orderbook.200.BTCUSDT","type":"snapshot","ts":1786310818129,)"
                 R"("data":{"s":"BTCUSDT","b":[["65114.20","6.054"],["65114.10","0.002"]],)"
                 R"("a":[["65114.30","10"]],"u":15076952,"seq":753843913869},)"
                 R"("cts":1786310818128})",
                 {"snapshot BTCUSDT [651142~1x6054~3 651141~1x2~3] [651143~1x10~0] ids "
                  "15076952-15076952 depth 200 at 1786310818128000000"});
    expect_frame(venue,
                 R"({"topic":"orderbook.50.ETHUSDT","ts":5,"type":"delta",)"
                 R"("data":{"s":"ETHUSDT","b":[],"a":[["1922.43","0"]],"u":1,"seq":2}})",
                 {"delta ETHUSDT [] [192243~2x0~0] ids 1-1 depth 50 at 5000000"});
}

TEST(BybitFrame, ReadsTheTypeBehindTheData) {
    FrameBed bed{venue};
    ASSERT_EQ(bed.frame_of(R"({"data":{"s":"X","b":[],"a":[],"u":4},"ts":1,)"
                           R"("topic":"orderbook.500.X","type":"snapshot"})"),
              FrameStatus::ok);
    EXPECT_EQ(lines_of(bed.frame),
              std::vector<std::string>{"snapshot X [] [] ids 4-4 depth 500 at 1000000"});
}

TEST(BybitFrame, TakesTheBookOfOneLevelForATouch) {
    expect_frame(venue,
                 R"({"topic":"orderbook.1.BTCUSDT","ts":7,"type":"snapshot","data":)"
                 R"({"s":"BTCUSDT","b":[["1","2"]],"a":[["3","4"]],"u":9,"seq":8},"cts":6})",
                 {"touch BTCUSDT 1~0x2~0 3~0x4~0 id 0 at 6000000"});
    expect_frame(venue,
                 R"({"topic":"orderbook.1.X","ts":7,"type":"snapshot","data":)"
                 R"({"s":"X","b":[],"a":[["3","4"]],"u":9}})",
                 {"touch X 0~0x0~0 3~0x4~0 id 0 at 7000000"});
    expect_frame(venue,
                 R"({"topic":"orderbook.1.X","ts":7,"type":"delta","data":)"
                 R"({"s":"X","b":[],"a":[["3","4"]],"u":9}})",
                 {});
}

TEST(BybitFrame, TellsTrades) {
    expect_frame(venue,
                 R"({"topic":"publicTrade.ETHUSDT","type":"snapshot","ts":1786310819681,"data":[)"
                 R"({"T":1786310819680,"s":"ETHUSDT","S":"Sell","v":"0.004","p":"65114.20",)"
                 R"("L":"MinusTick","i":"a9188a0a-82bc","BT":false,"RPI":false,"seq":75},)"
                 R"({"i":"2280000001739247417","T":1,"p":"1","v":"2","S":"Buy","seq":178477362706,)"
                 R"("s":"ETHUSDT","BT":false}]})",
                 {"trade ETHUSDT 651142~1x4~3 sell id a9188a0a-82bc at 1786310819680000000",
                  "trade ETHUSDT 1~0x2~0 buy id 2280000001739247417 at 1000000"});
}

TEST(BybitFrame, TellsTheTouchOfTickersWhereItIsWhole) {
    expect_frame(venue,
                 R"({"topic":"tickers.BTCUSDT","type":"snapshot","data":{"symbol":"BTCUSDT",)"
                 R"("lastPrice":"65114.30","bid1Price":"65114.20","bid1Size":"5.954",)"
                 R"("ask1Price":"65114.30","ask1Size":"10.470","preQty":""},"cs":75,"ts":3})",
                 {"touch BTCUSDT 651142~1x5954~3 651143~1x1047~2 id 0 at 3000000"});
    expect_frame(venue,
                 R"({"topic":"tickers.X","type":"delta","data":{"symbol":"X","bid1Price":"",)"
                 R"("bid1Size":"","ask1Price":"1","ask1Size":"2"},"ts":3})",
                 {"touch X 0~0x0~0 1~0x2~0 id 0 at 3000000"});
    expect_frame(venue,
                 R"({"topic":"tickers.X","type":"delta","data":{"symbol":"X","bid1Price":"1",)"
                 R"("bid1Size":"5"},"ts":3})",
                 {});
}

TEST(BybitFrame, TellsAnswers) {
    expect_frame(venue,
                 R"({"success":true,"ret_msg":"","conn_id":"d8","req_id":"17","op":"subscribe"})",
                 {"subscribed channel '' symbol '' text '17' number 0"});
    expect_frame(venue,
                 R"({"success":true,"ret_msg":"","conn_id":"d8","req_id":"","op":"unsubscribe"})",
                 {"unsubscribed channel '' symbol '' text '' number 0"});
    expect_frame(
        venue, R"({"success":false,"ret_msg":"error:handler not found,topic:x","op":"subscribe"})",
        {"refused channel '' symbol '' text 'error:handler not found,topic:x' number 0"});
    expect_frame(venue, R"({"success":false,"ret_msg":"no","req_id":"3","op":"ping"})",
                 {"refused channel '' symbol '' text 'no' number 0 request '3'"});
    expect_frame(venue,
                 R"({"success":true,"conn_id":"aa","type":"COMMAND_RESP","data":{"successTopics":)"
                 R"(["orderbook.25.BTC-6JAN23-18000-C","publicTrade.BTC"],"failTopics":[]}})",
                 {"subscribed channel 'orderbook' symbol 'BTC-6JAN23-18000-C' text '' number 25",
                  "subscribed channel 'publicTrade' symbol 'BTC' text '' number 0"});
    expect_frame(venue, R"({"success":true,"type":"COMMAND_RESP","data":{"failTopics":["y"]}})",
                 {"refused channel 'y' symbol '' text '' number 0"});
}

TEST(BybitFrame, TakesPongsForLife) {
    const std::vector<std::string> life{"heartbeat channel '' symbol '' text '' number 0"};
    expect_frame(venue, R"({"success":true,"ret_msg":"pong","conn_id":"04","op":"ping"})", life);
    expect_frame(venue, R"({"req_id":"1","op":"pong","args":["1672916271846"],"conn_id":"c"})",
                 life);
}

TEST(BybitFrame, HasNothingToSayOfTheRest) {
    expect_frame(venue, R"({"topic":"kline.1.X","data":[{"start":1}],"ts":1,"type":"snapshot"})",
                 {});
    expect_frame(venue, R"({"topic":"orderbook.x.X","data":5})", {});
    expect_frame(venue, R"({"topic":"orderbook.5","data":5})", {});
    expect_frame(venue, R"({"topic":"plain"})", {});
    expect_frame(venue, R"({"success":true,"op":"auth"})", {});
}

TEST(BybitFrame, RefusesOtherShapes) {
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, FrameStatus::wrong_shape, field);
    };
    const auto book = [&](const std::string& data, std::string_view field) {
        refuse(R"({"topic":"orderbook.50.X","type":"delta","ts":1,"data":)" + data + "}", field);
    };
    refuse("[]", "");
    refuse(R"({"topic":5})", "topic");
    refuse(R"({"topic":"orderbook.50.X","ts":1,"data":{}})", "type");
    refuse(R"({"topic":"orderbook.50.X","type":"partial","ts":1,"data":{}})", "type");
    refuse(R"({"topic":"orderbook.50.X","type":"delta","ts":1})", "data");
    refuse(R"({"topic":"publicTrade.X","type":"snapshot","data":[]})", "ts");
    refuse(R"({"topic":"publicTrade.X","type":"snapshot","ts":"1","data":[]})", "ts");
    refuse(R"({"topic":"publicTrade.X","topic":"publicTrade.X","type":"snapshot"})", "topic");
    book("[]", "data");
    book(R"({"b":[],"a":[],"u":1})", "s");
    book(R"({"s":"X","a":[],"u":1})", "b");
    book(R"({"s":"X","b":[],"u":1})", "a");
    book(R"({"s":"X","b":[],"a":[]})", "u");
    book(R"({"s":"X","b":[],"b":[]})", "b");
    book(R"({"b":[["1"]]})", "b");
    refuse(R"({"topic":"publicTrade.X","type":"snapshot","ts":1,"data":[{"S":"buy"}]})", "S");
    refuse(R"({"topic":"publicTrade.X","type":"snapshot","ts":1,"data":[{"S":"Buy"}]})", "s");
    refuse(R"({"topic":"tickers.X","type":"snapshot","ts":1,"data":{}})", "symbol");
    refuse(R"({"success":1,"op":"subscribe"})", "success");
}

TEST(BybitFrame, RefusesNumbersItCannotHold) {
    const auto refuse = [](const std::string& data, std::string_view field) {
        expect_refused(venue,
                       R"({"topic":"orderbook.50.X","type":"delta","ts":1,"data":{)" + data + "}}",
                       FrameStatus::bad_number, field);
    };
    refuse(R"("b":[["1e5","1"]])", "b");
    refuse(R"("a":[["1","0.0000000000000000001"]])", "a");
    refuse(R"("u":-1)", "u");
    refuse(R"("u":1.5)", "u");
}

TEST(BybitFrame, ReadsTheWholeCaptures) {
    struct Expected {
        const char* name;
        std::size_t changes;
        std::size_t trades;
        std::size_t jumps;
    };
    for (const Expected& expected :
         {Expected{"bybit_linear_4sym_20260809", 1594, 327, 0},
          Expected{"bybit_spot_2sym_20260809", 548, 20, 0},
          Expected{"bybit_spot_2sym_20260809.damaged-gap", 545, 20, 1}}) {
        FrameBed bed{venue};
        std::size_t changes = 0, trades = 0, jumps = 0;
        std::map<std::string, std::uint64_t> last;
        const bool there = each_capture_line(expected.name, [&](const CaptureLine& line) {
            ASSERT_EQ(bed.frame_of(line.text), FrameStatus::ok) << line.text;
            trades += bed.frame.trades.size();
            for (const BookEvent& book : bed.frame.books) {
                std::uint64_t& before = last[std::string{book.symbol}];
                changes += book.kind == BookKind::delta;
                jumps += book.kind == BookKind::delta && book.last_id != before + 1;
                before = book.last_id;
            }
        });
        if (!there) GTEST_SKIP() << "no shared/data";
        EXPECT_EQ(changes, expected.changes) << expected.name;
        EXPECT_EQ(trades, expected.trades) << expected.name;
        EXPECT_EQ(jumps, expected.jumps) << expected.name;
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
