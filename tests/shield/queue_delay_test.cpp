// What an interval comes to: the least wait of each class, and of orders as a whole.
#include "gateway/shield/queue_delay.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr book::TimeNs start{hours{500'000}};
constexpr milliseconds interval{5};
using Waits = PerClass<std::optional<nanoseconds>>;

TEST(QueueDelayTest, AnswersOnceAnInterval) {
    QueueDelay delay{interval};
    EXPECT_EQ(delay.due(), std::nullopt);
    EXPECT_EQ(delay.close(start, Waits{}), std::nullopt);
    EXPECT_EQ(delay.due(), start + interval);
    EXPECT_EQ(delay.close(start + interval - nanoseconds{1}, Waits{}), std::nullopt);
    EXPECT_EQ(delay.close(start + interval, Waits{}), StandingDelay{});
    EXPECT_EQ(delay.close(start + interval, Waits{}), std::nullopt);
    EXPECT_EQ(delay.due(), start + 2 * interval);
    // A late caller closes one interval, not several.
    EXPECT_NE(delay.close(start + hours{1}, Waits{}), std::nullopt);
    EXPECT_EQ(delay.due(), start + hours{1} + interval);
}

TEST(QueueDelayTest, TakesTheLeastWaitOfEachClass) {
    QueueDelay delay{interval};
    (void)delay.close(start, Waits{});
    delay.note(PriorityClass::order, milliseconds{9});
    delay.note(PriorityClass::order, milliseconds{3});
    delay.note(PriorityClass::order, milliseconds{7});
    delay.note(PriorityClass::entitled, milliseconds{2});
    delay.note(PriorityClass::query, milliseconds{30});
    const auto standing = delay.close(start + interval, Waits{});
    ASSERT_TRUE(standing);
    EXPECT_EQ(standing->of_class,
              (PerClass<nanoseconds>{nanoseconds{0}, nanoseconds{0}, milliseconds{2},
                                     milliseconds{3}, milliseconds{30}, nanoseconds{0}}));
    EXPECT_EQ(standing->of_orders, milliseconds{3});
    // The next interval knows nothing of it.
    EXPECT_EQ(delay.close(start + 2 * interval, Waits{}), StandingDelay{});
}

TEST(QueueDelayTest, IsNotHiddenByCancelsThatOvertake) {
    QueueDelay delay{interval};
    (void)delay.close(start, Waits{});
    delay.note(PriorityClass::risk_reducing, nanoseconds{0});
    delay.note(PriorityClass::entitled, nanoseconds{10});
    delay.note(PriorityClass::order, milliseconds{20});
    EXPECT_EQ(delay.close(start + interval, Waits{})->of_orders, milliseconds{20});
}

TEST(QueueDelayTest, SeesAQueueThatNothingLeaves) {
    QueueDelay delay{interval};
    (void)delay.close(start, Waits{});
    Waits oldest;
    oldest[class_index(PriorityClass::order)] = milliseconds{12};
    EXPECT_EQ(delay.close(start + interval, oldest)->of_orders, milliseconds{12});
    // What left it tells more than what is first now.
    delay.note(PriorityClass::order, milliseconds{4});
    EXPECT_EQ(delay.close(start + 2 * interval, oldest)->of_orders, milliseconds{4});
}

TEST(QueueDelayTest, BeginsAnewWhenTheClockIsSetBack) {
    QueueDelay delay{interval};
    (void)delay.close(start, Waits{});
    EXPECT_EQ(delay.close(start - hours{1}, Waits{}), std::nullopt);
    EXPECT_NE(delay.close(start - hours{1} + interval, Waits{}), std::nullopt);
}

TEST(QueueDelayTest, TakesAnotherInterval) {
    QueueDelay delay{interval};
    (void)delay.close(start, Waits{});
    delay.set_interval(milliseconds{1});
    EXPECT_NE(delay.close(start + milliseconds{1}, Waits{}), std::nullopt);
}

}  // namespace
}  // namespace tickweir::gateway::shield
