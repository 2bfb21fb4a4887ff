#include "gateway/market/json_market.hpp"

#include <gmock/gmock.h>

#include <random>

#include "store/trade_id.hpp"
#include "tests/market/json_bed.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using gateway::JsonRecordKind;
using gateway::ResyncKind;
using gateway::ResyncWish;
using gateway::Watch;
using store::SyncReason;
using Levels = MarketTwin::Levels;

constexpr std::uint8_t book_watches =
    static_cast<std::uint8_t>(Watch::quote) | static_cast<std::uint8_t>(Watch::levels);
constexpr std::uint8_t trade_watch = static_cast<std::uint8_t>(Watch::trades);

std::string id_text(const store::Trade& trade) {
    std::array<char, store::trade_id_chars_max> room;
    return std::string{store::trade_id_text(trade, room)};
}

TEST(JsonMarket, BringsABookIntoTheStoreAndToThoseWhoWatch) {
    JsonBed bed;
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100.5","1"],["100","2"])", R"(["101","3"])"));
    const auto id = bed.id_of("BTC");
    EXPECT_EQ(bed.store.instruments()[id].venue, "bybit");
    EXPECT_FALSE(bed.store.instruments()[id].has_orders);
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::none);
    bed.watch(id, book_watches);
    bed.frame(bybit_book("delta", "BTC", 11, R"(["100.6","4"],["100","0"])", ""));
    const MarketTwin::Instrument& seen = bed.twins[0][id];
    EXPECT_EQ(seen.levels[0], (Levels{{1'005, {1, 0}}, {1'006, {4, 0}}}));
    EXPECT_EQ(seen.levels[1], (Levels{{1'010, {3, 0}}}));
    EXPECT_EQ(seen.levels_scale, (store::Scale{1, 0}));
    EXPECT_EQ(seen.quote, bed.store.latest_quote(id));
    EXPECT_EQ(seen.quote.bid.ticks, 1'006);
    EXPECT_EQ(seen.quote.times.exchange_ns, 7'000'000);
    const store::Depth depth = bed.store.latest_depth(id);
    EXPECT_EQ(depth.bid_count, 2);
    EXPECT_EQ(depth.bids[1].price.ticks, 1'005);
    EXPECT_FALSE(bed.twins[1][id].has_levels);
}

TEST(JsonMarket, BeginsTheLevelsAgainWhenNumbersBecomeFiner) {
    JsonBed bed;
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100.5","1"])", R"(["101","3"])"));
    const auto id = bed.id_of("BTC");
    bed.watch(id, book_watches);
    const std::uint64_t beginnings = bed.twins[0][id].beginnings;
    bed.frame(bybit_trade("BTC", "100.5", "1", "1"));
    bed.frame(bybit_book("delta", "BTC", 11, R"(["100.5125","0.25"])", ""));
    const MarketTwin::Instrument& seen = bed.twins[0][id];
    EXPECT_EQ(seen.beginnings, beginnings + 1);
    EXPECT_EQ(seen.levels_scale, (store::Scale{4, 2}));
    EXPECT_EQ(seen.levels[0], (Levels{{1'005'000, {100, 0}}, {1'005'125, {25, 0}}}));
    EXPECT_EQ(seen.levels[1], (Levels{{1'010'000, {300, 0}}}));
    EXPECT_EQ(bed.store.instruments().scaling(id).scale, (store::Scale{4, 2}));
    EXPECT_GT(bed.store.instruments().scaling(id).version, 0U);
    EXPECT_EQ(bed.store.latest_quote(id).scale, (store::Scale{4, 2}));
    EXPECT_EQ(bed.store.latest_depth(id).scale, (store::Scale{4, 2}));
    // What was printed before stays as it was.
    EXPECT_EQ(bed.store.latest_trade(id).scale, (store::Scale{1, 0}));
    EXPECT_EQ(bed.store.latest_trade(id).price.ticks, 1'005);
}

TEST(JsonMarket, TellsABookWhoseScaleASnapshotBeginsAnew) {
    JsonBed bed;
    bed.frame(bybit_trade("BTC", "100", "0.30000000000000004", "1"));
    const auto id = bed.id_of("BTC");
    bed.watch(id, book_watches);
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100","93.5"])", R"(["101","3"])"));
    bed.frame(bybit_book("delta", "BTC", 11, R"(["99","0.25"])", ""));
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::none);
    const MarketTwin::Instrument& seen = bed.twins[0][id];
    EXPECT_EQ(seen.levels_scale, (store::Scale{0, 2}));
    EXPECT_EQ(seen.levels[0], (Levels{{100, {9350, 0}}, {99, {25, 0}}}));
    EXPECT_EQ(bed.store.latest_depth(id).scale, (store::Scale{0, 2}));
    EXPECT_EQ(bed.store.latest_quote(id).scale, (store::Scale{0, 1}));
    EXPECT_EQ(bed.store.latest_quote(id).bid_open.lots, 935);
    EXPECT_EQ(bed.store.latest_trade(id).scale, (store::Scale{0, 17}));
    // What an instrument is known to need never becomes less.
    EXPECT_EQ(bed.store.instruments().scaling(id).scale, (store::Scale{0, 17}));
}

TEST(JsonMarket, KeepsVenuesTradeIds) {
    JsonBed bed;
    bed.frame(bybit_trade("BTC", "1", "2", "2280000001739247417"));
    const auto id = bed.id_of("BTC");
    bed.watch(id, trade_watch);
    for (const char* const text :
         {"77", "20f43950-d8dd-5b31-9112-a178eb6023af", "BTC-60287305", "a-text-of-17-chars"})
        bed.frame(bybit_trade("BTC", "1.5", "2", text, "Sell"));
    std::vector<std::string> ids;
    for (const store::Trade& trade : bed.twins[0][id].trades)
        ids.push_back(id_text(trade));
    EXPECT_THAT(ids, testing::ElementsAre("77", "20f43950-d8dd-5b31-9112-a178eb6023af",
                                          "BTC-60287305", ""));
    const store::Trade last = bed.store.latest_trade(id);
    EXPECT_EQ(last.index, 5U);
    EXPECT_EQ(last.aggressor, store::Aggressor::sell);
    EXPECT_EQ(last.times.exchange_ns, 8'000'000);
    EXPECT_EQ(last.scale, (store::Scale{1, 0}));
}

TEST(JsonMarket, TellsWhyABookIsLostAndAsksForItOnce) {
    JsonBed bed;
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100","1"])", R"(["101","3"])"));
    bed.frame(bybit_book("snapshot", "ETH", 5, R"(["10","1"])", R"(["11","3"])"));
    bed.frame(bybit_book("delta", "BTC", 13, R"(["100","2"])", ""));
    bed.frame(bybit_book("delta", "BTC", 14, R"(["100","3"])", ""));
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::gap);
    EXPECT_EQ(bed.status("ETH").reason, SyncReason::none);
    EXPECT_EQ(bed.wishes.try_pop(), ResyncWish::make(ResyncKind::resubscribe, 0, "BTC"));
    EXPECT_EQ(bed.wishes.try_pop(), std::nullopt);
    EXPECT_EQ(bed.store.latest_quote(bed.id_of("BTC")).bid_open.lots, 1) << "the last good book";
    bed.frame(bybit_book("snapshot", "BTC", 20, R"(["99","1"])", R"(["101","3"])"));
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::none);
    EXPECT_EQ(bed.store.latest_quote(bed.id_of("BTC")).bid.ticks, 99);
}

TEST(JsonMarket, AsksAgainForABookThatASubscriptionDoesNotBring) {
    constexpr std::int64_t wait = std::int64_t{10} * 1'000'000'000;
    JsonBed bed;
    const auto wanted = [&] {
        bed.mark(JsonRecordKind::tick);
        return bed.wishes.try_pop();
    };
    bed.mark(JsonRecordKind::connected, 1);
    ASSERT_TRUE(bed.output.send_expected(1, "SOL", 50, bed.times()));
    bed.settle();
    bed.now += wait / 2;
    EXPECT_EQ(wanted(), std::nullopt);
    bed.frame(R"({"success":true,"ret_msg":"","conn_id":"c","req_id":"1","op":"subscribe"})", 1);
    bed.now += wait - 100'000'000;
    EXPECT_EQ(wanted(), std::nullopt) << "its subscription was answered a moment ago";
    bed.now += 100'000'000;
    EXPECT_EQ(wanted(), ResyncWish::make(ResyncKind::resubscribe, 1, "SOL"));
    EXPECT_EQ(wanted(), std::nullopt);
    bed.now += wait;
    EXPECT_EQ(wanted(), ResyncWish::make(ResyncKind::resubscribe, 1, "SOL"));
    bed.frame(bybit_book("snapshot", "SOL", 10, R"(["100","1"])", ""), 1);
    bed.now += 2 * wait;
    EXPECT_EQ(wanted(), std::nullopt) << "it came";
}

TEST(JsonMarket, AsksForNoBookOverAConnectionThatIsNotThere) {
    JsonBed bed;
    bed.mark(JsonRecordKind::connected);
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100","1"])", ""));
    bed.mark(JsonRecordKind::connection_lost);
    bed.now += std::int64_t{60} * 1'000'000'000;
    bed.mark(JsonRecordKind::tick);
    EXPECT_EQ(bed.wishes.try_pop(), std::nullopt);
}

TEST(JsonMarket, AsksAgainForABookThatAnAnswerDoesNotBring) {
    constexpr std::int64_t wait = std::int64_t{10} * 1'000'000'000;
    const ResyncWish wish = ResyncWish::make(ResyncKind::http_snapshot, 0, "BTCUSDT");
    JsonBed bed{true, 1 << 18, codecs::json::VenueId::binance_spot};
    const auto wanted = [&] {
        bed.mark(JsonRecordKind::tick);
        return bed.wishes.try_pop();
    };
    bed.mark(JsonRecordKind::connected);
    ASSERT_TRUE(bed.output.send_expected(0, "BTCUSDT", 0, bed.times()));
    bed.frame(R"({"e":"depthUpdate","E":1,"s":"BTCUSDT","U":5,"u":6,"b":[["1","2"]],"a":[]})");
    EXPECT_EQ(bed.wishes.try_pop(), wish) << "there is a change that waits";
    for (const char* const body : {"<html>", "{}", R"({"lastUpdateId":1)"}) {
        bed.answer("/api/v3/depth?symbol=BTCUSDT&limit=1000", body);
        EXPECT_EQ(wanted(), std::nullopt) << "it may be on its way";
        bed.now += wait;
        EXPECT_EQ(wanted(), wish) << body;
    }
    bed.answer("/api/v3/depth?symbol=BTCUSDT&limit=1000",
               R"({"lastUpdateId":5,"bids":[["1","1"]],"asks":[["2","1"]]})");
    EXPECT_EQ(bed.status("BTCUSDT").reason, SyncReason::none);
    bed.now += 2 * wait;
    EXPECT_EQ(wanted(), std::nullopt);
}

TEST(JsonMarket, KeepsWishesThatTheRingHasNoRoomFor) {
    JsonBed bed;
    for (int i = 0; i < 6; ++i) {
        const std::string symbol = "S" + std::to_string(i);
        bed.frame(bybit_book("snapshot", symbol, 10, R"(["100","1"])", ""));
        bed.frame(bybit_book("delta", symbol, 12, R"(["100","2"])", ""));
    }
    std::vector<std::string> asked;
    const auto take = [&] {
        while (const auto wish = bed.wishes.try_pop())
            asked.emplace_back(wish->symbol());
    };
    take();
    EXPECT_EQ(asked.size(), 4U);
    bed.mark(JsonRecordKind::tick);
    take();
    EXPECT_THAT(asked, testing::ElementsAre("S0", "S1", "S2", "S3", "S4", "S5"));
}

TEST(JsonMarket, DoesNotPileUpWishesThatNobodyTakes) {
    JsonBed bed;
    for (std::uint64_t id = 10; id < 500; id += 10) {
        bed.frame(bybit_book("snapshot", "BTC", id, R"(["100","1"])", ""));
        bed.frame(bybit_book("delta", "BTC", id + 2, R"(["100","2"])", ""));
    }
    std::size_t taken = 0;
    for (int i = 0; i < 10; ++i) {
        while (bed.wishes.try_pop())
            ++taken;
        bed.mark(JsonRecordKind::tick);
    }
    EXPECT_EQ(taken, 5U) << "the ring's, and one that waited";
}

TEST(JsonMarket, GoesOnWithoutAnybodyToAsk) {
    JsonBed bed{false};
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100","1"])", ""));
    bed.frame(bybit_book("delta", "BTC", 12, R"(["100","2"])", ""));
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::gap);
}

TEST(JsonMarket, TellsWhatTheFeedSuffersFromAndWhatLastsLonger) {
    JsonBed bed;
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100","1"])", ""));
    bed.frame(bybit_book("snapshot", "ETH", 10, R"(["100","1"])", ""));
    bed.frame(bybit_book("delta", "ETH", 12, R"(["100","2"])", ""));
    bed.mark(JsonRecordKind::stale);
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::feed_stale);
    EXPECT_EQ(bed.status("ETH").reason, SyncReason::gap);
    bed.mark(JsonRecordKind::live);
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::none);
    bed.mark(JsonRecordKind::connection_lost);
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::connection_lost);
    bed.mark(JsonRecordKind::connected);
    bed.frame(bybit_book("snapshot", "BTC", 1, R"(["98","1"])", ""));
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::none);
    bed.mark(JsonRecordKind::ended);
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::feed_ended);
}

TEST(JsonMarket, EmptiesItsBooksForASession) {
    JsonBed bed;
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100.25","1"])", R"(["101","1"])"));
    const auto id = bed.id_of("BTC");
    bed.watch(id, book_watches);
    bed.mark(JsonRecordKind::session);
    EXPECT_EQ(bed.status("BTC").reason, SyncReason::awaiting_snapshot);
    EXPECT_TRUE(bed.twins[0][id].levels[0].empty());
    EXPECT_EQ(bed.twins[0][id].quote.has_bid, 0);
    EXPECT_EQ(bed.store.latest_depth(id).bid_count, 0);
    bed.frame(bybit_book("snapshot", "ETH", 3, R"(["7","1"])", ""));
    bed.frame(bybit_book("snapshot", "BTC", 3, R"(["99","1"])", ""));
    EXPECT_EQ(bed.twins[0][id].levels[0], (Levels{{99, {1, 0}}}));
    EXPECT_EQ(bed.store.latest_quote(id).bid.ticks, 99);
    EXPECT_EQ(bed.store.instruments().scaling(id).scale, (store::Scale{2, 0})) << "finest so far";
    EXPECT_EQ(bed.store.instruments().count(), 2U);
}

TEST(JsonMarket, ShowsWhatIsExpectedBeforeItComes) {
    JsonBed bed;
    ASSERT_TRUE(bed.output.send_expected(3, "SOL", 50, bed.times()));
    bed.settle();
    EXPECT_EQ(bed.status("SOL").reason, SyncReason::awaiting_snapshot);
    EXPECT_EQ(bed.store.latest_quote(bed.id_of("SOL")).has_bid, 0);
}

TEST(JsonMarket, TakesABookThatIsLongerThanItsRing) {
    JsonBed bed{true, 1 << 18};
    std::string bids;
    for (int i = 0; i < 30'000; ++i)
        bids += (i == 0 ? "[\"" : ",[\"") + std::to_string(100'000 - i) + ".5\",\"1\"]";
    const std::string frame = bybit_book("snapshot", "BTC", 10, bids, R"(["200000","1"])");
    ASSERT_GT(frame.size(), bed.input.capacity());
    bed.frame(frame);
    const auto id = bed.id_of("BTC");
    bed.watch(id, book_watches);
    bed.watch(id, book_watches, 1);
    EXPECT_EQ(bed.twins[0][id].levels[0].size(), 30'000U);
    EXPECT_EQ(bed.twins[1][id].levels[0].size(), 30'000U);
    // More changes at once than a serving ring takes: the book is sent again instead.
    std::string changes;
    for (int i = 0; i < 20'000; ++i)
        changes += (i == 0 ? "[\"" : ",[\"") + std::to_string(100'000 - i) + ".5\",\"2\"]";
    bed.frame(bybit_book("delta", "BTC", 11, changes, ""));
    EXPECT_EQ(bed.twins[0][id].levels[0].size(), 30'000U);
    EXPECT_EQ(bed.twins[0][id].levels[0].at(1'000'005),
              (std::pair<std::int64_t, std::uint32_t>{2, 0}));
    EXPECT_EQ(bed.twins[0][id].levels[0], bed.twins[1][id].levels[0]);
}

TEST(JsonMarket, LeavesNoTradeOutUntold) {
    JsonBed bed;
    bed.frame(bybit_trade("BTC", "1", "1", "1"));
    const auto id = bed.id_of("BTC");
    bed.watch(id, trade_watch);
    std::string trades = R"({"topic":"publicTrade.BTC","type":"snapshot","ts":9,"data":[)";
    constexpr int count = 5'000;
    for (int i = 0; i < count; ++i)
        trades += std::string{i == 0 ? "" : ","} +
                  R"({"T":8,"s":"BTC","S":"Buy","v":"1","p":"1","L":"PlusTick","i":")" +
                  std::to_string(i) + R"(","BT":false})";
    bed.frame(trades + "]}");
    EXPECT_EQ(bed.store.latest_trade(id).index, count + 1U);
    // A ring of serving that is too small for them all begins the trades anew, and says where.
    EXPECT_TRUE(bed.twins[0][id].trades.empty());
    bed.frame(bybit_trade("BTC", "1", "1", "1"));
    ASSERT_EQ(bed.twins[0][id].trades.size(), 1U);
    EXPECT_EQ(bed.twins[0][id].trades[0].index, count + 2U);
}

TEST(JsonMarket, CountsWhatItCannotRead) {
    JsonBed bed;
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100","1"])", ""));
    bed.frame("{\"topic\":");
    bed.frame("");
    bed.frame(bybit_book("delta", "BTC", 11, R"(["1e999","1"])", ""));
    std::string metrics;
    bed.metrics.render(metrics);
    EXPECT_THAT(metrics, testing::HasSubstr("tickweir_market_refused_total 3\n"));
    EXPECT_THAT(metrics, testing::HasSubstr("frames_refused_total{reason=\"malformed\"} 2\n"));
    EXPECT_THAT(metrics, testing::HasSubstr("frames_refused_total{reason=\"bad_number\"} 1\n"));
}

TEST(JsonMarket, LeavesInstrumentsOfAnotherFeedAlone) {
    JsonBed bed;
    ASSERT_TRUE(bed.store.instruments().add(
        {.venue = "bybit", .symbol = "BTC", .base = {}, .quote = {}, .writer = 7}));
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100","1"])", ""));
    bed.frame(bybit_trade("BTC", "100", "1", "5"));
    const auto id = bed.id_of("BTC");
    EXPECT_EQ(bed.store.latest_quote(id), store::Quote{});
    EXPECT_EQ(bed.store.latest_trade(id), store::Trade{});
    EXPECT_EQ(bed.store.latest_status(id).version, 0U);
}

/// Changes of books of growing decimals, some of them more than a serving ring takes at once.
class RandomBybit {
public:
    explicit RandomBybit(std::uint64_t seed) : random_{seed} {}

    std::string next() {
        const std::size_t at = random_() % symbols.size();
        const std::string symbol{symbols[at]};
        std::uint64_t& id = ids_[at];
        if (random_() % 100 == 0) ++decimals_[at];
        if (id == 0 || random_() % 50 == 0)
            return bybit_book("snapshot", symbol, id += 5, rows(at, 1'000, 40),
                              rows(at, 2'000, 40));
        if (random_() % 40 == 0) id += 1;  // a gap
        const std::size_t count = random_() % 60 == 0 ? 4'000 : random_() % 6;
        return bybit_book("delta", symbol, ++id, rows(at, 1'000, count), rows(at, 2'000, count));
    }
    std::uint64_t number() { return random_(); }

    static constexpr std::array<std::string_view, 3> symbols{"AAA", "BBB", "CCC"};

private:
    std::string rows(std::size_t at, std::uint64_t base, std::size_t count) {
        std::string rows;
        for (std::size_t i = 0; i < count; ++i) {
            const unsigned decimals = std::min(decimals_[at], 9U);
            std::string price = std::to_string(base + random_() % 900);
            if (decimals != 0)
                price += '.' + std::to_string(random_() % 2 + 1).insert(0, decimals - 1, '0');
            rows += (rows.empty() ? "[\"" : ",[\"") + price + "\",\"" +
                    std::to_string(random_() % 4) + "\"]";
        }
        return rows;
    }

    std::mt19937_64 random_;
    std::array<std::uint64_t, 3> ids_{};
    std::array<unsigned, 3> decimals_{};
};

void expect_same_books(JsonBed& bed, const gateway::JsonBooks& books) {
    for (std::uint32_t index = 0; index < books.instruments().size(); ++index) {
        const gateway::JsonInstrument& instrument = books.instruments()[index];
        const book::InstrumentId id = bed.id_of(instrument.symbol);
        const store::Scale scale{static_cast<std::uint8_t>(instrument.price_decimals),
                                 static_cast<std::uint8_t>(instrument.quantity_decimals)};
        EXPECT_EQ(bed.status(instrument.symbol).in_sync(),
                  instrument.state() == gateway::SyncState::in_sync);
        for (MarketTwin& twin : bed.twins) {
            for (const book::Side side : {book::Side::buy, book::Side::sell}) {
                Levels levels;
                for (const book::Level& level : instrument.book().levels(side))
                    levels[level.price.ticks] = {level.open.lots, 0};
                EXPECT_EQ(twin[id].levels[static_cast<std::size_t>(side)], levels);
            }
            EXPECT_EQ(twin[id].levels_scale, scale);
        }
    }
}

TEST(JsonMarket, GivesThoseWhoComeGoAndFallBehindTheBooksThatThereAre) {
    const std::uint64_t seed = test_seed();
    JsonBed bed{false};
    RandomBybit venue{seed};
    gateway::JsonBooks expected{
        {.venue = codecs::json::VenueId::bybit, .live = true, .limits = {}}};
    const auto send = [&] {
        std::string text = venue.next();
        const std::size_t length = text.size();
        gateway::TextSent sent;
        while (!bed.output.send_frame(0, text, bed.times(), sent))
            bed.settle();
        bed.output.hand_over();
        text.append(codecs::json::text_padding, '\0');
        EXPECT_EQ(expected.apply_frame(0, std::string_view{text}.substr(0, length),
                                       bed.times().time, gateway::NoJsonListener{}),
                  codecs::json::FrameStatus::ok);
    };
    for (int i = 0; i < 3'000; ++i) {
        send();
        if (venue.number() % 3 == 0) bed.turn();
        // The twins are slow, so that rings of serving fill up.
        if (venue.number() % 8 == 0) bed.twins[venue.number() % 2].take(venue.number() % 64);
        const auto known = bed.store.instruments().count();
        if (known != 0 && venue.number() % 10 == 0) {
            const book::InstrumentId id{static_cast<std::uint32_t>(venue.number() % known)};
            const auto watches = static_cast<std::uint8_t>(venue.number() % 2 * book_watches);
            ASSERT_TRUE(bed.requests[venue.number() % 2]->try_push(
                gateway::WatchRequest{.instrument = id, .watches = watches}));
        }
    }
    bed.settle();
    for (std::uint32_t i = 0; i < bed.store.instruments().count(); ++i)
        for (const std::size_t link : {0U, 1U})
            bed.watch(book::InstrumentId{i}, book_watches, link);
    for (int i = 0; i < 300; ++i)
        send();
    bed.settle();
    expect_same_books(bed, expected);
}

}  // namespace
}  // namespace tickweir::tests
