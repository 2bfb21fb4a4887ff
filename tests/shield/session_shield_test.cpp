// The order in which a session's requests are judged, and the words of each refusal.
#include "gateway/shield/session_shield.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr book::TimeNs start{hours{500'000}};

SessionShieldLimits small_limits() {
    SessionShieldLimits limits;
    limits.throttle = {.orders = Rate{10, 10},
                       .cancels = doubled(Rate{10, 10}),
                       .queries = Rate{10, 2},
                       .quota = Rate{10, 3}};
    limits.breaker.rejected = SignalLimits{50, 10};
    limits.breaker.probes = 2;
    limits.escalation = EscalationLimits{.refusals_max = 20, .window = seconds{10}};
    return limits;
}

class SessionShieldTest : public testing::Test {
protected:
    Verdict ask(PriorityClass urgency, LoadMode mode = LoadMode::normal) {
        return shield.admit(urgency, mode, ++sequence, now);
    }
    Admission admission(PriorityClass urgency, LoadMode mode = LoadMode::normal) {
        return ask(urgency, mode).admission;
    }
    void open_breaker() {
        for (int i = 0; i < 10; ++i)
            shield.breaker().answered(1'000, true, nanoseconds{0}, now);
        ASSERT_EQ(shield.breaker().state(), BreakerState::open);
    }

    SessionShield shield{small_limits()};
    book::TimeNs now = start;
    std::uint64_t sequence = 0;
};

TEST_F(SessionShieldTest, ThrottlesOrdersAndQueriesWithTheirNumbers) {
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(ask(i % 2 == 0 ? PriorityClass::order : PriorityClass::entitled));
    const Verdict refused = ask(PriorityClass::order);
    EXPECT_EQ(refused.admission, Admission::throttled);
    EXPECT_EQ(refused.text, "throttled: more than 10 orders a second");
    EXPECT_EQ(ask(PriorityClass::entitled).text, refused.text);
    EXPECT_TRUE(ask(PriorityClass::query));
    EXPECT_TRUE(ask(PriorityClass::history));
    EXPECT_EQ(ask(PriorityClass::query).text, "throttled: more than 10 queries a second");
    EXPECT_EQ(admission(PriorityClass::history), Admission::throttled);
    now += milliseconds{100};
    EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_EQ(shield.counts().of(Admission::throttled, PriorityClass::order), 1u);
    EXPECT_EQ(shield.counts().of(Admission::admitted, PriorityClass::order), 6u);
}

TEST_F(SessionShieldTest, NeverThrottlesCancelsButEndsASessionThatAbusesThem) {
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(ask(PriorityClass::risk_reducing));
    const Verdict verdict = ask(PriorityClass::risk_reducing);
    EXPECT_EQ(verdict.admission, Admission::logout);
    EXPECT_EQ(verdict.text, "throttled: more than 20 cancels a second");
    // From then on nothing but P0, however long it takes.
    now += hours{1};
    EXPECT_EQ(admission(PriorityClass::risk_reducing), Admission::logout);
    EXPECT_EQ(ask(PriorityClass::order).text, verdict.text);
    EXPECT_TRUE(ask(PriorityClass::control));
    shield.on_logon();
    EXPECT_TRUE(ask(PriorityClass::risk_reducing));
    EXPECT_TRUE(ask(PriorityClass::order));
}

TEST_F(SessionShieldTest, LogsOutWhoIsRefusedTooOften) {
    for (int i = 0; i < 10 + 20; ++i)
        EXPECT_NE(admission(PriorityClass::order), Admission::logout);
    const Verdict verdict = ask(PriorityClass::order);
    EXPECT_EQ(verdict.admission, Admission::logout);
    EXPECT_EQ(verdict.text, "throttled: more than 20 refused in 10 s");
    shield.on_logon();
    // What it used is used, but its refusals are forgiven.
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(admission(PriorityClass::order), Admission::throttled);
    EXPECT_EQ(admission(PriorityClass::order), Admission::logout);
}

TEST_F(SessionShieldTest, ForgetsRefusalsAfterTheWindow) {
    for (int i = 0; i < 10 + 20; ++i)
        EXPECT_NE(admission(PriorityClass::order), Admission::logout);
    now += seconds{11};
    for (int i = 0; i < 10 + 20; ++i)
        EXPECT_NE(admission(PriorityClass::order), Admission::logout);
}

TEST_F(SessionShieldTest, LogsNobodyOutWithoutAnEscalation) {
    SessionShieldLimits limits = small_limits();
    limits.escalation.reset();
    shield.set_limits(limits);
    for (int i = 0; i < 10'000; ++i)
        ASSERT_NE(admission(PriorityClass::order), Admission::logout);
}

TEST_F(SessionShieldTest, DoesNotHoldLoadAgainstASession) {
    for (int i = 0; i < 100; ++i) {
        now += milliseconds{100};
        const Verdict verdict = ask(PriorityClass::order, LoadMode::protect);
        EXPECT_EQ(verdict.admission, Admission::shed);
        EXPECT_EQ(verdict.shed, ShedCause::mode);
        EXPECT_EQ(verdict.text, "shed: load mode L3: entitled orders and cancels only");
    }
    EXPECT_TRUE(ask(PriorityClass::entitled, LoadMode::protect));
}

TEST_F(SessionShieldTest, ShedsWhatIsOverQuotaInL2Only) {
    for (int i = 0; i < 3; ++i) {
        const Verdict verdict = ask(PriorityClass::order, LoadMode::shed);
        EXPECT_TRUE(verdict);
        EXPECT_FALSE(verdict.over_quota);
    }
    const Verdict over = ask(PriorityClass::order, LoadMode::shed);
    EXPECT_EQ(over.admission, Admission::shed);
    EXPECT_TRUE(over.over_quota);
    EXPECT_EQ(over.text, "shed: load mode L2: no queries, no orders over quota");
    const Verdict calm = ask(PriorityClass::order, LoadMode::trim);
    EXPECT_TRUE(calm);
    EXPECT_TRUE(calm.over_quota);
    // Entitled orders have no quota.
    EXPECT_TRUE(ask(PriorityClass::entitled, LoadMode::shed));
    EXPECT_FALSE(ask(PriorityClass::query, LoadMode::shed));
}

TEST_F(SessionShieldTest, CountsOnlyOrdersAgainstTheQuota) {
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(ask(PriorityClass::entitled, LoadMode::shed));
    EXPECT_TRUE(ask(PriorityClass::query));
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(ask(PriorityClass::order, LoadMode::shed));
    const Verdict entitled = ask(PriorityClass::entitled, LoadMode::shed);
    EXPECT_TRUE(entitled);
    EXPECT_FALSE(entitled.over_quota);
}

TEST_F(SessionShieldTest, CountsTheQuotaInEveryMode) {
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_EQ(admission(PriorityClass::order, LoadMode::shed), Admission::shed);
}

TEST_F(SessionShieldTest, AdmitsCancelsAndControlThroughAnOpenBreaker) {
    open_breaker();
    EXPECT_TRUE(ask(PriorityClass::control));
    EXPECT_TRUE(ask(PriorityClass::risk_reducing));
    for (const PriorityClass urgency : {PriorityClass::entitled, PriorityClass::order,
                                        PriorityClass::query, PriorityClass::history}) {
        const Verdict verdict = ask(urgency);
        EXPECT_EQ(verdict.admission, Admission::breaker_open) << to_string(urgency);
        EXPECT_EQ(verdict.text, "breaker: too many orders rejected");
    }
    EXPECT_EQ(shield.breaker().counts().refused, 4u);
}

TEST_F(SessionShieldTest, LogsOutWhoKeepsAskingAnOpenBreaker) {
    open_breaker();
    for (int i = 0; i < 20; ++i) {
        now += milliseconds{100};
        EXPECT_EQ(admission(PriorityClass::order), Admission::breaker_open);
    }
    EXPECT_EQ(admission(PriorityClass::order), Admission::logout);
}

TEST_F(SessionShieldTest, SpendsNoProbeOnWhatSomethingElseRefuses) {
    open_breaker();
    now += seconds{5};
    shield.breaker().tick(now);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(admission(PriorityClass::order, LoadMode::protect), Admission::shed);
    EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_EQ(admission(PriorityClass::order), Admission::breaker_open);
    shield.breaker().answered(sequence - 1, false, nanoseconds{0}, now);
    shield.breaker().answered(sequence - 2, false, nanoseconds{0}, now);
    EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_EQ(shield.breaker().state(), BreakerState::closed);
}

TEST_F(SessionShieldTest, ForgetsItsProbesAtALogon) {
    open_breaker();
    now += seconds{5};
    EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_EQ(admission(PriorityClass::order), Admission::breaker_open);
    shield.on_logon();
    EXPECT_TRUE(ask(PriorityClass::order));
}

TEST_F(SessionShieldTest, RefusesCancelsInNoModeButTheLast) {
    for (const LoadMode mode : {LoadMode::normal, LoadMode::trim, LoadMode::shed, LoadMode::protect,
                                LoadMode::cancel_only}) {
        EXPECT_TRUE(ask(PriorityClass::risk_reducing, mode));
        EXPECT_TRUE(ask(PriorityClass::control, mode));
    }
    for (const PriorityClass urgency : priority_classes) {
        const Verdict verdict = ask(urgency, LoadMode::stopped);
        EXPECT_EQ(verdict.admission, Admission::shed);
        EXPECT_EQ(verdict.shed, ShedCause::stopped);
        EXPECT_EQ(verdict.text, "stopped: log failed");
    }
}

TEST_F(SessionShieldTest, ThrottlesBeforeItSheds) {
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(admission(PriorityClass::order, LoadMode::cancel_only), Admission::shed);
    EXPECT_EQ(admission(PriorityClass::order, LoadMode::cancel_only), Admission::throttled);
}

TEST_F(SessionShieldTest, KeepsItsTextsWhenItIsMoved) {
    for (int i = 0; i < 21; ++i)
        (void)ask(PriorityClass::risk_reducing);
    SessionShield moved = std::move(shield);
    EXPECT_EQ(moved.admit(PriorityClass::order, LoadMode::normal, 1, now).text,
              "throttled: more than 20 cancels a second");
}

TEST_F(SessionShieldTest, TakesNewLimitsAndTheirTexts) {
    SessionShieldLimits limits = small_limits();
    limits.throttle.orders = Rate{7, 1};
    shield.set_limits(limits);
    EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_EQ(ask(PriorityClass::order).text, "throttled: more than 7 orders a second");
}

TEST_F(SessionShieldTest, TakesNewLimitsOfItsBreakerAndItsEscalation) {
    SessionShieldLimits limits = small_limits();
    limits.breaker.rejected = SignalLimits{50, 11};
    limits.escalation = EscalationLimits{.refusals_max = 2, .window = seconds{100}};
    shield.set_limits(limits);
    for (int i = 0; i < 10; ++i)
        shield.breaker().answered(1'000, true, nanoseconds{0}, now);
    EXPECT_EQ(shield.breaker().state(), BreakerState::closed);
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_EQ(admission(PriorityClass::order), Admission::throttled);
    now += milliseconds{100};
    EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_EQ(admission(PriorityClass::order), Admission::throttled);
    now += seconds{60};
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(ask(PriorityClass::order));
    EXPECT_EQ(admission(PriorityClass::order), Admission::logout);
}

TEST_F(SessionShieldTest, HasShortTexts) {
    SessionShieldLimits limits = small_limits();
    constexpr auto most = std::numeric_limits<std::uint32_t>::max();
    limits.throttle.orders = Rate{most, 1};
    limits.throttle.cancels = Rate{most, 1};
    limits.throttle.queries = Rate{most, 1};
    limits.escalation = EscalationLimits{most, seconds{86'400}};
    shield.set_limits(limits);
    for (const PriorityClass urgency :
         {PriorityClass::order, PriorityClass::query, PriorityClass::risk_reducing}) {
        (void)ask(urgency);
        const Verdict verdict = ask(urgency);
        EXPECT_FALSE(verdict);
        EXPECT_LT(verdict.text.size(), 64u) << verdict.text;
    }
}

}  // namespace
}  // namespace tickweir::gateway::shield
