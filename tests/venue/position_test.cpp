// Positions: cost and profit of what trades left.
#include "txn/venue/position.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/seed.hpp"

namespace tickweir::txn {
namespace {

TEST(PositionTest, ABuyCostsWhatItTook) {
    Position position;
    position.take(Side::buy, {10}, 1'000);
    EXPECT_EQ(position.quantity, Quantity{10});
    EXPECT_EQ(position.cost, 1'000);
    EXPECT_EQ(position.realized, 0);
}

TEST(PositionTest, ASaleRealizesItsShare) {
    Position position;
    position.take(Side::buy, {10}, 1'000);
    position.take(Side::sell, {4}, 600);
    EXPECT_EQ(position.quantity, Quantity{6});
    EXPECT_EQ(position.cost, 600);
    EXPECT_EQ(position.realized, 200);
}

TEST(PositionTest, AShortSaleBoughtBackCheaperIsAProfit) {
    Position position;
    position.take(Side::sell, {10}, 1'000);
    EXPECT_EQ(position.cost, -1'000);
    position.take(Side::buy, {10}, 700);
    EXPECT_EQ(position.quantity, Quantity{0});
    EXPECT_EQ(position.cost, 0);
    EXPECT_EQ(position.realized, 300);
}

TEST(PositionTest, AFillThatTurnsThePositionClosesItFirst) {
    Position position;
    position.take(Side::buy, {10}, 1'000);
    position.take(Side::sell, {15}, 1'800);
    EXPECT_EQ(position.quantity, Quantity{-5});
    EXPECT_EQ(position.realized, 200);
    EXPECT_EQ(position.cost, -600);
}

TEST(PositionTest, SharesAreRoundedHalfEven) {
    Position position;
    position.take(Side::buy, {2}, 5);
    position.take(Side::sell, {1}, 0);
    EXPECT_EQ(position.cost, 3) << "2.5 goes, rounded to 2";
    EXPECT_EQ(position.realized, -2);
    position.take(Side::sell, {1}, 0);
    EXPECT_EQ(position.cost, 0) << "the last one takes what is left";
    EXPECT_EQ(position.realized, -5);
}

TEST(PositionTest, CostLessProfitIsWhatTradesTook) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 200; ++round) {
        Position position;
        Int128 paid = 0;
        std::int64_t quantity = 0;
        for (int i = 0; i < 100; ++i) {
            const Side side = random() % 2 == 0 ? Side::buy : Side::sell;
            const auto lots = static_cast<std::int64_t>(1 + random() % 50);
            const auto notional = static_cast<Int128>(random() >> 20) * 1'000'003;
            position.take(side, {lots}, notional);
            paid += side == Side::buy ? notional : -notional;
            quantity += side == Side::buy ? lots : -lots;
            ASSERT_TRUE(position.cost - position.realized == paid);
            ASSERT_EQ(position.quantity.lots, quantity);
            ASSERT_TRUE(quantity != 0 || position.cost == 0);
        }
    }
}

}  // namespace
}  // namespace tickweir::txn
