// Bitstamp's frames: every kind, in any order of fields, and what is wrong with them.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/codecs/json/frames.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId venue = VenueId::bitstamp;

TEST(Bitstamp, ReadsAChangeOfABook) {
    expect_frame(venue,
                 R"({"data":{"timestamp":"1641343696","microtimestamp":"1641343696572693",)"
                 R"("bids":[["0.14695","4567.41344936"],["0.14676","0.00000000"]],)"
                 R"("asks":[["0.14700","1"]]},"channel":"diff_order_book_sgbeur","event":"data"})",
                 {"delta sgbeur [14695~5x456741344936~8 14676~5x0~0] [147~3x1~0] ids "
                  "1641343696572693-1641343696572693 depth 0 at 1641343696572693000"});
}

TEST(Bitstamp, ReadsTradesFromTheirText) {
    expect_frame(venue,
                 R"({"data":{"id":211592183,"timestamp":"1641343699","amount":0.1,)"
                 R"("amount_str":"0.10000000","price":3802.9,"price_str":"3802.90","type":1,)"
                 R"("microtimestamp":"1641343699123456","buy_order_id":1444,)"
                 R"("sell_order_id":1445},"channel":"live_trades_ethusd","event":"trade"})",
                 {"trade ethusd 38029~1x1~1 sell id 211592183 at 1641343699123456000"});
    expect_frame(venue,
                 R"({"event":"trade","channel":"live_trades_btcusd","data":{"id":1,"type":0,)"
                 R"("amount":1e-8,"amount_str":"0.00000001","price":1,"price_str":"1",)"
                 R"("microtimestamp":"2"}})",
                 {"trade btcusd 1~0x1~8 buy id 1 at 2000"});
}

TEST(Bitstamp, ReadsWhatIsSaidOfTheConnection) {
    expect_frame(venue,
                 R"({"event":"bts:subscription_succeeded","channel":"diff_order_book_btcusd",)"
                 R"("data":{}})",
                 {"subscribed channel 'diff_order_book' symbol 'btcusd' text '' number 0"});
    expect_frame(venue,
                 R"({"event":"bts:unsubscription_succeeded","channel":"live_trades_btcusd",)"
                 R"("data":{}})",
                 {"unsubscribed channel 'live_trades' symbol 'btcusd' text '' number 0"});
    expect_frame(venue,
                 R"({"event":"bts:subscription_succeeded","channel":"detail_order_book_btcusd",)"
                 R"("data":{}})",
                 {"subscribed channel 'detail_order_book_btcusd' symbol '' text '' number 0"});
    expect_frame(venue, R"({"event":"bts:heartbeat","channel":"","data":{"status":"success"}})",
                 {"heartbeat channel '' symbol '' text '' number 0"});
    expect_frame(venue, R"({"event":"bts:request_reconnect","channel":"","data":""})",
                 {"going_down channel '' symbol '' text '' number 0"});
    expect_frame(venue,
                 R"({"event":"bts:error","channel":"x","data":{"code":null,)"
                 R"("message":"Bad subscription string."}})",
                 {"refused channel '' symbol '' text 'Bad subscription string.' number 0"});
    expect_frame(venue, R"({"event":"bts:error","channel":"x","data":""})",
                 {"refused channel '' symbol '' text '' number 0"});
}

TEST(Bitstamp, TakesWhatItDoesNotKnowForNothing) {
    expect_frame(venue,
                 R"({"event":"order_created","channel":"live_orders_btcusd","data":{"id":1}})", {});
    expect_frame(venue,
                 R"({"event":"data","channel":"order_book_btcusd","data":{"bids":[],"asks":[]}})",
                 {});
}

TEST(Bitstamp, ReadsSnapshots) {
    expect_answer(venue, "/api/v2/order_book/ethusd",
                  R"({"timestamp": "1641343695", "microtimestamp": "1641343695681418", )"
                  R"("bids": [["3802.90", "0.60000000"]], "asks": []})",
                  {"snapshot ethusd [38029~1x6~1] [] ids 1641343695681418-1641343695681418 "
                   "depth 0 at 1641343695681418000"});
    expect_answer(venue, "/api/v2/order_book/btcusd/?group=1",
                  R"({"microtimestamp":"7","bids":[],"asks":[["1","2"]]})",
                  {"snapshot btcusd [] [1~0x2~0] ids 7-7 depth 0 at 7000"});
}

TEST(Bitstamp, ReadsOtherAnswers) {
    expect_answer(venue, "/api/v2/order_book/x",
                  R"({"status":"error","reason":"Unknown pair","code":"API0001"})",
                  {"refused channel '' symbol '' text 'Unknown pair' number 0"});
    expect_answer(venue, "/api/v2/ticker/btcusd", R"({"last":"1"})", {});
    FrameBed bed{venue};
    EXPECT_EQ(bed.answer_of("/api/v2/order_book/", R"({"bids":[],"asks":[]})"),
              FrameStatus::wrong_shape);
    EXPECT_EQ(bed.decoder.error().field, "symbol");
    EXPECT_EQ(bed.answer_of("/api/v2/order_book/x", R"({"bids":[],"asks":[]})"),
              FrameStatus::wrong_shape);
    EXPECT_EQ(bed.decoder.error().field, "microtimestamp");
}

TEST(Bitstamp, RefusesWhatIsNotAsDocumented) {
    const auto book = [](std::string_view data) {
        return R"({"data":{)" + std::string{data} +
               R"(},"channel":"diff_order_book_btcusd","event":"data"})";
    };
    const auto trade = [](std::string_view data) {
        return R"({"data":{)" + std::string{data} +
               R"(},"channel":"live_trades_btcusd","event":"trade"})";
    };
    const auto wrong = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, FrameStatus::wrong_shape, field);
    };
    wrong(book(R"("microtimestamp":"1","bids":[])"), "asks");
    wrong(book(R"("microtimestamp":1,"bids":[],"asks":[])"), "microtimestamp");
    wrong(book(R"("microtimestamp":"1","bids":[[1,"1"]],"asks":[])"), "bids");
    wrong(trade(R"("id":1,"type":0,"amount":1,"price":1,"microtimestamp":"1")"), "price_str");
    wrong(trade(R"("id":1,"type":2,"price_str":"1","amount_str":"1","microtimestamp":"1")"),
          "type");
    wrong(R"({"event":"data","channel":"diff_order_book_btcusd"})", "data");
    wrong(R"({"channel":"diff_order_book_btcusd","data":{}})", "event");
    wrong("[]", "");
    expect_refused(venue, book(R"("microtimestamp":"1x","bids":[],"asks":[])"),
                   FrameStatus::bad_number, "microtimestamp");
    expect_refused(venue, book(R"("microtimestamp":"9999999999999999999","bids":[],"asks":[])"),
                   FrameStatus::bad_number, "microtimestamp");
    expect_refused(
        venue, trade(R"("id":1,"type":0,"price_str":"1e5","amount_str":"1","microtimestamp":"1")"),
        FrameStatus::bad_number, "price_str");
}

TEST(Bitstamp, ReadsTheRecordedFrames) {
    FrameBed bed{venue};
    std::map<std::string, int> counts;
    const bool present = each_capture_line("bitstamp_10sym_20220104", [&](const CaptureLine& line) {
        const FrameStatus status =
            line.target.empty() ? bed.frame_of(line.text) : bed.answer_of(line.target, line.text);
        ASSERT_EQ(to_string(status), "ok") << line.text;
        for (const std::string& event : lines_of(bed.frame))
            ++counts[event.substr(0, event.find(' '))];
    });
    if (!present) GTEST_SKIP() << "no shared data";
    // 615 changes are applied and 102 are older than their snapshots.
    const std::map<std::string, int> expected{
        {"delta", 717}, {"snapshot", 10}, {"subscribed", 20}, {"trade", 10}};
    EXPECT_EQ(counts, expected);
}

}  // namespace
}  // namespace tickweir::codecs::json
