#include <gtest/gtest.h>

#include "tests/support/venue_script.hpp"

namespace tickweir::tests {
namespace {

TEST(VenueEnvelope, GoesOnWithWhatIsPendingBeforeAnythingElse) {
    check(R"(
        set effects 1
        continue -> refused: nothing to do
        A1 sell 1 @ 10.00 as s1
        A1 sell 1 @ 10.00 as s2
        A2 buy 2 @ 10.00 as b1
        A1 sell 1 @ 10.00 as s3 -> rejected: busy
        A1 cancel s1 as x1 -> refused: busy
        day-end -> refused: busy
        continue -> s2 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 0 left
        A1 sell 1 @ 10.00 as s3 -> s3 accepted
    )");
}

TEST(VenueEnvelope, RefusesWhatComesAfterItsDeadline) {
    check(R"(
        at 10s
        S1 deadline 10s A1 sell 1 @ 10.00 as s1 -> s1 accepted
        S1 deadline 9.999999999s A1 sell 1 @ 10.00 as s2 -> rejected: late
        S1 deadline 9s cancel s1 as x1 -> refused: late
    )");
}

TEST(VenueEnvelope, TakesTimeThatGoesBackAsTheLastOneThereWas) {
    check(R"(
        at 10s
        S9 tick -> refused: unknown session
        at 5s
        S1 deadline 9s A1 sell 1 @ 10.00 as s1 -> rejected: late
        A1 sell 1 @ 10.00 gtd until 10s as s1 -> rejected: bad expiry
        A1 sell 1 @ 10.00 gtd until 10.1s as s1 -> s1 accepted
    )");
}

TEST(VenueEnvelope, KnowsItsSessions) {
    check(R"(
        S9 A1 sell 1 @ 10.00 as s1 -> rejected: unknown session
        S9 cancel s1 as x1 -> refused: unknown session
    )");
}

TEST(VenueEnvelope, LeavesClockTradingAndMoneyToTheOperator) {
    check(R"(
        S1 tick -> refused: unknown session
        S1 day-end -> refused: unknown session
        S1 halt ACME -> refused: unknown session
        S1 resume ACME -> refused: unknown session
        S1 deposit A1 5 USD -> refused: unknown session
        S1 withdraw A1 5 USD -> refused: unknown session
        S1 transfer A1 A2 5 USD -> refused: unknown session
        S1 bust 1 -> refused: unknown session
        S1 correct 1 to 1 @ 1 -> refused: unknown session
    )");
}

TEST(VenueEnvelope, NumbersOrdersThroughRefusalsWithoutAGap) {
    check(R"(
        A1 sell 1 @ 10.00 as s1
        A1 sell 0 @ 10.00 as s2 -> rejected: bad quantity
        A1 sell 1 @ 10.00 as s2
        A1 cancel #2 as x1 -> s2 cancelled: requested by x1
    )");
}

}  // namespace
}  // namespace tickweir::tests
