#include <gtest/gtest.h>

#include "tests/support/venue_script.hpp"

namespace tickweir::tests {
namespace {

TEST(VenueOrderEntry, WantsAnIdThatIsNewInTheSession) {
    check(R"(
        A1 sell 1 @ 10.00 -> rejected: bad client id
        A1 sell 1 @ 10.00 as s1 -> s1 accepted
        A1 sell 1 @ 10.00 as s1 -> rejected: duplicate client id of s1
        A2 sell 1 @ 10.00 as s1 -> s1 accepted
        A1 sell 0 @ 10.00 as s2 -> rejected: bad quantity
        A1 sell 1 @ 10.00 as s2 -> s2 accepted
    )");
}

TEST(VenueOrderEntry, NamesAnOrderThatIsGoneByItsNumber) {
    check(R"(
        A1 sell 1 @ 10.00 as s1
        A1 cancel s1 as x1
        A1 sell 1 @ 10.00 as s1 -> rejected: duplicate client id of #1
        A1 sell 1 @ 10.00 as x1 -> rejected: duplicate client id of #1
    )");
}

TEST(VenueOrderEntry, IgnoresAPossibleRepetitionOfWhatIsKnownAndRefusesOneThatIsNot) {
    check(R"(
        A1 sell 1 @ 10.00 as s1
        A1 sell 1 @ 10.00 resend as s1 -> ignored, known is s1
        A1 sell 1 @ 10.00 possdup as s1 -> ignored, known is s1
        A1 sell 1 @ 10.00 possdup as s2 -> rejected: not executed
        A1 sell 1 @ 10.00 resend as s2 -> s2 accepted
        A1 sell 1 @ 10.00 possdup -> rejected: bad client id
        asks -> 10.00 x 2 (2)
    )");
}

TEST(VenueOrderEntry, KnowsItsAccountsAndInstruments) {
    check(R"(
        S1 A9 sell 1 @ 10.00 as s1 -> rejected: unknown account
        A1 sell 1 @ 10 on I7 as s1 -> rejected: unknown instrument
        A1 sell 1 @ 10.00 on GLOBEX as s1 -> s1 accepted
        asks on GLOBEX -> 10.00 x 1 (1)
    )");
}

TEST(VenueOrderEntry, WantsWholeLotsAboveZero) {
    check(R"(
        set ACME lot 10
        A1 sell 0 @ 10.00 as s1 -> rejected: bad quantity
        A1 sell -10 @ 10.00 as s1 -> rejected: bad quantity
        A1 sell 15 @ 10.00 as s1 -> rejected: off lot
        A1 sell 20 @ 10.00 show 5 as s1 -> rejected: bad display
        A1 sell 20 @ 10.00 show -10 as s1 -> rejected: bad display
        A1 sell 20 @ 10.00 min 5 as s1 -> rejected: bad min quantity
        A1 sell 20 @ 10.00 min -10 as s1 -> rejected: bad min quantity
        A1 sell 20 @ 10.00 min 30 as s1 -> rejected: bad min quantity
        A1 sell 20 @ 10.00 show 10 as s1 -> s1 accepted
    )");
}

TEST(VenueOrderEntry, WantsPricesOnTheTickWhereTheyBelong) {
    check(R"(
        set ACME tick 0.05
        A1 sell 1 limit as s1 -> rejected: bad price
        A1 sell 1 @ 0 as s1 -> rejected: bad price
        A1 sell 1 @ -1 as s1 -> rejected: bad price
        A1 sell 1 @ 10.01 as s1 -> rejected: off tick
        A1 sell 1 market @ 10.00 as s1 -> rejected: bad price
        A1 sell 1 market @ 0 as s1 -> rejected: bad price
        A1 sell 1 stop @ 10.00 stop-at 10.00 as s1 -> rejected: bad price
        A1 sell 1 limit @ 10.00 stop-at 10.00 as s1 -> rejected: bad stop price
        A1 sell 1 limit @ 10.00 stop-at 0 as s1 -> rejected: bad stop price
        A1 sell 1 stop as s1 -> rejected: bad stop price
        A1 sell 1 stop stop-at -1 as s1 -> rejected: bad stop price
        A1 sell 1 stop stop-at 10.01 as s1 -> rejected: off tick
        A1 sell 1 stop-limit stop-at 10.00 as s1 -> rejected: bad price
        A1 sell 1 stop-limit @ 10.00 as s1 -> rejected: bad stop price
        A1 sell 1 @ 10.05 stop-at 10.10 as s1 -> s1 accepted
    )");
}

TEST(VenueOrderEntry, RefusesInstructionsThatDoNotGoTogether) {
    check(R"(
        A1 buy 5 market gtc as b1 -> rejected: bad combination
        A1 buy 5 market gtd until 10s as b1 -> rejected: bad combination
        A1 buy 5 market post-only as b1 -> rejected: bad combination
        A1 buy 5 market show 1 as b1 -> rejected: bad combination
        A1 buy 5 stop-at 10.00 ioc as b1 -> rejected: bad combination
        A1 buy 5 stop-at 10.00 fok as b1 -> rejected: bad combination
        A1 buy 5 stop-at 10.00 show 1 as b1 -> rejected: bad combination
        A1 buy 5 stop-at 10.00 min 1 as b1 -> rejected: bad combination
        A1 buy 5 @ 10.00 stop-at 10.00 min 1 as b1 -> rejected: bad combination
        A1 buy 5 @ 10.00 ioc post-only as b1 -> rejected: bad combination
        A1 buy 5 @ 10.00 fok post-only as b1 -> rejected: bad combination
        A1 buy 5 @ 10.00 post-only min 1 as b1 -> rejected: bad combination
        A1 buy 5 @ 10.00 ioc show 1 as b1 -> rejected: bad combination
        A1 buy 5 @ 10.00 fok show 1 as b1 -> rejected: bad combination
        A1 buy 5 @ 10.00 stop-at 10.00 post-only show 1 as b1 -> b1 accepted
    )");
}

TEST(VenueOrderEntry, WantsAnExpiryInTheFutureOfGoodTillDateOnly) {
    check(R"(
        at 10s
        A1 buy 5 @ 10.00 gtd as b1 -> rejected: bad expiry
        A1 buy 5 @ 10.00 gtd until 10s as b1 -> rejected: bad expiry
        A1 buy 5 @ 10.00 gtc until 20s as b1 -> rejected: bad expiry
        A1 buy 5 @ 10.00 gtd until 20s as b1 -> b1 accepted
    )");
}

TEST(VenueOrderEntry, KeepsToTheCapsOfInstrumentAccountAndSession) {
    check(R"(
        set ACME most 100 worth 500
        set A2 worth 300
        set A3 orders 1
        set S4 orders 1
        A1 buy 101 @ 1.00 as b1 -> rejected: quantity cap
        A1 buy 100 @ 5.01 as b1 -> rejected: notional cap
        A1 buy 100 @ 5.00 as b1 -> b1 accepted
        A2 buy 100 @ 3.01 as b2 -> rejected: notional cap
        A2 buy 100 stop-at 3.01 as b2 -> rejected: notional cap
        A2 buy 100 @ 3.00 as b2 -> b2 accepted
        A3 buy 1 @ 1.00 as b3 -> b3 accepted
        A3 buy 1 @ 1.00 as b4 -> rejected: account orders
        A4 buy 1 @ 1.00 as b5 -> b5 accepted
        A4 buy 1 @ 1.00 as b6 -> rejected: session orders
        A4 cancel b5 as x1
        A4 buy 1 @ 1.00 as b6 -> b6 accepted
    )");
}

TEST(VenueOrderEntry, MeasuresAMarketOrderByItsCollarOrElseByItsReference) {
    check(R"(
        set ACME worth 1000 reference 10.00 collar 10%
        set GLOBEX worth 1000 reference 10.00
        A1 buy 91 as b1 -> rejected: notional cap
        A1 buy 90 as b1 -> b1 accepted; b1 cancelled: unfilled
        A1 buy 101 on GLOBEX as b2 -> rejected: notional cap
        A1 buy 100 on GLOBEX as b2 -> b2 accepted; b2 cancelled: unfilled
    )");
}

TEST(VenueOrderEntry, RefusesWhatIsTooLargeForAnyVenue) {
    check(R"(
        A1 buy 10000000000001 @ 0.01 as b1 -> rejected: overflow
        A1 buy 10000000000000 @ 1.01 as b1 -> rejected: overflow
        A1 buy 10000000000000 @ 1.00 as b1 -> rejected: insufficient
    )");
}

TEST(VenueOrderEntry, RefusesWhatWouldNotFitSumsOfQuantities) {
    check(R"(
        set ACME decimals 0 18
        A1 buy 9 @ 10 as b1
        A2 buy 1 @ 9 as b2 -> rejected: overflow
        A2 buy 1 stop-at 11 as b2 -> rejected: overflow
        A2 buy 0.1 @ 9 as b2
        A2 replace b2 with 1 @ 9 as b3 -> refused: overflow of b2
        A3 sell 9 @ 10 as s1
        A1 position -> 9, cost 90, realized 0
        A1 buy 1 @ 9 as b4 -> rejected: overflow
        A1 sell 9 @ 11 as s2 -> s2 accepted
        A4 buy 9 @ 11 as b5
        A1 sell 9 @ 12 as s3
        A3 buy 9 @ 12 as b6
        A1 position -> -9, cost -108, realized 9
        bust 1 -> refused: overflow
        correct 1 to 1 @ 10 -> refused: overflow
    )");
}

TEST(VenueOrderEntry, RefusesLimitsTooFarFromTheReference) {
    check(R"(
        set ACME reference 10.00 collar 10%
        A1 buy 1 @ 11.01 as b1 -> rejected: collar
        A1 sell 1 @ 8.99 as s1 -> rejected: collar
        A1 buy 1 @ 11.00 as b1 -> b1 accepted
        A2 sell 1 @ 9.00 as s1 -> s1 accepted; b1 makes 1 @ 11.00, 0 left; s1 takes 1 @ 11.00, 0 left
        A1 buy 1 @ 12.11 as b2 -> rejected: collar
        A1 buy 1 @ 12.10 as b2 -> b2 accepted
        A1 buy 1 @ 0.01 as b3 -> b3 accepted
    )");
}

TEST(VenueOrderEntry, RoundsCollarsTowardsTheReferenceAndToOneTickAtLeast) {
    check(R"(
        set ACME reference 10.00 tick 0.05 collar 1.3%
        set GLOBEX reference 10.00 collar 120%
        A1 buy 1 @ 10.15 as b1 -> rejected: collar
        A1 buy 1 @ 10.10 as b1 -> b1 accepted
        A2 sell 1 @ 9.85 as s1 -> rejected: collar
        A1 cancel b1 as x1
        A2 sell 1 @ 9.90 as s1 -> s1 accepted
        A2 sell 1 @ 0.01 on GLOBEX as s2 -> s2 accepted
        A3 sell 2 on GLOBEX as s3 -> s3 accepted; s3 cancelled: unfilled
    )");
}

TEST(VenueOrderEntry, LimitsMarketOrdersByTheCollar) {
    check(R"(
        set ACME reference 10.00 collar 10%
        A1 sell 1 @ 11.00 as s1
        A1 sell 1 @ 11.01 as s2
        A2 buy 2 as b1
            -> b1 accepted; s1 makes 1 @ 11.00, 0 left; b1 takes 1 @ 11.00, 1 left
            -> b1 cancelled: unfilled
    )");
}

TEST(VenueOrderEntry, NeedsSomethingToMeasureAMarketOrderBy) {
    check(R"(
        A1 buy 1 as b1 -> rejected: no reference
        A2 sell 1 @ 10.00 as s1
        A1 buy 1 as b1 -> b1 accepted; s1 makes 1 @ 10.00, 0 left; b1 takes 1 @ 10.00, 0 left
        A1 buy 1 as b2 -> b2 accepted; b2 cancelled: unfilled
    )");
}

TEST(VenueOrderEntry, KeepsPositionAndOpenOrdersWithinTheLimit) {
    check(R"(
        set position A1 ACME 10
        A1 buy 6 @ 10.00 as b1
        A1 buy 5 @ 10.00 as b2 -> rejected: position limit
        A1 buy 4 stop-at 11.00 as b2 -> b2 accepted
        A1 sell 11 @ 12.00 as s1 -> rejected: position limit
        A2 sell 6 @ 10.00 as s2
        A1 position -> 6, cost 60, realized 0
        A1 sell 17 @ 12.00 as s1 -> rejected: position limit
        A1 sell 16 @ 12.00 as s1 -> s1 accepted
        A1 buy 1 @ 10.00 as b3 -> rejected: position limit
    )");
}

TEST(VenueOrderEntry, RefusesNewOrdersWhileHalted) {
    check(R"(
        halt ACME -> ACME halted
        A1 buy 1 @ 10.00 as b1 -> rejected: halted
        A1 buy 1 @ 10.00 on GLOBEX as b1 -> b1 accepted
        resume ACME -> ACME trading
        A1 buy 1 @ 10.00 as b2 -> b2 accepted
    )");
}

TEST(VenueOrderEntry, HasRoomForSoManyOrdersAndIds) {
    check(R"(
        set orders 2
        A1 buy 1 @ 10.00 as b1
        A1 buy 1 @ 10.00 as b2
        A1 buy 1 @ 10.00 ioc as b3 -> rejected: capacity
        A1 cancel b1 as x1
        A1 buy 1 @ 10.00 as b3 -> b3 accepted
    )");
    check(R"(
        set client-ids 2
        A1 buy 1 @ 10.00 as b1
        A1 buy 1 @ 10.00 as b2
        A1 buy 1 @ 10.00 as b3 -> rejected: capacity
        A1 replace b1 with 2 @ 10.00 as b3 -> refused: capacity of b1
        A1 cancel b1 as x1 -> b1 cancelled: requested by x1
        A1 cancel b2 as x1 -> b2 cancelled: requested by x1
        day-end
        A1 buy 1 @ 10.00 as b3 -> b3 accepted
    )");
}

}  // namespace
}  // namespace tickweir::tests
