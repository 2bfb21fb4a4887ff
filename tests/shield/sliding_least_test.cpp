// What counts as the least of a window, and when it is forgotten.
#include "gateway/shield/sliding_least.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <utility>

#include "tests/support/seed.hpp"

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr book::TimeNs start{hours{500'000}};
constexpr milliseconds window{100};

TEST(SlidingLeastTest, KnowsNothingBeforeAnythingIsNoted) {
    SlidingLeast least{window};
    EXPECT_EQ(least.least(start), std::nullopt);
}

TEST(SlidingLeastTest, IsTheLeastOfTheWindow) {
    SlidingLeast least{window};
    least.note(milliseconds{7}, start);
    least.note(milliseconds{3}, start + milliseconds{20});
    least.note(milliseconds{9}, start + milliseconds{40});
    EXPECT_EQ(least.least(start + milliseconds{50}), milliseconds{3});
    // The 3 is forgotten, the 9 is not.
    EXPECT_EQ(least.least(start + milliseconds{130}), milliseconds{9});
    EXPECT_EQ(least.least(start + milliseconds{150}), std::nullopt);
}

TEST(SlidingLeastTest, BeginsAnewWhereTheClockIsSetBackOrFarAhead) {
    SlidingLeast least{window};
    least.note(milliseconds{1}, start);
    EXPECT_EQ(least.least(start - hours{1}), std::nullopt);
    least.note(milliseconds{2}, start - hours{1});
    EXPECT_EQ(least.least(start - hours{1}), milliseconds{2});
    EXPECT_EQ(least.least(start + hours{1}), std::nullopt);
}

TEST(SlidingLeastTest, TakesAWindowOfNothingForTheShortestThereIs) {
    SlidingLeast least{nanoseconds{0}};
    least.note(milliseconds{1}, start);
    EXPECT_EQ(least.least(start + nanoseconds{9}), milliseconds{1});
    EXPECT_EQ(least.least(start + nanoseconds{10}), std::nullopt);
}

TEST(SlidingLeastTest, LiesBetweenTheLeastOfNineTenthsAndOfAllOfTheWindow) {
    std::mt19937_64 random{tests::test_seed()};
    SlidingLeast least{window};
    std::deque<std::pair<book::TimeNs, nanoseconds>> noted;
    book::TimeNs now = start;
    const auto naive = [&](nanoseconds within) {
        nanoseconds value = nanoseconds::max();
        for (const auto& [at, what] : noted)
            if (now - at < within) value = std::min(value, what);
        return value;
    };
    for (int i = 0; i < 20'000; ++i) {
        now += nanoseconds{random() % 20'000'000};
        if (random() % 2 == 0) {
            noted.emplace_back(now, nanoseconds{random() % 1'000});
            least.note(noted.back().second, now);
        }
        while (!noted.empty() && now - noted.front().first > 2 * window)
            noted.pop_front();
        const nanoseconds is = least.least(now).value_or(nanoseconds::max());
        ASSERT_LE(is, naive(window * 9 / 10));
        ASSERT_GE(is, naive(window));
    }
}

}  // namespace
}  // namespace tickweir::gateway::shield
