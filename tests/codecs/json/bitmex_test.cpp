// Every kind of message of BitMEX's WebSocket API, and what is none.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/codecs/json/frames.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId venue = VenueId::bitmex;

std::string table(const std::string& name, const std::string& action, const std::string& rows) {
    return R"({"table":")" + name + R"(","action":")" + action + R"(","data":[)" + rows + "]}";
}

std::string row(const std::string& symbol, int id) {
    return R"({"symbol":")" + symbol + R"(","id":)" + std::to_string(id) +
           R"(,"side":"Buy","size":1})";
}

TEST(BitmexFrame, TellsPartialBooksAndInsertions) {
    expect_frame(venue,
                 R"({"table":"orderBookL2","action":"partial","keys":["symbol","id","side"],)"
                 R"("types":{"symbol":"symbol","id":"long"},"filter":{"symbol":"XBTUSD"},)"
                 R"("data":[{"symbol":"XBTUSD","id":8799192300,"side":"Sell","size":100,)"
                 R"("price":8077,"timestamp":"1970-01-01T00:00:03.000Z"},{"symbol":"XBTUSD",)"
                 R"("id":8799192350,"side":"Buy","size":20000,"price":8076.5,)"
                 R"("timestamp":"1970-01-01T00:00:02.000Z"}]})",
                 {"keyed_snapshot XBTUSD 8799192300s@8077~0x100~0 8799192350b@80765~1x20000~0 ids "
                  "0-0 depth 0 at 3000000000"});
    expect_frame(venue,
                 table("orderBookL2_25", "insert",
                       R"({"symbol":"X","id":7,"side":"Buy","size":1e2,"price":0.5})"),
                 {"keyed_insert X 7b@5~1x100~0 ids 0-0 depth 25 at 0"});
}

TEST(BitmexFrame, TellsUpdatesAndDeletionsWithWhatTheyHave) {
    expect_frame(venue,
                 table("orderBookL2", "update",
                       R"({"symbol":"X","id":7,"side":"Buy","size":100},)"
                       R"({"symbol":"X","id":8,"side":"Sell","size":5,"price":2.5})"),
                 {"keyed_update X 7bx100~0 8s@25~1x5~0 ids 0-0 depth 0 at 0"});
    expect_frame(venue, table("orderBookL2", "delete", R"({"symbol":"X","id":7,"side":"Buy"})"),
                 {"keyed_remove X 7b ids 0-0 depth 0 at 0"});
    expect_frame(venue, table("orderBookL2", "update", ""), {});
}

TEST(BitmexFrame, TellsABookThatIsEmpty) {
    expect_frame(venue,
                 R"({"table":"orderBookL2","action":"partial","filter":{"symbol":"X"},"data":[]})",
                 {"keyed_snapshot X ids 0-0 depth 0 at 0"});
    expect_frame(venue, table("orderBookL2", "partial", ""), {});
}

TEST(BitmexFrame, PutsTheRowsOfEachInstrumentTogether) {
    expect_frame(venue,
                 table("orderBookL2", "update",
                       row("A", 1) + "," + row("A", 2) + "," + row("B", 3) + "," + row("C", 4)),
                 {"keyed_update A 1bx1~0 2bx1~0 ids 0-0 depth 0 at 0",
                  "keyed_update B 3bx1~0 ids 0-0 depth 0 at 0",
                  "keyed_update C 4bx1~0 ids 0-0 depth 0 at 0"});
    expect_frame(venue,
                 table("orderBookL2", "update",
                       row("A", 1) + "," + row("B", 2) + "," + row("A", 3) + "," + row("C", 4) +
                           "," + row("B", 5) + "," + row("A", 6)),
                 {"keyed_update A 1bx1~0 3bx1~0 6bx1~0 ids 0-0 depth 0 at 0",
                  "keyed_update B 2bx1~0 5bx1~0 ids 0-0 depth 0 at 0",
                  "keyed_update C 4bx1~0 ids 0-0 depth 0 at 0"});
    const std::string filtered =
        R"({"table":"orderBookL2","action":"partial","filter":{"symbol":"B"},"data":[)"
        R"({"symbol":"A","id":1,"side":"Buy","size":1,"price":1},)"
        R"({"symbol":"B","id":2,"side":"Buy","size":1,"price":1}]})";
    expect_frame(venue, filtered,
                 {"keyed_snapshot B 2b@1~0x1~0 ids 0-0 depth 0 at 0",
                  "keyed_snapshot A 1b@1~0x1~0 ids 0-0 depth 0 at 0"});
}

TEST(BitmexFrame, PutsRandomRowsTogetherAsANaiveReaderDoes) {
    std::mt19937_64 random{tests::test_seed()};
    FrameBed bed{venue};
    for (int round = 0; round < 200; ++round) {
        const std::uint64_t symbols = 1 + random() % 6;
        std::vector<std::string> order;
        std::map<std::string, std::vector<std::uint64_t>> expected;
        std::string rows;
        for (int id = 0; id < 40; ++id) {
            const std::string symbol = "S" + std::to_string(random() % symbols);
            rows += (id == 0 ? "" : ",") + row(symbol, id);
            if (expected[symbol].empty()) order.push_back(symbol);
            expected[symbol].push_back(static_cast<std::uint64_t>(id));
        }
        ASSERT_EQ(bed.frame_of(table("orderBookL2", "update", rows)), FrameStatus::ok);
        ASSERT_EQ(bed.frame.books.size(), order.size());
        EXPECT_TRUE(bed.frame.levels.empty());
        for (std::size_t i = 0; i < order.size(); ++i) {
            const BookEvent& book = bed.frame.books[i];
            EXPECT_EQ(book.symbol, order[i]);
            std::vector<std::uint64_t> ids;
            for (std::uint32_t at = 0; at < book.bids.count; ++at)
                ids.push_back(bed.frame.keyed.at(book.bids.begin + at).id);
            EXPECT_EQ(ids, expected[order[i]]);
        }
    }
}

TEST(BitmexFrame, RefusesMoreInstrumentsThanItTellsApart) {
    FrameBed bed{venue};
    const auto of = [&](int symbols) {
        std::string rows;
        for (int id = 0; id < symbols; ++id)
            rows += (id == 0 ? "" : ",") + row("S" + std::to_string(id), id);
        return bed.frame_of(table("orderBookL2", "update", rows));
    };
    EXPECT_EQ(of(1024), FrameStatus::ok);
    EXPECT_EQ(of(1025), FrameStatus::too_large);
}

TEST(BitmexFrame, TellsTrades) {
    const std::string trade =
        R"({"timestamp":"1970-01-01T00:00:00.5Z","symbol":"XBTUSD","side":"Sell","size":20,)"
        R"("price":4e4,"tickDirection":"MinusTick","trdMatchID":"99a1","grossValue":null,)"
        R"("homeNotional":0.1,"foreignNotional":20})";
    expect_frame(venue, table("trade", "insert", trade),
                 {"trade XBTUSD 40000~0x20~0 sell id 99a1 at 500000000"});
    expect_frame(venue, table("trade", "partial", trade),
                 {"trade XBTUSD 40000~0x20~0 sell id 99a1 at 500000000 history"});
}

TEST(BitmexFrame, TakesPricesOfIndicesForNoTrades) {
    const auto trade = [](const std::string& rest) {
        return table(
            "trade", "insert",
            R"({"timestamp":"1970-01-01T00:00:00Z","symbol":".BXBT","price":1.5,)" + rest + "}");
    };
    expect_frame(venue, trade(R"("side":"","size":0,"trdMatchID":null)"), {});
    expect_frame(venue, trade(R"("side":null,"size":null)"), {});
    expect_frame(venue, trade(R"("size":2,"side":"Buy")"), {"trade .BXBT 15~1x2~0 buy id  at 0"});
    expect_frame(venue, trade(R"("size":2)"), {"trade .BXBT 15~1x2~0 unknown id  at 0"});
}

TEST(BitmexFrame, TellsTouches) {
    expect_frame(venue,
                 table("quote", "insert",
                       R"({"timestamp":"1970-01-01T00:00:00.5Z","symbol":"XBTUSD","bidSize":100,)"
                       R"("bidPrice":8076.5,"askPrice":8077,"askSize":200},)"
                       R"({"timestamp":"1970-01-01T00:00:01Z","symbol":"X","bidSize":null,)"
                       R"("bidPrice":null,"askPrice":1,"askSize":2})"),
                 {"touch XBTUSD 80765~1x100~0 8077~0x200~0 id 0 at 500000000",
                  "touch X 0~0x0~0 1~0x2~0 id 0 at 1000000000"});
}

TEST(BitmexFrame, TellsDefinitionsWhereTheyAreWhole) {
    expect_frame(
        venue,
        table("instrument", "partial",
              R"({"symbol":"XBTUSD","rootSymbol":"XBT","tickSize":0.5,"lotSize":100,)"
              R"("underlying":"XBT","quoteCurrency":"USD","makerFee":-0.00025},)"
              R"({"symbol":"Y","tickSize":1e-8,"lotSize":null,"underlying":null})"),
        {"definition XBTUSD tick 5~1 lot 100~0 XBT/USD", "definition Y tick 1~8 lot 0~0 /"});
    expect_frame(venue, table("instrument", "update", R"({"symbol":"XBTUSD","lastPrice":5})"), {});
}

TEST(BitmexFrame, TellsAnswersAndLife) {
    expect_frame(venue,
                 R"({"success":true,"subscribe":"orderBookL2_25:XBTUSD","request":{"op":)"
                 R"("subscribe","args":["orderBookL2_25:XBTUSD"]}})",
                 {"subscribed channel 'orderBookL2_25' symbol 'XBTUSD' text '' number 25"});
    expect_frame(venue, R"({"success":true,"subscribe":"trade","request":{}})",
                 {"subscribed channel 'trade' symbol '' text '' number 0"});
    expect_frame(venue, R"({"success":true,"unsubscribe":"trade:X","request":{}})",
                 {"unsubscribed channel 'trade' symbol 'X' text '' number 0"});
    expect_frame(venue, R"({"status":400,"error":"Unknown table: x","meta":{},"request":{}})",
                 {"refused channel '' symbol '' text 'Unknown table: x' number 0"});
    expect_frame(venue, "pong", {"heartbeat channel '' symbol '' text '' number 0"});
}

TEST(BitmexFrame, HasNothingToSayOfTheRest) {
    expect_frame(venue,
                 R"({"info":"Welcome to the BitMEX Realtime API.","version":"2","timestamp":)"
                 R"("2020-01-01T00:00:00.000Z","docs":"https://x","limit":{"remaining":39}})",
                 {});
    expect_frame(venue, table("funding", "partial", R"({"symbol":"X"})"), {});
    expect_frame(venue, R"({"table":"liquidation"})", {});
}

TEST(BitmexFrame, RefusesOtherShapes) {
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, FrameStatus::wrong_shape, field);
    };
    const auto book = [&](const std::string& action, const std::string& rows,
                          std::string_view field) {
        refuse(table("orderBookL2", action, rows), field);
    };
    refuse("[]", "");
    refuse(R"({"table":5})", "table");
    refuse(R"({"table":"trade","data":[]})", "action");
    refuse(R"({"table":"trade","action":"snapshot","data":[]})", "action");
    refuse(R"({"table":"trade","action":"insert"})", "data");
    refuse(R"({"table":"trade","action":"insert","data":{}})", "data");
    refuse(R"({"table":"trade","action":"insert","data":[],"data":[]})", "data");
    book("update", R"({"id":1,"side":"Buy"})", "symbol");
    book("update", R"({"symbol":"X","side":"Buy"})", "id");
    book("update", R"({"symbol":"X","id":1})", "side");
    book("update", R"({"symbol":"X","id":1,"side":"buy"})", "side");
    book("update", R"({"symbol":"X","id":1,"side":null})", "side");
    book("update", R"({"symbol":"X","id":"1","side":"Buy"})", "id");
    book("insert", R"({"symbol":"X","id":1,"side":"Buy","size":1})", "price");
    book("partial", R"({"symbol":"X","id":1,"side":"Buy","price":1})", "size");
    book("update", R"({"symbol":"X","symbol":"X"})", "symbol");
    refuse(table("trade", "insert", R"({"side":"buy"})"), "side");
    refuse(table("trade", "insert", R"({"symbol":"X"})"), "timestamp");
    refuse(table("quote", "insert", R"({"symbol":"X"})"), "bidPrice");
    refuse(table("instrument", "insert", R"({"tickSize":1})"), "symbol");
    refuse(R"({"success":true,"subscribe":5})", "subscribe");
}

TEST(BitmexFrame, RefusesNumbersItCannotHold) {
    const auto refuse = [](const std::string& fields, std::string_view field) {
        expect_refused(venue, table("orderBookL2", "update", "{" + fields + "}"),
                       FrameStatus::bad_number, field);
    };
    refuse(R"("price":1e-19)", "price");
    refuse(R"("size":9223372036854775808)", "size");
    refuse(R"("id":-1)", "id");
    refuse(R"("timestamp":"now")", "timestamp");
}

}  // namespace
}  // namespace tickweir::codecs::json
