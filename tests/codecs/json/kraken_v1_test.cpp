// Every kind of message of Kraken's WebSocket API v1, and what is none.
#include <gtest/gtest.h>

#include "tests/codecs/json/frames.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId venue = VenueId::kraken_v1;

TEST(KrakenV1Frame, TellsASnapshotWithItsDepth) {
    expect_frame(venue,
                 R"([464,{"as":[["56218.30000","0.15000000","1618678117.243818"],)"
                 R"(["56218.40000","0.02970000","1618678093.187766"]],)"
                 R"("bs":[["55978.50000","1.00000000","1618678100.5"]]},"book-1000","XBT/CHF"])",
                 {"snapshot XBT/CHF [559785~1x1~0] [562183~1x15~2 562184~1x297~4] ids 0-0 "
                  "depth 1000 at 0"});
    expect_frame(venue, R"([1,{"as":[],"bs":[]},"book-10","A/B"])",
                 {"snapshot A/B [] [] ids 0-0 depth 10 at 0"});
}

TEST(KrakenV1Frame, TellsChangesOfOneSide) {
    expect_frame(venue,
                 R"([464,{"a":[["56872.70000","0.01000000","1618678133.924027"]],)"
                 R"("c":"2628179034"},"book-1000","XBT/CHF"])",
                 {"delta XBT/CHF [] [568727~1x1~2] ids 0-0 checksum 2628179034 depth 1000 at "
                  "1618678133924027000"});
    expect_frame(venue,
                 R"([464,{"b":[["55978.50000","0.00000000","1618678134.117415"]],)"
                 R"("c":"1740639334"},"book-10","XBT/CHF"])",
                 {"delta XBT/CHF [559785~1x0~0] [] ids 0-0 checksum 1740639334 depth 10 at "
                  "1618678134117415000"});
}

TEST(KrakenV1Frame, MakesOneChangeOfTwoObjects) {
    expect_frame(venue,
                 R"([1920,{"a":[["0.042990","364630.28272081","1618678145.920470"]]},)"
                 R"({"b":[["0.042990","0.00000000","1618678145.920708"]],"c":"4105471083"},)"
                 R"("book-1000","SC/EUR"])",
                 {"delta SC/EUR [4299~5x0~0] [4299~5x36463028272081~8] ids 0-0 checksum "
                  "4105471083 depth 1000 at 1618678145920708000"});
}

TEST(KrakenV1Frame, TakesRepublishedRowsLikeOthers) {
    expect_frame(venue,
                 R"([1,{"a":[["5.1","2","1.5","r"],["5.2","0","1.4"]],"c":"1"},"book-25","A/B"])",
                 {"delta A/B [] [51~1x2~0 52~1x0~0] ids 0-0 checksum 1 depth 25 at 1500000000"});
}

TEST(KrakenV1Frame, TellsHowItsNumbersAreWritten) {
    FrameBed bed{venue};
    ASSERT_EQ(bed.frame_of(R"([1,{"b":[["0.042990","1.00000000","1.0"]]},"book-10","SC/EUR"])"),
              FrameStatus::ok);
    EXPECT_EQ(bed.frame.books.at(0).price_decimals, 6);
    EXPECT_EQ(bed.frame.books.at(0).quantity_decimals, 8);
    EXPECT_FALSE(bed.frame.books.at(0).has_checksum);
}

TEST(KrakenV1Frame, TellsTrades) {
    expect_frame(venue,
                 R"([993,[["354.11000000","0.89594024","1618678142.557535","s","l",""],)"
                 R"(["354.55000000","1.25690315","1618678145.715785","b","m",""]],)"
                 R"("trade","XMR/USD"])",
                 {"trade XMR/USD 35411~2x89594024~8 sell id  at 1618678142557535000",
                  "trade XMR/USD 35455~2x125690315~8 buy id  at 1618678145715785000"});
}

TEST(KrakenV1Frame, TellsTheTouchOfTickersAndSpreads) {
    expect_frame(venue,
                 R"([996,{"a":["355.24000000",27,"27.19106411"],"b":["354.32000000",6,"6.8"],)"
                 R"("c":["355.23000000","1.20454360"],"t":[6481,10283]},"ticker","XMR/USD"])",
                 {"touch XMR/USD 35432~2x68~1 35524~2x2719106411~8 id 0 at 0"});
    expect_frame(venue,
                 R"([0,["5698.40000","5700.00000","1542057299.545897","1.01234567","0.98"],)"
                 R"("spread","XBT/USD"])",
                 {"touch XBT/USD 56984~1x101234567~8 5700~0x98~2 id 0 at 1542057299545897000"});
}

TEST(KrakenV1Frame, TellsSubscriptionsWithTheirDepth) {
    expect_frame(venue,
                 R"({"channelID":1664,"channelName":"book-1000","event":"subscriptionStatus",)"
                 R"("pair":"WAVES/EUR","status":"subscribed",)"
                 R"("subscription":{"depth":1000,"name":"book"}})",
                 {"subscribed channel 'book' symbol 'WAVES/EUR' text '' number 1000"});
    expect_frame(venue,
                 R"({"channelName":"book-25","event":"subscriptionStatus","pair":"A/B",)"
                 R"("status":"unsubscribed"})",
                 {"unsubscribed channel 'book' symbol 'A/B' text '' number 25"});
    expect_frame(venue,
                 R"({"channelName":"trade","event":"subscriptionStatus","pair":"A/B",)"
                 R"("status":"subscribed","subscription":{"name":"trade"}})",
                 {"subscribed channel 'trade' symbol 'A/B' text '' number 0"});
}

TEST(KrakenV1Frame, TellsRefusals) {
    expect_frame(venue,
                 R"({"errorMessage":"Subscription depth not supported",)"
                 R"("event":"subscriptionStatus","pair":"XBT/USD","status":"error",)"
                 R"("subscription":{"depth":42,"name":"book"}})",
                 {"refused channel 'book' symbol 'XBT/USD' text 'Subscription depth not "
                  "supported' number 42"});
    expect_frame(venue, R"({"errorMessage":"Malformed request","event":"error"})",
                 {"refused channel '' symbol '' text 'Malformed request' number 0"});
}

TEST(KrakenV1Frame, TakesHeartbeatsAndPongsForLife) {
    expect_frame(venue, R"({"event":"heartbeat"})",
                 {"heartbeat channel '' symbol '' text '' number 0"});
    expect_frame(venue, R"({"event":"pong","reqid":42})",
                 {"heartbeat channel '' symbol '' text '' number 0"});
}

TEST(KrakenV1Frame, HasNothingToSayOfTheRest) {
    expect_frame(venue,
                 R"({"connectionID":17843232920108168701,"event":"systemStatus",)"
                 R"("status":"online","version":"1.8.3"})",
                 {});
    expect_frame(venue, R"([42,["1542057314.748456","1542057360.435743",3586],"ohlc-5","A/B"])",
                 {});
    expect_frame(venue, R"([[{"X":{"pair":"A/B"}}],"ownTrades",{"sequence":2}])", {});
    expect_frame(venue, R"({})", {});
}

TEST(KrakenV1Frame, RefusesOtherShapes) {
    using enum FrameStatus;
    const auto refuse = [](std::string_view text, FrameStatus status, std::string_view field) {
        expect_refused(venue, text, status, field);
    };
    refuse(R"([])", wrong_shape, "");
    refuse(R"(5)", wrong_shape, "");
    refuse(R"([1,{"a":[]},"book-10"])", wrong_shape, "");
    refuse(R"([1,{"a":[]},"book-10",5])", wrong_shape, "");
    refuse(R"(["1",{"a":[]},"book-10","A/B"])", wrong_shape, "");
    refuse(R"([1,{"a":[]},"book-x","A/B"])", wrong_shape, "channelName");
    refuse(R"([1,{"a":[]},"book-4294967296","A/B"])", wrong_shape, "channelName");
    refuse(R"([1,{"as":[]},"book-10","A/B"])", wrong_shape, "bs");
    refuse(R"([1,{"bs":[]},"book-10","A/B"])", wrong_shape, "as");
    refuse(R"([1,{"c":"1"},"book-10","A/B"])", wrong_shape, "as");
    refuse(R"([1,{"as":[],"bs":[],"a":[]},"book-10","A/B"])", wrong_shape, "as");
    refuse(R"([1,{"a":[]},{"a":[]},"book-10","A/B"])", wrong_shape, "a");
    refuse(R"([1,{"a":[["1","2"]]},"book-10","A/B"])", wrong_shape, "a");
    refuse(R"([1,{"a":[["1",2,"3"]]},"book-10","A/B"])", wrong_shape, "a");
    refuse(R"([1,[],"book-10","A/B"])", wrong_shape, "");
    refuse(R"([1,[["1","2","3"]],"trade","A/B"])", wrong_shape, "");
    refuse(R"([1,[["1","2","3","x"]],"trade","A/B"])", wrong_shape, "");
    refuse(R"([1,{"a":["1",1,"1"]},"ticker","A/B"])", wrong_shape, "b");
    refuse(R"([1,{"a":["1",1],"b":["1",1,"1"]},"ticker","A/B"])", wrong_shape, "a");
    refuse(R"([1,["1","2","3","4"],"spread","A/B"])", wrong_shape, "");
    refuse(R"({"event":"subscriptionStatus","pair":"A/B"})", wrong_shape, "status");
    refuse(R"({"event":"subscriptionStatus","status":"subscribed","channelName":"book-"})",
           wrong_shape, "channelName");
}

TEST(KrakenV1Frame, RefusesNumbersItCannotHold) {
    using enum FrameStatus;
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, bad_number, field);
    };
    refuse(R"([1,{"a":[["1e3","2","3"]]},"book-10","A/B"])", "a");
    refuse(R"([1,{"a":[["1","0.0000000000000000001","3"]]},"book-10","A/B"])", "a");
    refuse(R"([1,{"a":[["1","2","3.0000000001"]]},"book-10","A/B"])", "a");
    refuse(R"([1,{"a":[["1","2","9223372037"]]},"book-10","A/B"])", "a");
    refuse(R"([1,{"a":[["1","2","-3"]]},"book-10","A/B"])", "a");
    refuse(R"([1,{"a":[],"c":"4294967296"},"book-10","A/B"])", "c");
    refuse(R"([1,{"a":[],"c":"-1"},"book-10","A/B"])", "c");
    refuse(R"([1,[["1","","3","s"]],"trade","A/B"])", "");
}

TEST(KrakenV1Frame, ReadsTheWholeCapture) {
    for (const char* name :
         {"kraken-v1_10sym_20210417", "kraken-v1_10sym_20210417.damaged-checksum"}) {
        FrameBed bed{venue};
        std::size_t changes = 0;
        std::size_t checksums = 0;
        std::size_t snapshots = 0;
        std::size_t trades = 0;
        const bool there = each_capture_line(name, [&](const CaptureLine& line) {
            ASSERT_EQ(bed.frame_of(line.text), FrameStatus::ok) << line.text;
            trades += bed.frame.trades.size();
            for (const BookEvent& book : bed.frame.books) {
                snapshots += book.kind == BookKind::snapshot;
                changes += book.kind == BookKind::delta;
                checksums += book.has_checksum;
            }
        });
        if (!there) GTEST_SKIP() << "no shared/data";
        EXPECT_EQ(snapshots, 10U);
        EXPECT_EQ(changes, 4269U);
        EXPECT_EQ(checksums, 4269U);
        EXPECT_EQ(trades, 10U);
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
