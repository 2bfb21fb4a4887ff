// Several connections, those that are lost, and what is expected of them.
#include "tests/sync/books_bed.hpp"

namespace tickweir::gateway::tests {
namespace {

std::string bybit(const std::string& type, int id, const std::string& symbol,
                  const std::string& bids) {
    return R"({"topic":"orderbook.50.)" + symbol + R"(","ts":1,"type":")" + type +
           R"(","data":{"s":")" + symbol + R"(","b":[)" + bids + R"(],"a":[],"u":)" +
           std::to_string(id) + R"(,"seq":1},"cts":1})";
}
std::string spot(int first, int last, const std::string& bids) {
    return R"({"e":"depthUpdate","E":1,"s":"X","U":)" + std::to_string(first) + R"(,"u":)" +
           std::to_string(last) + R"(,"b":[)" + bids + R"(],"a":[]})";
}
std::string depth(int id, const std::string& bids) {
    return R"({"lastUpdateId":)" + std::to_string(id) + R"(,"bids":[)" + bids + R"(],"asks":[]})";
}

TEST(JsonBooks, LoseTheBooksOfALostConnectionOnly) {
    BooksBed bed{VenueId::bybit};
    bed.frame(bybit("snapshot", 1, "A", row("1", "1")), 0);
    bed.frame(bybit("snapshot", 1, "B", row("1", "1")), 1);
    (void)bed.heard();
    bed.lose_connection(1);
    EXPECT_THAT(bed.heard(), ElementsAre("B out_of_sync connection_lost"))
        << "who lost it connects again";
    EXPECT_EQ(bed.counts("B").gaps, 0U);
    bed.frame(bybit("delta", 2, "A", row("2", "1")), 0);
    bed.frame(bybit("delta", 2, "B", row("2", "1")), 1);
    EXPECT_EQ(bed.levels("A"), "2x1 1x1 | ");
    EXPECT_EQ(bed.levels("B"), "1x1 | ");
    bed.frame(bybit("snapshot", 9, "B", row("3", "1")), 1);
    EXPECT_EQ(bed.sync("B"), "in_sync");
    bed.lose_connection(7'000'000);
    EXPECT_EQ(bed.sync("A"), "in_sync");
}

TEST(JsonBooks, FollowTheConnectionOfTheLastSnapshot) {
    BooksBed bed{VenueId::bybit};
    bed.frame(bybit("snapshot", 10, "A", row("1", "1")), 0);
    bed.frame(bybit("snapshot", 20, "A", row("5", "1")), 1);
    bed.frame(bybit("delta", 11, "A", row("2", "1")), 0);
    EXPECT_EQ(bed.levels("A"), "5x1 | ") << "it belongs to the other snapshot";
    EXPECT_EQ(bed.counts("A").unapplied, 1U);
    bed.lose_connection(0);
    EXPECT_EQ(bed.sync("A"), "in_sync");
    bed.frame(bybit("delta", 21, "A", row("6", "1")), 1);
    EXPECT_EQ(bed.levels("A"), "6x1 5x1 | ");
}

TEST(JsonBooks, TakeJoinedChangesFromAnyConnection) {
    BooksBed bed{VenueId::binance_spot};
    bed.expect(0, "X");
    bed.answer("/api/v3/depth?symbol=X", depth(10, row("1", "1")));
    bed.frame(spot(11, 12, row("2", "1")), 0);
    bed.expect(1, "X");
    bed.frame(spot(11, 12, row("2", "1")), 1);
    bed.frame(spot(13, 14, row("3", "1")), 1);
    bed.lose_connection(0);
    bed.frame(spot(15, 16, row("4", "1")), 1);
    EXPECT_EQ(bed.sync("X"), "in_sync") << "a planned change of connections loses nothing";
    EXPECT_EQ(bed.levels("X"), "4x1 3x1 2x1 1x1 | ");
    EXPECT_EQ(bed.counts("X").stale_ignored, 1U);
    bed.lose_connection(1);
    EXPECT_EQ(bed.sync("X"), "out_of_sync connection_lost");
}

TEST(JsonBooks, DropWhatWaitedForTheSnapshotOfALostConnection) {
    BooksBed bed{VenueId::binance_spot};
    bed.frame(spot(1, 5, row("9", "1")));
    bed.lose_connection(0);
    EXPECT_EQ(bed.counts("X").unapplied, 1U);
    (void)bed.heard();
    bed.frame(spot(20, 25, row("9", "1")));
    EXPECT_THAT(bed.heard(), ElementsAre("X wants http_snapshot over 0")) << "asked for again";
    bed.answer("/api/v3/depth?symbol=X", depth(22, row("1", "1")));
    EXPECT_EQ(bed.levels("X"), "9x1 1x1 | ");
}

TEST(JsonBooks, KnowWhatIsExpectedBeforeItComes) {
    BooksBed bed{VenueId::kraken_v2};
    const auto index = bed.expect(3, "A/B", 10);
    ASSERT_TRUE(index.has_value());
    EXPECT_THAT(bed.heard(), ElementsAre("A/B new"));
    EXPECT_EQ(bed.expect(3, "A/B", 25), index);
    EXPECT_THAT(bed.heard(), IsEmpty());
    EXPECT_EQ(bed.of("A/B").depth, 25U);
    EXPECT_EQ(bed.of("A/B").connection, 3U);
    EXPECT_EQ(bed.sync("A/B"), "awaiting_snapshot");
    EXPECT_FALSE(bed.of("A/B").counts.first_time_ns.has_value());
    EXPECT_EQ(bed.expect(5'000, "C/D"), std::nullopt) << "no such connection";
    EXPECT_EQ(bed.expect(0, ""), std::nullopt);
}

TEST(JsonBooks, PassOnWhatConnectionsSayOfThemselves) {
    BooksBed bed{VenueId::okx};
    bed.frame(R"({"event":"subscribe","arg":{"channel":"books","instId":"X"}})");
    EXPECT_THAT(bed.heard(), ElementsAre("control books X"));
    BooksBed silent{VenueId::okx};
    const std::string text = R"({"event":"subscribe","arg":{"channel":"books","instId":"X"}})";
    const std::string padded = text + std::string(codecs::json::text_padding, ' ');
    EXPECT_EQ(silent.books.apply_frame(0, {padded.data(), text.size()}, at_ms(1), NoJsonListener{}),
              FrameStatus::ok)
        << "listeners need not listen";
}

TEST(JsonBooks, DistrustOtherRecordingsWhereALossWouldNotShow) {
    for (const VenueId venue : {VenueId::coinbase_exchange, VenueId::bybit}) {
        BooksBed bed{venue};
        bed.frame(venue == VenueId::bybit
                      ? bybit("snapshot", 1, "A", row("1", "1"))
                      : R"({"type":"snapshot","product_id":"A","bids":[["1","1"]],"asks":[]})");
        bed.books.on_other_recording(0, at_ms(5), NoJsonListener{});
        EXPECT_EQ(bed.sync("A"),
                  venue == VenueId::bybit ? "in_sync" : "out_of_sync connection_lost");
    }
}

}  // namespace
}  // namespace tickweir::gateway::tests
