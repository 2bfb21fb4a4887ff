#include <gtest/gtest.h>

#include "tests/support/venue_script.hpp"

namespace tickweir::tests {
namespace {

TEST(VenueMatching, TakesTheBestPriceFirstThenTheOldestOrder) {
    check(R"(
        A1 sell 10 @ 10.00 as s1
        A2 sell 5 @ 10.01 as s2
        A3 sell 3 @ 10.00 as s3
        A4 buy 15 @ 10.01 as b1
            -> b1 accepted
            -> s1 makes 10 @ 10.00, 0 left; b1 takes 10 @ 10.00, 5 left
            -> s3 makes 3 @ 10.00, 0 left; b1 takes 3 @ 10.00, 2 left
            -> s2 makes 2 @ 10.01, 3 left; b1 takes 2 @ 10.01, 0 left
        asks -> 10.01 x 3 (1)
        bids -> none
    )");
}

TEST(VenueMatching, TradesAtTheRestingOrdersPriceAndRestsWithWhatIsLeft) {
    check(R"(
        A1 sell 4 @ 10.00 as s1
        A2 buy 10 @ 10.50 gtc as b1
            -> b1 accepted; s1 makes 4 @ 10.00, 0 left; b1 takes 4 @ 10.00, 6 left
        bids -> 10.50 x 6 (1)
    )");
}

TEST(VenueMatching, CancelsWhatImmediateAndMarketOrdersLeave) {
    check(R"(
        A1 sell 4 @ 10.00 as s1
        A2 buy 10 @ 10.00 ioc as b1
            -> b1 accepted; s1 makes 4 @ 10.00, 0 left; b1 takes 4 @ 10.00, 6 left
            -> b1 cancelled: unfilled
        A1 sell 4 @ 10.02 as s2
        A2 buy 5 as b2
            -> b2 accepted; s2 makes 4 @ 10.02, 0 left; b2 takes 4 @ 10.02, 1 left
            -> b2 cancelled: unfilled
        A2 buy 5 ioc as b3 -> b3 accepted; b3 cancelled: unfilled
        bids -> none
    )");
}

TEST(VenueMatching, CountsNoFurtherThanACommandMayGo) {
    check(R"(
        set effects 2
        deposit A1 1000000000 ACME
        deposit A2 10000000000 USD
        A1 sell 1000000000 @ 10.00 show 1 as s1
        A2 buy 1000000000 @ 10.00 fok as b1 -> rejected: too many fills
        A2 buy 2 @ 10.00 fok as b2
            -> b2 accepted
            -> s1 makes 1 @ 10.00, 999999999 left; b2 takes 1 @ 10.00, 1 left
            -> s1 makes 1 @ 10.00, 999999998 left; b2 takes 1 @ 10.00, 0 left
    )");
}

TEST(VenueMatching, FillsOrKillsTheWholeOrder) {
    check(R"(
        A1 sell 4 @ 10.00 as s1
        A1 sell 4 @ 10.01 as s2
        A2 buy 9 @ 10.01 fok as b1 -> b1 accepted; b1 cancelled: unfilled
        A2 buy 5 @ 10.00 fok as b2 -> b2 accepted; b2 cancelled: unfilled
        A2 buy 8 @ 10.01 fok as b3
            -> b3 accepted; s1 makes 4 @ 10.00, 0 left; b3 takes 4 @ 10.00, 4 left
            -> s2 makes 4 @ 10.01, 0 left; b3 takes 4 @ 10.01, 0 left
        A2 has USD -> 999919.96
    )");
}

TEST(VenueMatching, WantsAMinimumAtOnceOrNothing) {
    check(R"(
        A1 sell 4 @ 10.00 as s1
        A2 buy 10 @ 10.00 min 5 as b1 -> b1 accepted; b1 cancelled: unfilled
        A2 buy 10 @ 10.00 min 4 as b2
            -> b2 accepted; s1 makes 4 @ 10.00, 0 left; b2 takes 4 @ 10.00, 6 left
        bids -> 10.00 x 6 (1)
    )");
}

TEST(VenueMatching, ShowsAnIcebergPartByPartEachAtTheEndOfTheQueue) {
    check(R"(
        A1 sell 9 @ 10.00 show 3 as s1
        A2 sell 4 @ 10.00 as s2
        asks -> 10.00 x 7 (2)
        A3 buy 5 @ 10.00 as b1
            -> b1 accepted; s1 makes 3 @ 10.00, 6 left; b1 takes 3 @ 10.00, 2 left
            -> s2 makes 2 @ 10.00, 2 left; b1 takes 2 @ 10.00, 0 left
        queue asks -> s2 shows 2 of 2, s1 shows 3 of 6
        A3 buy 7 @ 10.00 as b2
            -> b2 accepted; s2 makes 2 @ 10.00, 0 left; b2 takes 2 @ 10.00, 5 left
            -> s1 makes 3 @ 10.00, 3 left; b2 takes 3 @ 10.00, 2 left
            -> s1 makes 2 @ 10.00, 1 left; b2 takes 2 @ 10.00, 0 left
        queue asks -> s1 shows 1 of 1
    )");
}

TEST(VenueMatching, ShowsAllOfAnIcebergThatShowsMoreThanItHas) {
    check(R"(
        A1 sell 5 @ 10.00 show 8 as s1
        queue asks -> s1 shows 5 of 5
    )");
}

TEST(VenueMatching, CancelsTheIncomingOrderThatMeetsItsOwnAccount) {
    check(R"(
        A2 sell 2 @ 9.99 as s0
        A1 sell 5 @ 10.00 as s1
        A2 sell 5 @ 10.01 as s2
        A1 buy 9 @ 10.01 as b1
            -> b1 accepted; s0 makes 2 @ 9.99, 0 left; b1 takes 2 @ 9.99, 7 left
            -> b1 cancelled: self trade
        asks -> 10.00 x 5 (1), 10.01 x 5 (1)
    )");
}

TEST(VenueMatching, CancelsTheRestingOrderOfItsOwnAccountAndGoesOn) {
    check(R"(
        A1 sell 5 @ 10.00 as s1
        A2 sell 5 @ 10.01 as s2
        A1 buy 4 @ 10.01 cancel-resting as b1
            -> b1 accepted; s1 cancelled: self trade
            -> s2 makes 4 @ 10.01, 1 left; b1 takes 4 @ 10.01, 0 left
    )");
}

TEST(VenueMatching, CancelsBothOrdersOfOneAccountThatMeet) {
    check(R"(
        A1 sell 5 @ 10.00 as s1
        A2 sell 5 @ 10.01 as s2
        A1 buy 4 @ 10.01 cancel-both as b1
            -> b1 accepted; s1 cancelled: self trade; b1 cancelled: self trade
        asks -> 10.01 x 5 (1)
    )");
}

TEST(VenueMatching, KillsWithoutCancellingRestingOrders) {
    check(R"(
        A1 sell 5 @ 10.00 as s1
        A2 sell 3 @ 10.00 as s2
        A1 buy 4 @ 10.00 fok cancel-resting as b1 -> b1 accepted; b1 cancelled: unfilled
        A1 buy 3 @ 10.00 fok cancel-both as b2 -> b2 accepted; b2 cancelled: unfilled
        asks -> 10.00 x 8 (2)
        A1 buy 3 @ 10.00 fok cancel-resting as b3
            -> b3 accepted; s1 cancelled: self trade
            -> s2 makes 3 @ 10.00, 0 left; b3 takes 3 @ 10.00, 0 left
    )");
}

TEST(VenueMatching, GoesOnInAnotherCommandAfterAsManyEffectsAsOneMayHave) {
    check(R"(
        set effects 2
        A1 sell 1 @ 10.00 as s1
        A2 sell 1 @ 10.00 as s2
        A3 sell 1 @ 10.00 as s3
        A4 buy 5 @ 10.00 as b1
            -> b1 accepted; s1 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 4 left
            -> s2 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 3 left
        pending -> yes
        bids -> none
        A4 has USD -> 999980, 30 held
        continue -> s3 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 2 left
        pending -> no
        bids -> 10.00 x 2 (1)
    )");
}

TEST(VenueMatching, NeedsNoOtherCommandWhenNothingMoreIsMet) {
    check(R"(
        set effects 2
        A1 sell 1 @ 10.00 as s1
        A2 sell 1 @ 10.00 as s2
        A4 sell 1 @ 10.00 as s3
        A4 buy 5 @ 10.00 as b1
            -> b1 accepted; s1 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 4 left
            -> s2 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 3 left
            -> b1 cancelled: self trade
        pending -> no
    )");
}

TEST(VenueMatching, RefusesAllOrNothingThatTakesMoreEffectsThanACommandMayHave) {
    check(R"(
        set effects 2
        A1 sell 1 @ 10.00 as s1
        A2 sell 1 @ 10.00 as s2
        A3 sell 1 @ 10.00 as s3
        A4 buy 3 @ 10.00 fok as b1 -> rejected: too many fills
        A4 buy 5 @ 10.00 min 3 as b1 -> rejected: too many fills
        A4 buy 2 @ 10.00 fok as b1
            -> b1 accepted; s1 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 1 left
            -> s2 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 0 left
    )");
}

TEST(VenueMatching, LosesTheRestOfAMarketOrderWhoseNextFillsCannotBePaid) {
    check(R"(
        set effects 1
        A1 sell 1 @ 10.00 as s1
        A1 sell 1 @ 900000 as s2
        A1 sell 1 @ 900000 as s3
        A2 buy 3 as b1 -> b1 accepted; s1 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 2 left
        continue -> s2 makes 1 @ 900000.00, 0 left; b1 takes 1 @ 900000.00, 1 left
        continue -> b1 cancelled: funds
        A2 has USD -> 99990
    )");
}

TEST(VenueMatching, RefusesAPostOnlyOrderThatWouldTrade) {
    check(R"(
        A1 sell 5 @ 10.00 as s1
        A2 buy 5 @ 10.00 post-only as b1 -> rejected: would trade
        A1 buy 5 @ 10.00 post-only as b2 -> rejected: would trade
        A2 buy 5 @ 9.99 post-only as b1 -> b1 accepted
        bids -> 9.99 x 5 (1)
    )");
}

}  // namespace
}  // namespace tickweir::tests
