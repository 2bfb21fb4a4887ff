// Scales that become finer, numbers that fit none, limits, and books that are crossed.
#include "tests/sync/books_bed.hpp"

namespace tickweir::gateway::tests {
namespace {

std::string book(const std::string& type, int id, const std::string& bids,
                 const std::string& asks = "", const std::string& symbol = "X") {
    return R"({"topic":"orderbook.50.)" + symbol + R"(","ts":1,"type":")" + type +
           R"(","data":{"s":")" + symbol + R"(","b":[)" + bids + R"(],"a":[)" + asks + R"(],"u":)" +
           std::to_string(id) + R"(,"seq":1},"cts":1})";
}
std::string trade(const std::string& price, const std::string& quantity) {
    return R"({"topic":"publicTrade.X","type":"snapshot","ts":1,"data":[{"T":1,"s":"X","S":"Buy",)"
           R"("v":")" +
           quantity + R"(","p":")" + price + R"(","i":"t","BT":false}]})";
}

TEST(JsonBooks, BecomeFinerWithFinerNumbers) {
    BooksBed bed{VenueId::bybit};
    bed.frame(book("snapshot", 1, row("10", "1")));
    EXPECT_EQ(bed.of("X").scale_version, 0U);
    (void)bed.heard();
    bed.frame(book("delta", 2, row("10.25", "0.001") + "," + row("9.5", "2")));
    EXPECT_THAT(bed.heard(),
                ElementsAre("X rescaled to 2,3", "X levels b10.25x0.001 b9.5x2 touch"));
    EXPECT_EQ(bed.of("X").scale_version, 1U);
    EXPECT_EQ(bed.levels("X"), "10.25x0.001 10x1 9.5x2 | ");
    bed.frame(trade("10.125", "0.5"));
    EXPECT_THAT(bed.heard(), ElementsAre("X rescaled to 3,3", "X trade 10.125x0.5 t"));
    EXPECT_EQ(bed.levels("X"), "10.25x0.001 10x1 9.5x2 | ");
    bed.frame(book("delta", 3, row("10.250000", "0")));
    EXPECT_EQ(bed.levels("X"), "10x1 9.5x2 | ") << "zeros at the end are no digits";
}

TEST(JsonBooks, RefuseANumberThatFitsNoScaleAndKeepTheirs) {
    BooksBed bed{VenueId::bybit};
    bed.frame(book("snapshot", 1, row("123456789012", "1")));
    (void)bed.heard();
    EXPECT_EQ(bed.frame(book("delta", 2, row("0.000000001", "1"))), FrameStatus::bad_number);
    EXPECT_EQ(bed.sync("X"), "out_of_sync bad_number");
    EXPECT_EQ(bed.of("X").price_decimals, 0U);
    EXPECT_EQ(bed.levels("X"), "123456789012x1 | ");
    EXPECT_EQ(bed.books.counts().bad_frames, 1U);
    EXPECT_EQ(bed.counts("X").bad_numbers, 1U);
    EXPECT_EQ(bed.counts("X").unapplied, 1U);
    ASSERT_TRUE(bed.books.last_refusal().has_value());
    EXPECT_EQ(bed.books.last_refusal()->error.status, FrameStatus::bad_number);
}

TEST(JsonBooks, RefuseRowsThatFitNoScaleTogether) {
    BooksBed bed{VenueId::bybit};
    EXPECT_EQ(bed.frame(book("snapshot", 1, row("123456789012", "1") + "," + row("1e-9", "1"))),
              FrameStatus::bad_number)
        << "no exponents in strings";
    const std::string wide = row("123456789012", "1") + "," + row("0.000000001", "1");
    EXPECT_EQ(bed.frame(book("snapshot", 1, wide)), FrameStatus::bad_number);
    EXPECT_EQ(bed.of("X").price_decimals, 0U) << "nothing is left of it";
    EXPECT_EQ(bed.frame(book("snapshot", 2, row("123456789012", "1"))), FrameStatus::ok);
    EXPECT_EQ(bed.sync("X"), "in_sync");
}

TEST(JsonBooks, BeginTheirScaleAnewWithASnapshotThatTheOldOneHasNoRoomFor) {
    BooksBed bed{VenueId::bybit};
    bed.frame(trade("10", "0.30000000000000004"));
    EXPECT_EQ(bed.of("X").quantity_decimals, 17U);
    (void)bed.heard();
    EXPECT_EQ(bed.frame(book("snapshot", 1, row("10", "93.5"))), FrameStatus::ok);
    EXPECT_THAT(bed.heard(), ElementsAre("X rescaled to 0,1", "X snapshot", "X in_sync"));
    EXPECT_EQ(bed.levels("X"), "10x93.5 | ");
    EXPECT_EQ(bed.frame(trade("10", "0.30000000000000004")), FrameStatus::bad_number);
    EXPECT_EQ(bed.frame(book("delta", 2, row("9", "0.25"))), FrameStatus::ok);
    EXPECT_EQ(bed.levels("X"), "10x93.5 9x0.25 | ");
    // A change that the scale has no room for costs the book until the next snapshot only.
    bed.frame(book("snapshot", 3, row("10", "0.30000000000000004")));
    EXPECT_EQ(bed.frame(book("delta", 4, row("9", "93"))), FrameStatus::bad_number);
    EXPECT_EQ(bed.levels("X"), "10x0.30000000000000004 | ");
    EXPECT_EQ(bed.frame(book("snapshot", 5, row("9", "93"))), FrameStatus::ok);
    EXPECT_EQ(bed.sync("X"), "in_sync");
    EXPECT_EQ(bed.levels("X"), "9x93 | ");
}

TEST(JsonBooks, BeginTheirScaleAnewWithASnapshotByIds) {
    BooksBed bed{VenueId::bitmex};
    bed.frame(R"({"table":"trade","action":"insert","data":[{"timestamp":)"
              R"("2024-08-08T00:00:00.000Z","symbol":"XBTUSD","side":"Buy","size":1,)"
              R"("price":0.30000000000000004,"trdMatchID":"a"}]})");
    EXPECT_EQ(bed.of("XBTUSD").price_decimals, 17U);
    bed.frame(R"({"table":"orderBookL2","action":"partial","data":[)"
              R"({"symbol":"XBTUSD","id":1,"side":"Buy","size":100,"price":93.5},)"
              R"({"symbol":"XBTUSD","id":2,"side":"Sell","size":200,"price":94}]})");
    EXPECT_EQ(bed.sync("XBTUSD"), "in_sync");
    EXPECT_EQ(bed.levels("XBTUSD"), "93.5x100 | 94x200");
    EXPECT_EQ(bed.of("XBTUSD").price_decimals, 1U);
}

TEST(JsonBooks, RefuseATradeWithoutLosingTheBook) {
    BooksBed bed{VenueId::bybit};
    bed.frame(book("snapshot", 1, row("123456789012", "1")));
    EXPECT_EQ(bed.frame(trade("0.000000001", "1")), FrameStatus::bad_number);
    EXPECT_EQ(bed.counts("X").trades, 0U);
    EXPECT_EQ(bed.sync("X"), "in_sync");
    EXPECT_EQ(bed.books.counts().bad_frames, 1U);
}

TEST(JsonBooks, RefuseNegativeQuantities) {
    BooksBed bed{VenueId::bybit};
    bed.frame(book("snapshot", 1, row("10", "1")));
    EXPECT_EQ(bed.frame(book("delta", 2, row("10", "5") + "," + row("9", "-1"))),
              FrameStatus::bad_number);
    EXPECT_EQ(bed.sync("X"), "out_of_sync bad_number");
    EXPECT_EQ(bed.levels("X"), "10x1 | ");
    (void)bed.heard();
    EXPECT_EQ(bed.frame(trade("10", "-1")), FrameStatus::bad_number);
    EXPECT_THAT(bed.heard(), IsEmpty());
    EXPECT_EQ(bed.counts("X").trades, 0U);
    EXPECT_EQ(bed.counts("X").bad_numbers, 2U);
}

TEST(JsonBooks, KeepTheirLimits) {
    JsonBooksLimits limits;
    limits.instruments = 2;
    limits.levels = 2;
    limits.connections = 2;
    limits.symbol_bytes = 4;
    limits.frame.rows = 10;
    BooksBed bed{VenueId::bybit, false, limits};
    bed.frame(book("snapshot", 1, row("1", "1") + "," + row("2", "1")));
    bed.frame(book("delta", 2, row("3", "1")));
    EXPECT_EQ(bed.sync("X"), "out_of_sync too_many_levels");
    EXPECT_EQ(bed.levels("X"), "2x1 1x1 | ");
    EXPECT_EQ(bed.counts("X").too_many_levels, 1U);
    EXPECT_EQ(bed.frame(book("snapshot", 1, "", "", "LONGER")), FrameStatus::ok);
    bed.frame(book("snapshot", 1, "", "", "Y"));
    bed.frame(book("snapshot", 1, "", "", "Z"));
    EXPECT_EQ(bed.books.instruments().size(), 2U);
    EXPECT_EQ(bed.books.counts().over_limit, 2U);
    EXPECT_EQ(bed.frame(book("snapshot", 1, ""), 2), FrameStatus::too_large) << "a connection";
    std::string many = row("1", "1");
    for (int i = 0; i < 10; ++i)
        many += "," + row("1", "1");
    EXPECT_EQ(bed.frame(book("snapshot", 1, many)), FrameStatus::too_large);
}

TEST(JsonBooks, CountOrDistrustBooksThatStayCrossed) {
    for (const bool live : {false, true}) {
        BooksBed bed{VenueId::bybit, live};
        bed.frame(book("snapshot", 1, row("10", "1"), row("11", "1")), 0, 1'000);
        bed.frame(book("delta", 2, row("11", "1")), 0, 2'000);
        EXPECT_EQ(bed.counts("X").crossed, 1U);
        bed.tick(3'000);
        EXPECT_EQ(bed.sync("X"), "in_sync");
        bed.frame(book("delta", 3, row("11", "0")), 0, 3'001);
        bed.tick(9'000);
        EXPECT_EQ(bed.sync("X"), "in_sync") << "it is not any more";
        bed.frame(book("delta", 4, row("12", "1")), 0, 10'000);
        (void)bed.heard();
        bed.tick(11'001);
        EXPECT_EQ(bed.sync("X"), live ? "out_of_sync crossed" : "in_sync");
        if (live) {
            EXPECT_THAT(bed.heard(),
                        ElementsAre("X out_of_sync crossed", "X wants resubscribe over 0"));
        }
        EXPECT_EQ(bed.counts("X").crossed, 2U);
    }
}

}  // namespace
}  // namespace tickweir::gateway::tests
