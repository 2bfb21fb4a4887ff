// A session's circuit breaker as its clients meet it: what opens it, and how it closes again.
#include "gateway/fix/orders/desk/order_desk.hpp"
#include "tests/fix_desk/desk_bed.hpp"

namespace tickweir::tests {
namespace {

struct OrderDeskBreakerTest : testing::Test {
    static DeskOptions with(const shield::SessionShieldLimits& limits) {
        DeskOptions options;
        options.sessions[0].shield = limits;
        return options;
    }
    static void garble(DeskBed& bed, int times) {
        for (int i = 0; i < times; ++i)
            bed.desk->on_malformed(client1, bed.now);
    }
    static shield::BreakerState state(const DeskBed& bed) {
        return bed.desk->shield(client1).breaker().state();
    }
};

TEST_F(OrderDeskBreakerTest, OpensForWhoIsMostlyRejectedAndClosesAgain) {
    shield::SessionShieldLimits limits = no_shield();
    limits.breaker.rejected = shield::SignalLimits{50, 10};
    limits.breaker.probes = 2;
    limits.breaker.open_for = 5s;
    DeskBed bed{with(limits)};
    bed.answer(client1, "D", limit_order_text("good"), {});
    for (int i = 0; i < 12; ++i)
        bed.answer(client1, "D", limit_order_text("o" + std::to_string(i), '1', "0.00"), {});
    EXPECT_EQ(bed.desk->shield(client1).breaker().state(), shield::BreakerState::open);
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("x"), {39, 103, 58}),
              (Heard{"8 39=8 103=99 58=breaker: too many orders rejected"}));
    EXPECT_EQ(bed.answer(client1, "F", cancel_text("c", "good"), {11, 150}),
              (Heard{"8 11=c 150=4"}))
        << "what reduces risk passes";
    EXPECT_EQ(bed.counts().breakers_open, 0U) << "not sampled yet";
    bed.pass(250ms);
    EXPECT_EQ(bed.counts().breakers_open, 1U);
    bed.pass(5s);
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("p1"), {150}), (Heard{"8 150=0"}));
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("p2"), {150}), (Heard{"8 150=0"}));
    EXPECT_EQ(bed.desk->shield(client1).breaker().state(), shield::BreakerState::closed);
}

TEST_F(OrderDeskBreakerTest, OpensForMalformedMessages) {
    shield::SessionShieldLimits limits = no_shield();
    limits.breaker.malformed = shield::SignalLimits{20, 5};
    DeskBed bed{with(limits)};
    for (int i = 0; i < 5; ++i)
        bed.ask(client1, "D", "55=ACME|54=1|60=20260102-10:00:00|38=10|40=2|44=1|");
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("x"), {58}).back(),
              "8 58=breaker: too many malformed messages");
}

TEST_F(OrderDeskBreakerTest, OpensForWhoDoesNotRead) {
    shield::SessionShieldLimits limits = no_shield();
    limits.breaker.slow_reader = shield::SignalLimits{80, 3};
    DeskBed bed{with(limits)};
    bed.output.sessions[client1].queued = 800;
    for (int i = 0; i < 4; ++i)
        bed.pass(250ms);
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("x"), {58}).back(),
              "8 58=breaker: answers are not read");
    EXPECT_EQ(bed.output.sessions[client1].end, "") << "it is not cut in L0";
    bed.shard.set_mode(shield::LoadMode::shed);
    bed.pass(250ms);
    EXPECT_EQ(bed.output.sessions[client1].end, "shed: answers are not read");
    EXPECT_EQ(bed.output.sessions[client2].end, "");
}

TEST_F(OrderDeskBreakerTest, DoesWhatAnOperatorSays) {
    DeskBed bed;
    bed.desk->force_breaker(client1, shield::BreakerForce::open, {});
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("a"), {58}),
              (Heard{"8 58=breaker: opened by the operator"}));
    bed.desk->force_breaker(client1, shield::BreakerForce::none, {});
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("a"), {150}), (Heard{"8 150=0"}));
}

TEST_F(OrderDeskBreakerTest, CountsWhatNeverBecameAMessageAmongAllThatCame) {
    shield::SessionShieldLimits limits = no_shield();
    limits.breaker.malformed = shield::SignalLimits{20, 10};
    DeskBed bed{with(limits)};
    for (int i = 0; i < 8; ++i)
        bed.answer(client1, "D", limit_order_text("o" + std::to_string(i)), {});
    garble(bed, 1);
    EXPECT_EQ(state(bed), shield::BreakerState::closed) << "one of nine says nothing yet";
    garble(bed, 1);
    EXPECT_EQ(state(bed), shield::BreakerState::open) << "two of ten are a fifth";
    EXPECT_EQ(bed.counts().garbled, 2U);
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("x"), {39, 103, 58}),
              (Heard{"8 39=8 103=99 58=breaker: too many malformed messages"}));
    EXPECT_EQ(bed.answer(client1, "F", cancel_text("c", "o0"), {11, 150}), (Heard{"8 11=c 150=4"}));
    EXPECT_EQ(bed.answer(client2, "D", limit_order_text("y"), {150}), (Heard{"8 150=0"}))
        << "another session's is not concerned";
}

TEST_F(OrderDeskBreakerTest, StaysOpenAsLongAsGarbageComesAndClosesBehindIt) {
    shield::SessionShieldLimits limits = no_shield();
    limits.breaker.malformed = shield::SignalLimits{20, 5};
    limits.breaker.open_for = 5s;
    limits.breaker.probes = 2;
    DeskBed bed{with(limits)};
    garble(bed, 5);
    EXPECT_EQ(state(bed), shield::BreakerState::open);
    bed.pass(5s);
    EXPECT_EQ(state(bed), shield::BreakerState::half_open);
    garble(bed, 1);
    EXPECT_EQ(state(bed), shield::BreakerState::open);
    bed.pass(5s);
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("a"), {150}), (Heard{"8 150=0"}));
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("b"), {150}), (Heard{"8 150=0"}));
    EXPECT_EQ(state(bed), shield::BreakerState::closed);
    garble(bed, 4);
    EXPECT_EQ(state(bed), shield::BreakerState::closed) << "the window began anew";
}

}  // namespace
}  // namespace tickweir::tests
