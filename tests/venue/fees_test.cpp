// Fees: exact until they are rounded once.
#include "txn/venue/fees.hpp"

#include <gtest/gtest.h>

namespace tickweir::txn {
namespace {

using book::exact::Rounding;

constexpr Int128 one = 1'000'000'000'000'000'000;  // 10^-18

FeeRule rule(std::int32_t maker, std::int32_t taker, Rounding rounding, unsigned decimals) {
    return {
        {.maker_millionths = maker, .taker_millionths = taker, .account = {}, .rounding = rounding},
        decimals};
}

TEST(FeesTest, MakersAndTakersPayTheirOwnRates) {
    const FeeRule fees = rule(100, 250, Rounding::half_even, 2);
    EXPECT_TRUE(fees.rounded(fees.due(100 * one, true)) == one / 100);
    EXPECT_TRUE(fees.rounded(fees.due(200 * one, false)) == 5 * one / 100);
    EXPECT_TRUE(fees.due_at_most(one) == fees.due(one, false));
}

TEST(FeesTest, EveryModeRoundsInItsOwnWay) {
    struct Row {
        Rounding mode;
        int half;      // of 0.025 at two decimals, in hundredths
        int negative;  // of -0.025
    };
    for (const Row& row : {Row{Rounding::half_even, 2, -2}, Row{Rounding::half_up, 3, -3},
                           Row{Rounding::half_down, 2, -2}, Row{Rounding::up, 3, -3},
                           Row{Rounding::down, 2, -2}, Row{Rounding::ceiling, 3, -2},
                           Row{Rounding::floor, 2, -3}, Row{Rounding::zero_five_up, 2, -2}}) {
        const FeeRule fees = rule(-250, 250, row.mode, 2);
        EXPECT_TRUE(fees.rounded(fees.due(100 * one, false)) == row.half * one / 100)
            << static_cast<int>(row.mode);
        EXPECT_TRUE(fees.rounded(fees.due(100 * one, true)) == row.negative * one / 100)
            << static_cast<int>(row.mode);
    }
}

TEST(FeesTest, RebatesAreNoReasonToHoldMore) {
    const FeeRule fees = rule(-100, -0, Rounding::half_even, 8);
    EXPECT_TRUE(fees.due_at_most(one) == 0);
}

TEST(FeesTest, FillsInPiecesCostWhatTheWholeCosts) {
    const FeeRule fees = rule(0, 3'333, Rounding::half_up, 2);
    Int128 due = 0;
    Int128 charged = 0;
    for (int i = 0; i < 1'000; ++i) {
        const Int128 before = fees.rounded(due);
        due += fees.due(one / 7, false);
        charged += fees.rounded(due) - before;
    }
    EXPECT_TRUE(charged == fees.rounded(fees.due(one / 7 * 1'000, false)));
}

}  // namespace
}  // namespace tickweir::txn
