// The oracle itself, against expectations written by hand.
#include "tests/support/naive_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/book_text.hpp"
#include "tests/support/literals.hpp"

namespace tickweir::tests {
namespace {

using book::Order;
using book::QueuePosition;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr InstrumentId acme = 0_instrument;
constexpr InstrumentId globex = 1_instrument;
constexpr Quantity largest{std::numeric_limits<std::int64_t>::max()};

NaiveBooks two_instruments() {
    return NaiveBooks{{.instruments = 2}};
}

TEST(NaiveBooks, StartEmpty) {
    const NaiveBooks books = two_instruments();
    EXPECT_EQ(books.best(acme, Side::buy), std::nullopt);
    EXPECT_THAT(books.levels(acme, Side::sell), IsEmpty());
    EXPECT_EQ(books.version(acme), 0U);
    EXPECT_EQ(books.open_orders(), 0U);
}

TEST(NaiveBooks, AnswerAnAdd) {
    NaiveBooks books = two_instruments();
    EXPECT_EQ(text_of(books.add(acme, 1_order, Side::buy, 100_ticks, 10_lots)),
              "buy 100: 10, left 10; 100 x 10 (1); touch");
    EXPECT_EQ(text_of(books.add(acme, 2_order, Side::buy, 100_ticks, 5_lots)),
              "buy 100: 5, left 5; 100 x 15 (2); touch");
    EXPECT_EQ(text_of(books.add(acme, 3_order, Side::buy, 99_ticks, 7_lots)),
              "buy 99: 7, left 7; 99 x 7 (1)");
    EXPECT_EQ(text_of(books.add(acme, 4_order, Side::sell, 101_ticks, 1_lots)),
              "sell 101: 1, left 1; 101 x 1 (1); touch");
    EXPECT_EQ(books.version(acme), 4U);
    EXPECT_EQ(books.touch_version(acme), 3U);
    EXPECT_EQ(books.version(globex), 0U);
}

TEST(NaiveBooks, ListLevelsBestFirst) {
    NaiveBooks books = two_instruments();
    for (const auto price : {100_ticks, 102_ticks, 101_ticks}) {
        const auto id = static_cast<unsigned>(price.ticks);
        ASSERT_TRUE(books.add(acme, OrderId{id}, Side::buy, price, 1_lots).ok());
        ASSERT_TRUE(books.add(acme, OrderId{id + 10}, Side::sell, price, 1_lots).ok());
    }
    EXPECT_THAT(books.levels(acme, Side::buy),
                ElementsAre(Level{102_ticks, 1_lots, 1}, Level{101_ticks, 1_lots, 1},
                            Level{100_ticks, 1_lots, 1}));
    EXPECT_THAT(books.levels(acme, Side::sell),
                ElementsAre(Level{100_ticks, 1_lots, 1}, Level{101_ticks, 1_lots, 1},
                            Level{102_ticks, 1_lots, 1}));
    EXPECT_EQ(books.best(acme, Side::buy), (Level{102_ticks, 1_lots, 1}));
    EXPECT_EQ(books.best(acme, Side::sell), (Level{100_ticks, 1_lots, 1}));
    EXPECT_EQ(books.level(acme, Side::buy, 101_ticks), (Level{101_ticks, 1_lots, 1}));
    EXPECT_EQ(books.level(acme, Side::buy, 103_ticks), std::nullopt);
    EXPECT_EQ(books.open_levels(), 6U);
}

TEST(NaiveBooks, ExecuteInPartAndInFull) {
    NaiveBooks books = two_instruments();
    ASSERT_TRUE(books.add(acme, 1_order, Side::sell, 100_ticks, 10_lots).ok());
    EXPECT_EQ(text_of(books.execute(acme, 1_order, 4_lots)),
              "sell 100: 4, left 6; 100 x 6 (1); touch");
    EXPECT_EQ(text_of(books.execute(acme, 1_order, 6_lots)),
              "sell 100: 6, left 0; 100 x 0 (0); touch");
    EXPECT_EQ(books.open_orders(), 0U);
    EXPECT_EQ(books.open_levels(), 0U);
}

TEST(NaiveBooks, ReduceAndRemoveAwayFromTheTouch) {
    NaiveBooks books = two_instruments();
    ASSERT_TRUE(books.add(acme, 1_order, Side::sell, 100_ticks, 10_lots).ok());
    ASSERT_TRUE(books.add(acme, 2_order, Side::sell, 105_ticks, 10_lots).ok());
    EXPECT_EQ(text_of(books.reduce(acme, 2_order, 3_lots)), "sell 105: 3, left 7; 105 x 7 (1)");
    EXPECT_EQ(text_of(books.remove(acme, 2_order)), "sell 105: 7, left 0; 105 x 0 (0)");
}

TEST(NaiveBooks, ReplaceToAnotherPriceMovesTwoLevels) {
    NaiveBooks books = two_instruments();
    ASSERT_TRUE(books.add(acme, 1_order, Side::buy, 100_ticks, 10_lots, Participant{7}).ok());
    ASSERT_TRUE(books.add(acme, 2_order, Side::buy, 99_ticks, 5_lots).ok());
    EXPECT_EQ(text_of(books.replace(acme, 1_order, 3_order, 99_ticks, 8_lots)),
              "buy 100: 10, left 8; 100 x 0 (0); 99 x 13 (2); touch");
    EXPECT_EQ(books.find(acme, 1_order), std::nullopt);
    EXPECT_EQ(books.find(acme, 3_order),
              (Order{3_order, Side::buy, 99_ticks, 8_lots, Participant{7}}));
    EXPECT_EQ(books.queue_position(acme, 3_order), (QueuePosition{1, 5_lots}));
}

TEST(NaiveBooks, ReplaceAtTheSamePriceLosesPriority) {
    NaiveBooks books = two_instruments();
    ASSERT_TRUE(books.add(acme, 1_order, Side::buy, 100_ticks, 10_lots).ok());
    ASSERT_TRUE(books.add(acme, 2_order, Side::buy, 100_ticks, 5_lots).ok());
    EXPECT_EQ(text_of(books.replace(acme, 1_order, 1_order, 100_ticks, 10_lots)),
              "buy 100: 10, left 10; 100 x 15 (2)");
    EXPECT_THAT(books.orders(acme, Side::buy),
                ElementsAre(Order{2_order, Side::buy, 100_ticks, 5_lots},
                            Order{1_order, Side::buy, 100_ticks, 10_lots}));
    EXPECT_EQ(books.version(acme), 3U);
    EXPECT_EQ(books.touch_version(acme), 2U);
}

TEST(NaiveBooks, KeepCrossedBooks) {
    NaiveBooks books = two_instruments();
    ASSERT_TRUE(books.add(acme, 1_order, Side::buy, 101_ticks, 1_lots).ok());
    ASSERT_TRUE(books.add(acme, 2_order, Side::sell, 99_ticks, 1_lots).ok());
    EXPECT_EQ(books.open_orders(), 2U);
}

TEST(NaiveBooks, RefuseInTheDocumentedOrder) {
    NaiveBooks books{{.instruments = 2, .orders = 2, .levels = 1}};
    const InstrumentId nowhere = 2_instrument;
    EXPECT_EQ(text_of(books.add(nowhere, 1_order, Side::buy, 1_ticks, 0_lots)),
              "unknown_instrument");
    EXPECT_EQ(text_of(books.add(acme, 1_order, Side::buy, 1_ticks, Quantity{-1})), "zero_quantity");
    ASSERT_TRUE(books.add(acme, 1_order, Side::buy, 1_ticks, 5_lots).ok());
    EXPECT_EQ(text_of(books.add(globex, 1_order, Side::buy, 1_ticks, 0_lots)), "zero_quantity");
    EXPECT_EQ(text_of(books.add(globex, 1_order, Side::buy, 1_ticks, 1_lots)), "duplicate_order");
    EXPECT_EQ(text_of(books.add(acme, 2_order, Side::buy, 1_ticks, largest)), "quantity_overflow");
    EXPECT_EQ(text_of(books.add(acme, 2_order, Side::buy, 2_ticks, largest)), "over_limit");

    EXPECT_EQ(text_of(books.execute(nowhere, 1_order, 1_lots)), "unknown_instrument");
    EXPECT_EQ(text_of(books.execute(globex, 1_order, 0_lots)), "unknown_order");
    EXPECT_EQ(text_of(books.execute(acme, 1_order, 0_lots)), "zero_quantity");
    EXPECT_EQ(text_of(books.reduce(acme, 1_order, 6_lots)), "over_reduce");
    EXPECT_EQ(text_of(books.remove(nowhere, 1_order)), "unknown_instrument");
    EXPECT_EQ(text_of(books.remove(acme, 2_order)), "unknown_order");

    EXPECT_EQ(text_of(books.replace(nowhere, 1_order, 2_order, 1_ticks, 1_lots)),
              "unknown_instrument");
    EXPECT_EQ(text_of(books.replace(globex, 1_order, 1_order, 1_ticks, 0_lots)), "unknown_order");
    ASSERT_TRUE(books.add(acme, 2_order, Side::buy, 1_ticks, 5_lots).ok());
    EXPECT_EQ(text_of(books.replace(acme, 1_order, 2_order, 1_ticks, 0_lots)), "zero_quantity");
    EXPECT_EQ(text_of(books.replace(acme, 1_order, 2_order, 1_ticks, largest)), "duplicate_order");
    EXPECT_EQ(text_of(books.replace(acme, 1_order, 3_order, 1_ticks, largest)),
              "quantity_overflow");
    EXPECT_EQ(text_of(books.replace(acme, 1_order, 3_order, 2_ticks, 1_lots)), "over_limit");
    EXPECT_EQ(text_of(books.add(acme, 3_order, Side::buy, 1_ticks, 1_lots)), "over_limit");
    EXPECT_EQ(books.version(acme), 2U);
}

TEST(NaiveBooks, MeasureOverflowWithoutTheQuantityThatLeaves) {
    NaiveBooks books = two_instruments();
    ASSERT_TRUE(books.add(acme, 1_order, Side::buy, 1_ticks, largest).ok());
    EXPECT_TRUE(books.replace(acme, 1_order, 1_order, 1_ticks, largest).ok());
    EXPECT_TRUE(books.replace(acme, 1_order, 2_order, 2_ticks, largest).ok());
}

TEST(NaiveBooks, ClearOneBookAndResetAll) {
    NaiveBooks books = two_instruments();
    ASSERT_TRUE(books.add(acme, 1_order, Side::buy, 1_ticks, 1_lots).ok());
    ASSERT_TRUE(books.add(acme, 2_order, Side::sell, 2_ticks, 1_lots).ok());
    ASSERT_TRUE(books.add(globex, 3_order, Side::sell, 2_ticks, 1_lots).ok());
    books.clear(acme);
    EXPECT_EQ(books.version(acme), 4U);
    EXPECT_EQ(books.open_orders(), 1U);
    EXPECT_EQ(books.instrument_of(3_order), globex);
    books.reset();
    EXPECT_EQ(books.open_orders(), 0U);
    EXPECT_EQ(books.version(globex), 0U);
}

}  // namespace
}  // namespace tickweir::tests
