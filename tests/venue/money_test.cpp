#include <gtest/gtest.h>

#include "tests/support/venue_script.hpp"

namespace tickweir::tests {
namespace {

TEST(VenueMoney, HoldsWhatOpenOrdersNeedAndGivesItBackFillByFill) {
    check(R"(
        A1 buy 10 @ 10.00 as b1
        A1 has USD -> 1000000, 100 held
        A2 sell 5 @ 9.00 as s1
            -> s1 accepted; b1 makes 5 @ 10.00, 5 left; s1 takes 5 @ 10.00, 0 left
        A1 has USD -> 999950, 50 held
        A1 has ACME -> 1000005
        A2 sell 7 @ 11.00 as s2
        A2 has ACME -> 999995, 7 held
        A1 cancel b1 as x1
        A1 has USD -> 999950
    )");
}

TEST(VenueMoney, PaysABetterPriceAndReleasesTheSurplus) {
    check(R"(
        A2 sell 4 @ 9.00 as s1
        A1 buy 10 @ 10.00 as b1
        A1 has USD -> 999964, 60 held
    )");
}

TEST(VenueMoney, RefusesWhatAnAccountCannotPay) {
    check(R"(
        set unfunded
        deposit A1 100 USD -> A1 has 100 USD
        A1 buy 11 @ 10.00 as b1 -> rejected: insufficient
        A1 buy 10 @ 10.00 as b1 -> b1 accepted
        A1 buy 1 @ 0.01 as b2 -> rejected: insufficient
        A1 sell 1 @ 10.00 as s1 -> rejected: insufficient
        A1 sell 1 stop-at 10.00 as s1 -> rejected: insufficient
        A1 cancel b1 as x1
        A1 buy 10 stop-at 10.01 as b2 -> rejected: insufficient
        A1 buy 10 stop-at 10.00 as b2 -> b2 accepted
        A1 has USD -> 100, 100 held
    )");
}

TEST(VenueMoney, ChargesAMarketBuyWhatItsFillsCostAndRejectsItWholeOtherwise) {
    check(R"(
        set unfunded
        set fees taker 1%
        deposit A1 30.29 USD
        deposit A2 10 ACME
        A2 sell 1 @ 10.00 as s1
        A2 sell 2 @ 10.00 as s2
        A1 buy 3 as b1 -> rejected: insufficient
        deposit A1 0.01 USD -> A1 has 30.3 USD
        A1 buy 3 as b1
            -> b1 accepted; s1 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 2 left, fee 0.1
            -> s2 makes 2 @ 10.00, 0 left; b1 takes 2 @ 10.00, 0 left, fee 0.2
        A1 has USD -> 0
    )");
}

TEST(VenueMoney, LetsAnAccountGoShortAsFarAsItsLimit) {
    check(R"(
        set unfunded
        set short A1 ACME 5
        A1 sell 6 @ 10.00 as s1 -> rejected: insufficient
        A1 sell 5 @ 10.00 as s1 -> s1 accepted
        deposit A2 1000 USD
        A2 buy 5 @ 10.00 as b1
        A1 has ACME -> -5
        A1 has USD -> 50
        A1 position -> -5, cost -50, realized 0
        withdraw A1 1 ACME -> refused: insufficient
    )");
}

TEST(VenueMoney, TakesOnlyWhatReducesRiskFromAnAccountBelowItsLimit) {
    check(R"(
        set unfunded
        deposit A1 100 USD
        deposit A2 10 ACME
        A2 sell 10 @ 10.00 as s1
        A1 buy 10 @ 10.00 as b1
        withdraw A2 100 USD
        bust 1 -> #2 busted 10 @ 10.00; #1 busted 10 @ 10.00
        A2 has USD -> -100
        A2 buy 1 @ 1.00 as b2 -> rejected: risk reducing
        A2 sell 10 @ 10.00 as s2 -> s2 accepted
    )");
}

TEST(VenueMoney, HoldsTheLargerFeeAndChargesMakerAndTaker) {
    check(R"(
        set fees maker 0.1% taker 0.2%
        A1 buy 10 @ 10.00 as b1
        A1 has USD -> 1000000, 100.2 held
        A2 sell 10 @ 10.00 as s1
            -> s1 accepted; b1 makes 10 @ 10.00, 0 left, fee 0.1
            -> s1 takes 10 @ 10.00, 0 left, fee 0.2
        A1 has USD -> 999899.9
        A2 has USD -> 1000099.8
        A0 has USD -> 0.3
    )");
}

TEST(VenueMoney, PaysMakersARebateFromTheFeeAccount) {
    check(R"(
        set fees maker -0.1% taker 0.1%
        A1 buy 10 @ 10.00 as b1
        A2 sell 10 @ 10.00 as s1
            -> s1 accepted; b1 makes 10 @ 10.00, 0 left, fee -0.1
            -> s1 takes 10 @ 10.00, 0 left, fee 0.1
        A1 has USD -> 999900.1
        A0 has USD -> 0
    )");
}

TEST(VenueMoney, RoundsTheFeesOfAnOrderAsOneSum) {
    check(R"(
        set fees taker 0.05% decimals 2
        A1 sell 10 @ 10.00 as s1
        A2 sell 10 @ 10.00 as s2
        A3 sell 10 @ 10.00 as s3
        A4 buy 30 @ 10.00 as b1
            -> b1 accepted
            -> s1 makes 10 @ 10.00, 0 left; b1 takes 10 @ 10.00, 20 left, fee 0.05
            -> s2 makes 10 @ 10.00, 0 left; b1 takes 10 @ 10.00, 10 left, fee 0.05
            -> s3 makes 10 @ 10.00, 0 left; b1 takes 10 @ 10.00, 0 left, fee 0.05
    )");
    check(R"(
        set fees taker 0.05% decimals 2
        A1 sell 1 @ 10.00 as s1
        A2 sell 1 @ 10.00 as s2
        A3 sell 1 @ 10.00 as s3
        A4 buy 3 @ 10.00 as b1
            -> b1 accepted
            -> s1 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 2 left
            -> s2 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 1 left, fee 0.01
            -> s3 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 0 left, fee 0.01
        A0 has USD -> 0.02
    )");
}

TEST(VenueMoney, RoundsInTheModeOfTheSettings) {
    check(R"(
        set fees taker 0.05% decimals 2 rounding ceiling
        A1 sell 1 @ 10.00 as s1
        A4 buy 1 @ 10.00 as b1
            -> b1 accepted; s1 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 0 left, fee 0.01
    )");
    check(R"(
        set fees taker 0.19% decimals 2 rounding down
        A1 sell 1 @ 10.00 as s1
        A4 buy 1 @ 10.00 as b1
            -> b1 accepted; s1 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 0 left, fee 0.01
    )");
}

TEST(VenueMoney, AsksNothingOfTheFeeAccount) {
    check(R"(
        S1 A0 sell 5 @ 10.00 as s1 -> s1 accepted
        A2 buy 5 @ 10.00 as b1
        A0 has ACME -> -5
    )");
}

TEST(VenueMoney, KeepsThePositionsCostAndWhatWasRealized) {
    check(R"(
        A1 buy 3 @ 10.00 as b1
        A2 sell 3 @ 10.00 as s1
        A1 position -> 3, cost 30, realized 0
        A1 sell 1 @ 12.00 as s2
        A2 buy 1 @ 12.00 as b2
        A1 position -> 2, cost 20, realized 2
        A1 sell 5 @ 11.00 as s3
        A2 buy 5 @ 11.00 as b3
        A1 position -> -3, cost -33, realized 4
        A2 position -> 3, cost 33, realized -4
        A1 buy 3 @ 10.00 as b4
        A2 sell 3 @ 10.00 as s4
        A1 position -> 0, cost 0, realized 7
    )");
}

TEST(VenueMoney, RoundsACostsShareOnceAtEighteenDecimals) {
    check(R"(
        A1 buy 3 @ 0.01 as b1
        A1 buy 4 @ 0.02 as b2
        A2 sell 7 @ 0.01 as s1
        A1 sell 1 @ 0.02 as s2
        A2 buy 1 @ 0.02 as b3
        A1 position -> 6, cost 0.094285714285714286, realized 0.004285714285714286
        A1 sell 6 @ 0.02 as s3
        A2 buy 6 @ 0.02 as b4
        A1 position -> 0, cost 0, realized 0.03
    )");
}

TEST(VenueMoney, TellsOpenNotionalAndUnrealizedProfit) {
    check(R"(
        A1 buy 3 @ 10.00 as b1
        A2 sell 3 @ 10.00 as s1
        A1 buy 2 @ 9.00 as b2
        A1 buy 1 stop-at 13.00 as b3
        A3 sell 1 @ 12.00 as s2
        A4 buy 1 @ 12.00 as b4
        A1 exposure -> 2 orders of 31, unrealized 6
        A2 exposure -> 0 orders of 0, unrealized -6
    )");
}

TEST(VenueMoney, MovesMoneyForTheOperator) {
    check(R"(
        set unfunded
        deposit A1 10.5 USD -> A1 has 10.5 USD
        withdraw A1 0.5 USD -> A1 has 10 USD
        transfer A1 A2 4 USD -> A1 has 6 USD; A2 has 4 USD
        transfer A1 A1 6 USD -> A1 has 6 USD; A1 has 6 USD
        withdraw A1 6.000000000000000001 USD -> refused: insufficient
        transfer A1 A2 7 USD -> refused: insufficient
        A1 buy 1 @ 5.00 as b1
        withdraw A1 2 USD -> refused: insufficient
    )");
}

TEST(VenueMoney, RefusesAnOrderWhoseTradesABalanceCouldNotTake) {
    check(R"(
        set unfunded
        set effects 1
        deposit A1 10 ACME
        deposit A1 9999999999999999990 USD
        deposit A2 100 USD
        A2 buy 2 @ 10.00 as b1
        A2 buy 1 @ 5.00 as b2
        A1 sell 2 @ 10.00 as s1 -> rejected: overflow
        A1 sell 1 @ 10.00 as s1
            -> s1 accepted; b1 makes 1 @ 10.00, 1 left; s1 takes 1 @ 10.00, 0 left
        A1 sell 1 @ 11.00 as s2
        A1 replace s2 with 1 @ 10.00 as s3 -> refused: overflow of s2
        A1 has USD -> 10000000000000000000
    )");
    check(R"(
        set unfunded
        set effects 1
        deposit A1 10 ACME
        deposit A1 9999999999999999990 USD
        deposit A2 100 USD
        A2 buy 1 @ 10.00 as b1
        A2 buy 1 @ 5.00 as b2
        A1 sell 2 @ 5.00 as s1
            -> s1 accepted; b1 makes 1 @ 10.00, 0 left; s1 takes 1 @ 10.00, 1 left
        continue -> s1 cancelled: funds
    )");
}

TEST(VenueMoney, RefusesMovesOfNobodyOfNothingAndOfTooMuch) {
    check(R"(
        set unfunded
        deposit A9 1 USD -> refused: unknown account
        withdraw A9 1 USD -> refused: unknown account
        transfer A9 A1 1 USD -> refused: unknown account
        transfer A1 A9 1 USD -> refused: unknown account
        transfer A1 A9 0 X7 -> refused: unknown account
        deposit A1 1 X7 -> refused: unknown asset
        deposit A1 0 USD -> refused: negative
        withdraw A1 -1 USD -> refused: negative
        transfer A1 A2 0 USD -> refused: negative
        deposit A1 10000000000000000000 USD -> A1 has 10000000000000000000 USD
        deposit A1 0.000000000000000001 USD -> refused: overflow
        deposit A2 10000000000000000000.000000000000000001 USD -> refused: overflow
        deposit A2 1 USD
        transfer A1 A2 10000000000000000000 USD -> refused: overflow
    )");
}

}  // namespace
}  // namespace tickweir::tests
