// Every kind of message of OKX's public WebSocket API, and what is none.
#include <gtest/gtest.h>

#include "tests/codecs/json/frames.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId venue = VenueId::okx;

TEST(OkxFrame, TellsSnapshotsAndChanges) {
    expect_frame(venue,
                 R"({"arg":{"channel":"books","instId":"BTC-USDT"},"action":"snapshot","data":[)"
                 R"({"asks":[["30243.5","1.44679","0","6"],["30244","0.08","0","1"]],)"
                 R"("bids":[["30230","1","0","1"]],"ts":"1652459225381","checksum":47640993}]})",
                 {"snapshot BTC-USDT [30230~0x1~0] [302435~1x144679~5 30244~0x8~2] ids 0-0 "
                  "checksum 47640993 depth 400 at 1652459225381000000"});
    expect_frame(venue,
                 R"({"arg":{"channel":"books","instId":"BTC-USD-220527"},"action":"update",)"
                 R"("data":[{"asks":[["30249.4","0","0","0"]],"bids":[],"ts":"1",)"
                 R"("checksum":-914047754}]})",
                 {"delta BTC-USD-220527 [] [302494~1x0~0] ids 0-0 checksum 3380919542 depth 400 "
                  "at 1000000"});
}

TEST(OkxFrame, TellsTheChainOfIds) {
    expect_frame(venue,
                 R"({"arg":{"channel":"books-l2-tbt","instId":"X"},"action":"snapshot","data":[)"
                 R"({"asks":[],"bids":[],"ts":"1","checksum":0,"prevSeqId":-1,"seqId":10}]})",
                 {"snapshot X [] [] ids 10-10 depth 400 at 1000000"});
    expect_frame(venue,
                 R"({"arg":{"channel":"books50-l2-tbt","instId":"X"},"action":"update","data":[)"
                 R"({"asks":[],"bids":[],"ts":"1","prevSeqId":10,"seqId":15},)"
                 R"({"asks":[],"bids":[],"ts":"2","prevSeqId":15,"seqId":3}]})",
                 {"delta X [] [] ids 15-15 previous 10 depth 50 at 1000000",
                  "delta X [] [] ids 3-3 previous 15 depth 50 at 2000000"});
}

TEST(OkxFrame, TakesFiveLevelsForASnapshotEachTime) {
    expect_frame(venue,
                 R"({"arg":{"channel":"books5","instId":"X"},"data":[{"asks":[["2","1","0","1"]],)"
                 R"("bids":[["1","1","0","1"]],"instId":"X","ts":"1","seqId":9}]})",
                 {"snapshot X [1~0x1~0] [2~0x1~0] ids 9-9 depth 5 at 1000000"});
}

TEST(OkxFrame, TellsTheTouchOfTickersAndOfTheBestLevels) {
    expect_frame(venue,
                 R"({"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instType":"SPOT",)"
                 R"("instId":"BTC-USDT","last":"30236","askPx":"30228.7","askSz":"1.55896972",)"
                 R"("bidPx":"30228.6","bidSz":"0.23393","ts":"1652459224956"}]})",
                 {"touch BTC-USDT 302286~1x23393~5 302287~1x155896972~8 id 0 at "
                  "1652459224956000000"});
    expect_frame(venue,
                 R"({"arg":{"channel":"tickers","instId":"X"},"data":[{"instId":"X","askPx":"",)"
                 R"("askSz":"","bidPx":"1","bidSz":"2","ts":"1"}]})",
                 {"touch X 1~0x2~0 0~0x0~0 id 0 at 1000000"});
    expect_frame(
        venue,
        R"({"arg":{"channel":"bbo-tbt","instId":"X"},"data":[{"asks":[["2","3","0","1"]],)"
        R"("bids":[["1","4","0","1"]],"ts":"1","seqId":9},)"
        R"({"asks":[],"bids":[["1","4","0","1"]],"ts":"2","seqId":10}]})",
        {"touch X 1~0x4~0 2~0x3~0 id 0 at 1000000", "touch X 1~0x4~0 0~0x0~0 id 0 at 2000000"});
}

TEST(OkxFrame, TellsTrades) {
    expect_frame(venue,
                 R"({"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[)"
                 R"({"instId":"BTC-USDT","tradeId":"338476307","px":"30236","sz":"0.0002",)"
                 R"("side":"buy","ts":"1652459224818"},)"
                 R"({"instId":"BTC-USDT","tradeId":"338476308","px":"30235.5","sz":"1",)"
                 R"("side":"sell","ts":"1652459224819","count":"2","seqId":5}]})",
                 {"trade BTC-USDT 30236~0x2~4 buy id 338476307 at 1652459224818000000",
                  "trade BTC-USDT 302355~1x1~0 sell id 338476308 at 1652459224819000000"});
}

TEST(OkxFrame, TellsDefinitions) {
    expect_frame(
        venue,
        R"({"arg":{"channel":"instruments","instType":"SPOT"},"data":[)"
        R"({"instId":"BTC-USDT","baseCcy":"BTC","quoteCcy":"USDT","tickSz":"0.1",)"
        R"("lotSz":"0.00000001","state":"live"},{"instId":"X","baseCcy":"",)"
        R"("quoteCcy":"","tickSz":"","lotSz":"1"}]})",
        {"definition BTC-USDT tick 1~1 lot 1~8 BTC/USDT", "definition X tick 0~0 lot 1~0 /"});
}

TEST(OkxFrame, TellsAnswers) {
    expect_frame(venue,
                 R"({"event":"subscribe","arg":{"channel":"books","instId":"X"},"connId":"a4"})",
                 {"subscribed channel 'books' symbol 'X' text '' number 400"});
    expect_frame(venue, R"({"event":"unsubscribe","arg":{"channel":"trades","instId":"X"}})",
                 {"unsubscribed channel 'trades' symbol 'X' text '' number 0"});
    expect_frame(venue, R"({"event":"error","code":"60012","msg":"Invalid request: {\"op\"}"})",
                 {"refused channel '' symbol '' text 'Invalid request: {\"op\"}' number 0"});
    expect_frame(venue, R"({"event":"channel-conn-count-error","channel":"o","connCount":"30"})",
                 {"refused channel '' symbol '' text 'channel-conn-count-error' number 0"});
    expect_frame(venue, R"({"event":"notice","code":"64008","msg":"will soon be closed"})",
                 {"going_down channel '' symbol '' text 'will soon be closed' number 0"});
}

TEST(OkxFrame, TakesABarePongForLife) {
    expect_frame(venue, "pong", {"heartbeat channel '' symbol '' text '' number 0"});
    expect_refused(venue, "pongs", FrameStatus::malformed, "");
    expect_refused(venue, "pong pong", FrameStatus::malformed, "");
    expect_refused(venue, "[pong]", FrameStatus::malformed, "");
}

TEST(OkxFrame, HasNothingToSayOfTheRest) {
    expect_frame(venue, R"({"arg":{"channel":"candle1m","instId":"X"},"data":[["1","2"]]})", {});
    expect_frame(venue, R"({"event":"login","code":"0"})", {});
    expect_frame(venue, R"({})", {});
}

TEST(OkxFrame, RefusesOtherShapes) {
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, FrameStatus::wrong_shape, field);
    };
    const auto book = [&](const std::string& element, std::string_view field) {
        refuse(R"({"arg":{"channel":"books","instId":"X"},"action":"update","data":[)" + element +
                   "]}",
               field);
    };
    refuse(R"([])", "");
    refuse(R"({"arg":{"channel":"books","instId":"X"},"action":"update"})", "data");
    refuse(R"({"arg":{"instId":"X"},"data":[]})", "channel");
    refuse(R"({"arg":{"channel":"books","instId":"X"},"data":[]})", "action");
    refuse(R"({"arg":{"channel":"books","instId":"X"},"action":"partial","data":[]})", "action");
    refuse(R"({"arg":{"channel":"books","instId":"X"},"action":"update","data":{}})", "data");
    refuse(R"({"arg":{"channel":"books"},"action":"update","data":[)"
           R"({"asks":[],"bids":[],"ts":"1"}]})",
           "instId");
    refuse(R"({"arg":{"channel":"bbo-tbt"},"data":[{"asks":[],"bids":[],"ts":"1"}]})", "instId");
    refuse(R"({"data":[],"data":[],"arg":{"channel":"trades","instId":"X"}})", "data");
    book(R"({"bids":[],"ts":"1"})", "asks");
    book(R"({"asks":[],"ts":"1"})", "bids");
    book(R"({"asks":[],"bids":[]})", "ts");
    book(R"({"asks":[],"asks":[],"bids":[],"ts":"1"})", "asks");
    book(R"({"asks":[["1"]],"bids":[],"ts":"1"})", "asks");
    book(R"({"asks":[],"bids":[],"ts":1})", "ts");
    book(R"({"asks":[],"bids":[],"ts":"1","checksum":"5"})", "checksum");
    refuse(R"({"arg":{"channel":"trades","instId":"X"},"data":[{"side":"x"}]})", "side");
    refuse(R"({"arg":{"channel":"trades","instId":"X"},"data":[{"side":"buy"}]})", "instId");
    refuse(R"({"arg":{"channel":"tickers","instId":"X"},"data":[{"instId":"X"}]})", "bidPx");
    refuse(R"({"arg":{"channel":"instruments"},"data":[{"instId":"X"}]})", "tickSz");
    refuse(R"({"event":"subscribe"})", "channel");
    refuse(R"({"event":"subscribe","arg":5})", "arg");
}

TEST(OkxFrame, RefusesNumbersItCannotHold) {
    const auto refuse = [](const std::string& element, std::string_view field) {
        expect_refused(venue,
                       R"({"arg":{"channel":"books","instId":"X"},"action":"update","data":[)" +
                           element + "]}",
                       FrameStatus::bad_number, field);
    };
    refuse(R"({"asks":[["1e5","1","0","1"]],"bids":[],"ts":"1"})", "asks");
    refuse(R"({"asks":[["1","0.0000000000000000001","0","1"]],"bids":[],"ts":"1"})", "asks");
    refuse(R"({"asks":[],"bids":[],"ts":"1","checksum":2147483648})", "checksum");
    refuse(R"({"asks":[],"bids":[],"ts":"1","checksum":-2147483649})", "checksum");
    refuse(R"({"asks":[],"bids":[],"ts":"1","checksum":1.5})", "checksum");
    refuse(R"({"asks":[],"bids":[],"ts":"1","prevSeqId":-2})", "prevSeqId");
    refuse(R"({"asks":[],"bids":[],"ts":"1","seqId":-1})", "seqId");
    refuse(R"({"asks":[],"bids":[],"ts":"-1"})", "ts");
}

TEST(OkxFrame, ReadsTheWholeCaptures) {
    struct Expected {
        const char* name;
        std::size_t changes;
    };
    for (const Expected& expected :
         {Expected{"okx_3sym_20220513", 287}, Expected{"okx_3sym_20220513.damaged-checksum", 287},
          Expected{"okx_3sym_20220513.damaged-gap", 284}}) {
        FrameBed bed{venue};
        std::size_t snapshots = 0;
        std::size_t changes = 0;
        std::size_t trades = 0;
        const bool there = each_capture_line(expected.name, [&](const CaptureLine& line) {
            ASSERT_EQ(bed.frame_of(line.text), FrameStatus::ok) << line.text;
            trades += bed.frame.trades.size();
            for (const BookEvent& book : bed.frame.books) {
                snapshots += book.kind == BookKind::snapshot;
                changes += book.kind == BookKind::delta;
                ASSERT_TRUE(book.has_checksum);
            }
        });
        if (!there) GTEST_SKIP() << "no shared/data";
        EXPECT_EQ(snapshots, 3U);
        EXPECT_EQ(changes, expected.changes);
        EXPECT_EQ(trades, 74U);
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
