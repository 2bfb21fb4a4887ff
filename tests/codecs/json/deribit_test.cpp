// Every kind of message of Deribit's WebSocket API, and what is none.
#include <gtest/gtest.h>

#include <map>

#include "tests/codecs/json/frames.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId venue = VenueId::deribit;

std::string notification(const std::string& channel, const std::string& data) {
    return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")" + channel +
           R"(","data":)" + data + "}}";
}

TEST(DeribitFrame, TellsSnapshotsAndChanges) {
    expect_frame(venue,
                 notification("book.ETH-30JUL21-2800-C.raw",
                              R"({"type":"snapshot","timestamp":1626993723632,)"
                              R"("instrument_name":"ETH-30JUL21-2800-C","change_id":13169025645,)"
                              R"("bids":[["new",0.0015,4714.0],["new",0.001,861.0]],)"
                              R"("asks":[["new",0.0025,873.0]]})"),
                 {"snapshot ETH-30JUL21-2800-C [15~4x4714~0 1~3x861~0] [25~4x873~0] ids "
                  "13169025645-13169025645 depth 0 at 1626993723632000000"});
    expect_frame(venue,
                 notification("book.BTC-PERPETUAL.100ms",
                              R"({"type":"change","timestamp":2,"prev_change_id":8,)"
                              R"("instrument_name":"BTC-PERPETUAL","change_id":9,)"
                              R"("bids":[["delete",0.0255,0.0],["change",30000,10.0]],)"
                              R"("asks":[["delete",1.5,7]]})"),
                 {"delta BTC-PERPETUAL [255~4x0~0 30000~0x10~0] [15~1x0~0] ids 9-9 previous 8 "
                  "depth 0 at 2000000"});
}

TEST(DeribitFrame, ReadsExponents) {
    expect_frame(
        venue,
        notification("book.X.raw", R"({"type":"change","timestamp":2,"prev_change_id":0,)"
                                   R"("instrument_name":"X","change_id":9,)"
                                   R"("bids":[["new",0.1e-2,0.27e1],["new",1E3,2e+0]],"asks":[]})"),
        {"delta X [1~3x27~1 1000~0x2~0] [] ids 9-9 previous 0 depth 0 at 2000000"});
}

TEST(DeribitFrame, TakesGroupedBooksForSnapshotsEachTime) {
    expect_frame(venue,
                 notification("book.BTC-PERPETUAL.none.20.100ms",
                              R"({"timestamp":2,"instrument_name":"BTC-PERPETUAL","change_id":9,)"
                              R"("bids":[[1.5,2.0]],"asks":[[3,4],[5,6]]})"),
                 {"snapshot BTC-PERPETUAL [15~1x2~0] [3~0x4~0 5~0x6~0] ids 9-9 depth 20 at "
                  "2000000"});
}

TEST(DeribitFrame, TellsTrades) {
    expect_frame(venue,
                 notification("trades.BTC-PERPETUAL.raw",
                              R"([{"trade_seq":30289442,"trade_id":"48079269",)"
                              R"("timestamp":1590484512188,"tick_direction":2,"price":8950.0,)"
                              R"("mark_price":8948.9,"instrument_name":"BTC-PERPETUAL",)"
                              R"("index_price":8955.88,"direction":"sell","amount":10.0},)"
                              R"({"trade_id":"ETH-1","timestamp":1,"price":0.0005,)"
                              R"("instrument_name":"Y","direction":"buy","amount":1e1}])"),
                 {"trade BTC-PERPETUAL 8950~0x10~0 sell id 48079269 at 1590484512188000000",
                  "trade Y 5~4x10~0 buy id ETH-1 at 1000000"});
}

TEST(DeribitFrame, TellsTouches) {
    expect_frame(
        venue,
        notification("ticker.X.raw",
                     R"({"underlying_price":2003.61,"timestamp":3,"stats":{"volume":null},)"
                     R"("instrument_name":"X","best_bid_price":0.0015,)"
                     R"("best_bid_amount":4714.0,"best_ask_price":0.0025,)"
                     R"("best_ask_amount":873.0})"),
        {"touch X 15~4x4714~0 25~4x873~0 id 0 at 3000000"});
    expect_frame(venue,
                 notification("quote.X", R"({"timestamp":3,"instrument_name":"X",)"
                                         R"("best_bid_price":null,"best_bid_amount":0.0,)"
                                         R"("best_ask_price":2,"best_ask_amount":1})"),
                 {"touch X 0~0x0~0 2~0x1~0 id 0 at 3000000"});
}

TEST(DeribitFrame, TellsHeartbeatsAndWhatHasToBeAnswered) {
    expect_frame(venue, R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}})",
                 {"heartbeat channel '' symbol '' text '' number 0"});
    expect_frame(venue,
                 R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})",
                 {"ping channel '' symbol '' text '' number 0"});
}

TEST(DeribitFrame, TellsAnswers) {
    expect_frame(venue,
                 R"({"jsonrpc":"2.0","id":4,"result":["book.X.none.10.100ms","trades.Y.raw"],)"
                 R"("usIn":1,"usOut":2,"usDiff":1,"testnet":false})",
                 {"subscribed channel 'book' symbol 'X' text '4' number 10",
                  "subscribed channel 'trades' symbol 'Y' text '4' number 0"});
    expect_frame(venue, R"({"jsonrpc":"2.0","id":null,"result":[]})",
                 {"refused channel '' symbol '' text 'no channel of the request is known' "
                  "number 0"});
    expect_frame(venue,
                 R"({"jsonrpc":"2.0","id":8,"error":{"code":11050,"message":"bad_request",)"
                 R"("data":{"reason":"x"}}})",
                 {"refused channel '' symbol '' text 'bad_request' number 0 request '8'"});
}

TEST(DeribitFrame, HasNothingToSayOfTheRest) {
    expect_frame(venue, R"({"jsonrpc":"2.0","id":1,"result":"ok"})", {});
    expect_frame(venue, R"({"jsonrpc":"2.0","id":1,"result":{"version":"1.2.26"}})", {});
    expect_frame(venue, R"({"jsonrpc":"2.0","id":1,"result":[{"tick_size":0.5}]})", {});
    expect_frame(venue, notification("instrument.state.any.any", R"({"state":"created"})"), {});
    expect_frame(venue, R"({"jsonrpc":"2.0","method":"other","params":{"a":1}})", {});
}

TEST(DeribitFrame, RefusesOtherShapes) {
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, FrameStatus::wrong_shape, field);
    };
    const auto book = [&](const std::string& data, std::string_view field) {
        refuse(notification("book.X.raw", data), field);
    };
    refuse("[]", "");
    refuse(R"({"method":"subscription"})", "params");
    refuse(R"({"method":"subscription","params":{"data":{}}})", "channel");
    refuse(R"({"method":"subscription","params":{"channel":"book.X.raw"}})", "data");
    refuse(R"({"method":"subscription","params":[]})", "params");
    refuse(R"({"method":"x","params":1,"params":1})", "params");
    book("[]", "data");
    book(R"({"type":"update"})", "type");
    book(R"({"type":5})", "type");
    book(R"({"type":"change","timestamp":1,"instrument_name":"X","change_id":2,"bids":[],)"
         R"("asks":[]})",
         "prev_change_id");
    book(R"({"type":"snapshot","timestamp":1,"instrument_name":"X","bids":[],"asks":[]})",
         "change_id");
    book(R"({"type":"snapshot","timestamp":1,"instrument_name":"X","change_id":2,"asks":[]})",
         "bids");
    book(R"({"type":"snapshot","timestamp":1,"change_id":2,"bids":[],"asks":[]})",
         "instrument_name");
    book(R"({"type":"change","bids":[["add",1,2]]})", "bids");
    book(R"({"type":"change","bids":[["new",1]]})", "bids");
    book(R"({"type":"change","bids":[["new","new",1,2]]})", "bids");
    book(R"({"type":"change","bids":[["new","1","2"]]})", "bids");
    refuse(notification("trades.X.raw", R"([{"direction":"Buy"}])"), "direction");
    refuse(notification("trades.X.raw", R"([{"direction":"buy"}])"), "instrument_name");
    refuse(notification("quote.X", R"({"instrument_name":"X","timestamp":1})"), "best_bid_price");
}

TEST(DeribitFrame, RefusesNumbersItCannotHold) {
    const auto refuse = [](const std::string& data, std::string_view field) {
        expect_refused(venue, notification("book.X.raw", data), FrameStatus::bad_number, field);
    };
    refuse(R"({"type":"change","bids":[["new",1e-19,1]]})", "bids");
    refuse(R"({"type":"change","bids":[["new",1e19,1]]})", "bids");
    refuse(R"({"type":"change","change_id":-1})", "change_id");
    refuse(R"({"type":"change","timestamp":1.5})", "timestamp");
    expect_refused(venue, notification("book.X.raw", R"({"type":"change","bids":[["new",01,1]]})"),
                   FrameStatus::malformed, "bids");
}

TEST(DeribitFrame, ReadsTheWholeCaptures) {
    struct Expected {
        const char* name;
        std::size_t changes;
        std::size_t jumps;
    };
    for (const Expected& expected : {Expected{"deribit_10sym_20210722", 36, 0},
                                     Expected{"deribit_10sym_20210722.damaged-exponent", 36, 0},
                                     Expected{"deribit_10sym_20210722.damaged-gap", 33, 1}}) {
        FrameBed bed{venue};
        std::size_t snapshots = 0, changes = 0, jumps = 0, touches = 0;
        std::map<std::string, std::uint64_t> last;
        const bool there = each_capture_line(expected.name, [&](const CaptureLine& line) {
            ASSERT_EQ(bed.frame_of(line.text), FrameStatus::ok) << line.text;
            touches += bed.frame.touches.size();
            for (const BookEvent& book : bed.frame.books) {
                std::uint64_t& before = last[std::string{book.symbol}];
                snapshots += book.kind == BookKind::snapshot;
                changes += book.kind == BookKind::delta;
                jumps += book.kind == BookKind::delta && book.previous_id != before;
                before = book.last_id;
            }
        });
        if (!there) GTEST_SKIP() << "no shared/data";
        EXPECT_EQ(snapshots, 10U) << expected.name;
        EXPECT_EQ(changes, expected.changes) << expected.name;
        EXPECT_EQ(jumps, expected.jumps) << expected.name;
        EXPECT_GT(touches, 0U);
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
