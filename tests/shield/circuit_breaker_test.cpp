// Every transition of a session's circuit breaker, with a clock of the test's own.
#include "gateway/shield/circuit_breaker.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr book::TimeNs start{hours{500'000}};
constexpr BreakerLimits limits{.rejected = SignalLimits{50, 10},
                               .malformed = SignalLimits{20, 5},
                               .slow_reader = SignalLimits{80, 5},
                               .slow_answer = SignalLimits{90, 10},
                               .backlog_percent = 75,
                               .answer_max = milliseconds{100},
                               .window = seconds{10},
                               .open_for = seconds{5},
                               .probes = 4,
                               .probe_wait = seconds{2}};

class CircuitBreakerTest : public testing::Test {
protected:
    bool admit() { return breaker.admit(++sequence, now); }
    void answer(bool rejected, nanoseconds took = nanoseconds{0}) {
        (void)admit();
        breaker.answered(sequence, rejected, took, now);
    }
    void trip() {
        for (int i = 0; i < 10; ++i)
            answer(true);
        ASSERT_EQ(breaker.state(), BreakerState::open);
    }
    /// Opens it and waits; the probe that half-opens it is not asked for yet.
    void half_open() {
        trip();
        now += limits.open_for;
        breaker.tick(now);
        ASSERT_EQ(breaker.state(), BreakerState::half_open);
    }

    CircuitBreaker breaker{limits};
    book::TimeNs now = start;
    std::uint64_t sequence = 0;
};

TEST_F(CircuitBreakerTest, OpensOnEachSignalAtItsShareAndNotBefore) {
    struct Row {
        BreakerSignal cause;
        int good, bad;  // the last bad one opens
        std::function<void(CircuitBreaker&, bool)> signal;
    };
    const Row rows[] = {
        {BreakerSignal::rejected, 5, 5,
         [](auto& it, bool bad) { it.answered(1, bad, nanoseconds{0}, start); }},
        {BreakerSignal::malformed, 8, 2, [](auto& it, bool bad) { it.received(bad, start); }},
        {BreakerSignal::slow_reader, 2, 8,
         [](auto& it, bool bad) { it.backlog(bad ? 75 : 74, 100, start); }},
        {BreakerSignal::slow_answer, 2, 18,
         [](auto& it, bool bad) {
             it.answered(1, false, milliseconds{100} + nanoseconds{bad ? 1 : 0}, start);
         }},
    };
    for (const Row& row : rows) {
        CircuitBreaker tested{limits};
        for (int i = 0; i < row.good; ++i)
            row.signal(tested, false);
        for (int i = 0; i < row.bad; ++i) {
            EXPECT_EQ(tested.state(), BreakerState::closed) << to_string(row.cause) << i;
            row.signal(tested, true);
        }
        EXPECT_EQ(tested.state(), BreakerState::open) << to_string(row.cause);
        EXPECT_EQ(tested.take_change(),
                  (BreakerChange{BreakerState::closed, BreakerState::open, row.cause}));
        EXPECT_EQ(tested.take_change(), std::nullopt);
        EXPECT_FALSE(tested.admit(100, start));
    }
}

TEST_F(CircuitBreakerTest, SaysNothingOfFewEvents) {
    for (int i = 0; i < 9; ++i)
        answer(true);
    EXPECT_EQ(breaker.state(), BreakerState::closed);
    answer(true);
    EXPECT_EQ(breaker.state(), BreakerState::open);
    EXPECT_EQ(breaker.counts().opened, 1u);
}

TEST_F(CircuitBreakerTest, ForgetsWhatIsOlderThanItsWindow) {
    for (int i = 0; i < 9; ++i)
        answer(true);
    now += limits.window;
    for (int i = 0; i < 9; ++i)
        answer(true);
    EXPECT_EQ(breaker.state(), BreakerState::closed);
    answer(true);
    EXPECT_EQ(breaker.state(), BreakerState::open);
}

TEST_F(CircuitBreakerTest, IgnoresSignalsThatHaveNoLimits) {
    CircuitBreaker tested{{.rejected = std::nullopt,
                           .malformed = std::nullopt,
                           .slow_reader = std::nullopt,
                           .slow_answer = std::nullopt}};
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        tested.answered(i, true, hours{1}, now);
        tested.received(true, now);
        tested.backlog(100, 100, now);
    }
    EXPECT_EQ(tested.state(), BreakerState::closed);
}

TEST_F(CircuitBreakerTest, RefusesWhileItIsOpenAndHalfOpensByItself) {
    trip();
    const book::TimeNs opened = now;
    now = opened + limits.open_for - nanoseconds{1};
    EXPECT_FALSE(admit());
    EXPECT_EQ(breaker.state(), BreakerState::open);
    now = opened + limits.open_for;
    EXPECT_TRUE(admit());
    EXPECT_EQ(breaker.state(), BreakerState::half_open);
    EXPECT_EQ(breaker.counts(), (BreakerCounts{.opened = 1, .half_opened = 1, .refused = 1}));
}

TEST_F(CircuitBreakerTest, LetsExactlyItsProbesThrough) {
    half_open();
    int admitted = 0;
    for (int i = 0; i < 100; ++i)
        admitted += admit() ? 1 : 0;
    EXPECT_EQ(admitted, 4);
    EXPECT_EQ(breaker.counts().refused, 96u);
}

TEST_F(CircuitBreakerTest, ClosesWhenTooFewProbesAreBad) {
    half_open();
    for (const bool rejected : {true, false, false}) {
        answer(rejected);
        EXPECT_EQ(breaker.state(), BreakerState::half_open);
    }
    answer(false);
    EXPECT_EQ(breaker.state(), BreakerState::closed);
    EXPECT_EQ(breaker.counts().closed, 1u);
    // What was before it is forgotten.
    for (int i = 0; i < 9; ++i)
        answer(true);
    EXPECT_EQ(breaker.state(), BreakerState::closed);
}

TEST_F(CircuitBreakerTest, HoldsNothingAgainstASessionThatCameWhileItWasOpen) {
    trip();
    for (std::uint64_t i = 0; i < 100; ++i) {
        breaker.answered(i, true, hours{1}, now);
        breaker.received(true, now);
        breaker.backlog(100, 100, now);
    }
    EXPECT_EQ(breaker.counts().opened, 1u);
    now += limits.open_for;
    for (int i = 0; i < 4; ++i)
        answer(false);
    ASSERT_EQ(breaker.state(), BreakerState::closed);
    answer(true, hours{1});
    breaker.received(true, now);
    breaker.backlog(100, 100, now);
    EXPECT_EQ(breaker.state(), BreakerState::closed);
}

TEST_F(CircuitBreakerTest, OpensAgainWhenTheProbesAreNoBetter) {
    half_open();
    for (const bool rejected : {true, false, false})
        answer(rejected);
    answer(true);
    EXPECT_EQ(breaker.state(), BreakerState::open);
    EXPECT_EQ(breaker.cause(), BreakerSignal::rejected);
    EXPECT_EQ(breaker.counts().opened, 2u);
    now += limits.open_for - nanoseconds{1};
    EXPECT_FALSE(admit());
    now += nanoseconds{1};
    for (int i = 0; i < 4; ++i)
        answer(false, limits.answer_max + nanoseconds{1});
    EXPECT_EQ(breaker.state(), BreakerState::open);
    EXPECT_EQ(breaker.cause(), BreakerSignal::slow_answer);
}

TEST_F(CircuitBreakerTest, JudgesNothingButTheAnswersToItsProbes) {
    half_open();
    // Of requests from before: whatever they say, they are no probes.
    for (std::uint64_t i = 1; i <= 10; ++i)
        breaker.answered(i, true, hours{1}, now);
    EXPECT_EQ(breaker.state(), BreakerState::half_open);
    EXPECT_TRUE(admit());
    breaker.answered(sequence, false, nanoseconds{0}, now);
    // The same answer does not count twice.
    for (int i = 0; i < 10; ++i)
        breaker.answered(sequence, false, nanoseconds{0}, now);
    EXPECT_EQ(breaker.state(), BreakerState::half_open);
}

TEST_F(CircuitBreakerTest, OpensAgainOnAMalformedMessageOrAFullQueue) {
    half_open();
    breaker.received(false, now);
    breaker.backlog(0, 100, now);
    EXPECT_EQ(breaker.state(), BreakerState::half_open);
    breaker.received(true, now);
    EXPECT_EQ(breaker.state(), BreakerState::open);
    EXPECT_EQ(breaker.cause(), BreakerSignal::malformed);
    now += limits.open_for;
    breaker.tick(now);
    breaker.backlog(80, 100, now);
    EXPECT_EQ(breaker.state(), BreakerState::open);
    EXPECT_EQ(breaker.cause(), BreakerSignal::slow_reader);
}

TEST_F(CircuitBreakerTest, GivesThePlaceOfAShedProbeToAnother) {
    half_open();
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(admit());
    EXPECT_FALSE(admit());
    breaker.unanswered(sequence);  // was none
    EXPECT_FALSE(admit());
    breaker.unanswered(sequence - 3);
    EXPECT_TRUE(admit());
    EXPECT_FALSE(admit());
}

TEST_F(CircuitBreakerTest, NeverWaitsForAnswersThatDoNotCome) {
    half_open();
    answer(false);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(admit());
    const std::uint64_t lost = sequence;
    now += limits.probe_wait - nanoseconds{1};
    EXPECT_FALSE(admit());
    now += nanoseconds{1};
    // The one answer that came still counts, the lost three are asked for anew.
    EXPECT_TRUE(admit());
    breaker.answered(lost, true, nanoseconds{0}, now);
    breaker.answered(sequence, false, nanoseconds{0}, now);
    answer(false);
    EXPECT_EQ(breaker.state(), BreakerState::half_open);
    answer(false);
    EXPECT_EQ(breaker.state(), BreakerState::closed);
}

TEST_F(CircuitBreakerTest, WaitsForTheProbeThatItLetThroughLast) {
    half_open();
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(admit());
    now += milliseconds{1'500};
    EXPECT_TRUE(admit());
    now += limits.probe_wait - nanoseconds{1};
    EXPECT_FALSE(admit());
    now += nanoseconds{1};
    EXPECT_TRUE(admit());
}

TEST_F(CircuitBreakerTest, BeginsItsProbesAnewAtALogon) {
    half_open();
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(admit());
    breaker.on_logon();
    EXPECT_EQ(breaker.state(), BreakerState::half_open);
    sequence = 0;
    for (int i = 0; i < 4; ++i)
        answer(false);
    EXPECT_EQ(breaker.state(), BreakerState::closed);
}

TEST_F(CircuitBreakerTest, ObeysItsOperatorFromEveryState) {
    struct Row {
        BreakerForce force;
        BreakerState state;
        bool admits;
    };
    const Row rows[] = {{BreakerForce::open, BreakerState::forced_open, false},
                        {BreakerForce::closed, BreakerState::forced_closed, true},
                        {BreakerForce::disabled, BreakerState::disabled, true}};
    for (const Row& first : rows) {
        for (const Row& second : rows) {
            CircuitBreaker tested{limits};
            for (std::uint64_t i = 0; i < 10; ++i)
                tested.answered(i, true, nanoseconds{0}, now);
            tested.force(first.force);
            tested.force(second.force);
            EXPECT_EQ(tested.state(), second.state);
            // Neither time nor signals move it.
            for (std::uint64_t i = 0; i < 100; ++i)
                tested.answered(i, true, nanoseconds{0}, now + hours{1});
            EXPECT_EQ(tested.admit(1, now + hours{1}), second.admits);
            EXPECT_EQ(tested.state(), second.state);
            tested.force(BreakerForce::none);
            EXPECT_EQ(tested.state(), BreakerState::closed);
            tested.answered(1, true, nanoseconds{0}, now + hours{1});
            EXPECT_EQ(tested.state(), BreakerState::closed);
        }
    }
}

TEST_F(CircuitBreakerTest, TellsThatAnOperatorOpenedIt) {
    breaker.force(BreakerForce::open);
    EXPECT_EQ(breaker.take_change(), (BreakerChange{BreakerState::closed, BreakerState::forced_open,
                                                    BreakerSignal::operator_}));
    breaker.force(BreakerForce::none);
    breaker.force(BreakerForce::open);
    EXPECT_EQ(breaker.take_change(), std::nullopt);
}

TEST_F(CircuitBreakerTest, KeepsWhatItMeasuredIfNothingWasForced) {
    trip();
    breaker.force(BreakerForce::none);
    EXPECT_EQ(breaker.state(), BreakerState::open);
    EXPECT_EQ(breaker.cause(), BreakerSignal::rejected);
}

TEST_F(CircuitBreakerTest, HalfOpensInTimeAlthoughTheClockWasSetBack) {
    trip();
    now -= hours{1};
    EXPECT_FALSE(admit());
    now += limits.open_for;
    EXPECT_TRUE(admit());
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(admit());
    now -= hours{1};
    EXPECT_FALSE(admit());
    now += limits.probe_wait;
    EXPECT_TRUE(admit());
}

TEST_F(CircuitBreakerTest, TakesTheShareOfABacklogExactly) {
    // 75 % of 250 is 187.5; an empty queue is never full.
    for (int i = 0; i < 10; ++i)
        breaker.backlog(186, 250, now);
    for (int i = 0; i < 100; ++i)
        breaker.backlog(0, i % 2 == 0 ? 0 : 1, now);
    EXPECT_EQ(breaker.state(), BreakerState::closed);
    breaker.force(BreakerForce::disabled);
    breaker.force(BreakerForce::none);
    for (int i = 0; i < 5; ++i)
        breaker.backlog(188, 250, now);
    EXPECT_EQ(breaker.state(), BreakerState::open);
}

TEST_F(CircuitBreakerTest, TakesAnyBacklogWithoutOverflow) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    for (int i = 0; i < 100; ++i) {
        breaker.backlog(most / 4 * 3 - 100, most, now);
    }
    EXPECT_EQ(breaker.state(), BreakerState::closed);
    for (int i = 0; i < 1'000; ++i)
        breaker.backlog(most, most, now);
    EXPECT_EQ(breaker.state(), BreakerState::open);
}

TEST_F(CircuitBreakerTest, BoundsTheNumberOfItsProbes) {
    for (const std::uint32_t asked : {0U, 1'000'000U}) {
        BreakerLimits changed = limits;
        changed.probes = asked;
        CircuitBreaker tested{changed};
        for (std::uint64_t i = 0; i < 10; ++i)
            tested.answered(i, true, nanoseconds{0}, now);
        std::size_t admitted = 0;
        for (std::uint64_t i = 0; i < 100; ++i)
            admitted += tested.admit(i, now + limits.open_for) ? 1U : 0U;
        EXPECT_EQ(admitted, asked == 0 ? 1 : CircuitBreaker::probes_max);
    }
}

TEST_F(CircuitBreakerTest, TakesNewLimitsInAnyState) {
    half_open();
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(admit());
    BreakerLimits changed = limits;
    changed.probes = 1;
    breaker.set_limits(changed);
    EXPECT_EQ(breaker.state(), BreakerState::half_open);
    answer(false);
    EXPECT_EQ(breaker.state(), BreakerState::closed);
}

}  // namespace
}  // namespace tickweir::gateway::shield
