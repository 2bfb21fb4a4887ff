#include <gtest/gtest.h>

#include "tests/support/venue_script.hpp"

namespace tickweir::tests {
namespace {

TEST(VenueMassCancel, EndsTheOrdersOfASessionThatFitTheFilter) {
    check(R"(
        A1 buy 1 @ 10.00 as b1
        A1 sell 1 @ 11.00 as s1
        A1 buy 1 @ 10.00 on GLOBEX as b2
        A2 buy 1 @ 10.00 as b3
        S1 A3 buy 1 @ 10.00 as b4
        A1 mass-cancel on ACME buy account A1 as m1
            -> b1 cancelled: mass cancel by m1; mass cancelled 1
        A1 mass-cancel session S2 as m2 -> refused: unknown session
        A1 mass-cancel as b2 -> refused: duplicate client id
        A1 mass-cancel -> refused: bad client id
        A1 mass-cancel account A9 as m2 -> refused: unknown account
        A1 mass-cancel on I9 as m2 -> refused: unknown instrument
        A1 mass-cancel as m2
            -> s1 cancelled: mass cancel by m2; b2 cancelled: mass cancel by m2
            -> b4 cancelled: mass cancel by m2; mass cancelled 3
        A1 mass-cancel as m3 -> mass cancelled 0
        open -> 1
    )");
}

TEST(VenueMassCancel, EndsEverybodysOrdersForTheOperator) {
    check(R"(
        A2 buy 1 @ 10.00 as b1
        A1 buy 1 @ 10.00 as b2
        A2 buy 1 stop-at 11.00 as b3
        mass-cancel session S9 -> refused: unknown session
        mass-cancel session S3 -> mass cancelled 0
        mass-cancel
            -> b2 cancelled: mass cancel; b1 cancelled: mass cancel; b3 cancelled: mass cancel
            -> mass cancelled 3
    )");
}

TEST(VenueMassCancel, KeepsLongLivedOrdersOfASessionThatIsGone) {
    check(R"(
        A1 buy 1 @ 10.00 day as b1
        A1 buy 1 @ 10.00 gtc as b2
        A1 buy 1 @ 10.00 gtd until 9s as b3
        mass-cancel session S1 keep-long-lived -> b1 cancelled: mass cancel; mass cancelled 1
    )");
}

TEST(VenueMassCancel, GoesOnAfterAsManyEffectsAsACommandMayHave) {
    check(R"(
        set effects 2
        A1 buy 1 @ 10.00 as b1
        A1 buy 1 @ 10.00 as b2
        A1 buy 1 @ 10.00 as b3
        A1 mass-cancel as m1
            -> b1 cancelled: mass cancel by m1; b2 cancelled: mass cancel by m1
            -> mass cancelled 2, more to come
        A1 buy 1 @ 10.00 as b4 -> rejected: busy
        continue -> b3 cancelled: mass cancel by m1; mass cancelled 3
        pending -> no
        A1 buy 1 @ 10.00 as b4
        A1 buy 1 @ 10.00 as b5
        A1 mass-cancel as m2
            -> b4 cancelled: mass cancel by m2; b5 cancelled: mass cancel by m2; mass cancelled 2
    )");
}

TEST(VenueTick, ExpiresGoodTillDateByTimeThenNumber) {
    check(R"(
        set effects 2
        A1 buy 1 @ 10.00 gtd until 20s as b1
        A1 buy 1 @ 10.00 gtd until 10s as b2
        A1 buy 1 stop-at 11.00 gtd until 10s as b3
        A1 buy 1 @ 10.00 gtd until 30s as b4
        at 9s
        tick
        open -> 4
        at 20s
        tick -> b2 expired: expired; b3 expired: expired
        continue -> b1 expired: expired
        pending -> no
        open -> 1
    )");
}

TEST(VenueTick, ExpiresNoOrderByItself) {
    check(R"(
        A1 buy 1 @ 10.00 gtd until 10s as b1
        at 20s
        A2 sell 1 @ 10.00 as s1
            -> s1 accepted; b1 makes 1 @ 10.00, 0 left; s1 takes 1 @ 10.00, 0 left
    )");
}

TEST(VenueDayEnd, ExpiresDayOrdersAndFreesIds) {
    check(R"(
        set effects 2
        A2 buy 1 @ 10.00 day as b1
        A1 buy 1 @ 9.99 day as b2
        A1 buy 1 @ 9.98 gtc as b3
        A1 buy 1 stop-at 11.00 day as b4
        A1 replace b3 with 2 @ 9.98 as b5
        day-end -> b2 expired: day end; b4 expired: day end
        continue -> b1 expired: day end; day ended
        A1 buy 1 @ 9.99 as b2 -> b2 accepted
        A1 buy 1 @ 9.99 as b3 -> rejected: duplicate client id of b5
        A1 cancel #1 as x1 -> refused: unknown order
        A1 cancel b5 as x1 -> b5 cancelled: requested by x1
    )");
}

TEST(VenueDayEnd, ForgetsTradesButNotTheLastPrice) {
    check(R"(
        set ACME collar 10%
        A1 sell 1 @ 10.00 as s1
        A2 buy 1 @ 10.00 as b1
        day-end
        bust 1 -> refused: unknown trade
        A2 buy 1 @ 11.01 as b1 -> rejected: collar
    )");
}

TEST(VenueHalt, TellsTheStateEachTime) {
    check(R"(
        halt ACME -> ACME halted
        halt ACME -> ACME halted
        state -> halted
        resume ACME -> ACME trading
        resume ACME -> ACME trading
        halt I9 -> refused: unknown instrument
        resume I9 -> refused: unknown instrument
        state on GLOBEX -> trading
    )");
}

TEST(VenueBand, PausesBeforeATradeOutsideIt) {
    check(R"(
        set ACME reference 10.00 band 2% pause 60s
        A1 sell 1 @ 10.20 as s1
        A1 sell 1 @ 10.21 as s2
        at 1s
        A2 buy 3 @ 11.00 as b1
            -> b1 accepted; s1 makes 1 @ 10.20, 0 left; b1 takes 1 @ 10.20, 2 left
            -> b1 cancelled: price band; ACME paused
        asks -> 10.21 x 1 (1)
        A2 buy 1 @ 9.00 as b2 -> rejected: halted
        at 60.999999999s
        tick
        state -> paused
        at 61s
        tick -> ACME trading
        A2 buy 1 @ 9.00 as b2 -> b2 accepted
    )");
}

TEST(VenueBand, EndsAPauseByResumingToo) {
    check(R"(
        set ACME reference 10.00 band 2%
        A1 buy 1 @ 9.00 as b1
        A2 sell 1 @ 9.00 as s1 -> s1 accepted; s1 cancelled: price band; ACME paused
        resume ACME -> ACME trading
        A2 sell 1 @ 9.00 as s2 -> s2 accepted; s2 cancelled: price band; ACME paused
        halt ACME -> ACME halted
        at 1000s
        tick
        state -> halted
    )");
}

TEST(VenueBand, MeasuresFromTheLastTradeOfTheWindowBefore) {
    check(R"(
        set ACME band 10% window 60s
        at 1s
        A1 sell 1 @ 10.00 as s1
        A2 buy 1 @ 10.00 as b1
        at 30s
        A1 sell 1 @ 11.00 as s2
        A2 buy 1 @ 11.00 as b2
        A1 sell 2 @ 12.00 as s3
        at 60.999999999s
        A2 buy 1 @ 12.00 as b3 -> b3 accepted; b3 cancelled: price band; ACME paused
        resume ACME
        at 61s
        A2 buy 1 @ 12.00 as b4
            -> b4 accepted; s3 makes 1 @ 12.00, 1 left; b4 takes 1 @ 12.00, 0 left
    )");
}

TEST(VenueBand, StartsAnewAtTheDaysEnd) {
    check(R"(
        set ACME reference 10.00 band 10%
        A1 sell 1 @ 11.00 gtc as s1
        A1 sell 1 @ 12.00 gtc as s2
        A2 buy 1 @ 11.00 as b1
        day-end
        A2 buy 1 @ 12.00 as b1
            -> b1 accepted; s2 makes 1 @ 12.00, 0 left; b1 takes 1 @ 12.00, 0 left
    )");
}

TEST(VenueBand, IsTheBooksEndForAllOrNothing) {
    check(R"(
        set ACME reference 10.00 band 2%
        A1 sell 1 @ 10.00 as s1
        A1 sell 1 @ 11.00 as s2
        A2 buy 2 @ 11.00 fok as b1 -> b1 accepted; b1 cancelled: unfilled
        state -> trading
        A2 buy 3 @ 11.00 min 1 as b2
            -> b2 accepted; s1 makes 1 @ 10.00, 0 left; b2 takes 1 @ 10.00, 2 left
            -> b2 cancelled: price band; ACME paused
    )");
}

TEST(VenueBand, ComesBeforeSelfTrade) {
    check(R"(
        set ACME reference 10.00 band 2%
        A1 sell 1 @ 11.00 as s1
        A1 buy 1 @ 11.00 cancel-both as b1 -> b1 accepted; b1 cancelled: price band; ACME paused
        asks -> 11.00 x 1 (1)
    )");
}

}  // namespace
}  // namespace tickweir::tests
