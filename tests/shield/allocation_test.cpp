// The shield takes no memory of the heap for a request, whatever becomes of it.
#include <gtest/gtest.h>

#include <array>

#include "gateway/shield/class_queues.hpp"
#include "gateway/shield/load_mode.hpp"
#include "gateway/shield/queue_delay.hpp"
#include "gateway/shield/session_shield.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::gateway::shield {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(ShieldAllocationTest, TakesNoMemoryPerRequest) {
    struct Request {
        std::array<char, 256> bytes;
    };
    SessionShieldLimits limits;
    limits.throttle.orders = Rate{1'000, 100};
    limits.throttle.quota = Rate{100, 10};
    SessionShield shield{limits};
    ClassQueues<Request> queues{QueueLimits{}};
    QueueDelay delay;
    LoadModes modes;
    book::TimeNs now{std::chrono::hours{500'000}};
    PerClass<std::uint64_t> admitted{};
    std::size_t expired = 0;

    const std::uint64_t before = tests::allocations();
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        now += microseconds{100};
        const PriorityClass urgency = priority_classes[i % 6];
        shield.breaker().received(i % 7 == 0, now);
        shield.breaker().backlog(i % 100, 100, now);
        if (i % 20'000 == 0) shield.on_logon();
        if (shield.admit(urgency, modes.mode(), i, now)) {
            ++admitted[class_index(urgency)];
            shield.breaker().answered(i, i % 3 == 0, milliseconds{i % 700}, now);
            const auto handle = queues.push(urgency, now, Request{});
            if (handle && i % 11 == 0) (void)queues.take(*handle);
        }
        expired += queues.expire(now, modes.mode(), 10, [](const auto&, ShedCause) {});
        if (i % 3 == 0) {
            if (const auto next = queues.pop(now, modes.mode()))
                delay.note(next->urgency, next->waited);
        }
        if (const auto standing = delay.close(now, queues.oldest_waits(now)))
            (void)modes.close_interval({.queue_delay = standing->of_orders}, now);
    }
    EXPECT_EQ(tests::allocations(), before);
    // It did all that it was to do without.
    for (const PriorityClass urgency : priority_classes)
        EXPECT_GT(admitted[class_index(urgency)], 0u) << to_string(urgency);
    EXPECT_GT(expired, 0u);
    EXPECT_GT(shield.counts().of(Admission::breaker_open, PriorityClass::order), 0u);
    EXPECT_GT(shield.counts().of(Admission::throttled, PriorityClass::order), 0u);
}

}  // namespace
}  // namespace tickweir::gateway::shield
