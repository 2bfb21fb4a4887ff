// Books whose snapshots are answers to requests: what comes before one waits, and joins or not.
#include "tests/sync/books_bed.hpp"

namespace tickweir::gateway::tests {
namespace {

constexpr const char* depth_of_x = "/api/v3/depth?symbol=X&limit=1000";

std::string spot(int first, int last, const std::string& bids, const std::string& asks = "") {
    return R"({"e":"depthUpdate","E":1,"s":"X","U":)" + std::to_string(first) + R"(,"u":)" +
           std::to_string(last) + R"(,"b":[)" + bids + R"(],"a":[)" + asks + "]}";
}
std::string futures(int first, int last, int previous, const std::string& bids) {
    return R"({"e":"depthUpdate","E":1,"T":1,"s":"X","U":)" + std::to_string(first) + R"(,"u":)" +
           std::to_string(last) + R"(,"pu":)" + std::to_string(previous) + R"(,"b":[)" + bids +
           R"(],"a":[]})";
}
std::string depth(int id, const std::string& bids, const std::string& asks = "") {
    return R"({"lastUpdateId":)" + std::to_string(id) + R"(,"bids":[)" + bids + R"(],"asks":[)" +
           asks + "]}";
}

TEST(JsonBooksOfBinanceSpot, HoldChangesUntilTheSnapshotAndDropWhatItHas) {
    BooksBed bed{VenueId::binance_spot};
    bed.frame(spot(1, 5, row("9", "1")));
    EXPECT_THAT(bed.heard(), ElementsAre("X new", "X wants http_snapshot over 0"));
    bed.frame(spot(6, 10, row("10", "2")));
    bed.frame(spot(11, 15, row("11", "3")));
    EXPECT_THAT(bed.heard(), IsEmpty()) << "asked for once, nothing handed out";
    EXPECT_EQ(bed.counts("X").unapplied, 3U);
    bed.answer(depth_of_x, depth(8, row("8", "1")));
    EXPECT_THAT(bed.heard(), ElementsAre("X snapshot", "X in_sync", "X levels b10x2 touch",
                                         "X levels b11x3 touch"));
    EXPECT_EQ(bed.levels("X"), "11x3 10x2 8x1 | ");
    const JsonBookCounts counts = bed.counts("X");
    EXPECT_EQ(counts.stale_ignored, 1U);
    EXPECT_EQ(counts.book_updates, 2U);
    EXPECT_EQ(counts.unapplied, 0U);
    EXPECT_EQ(counts.snapshots, 1U);
}

TEST(JsonBooksOfBinanceSpot, AskAgainWhereTheSnapshotIsTooOld) {
    BooksBed bed{VenueId::binance_spot};
    bed.frame(spot(10, 15, row("9", "1")));
    (void)bed.heard();
    bed.answer(depth_of_x, depth(8, row("8", "1")));
    EXPECT_THAT(bed.heard(), ElementsAre("X wants http_snapshot over 0"));
    EXPECT_EQ(bed.sync("X"), "awaiting_snapshot");
    EXPECT_EQ(bed.counts("X").snapshots_too_old, 1U);
    EXPECT_EQ(bed.counts("X").snapshots, 0U);
    bed.answer(depth_of_x, depth(12, row("8", "1")));
    EXPECT_EQ(bed.levels("X"), "9x1 8x1 | ");
}

TEST(JsonBooksOfBinanceSpot, BufferAgainBehindAGap) {
    BooksBed bed{VenueId::binance_spot};
    bed.answer(depth_of_x, depth(8, row("8", "1")));
    bed.frame(spot(9, 10, row("9", "1")));
    (void)bed.heard();
    bed.frame(spot(12, 13, row("10", "1")));
    EXPECT_THAT(bed.heard(), ElementsAre("X out_of_sync gap", "X wants http_snapshot over 0"));
    bed.frame(spot(14, 15, row("11", "1")));
    EXPECT_EQ(bed.levels("X"), "9x1 8x1 | ");
    EXPECT_EQ(bed.counts("X").gaps, 1U);
    EXPECT_EQ(bed.counts("X").unapplied, 2U) << "they wait";
    bed.answer(depth_of_x, depth(13, row("7", "1")));
    EXPECT_EQ(bed.levels("X"), "11x1 7x1 | ");
    EXPECT_EQ(bed.counts("X").unapplied, 0U);
    EXPECT_EQ(bed.counts("X").stale_ignored, 1U);
}

TEST(JsonBooksOfBinanceSpot, SeeAGapAmongWhatWaited) {
    BooksBed bed{VenueId::binance_spot};
    bed.frame(spot(1, 5, row("9", "1")));
    bed.frame(spot(8, 9, row("10", "1")));
    bed.frame(spot(10, 11, row("11", "1")));
    bed.answer(depth_of_x, depth(3, row("8", "1")));
    EXPECT_EQ(bed.sync("X"), "out_of_sync gap");
    EXPECT_EQ(bed.levels("X"), "9x1 8x1 | ");
    EXPECT_EQ(bed.counts("X").unapplied, 2U) << "they wait for the next one";
    bed.answer(depth_of_x, depth(9, row("8", "1")));
    EXPECT_EQ(bed.levels("X"), "11x1 8x1 | ");
}

TEST(JsonBooksOfBinanceSpot, IgnoreAnAnswerOlderThanTheBook) {
    BooksBed bed{VenueId::binance_spot};
    bed.answer(depth_of_x, depth(8, row("8", "1")));
    bed.frame(spot(9, 12, row("9", "1")));
    bed.answer(depth_of_x, depth(10, row("7", "1")));
    EXPECT_EQ(bed.levels("X"), "9x1 8x1 | ");
    EXPECT_EQ(bed.counts("X").snapshots_too_old, 1U);
    bed.answer(depth_of_x, depth(14, row("7", "1")));
    EXPECT_EQ(bed.levels("X"), "7x1 | ") << "a later one replaces it";
    bed.frame(spot(13, 15, row("6", "1")));
    EXPECT_EQ(bed.sync("X"), "in_sync");
}

TEST(JsonBooksOfBinanceSpot, DoNotTakeAnAnswerThatWasAskedForBeforeTheLoss) {
    BooksBed bed{VenueId::binance_spot};
    bed.answer(depth_of_x, depth(8, row("8", "1")));
    bed.frame(spot(12, 13, row("10", "1")), 0, 50);
    bed.answer(depth_of_x, depth(12, row("8", "1")), at_ms(49), 60);
    EXPECT_EQ(bed.sync("X"), "out_of_sync gap");
    EXPECT_EQ(bed.counts("X").snapshots_too_old, 1U);
    bed.answer(depth_of_x, depth(12, row("8", "1")), at_ms(51), 60);
    EXPECT_EQ(bed.sync("X"), "in_sync");
}

TEST(JsonBooksOfBinanceSpot, StartAgainWhereTooMuchWaits) {
    JsonBooksLimits limits;
    limits.join_bytes = 500;
    BooksBed bed{VenueId::binance_spot, false, limits};
    bed.frame(spot(1, 5, row("9", "1")));
    bed.frame(spot(6, 7, row("9", "1")));
    bed.frame(spot(8, 9, row("9", "1")));
    (void)bed.heard();
    bed.frame(spot(10, 11, row("9", "1")));
    EXPECT_THAT(bed.heard(),
                ElementsAre("X out_of_sync join_overflow", "X wants http_snapshot over 0"));
    EXPECT_EQ(bed.counts("X").join_overflows, 1U);
    EXPECT_EQ(bed.counts("X").unapplied, 4U);
    bed.frame(spot(12, 13, row("9", "1")));
    bed.answer(depth_of_x, depth(9, row("8", "1")));
    EXPECT_EQ(bed.counts("X").snapshots_too_old, 1U) << "what was dropped is missing";
    bed.answer(depth_of_x, depth(11, row("8", "1")));
    EXPECT_EQ(bed.levels("X"), "9x1 8x1 | ");
}

TEST(JsonBooksOfBinanceSpot, CountWhatWaitsAgainOnce) {
    JsonBooksLimits limits;
    const std::size_t each = spot(10, 11, row("9", "1")).size() + codecs::json::text_padding;
    limits.join_bytes_together = 4 * each;
    BooksBed bed{VenueId::binance_spot, false, limits};
    for (const int first : {9, 12, 14, 16})
        bed.frame(spot(first, first + 1, row("9", "1")));
    bed.answer(depth_of_x, depth(8, row("8", "1")));
    EXPECT_EQ(bed.sync("X"), "out_of_sync gap") << "11 is missing";
    EXPECT_EQ(bed.counts("X").join_overflows, 0U);
    bed.answer(depth_of_x, depth(13, row("8", "1")));
    EXPECT_EQ(bed.sync("X"), "in_sync");
    EXPECT_EQ(bed.counts("X").book_updates, 3U);
    EXPECT_EQ(bed.counts("X").unapplied, 0U);
    // All of the room is free again.
    bed.frame(spot(30, 31, row("9", "1")));
    for (int first = 32; first < 38; first += 2)
        bed.frame(spot(first, first + 1, row("9", "1")));
    EXPECT_EQ(bed.counts("X").join_overflows, 0U);
    bed.frame(spot(38, 39, row("9", "1")));
    EXPECT_EQ(bed.counts("X").join_overflows, 1U);
}

TEST(JsonBooksOfBinanceSpot, AreLostOnceByAGapThatHasNoRoomToWait) {
    JsonBooksLimits limits;
    limits.join_bytes = 100;
    BooksBed bed{VenueId::binance_spot, false, limits};
    bed.answer(depth_of_x, depth(8, row("8", "1")));
    (void)bed.heard();
    bed.frame(spot(10, 11,
                   row("9", "1") + "," + row("8", "2") + "," + row("7", "2") + "," + row("6", "2") +
                       "," + row("5", "2")));
    EXPECT_THAT(bed.heard(), ElementsAre("X out_of_sync gap", "X wants http_snapshot over 0"));
    EXPECT_EQ(bed.counts("X").gaps, 1U);
    EXPECT_EQ(bed.counts("X").join_overflows, 1U);
    EXPECT_EQ(bed.counts("X").unapplied, 1U);
}

TEST(JsonBooksOfBinanceSpot, CompareTheirTouchWithTheVenues) {
    const auto ticker = [](int id, const std::string& bid, const std::string& quantity) {
        return R"({"u":)" + std::to_string(id) + R"(,"s":"X","b":")" + bid + R"(","B":")" +
               quantity + R"(","a":"20","A":"1"})";
    };
    for (const bool live : {false, true}) {
        BooksBed bed{VenueId::binance_spot, live};
        bed.answer(depth_of_x, depth(8, row("8", "1"), row("20", "1")));
        bed.frame(ticker(8, "8", "1"));
        bed.frame(spot(9, 10, row("9", "1")));
        bed.frame(ticker(10, "9", "1"));
        bed.frame(ticker(12, "9", "3"));
        EXPECT_EQ(bed.counts("X").touches_checked, 1U);
        EXPECT_EQ(bed.counts("X").touches_differ, 0U);
        bed.frame(spot(11, 12, row("9", "2")));
        bed.frame(ticker(13, "9", "3"));
        EXPECT_EQ(bed.counts("X").touches_differ, 1U);
        EXPECT_EQ(bed.sync("X"), "in_sync") << "once proves nothing";
        bed.frame(spot(13, 13, row("7", "2")));
        bed.frame(ticker(14, "9", "3"));
        EXPECT_EQ(bed.counts("X").touches_differ, 2U);
        EXPECT_EQ(bed.sync("X"), live ? "out_of_sync oracle" : "in_sync");
    }
}

TEST(JsonBooksOfBinanceSpot, CountOneOfTheTwoChannelsOfTrades) {
    BooksBed bed{VenueId::binance_spot};
    const std::string rest = R"(,"s":"X","p":"10","q":"1","T":1,"m":true})";
    bed.frame(R"({"e":"aggTrade","E":1,"a":7)" + rest);
    bed.frame(R"({"e":"trade","E":1,"t":8)" + rest);
    EXPECT_THAT(bed.heard(), ElementsAre("X new", "X trade 10x1 7"));
    EXPECT_EQ(bed.books.trades_are_aggregates(), true);
    EXPECT_EQ(bed.books.counts().other_trades, 1U);
}

TEST(JsonBooksOfBinanceFutures, JoinByTheNamedIdToo) {
    for (const VenueId venue : {VenueId::binance_usdm, VenueId::binance_coinm}) {
        BooksBed bed{venue};
        bed.frame(futures(1, 5, 0, row("9", "1")));
        bed.frame(futures(20, 25, 10, row("10", "1")));
        bed.answer("/fapi/v1/depth?symbol=X&limit=1000", depth(10, row("8", "1")));
        EXPECT_EQ(bed.levels("X"), "10x1 8x1 | ");
        bed.frame(futures(30, 35, 25, row("11", "1")));
        bed.frame(futures(30, 35, 25, row("11", "2")));
        EXPECT_EQ(bed.levels("X"), "11x1 10x1 8x1 | ");
        EXPECT_EQ(bed.counts("X").stale_ignored, 2U);
        bed.frame(futures(36, 40, 34, row("12", "1")));
        EXPECT_EQ(bed.sync("X"), "out_of_sync gap");
    }
}

TEST(JsonBooksOfBinanceFutures, ApplyTheChangeOfTheSnapshotsOwnId) {
    BooksBed bed{VenueId::binance_usdm};
    bed.frame(futures(5, 10, 4, row("9", "1")));
    bed.answer("/fapi/v1/depth?symbol=X&limit=1000", depth(10, row("8", "1")));
    bed.frame(futures(11, 12, 10, row("10", "1")));
    EXPECT_EQ(bed.levels("X"), "10x1 9x1 8x1 | ");
    EXPECT_EQ(bed.counts("X").join_equal_id, 1U);
    EXPECT_EQ(bed.counts("X").book_updates, 2U);
}

std::string bitstamp(int time, const std::string& bids) {
    return R"({"data":{"timestamp":"1","microtimestamp":")" + std::to_string(time) +
           R"(","bids":[)" + bids + R"(],"asks":[]},"channel":"diff_order_book_x","event":"data"})";
}
std::string bitstamp_answer(int time, const std::string& bids) {
    return R"({"timestamp":"1","microtimestamp":")" + std::to_string(time) + R"(","bids":[)" +
           bids + R"(],"asks":[]})";
}

TEST(JsonBooksOfBitstamp, DropWhatIsNotLaterThanTheAnswer) {
    BooksBed bed{VenueId::bitstamp};
    bed.frame(bitstamp(100, row("9", "1")));
    bed.frame(bitstamp(200, row("10", "1")));
    bed.frame(bitstamp(300, row("11", "1")));
    bed.answer("/api/v2/order_book/x", bitstamp_answer(200, row("8", "1")));
    EXPECT_EQ(bed.levels("x"), "11x1 8x1 | ");
    EXPECT_EQ(bed.counts("x").stale_ignored, 2U);
    bed.frame(bitstamp(900, row("11", "0")));
    bed.frame(bitstamp(900, row("11", "5")));
    EXPECT_EQ(bed.levels("x"), "8x1 | ");
}

TEST(JsonBooksOfBitstamp, DistrustThemselvesAfterARefusedFrame) {
    BooksBed bed{VenueId::bitstamp};
    bed.answer("/api/v2/order_book/x", bitstamp_answer(200, row("8", "1")));
    (void)bed.heard();
    EXPECT_EQ(bed.frame(bitstamp(300, row("1.0000000000000000001", "1"))), FrameStatus::bad_number);
    EXPECT_THAT(bed.heard(),
                ElementsAre("x out_of_sync refused_frame", "x wants http_snapshot over 0"));
    bed.frame(bitstamp(400, row("9", "1")));
    bed.answer("/api/v2/order_book/x", bitstamp_answer(350, row("8", "1")));
    EXPECT_EQ(bed.levels("x"), "9x1 8x1 | ");
}

}  // namespace
}  // namespace tickweir::gateway::tests
