// What the books promise, claim by claim. That they keep it under every mix of events is the
// property test's part.
#include "book/book_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <new>
#include <optional>
#include <vector>

#include "book/order_book.hpp"
#include "tests/support/book_text.hpp"
#include "tests/support/literals.hpp"

namespace tickweir::book {
namespace {

using namespace tickweir::tests;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr InstrumentId acme = 0_instrument;
constexpr InstrumentId globex = 1_instrument;
constexpr Quantity largest{std::numeric_limits<std::int64_t>::max()};
constexpr Price highest{std::numeric_limits<std::int64_t>::max()};
constexpr Price lowest{std::numeric_limits<std::int64_t>::min()};

constexpr Limits small{.instruments = 4, .orders = 2'000, .levels = 2'000, .window = 64};

std::vector<Level> levels(const BookSet& set, Side side, InstrumentId instrument = acme) {
    std::vector<Level> all;
    OrderBook{set, instrument}.for_each_level(side,
                                              [&](const Level& level) { all.push_back(level); });
    return all;
}

std::vector<OrderId> queue(const BookSet& set, Side side, InstrumentId instrument = acme) {
    std::vector<OrderId> all;
    OrderBook{set, instrument}.for_each_order(side,
                                              [&](const Order& order) { all.push_back(order.id); });
    return all;
}

// Two bids and two asks, one level each but for the best bid's pair.
//     bids 100: 1 x 10, 2 x 5    99: 3 x 7        asks 101: 4 x 8    103: 5 x 2
BookSet quoted() {
    BookSet set{small};
    EXPECT_TRUE(set.add(acme, 1_order, Side::buy, 100_ticks, 10_lots, Participant{11}).ok());
    EXPECT_TRUE(set.add(acme, 2_order, Side::buy, 100_ticks, 5_lots, Participant{12}).ok());
    EXPECT_TRUE(set.add(acme, 3_order, Side::buy, 99_ticks, 7_lots).ok());
    EXPECT_TRUE(set.add(acme, 4_order, Side::sell, 101_ticks, 8_lots).ok());
    EXPECT_TRUE(set.add(acme, 5_order, Side::sell, 103_ticks, 2_lots).ok());
    return set;
}

// ------------------------------------------------------------------------------------ views

TEST(OrderBook, IsEmptyBeforeItsFirstEvent) {
    const BookSet set{small};
    for (const InstrumentId instrument : {acme, 3_instrument, 4_instrument, InstrumentId{~0U}}) {
        const OrderBook book{set, instrument};
        EXPECT_EQ(book.quote(), Quote{});
        EXPECT_EQ(book.version(), 0U);
        EXPECT_EQ(book.front(Side::buy), std::nullopt);
        EXPECT_EQ(book.level(Side::sell, 1_ticks), std::nullopt);
        EXPECT_EQ(book.level_count(Side::buy), 0U);
        EXPECT_EQ(book.find(1_order), std::nullopt);
        EXPECT_EQ(book.queue_position(1_order), std::nullopt);
    }
}

TEST(OrderBook, QuotesBothBestLevels) {
    const BookSet set = quoted();
    const OrderBook book{set, acme};
    EXPECT_EQ(book.quote(), (Quote{Level{100_ticks, 15_lots, 2}, Level{101_ticks, 8_lots, 1}, 3}));
    EXPECT_EQ(book.best(Side::buy), (Level{100_ticks, 15_lots, 2}));
    EXPECT_EQ(book.version(), 5U);
}

TEST(OrderBook, ListsLevelsBestFirst) {
    const BookSet set = quoted();
    EXPECT_THAT(levels(set, Side::buy),
                ElementsAre(Level{100_ticks, 15_lots, 2}, Level{99_ticks, 7_lots, 1}));
    EXPECT_THAT(levels(set, Side::sell),
                ElementsAre(Level{101_ticks, 8_lots, 1}, Level{103_ticks, 2_lots, 1}));
}

TEST(OrderBook, CutsDepthToTheRoomThereIs) {
    const BookSet set = quoted();
    const OrderBook book{set, acme};
    std::vector<Level> top(1);
    EXPECT_EQ(book.depth(Side::sell, top), 1U);
    EXPECT_EQ(top[0], (Level{101_ticks, 8_lots, 1}));
    top.resize(5);
    EXPECT_EQ(book.depth(Side::sell, top), 2U);
    EXPECT_EQ(top[1], (Level{103_ticks, 2_lots, 1}));
    EXPECT_EQ(book.depth(Side::sell, {}), 0U);
}

TEST(OrderBook, FindsALevelByPrice) {
    const BookSet set = quoted();
    const OrderBook book{set, acme};
    EXPECT_EQ(book.level(Side::buy, 99_ticks), (Level{99_ticks, 7_lots, 1}));
    EXPECT_EQ(book.level(Side::buy, 98_ticks), std::nullopt);
    EXPECT_EQ(book.level(Side::sell, 102_ticks), std::nullopt);
}

TEST(OrderBook, FindsAnOrderOfItsOwnInstrumentOnly) {
    const BookSet set = quoted();
    EXPECT_EQ((OrderBook{set, acme}.find(1_order)),
              (Order{1_order, Side::buy, 100_ticks, 10_lots, Participant{11}}));
    EXPECT_EQ((OrderBook{set, globex}.find(1_order)), std::nullopt);
    EXPECT_EQ((OrderBook{set, acme}.find(6_order)), std::nullopt);
}

TEST(OrderBook, TellsWhatIsAheadInTheQueue) {
    const BookSet set = quoted();
    const OrderBook book{set, acme};
    EXPECT_EQ(book.queue_position(1_order), (QueuePosition{0, 0_lots}));
    EXPECT_EQ(book.queue_position(2_order), (QueuePosition{1, 10_lots}));
    EXPECT_EQ(book.queue_position(3_order), (QueuePosition{0, 0_lots}));
    EXPECT_EQ((OrderBook{set, globex}.queue_position(1_order)), std::nullopt);
}

TEST(OrderBook, GivesTheOrderNextToTrade) {
    const BookSet set = quoted();
    const OrderBook book{set, acme};
    EXPECT_EQ(book.front(Side::buy),
              (Order{1_order, Side::buy, 100_ticks, 10_lots, Participant{11}}));
    EXPECT_EQ(book.front(Side::sell), (Order{4_order, Side::sell, 101_ticks, 8_lots}));
}

// ------------------------------------------------------------------------------------ add

TEST(BookSet, AddJoinsTheEndOfItsQueue) {
    BookSet set = quoted();
    EXPECT_EQ(text_of(set.add(acme, 6_order, Side::buy, 100_ticks, 1_lots)),
              "buy 100: 1, left 1; 100 x 16 (3); touch");
    EXPECT_THAT(queue(set, Side::buy), ElementsAre(1_order, 2_order, 6_order, 3_order));
}

TEST(BookSet, AddOpensLevelsAtTheTouchBetweenAndBehind) {
    BookSet set = quoted();
    EXPECT_EQ(text_of(set.add(acme, 6_order, Side::sell, 102_ticks, 1_lots)),
              "sell 102: 1, left 1; 102 x 1 (1)");
    EXPECT_EQ(text_of(set.add(acme, 7_order, Side::sell, 104_ticks, 1_lots)),
              "sell 104: 1, left 1; 104 x 1 (1)");
    EXPECT_EQ(text_of(set.add(acme, 8_order, Side::sell, 100_ticks, 1_lots)),
              "sell 100: 1, left 1; 100 x 1 (1); touch");
    EXPECT_THAT(queue(set, Side::sell), ElementsAre(8_order, 4_order, 6_order, 5_order, 7_order));
}

TEST(BookSet, KeepsACrossedBook) {
    BookSet set = quoted();
    ASSERT_TRUE(set.add(acme, 6_order, Side::buy, 200_ticks, 1_lots).ok());
    const Quote quote = OrderBook{set, acme}.quote();
    EXPECT_GT(quote.bid->price, quote.ask->price);
}

TEST(BookSet, OrdersPricesOverTheirWholeRange) {
    BookSet set{small};
    std::uint64_t id = 0;
    for (const Price price : {Price{0}, lowest, highest, Price{-1}, Price{1}})
        for (const Side side : {Side::buy, Side::sell})
            ASSERT_TRUE(set.add(acme, OrderId{++id}, side, price, 1_lots).ok());
    EXPECT_THAT(
        levels(set, Side::buy),
        ElementsAre(Level{highest, 1_lots, 1}, Level{1_ticks, 1_lots, 1}, Level{0_ticks, 1_lots, 1},
                    Level{Price{-1}, 1_lots, 1}, Level{lowest, 1_lots, 1}));
    EXPECT_THAT(levels(set, Side::sell),
                ElementsAre(Level{lowest, 1_lots, 1}, Level{Price{-1}, 1_lots, 1},
                            Level{0_ticks, 1_lots, 1}, Level{1_ticks, 1_lots, 1},
                            Level{highest, 1_lots, 1}));
}

TEST(BookSet, TakesTheSmallestAndLargestOrderIds) {
    BookSet set{small};
    const OrderId last{std::numeric_limits<std::uint64_t>::max()};
    EXPECT_EQ(set.remove(acme, 0_order).status, Applied::unknown_order);
    ASSERT_TRUE(set.add(acme, 0_order, Side::buy, 1_ticks, 1_lots).ok());
    ASSERT_TRUE(set.add(acme, last, Side::buy, 1_ticks, 1_lots).ok());
    EXPECT_EQ(set.add(acme, 0_order, Side::buy, 1_ticks, 1_lots).status, Applied::duplicate_order);
    EXPECT_THAT(queue(set, Side::buy), ElementsAre(0_order, last));
    EXPECT_TRUE(set.remove(acme, 0_order).ok());
    EXPECT_TRUE(set.remove(acme, last).ok());
}

// ------------------------------------------------------------------------------------ take off

TEST(BookSet, ExecuteInPartKeepsThePriority) {
    BookSet set = quoted();
    EXPECT_EQ(text_of(set.execute(acme, 1_order, 4_lots)),
              "buy 100: 4, left 6; 100 x 11 (2); touch");
    EXPECT_THAT(queue(set, Side::buy), ElementsAre(1_order, 2_order, 3_order));
}

TEST(BookSet, ExecuteOfEverythingTakesTheOrderOut) {
    BookSet set = quoted();
    EXPECT_EQ(text_of(set.execute(acme, 1_order, 10_lots)),
              "buy 100: 10, left 0; 100 x 5 (1); touch");
    EXPECT_EQ((OrderBook{set, acme}.find(1_order)), std::nullopt);
    EXPECT_EQ(set.open_orders(), 4U);
}

TEST(BookSet, ReduceAwayFromTheTouchLeavesTheQuoteAlone) {
    BookSet set = quoted();
    const Quote before = OrderBook{set, acme}.quote();
    EXPECT_EQ(text_of(set.reduce(acme, 5_order, 1_lots)), "sell 103: 1, left 1; 103 x 1 (1)");
    EXPECT_EQ((OrderBook{set, acme}.quote()), before);
    EXPECT_EQ((OrderBook{set, acme}.version()), 6U);
}

TEST(BookSet, RemoveOfTheLastOrderDropsTheLevel) {
    BookSet set = quoted();
    EXPECT_EQ(text_of(set.remove(acme, 4_order)), "sell 101: 8, left 0; 101 x 0 (0); touch");
    EXPECT_THAT(levels(set, Side::sell), ElementsAre(Level{103_ticks, 2_lots, 1}));
    EXPECT_EQ(set.open_levels(), 3U);
    EXPECT_EQ(text_of(set.remove(acme, 5_order)), "sell 103: 2, left 0; 103 x 0 (0); touch");
    EXPECT_EQ((OrderBook{set, acme}.best(Side::sell)), std::nullopt);
}

TEST(BookSet, RemoveFromTheMiddleOfAQueueKeepsTheRest) {
    BookSet set = quoted();
    ASSERT_TRUE(set.add(acme, 6_order, Side::buy, 100_ticks, 1_lots).ok());
    ASSERT_TRUE(set.remove(acme, 2_order).ok());
    EXPECT_THAT(queue(set, Side::buy), ElementsAre(1_order, 6_order, 3_order));
    EXPECT_EQ((OrderBook{set, acme}.queue_position(6_order)), (QueuePosition{1, 10_lots}));
}

// ------------------------------------------------------------------------------------ replace

TEST(BookSet, ReplaceToAnotherPriceMovesTwoLevels) {
    BookSet set = quoted();
    EXPECT_EQ(text_of(set.replace(acme, 1_order, 6_order, 99_ticks, 3_lots)),
              "buy 100: 10, left 3; 100 x 5 (1); 99 x 10 (2); touch");
    EXPECT_EQ((OrderBook{set, acme}.find(6_order)),
              (Order{6_order, Side::buy, 99_ticks, 3_lots, Participant{11}}));
    EXPECT_EQ((OrderBook{set, acme}.find(1_order)), std::nullopt);
    EXPECT_THAT(queue(set, Side::buy), ElementsAre(2_order, 3_order, 6_order));
}

TEST(BookSet, ReplaceOfALonelyOrderTellsThatItsLevelIsGone) {
    BookSet set = quoted();
    EXPECT_EQ(text_of(set.replace(acme, 5_order, 5_order, 104_ticks, 2_lots)),
              "sell 103: 2, left 2; 103 x 0 (0); 104 x 2 (1)");
    EXPECT_EQ(text_of(set.replace(acme, 4_order, 4_order, 100_ticks, 8_lots)),
              "sell 101: 8, left 8; 101 x 0 (0); 100 x 8 (1); touch");
    EXPECT_EQ(set.open_levels(), 4U);
}

TEST(BookSet, ReplaceAtTheSamePriceLosesPriority) {
    BookSet set = quoted();
    EXPECT_EQ(text_of(set.replace(acme, 1_order, 6_order, 100_ticks, 12_lots)),
              "buy 100: 10, left 12; 100 x 17 (2); touch");
    EXPECT_THAT(queue(set, Side::buy), ElementsAre(2_order, 6_order, 3_order));
}

TEST(BookSet, ReplaceByTheSameQuantityLeavesTheTouchAlone) {
    BookSet set = quoted();
    EXPECT_EQ(text_of(set.replace(acme, 1_order, 1_order, 100_ticks, 10_lots)),
              "buy 100: 10, left 10; 100 x 15 (2)");
    EXPECT_THAT(queue(set, Side::buy), ElementsAre(2_order, 1_order, 3_order));
    EXPECT_EQ((OrderBook{set, acme}.quote().version), 3U);
    EXPECT_EQ((OrderBook{set, acme}.version()), 6U);
}

// ------------------------------------------------------------------------------------ refusals

TEST(BookSet, RefusesAnAddThatDoesNotFit) {
    BookSet set = quoted();
    EXPECT_EQ(set.add(4_instrument, 6_order, Side::buy, 1_ticks, 1_lots).status,
              Applied::unknown_instrument);
    EXPECT_EQ(set.add(InstrumentId{~0U}, 6_order, Side::buy, 1_ticks, 0_lots).status,
              Applied::unknown_instrument);
    EXPECT_EQ(set.add(acme, 6_order, Side::buy, 1_ticks, 0_lots).status, Applied::zero_quantity);
    EXPECT_EQ(set.add(acme, 1_order, Side::buy, 1_ticks, Quantity{-5}).status,
              Applied::zero_quantity);
    EXPECT_EQ(set.add(acme, 1_order, Side::buy, 1_ticks, 1_lots).status, Applied::duplicate_order);
    EXPECT_EQ(set.add(globex, 1_order, Side::buy, 1_ticks, 1_lots).status,
              Applied::duplicate_order);
}

TEST(BookSet, RefusesToTakeOffWhatIsNotThere) {
    BookSet set = quoted();
    EXPECT_EQ(set.execute(4_instrument, 1_order, 1_lots).status, Applied::unknown_instrument);
    EXPECT_EQ(set.execute(acme, 6_order, 1_lots).status, Applied::unknown_order);
    EXPECT_EQ(set.execute(globex, 1_order, 1_lots).status, Applied::unknown_order);
    EXPECT_EQ(set.execute(acme, 1_order, 0_lots).status, Applied::zero_quantity);
    EXPECT_EQ(set.execute(acme, 1_order, 11_lots).status, Applied::over_reduce);
    EXPECT_EQ(set.reduce(acme, 1_order, largest).status, Applied::over_reduce);
    EXPECT_EQ(set.reduce(acme, 1_order, Quantity{-1}).status, Applied::zero_quantity);
    EXPECT_EQ(set.remove(4_instrument, 1_order).status, Applied::unknown_instrument);
    EXPECT_EQ(set.remove(globex, 1_order).status, Applied::unknown_order);
    EXPECT_EQ(set.remove(acme, 6_order).status, Applied::unknown_order);
}

TEST(BookSet, RefusesAReplaceThatDoesNotFit) {
    BookSet set = quoted();
    EXPECT_EQ(set.replace(4_instrument, 1_order, 6_order, 1_ticks, 1_lots).status,
              Applied::unknown_instrument);
    EXPECT_EQ(set.replace(globex, 1_order, 6_order, 1_ticks, 1_lots).status,
              Applied::unknown_order);
    EXPECT_EQ(set.replace(acme, 1_order, 2_order, 1_ticks, 0_lots).status, Applied::zero_quantity);
    EXPECT_EQ(set.replace(acme, 1_order, 2_order, 1_ticks, 1_lots).status,
              Applied::duplicate_order);
}

TEST(BookSet, RefusesWhatWouldOverflowALevel) {
    BookSet set = quoted();
    EXPECT_EQ(set.add(acme, 6_order, Side::buy, 100_ticks, largest).status,
              Applied::quantity_overflow);
    EXPECT_EQ(set.add(acme, 6_order, Side::buy, 100_ticks, largest - 14_lots).status,
              Applied::quantity_overflow);
    EXPECT_EQ(set.replace(acme, 3_order, 3_order, 100_ticks, largest - 14_lots).status,
              Applied::quantity_overflow);
    EXPECT_EQ(set.replace(acme, 1_order, 1_order, 100_ticks, largest - 4_lots).status,
              Applied::quantity_overflow);
    EXPECT_TRUE(set.replace(acme, 1_order, 1_order, 100_ticks, largest - 5_lots).ok());
    EXPECT_EQ((OrderBook{set, acme}.best(Side::buy)), (Level{100_ticks, largest, 2}));
}

TEST(BookSet, LeavesNoTraceOfARefusedEvent) {
    BookSet set = quoted();
    (void)set.add(acme, 1_order, Side::buy, 98_ticks, 1_lots);
    (void)set.add(globex, 7_order, Side::buy, 98_ticks, 0_lots);
    (void)set.execute(acme, 1_order, 11_lots);
    (void)set.remove(acme, 9_order);
    (void)set.replace(acme, 3_order, 8_order, 100_ticks, largest);
    EXPECT_EQ((OrderBook{set, acme}.version()), 5U);
    EXPECT_EQ((OrderBook{set, acme}.quote().version), 3U);
    EXPECT_EQ((OrderBook{set, globex}.version()), 0U);
    EXPECT_EQ(set.open_orders(), 5U);
    EXPECT_EQ(set.open_levels(), 4U);
    EXPECT_THAT(queue(set, Side::buy), ElementsAre(1_order, 2_order, 3_order));
}

// ------------------------------------------------------------------------------------ limits

TEST(BookSet, HoldsExactlyAsManyOrdersAsItsLimit) {
    BookSet set{{.instruments = 1, .orders = 3, .levels = 8, .window = 64}};
    for (const OrderId id : {1_order, 2_order, 3_order})
        ASSERT_TRUE(set.add(acme, id, Side::buy, 1_ticks, 1_lots).ok());
    EXPECT_EQ(set.add(acme, 4_order, Side::buy, 1_ticks, 1_lots).status, Applied::over_limit);
    EXPECT_TRUE(set.replace(acme, 2_order, 4_order, 2_ticks, 1_lots).ok());
    ASSERT_TRUE(set.remove(acme, 1_order).ok());
    EXPECT_TRUE(set.add(acme, 5_order, Side::buy, 1_ticks, 1_lots).ok());
}

TEST(BookSet, HoldsExactlyAsManyLevelsAsItsLimit) {
    BookSet set{{.instruments = 2, .orders = 8, .levels = 2, .window = 64}};
    ASSERT_TRUE(set.add(acme, 1_order, Side::buy, 1_ticks, 1_lots).ok());
    ASSERT_TRUE(set.add(globex, 2_order, Side::sell, 2_ticks, 1_lots).ok());
    EXPECT_EQ(set.add(acme, 3_order, Side::buy, 2_ticks, 1_lots).status, Applied::over_limit);
    EXPECT_EQ(set.replace(acme, 1_order, 1_order, 2_ticks, 1_lots).status, Applied::over_limit);
    EXPECT_TRUE(set.add(acme, 3_order, Side::buy, 1_ticks, 1_lots).ok());
    EXPECT_TRUE(set.remove(globex, 2_order).ok());
    EXPECT_TRUE(set.replace(acme, 1_order, 1_order, 2_ticks, 1_lots).ok());
    EXPECT_EQ(set.open_levels(), 2U);
}

TEST(BookSet, HoldsItsLimitOfLevelsWhereverTheyMove) {
    constexpr std::size_t limit = 512;
    BookSet set{{.instruments = 64, .orders = limit, .levels = limit, .window = 64}};
    std::uint64_t id = 0;
    for (std::uint32_t i = 0; i < 64; ++i) {
        for (std::size_t n = 0; n < limit; ++n)
            ASSERT_TRUE(set.add(InstrumentId{i}, OrderId{++id}, Side::buy,
                                Price{static_cast<std::int64_t>(n)}, 1_lots)
                            .ok())
                << "level " << n << " of instrument " << i;
        set.clear(InstrumentId{i});
    }
}

TEST(BookSet, ChargesItsBudgetAndGivesItBack) {
    MemoryBudget budget{"books", std::size_t{256} << 20};
    {
        BookSet set{small, &budget};
        ASSERT_TRUE(set.add(acme, 1_order, Side::buy, 1_ticks, 1_lots).ok());
        EXPECT_GT(set.committed_bytes(), 0U);
        EXPECT_EQ(budget.used(), set.committed_bytes());
    }
    EXPECT_EQ(budget.used(), 0U);
}

TEST(BookSet, IsNotMadeWithoutTheBudgetForEmptyBooks) {
    MemoryBudget budget{"books", std::size_t{2} << 20};
    EXPECT_THROW((BookSet{small, &budget}), std::bad_alloc);
    EXPECT_EQ(budget.used(), 0U);
    EXPECT_GT(budget.refusals(), 0U);
}

TEST(BookSet, RefusesEventsWhenItsBudgetIsSpent) {
    MemoryBudget budget{"books", std::size_t{24} << 20};
    BookSet set{{.instruments = 1, .orders = 1 << 20, .levels = 16, .window = 64}, &budget};
    std::uint64_t id = 0;
    Applied last = Applied::ok;
    while (last == Applied::ok && id < 1 << 20)
        last = set.add(acme, OrderId{++id}, Side::buy, 1_ticks, 1_lots).status;
    ASSERT_EQ(last, Applied::over_limit);
    EXPECT_LE(budget.used(), budget.limit());
    EXPECT_EQ(set.open_orders(), id - 1);
    EXPECT_EQ((OrderBook{set, acme}.version()), id - 1);

    // What it has, it can still use.
    EXPECT_TRUE(set.execute(acme, 1_order, 1_lots).ok());
    EXPECT_TRUE(set.remove(acme, OrderId{id - 1}).ok());
}

// ------------------------------------------------------------------------------------ index

TEST(BookSet, FindsOrdersThatOutlivedTheWindow) {
    BookSet set{small};
    ASSERT_TRUE(set.add(acme, 1_order, Side::buy, 1_ticks, 5_lots).ok());
    for (std::uint64_t id = 2; id < 1'000; ++id) {
        ASSERT_TRUE(set.add(acme, OrderId{id}, Side::sell, 9_ticks, 1_lots).ok());
        ASSERT_TRUE(set.remove(acme, OrderId{id}).ok());
    }
    EXPECT_EQ(set.elder_orders(), 1U);
    EXPECT_TRUE(set.execute(acme, 1_order, 2_lots).ok());
    EXPECT_TRUE(set.replace(acme, 1_order, 1_order, 2_ticks, 3_lots).ok());
    EXPECT_EQ(set.elder_orders(), 1U);
    EXPECT_TRUE(set.replace(acme, 1_order, 1'000_order, 2_ticks, 3_lots).ok());
    EXPECT_EQ(set.elder_orders(), 0U);
}

TEST(BookSet, FindsOrdersThatShareOnePlaceInTheWindow) {
    BookSet set{small};
    for (std::uint64_t n = 0; n < 1'500; ++n)
        ASSERT_TRUE(set.add(acme, OrderId{n << 20}, Side::buy, 1_ticks, 1_lots).ok());
    for (std::uint64_t n = 0; n < 1'500; ++n)
        ASSERT_TRUE(set.remove(acme, OrderId{n << 20}).ok()) << n;
    EXPECT_EQ(set.open_orders(), 0U);
}

TEST(BookSet, LooksAheadWithoutHarmWhateverItIsAsked) {
    BookSet set = quoted();
    for (const InstrumentId instrument : {acme, globex, 4_instrument, InstrumentId{~0U}})
        for (const OrderId id : {0_order, 1_order, 999_order, OrderId{~0ULL}}) {
            set.prefetch_index(instrument, id);
            set.prefetch_order(instrument, id, Side::buy);
            set.prefetch_level(instrument, id, Side::sell);
            const Handle order = set.prefetch_taken(id);
            set.prefetch_queue(order);
            set.prefetch_rows(instrument, order, true);
            set.prefetch_far_rows(instrument, order);
            set.prefetch_new_id(id);
            set.prefetch_new_price(instrument, order, id, highest);
            for (const Price price : {lowest, highest, 100_ticks}) {
                set.prefetch_tail(set.prefetch_price(instrument, id, Side::buy, price));
                set.prefetch_tail(set.prefetch_far_price(instrument, Side::buy, price));
                set.prefetch_tail(set.prefetch_any_price(instrument, Side::sell, price));
            }
        }
    EXPECT_EQ((OrderBook{set, acme}.version()), 5U);
}

// ------------------------------------------------------------------------------------ emptying

TEST(BookSet, ClearsOneBookAndNoOther) {
    BookSet set = quoted();
    ASSERT_TRUE(set.add(globex, 6_order, Side::buy, 1_ticks, 1_lots).ok());
    set.clear(acme);
    EXPECT_THAT(levels(set, Side::buy), IsEmpty());
    EXPECT_THAT(levels(set, Side::sell), IsEmpty());
    EXPECT_EQ((OrderBook{set, acme}.version()), 10U);
    EXPECT_EQ(set.open_orders(), 1U);
    set.clear(4_instrument);
    EXPECT_EQ(set.open_orders(), 1U);
}

TEST(BookSet, ResetsToEmptyBooksAndKeepsItsMemory) {
    BookSet set = quoted();
    const std::size_t bytes = set.committed_bytes();
    set.reset();
    EXPECT_EQ((OrderBook{set, acme}.quote()), Quote{});
    EXPECT_EQ((OrderBook{set, acme}.version()), 0U);
    EXPECT_EQ(set.open_orders(), 0U);
    EXPECT_EQ(set.remove(acme, 1_order).status, Applied::unknown_order);
    EXPECT_EQ(text_of(set.add(acme, 1_order, Side::buy, 100_ticks, 10_lots)),
              "buy 100: 10, left 10; 100 x 10 (1); touch");
    EXPECT_EQ(set.committed_bytes(), bytes);
}

TEST(Applied, EveryStatusHasItsOwnName) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < applied_kinds; ++i)
        names.push_back(to_string(static_cast<Applied>(i)));
    EXPECT_THAT(
        names, ElementsAre("ok", "unknown_order", "duplicate_order", "over_reduce", "zero_quantity",
                           "quantity_overflow", "unknown_instrument", "over_limit"));
    EXPECT_EQ(to_string(static_cast<Applied>(255)), "?");
}

TEST(Side, OppositesAndPrioritiesMirror) {
    EXPECT_EQ(opposite(Side::buy), Side::sell);
    EXPECT_EQ(opposite(Side::sell), Side::buy);
    EXPECT_TRUE(better(Side::buy, 2_ticks, 1_ticks));
    EXPECT_TRUE(better(Side::sell, 1_ticks, 2_ticks));
    EXPECT_FALSE(better(Side::buy, 1_ticks, 1_ticks));
    EXPECT_FALSE(better(Side::sell, 1_ticks, 1_ticks));
}

}  // namespace
}  // namespace tickweir::book
