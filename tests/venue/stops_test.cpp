#include <gtest/gtest.h>

#include "tests/support/venue_script.hpp"

namespace tickweir::tests {
namespace {

TEST(VenueStops, TriggerWhenTheLastTradeReachesTheirPrice) {
    check(R"(
        A1 buy 2 stop-at 10.05 as b1
        A1 sell 2 stop-at 9.95 as s1
        A2 sell 1 @ 10.04 as s2
        A3 buy 1 @ 10.04 as b2
        pending -> no
        A2 sell 3 @ 10.05 as s3
        A3 buy 1 @ 10.05 as b3
            -> b3 accepted; s3 makes 1 @ 10.05, 2 left; b3 takes 1 @ 10.05, 0 left
        pending -> yes
        continue -> b1 triggered; s3 makes 2 @ 10.05, 0 left; b1 takes 2 @ 10.05, 0 left
        pending -> no
        A2 buy 3 @ 9.95 as b4
        A3 sell 1 @ 9.95 as s4
        continue -> s1 triggered; b4 makes 2 @ 9.95, 0 left; s1 takes 2 @ 9.95, 0 left
    )");
}

TEST(VenueStops, TriggerInTheOrderOfTheirNumbersEachInItsOwnCommand) {
    check(R"(
        A1 buy 1 @ 10.02 stop-at 10.02 as b1
        A2 buy 1 @ 10.02 stop-at 10.01 as b2
        A3 sell 5 @ 10.02 as s1
        A4 buy 1 @ 10.02 as b3
        continue -> b1 triggered; s1 makes 1 @ 10.02, 3 left; b1 takes 1 @ 10.02, 0 left
        continue -> b2 triggered; s1 makes 1 @ 10.02, 2 left; b2 takes 1 @ 10.02, 0 left
        pending -> no
    )");
}

TEST(VenueStops, TriggerByTheLowestAndTheHighestTradeOfACommand) {
    check(R"(
        A1 sell 1 stop-at 10.00 as s1
        A2 buy 1 @ 10.05 stop-at 10.02 as b1
        A3 sell 1 @ 10.00 as s2
        A3 sell 1 @ 10.02 as s3
        A4 buy 2 @ 10.02 as b2
        drain -> s1 triggered; s1 cancelled: unfilled; b1 triggered
        bids -> 10.05 x 1 (1)
    )");
}

TEST(VenueStops, CascadeOneBehindTheOther) {
    check(R"(
        A1 buy 1 @ 10.01 stop-at 10.00 as b1
        A1 buy 1 @ 10.02 stop-at 10.01 as b2
        A1 buy 1 @ 10.02 stop-at 10.02 as b3
        A2 sell 1 @ 10.00 as s1
        A2 sell 1 @ 10.01 as s2
        A2 sell 1 @ 10.02 as s3
        A3 buy 1 @ 10.00 as b4
        continue -> b1 triggered; s2 makes 1 @ 10.01, 0 left; b1 takes 1 @ 10.01, 0 left
        continue -> b2 triggered; s3 makes 1 @ 10.02, 0 left; b2 takes 1 @ 10.02, 0 left
        continue -> b3 triggered
        pending -> no
        bids -> 10.02 x 1 (1)
    )");
}

TEST(VenueStops, TriggerAtOnceWhereTheLastTradeFulfilsThem) {
    check(R"(
        set ACME reference 10.00
        A1 buy 1 @ 10.00 stop-at 10.00 as b1 -> b1 accepted
        pending -> yes
        continue -> b1 triggered
        bids -> 10.00 x 1 (1)
        A2 sell 1 @ 10.00 as s1
        A2 sell 1 stop-at 10.01 as s2 -> s2 accepted
        continue -> s2 triggered; s2 cancelled: unfilled
        A2 sell 1 stop-at 9.99 as s3 -> s3 accepted
        pending -> no
    )");
}

TEST(VenueStops, BecomeLimitOrdersWithTheirTimeInForce) {
    check(R"(
        set ACME reference 10.00
        A1 buy 5 @ 10.00 stop-at 10.00 ioc as b1
        continue -> b1 triggered; b1 cancelled: unfilled
        A1 buy 5 @ 10.00 stop-at 10.00 fok as b2
        continue -> b2 triggered; b2 cancelled: unfilled
        A1 buy 5 @ 10.00 stop-at 10.00 gtc show 2 as b3
        continue -> b3 triggered
        queue bids -> b3 shows 2 of 5
        A2 sell 5 @ 10.00 stop-at 10.00 post-only as s1
        continue -> s1 triggered; s1 cancelled: unfilled
    )");
}

TEST(VenueStops, TradeWithinTheCollarAroundTheirOwnPrice) {
    check(R"(
        set ACME collar 1%
        A2 sell 1 @ 10.00 as s1
        A2 sell 1 @ 10.10 as s2
        A2 sell 1 @ 10.11 as s3
        A1 buy 2 stop-at 10.00 as b1
        A1 has USD -> 1000000, 20.2 held
        A3 buy 1 @ 10.00 as b2
        continue
            -> b1 triggered; s2 makes 1 @ 10.10, 0 left; b1 takes 1 @ 10.10, 1 left
            -> b1 cancelled: collar
        A1 has USD -> 999989.9
    )");
}

TEST(VenueStops, PayWithoutACollarAsFarAsTheirHoldGoes) {
    check(R"(
        A2 sell 1 @ 10.00 as s1
        A2 sell 2 @ 10.00 as s2
        A2 sell 1 @ 10.50 as s3
        A1 buy 3 stop-at 10.00 as b1
        A1 has USD -> 1000000, 30 held
        A3 buy 1 @ 10.00 as b2
        continue
            -> b1 triggered; s2 makes 2 @ 10.00, 0 left; b1 takes 2 @ 10.00, 1 left
            -> b1 cancelled: funds
        A1 has USD -> 999980
    )");
}

TEST(VenueStops, WaitWhileTheirInstrumentDoesNotTradeAndMayBeCancelledThen) {
    check(R"(
        set ACME band 1%
        A1 buy 1 @ 10.20 stop-at 10.00 as b1
        A2 buy 1 @ 10.09 stop-at 10.00 as b2
        A3 buy 1 @ 10.08 stop-at 10.00 as b3
        A2 sell 1 @ 10.00 as s1
        A2 sell 1 @ 10.15 as s2
        A4 buy 1 @ 10.00 as b4
        continue -> b1 triggered; b1 cancelled: price band; ACME paused
        pending -> no
        A2 cancel b2 as x2 -> b2 cancelled: requested by x2
        A3 replace b3 with 2 @ 10.08 stop-at 10.00 as b6 -> refused: halted of b3
        resume ACME -> ACME trading
        pending -> yes
        continue -> b3 triggered
        pending -> no
    )");
}

TEST(VenueStops, TakeTurnsByInstrument) {
    check(R"(
        set ACME band 1% pause 10s
        set GLOBEX band 1% pause 10s
        A1 buy 1 @ 10.20 stop-at 10.00 as a1
        A1 buy 1 @ 10.09 stop-at 10.00 as a2
        A1 buy 1 @ 10.08 stop-at 10.00 as a3
        A1 buy 1 @ 10.20 stop-at 10.00 on GLOBEX as g1
        A1 buy 1 @ 10.09 stop-at 10.00 on GLOBEX as g2
        A2 sell 1 @ 10.00 on GLOBEX as s1
        A2 sell 1 @ 10.15 on GLOBEX as s2
        A2 sell 1 @ 10.00 as s3
        A2 sell 1 @ 10.15 as s4
        A3 buy 1 @ 10.00 on GLOBEX as b1
        continue -> g1 triggered; g1 cancelled: price band; GLOBEX paused
        A3 buy 1 @ 10.00 as b2
        continue -> a1 triggered; a1 cancelled: price band; ACME paused
        pending -> no
        at 10s
        tick -> ACME trading; GLOBEX trading
        A3 buy 1 @ 10.00 as b3 -> rejected: busy
        continue -> a2 triggered
        continue -> a3 triggered
        continue -> g2 triggered
        pending -> no
    )");
}

}  // namespace
}  // namespace tickweir::tests
