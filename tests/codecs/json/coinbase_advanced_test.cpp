// Every kind of message of Coinbase Advanced Trade's WebSocket API, and what is none.
#include <gtest/gtest.h>

#include "tests/codecs/json/frames.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId venue = VenueId::coinbase_advanced;

std::string frame_of(const std::string& channel, const std::string& events) {
    return R"({"channel":")" + channel +
           R"(","timestamp":"1970-01-01T00:00:01.000000002Z","sequence_num":7,"events":[)" +
           events + "]}";
}

std::string sequence(int number) {
    return "sequence channel '' symbol '' text '' number " + std::to_string(number);
}

TEST(CoinbaseAdvancedFrame, TellsSnapshots) {
    expect_frame(
        venue,
        R"({"channel":"l2_data","timestamp":"2026-08-09T21:05:48.483587501Z","sequence_num":13,)"
        R"("events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid",)"
        R"("event_time":"2026-08-09T21:05:48.170326Z","price_level":"65083.66",)"
        R"("new_quantity":"0.20371215"},{"side":"offer",)"
        R"("event_time":"2026-08-09T21:05:48.170326Z","price_level":"65083.67",)"
        R"("new_quantity":"1"}]}]})",
        {sequence(13),
         "snapshot BTC-USD [6508366~2x20371215~8] [6508367~2x1~0] ids 0-0 depth 0 at "
         "1786309548483587501"});
}

TEST(CoinbaseAdvancedFrame, PutsTheLevelsOfASideTogetherInTheirOrder) {
    const auto level = [](const std::string& side, const std::string& price,
                          const std::string& quantity) {
        return R"({"side":")" + side + R"(","event_time":"x","price_level":")" + price +
               R"(","new_quantity":")" + quantity + R"("})";
    };
    expect_frame(venue,
                 frame_of("l2_data", R"({"type":"update","product_id":"A","updates":[)" +
                                         level("offer", "9", "1") + "," + level("bid", "1", "1") +
                                         "," + level("ask", "8", "2") + "," +
                                         level("offer", "9", "0") + "," + level("bid", "2", "0") +
                                         R"(]},{"type":"update","product_id":"B","updates":[)" +
                                         level("offer", "5", "6") + "," + level("bid", "3", "4") +
                                         R"(]},{"type":"update","product_id":"C","updates":[]})"),
                 {sequence(7),
                  "delta A [1~0x1~0 2~0x0~0] [9~0x1~0 8~0x2~0 9~0x0~0] ids 0-0 depth 0 at "
                  "1000000002",
                  "delta B [3~0x4~0] [5~0x6~0] ids 0-0 depth 0 at 1000000002",
                  "delta C [] [] ids 0-0 depth 0 at 1000000002"});
}

TEST(CoinbaseAdvancedFrame, TellsTradesOldestFirstAndByWhoWasNotTheMaker) {
    const std::string trades =
        R"("trades":[{"product_id":"BTC-USD","trade_id":"1068572092","price":"65083.66",)"
        R"("size":"0.00171442","time":"1970-01-01T00:00:00.5Z","side":"BUY"},)"
        R"({"product_id":"BTC-USD","trade_id":"1068572091","price":"65083.67","size":"1",)"
        R"("time":"1970-01-01T00:00:00.25Z","side":"SELL"},{"product_id":"X","trade_id":"3",)"
        R"("price":"1","size":"2","time":"1970-01-01T00:00:00Z","side":"UNKNOWN_ORDER_SIDE"}]})";
    expect_frame(venue, frame_of("market_trades", R"({"type":"update",)" + trades),
                 {sequence(7), "trade X 1~0x2~0 unknown id 3 at 0",
                  "trade BTC-USD 6508367~2x1~0 buy id 1068572091 at 250000000",
                  "trade BTC-USD 6508366~2x171442~8 sell id 1068572092 at 500000000"});
    expect_frame(venue, frame_of("market_trades", R"({"type":"snapshot",)" + trades),
                 {sequence(7), "trade X 1~0x2~0 unknown id 3 at 0 history",
                  "trade BTC-USD 6508367~2x1~0 buy id 1068572091 at 250000000 history",
                  "trade BTC-USD 6508366~2x171442~8 sell id 1068572092 at 500000000 history"});
}

TEST(CoinbaseAdvancedFrame, TellsTouchesWhereTheyAreWhole) {
    expect_frame(
        venue,
        frame_of("ticker", R"({"type":"update","tickers":[{"type":"ticker","product_id":"ETH-USD",)"
                           R"("price":"1919.41","best_bid":"1919.44","best_ask":"1919.49",)"
                           R"("best_bid_quantity":"0.02","best_ask_quantity":"0.07"},)"
                           R"({"product_id":"X","best_bid":"1","best_ask":"","best_bid_quantity":)"
                           R"("2","best_ask_quantity":""},{"product_id":"Y","best_bid":"1"}]})"),
        {sequence(7), "touch ETH-USD 191944~2x2~2 191949~2x7~2 id 0 at 1000000002",
         "touch X 1~0x2~0 0~0x0~0 id 0 at 1000000002"});
}

TEST(CoinbaseAdvancedFrame, TellsDefinitions) {
    expect_frame(venue,
                 frame_of("status",
                          R"({"type":"snapshot","products":[{"product_type":"SPOT","id":"BTC-USD",)"
                          R"("base_currency":"BTC","quote_currency":"USD",)"
                          R"("base_increment":"0.00000001","quote_increment":"0.01"}]})"),
                 {sequence(7), "definition BTC-USD tick 1~2 lot 1~8 BTC/USD"});
}

TEST(CoinbaseAdvancedFrame, TellsSubscriptionsHeartbeatsAndErrors) {
    expect_frame(venue,
                 frame_of("subscriptions", R"({"subscriptions":{"level2":["BTC-USD","ETH-USD"]}})"),
                 {sequence(7), "subscribed channel 'level2' symbol 'BTC-USD' text '' number 0",
                  "subscribed channel 'level2' symbol 'ETH-USD' text '' number 0"});
    expect_frame(
        venue,
        frame_of("heartbeats", R"({"current_time":"2026-08-09 21:05:48.85 +0000 UTC m=+41691.2",)"
                               R"("heartbeat_counter":41691})"),
        {sequence(7), "heartbeat channel '' symbol '' text '' number 0"});
    expect_frame(venue, R"({"type":"error","message":"no such product"})",
                 {"refused channel '' symbol '' text 'no such product' number 0"});
    expect_frame(venue, R"({"type":"error","message":"failed","reason":"why"})",
                 {"refused channel '' symbol '' text 'why' number 0"});
}

TEST(CoinbaseAdvancedFrame, TellsTheSequenceOfWhatSaysNothingElse) {
    expect_frame(venue, frame_of("candles", R"({"type":"snapshot","candles":[{"start":"1"}]})"),
                 {sequence(7)});
    expect_frame(venue, frame_of("new_channel", "1"), {sequence(7)});
    expect_frame(venue, frame_of("l2_data", ""), {sequence(7)});
    expect_frame(venue, R"({"type":"pong"})", {});
}

TEST(CoinbaseAdvancedFrame, RefusesOtherShapes) {
    const auto refuse = [](std::string_view text, std::string_view field) {
        expect_refused(venue, text, FrameStatus::wrong_shape, field);
    };
    const auto book = [&](const std::string& event, std::string_view field) {
        refuse(frame_of("l2_data", event), field);
    };
    refuse("[]", "");
    refuse("5", "");
    refuse(R"({"channel":5})", "channel");
    refuse(R"({"channel":"l2_data","timestamp":"1970-01-01T00:00:00Z","events":[]})",
           "sequence_num");
    refuse(R"({"channel":"l2_data","timestamp":"1970-01-01T00:00:00Z","sequence_num":1})",
           "events");
    refuse(R"({"channel":"l2_data","sequence_num":1,"events":[]})", "timestamp");
    refuse(R"({"channel":"x","channel":"x"})", "channel");
    refuse(R"({"channel":"l2_data","sequence_num":"1"})", "sequence_num");
    book(R"({"product_id":"X","updates":[]})", "type");
    book(R"({"type":"delta","product_id":"X","updates":[]})", "type");
    book(R"({"type":"update","updates":[]})", "product_id");
    book(R"({"type":"update","product_id":"X"})", "updates");
    book(R"({"type":"update","product_id":"X","updates":[],"updates":[]})", "updates");
    book(R"({"type":"update","product_id":"X","updates":{}})", "updates");
    book(R"({"type":"update","product_id":"X","updates":[{"side":"buy"}]})", "side");
    book(R"({"type":"update","product_id":"X","updates":[{"side":"bid","new_quantity":"1"}]})",
         "price_level");
    book(R"({"type":"update","product_id":"X","updates":[{"side":"bid","price_level":1}]})",
         "price_level");
    refuse(frame_of("market_trades", R"({"type":"update"})"), "trades");
    refuse(frame_of("market_trades", R"({"type":"update","trades":[{"side":"buy"}]})"), "side");
    refuse(frame_of("market_trades", R"({"type":"update","trades":[{"side":"BUY"}]})"),
           "product_id");
    refuse(frame_of("status", R"({"products":[{"id":"X"}]})"), "quote_increment");
    refuse(frame_of("subscriptions", R"({"subscriptions":["level2"]})"), "subscriptions");
}

TEST(CoinbaseAdvancedFrame, RefusesNumbersItCannotHold) {
    const auto refuse = [](const std::string& level, std::string_view field) {
        expect_refused(
            venue,
            frame_of("l2_data", R"({"type":"update","product_id":"X","updates":[{"side":"bid",)" +
                                    level + "}]}"),
            FrameStatus::bad_number, field);
    };
    refuse(R"("price_level":"1e5","new_quantity":"1")", "price_level");
    refuse(R"("price_level":"1","new_quantity":"0.0000000000000000001")", "new_quantity");
    refuse(R"("price_level":"9223372036854775808","new_quantity":"1")", "price_level");
    expect_refused(venue, R"({"channel":"x","sequence_num":18446744073709551616})",
                   FrameStatus::bad_number, "sequence_num");
    expect_refused(venue, R"({"channel":"x","timestamp":"yesterday"})", FrameStatus::bad_number,
                   "timestamp");
}

TEST(CoinbaseAdvancedFrame, RefusesMoreRowsThanTheLimit) {
    FrameLimits limits;
    limits.rows = 2;
    FrameBed bed{venue, limits};
    const std::string bid = R"({"side":"bid","price_level":"1","new_quantity":"1"})";
    const std::string ask = R"({"side":"offer","price_level":"1","new_quantity":"1"})";
    const auto status = [&](const std::string& levels) {
        return bed.frame_of(frame_of(
            "l2_data", R"({"type":"update","product_id":"X","updates":[)" + levels + "]}"));
    };
    EXPECT_EQ(status(bid + "," + ask), FrameStatus::ok);
    EXPECT_EQ(status(ask + "," + ask + "," + ask), FrameStatus::too_large);
    EXPECT_EQ(status(ask + "," + bid + "," + bid), FrameStatus::too_large);
}

TEST(CoinbaseAdvancedFrame, ReadsTheWholeCaptures) {
    struct Expected {
        const char* name;
        std::size_t changes;
        std::size_t jumps;
    };
    for (const Expected& expected :
         {Expected{"coinbase-advanced_2sym_20260809", 773, 0},
          Expected{"coinbase-advanced_2sym_20260809.damaged-gap", 770, 1}}) {
        FrameBed bed{venue};
        std::size_t snapshots = 0, changes = 0, trades = 0, jumps = 0, rows = 0;
        std::uint64_t next = 0;
        const bool there = each_capture_line(expected.name, [&](const CaptureLine& line) {
            ASSERT_EQ(bed.frame_of(line.text), FrameStatus::ok) << line.text.substr(0, 300);
            ASSERT_EQ(bed.frame.events.at(0).type, EventType::control);
            const ControlEvent& first = bed.frame.controls.at(0);
            ASSERT_EQ(first.kind, ControlKind::sequence);
            jumps += first.number != next;
            next = first.number + 1;
            for (const TradeEvent& trade : bed.frame.trades)
                trades += !trade.is_history;
            for (const BookEvent& book : bed.frame.books) {
                snapshots += book.kind == BookKind::snapshot;
                changes += book.kind == BookKind::delta;
                rows = std::max<std::size_t>(rows, book.bids.count + book.asks.count);
                ASSERT_EQ(book.bids.begin + book.bids.count, book.asks.begin);
            }
        });
        if (!there) GTEST_SKIP() << "no shared/data";
        EXPECT_EQ(snapshots, 2U);
        EXPECT_LE(changes, 773U);
        EXPECT_GE(changes, expected.changes);
        EXPECT_EQ(jumps, expected.jumps);
        EXPECT_GT(rows, 40'000U);
        if (expected.jumps == 0) {
            EXPECT_EQ(trades, 79U);
        }
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
