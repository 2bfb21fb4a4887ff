// Every kind of message of Coinbase Exchange's WebSocket feed, and what is none.
#include <gtest/gtest.h>

#include "tests/codecs/json/frames.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId venue = VenueId::coinbase_exchange;

TEST(CoinbaseExchangeFrame, TellsSnapshotsAndChanges) {
    expect_frame(venue,
                 R"({"type":"snapshot","product_id":"BTC-USD","bids":[["10101.10","0.450541"]],)"
                 R"("asks":[["10102.55","0.57753524"],["10103","1"]]})",
                 {"snapshot BTC-USD [101011~1x450541~6] [1010255~2x57753524~8 10103~0x1~0] ids "
                  "0-0 depth 0 at 0"});
    expect_frame(venue,
                 R"({"type":"snapshot","product_id":"X","bids":[],"asks":[],)"
                 R"("time":"1970-01-01T00:00:01Z"})",
                 {"snapshot X [] [] ids 0-0 depth 0 at 1000000000"});
    expect_frame(venue,
                 R"({"type":"l2update","product_id":"BTC-USD","time":"2019-08-14T20:42:27.265Z",)"
                 R"("changes":[["sell","10102","1"],["buy","10101.80000000","0.162567"],)"
                 R"(["sell","10102","0.00000000"],["buy","10101.80000000","0"]]})",
                 {"delta BTC-USD [101018~1x162567~6 101018~1x0~0] [10102~0x1~0 10102~0x0~0] ids "
                  "0-0 depth 0 at 1565815347265000000"});
}

TEST(CoinbaseExchangeFrame, TellsTradesByWhoWasNotTheMaker) {
    const std::string rest =
        R"(,"trade_id":10,"sequence":50,"maker_order_id":"ac928c66","taker_order_id":"132fb6ae",)"
        R"("time":"1970-01-01T00:00:00.028Z","product_id":"BTC-USD","size":"5.23512",)"
        R"("price":"400.23","side":)";
    expect_frame(venue, R"({"type":"match")" + rest + R"("sell"})",
                 {"trade BTC-USD 40023~2x523512~5 buy id 10 at 28000000"});
    expect_frame(venue, R"({"type":"last_match")" + rest + R"("buy"})",
                 {"trade BTC-USD 40023~2x523512~5 sell id 10 at 28000000 history"});
}

TEST(CoinbaseExchangeFrame, TellsTouchesWhereTheyAreWhole) {
    expect_frame(venue,
                 R"({"type":"ticker","sequence":37475248783,"product_id":"ETH-USD",)"
                 R"("price":"1285.22","best_bid":"1285.04","best_bid_size":"0.46688654",)"
                 R"("best_ask":"1285.27","best_ask_size":"1.56637040","side":"buy",)"
                 R"("time":"1970-01-01T00:00:02Z","trade_id":370843401,"last_size":"11.4"})",
                 {"touch ETH-USD 128504~2x46688654~8 128527~2x15663704~7 id 0 at 2000000000"});
    expect_frame(venue,
                 R"({"type":"ticker","product_id":"X","best_bid":"","best_bid_size":"",)"
                 R"("best_ask":"2","best_ask_size":"3"})",
                 {"touch X 0~0x0~0 2~0x3~0 id 0 at 0"});
    expect_frame(venue, R"({"type":"ticker","product_id":"X","best_bid":"1","best_ask":"2"})", {});
}

TEST(CoinbaseExchangeFrame, TellsAnswersLifeAndDefinitions) {
    expect_frame(venue,
                 R"({"type":"heartbeat","sequence":90,"last_trade_id":20,)"
                 R"("product_id":"BTC-USD","time":"2014-11-07T08:19:28.464459Z"})",
                 {"heartbeat channel '' symbol 'BTC-USD' text '' number 0"});
    expect_frame(venue,
                 R"({"type":"subscriptions","channels":[{"name":"level2","product_ids":)"
                 R"(["ETH-USD","BTC-USD"],"account_ids":null},{"name":"heartbeat",)"
                 R"("product_ids":[]},{"name":"matches","product_ids":["ETH-USD"]}]})",
                 {"subscribed channel 'level2' symbol 'ETH-USD' text '' number 0",
                  "subscribed channel 'level2' symbol 'BTC-USD' text '' number 0",
                  "subscribed channel 'matches' symbol 'ETH-USD' text '' number 0"});
    expect_frame(venue, R"({"type":"error","message":"Failed to subscribe","reason":"no X-Y"})",
                 {"refused channel '' symbol '' text 'no X-Y' number 0"});
    expect_frame(venue, R"({"type":"error","message":"Failed to subscribe"})",
                 {"refused channel '' symbol '' text 'Failed to subscribe' number 0"});
    expect_frame(venue,
                 R"({"type":"status","products":[{"id":"BTC-USD","base_currency":"BTC",)"
                 R"("quote_currency":"USD","base_increment":"0.00000001",)"
                 R"("quote_increment":"0.01"}],"currencies":[{"id":"USD"}]})",
                 {"definition BTC-USD tick 1~2 lot 1~8 BTC/USD"});
}

TEST(CoinbaseExchangeFrame, HasNothingToSayOfOrdersAndTheRest) {
    expect_frame(venue, R"({"type":"received","product_id":"X","order_id":"a","size":"1"})", {});
    expect_frame(venue, R"({"type":"auction","product_id":"X"})", {});
}

TEST(CoinbaseExchangeFrame, RefusesOtherShapes) {
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, FrameStatus::wrong_shape, field);
    };
    refuse("[]", "type");
    refuse("{}", "type");
    refuse(R"({"type":"snapshot","product_id":"X","bids":[]})", "asks");
    refuse(R"({"type":"snapshot","product_id":"X","asks":[]})", "bids");
    refuse(R"({"type":"snapshot","bids":[],"asks":[]})", "product_id");
    refuse(R"({"type":"snapshot","bids":[["1"]]})", "bids");
    refuse(R"({"type":"l2update","product_id":"X"})", "changes");
    refuse(R"({"type":"l2update","changes":[]})", "product_id");
    refuse(R"({"type":"l2update","changes":[["bid","1","1"]]})", "changes");
    refuse(R"({"type":"l2update","changes":[["buy","1"]]})", "changes");
    refuse(R"({"type":"l2update","changes":[["buy","1",1]]})", "changes");
    refuse(R"({"type":"l2update","changes":[],"changes":[]})", "changes");
    refuse(R"({"type":"match","side":"BUY"})", "side");
    refuse(R"({"type":"match","side":"buy"})", "product_id");
    refuse(R"({"type":"ticker"})", "product_id");
    refuse(R"({"type":"status","products":[{"id":"X","quote_increment":"1"}]})", "base_increment");
    refuse(R"({"type":"subscriptions","channels":["level2"]})", "channels");
}

TEST(CoinbaseExchangeFrame, RefusesNumbersItCannotHold) {
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, FrameStatus::bad_number, field);
    };
    refuse(R"({"type":"l2update","changes":[["buy","1e3","1"]]})", "changes");
    refuse(R"({"type":"l2update","changes":[["buy","1","0.0000000000000000001"]]})", "changes");
    refuse(R"({"type":"snapshot","bids":[["","1"]]})", "bids");
    refuse(R"({"type":"match","time":"2014-13-01T00:00:00Z"})", "time");
    refuse(R"({"type":"match","price":"x"})", "price");
}

}  // namespace
}  // namespace tickweir::codecs::json
