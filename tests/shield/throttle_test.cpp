// How many requests a limiter admits, when, and what a clock that jumps changes about it.
#include "gateway/shield/throttle.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr book::TimeNs start{hours{500'000}};

/// How many of `asked` requests at one moment are admitted.
int admitted(Gcra& limiter, int asked, book::TimeNs now) {
    int count = 0;
    for (int i = 0; i < asked; ++i)
        count += limiter.admit(now) ? 1 : 0;
    return count;
}

TEST(GcraTest, AdmitsABurstAndThenOneEachInterval) {
    Gcra limiter{{.per_second = 10, .burst = 5}};
    EXPECT_EQ(admitted(limiter, 20, start), 5);
    EXPECT_EQ(limiter.conforms_at(), start + milliseconds{100});
    EXPECT_EQ(admitted(limiter, 20, start + milliseconds{100} - nanoseconds{1}), 0);
    EXPECT_EQ(admitted(limiter, 20, start + milliseconds{100}), 1);
    EXPECT_EQ(admitted(limiter, 20, start + milliseconds{350}), 2);
    EXPECT_EQ(admitted(limiter, 20, start + milliseconds{399}), 0);
    EXPECT_EQ(admitted(limiter, 20, start + milliseconds{400}), 1);
}

TEST(GcraTest, GathersNoMoreThanItsBurstWhileItIsIdle) {
    Gcra limiter{{.per_second = 10, .burst = 5}};
    EXPECT_EQ(admitted(limiter, 20, start), 5);
    EXPECT_EQ(admitted(limiter, 20, start + hours{10}), 5);
}

TEST(GcraTest, RefusalsCostNothing) {
    Gcra limiter{{.per_second = 10, .burst = 1}};
    EXPECT_EQ(admitted(limiter, 1'000'000, start), 1);
    EXPECT_EQ(admitted(limiter, 1, start + milliseconds{100}), 1);
}

TEST(GcraTest, IsNeverAboveARateThatDoesNotDivideASecond) {
    Gcra limiter{{.per_second = 3, .burst = 1}};
    int count = 0;
    for (book::TimeNs now = start; now < start + seconds{1}; now += milliseconds{1})
        count += limiter.admit(now) ? 1 : 0;
    EXPECT_EQ(count, 3);
    EXPECT_FALSE(limiter.admit(start + seconds{1}));
    EXPECT_TRUE(limiter.admit(start + seconds{1} + milliseconds{2}));
}

TEST(GcraTest, WaitsOneIntervalAfterAClockThatWasSetBack) {
    Gcra limiter{{.per_second = 10, .burst = 5}};
    EXPECT_EQ(admitted(limiter, 2, start), 2);
    const book::TimeNs back = start - hours{3};
    EXPECT_EQ(admitted(limiter, 20, back), 0);
    EXPECT_EQ(admitted(limiter, 20, back + milliseconds{99}), 0);
    EXPECT_EQ(admitted(limiter, 20, back + milliseconds{100}), 1);
    // And forth again: a burst, as after any rest.
    EXPECT_EQ(admitted(limiter, 20, start), 5);
}

TEST(GcraTest, TakesTheGreatestAndTheLeastRates) {
    constexpr auto most = std::numeric_limits<std::uint32_t>::max();
    Gcra fast{{.per_second = most, .burst = most}};
    EXPECT_EQ(admitted(fast, 1'000, start), 1'000);
    Gcra none{{.per_second = 0, .burst = 0}};
    EXPECT_EQ(admitted(none, 1'000, start), 1);
    EXPECT_EQ(admitted(none, 1'000, start + seconds{1}), 1);
    Gcra slow{{.per_second = 1, .burst = most}};
    EXPECT_EQ(admitted(slow, 1'000, start), 1'000);
    EXPECT_EQ(doubled({most, most}), (Rate{2'000'000'000, 2'000'000'000}));
}

TEST(GcraTest, KeepsWhatWasUsedWhenItsRateChanges) {
    Gcra limiter{{.per_second = 10, .burst = 5}};
    EXPECT_EQ(admitted(limiter, 20, start), 5);
    limiter.set_rate({.per_second = 10, .burst = 7});
    EXPECT_EQ(limiter.rate(), (Rate{10, 7}));
    EXPECT_EQ(admitted(limiter, 20, start), 2);
    limiter.set_rate({.per_second = 1'000, .burst = 1});
    EXPECT_EQ(admitted(limiter, 20, start), 0);
    EXPECT_EQ(admitted(limiter, 20, start + milliseconds{1}), 1);
}

TEST(GcraTest, CountsWhatWasUsedAtTheNewRate) {
    Gcra limiter{{.per_second = 1, .burst = 3}};
    EXPECT_EQ(admitted(limiter, 20, start), 3);
    limiter.set_rate({.per_second = 1'000, .burst = 100});
    EXPECT_EQ(admitted(limiter, 200, start), 97);
    EXPECT_EQ(admitted(limiter, 200, start + milliseconds{10}), 10);
    limiter.set_rate({.per_second = 1, .burst = 1});
    limiter.set_rate({.per_second = 1, .burst = 3});
    EXPECT_EQ(admitted(limiter, 20, start + milliseconds{10}), 0);
    EXPECT_EQ(admitted(limiter, 20, start + seconds{2}), 1);
    Gcra rested{{.per_second = 1'000'000, .burst = 1'000'000}};
    EXPECT_EQ(admitted(rested, 10, start), 10);
    rested.set_rate({.per_second = 1, .burst = 3});
    EXPECT_EQ(admitted(rested, 10, start + milliseconds{1}), 3);
}

TEST(ThrottleTest, LimitsEachKindOfRequestByItself) {
    Throttle throttle{{.orders = Rate{10, 3},
                       .cancels = doubled(Rate{10, 3}),
                       .queries = Rate{10, 2},
                       .quota = Rate{10, 1}}};
    struct Row {
        PriorityClass urgency;
        int admitted;
    };
    // In this order: P2 and P3 share the orders' limit, P4 and P5 that of queries.
    const Row rows[] = {{PriorityClass::control, 100}, {PriorityClass::risk_reducing, 6},
                        {PriorityClass::entitled, 3},  {PriorityClass::order, 0},
                        {PriorityClass::query, 2},     {PriorityClass::history, 0}};
    for (const Row& row : rows) {
        int count = 0;
        for (int i = 0; i < 100; ++i)
            count += throttle.admit(row.urgency, start) ? 1 : 0;
        EXPECT_EQ(count, row.admitted) << to_string(row.urgency);
    }
    EXPECT_TRUE(throttle.within_quota(start));
    EXPECT_FALSE(throttle.within_quota(start));
    EXPECT_TRUE(throttle.admit(PriorityClass::order, start + milliseconds{100}));
    EXPECT_FALSE(throttle.admit(PriorityClass::entitled, start + milliseconds{100}));
}

TEST(ThrottleTest, LimitsNothingThatHasNoLimit) {
    Throttle throttle{{.orders = std::nullopt,
                       .cancels = std::nullopt,
                       .queries = std::nullopt,
                       .quota = std::nullopt}};
    for (const PriorityClass urgency : priority_classes) {
        EXPECT_EQ(throttle.rate_of(urgency), std::nullopt);
        for (int i = 0; i < 10'000; ++i)
            ASSERT_TRUE(throttle.admit(urgency, start));
    }
    EXPECT_TRUE(throttle.within_quota(start));
}

TEST(ThrottleTest, ChangesItsLimitsWithoutForgettingWhatWasUsed) {
    Throttle throttle{{.orders = Rate{10, 3}}};
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(throttle.admit(PriorityClass::order, start));
    throttle.set_limits({.orders = Rate{10, 4}});
    EXPECT_EQ(throttle.rate_of(PriorityClass::order), (Rate{10, 4}));
    EXPECT_TRUE(throttle.admit(PriorityClass::order, start));
    EXPECT_FALSE(throttle.admit(PriorityClass::order, start));
    throttle.set_limits({.orders = std::nullopt});
    EXPECT_TRUE(throttle.admit(PriorityClass::order, start));
}

}  // namespace
}  // namespace tickweir::gateway::shield
