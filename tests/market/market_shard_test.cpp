#include "gateway/market/market_shard.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "book/order_book.hpp"
#include "tests/market/day.hpp"
#include "tests/market/market_twin.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using gateway::FeedRecordKind;
using gateway::Watch;
using gateway::WatchRequest;

constexpr std::uint8_t every_watch = 15;

book::TimeNs at(std::int64_t ns) {
    return book::TimeNs{std::chrono::nanoseconds{ns}};
}

/// One shard, two serving threads, and plain books of the same messages to compare with.
struct Market {
    explicit Market(std::size_t output_bytes = gateway::MarketOutput::ring_bytes_min)
        : events{std::make_unique<book::ByteRing>(output_bytes),
                 std::make_unique<book::ByteRing>(output_bytes)},
          requests{std::make_unique<Requests>(1024), std::make_unique<Requests>(1024)},
          twins{MarketTwin{*events[0]}, MarketTwin{*events[1]}},
          shard{
              "market.0",
              {{gateway::ItchMarketOptions{.venue = "nasdaq", .shard = {}, .books = small_books()},
                &input}},
              {{events[0].get(), requests[0].get(), nullptr},
               {events[1].get(), requests[1].get(), nullptr}},
              store,
              nullptr,
              metrics,
              clock},
          expected{small_books()} {}

    static book::Limits small_books() {
        book::Limits limits;
        limits.orders = 1 << 16;
        limits.levels = 1 << 16;
        limits.window = 1 << 16;
        return limits;
    }

    void put(FeedRecordKind kind, std::span<const std::vector<std::byte>> frames = {}) {
        while (!put_record(input, kind, frames))
            turn();
        for (const auto& frame : frames)
            expected.apply(frame, gateway::NoItchListener{});
    }

    bool turn() {
        now += 1'000'000;
        return shard.turn(at(now));
    }

    /// Until nothing is left to do.
    void settle() {
        for (bool more = true; more;) {
            more = turn();
            for (MarketTwin& twin : twins)
                more |= twin.take() != 0;
        }
    }

    std::optional<book::InstrumentId> id_of(std::string_view symbol) const {
        for (std::uint32_t i = 0; i < store.instruments().count(); ++i)
            if (store.instruments()[book::InstrumentId{i}].symbol == symbol)
                return book::InstrumentId{i};
        return std::nullopt;
    }

    using Requests = book::SpscRing<WatchRequest>;
    std::int64_t now = 1;
    gateway::Metrics metrics;
    gateway::TscClock clock{gateway::TscClock::Ticks::monotonic};
    store::MarketStore store{{.instruments = 64, .active_instruments = 64}, nullptr, nullptr};
    book::ByteRing input{1 << 16};
    std::array<std::unique_ptr<book::ByteRing>, 2> events;
    std::array<std::unique_ptr<Requests>, 2> requests;
    std::array<MarketTwin, 2> twins;
    gateway::MarketShard shard;
    gateway::ItchBooks expected;
};

/// What a twin holds of an instrument against the plain books.
void expect_equal(Market& market, MarketTwin::Instrument& seen, std::uint16_t locate,
                  std::uint8_t watches) {
    const book::OrderBook book{market.expected.books(), gateway::instrument_id(locate)};
    if ((watches & static_cast<std::uint8_t>(Watch::levels)) != 0) {
        for (const book::Side side : {book::Side::buy, book::Side::sell}) {
            MarketTwin::Levels levels;
            book.for_each_level(side, [&](const book::Level& level) {
                levels[level.price.ticks] = {level.open.lots, level.order_count};
            });
            EXPECT_EQ(seen.levels[static_cast<std::size_t>(side)], levels);
        }
    }
    if ((watches & static_cast<std::uint8_t>(Watch::orders)) != 0) {
        std::map<std::uint64_t, MarketTwin::Order> orders;
        for (const book::Side side : {book::Side::buy, book::Side::sell})
            book.for_each_order(side, [&](const book::Order& order) {
                orders[static_cast<std::uint64_t>(order.id)] = {order.side, order.price.ticks,
                                                                order.open.lots};
            });
        EXPECT_EQ(seen.orders, orders);
    }
    if ((watches & static_cast<std::uint8_t>(Watch::quote)) != 0) {
        const book::Quote quote = book.quote();
        EXPECT_EQ(seen.quote.has_bid != 0, quote.bid.has_value());
        if (quote.bid) {
            EXPECT_EQ(seen.quote.bid, quote.bid->price);
            EXPECT_EQ(seen.quote.bid_open, quote.bid->open);
        }
        EXPECT_EQ(seen.quote.has_ask != 0, quote.ask.has_value());
        if (quote.ask) {
            EXPECT_EQ(seen.quote.ask, quote.ask->price);
            EXPECT_EQ(seen.quote.ask_open, quote.ask->open);
        }
    }
}

/// What the store holds against the plain books.
void expect_stored(Market& market) {
    market.expected.instruments().for_each([&](std::uint16_t locate,
                                               const gateway::ItchInstrument& instrument) {
        const auto id = market.id_of(instrument.symbol());
        ASSERT_TRUE(id.has_value());
        const book::OrderBook book{market.expected.books(), gateway::instrument_id(locate)};
        std::array<book::Level, store::Depth::levels_max> levels;
        const store::Depth depth = market.store.latest_depth(*id);
        const std::size_t bids = book.depth(book::Side::buy, levels);
        ASSERT_EQ(depth.bid_count, bids);
        for (std::size_t i = 0; i < bids; ++i)
            EXPECT_EQ(depth.bids[i],
                      (store::DepthLevel{levels[i].price, levels[i].open, levels[i].order_count}));
        const auto best = book.best(book::Side::sell);
        const store::Quote quote = market.store.latest_quote(*id);
        EXPECT_EQ(quote.has_ask != 0, best.has_value());
        if (best) {
            EXPECT_EQ(quote.ask, best->price);
        }
        EXPECT_EQ(market.store.latest_trade(*id).index, instrument.trades);
    });
}

TEST(MarketShard, TellsEachWatcherEverythingItWatchesInOrder) {
    std::mt19937_64 random{test_seed()};
    const auto frames = simulated_frames(random(), 20'000);
    for (const std::size_t ring_bytes :
         {gateway::MarketOutput::ring_bytes_min, std::size_t{1} << 21}) {
        Market market{ring_bytes};
        market.put(FeedRecordKind::session);
        std::array<std::map<book::InstrumentId, std::uint8_t>, 2> watched;
        for (std::size_t from = 0; from < frames.size();) {
            const std::size_t count =
                std::min<std::size_t>(1 + random() % 60, frames.size() - from);
            market.put(FeedRecordKind::messages, std::span{frames}.subspan(from, count));
            from += count;
            if (random() % 4 == 0) market.turn();
            for (std::size_t link = 0; link < 2; ++link) {
                if (random() % 8 == 0) (void)market.twins[link].take(random() % 200);
                if (random() % 16 != 0 || market.store.instruments().count() == 0) continue;
                const book::InstrumentId id{
                    static_cast<std::uint32_t>(random() % market.store.instruments().count())};
                const auto watches = static_cast<std::uint8_t>(random() & every_watch);
                if (market.requests[link]->try_push(
                        WatchRequest{.instrument = id, .watches = watches}))
                    watched[link][id] = watches;
            }
            if (random() % 3 == 0) market.settle();
        }
        market.settle();
        market.expected.instruments().for_each(
            [&](std::uint16_t locate, const gateway::ItchInstrument& instrument) {
                const auto id = market.id_of(instrument.symbol());
                for (std::size_t link = 0; link < 2; ++link)
                    expect_equal(market, market.twins[link][*id], locate, watched[link][*id]);
            });
        expect_stored(market);
    }
}

TEST(MarketShard, WaitsForASlowServingThreadAndLosesNothing) {
    const auto frames = simulated_frames(7, 3'000);
    Market market{1 << 19};
    market.put(FeedRecordKind::session);
    std::size_t from = 0;
    // Everything is watched from the start by a link that takes one record at a time.
    while (from < frames.size() || !market.input.empty_approx()) {
        if (from < frames.size() && put_record(market.input, FeedRecordKind::messages,
                                               std::span{frames}.subspan(from, 1))) {
            market.expected.apply(frames[from], gateway::NoItchListener{});
            ++from;
        }
        const std::size_t before = market.store.instruments().count();
        market.turn();
        for (std::size_t id = before; id < market.store.instruments().count(); ++id)
            ASSERT_TRUE(market.requests[0]->try_push(
                WatchRequest{.instrument = book::InstrumentId{static_cast<std::uint32_t>(id)},
                             .watches = every_watch}));
        (void)market.twins[0].take(1);
        (void)market.twins[1].take();
    }
    market.settle();
    market.expected.instruments().for_each(
        [&](std::uint16_t locate, const gateway::ItchInstrument& instrument) {
            expect_equal(market, market.twins[0][*market.id_of(instrument.symbol())], locate,
                         every_watch);
        });
}

TEST(MarketShard, BeginsBooksAgainWithASession) {
    const auto frames = simulated_frames(3, 2'000);
    Market market;
    market.put(FeedRecordKind::session);
    market.put(FeedRecordKind::messages, std::span{frames}.first(200));
    for (std::size_t from = 200; from < frames.size(); from += 100)
        market.put(
            FeedRecordKind::messages,
            std::span{frames}.subspan(from, std::min<std::size_t>(100, frames.size() - from)));
    market.settle();
    const book::InstrumentId id{0};
    ASSERT_TRUE(
        market.requests[0]->try_push(WatchRequest{.instrument = id, .watches = every_watch}));
    market.settle();
    EXPECT_EQ(market.twins[0][id].beginnings, 1U);
    EXPECT_FALSE(market.twins[0][id].orders.empty());
    market.put(FeedRecordKind::session);
    market.settle();
    EXPECT_EQ(market.twins[0][id].beginnings, 2U);
    EXPECT_TRUE(market.twins[0][id].orders.empty());
    EXPECT_TRUE(market.twins[0][id].levels[0].empty());
    EXPECT_EQ(market.twins[0][id].quote.has_bid, 0U);
    EXPECT_EQ(market.store.latest_depth(id).bid_count, 0U);
    EXPECT_EQ(market.store.latest_quote(id).has_ask, 0U);
}

/// Everything is watched by the first link.
void watch_all(Market& market) {
    for (std::uint32_t id = 0; id < market.store.instruments().count(); ++id)
        ASSERT_TRUE(market.requests[0]->try_push(
            WatchRequest{.instrument = book::InstrumentId{id}, .watches = every_watch}));
}

TEST(MarketShard, BeginsASessionThoughARingIsNearlyFull) {
    const auto frames = simulated_frames(4, 20'000, 60);
    Market market;
    market.put(FeedRecordKind::session);
    std::size_t from = 0;
    for (; from < 2'000; from += 50)
        market.put(FeedRecordKind::messages, std::span{frames}.subspan(from, 50));
    market.settle();
    watch_all(market);
    market.settle();
    // Nobody reads; messages one by one, so that the shard stops only when there is hardly room.
    for (std::uint64_t waits = 0; waits == 0; ++from) {
        ASSERT_LT(from, frames.size());
        ASSERT_TRUE(
            put_record(market.input, FeedRecordKind::messages, std::span{frames}.subspan(from, 1)));
        market.turn();
        waits = market.input.empty_approx() ? 0 : 1;
    }
    (void)market.twins[0].take(4);
    market.turn();
    ASSERT_TRUE(put_record(market.input, FeedRecordKind::session));
    market.settle();
    for (auto& [id, instrument] : market.twins[0].instruments()) {
        EXPECT_TRUE(instrument.orders.empty());
        EXPECT_EQ(instrument.quote.has_bid, 0U);
    }
    EXPECT_TRUE(market.input.empty_approx());
}

TEST(MarketShard, BeginsBooksAgainWithASessionInTheMiddleOfARecord) {
    const auto frames = simulated_frames(6, 3'000);
    Market market;
    market.put(FeedRecordKind::session);
    for (std::size_t from = 0; from < frames.size(); from += 100)
        market.put(FeedRecordKind::messages, std::span{frames}.subspan(from, 100));
    market.settle();
    watch_all(market);
    market.settle();
    // The same day again behind its own start of messages, in the records of the day before.
    for (std::size_t from = 0; from < frames.size(); from += 100)
        market.put(FeedRecordKind::messages, std::span{frames}.subspan(from, 100));
    market.settle();
    market.expected.instruments().for_each(
        [&](std::uint16_t locate, const gateway::ItchInstrument& instrument) {
            expect_equal(market, market.twins[0][*market.id_of(instrument.symbol())], locate,
                         every_watch);
        });
    EXPECT_EQ(market.expected.counts().rejected_total(), 0U);
}

TEST(MarketShard, SaysThatBooksMayBeWrongUntilTheyAreRightAgain) {
    const auto frames = simulated_frames(5, 500);
    Market market;
    market.put(FeedRecordKind::session);
    for (const auto& frame : frames)
        market.put(FeedRecordKind::messages, std::span{&frame, 1});
    market.settle();
    const book::InstrumentId id{0};
    const auto reason = [&] { return market.twins[1][id].status.reason; };
    EXPECT_EQ(reason(), store::SyncReason::none);
    market.put(FeedRecordKind::stale);
    market.settle();
    EXPECT_EQ(reason(), store::SyncReason::feed_stale);
    EXPECT_FALSE(market.store.latest_status(id).in_sync());
    market.put(FeedRecordKind::live);
    market.settle();
    EXPECT_EQ(reason(), store::SyncReason::none);
    market.put(FeedRecordKind::lost);
    market.put(FeedRecordKind::stale);
    market.put(FeedRecordKind::live);  // the silence is over, the loss is not
    market.settle();
    EXPECT_EQ(reason(), store::SyncReason::gap);
    market.put(FeedRecordKind::session);
    market.settle();
    EXPECT_EQ(reason(), store::SyncReason::none);
    EXPECT_GT(market.twins[1][id].status.version, 3U);
}

TEST(MarketShard, SaysOfEveryBookThatItsFeedHasEnded) {
    const auto frames = simulated_frames(5, 500);
    Market market;
    market.put(FeedRecordKind::session);
    for (const auto& frame : frames)
        market.put(FeedRecordKind::messages, std::span{&frame, 1});
    market.settle();
    market.put(FeedRecordKind::stale);
    market.put(FeedRecordKind::ended);
    market.settle();
    constexpr std::uint32_t count = 8;
    ASSERT_EQ(market.store.instruments().count(), count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const book::InstrumentId id{i};
        EXPECT_EQ(market.twins[0][id].status.reason, store::SyncReason::feed_ended);
        EXPECT_EQ(market.store.latest_status(id).reason, store::SyncReason::feed_ended);
    }
    expect_stored(market);
    market.put(FeedRecordKind::session);
    market.settle();
    for (std::uint32_t i = 0; i < count; ++i)
        EXPECT_TRUE(market.twins[0][book::InstrumentId{i}].status.in_sync());
}

TEST(MarketShard, KeepsWhyABookWasWrongBeforeItsFeedEnded) {
    const auto frames = simulated_frames(5, 500);
    Market market;
    market.put(FeedRecordKind::session);
    for (const auto& frame : frames)
        market.put(FeedRecordKind::messages, std::span{&frame, 1});
    market.put(FeedRecordKind::lost);
    market.put(FeedRecordKind::ended);
    market.settle();
    EXPECT_EQ(market.twins[1][book::InstrumentId{0}].status.reason, store::SyncReason::gap);
}

TEST(MarketShard, IsNotBroughtBackFromALossByTheEndOfASilence) {
    const auto frames = simulated_frames(5, 500);
    Market market;
    market.put(FeedRecordKind::session);
    for (const auto& frame : frames)
        market.put(FeedRecordKind::messages, std::span{&frame, 1});
    market.put(FeedRecordKind::stale);
    market.put(FeedRecordKind::lost);
    market.put(FeedRecordKind::live);
    market.settle();
    EXPECT_EQ(market.twins[0][book::InstrumentId{0}].status.reason, store::SyncReason::gap);
}

TEST(MarketShard, SaysWhichBookRefusedAnEvent) {
    const auto frames = simulated_frames(5, 500);
    Market market;
    market.put(FeedRecordKind::session);
    for (const auto& frame : frames)
        market.put(FeedRecordKind::messages, std::span{&frame, 1});
    // The same day again without a session between: its first add is a duplicate, or its executions
    // find too little.
    for (const auto& frame : frames)
        if (frame[2] == std::byte{'A'} || frame[2] == std::byte{'D'})
            market.put(FeedRecordKind::messages, std::span{&frame, 1});
    market.settle();
    bool any = false;
    for (const auto& [id, instrument] : market.twins[0].instruments())
        any |= instrument.status.reason == store::SyncReason::refused_message;
    EXPECT_TRUE(any);
}

TEST(MarketShard, DatesTradesThatDoNotExistYetWithTheLastEventOfTheInstrument) {
    auto frames = simulated_frames(8, 400, 3);
    std::erase_if(frames, [](const auto& frame) {
        return std::string_view{"SRHYLA"}.find(static_cast<char>(frame[2])) ==
               std::string_view::npos;
    });
    Market market;
    market.put(FeedRecordKind::session);
    std::map<std::uint16_t, std::int64_t> last;
    for (const auto& frame : frames) {
        market.put(FeedRecordKind::messages, std::span{&frame, 1});
        const auto message = codecs::Bytes{frame}.subspan(2);
        if (frame[2] == std::byte{'A'})
            last[gateway::itch_peek::locate(message)] =
                static_cast<std::int64_t>(*gateway::itch_peek::time(message));
    }
    market.settle();
    watch_all(market);
    market.settle();
    ASSERT_EQ(last.size(), 3U);
    for (const auto& [locate, time_ns] : last) {
        const auto id = market.id_of(market.expected.instruments()[locate].symbol());
        ASSERT_TRUE(id.has_value());
        EXPECT_TRUE(market.twins[0][*id].has_trades);
        EXPECT_EQ(market.twins[0][*id].trades_begin_ns, time_ns);
    }
}

TEST(MarketShard, IgnoresAWishForAnInstrumentNobodyKnows) {
    Market market;
    ASSERT_TRUE(market.requests[0]->try_push(
        WatchRequest{.instrument = book::InstrumentId{9}, .watches = every_watch}));
    EXPECT_TRUE(market.turn());
    EXPECT_EQ(market.twins[0].take(), 0U);
    EXPECT_FALSE(market.shard.has_work());
}

/// All that a feed can be, as its instruments say it.
struct FeedStates : testing::Test {
    void SetUp() override {
        market.put(FeedRecordKind::session);
        play(0, 300);
    }
    void play(std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i)
            market.put(FeedRecordKind::messages, std::span{&frames[i], 1});
    }
    /// Of all instruments, in the store and at every serving thread.
    std::set<store::SyncReason> reasons() {
        market.settle();
        std::set<store::SyncReason> all;
        for (std::uint32_t i = 0; i < market.store.instruments().count(); ++i) {
            const book::InstrumentId id{i};
            all.insert(market.store.latest_status(id).reason);
            for (MarketTwin& twin : market.twins)
                all.insert(twin[id].status.reason);
        }
        return all;
    }
    using Reasons = std::set<store::SyncReason>;

    const std::vector<std::vector<std::byte>> frames = simulated_frames(5, 500);
    Market market;
};

TEST_F(FeedStates, AGapLastsUntilWhatIsMissingIsThere) {
    EXPECT_EQ(reasons(), Reasons{store::SyncReason::none});
    market.put(FeedRecordKind::gap);
    EXPECT_EQ(reasons(), Reasons{store::SyncReason::gap});
    expect_stored(market);  // the books stand as they were
    play(300, 400);
    EXPECT_EQ(reasons(), Reasons{store::SyncReason::gap});
    market.put(FeedRecordKind::live);
    EXPECT_EQ(reasons(), Reasons{store::SyncReason::none});
    expect_stored(market);
}

TEST_F(FeedStates, AGapThatIsFilledInASilenceLeavesTheSilence) {
    market.put(FeedRecordKind::gap);
    market.put(FeedRecordKind::stale);
    EXPECT_EQ(reasons(), Reasons{store::SyncReason::feed_stale});
    market.put(FeedRecordKind::live);
    EXPECT_EQ(reasons(), Reasons{store::SyncReason::none});
}

TEST_F(FeedStates, ASessionEndsWhateverWasBefore) {
    for (const auto kind : {FeedRecordKind::gap, FeedRecordKind::stale, FeedRecordKind::lost,
                            FeedRecordKind::ended}) {
        market.put(kind);
        EXPECT_NE(reasons(), Reasons{store::SyncReason::none});
        market.put(FeedRecordKind::session);
        EXPECT_EQ(reasons(), Reasons{store::SyncReason::none});
    }
}

TEST_F(FeedStates, ARefusedMessageOutlastsAGap) {
    market.put(FeedRecordKind::gap);
    const std::vector<std::byte> damaged{std::byte{0}, std::byte{12}, std::byte{'A'}, std::byte{0},
                                         std::byte{1}, std::byte{0},  std::byte{0},   std::byte{0},
                                         std::byte{0}, std::byte{0},  std::byte{0},   std::byte{0},
                                         std::byte{0}, std::byte{0}};
    market.put(FeedRecordKind::messages, std::span{&damaged, 1});
    market.put(FeedRecordKind::live);
    EXPECT_EQ(reasons(), Reasons{store::SyncReason::refused_message});
}

/// Instruments that are not known before the feed is out of sync.
struct LateInstruments : testing::TestWithParam<FeedRecordKind> {};

TEST_P(LateInstruments, AreOutOfSyncWithTheirFeed) {
    const auto frames = simulated_frames(5, 500);
    Market market;
    market.put(FeedRecordKind::session);
    // The first message says that messages start: what is lost before it concerns no book.
    market.put(FeedRecordKind::messages, std::span{frames}.first(1));
    market.put(GetParam());
    for (const auto& frame : std::span{frames}.subspan(1))
        market.put(FeedRecordKind::messages, std::span{&frame, 1});
    market.settle();
    const auto expected = GetParam() == FeedRecordKind::stale ? store::SyncReason::feed_stale
                                                              : store::SyncReason::gap;
    for (std::uint32_t i = 0; i < market.store.instruments().count(); ++i)
        EXPECT_EQ(market.twins[0][book::InstrumentId{i}].status.reason, expected);
    market.put(FeedRecordKind::live);
    market.settle();
    for (std::uint32_t i = 0; i < market.store.instruments().count(); ++i)
        EXPECT_EQ(market.twins[1][book::InstrumentId{i}].status.in_sync(),
                  GetParam() != FeedRecordKind::lost);
}

INSTANTIATE_TEST_SUITE_P(Kinds, LateInstruments,
                         testing::Values(FeedRecordKind::gap, FeedRecordKind::stale,
                                         FeedRecordKind::lost));

}  // namespace
}  // namespace tickweir::tests
