// Every kind of message of Kraken's WebSocket API v2, and what is none.
#include <gtest/gtest.h>

#include "tests/codecs/json/frames.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId venue = VenueId::kraken_v2;

TEST(KrakenV2Frame, TellsSnapshotsWithTheirChecksum) {
    expect_frame(venue,
                 R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD",)"
                 R"("bids":[{"price":62807.0,"qty":0.50930100}],)"
                 R"("asks":[{"price":62807.1,"qty":2},{"price":62808.0,"qty":1.5}],)"
                 R"("checksum":4249465476,"timestamp":"2026-08-18T20:43:55.546939Z"}]})",
                 {"snapshot BTC/USD [62807~0x509301~6] [628071~1x2~0 62808~0x15~1] ids 0-0 "
                  "checksum 4249465476 depth 0 at 1787085835546939000"});
}

TEST(KrakenV2Frame, TellsAChangeOfEachElement) {
    expect_frame(venue,
                 R"({"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[],)"
                 R"("asks":[{"price":0.0296,"qty":0.00000000}],"checksum":87372953},)"
                 R"({"symbol":"C/D","bids":[{"price":1e-05,"qty":2.5e3}],"asks":[]}]})",
                 {"delta A/B [] [296~4x0~0] ids 0-0 checksum 87372953 depth 0 at 0",
                  "delta C/D [1~5x2500~0] [] ids 0-0 depth 0 at 0"});
}

TEST(KrakenV2Frame, TellsHowItsNumbersAreWritten) {
    FrameBed bed{venue};
    ASSERT_EQ(bed.frame_of(R"({"channel":"book","type":"update","data":[)"
                           R"({"symbol":"A/B","bids":[],"asks":[{"price":62807.0,"qty":1}]},)"
                           R"({"symbol":"C/D","bids":[{"price":1,"qty":0.10000000},)"
                           R"({"price":0.1,"qty":2}],"asks":[]},)"
                           R"({"symbol":"E/F","bids":[{"price":1.50e1,"qty":1E2}],"asks":[]}]})"),
              FrameStatus::ok);
    const auto written = [&](std::size_t index) {
        const BookEvent& book = bed.frame.books.at(index);
        return std::pair<int, int>{book.price_decimals, book.quantity_decimals};
    };
    EXPECT_EQ(written(0), (std::pair{1, 0}));
    EXPECT_EQ(written(1), (std::pair{0, 8}));
    EXPECT_EQ(written(2), (std::pair{2, 0}));
}

TEST(KrakenV2Frame, TellsTradesAndThoseOfBefore) {
    expect_frame(venue,
                 R"({"channel":"trade","type":"update","data":[{"symbol":"XMR/USD",)"
                 R"("side":"sell","price":354.11000000,"qty":0.89594024,"ord_type":"limit",)"
                 R"("trade_id":1,"timestamp":"2021-04-17T16:49:02.557535Z"}]})",
                 {"trade XMR/USD 35411~2x89594024~8 sell id 1 at 1618678142557535000"});
    expect_frame(venue,
                 R"({"channel":"trade","type":"snapshot","data":[{"symbol":"A/B","side":"buy",)"
                 R"("price":1,"qty":2,"trade_id":7,"timestamp":"1970-01-01T00:00:01Z"},)"
                 R"({"symbol":"A/B","side":"sell","price":3,"qty":4,"trade_id":8,)"
                 R"("timestamp":"1970-01-01T00:00:02Z"}]})",
                 {"trade A/B 1~0x2~0 buy id 7 at 1000000000 history",
                  "trade A/B 3~0x4~0 sell id 8 at 2000000000 history"});
}

TEST(KrakenV2Frame, TellsTheTouchOfTickers) {
    expect_frame(venue,
                 R"({"channel":"ticker","type":"snapshot","data":[{"symbol":"ALGO/USD",)"
                 R"("bid":0.10025,"bid_qty":740.0,"ask":0.10036,"ask_qty":1361.4,"last":0.10035,)"
                 R"("timestamp":"1970-01-01T00:00:01.5Z"}]})",
                 {"touch ALGO/USD 10025~5x740~0 10036~5x13614~1 id 0 at 1500000000"});
    expect_frame(venue,
                 R"({"channel":"ticker","type":"update","data":[{"symbol":"A/B","bid":null,)"
                 R"("bid_qty":null,"ask":2,"ask_qty":1}]})",
                 {"touch A/B 0~0x0~0 2~0x1~0 id 0 at 0"});
}

TEST(KrakenV2Frame, TellsDefinitions) {
    expect_frame(
        venue,
        R"({"channel":"instrument","type":"snapshot","data":{"assets":[{"id":"USD",)"
        R"("precision":4}],"pairs":[{"symbol":"BTC/USD","base":"BTC","quote":"USD",)"
        R"("qty_increment":1e-08,"price_increment":0.5,"tick_size":0.1,)"
        R"("status":"online"},{"symbol":"A/B","base":"A","quote":"B",)"
        R"("qty_increment":5e-05,"price_increment":1E-2}]}})",
        {"definition BTC/USD tick 1~1 lot 1~8 BTC/USD", "definition A/B tick 1~2 lot 5~5 A/B"});
}

TEST(KrakenV2Frame, TellsSubscriptionsWithTheirDepth) {
    expect_frame(venue,
                 R"({"method":"subscribe","result":{"channel":"book","depth":25,)"
                 R"("snapshot":true,"symbol":"MINA/GBP"},"success":true,)"
                 R"("time_in":"2026-08-18T20:43:55.546900Z"})",
                 {"subscribed channel 'book' symbol 'MINA/GBP' text '' number 25"});
    expect_frame(venue,
                 R"({"method":"unsubscribe","result":{"channel":"book","depth":25,)"
                 R"("symbol":"MINA/GBP"},"success":true})",
                 {"unsubscribed channel 'book' symbol 'MINA/GBP' text '' number 25"});
    expect_frame(venue,
                 R"({"method":"subscribe","result":{"channel":"instrument"},"success":true})",
                 {"subscribed channel 'instrument' symbol '' text '' number 0"});
}

TEST(KrakenV2Frame, TellsRefusals) {
    expect_frame(venue,
                 R"({"error":"Subscription depth not supported","method":"subscribe",)"
                 R"("success":false,"symbol":"A/B"})",
                 {"refused channel '' symbol 'A/B' text 'Subscription depth not supported' "
                  "number 0"});
    expect_frame(venue, R"({"error":"Malformed request","success":false,"symbol":null})",
                 {"refused channel '' symbol '' text 'Malformed request' number 0"});
    expect_frame(venue, R"({"error":"Currency pair \"X\" unknown","method":"subscribe"})",
                 {"refused channel '' symbol '' text 'Currency pair \"X\" unknown' number 0"});
}

TEST(KrakenV2Frame, TakesHeartbeatsAndPongsForLife) {
    expect_frame(venue, R"({"channel":"heartbeat"})",
                 {"heartbeat channel '' symbol '' text '' number 0"});
    expect_frame(venue, R"({"method":"pong","req_id":1,"time_in":"x"})",
                 {"heartbeat channel '' symbol '' text '' number 0"});
}

TEST(KrakenV2Frame, HasNothingToSayOfTheRest) {
    expect_frame(venue,
                 R"({"channel":"status","type":"update","data":[{"version":"2.0.10",)"
                 R"("system":"online","connection_id":6437862339878838704}]})",
                 {});
    expect_frame(venue, R"({"channel":"ohlc","type":"update","data":[{"close":1.5e400}]})", {});
    expect_frame(venue, R"({"method":"add_order","result":null,"success":true,"error":null})", {});
    expect_frame(venue, R"({})", {});
}

TEST(KrakenV2Frame, RefusesOtherShapes) {
    using enum FrameStatus;
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, wrong_shape, field);
    };
    const auto book = [&](const std::string& data, std::string_view field) {
        refuse(R"({"channel":"book","type":"update","data":)" + data + "}", field);
    };
    refuse(R"([])", "");
    refuse(R"({"channel":5})", "channel");
    refuse(R"({"channel":"book","channel":"book"})", "channel");
    refuse(R"({"channel":"book","type":"update"})", "data");
    refuse(R"({"channel":"book","data":[]})", "type");
    refuse(R"({"channel":"book","type":"partial","data":[]})", "type");
    book(R"({})", "data");
    book(R"([{"bids":[],"asks":[]}])", "symbol");
    book(R"([{"symbol":"A/B","asks":[]}])", "bids");
    book(R"([{"symbol":"A/B","bids":[]}])", "asks");
    book(R"([{"symbol":"A/B","bids":[],"bids":[],"asks":[]}])", "bids");
    book(R"([{"symbol":"A/B","bids":[{"price":1}],"asks":[]}])", "qty");
    book(R"([{"symbol":"A/B","bids":[{"qty":1}],"asks":[]}])", "price");
    book(R"([{"symbol":"A/B","bids":[{"price":"1","qty":1}],"asks":[]}])", "price");
    book(R"([{"symbol":"A/B","bids":[[1,2]],"asks":[]}])", "bids");
    book(R"([{"symbol":"A/B","bids":[],"asks":[],"checksum":"1"}])", "checksum");
    refuse(R"({"channel":"trade","type":"update","data":[{"symbol":"A/B","side":"none"}]})",
           "side");
    refuse(R"({"channel":"trade","type":"update","data":[{"symbol":"A/B","side":"buy",)"
           R"("price":1,"qty":1,"trade_id":1}]})",
           "timestamp");
    refuse(R"({"channel":"ticker","type":"update","data":[{"symbol":"A/B","bid":1}]})", "bid_qty");
    refuse(R"({"channel":"instrument","type":"update","data":{"pairs":[{"symbol":"A/B",)"
           R"("base":"A","quote":"B","qty_increment":1}]}})",
           "tick_size");
    refuse(R"({"method":"subscribe","result":{"channel":"book"}})", "success");
    refuse(R"({"method":"subscribe","success":true})", "channel");
    refuse(R"({"method":"subscribe","result":5,"success":1})", "success");
}

TEST(KrakenV2Frame, RefusesNumbersItCannotHold) {
    using enum FrameStatus;
    const auto refuse = [](const std::string& data, std::string_view field) {
        expect_refused(venue, R"({"channel":"book","type":"update","data":)" + data + "}",
                       bad_number, field);
    };
    refuse(R"([{"symbol":"A/B","bids":[{"price":1,"qty":1e-19}],"asks":[]}])", "qty");
    refuse(R"([{"symbol":"A/B","bids":[{"price":9223372036854775808,"qty":1}],"asks":[]}])",
           "price");
    refuse(R"([{"symbol":"A/B","bids":[],"asks":[],"checksum":4294967296}])", "checksum");
    refuse(R"([{"symbol":"A/B","bids":[],"asks":[],"checksum":-1}])", "checksum");
    refuse(R"([{"symbol":"A/B","bids":[],"asks":[],"timestamp":"yesterday"}])", "timestamp");
    expect_refused(venue,
                   R"({"channel":"book","type":"update","data":[{"symbol":"A/B",)"
                   R"("bids":[{"price":01,"qty":1}],"asks":[]}]})",
                   malformed, "price");
}

TEST(KrakenV2Frame, ReadsTheWholeCaptures) {
    struct Expected {
        const char* name;
        std::size_t snapshots;
        std::size_t changes;
        std::size_t trades;
    };
    for (const Expected& expected : {Expected{"kraken-v2_10sym_20210417_derived", 10, 4269, 10},
                                     Expected{"kraken-v2_minagbp_resync_20260818", 2, 17, 0}}) {
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
        EXPECT_EQ(snapshots, expected.snapshots);
        EXPECT_EQ(changes, expected.changes);
        EXPECT_EQ(trades, expected.trades);
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
