// What holds of the shield's machines whatever happens to them: random events, told by their seed.
#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "gateway/shield/class_schedule.hpp"
#include "gateway/shield/load_mode.hpp"
#include "gateway/shield/session_shield.hpp"
#include "tests/shield/random.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr book::TimeNs start{hours{500'000}};

TEST(ShieldPropertyTest, NoWindowHasMoreThanALimiterAllows) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 200; ++round) {
        const Rate rate{random.number(1, 5'000), random.number(1, 50)};
        Gcra limiter{rate};
        std::vector<std::int64_t> admitted;
        book::TimeNs now = start;
        const std::int64_t pause_max = 2'000'000'000 / rate.per_second;
        for (int i = 0; i < 400; ++i) {
            if (random.one_in(2)) now += nanoseconds{random.from(0, pause_max)};
            if (random.one_in(50)) now += nanoseconds{random.from(0, pause_max * rate.burst)};
            if (limiter.admit(now)) admitted.push_back(now.time_since_epoch().count());
        }
        for (std::size_t i = 0; i < admitted.size(); ++i) {
            for (std::size_t j = i; j < admitted.size(); ++j) {
                const std::int64_t allowed =
                    rate.burst + (admitted[j] - admitted[i]) * rate.per_second / 1'000'000'000;
                ASSERT_LE(static_cast<std::int64_t>(j - i + 1), allowed)
                    << rate.per_second << " a second, burst " << rate.burst;
            }
        }
    }
}

TEST(ShieldPropertyTest, AClockThatIsSetBackGivesNothingAway) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 200; ++round) {
        const Rate rate{random.number(1, 5'000), random.number(1, 50)};
        Gcra limiter{rate};
        const std::int64_t interval = 1'000'000'000 / rate.per_second;
        std::int64_t admitted = 0;
        std::int64_t forward = 0;
        book::TimeNs now = start;
        for (int i = 0; i < 1'000; ++i) {
            const std::int64_t pause = random.one_in(3) ? random.from(0, 2 * interval) : 0;
            forward += pause;
            now += nanoseconds{pause};
            if (random.one_in(20)) now -= nanoseconds{random.from(0, 100 * interval)};
            admitted += limiter.admit(now) ? 1 : 0;
            ASSERT_LE(admitted, rate.burst + forward * rate.per_second / 1'000'000'000 + 1);
        }
        // And whoever waits an interval is admitted.
        EXPECT_TRUE(limiter.admit(now + nanoseconds{interval + 1}));
    }
}

TEST(ShieldPropertyTest, WhoeverAlwaysAsksGetsTheWholeRate) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 50; ++round) {
        const Rate rate{random.number(1, 1'000), random.number(1, 50)};
        Gcra limiter{rate};
        const nanoseconds step{1'000'000'000 / rate.per_second / 10 + 1};
        std::int64_t admitted = 0;
        book::TimeNs now = start;
        for (int i = 0; i < 5'000; ++i, now += step)
            admitted += limiter.admit(now) ? 1 : 0;
        // One step is lost of each interval at most.
        const std::int64_t interval = 1'000'000'000 / rate.per_second + 1 + step.count();
        EXPECT_GE(admitted, (now - start).count() / interval);
    }
}

/// Counts turns between those of each class that waits without a break.
class Fairness {
public:
    void turn(ClassSet waiting, PriorityClass served) {
        if (served == PriorityClass::control) return;
        const bool lower = served > PriorityClass::risk_reducing;
        urgent_run_ = lower || !waiting.has_lower() ? 0 : urgent_run_ + 1;
        ASSERT_LE(urgent_run_, 64);
        for (std::size_t i = class_index(PriorityClass::entitled); i < 6; ++i) {
            if (!waiting.has(priority_classes[i]) || priority_classes[i] == served)
                lower_turns_[i] = 0;
            else
                lower_turns_[i] += lower ? 1 : 0;
            // The batches of the three others, and what was left of one more before it came.
            ASSERT_LE(lower_turns_[i], 15) << i;
        }
    }

private:
    int urgent_run_ = 0;
    PerClass<int> lower_turns_{};
};

TEST(ShieldPropertyTest, EveryClassThatWaitsIsServedItsFloor) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 50; ++round) {
        ClassSchedule schedule;
        Fairness fairness;
        ClassSet waiting;
        const std::int64_t calm = random.from(1, 200);
        for (int i = 0; i < 5'000; ++i) {
            for (const PriorityClass urgency : priority_classes) {
                if (!random.one_in(calm)) continue;
                const bool rare = urgency == PriorityClass::control && !random.one_in(10);
                if (rare || random.one_in(3))
                    waiting.remove(urgency);
                else
                    waiting.add(urgency);
            }
            const auto served = schedule.next(waiting);
            ASSERT_EQ(served.has_value(), !waiting.empty());
            if (!served) {
                fairness = {};
                continue;
            }
            ASSERT_TRUE(waiting.has(*served));
            fairness.turn(waiting, *served);
            if (testing::Test::HasFatalFailure()) return;
        }
    }
}

BreakerLimits random_breaker(Random& random) {
    BreakerLimits limits;
    limits.rejected = SignalLimits{random.number(10, 90), random.number(1, 20)};
    limits.malformed = SignalLimits{random.number(10, 90), random.number(1, 20)};
    limits.window = milliseconds{random.from(100, 5'000)};
    limits.open_for = milliseconds{random.from(10, 1'000)};
    limits.probe_wait = milliseconds{random.from(10, 1'000)};
    limits.probes = random.number(1, 32);
    return limits;
}

TEST(ShieldPropertyTest, ABreakerAlwaysClosesAgainByItself) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 100; ++round) {
        const BreakerLimits limits = random_breaker(random);
        CircuitBreaker breaker{limits};
        book::TimeNs now = start;
        std::uint64_t sequence = 0;
        for (int i = 0; i < 500; ++i) {
            now += milliseconds{random.from(0, 50)};
            if (random.one_in(100)) now -= milliseconds{random.from(0, 10'000)};
            if (breaker.admit(++sequence, now) && !random.one_in(4))
                breaker.answered(sequence, random.one_in(2), milliseconds{random.from(0, 2'000)},
                                 now);
            breaker.received(random.one_in(3), now);
        }
        // From now on the client behaves, whatever of its requests is still without an answer.
        const book::TimeNs good = now;
        while (breaker.state() != BreakerState::closed) {
            now += milliseconds{1};
            if (breaker.admit(++sequence, now))
                breaker.answered(sequence, false, nanoseconds{0}, now);
            ASSERT_LE(now - good, limits.open_for + limits.probe_wait + milliseconds{100});
        }
    }
}

TEST(ShieldPropertyTest, AHalfOpenBreakerHasNeverMoreProbesThanItMay) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 100; ++round) {
        const BreakerLimits limits = random_breaker(random);
        CircuitBreaker breaker{limits};
        book::TimeNs now = start;
        for (std::uint64_t i = 0; i < 100; ++i)
            breaker.answered(i, true, nanoseconds{0}, now);
        ASSERT_EQ(breaker.state(), BreakerState::open);
        now += limits.open_for;
        std::uint32_t probes = 0;
        for (std::uint64_t i = 100; i < 1'000; ++i) {
            if (random.one_in(10) && breaker.state() == BreakerState::half_open) {
                breaker.answered(static_cast<std::uint64_t>(random.from(0, 99)), true,
                                 nanoseconds{0}, now);
            }
            probes += breaker.admit(i, now) ? 1U : 0U;
        }
        EXPECT_EQ(probes, limits.probes);
    }
}

TEST(ShieldPropertyTest, LoadAndBreakersNeverRefuseACancel) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 100; ++round) {
        SessionShieldLimits limits;
        limits.throttle.orders = Rate{random.number(1, 100), random.number(1, 100)};
        limits.throttle.cancels = std::nullopt;
        limits.breaker = random_breaker(random);
        limits.escalation.reset();
        SessionShield shield{limits};
        book::TimeNs now = start;
        for (std::uint64_t i = 0; i < 1'000; ++i) {
            now += milliseconds{random.from(0, 10)};
            const auto mode = static_cast<LoadMode>(random.from(0, 4));
            const PriorityClass urgency = random.urgency();
            const Verdict verdict = shield.admit(urgency, mode, i, now);
            ASSERT_NE(verdict.admission, Admission::logout);
            ASSERT_EQ(verdict.text.empty(), static_cast<bool>(verdict));
            ASSERT_TRUE(verdict || !is_urgent(urgency));
            ASSERT_TRUE(!verdict || admits(mode, urgency));
            if (verdict && !is_urgent(urgency) && !random.one_in(5))
                shield.breaker().answered(i, random.one_in(2), nanoseconds{0}, now);
            shield.breaker().received(random.one_in(5), now);
        }
    }
}

LoadSample random_sample(Random& random) {
    LoadSample sample;
    if (random.one_in(2)) sample.queue_delay = microseconds{random.from(0, 20'000)};
    if (random.one_in(4)) sample.memory_percent = random.number(0, 100);
    if (random.one_in(4)) sample.log_lag = microseconds{random.from(0, 10'000)};
    if (random.one_in(4)) sample.disk_free_percent = random.number(0, 100);
    return sample;
}

TEST(ShieldPropertyTest, LoadModesAreLeftWithinASecondAfterTheirReason) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 200; ++round) {
        LoadModes modes;
        book::TimeNs now = start;
        const auto intervals = random.from(1, 2'000);
        LoadSample sample;
        for (std::int64_t i = 0; i < intervals; ++i, now += milliseconds{5}) {
            if (random.one_in(5)) sample = random_sample(random);
            const LoadMode before = modes.mode();
            const auto change = modes.close_interval(sample, now);
            ASSERT_EQ(change.has_value(), before != modes.mode());
            // Down one at a time, and never to the last one.
            ASSERT_GE(static_cast<int>(modes.mode()), static_cast<int>(before) - 1);
            ASSERT_NE(modes.mode(), LoadMode::stopped);
        }
        for (int i = 0; i < 200; ++i, now += milliseconds{5})
            (void)modes.close_interval({}, now);
        ASSERT_EQ(modes.mode(), LoadMode::normal);
    }
}

TEST(ShieldPropertyTest, LoadModesChangeABoundedNumberOfTimesASecond) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 50; ++round) {
        LoadModes modes;
        book::TimeNs now = start;
        std::deque<book::TimeNs> changes;
        const std::int64_t hostility = random.from(1, 20);
        for (int i = 0; i < 4'000; ++i, now += milliseconds{5}) {
            // The worst case: load that is gone as soon as a mode acts on it.
            const bool calm = modes.mode() != LoadMode::normal || random.one_in(hostility + 1);
            const LoadSample sample = calm ? LoadSample{} : LoadSample{.memory_percent = 61};
            if (modes.close_interval(sample, now)) changes.push_back(now);
            while (!changes.empty() && changes.front() <= now - seconds{1})
                changes.pop_front();
            ASSERT_LE(changes.size(), 14u);
        }
    }
}

}  // namespace
}  // namespace tickweir::gateway::shield
