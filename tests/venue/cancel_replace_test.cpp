#include <gtest/gtest.h>

#include "tests/support/venue_script.hpp"

namespace tickweir::tests {
namespace {

TEST(VenueCancel, EndsAnOrderByIdOrNumber) {
    check(R"(
        A1 buy 5 @ 10.00 as b1
        A1 buy 5 @ 9.99 as b2
        A1 buy 5 stop-at 11.00 as b3
        A1 cancel b1 as x1 -> b1 cancelled: requested by x1
        A1 cancel #2 as x2 -> b2 cancelled: requested by x2
        A1 cancel b3 #3 as x3 -> b3 cancelled: requested by x3
        open -> 0
        bids -> none
        A1 has USD -> 1000000
    )");
}

TEST(VenueCancel, RefusesWhatIsUnknownNotItsOwnOrClosed) {
    check(R"(
        A1 buy 5 @ 10.00 as b1
        A1 buy 5 @ 10.00 as b2
        A1 cancel b9 as x1 -> refused: unknown order
        A1 cancel #9 as x1 -> refused: unknown order
        A1 cancel as x1 -> refused: unknown order
        A2 cancel b1 as x1 -> refused: unknown order
        A2 cancel #1 as x1 -> refused: unknown order
        A1 cancel b1 #2 as x1 -> refused: unknown order
        A1 cancel b1 as x1
        A1 cancel b1 as x2 -> refused: order closed of #1
        A1 cancel #1 as x2 -> refused: order closed of #1
        day-end -> b2 expired: day end; day ended
        A1 cancel b1 as x2 -> refused: unknown order
    )");
}

TEST(VenueCancel, UsesItsIdUpBySuccessOnly) {
    check(R"(
        A1 buy 5 @ 10.00 as b1
        A1 buy 5 @ 10.00 as b2
        A1 cancel b1 -> refused: bad client id of b1
        A1 cancel b1 as b2 -> refused: duplicate client id of b1
        A1 cancel b9 as x1 -> refused: unknown order
        A1 cancel b1 as x1 -> b1 cancelled: requested by x1
        A1 cancel b2 as x1 -> refused: duplicate client id of b2
    )");
}

TEST(VenueCancel, WorksWhileHalted) {
    check(R"(
        A1 buy 5 @ 10.00 as b1
        halt ACME
        A1 cancel b1 as x1 -> b1 cancelled: requested by x1
    )");
}

TEST(VenueReplace, KeepsThePlaceOfASmallerQuantityAlone) {
    check(R"(
        A1 buy 5 @ 10.00 as b1
        A2 buy 5 @ 10.00 as b2
        A1 replace b1 with 3 @ 10.00 as b3 -> b3 replaces b1, 3 left
        queue bids -> b3 shows 3 of 3, b2 shows 5 of 5
        A1 has USD -> 1000000, 30 held
        A2 replace b2 with 6 @ 10.00 as b4 -> b4 replaces b2, 6 left
        A1 replace b3 with 3 @ 10.00 as b5 -> b5 replaces b3, 3 left
        queue bids -> b4 shows 6 of 6, b5 shows 3 of 3
    )");
}

TEST(VenueReplace, CountsWhatIsFilledInItsQuantity) {
    check(R"(
        A1 buy 10 @ 10.00 as b1
        A2 sell 4 @ 10.00 as s1
        A1 replace b1 with 4 @ 10.00 as b2 -> refused: bad quantity of b1
        A1 replace b1 with 0 @ 10.00 as b2 -> refused: bad quantity of b1
        A1 replace b1 with 5 @ 10.00 as b2 -> b2 replaces b1, 1 left
        bids -> 10.00 x 1 (1)
    )");
}

TEST(VenueReplace, TakesFromWhatAnIcebergHidesFirst) {
    check(R"(
        A1 buy 10 @ 10.00 show 4 as b1
        A2 buy 1 @ 10.00 as b2
        A1 replace b1 with 5 @ 10.00 as b3 -> b3 replaces b1, 5 left
        queue bids -> b3 shows 4 of 5, b2 shows 1 of 1
        A1 replace b3 with 3 @ 10.00 as b4 -> b4 replaces b3, 3 left
        queue bids -> b4 shows 3 of 3, b2 shows 1 of 1
        A1 replace b4 with 9 @ 10.00 show 2 as b5 -> b5 replaces b4, 9 left
        queue bids -> b2 shows 1 of 1, b5 shows 2 of 9
    )");
}

TEST(VenueReplace, MatchesANewPriceLikeANewOrder) {
    check(R"(
        A1 buy 5 @ 9.00 as b1
        A2 sell 3 @ 10.00 as s1
        A1 replace b1 with 5 @ 10.00 as b2
            -> b2 replaces b1, 5 left; s1 makes 3 @ 10.00, 0 left; b2 takes 3 @ 10.00, 2 left
        bids -> 10.00 x 2 (1)
        A1 cancel b1 as x1 -> b2 cancelled: requested by x1
        A1 buy 1 @ 9.00 as b1 -> rejected: duplicate client id of #1
    )");
}

TEST(VenueReplace, ChecksTheNewValuesLikeANewOrders) {
    check(R"(
        set ACME tick 0.05 lot 5 most 50 worth 400
        A1 buy 10 @ 10.00 as b1
        A1 replace b1 with 11 @ 10.00 as b2 -> refused: off lot of b1
        A1 replace b1 with 10 as b2 -> refused: bad price of b1
        A1 replace b1 with 10 @ 10.01 as b2 -> refused: off tick of b1
        A1 replace b1 with 10 @ 10.00 stop-at 10.00 as b2 -> refused: bad stop price of b1
        A1 replace b1 with 10 @ 10.00 show 3 as b2 -> refused: bad display of b1
        A1 replace b1 with 10 @ 10.00 until 5s as b2 -> refused: bad expiry of b1
        A1 replace b1 with 55 @ 1.00 as b2 -> refused: quantity cap of b1
        A1 replace b1 with 45 @ 10.00 as b2 -> refused: notional cap of b1
        A1 buy 5 stop-at 12.00 as b3
        A1 replace b3 with 5 as b2 -> refused: bad stop price of b3
        A1 replace b3 with 5 stop-at 12.00 show 5 as b2 -> refused: bad combination of b3
        A1 replace b3 with 5 stop-at 12.05 as b2 -> b2 replaces b3, 5 left
    )");
}

TEST(VenueReplace, WantsNewIdsAndRepeatsNothing) {
    check(R"(
        A1 buy 5 @ 10.00 as b1
        A1 buy 5 @ 9.00 as b2
        A1 replace b1 with 6 @ 10.00 -> refused: bad client id
        A1 replace b1 with 6 @ 10.00 as b2 -> refused: duplicate client id of b2
        A1 replace b1 with 6 @ 10.00 resend as b2 -> ignored, known is b2
        A1 replace b1 with 6 @ 10.00 possdup as b3 -> refused: not executed
        A1 replace b9 with 6 @ 10.00 as b3 -> refused: unknown order
        A1 cancel b2 as x1
        A1 replace b2 with 6 @ 10.00 as b3 -> refused: order closed of #2
        A1 replace b1 with 6 @ 10.00 resend as b3 -> b3 replaces b1, 6 left
    )");
}

TEST(VenueReplace, AllowsOnlyASmallerQuantityWhileHalted) {
    check(R"(
        A1 buy 5 @ 10.00 show 2 as b1
        halt ACME
        A1 replace b1 with 6 @ 10.00 as b2 -> refused: halted of b1
        A1 replace b1 with 5 @ 10.00 as b2 -> refused: halted of b1
        A1 replace b1 with 4 @ 9.00 as b2 -> refused: halted of b1
        A1 replace b1 with 4 @ 10.00 show 1 as b2 -> refused: halted of b1
        A1 replace b1 with 4 @ 10.00 as b2 -> b2 replaces b1, 4 left
    )");
}

TEST(VenueReplace, GivesBackTheOldHoldAndOpenQuantityInTheSameStep) {
    check(R"(
        set unfunded
        set position A1 ACME 10
        deposit A1 100 USD
        A1 buy 10 @ 10.00 as b1
        A1 replace b1 with 10 @ 10.01 as b2 -> refused: insufficient of b1
        A1 replace b1 with 11 @ 9.00 as b2 -> refused: position limit of b1
        A1 replace b1 with 9 @ 11.00 as b2 -> b2 replaces b1, 9 left
        A1 has USD -> 100, 99 held
    )");
}

TEST(VenueReplace, RefusesAPriceBeyondTheCollar) {
    check(R"(
        set ACME reference 10.00 collar 10%
        A1 buy 5 @ 9.00 as b1
        A1 replace b1 with 5 @ 11.01 as b2 -> refused: collar of b1
        A2 sell 1 @ 11.00 as s1
        A3 buy 1 @ 11.00 as b3
        A1 replace b1 with 5 @ 12.10 as b2 -> b2 replaces b1, 5 left
        A4 sell 1 @ 13.00 as s2
        A4 replace s2 with 1 @ 9.89 as s3 -> refused: collar of s2
    )");
}

TEST(VenueReplace, RefusesAPostOnlyOrdersPriceThatWouldTrade) {
    check(R"(
        A1 buy 5 @ 9.00 post-only as b1
        A2 sell 3 @ 10.00 as s1
        A1 replace b1 with 5 @ 10.00 as b2 -> refused: would trade of b1
        A1 replace b1 with 5 @ 9.99 as b2 -> b2 replaces b1, 5 left
    )");
}

TEST(VenueReplace, TriggersAStopWhoseNewPriceIsReached) {
    check(R"(
        set ACME reference 10.00
        A1 buy 5 @ 10.50 stop-at 11.00 as b1
        A1 replace b1 with 5 @ 10.50 stop-at 10.00 as b2 -> b2 replaces b1, 5 left
        continue -> b2 triggered
        A1 replace b2 with 5 @ 10.40 stop-at 10.20 as b3 -> refused: bad stop price of b2
        A1 replace b2 with 5 @ 10.40 stop-at 10.00 as b3 -> b3 replaces b2, 5 left
        A1 replace b3 with 5 @ 10.30 as b4 -> b4 replaces b3, 5 left
        bids -> 10.30 x 5 (1)
    )");
}

}  // namespace
}  // namespace tickweir::tests
