#include <gtest/gtest.h>

#include "tests/support/venue_script.hpp"

namespace tickweir::tests {
namespace {

TEST(VenueTrades, UndoesATradeThatIsBusted) {
    check(R"(
        set fees maker 0.1% taker 0.2%
        A1 buy 10 @ 10.00 as b1
        A2 sell 4 @ 10.00 as s1
        A1 position -> 4, cost 40, realized 0
        bust 1 -> b1 busted 4 @ 10.00, fee 0.04; #2 busted 4 @ 10.00, fee 0.08
        A1 has USD -> 1000000, 60.12 held
        A1 has ACME -> 1000000
        A2 has USD -> 1000000
        A2 has ACME -> 1000000
        A0 has USD -> 0
        A1 position -> 0, cost 0, realized 0
        bids -> 10.00 x 6 (1)
        bust 1 -> refused: unknown trade
    )");
}

TEST(VenueTrades, SettlesACorrectionLikeATradeOfItsOwn) {
    check(R"(
        set fees maker 0.1% taker 0.2%
        A1 buy 10 @ 10.00 as b1
        A2 sell 4 @ 10.00 as s1
        correct 1 to 3 @ 9.00 -> b1 corrected to 3 @ 9.00, fee 0.027; #2 corrected to 3 @ 9.00, fee 0.054
        A1 has ACME -> 1000003
        A2 has USD -> 1000026.946
        A1 position -> 3, cost 27, realized 0
        correct 1 to 4 @ 9.00 -> refused: bad quantity
        correct 1 to 0 @ 9.00 -> refused: bad quantity
        correct 1 to 3 @ 0 -> refused: bad price
        correct 1 to 3 @ 40000000000000 -> refused: overflow
        correct 1 to 3 @ 10.00
        bust 1 -> b1 busted 3 @ 10.00, fee 0.03; #2 busted 3 @ 10.00, fee 0.06
        A2 has USD -> 1000000
    )");
}

TEST(VenueTrades, KnowsTheNewestOnly) {
    check(R"(
        set trades 2
        A1 buy 3 @ 10.00 as b1
        A2 sell 1 @ 10.00 as s1
        A2 sell 1 @ 10.00 as s2
        A2 sell 1 @ 10.00 as s3
        bust 1 -> refused: unknown trade
        bust 4 -> refused: unknown trade
        correct 1 to 1 @ 10.00 -> refused: unknown trade
        bust 2 -> #1 busted 1 @ 10.00; #3 busted 1 @ 10.00
    )");
}

TEST(VenueTrades, LeavesWhatAnOpenOrderStillHasToFill) {
    check(R"(
        A1 buy 10 @ 10.00 as b1
        A2 sell 4 @ 10.00 as s1
        bust 1
        bids -> 10.00 x 6 (1)
        A1 replace b1 with 8 @ 10.00 as b2 -> b2 replaces b1, 8 left
        bids -> 10.00 x 8 (1)
    )");
}

TEST(VenueTrades, TakesBackWhateverBecomesOfBalances) {
    check(R"(
        set unfunded
        deposit A1 40 USD
        deposit A2 4 ACME
        A1 buy 4 @ 10.00 as b1
        A2 sell 4 @ 10.00 as s1
        withdraw A1 4 ACME
        bust 1
        A1 has ACME -> -4
        A2 has ACME -> 4
    )");
}

}  // namespace
}  // namespace tickweir::tests
