// The rules of every venue whose snapshots come in band, each with its exceptions, on frames
// written by hand as the venues write them.
#include "codecs/json/book_checksum.hpp"
#include "tests/sync/books_bed.hpp"

namespace tickweir::gateway::tests {
namespace {

// ------------------------------------------------------------------------------ Coinbase Advanced

std::string advanced(int sequence, const std::string& channel, const std::string& events) {
    return R"({"channel":")" + channel + R"(","timestamp":"1970-01-01T00:00:01Z","sequence_num":)" +
           std::to_string(sequence) + R"(,"events":[)" + events + "]}";
}
std::string l2(const std::string& type, const std::string& product, const std::string& price,
               const std::string& quantity) {
    return R"({"type":")" + type + R"(","product_id":")" + product +
           R"(","updates":[{"side":"bid","event_time":"x","price_level":")" + price +
           R"(","new_quantity":")" + quantity + R"("}]})";
}

TEST(JsonBooksOfCoinbaseAdvanced, CountEveryFrameOfTheConnection) {
    BooksBed bed{VenueId::coinbase_advanced};
    bed.frame(advanced(0, "l2_data", l2("snapshot", "A", "10", "1")));
    bed.frame(advanced(1, "l2_data", l2("snapshot", "B", "20", "1")));
    bed.frame(advanced(2, "heartbeats", R"({"heartbeat_counter":1})"));
    bed.frame(advanced(3, "l2_data", l2("update", "A", "11", "2")));
    EXPECT_EQ(bed.levels("A"), "11x2 10x1 | ");
    (void)bed.heard();
    bed.frame(advanced(5, "l2_data", l2("update", "A", "12", "2")));
    EXPECT_THAT(bed.heard(), ElementsAre("A out_of_sync gap", "A wants reconnect over 0",
                                         "B out_of_sync gap", "B wants reconnect over 0"));
    EXPECT_EQ(bed.levels("A"), "11x2 10x1 | ") << "as it was before";
    EXPECT_EQ(bed.counts("A").gaps, 1U);
    EXPECT_EQ(bed.counts("B").gaps, 1U);
    EXPECT_EQ(bed.counts("A").unapplied, 1U);
    bed.frame(advanced(6, "l2_data", l2("snapshot", "A", "10", "7")));
    EXPECT_EQ(bed.sync("A"), "in_sync");
    EXPECT_EQ(bed.sync("B"), "out_of_sync gap");
}

TEST(JsonBooksOfCoinbaseAdvanced, IgnoreAFrameThatComesAgain) {
    BooksBed bed{VenueId::coinbase_advanced};
    bed.frame(advanced(7, "l2_data", l2("snapshot", "A", "10", "1")));
    const std::string update =
        advanced(8, "l2_data", l2("update", "A", "11", "1") + "," + l2("update", "A", "10", "0"));
    bed.frame(update);
    bed.frame(update);
    EXPECT_EQ(bed.levels("A"), "11x1 | ");
    EXPECT_EQ(bed.counts("A").book_updates, 2U);
    EXPECT_EQ(bed.counts("A").stale_ignored, 2U);
    EXPECT_EQ(bed.sync("A"), "in_sync");
}

TEST(JsonBooksOfCoinbaseAdvanced, MissARefusedFrameAtTheNextNumber) {
    BooksBed bed{VenueId::coinbase_advanced};
    bed.frame(advanced(0, "l2_data", l2("snapshot", "A", "10", "1")));
    EXPECT_EQ(bed.frame(advanced(1, "l2_data", l2("update", "A", "1e", "1"))),
              FrameStatus::bad_number);
    EXPECT_EQ(bed.sync("A"), "in_sync") << "what follows will show it";
    bed.frame(advanced(2, "heartbeats", R"({"heartbeat_counter":1})"));
    EXPECT_EQ(bed.sync("A"), "out_of_sync gap");
}

TEST(JsonBooksOfCoinbaseAdvanced, CountConnectionsApart) {
    BooksBed bed{VenueId::coinbase_advanced};
    bed.frame(advanced(0, "l2_data", l2("snapshot", "A", "10", "1")), 0);
    bed.frame(advanced(70, "l2_data", l2("snapshot", "B", "10", "1")), 3);
    bed.frame(advanced(72, "l2_data", l2("update", "B", "10", "2")), 3);
    EXPECT_EQ(bed.sync("A"), "in_sync");
    EXPECT_EQ(bed.sync("B"), "out_of_sync gap");
    bed.books.on_connected(3);
    bed.frame(advanced(0, "l2_data", l2("snapshot", "B", "10", "1")), 3);
    bed.frame(advanced(1, "l2_data", l2("update", "B", "10", "2")), 3);
    EXPECT_EQ(bed.levels("B"), "10x2 | ");
    EXPECT_EQ(bed.sync("B"), "in_sync");
}

// ------------------------------------------------------------------------------ Coinbase Exchange

TEST(JsonBooksOfCoinbaseExchange, DistrustEveryBookAfterARefusedFrame) {
    BooksBed bed{VenueId::coinbase_exchange};
    const std::string snapshot =
        R"({"type":"snapshot","product_id":"A","bids":[["10","1"]],"asks":[["11","1"]]})";
    bed.frame(snapshot);
    bed.frame(
        R"({"type":"l2update","product_id":"A","changes":[["buy","10","0"],["sell","11","3"]],)"
        R"("time":"1970-01-01T00:00:00Z"})");
    EXPECT_EQ(bed.levels("A"), "| 11x3");
    (void)bed.heard();
    EXPECT_EQ(bed.frame("{"), FrameStatus::malformed);
    EXPECT_THAT(bed.heard(),
                ElementsAre("A out_of_sync refused_frame", "A wants resubscribe over 0"));
    EXPECT_EQ(bed.counts("A").gaps, 0U);
    bed.frame(snapshot);
    EXPECT_EQ(bed.sync("A"), "in_sync");
    EXPECT_EQ(bed.frame("{", 1), FrameStatus::malformed);
    EXPECT_EQ(bed.sync("A"), "in_sync") << "it comes over another connection";
}

TEST(JsonBooksOfCoinbaseExchange, DoNotCountTheTradeOfBefore) {
    BooksBed bed{VenueId::coinbase_exchange};
    const std::string rest = R"(,"trade_id":10,"sequence":50,"time":"1970-01-01T00:00:00.028Z",)"
                             R"("product_id":"A","size":"5","price":"400","side":"sell"})";
    bed.frame(R"({"type":"last_match")" + rest);
    EXPECT_THAT(bed.heard(), IsEmpty());
    bed.frame(R"({"type":"match")" + rest);
    EXPECT_THAT(bed.heard(), ElementsAre("A new", "A trade 400x5 10"));
}

// ------------------------------------------------------------------------------------- Kraken

std::uint32_t kraken_crc(std::vector<codecs::json::ScaledLevel> asks,
                         std::vector<codecs::json::ScaledLevel> bids) {
    return codecs::json::kraken_checksum(asks, bids, {1, 1}, {8, 8});
}
constexpr std::int64_t one = 100'000'000;

std::string v2(const std::string& type, const std::string& bids, const std::string& asks,
               std::uint32_t checksum) {
    return R"({"channel":"book","type":")" + type + R"(","data":[{"symbol":"A/B","bids":[)" + bids +
           R"(],"asks":[)" + asks + R"(],"checksum":)" + std::to_string(checksum) +
           R"(,"timestamp":"1970-01-01T00:00:00Z"}]})";
}
std::string v2_row(const std::string& price, const std::string& quantity) {
    return R"({"price":)" + price + R"(,"qty":)" + quantity + "}";
}

class JsonBooksOfKraken : public testing::Test {
protected:
    JsonBooksOfKraken() {
        bed.frame(R"({"method":"subscribe","result":{"channel":"book","depth":2,"snapshot":true,)"
                  R"("symbol":"A/B"},"success":true,"time_in":"x","time_out":"y"})");
        bed.frame(v2("snapshot", v2_row("10.0", "1.00000000") + "," + v2_row("9.5", "2.00000000"),
                     v2_row("11.0", "1.00000000"),
                     kraken_crc({{110, one}}, {{100, one}, {95, 2 * one}})));
        (void)bed.heard();
    }
    BooksBed bed{VenueId::kraken_v2};
};

TEST_F(JsonBooksOfKraken, CutToTheDepthOfTheSubscriptionBeforeTheyAreChecked) {
    EXPECT_EQ(bed.levels("A/B"), "10x1 9.5x2 | 11x1");
    bed.frame(v2("update", v2_row("10.5", "3.00000000"), "",
                 kraken_crc({{110, one}}, {{105, 3 * one}, {100, one}})));
    EXPECT_EQ(bed.levels("A/B"), "10.5x3 10x1 | 11x1");
    EXPECT_EQ(bed.counts("A/B").checksums_verified, 2U) << "the snapshot's, too";
    EXPECT_THAT(bed.heard(), ElementsAre("A/B levels b10.5x3 b9.5x0 touch"));
}

TEST_F(JsonBooksOfKraken, UndoAChangeWhoseChecksumFails) {
    bed.frame(v2("update", v2_row("10.5", "3.00000000"), v2_row("11.0", "0.00000000"), 4));
    EXPECT_THAT(bed.heard(),
                ElementsAre("A/B out_of_sync checksum", "A/B wants resubscribe over 0"));
    EXPECT_EQ(bed.levels("A/B"), "10x1 9.5x2 | 11x1");
    EXPECT_EQ(bed.counts("A/B").checksums_failed, 1U);
    EXPECT_EQ(bed.counts("A/B").gaps, 0U);
    bed.frame(v2("update", v2_row("10.5", "3.00000000"), "", 4));
    EXPECT_EQ(bed.counts("A/B").unapplied, 2U);
    EXPECT_EQ(bed.counts("A/B").checksums_failed, 1U);
}

TEST_F(JsonBooksOfKraken, EndWithTheSubscriptionAndBeginWithTheNext) {
    bed.frame(R"({"method":"unsubscribe","result":{"channel":"book","depth":2,"symbol":"A/B"},)"
              R"("success":true,"time_in":"x","time_out":"y"})");
    EXPECT_THAT(bed.heard(), ElementsAre("A/B out_of_sync unsubscribed", "control book A/B"));
    bed.frame(v2("snapshot", v2_row("10.0", "1.00000000"), "", kraken_crc({}, {{100, one}})));
    EXPECT_EQ(bed.sync("A/B"), "in_sync");
    EXPECT_EQ(bed.levels("A/B"), "10x1 | ");
    EXPECT_EQ(bed.counts("A/B").gaps, 0U);
}

TEST_F(JsonBooksOfKraken, RefuseASnapshotWhoseChecksumFails) {
    bed.frame(v2("snapshot", v2_row("12.0", "1.00000000"), "", 4));
    EXPECT_EQ(bed.sync("A/B"), "out_of_sync checksum");
    EXPECT_EQ(bed.levels("A/B"), "10x1 9.5x2 | 11x1");
    EXPECT_EQ(bed.counts("A/B").snapshots, 1U);
}

TEST_F(JsonBooksOfKraken, CheckWithFinerNumbersThanTheVenueWrites) {
    bed.frame(R"({"channel":"trade","type":"update","data":[{"symbol":"A/B","side":"sell",)"
              R"("price":10.125,"qty":0.5,"ord_type":"limit","trade_id":1,)"
              R"("timestamp":"1970-01-01T00:00:00Z"}]})");
    EXPECT_EQ(bed.of("A/B").price_decimals, 3U);
    bed.frame(v2("update", v2_row("10.5", "3.00000000"), "",
                 kraken_crc({{110, one}}, {{105, 3 * one}, {100, one}})));
    EXPECT_EQ(bed.sync("A/B"), "in_sync");
}

TEST(JsonBooksOfKrakenV1, TakeTheDepthFromTheChannelAndSnapshotsWithoutChecksum) {
    BooksBed bed{VenueId::kraken_v1};
    bed.frame(R"([1,{"as":[["11.0","1.00000000","1.5"]],"bs":[["10.0","1.00000000","1.5"],)"
              R"(["9.5","2.00000000","1.5"]]},"book-10","A/B"])");
    EXPECT_EQ(bed.levels("A/B"), "10x1 9.5x2 | 11x1");
    EXPECT_EQ(bed.counts("A/B").checksums_verified, 0U);
    EXPECT_EQ(bed.of("A/B").depth, 10U);
    const std::uint32_t crc = kraken_crc({{115, one}}, {{105, one}, {100, one}, {95, 2 * one}});
    bed.frame(R"([1,{"a":[["11.0","0.00000000","1.5"],["11.5","1.00000000","1.5","r"]]},)"
              R"({"b":[["10.5","1.00000000","1.5"]],"c":")" +
              std::to_string(crc) + R"("},"book-10","A/B"])");
    EXPECT_EQ(bed.sync("A/B"), "in_sync") << "both parts are one change";
    EXPECT_EQ(bed.counts("A/B").book_updates, 1U);
    bed.frame(R"([1,{"b":[["10.5","0.00000000","1.5"]],"c":"1"},"book-10","A/B"])");
    EXPECT_EQ(bed.sync("A/B"), "out_of_sync checksum");
    bed.frame(R"({"channelID":1,"channelName":"book-10","event":"subscriptionStatus","pair":"A/B",)"
              R"("status":"unsubscribed","subscription":{"depth":10,"name":"book"}})");
    EXPECT_EQ(bed.sync("A/B"), "out_of_sync checksum") << "why it was lost stays";
}

TEST(JsonBooksOfKrakenFutures, CountByOneAProduct) {
    BooksBed bed{VenueId::kraken_futures};
    const auto change = [](int sequence, const std::string& price, const std::string& quantity) {
        return R"({"feed":"book","product_id":"P","side":"buy","seq":)" + std::to_string(sequence) +
               R"(,"price":)" + price + R"(,"qty":)" + quantity + R"(,"timestamp":1})";
    };
    const std::string snapshot =
        R"({"feed":"book_snapshot","product_id":"P","timestamp":1,"seq":7,)"
        R"("bids":[{"price":10,"qty":1}],"asks":[{"price":11,"qty":2.0}]})";
    bed.frame(change(6, "9", "1"));
    bed.frame(snapshot);
    bed.frame(change(7, "9", "5"));
    bed.frame(change(8, "9", "2"));
    bed.frame(change(8, "9", "3"));
    EXPECT_EQ(bed.levels("P"), "10x1 9x2 | 11x2");
    EXPECT_EQ(bed.counts("P").stale_ignored, 2U);
    EXPECT_EQ(bed.counts("P").unapplied, 1U);
    bed.frame(change(10, "9", "0.0"));
    EXPECT_EQ(bed.sync("P"), "out_of_sync gap");
    EXPECT_EQ(bed.counts("P").gaps, 1U);
    bed.frame(snapshot);
    bed.frame(change(8, "10", "0.0"));
    EXPECT_EQ(bed.levels("P"), "| 11x2");
}

// ----------------------------------------------------------------------------------------- OKX

std::string okx(const std::string& action, const std::string& data) {
    return R"({"arg":{"channel":"books","instId":"X"},"action":")" + action + R"(","data":[)" +
           data + "]}";
}
std::string okx_data(const std::string& bids, long previous, long id, std::int64_t checksum = 0) {
    return R"({"asks":[],"bids":[)" + bids + R"(],"ts":"1","checksum":)" +
           std::to_string(checksum) + R"(,"prevSeqId":)" + std::to_string(previous) +
           R"(,"seqId":)" + std::to_string(id) + "}";
}
std::string okx_row(const std::string& price, const std::string& quantity) {
    return R"([")" + price + R"(",")" + quantity + R"(","0","1"])";
}

TEST(JsonBooksOfOkx, FollowTheChainThroughSignsOfLifeAndResets) {
    BooksBed bed{VenueId::okx};
    bed.frame(okx("snapshot", okx_data(okx_row("10", "1"), -1, 10)));
    bed.frame(okx("update", okx_data(okx_row("11", "1"), 10, 15)));
    bed.frame(okx("update", okx_data("", 15, 15)));
    bed.frame(okx("update",
                  okx_data(okx_row("12", "1"), 15, 3) + "," + okx_data(okx_row("12", "2"), 3, 9)));
    EXPECT_EQ(bed.sync("X"), "in_sync");
    EXPECT_EQ(bed.levels("X"), "12x2 11x1 10x1 | ");
    EXPECT_EQ(bed.counts("X").book_updates, 4U);
    EXPECT_EQ(bed.counts("X").checksums_verified, 0U) << "0 is none";
    (void)bed.heard();
    bed.frame(okx("update", okx_data(okx_row("13", "1"), 10, 20)));
    EXPECT_THAT(bed.heard(), ElementsAre("X out_of_sync gap", "X wants resubscribe over 0"));
    bed.frame(okx("snapshot", okx_data(okx_row("13", "1"), -1, 20)));
    EXPECT_EQ(bed.levels("X"), "13x1 | ");
}

TEST(JsonBooksOfOkx, CheckChecksumsThatAreThere) {
    BooksBed bed{VenueId::okx};
    const auto signed_crc = [](std::vector<codecs::json::ScaledLevel> bids) {
        return std::int64_t{static_cast<std::int32_t>(codecs::json::okx_checksum({}, bids, 1, 0))};
    };
    bed.frame(okx("snapshot", okx_data(okx_row("10.5", "1"), -1, 10, signed_crc({{105, 1}}))));
    bed.frame(
        okx("update", okx_data(okx_row("11.5", "2"), 10, 11, signed_crc({{115, 2}, {105, 1}}))));
    EXPECT_EQ(bed.counts("X").checksums_verified, 2U);
    bed.frame(okx("update", okx_data(okx_row("11.5", "0"), 11, 12, 77)));
    EXPECT_EQ(bed.sync("X"), "out_of_sync checksum");
    EXPECT_EQ(bed.levels("X"), "11.5x2 10.5x1 | ");
}

TEST(JsonBooksOfOkx, NeedNoIdsWhereChecksumsTell) {
    BooksBed bed{VenueId::okx};
    bed.frame(okx("snapshot", R"({"asks":[],"bids":[["10","1","0","1"]],"ts":"1"})"));
    bed.frame(okx("update", R"({"asks":[],"bids":[["11","1","0","1"]],"ts":"1"})"));
    EXPECT_EQ(bed.levels("X"), "11x1 10x1 | ");
}

// --------------------------------------------------------------------------- Bybit and Deribit

std::string bybit(const std::string& type, int id, const std::string& bids,
                  bool time_first = true) {
    const std::string data = R"("data":{"s":"X","b":[)" + bids + R"(],"a":[],"u":)" +
                             std::to_string(id) + R"(,"seq":1})";
    const std::string head = R"({"topic":"orderbook.50.X",)";
    return time_first ? head + R"("ts":1,"type":")" + type + R"(",)" + data + R"(,"cts":1})"
                      : head + data + R"(,"cts":1,"type":")" + type + R"(","ts":1})";
}

TEST(JsonBooksOfBybit, CountByOneAndStartAfreshAtOne) {
    BooksBed bed{VenueId::bybit};
    bed.frame(bybit("snapshot", 7, row("10", "1")));
    bed.frame(bybit("delta", 8, row("11", "1"), false));
    bed.frame(bybit("delta", 8, row("11", "2")));
    EXPECT_EQ(bed.levels("X"), "11x1 10x1 | ");
    EXPECT_EQ(bed.counts("X").stale_ignored, 1U);
    bed.frame(bybit("delta", 1, row("5", "1")));
    EXPECT_EQ(bed.levels("X"), "5x1 | ") << "the service restarted: this is all";
    EXPECT_EQ(bed.counts("X").snapshots, 2U);
    bed.frame(bybit("delta", 2, row("6", "1")));
    bed.frame(bybit("snapshot", 50, row("9", "1")));
    EXPECT_EQ(bed.levels("X"), "9x1 | ") << "snapshots may come at any time";
    bed.frame(bybit("delta", 52, row("8", "1")));
    EXPECT_EQ(bed.sync("X"), "out_of_sync gap");
    bed.frame(bybit("delta", 1, row("5", "1")));
    EXPECT_EQ(bed.sync("X"), "in_sync") << "also out of sync";
}

TEST(JsonBooksOfBybit, DoNotTakeTheTouchForTheBook) {
    BooksBed bed{VenueId::bybit};
    bed.frame(bybit("snapshot", 7, row("10", "1")));
    bed.frame(
        R"({"topic":"orderbook.1.X","ts":1,"type":"snapshot","data":{"s":"X","b":[["12","1"]],)"
        R"("a":[],"u":99,"seq":1},"cts":1})");
    EXPECT_EQ(bed.levels("X"), "10x1 | ");
    EXPECT_EQ(bed.sync("X"), "in_sync");
}

TEST(JsonBooksOfDeribit, FollowTheNamedId) {
    BooksBed bed{VenueId::deribit};
    const auto book = [](const std::string& type, int previous, int id, const std::string& bids) {
        const std::string before =
            previous == 0 ? std::string{} : R"("prev_change_id":)" + std::to_string(previous) + ",";
        return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.X.raw","data":{)"
               R"("type":")" +
               type + R"(","timestamp":1,)" + before + R"("instrument_name":"X","change_id":)" +
               std::to_string(id) + R"(,"bids":[)" + bids + R"(],"asks":[]}}})";
    };
    bed.frame(book("snapshot", 0, 5, R"(["new",10,1],["new",9,1e1])"));
    bed.frame(book("change", 5, 9, R"(["delete",10,0],["change",9,3.5])"));
    EXPECT_EQ(bed.levels("X"), "9x3.5 | ");
    bed.frame(book("change", 5, 9, R"(["new",10,1])"));
    EXPECT_EQ(bed.counts("X").stale_ignored, 1U);
    bed.frame(book("change", 10, 12, R"(["new",10,1])"));
    EXPECT_EQ(bed.sync("X"), "out_of_sync gap");
    EXPECT_EQ(bed.levels("X"), "9x3.5 | ");
    bed.frame(book("snapshot", 0, 13, ""));
    EXPECT_EQ(bed.sync("X"), "in_sync");
    EXPECT_EQ(bed.levels("X"), "| ");
}

// -------------------------------------------------------------------------------------- BitMEX

std::string bitmex(const std::string& action, const std::string& rows) {
    return R"({"table":"orderBookL2","action":")" + action +
           R"(","filter":{"symbol":"X"},"data":[)" + rows + "]}";
}
std::string bitmex_row(int id, const std::string& side, const std::string& rest) {
    return R"({"symbol":"X","id":)" + std::to_string(id) + R"(,"side":")" + side + R"(")" + rest +
           "}";
}

class JsonBooksOfBitmex : public testing::Test {
protected:
    JsonBooksOfBitmex() {
        bed.frame(bitmex("partial", bitmex_row(1, "Sell", R"(,"size":5,"price":11)") + "," +
                                        bitmex_row(2, "Buy", R"(,"size":7,"price":10.5)")));
    }
    BooksBed bed{VenueId::bitmex};
};

TEST_F(JsonBooksOfBitmex, KnowPricesById) {
    EXPECT_EQ(bed.levels("X"), "10.5x7 | 11x5");
    bed.frame(bitmex("update", bitmex_row(2, "Buy", R"(,"size":9)") + "," +
                                   bitmex_row(1, "Sell", R"(,"size":4)")));
    bed.frame(bitmex("insert", bitmex_row(3, "Buy", R"(,"size":1,"price":10.25)")));
    EXPECT_EQ(bed.levels("X"), "10.5x9 10.25x1 | 11x4");
    bed.frame(bitmex("delete", bitmex_row(2, "Buy", "")));
    EXPECT_EQ(bed.levels("X"), "10.25x1 | 11x4");
    EXPECT_EQ(bed.counts("X").book_updates, 3U) << "the rows of a frame are one change";
}

TEST_F(JsonBooksOfBitmex, MoveARowThatChangesItsSide) {
    bed.frame(bitmex("update", bitmex_row(1, "Buy", R"(,"size":4)")));
    EXPECT_EQ(bed.levels("X"), "11x4 10.5x7 | ");
}

TEST_F(JsonBooksOfBitmex, SeeALossWhereARowMovesWithoutItsQuantity) {
    bed.frame(bitmex("update", bitmex_row(1, "Sell", R"(,"price":11)")));
    EXPECT_EQ(bed.sync("X"), "in_sync") << "nothing moved";
    const std::string before = bed.levels("X");
    bed.frame(bitmex("update", bitmex_row(2, "Buy", R"(,"price":10)")));
    EXPECT_EQ(bed.sync("X"), "out_of_sync gap");
    EXPECT_EQ(bed.levels("X"), before);
    bed.frame(bitmex("partial", bitmex_row(1, "Sell", R"(,"size":5,"price":11)")));
    EXPECT_EQ(bed.sync("X"), "in_sync");
    bed.frame(bitmex("update", bitmex_row(1, "Buy", "")));
    EXPECT_EQ(bed.sync("X"), "out_of_sync gap");
}

TEST_F(JsonBooksOfBitmex, SeeALossWhereAnIdIsNotKnown) {
    bed.frame(bitmex("update", bitmex_row(9, "Buy", R"(,"size":4)")));
    EXPECT_EQ(bed.sync("X"), "out_of_sync gap");
    EXPECT_EQ(bed.levels("X"), "10.5x7 | 11x5");
    bed.frame(bitmex("partial", bitmex_row(4, "Buy", R"(,"size":1,"price":9)")));
    EXPECT_EQ(bed.levels("X"), "9x1 | ");
    bed.frame(bitmex("delete", bitmex_row(1, "Sell", "")));
    EXPECT_EQ(bed.sync("X"), "out_of_sync gap") << "ids of before the snapshot are gone";
}

TEST_F(JsonBooksOfBitmex, AreDistrustedAfterARefusedFrame) {
    EXPECT_EQ(bed.frame(R"({"table":"orderBookL2","action":"update","data":[{"symbol":"X")"),
              FrameStatus::malformed);
    EXPECT_EQ(bed.sync("X"), "out_of_sync refused_frame");
}

TEST_F(JsonBooksOfBitmex, RescaleRowsOfOneFrameTogether) {
    bed.frame(bitmex("insert", bitmex_row(5, "Buy", R"(,"size":1,"price":10)") + "," +
                                   bitmex_row(6, "Buy", R"(,"size":0.5,"price":9.875)")));
    EXPECT_EQ(bed.levels("X"), "10.5x7 10x1 9.875x0.5 | 11x5");
}

// ----------------------------------------------------------------------------------- every venue

TEST(JsonBooks, NameEveryVenuesWayBack) {
    using enum VenueId;
    const auto resync = [](VenueId venue) { return rules_of(venue).resync; };
    for (const VenueId venue : {binance_spot, binance_usdm, binance_coinm, bitstamp})
        EXPECT_EQ(resync(venue), ResyncKind::http_snapshot) << to_string(venue);
    for (const VenueId venue : {coinbase_exchange, kraken_v1, kraken_v2, kraken_futures, okx,
                                VenueId::bybit, deribit, VenueId::bitmex})
        EXPECT_EQ(resync(venue), ResyncKind::resubscribe) << to_string(venue);
    EXPECT_EQ(resync(coinbase_advanced), ResyncKind::reconnect);
}

}  // namespace
}  // namespace tickweir::gateway::tests
