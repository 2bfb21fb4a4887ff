// Binance's frames: every kind, in any order of fields, and what is wrong with them.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/codecs/json/frames.hpp"

namespace tickweir::codecs::json {
namespace {

using Lines = std::vector<std::string>;
constexpr VenueId spot = VenueId::binance_spot;
constexpr VenueId usdm = VenueId::binance_usdm;
constexpr VenueId coinm = VenueId::binance_coinm;

constexpr std::string_view spot_depth =
    R"({"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":157,"u":160,)"
    R"("b":[["61737.63000000","0.00000000"],["0.00240000","10"]],"a":[["0.00260000","100.5"]]})";
const Lines spot_depth_lines{
    "delta BTCUSDT [6173763~2x0~0 24~4x10~0] [26~4x1005~1] ids 157-160 depth 0 at "
    "1723161255208000000"};

TEST(Binance, ReadsAChangeOfASpotBook) {
    expect_frame(spot, spot_depth, spot_depth_lines);
}

TEST(Binance, ReadsFramesOfCombinedStreams) {
    expect_frame(spot, R"({"stream":"btcusdt@depth@100ms","data":)" + std::string{spot_depth} + "}",
                 spot_depth_lines);
    expect_frame(usdm,
                 R"({"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1,"T":2,)"
                 R"("s":"BTCUSDT","U":5,"u":7,"pu":3,"b":[],"a":[["1","2"]]}})",
                 {"delta BTCUSDT [] [1~0x2~0] ids 5-7 previous 3 depth 0 at 1000000"});
}

TEST(Binance, ReadsAChangeOfACoinMarginedBook) {
    expect_frame(coinm,
                 R"({"e":"depthUpdate","E":1591270260907,"T":1591270260891,"s":"BTCUSD_200626",)"
                 R"("ps":"BTCUSD","U":17285681,"u":17285702,"pu":17285675,)"
                 R"("b":[["9517.6","10"]],"a":[["9518.5","45"]]})",
                 {"delta BTCUSD_200626 [95176~1x10~0] [95185~1x45~0] ids 17285681-17285702 "
                  "previous 17285675 depth 0 at 1591270260907000000"});
}

TEST(Binance, TakesTimesInMicrosecondsForThat) {
    expect_frame(spot,
                 R"({"e":"depthUpdate","E":1723161255208123,"s":"A","U":1,"u":1,"b":[],"a":[]})",
                 {"delta A [] [] ids 1-1 depth 0 at 1723161255208123000"});
}

TEST(Binance, TakesTimesThatMillisecondsCannotHoldForMicroseconds) {
    const auto touch_at = [](const std::string& time) {
        return R"({"e":"bookTicker","u":1,"s":"A","b":"1","B":"1","a":"1","A":"1","E":)" + time +
               "}";
    };
    const std::string line = "touch A 1~0x1~0 1~0x1~0 id 1 at ";
    expect_frame(usdm, touch_at("9223372036854"), {line + "9223372036854000000"});
    expect_frame(usdm, touch_at("9223372036855"), {line + "9223372036855000"});
    expect_frame(usdm, touch_at("9223372036854775"), {line + "9223372036854775000"});
    expect_refused(usdm, touch_at("9223372036854776"), FrameStatus::bad_number, "E");
}

TEST(Binance, DoesNotTakeTheBestLevelsForAChange) {
    expect_frame(usdm,
                 R"({"stream":"btcusdt@depth20@100ms","data":{"e":"depthUpdate","E":1,"T":2,)"
                 R"("s":"BTCUSDT","U":5,"u":7,"pu":3,"b":[],"a":[["1","2"]]}})",
                 {});
    expect_frame(spot,
                 R"({"stream":"btcusdt@depth5","data":{"lastUpdateId":160,)"
                 R"("bids":[["0.0024","10"]],"asks":[["0.0026","100"]]}})",
                 {});
}

TEST(Binance, ReadsTrades) {
    expect_frame(spot,
                 R"({"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,)"
                 R"("p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true})",
                 {"trade BTCUSDT 6183763~2x2~2 sell id 3735683259 at 1723161255342000000"});
    expect_frame(usdm,
                 R"({"stream":"btcusdt@trade","data":{"e":"trade","E":2,"T":1,"s":"BTCUSDT",)"
                 R"("t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}})",
                 {"trade BTCUSDT 618003~1x6~3 buy id 5266583935 at 1000000"});
    expect_frame(spot,
                 R"({"e":"aggTrade","E":3,"s":"BNBBTC","a":12345,"p":"0.001","q":"100",)"
                 R"("f":100,"l":105,"T":2,"m":true,"M":true})",
                 {"trade BNBBTC 1~3x100~0 sell id 12345 at 2000000 aggregate"});
}

TEST(Binance, LeavesOutATradeOfNothing) {
    expect_frame(usdm,
                 R"({"e":"trade","E":2,"T":1,"s":"BTCUSDT","t":7,"p":"0","q":"0","X":"NA",)"
                 R"("m":false})",
                 {});
}

TEST(Binance, ReadsTheBestBidAndAsk) {
    expect_frame(spot,
                 R"({"u":400900217,"s":"BNBUSDT","b":"25.35190000","B":"31.21000000",)"
                 R"("a":"25.36520000","A":"40.66000000"})",
                 {"touch BNBUSDT 253519~4x3121~2 253652~4x4066~2 id 400900217 at 0"});
    expect_frame(usdm,
                 R"({"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,)"
                 R"("s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510",)"
                 R"("T":1723161256313,"E":1723161256314}})",
                 {"touch BTCUSDT 618002~1x2507~3 618003~1x251~2 id 5123107839020 at "
                  "1723161256314000000"});
}

TEST(Binance, ReadsAnswersToRequests) {
    expect_frame(spot, R"({"result":null,"id":312})",
                 {"subscribed channel '' symbol '' text '312' number 0"});
    expect_frame(spot, R"({"result":["btcusdt@depth"],"id":"a\"b"})",
                 {"subscribed channel '' symbol '' text 'a\"b' number 0"});
    expect_frame(spot, R"({"result":null,"id":null})",
                 {"subscribed channel '' symbol '' text '' number 0"});
    expect_frame(
        spot, R"({"error":{"code":2,"msg":"Invalid request: unknown"},"id":1})",
        {"refused channel '' symbol '' text 'Invalid request: unknown' number 0 request '1'"});
    expect_frame(spot, R"({"code":3,"msg":"Invalid JSON: \u00e9"})",
                 {"refused channel '' symbol '' text 'Invalid JSON: é' number 0"});
}

TEST(Binance, ReadsThatTheServerGoesDown) {
    expect_frame(spot, R"({"e":"serverShutdown","E":1770123456789})",
                 {"going_down channel '' symbol '' text '' number 0"});
}

TEST(Binance, TakesWhatItDoesNotKnowForNothing) {
    for (const std::string_view text :
         {R"({"e":"kline","E":1,"s":"BTCUSDT","k":{"t":1,"o":"0.1","x":false},"q":"USDT"})",
          R"([{"e":"24hrMiniTicker","s":"BTCUSDT"}])", R"({"stream":"!ticker@arr","data":[{}]})",
          R"({"some":-1.5e+7})", "{}"})
        expect_frame(spot, text, {});
}

TEST(Binance, ReadsSnapshots) {
    expect_answer(spot, "/api/v3/depth?symbol=BTCUSDT&limit=1000",
                  R"({"lastUpdateId":160,"bids":[["0.0024","10"]],"asks":[["0.0026","100"]]})",
                  {"snapshot BTCUSDT [24~4x10~0] [26~4x100~0] ids 160-160 depth 1000 at 0"});
    expect_answer(usdm, "/fapi/v1/depth?limit=20&symbol=BTCUSDT",
                  R"({"lastUpdateId":7,"E":2,"T":1,"bids":[],"asks":[["0.0026","100"]]})",
                  {"snapshot BTCUSDT [] [26~4x100~0] ids 7-7 depth 20 at 2000000"});
    expect_answer(coinm, "/dapi/v1/depth?symbol=BTCUSD_PERP",
                  R"({"lastUpdateId":7,"E":2,"T":1,"symbol":"BTCUSD_PERP","pair":"BTCUSD",)"
                  R"("bids":[["9638.0","431"]],"asks":[]})",
                  {"snapshot BTCUSD_PERP [9638~0x431~0] [] ids 7-7 depth 0 at 2000000"});
}

TEST(Binance, ReadsOtherAnswers) {
    expect_answer(spot, "/api/v3/depth?symbol=X", R"({"code":-1121,"msg":"Invalid symbol."})",
                  {"refused channel '' symbol '' text 'Invalid symbol.' number 0"});
    expect_answer(spot, "/api/v3/time", R"({"serverTime":1499827319559})", {});
    FrameBed bed{spot};
    EXPECT_EQ(bed.answer_of("/api/v3/depth", R"({"lastUpdateId":1,"bids":[],"asks":[]})"),
              FrameStatus::wrong_shape);
    EXPECT_EQ(bed.decoder.error().field, "symbol");
    EXPECT_EQ(bed.answer_of("/api/v3/depth?symbol=X", "<html>502</html>"), FrameStatus::malformed);
}

TEST(Binance, RefusesWhatIsNotAsDocumented) {
    const auto wrong = [](std::string_view text, std::string_view field) {
        expect_refused(spot, text, FrameStatus::wrong_shape, field);
    };
    wrong(R"({"e":"depthUpdate","E":1,"s":"A","u":1,"b":[],"a":[]})", "U");
    wrong(R"({"e":"depthUpdate","E":1,"s":"A","U":1,"U":1,"u":1,"b":[],"a":[]})", "U");
    wrong(R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":{},"a":[]})", "b");
    wrong(R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":[["1"]],"a":[]})", "b");
    wrong(R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":[["1",2]],"a":[]})", "b");
    wrong(R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":["1","2"],"a":[]})", "b");
    wrong(R"({"e":"depthUpdate","E":"1","s":"A","U":1,"u":1,"b":[],"a":[]})", "E");
    wrong(R"({"e":"depthUpdate","E":1,"s":null,"U":1,"u":1,"b":[],"a":[]})", "s");
    wrong(R"({"e":"trade","E":1,"s":"A","t":1,"p":"1","q":"1","T":1,"m":"true"})", "m");
    wrong(R"({"e":"trade","E":1,"s":"A","t":1,"p":1,"q":"1","T":1,"m":true})", "p");
    wrong(R"({"e":"trade","E":1,"s":"A","p":"1","q":"1","T":1,"m":true})", "t");
    wrong(R"({"e":"aggTrade","E":1,"s":"A","t":1,"p":"1","q":"1","T":1,"m":true})", "a");
    wrong(R"({"u":1,"s":"A","b":"1","B":"1","a":"1"})", "A");
    wrong(R"({"data":{"u":1,"s":"A","b":"1","B":"1","a":"1","A":"1"}})", "stream");
    expect_refused(usdm, R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":[],"a":[]})",
                   FrameStatus::wrong_shape, "pu");
}

TEST(Binance, RefusesNumbersThatDoNotFit) {
    const auto bad = [](std::string_view text, std::string_view field) {
        expect_refused(spot, text, FrameStatus::bad_number, field);
    };
    bad(R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,)"
        R"("b":[["58407.30000000","0.0001800000000000000000000000000000000001"]],"a":[]})",
        "b");
    bad(R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":[["1e2","1"]],"a":[]})", "b");
    bad(R"({"e":"depthUpdate","E":1,"s":"A","U":-1,"u":1,"b":[],"a":[]})", "U");
    bad(R"({"e":"depthUpdate","E":99999999999999999,"s":"A","U":1,"u":1,"b":[],"a":[]})", "E");
    bad(R"({"u":18446744073709551616,"s":"A","b":"1","B":"1","a":"1","A":"1"})", "u");
    bad(R"({"u":1,"s":"A","b":"1","B":"","a":"1","A":"1"})", "B");
}

TEST(Binance, CallsWhatIsNoJsonThat) {
    for (const std::string_view text :
         {R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":[["1","1"]],"a":[]}x)",
          R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":[["1","1"],],"a":[]})",
          R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":[["1","1"}],"a":[]})",
          R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":[["1" "1"]],"a":[]})",
          R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":[["1,"1"]],"a":[]})",
          R"({"e":"depthUpdate","E":1,"s":"A","U":01,"u":1,"b":[],"a":[]})",
          R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"b":[],"a":[],})",
          R"({"u":1 "s":"A","b":"1","B":"1","a":"1","A":"1"})", R"({"e":"kline","x":tru})",
          R"({"e":"depthUpdate","E":"","s":"A","U":1,"u":1,"b":[],"a":[],"z":nul})"})
        EXPECT_EQ(to_string(FrameBed{spot}.frame_of(text)), "malformed") << text;
}

/// Counts events of all kinds over a capture, and the frames that are refused.
std::map<std::string, int> counts_over(const std::string& name, VenueId venue) {
    FrameBed bed{venue};
    std::map<std::string, int> counts;
    const bool present = each_capture_line(name, [&](const CaptureLine& line) {
        const FrameStatus status =
            line.target.empty() ? bed.frame_of(line.text) : bed.answer_of(line.target, line.text);
        ++counts[std::string{to_string(status)}];
        for (const std::string& event : lines_of(bed.frame))
            ++counts[event.substr(0, event.find(' '))];
        EXPECT_TRUE(status != FrameStatus::ok || bed.frame.events.size() == 1) << line.text;
    });
    if (!present) counts.clear();
    return counts;
}

using Counts = std::map<std::string, int>;

TEST(Binance, ReadsTheRecordedSpotFrames) {
    const Counts counts = counts_over("binance-spot_btcusdt_20240808", spot);
    if (counts.empty()) GTEST_SKIP() << "no shared data";
    EXPECT_EQ(
        counts,
        (Counts{
            {"ok", 99574}, {"delta", 6495}, {"snapshot", 1}, {"touch", 73174}, {"trade", 19904}}));
}

TEST(Binance, ReadsTheRecordedFuturesFrames) {
    const Counts counts = counts_over("binance-usdm_btcusdt_20240808", usdm);
    if (counts.empty()) GTEST_SKIP() << "no shared data";
    EXPECT_EQ(
        counts,
        (Counts{
            {"ok", 93954}, {"delta", 6551}, {"snapshot", 1}, {"touch", 66089}, {"trade", 21313}}));
}

TEST(Binance, RefusesTheDamagedFrames) {
    const Counts number = counts_over("binance-spot_btcusdt_30s.damaged-number", spot);
    if (number.empty()) GTEST_SKIP() << "no shared data";
    EXPECT_EQ(number.at("bad_number"), 1);
    EXPECT_EQ(number.count("malformed") + number.count("wrong_shape"), 0u);
    const Counts truncated = counts_over("binance-spot_btcusdt_30s.damaged-truncated", spot);
    EXPECT_EQ(truncated.at("malformed"), 1);
    EXPECT_EQ(truncated.count("bad_number") + truncated.count("wrong_shape"), 0u);
    for (const char* name :
         {"binance-spot_btcusdt_30s", "binance-spot_btcusdt_30s.damaged-gap",
          "binance-spot_btcusdt_30s.damaged-gap-resync", "binance-spot_btcusdt_30s.damaged-order",
          "binance-spot_btcusdt_30s.damaged-duplicate"}) {
        const Counts counts = counts_over(name, spot);
        EXPECT_EQ(
            counts.count("malformed") + counts.count("bad_number") + counts.count("wrong_shape"),
            0u)
            << name;
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
