// What a load says of its measurements, held against what is known of them otherwise.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "bench/load/trading/statistics.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using bench::Measured;
using bench::quantile_of;
using bench::Slope;
using bench::theil_sen;

std::vector<Measured> line(int count, double slope) {
    std::vector<Measured> points;
    for (int i = 0; i < count; ++i)
        points.push_back({static_cast<double>(i), 7 + slope * i});
    return points;
}

TEST(QuantileTest, LiesBetweenTheValuesBesideIt) {
    const std::vector<double> values{40, 10, 30, 20};
    EXPECT_DOUBLE_EQ(quantile_of(values, 0), 10);
    EXPECT_DOUBLE_EQ(quantile_of(values, 0.5), 25);
    EXPECT_DOUBLE_EQ(quantile_of(values, 0.95), 38.5);
    EXPECT_DOUBLE_EQ(quantile_of(values, 1), 40);
}

TEST(QuantileTest, IsTheOnlyValueOrZero) {
    EXPECT_DOUBLE_EQ(quantile_of(std::vector<double>{3}, 0.95), 3);
    EXPECT_DOUBLE_EQ(quantile_of({}, 0.95), 0);
}

TEST(TheilSenTest, FindsALineExactly) {
    const auto slope = theil_sen(line(50, 2.5));
    ASSERT_TRUE(slope.has_value());
    EXPECT_DOUBLE_EQ((*slope).estimate, 2.5);
    EXPECT_DOUBLE_EQ((*slope).low, 2.5);
    EXPECT_DOUBLE_EQ((*slope).high, 2.5);
}

// The median and the ranks of the interval, counted by hand: 21 slopes, Kendall's variance 44.33,
// so that the interval goes from the fourth to the eighteenth.
TEST(TheilSenTest, TakesMedianAndIntervalFromTheSlopesBetweenPairs) {
    const std::vector<Measured> points{{1, 1}, {2, 3}, {3, 2}, {4, 6}, {5, 5}, {6, 9}, {7, 7}};
    const auto slope = theil_sen(points);
    ASSERT_TRUE(slope.has_value());
    EXPECT_NEAR((*slope).estimate, 1.25, 1e-9);
    EXPECT_NEAR((*slope).low, 1.0 / 3, 1e-9);
    EXPECT_NEAR((*slope).high, 2, 1e-9);
}

TEST(TheilSenTest, IsNotMovedByOutliers) {
    auto points = line(101, 0);
    for (int i = 0; i < 20; ++i)
        points[static_cast<std::size_t>(5 * i)].value = 1'000'000;
    const auto slope = theil_sen(points);
    ASSERT_TRUE(slope.has_value());
    EXPECT_DOUBLE_EQ((*slope).estimate, 0);
}

TEST(TheilSenTest, SaysNothingOfFewPointsOrOfOneMoment) {
    EXPECT_FALSE(theil_sen(line(4, 1)).has_value());
    EXPECT_FALSE(theil_sen(std::vector<Measured>(9, Measured{1, 2})).has_value());
}

TEST(TheilSenTest, OfManyPointsLooksAtSome) {
    const auto slope = theil_sen(line(30'000, -0.25));
    ASSERT_TRUE(slope.has_value());
    EXPECT_DOUBLE_EQ((*slope).estimate, -0.25);
}

TEST(TheilSenTest, HasTheTrueSlopeInItsIntervalAsOftenAsItSays) {
    std::mt19937_64 random{test_seed()};
    std::normal_distribution<double> noise{0, 10};
    constexpr int rounds = 400;
    int within = 0;
    for (int round = 0; round < rounds; ++round) {
        auto points = line(40, 0.5);
        for (Measured& point : points)
            point.value += noise(random);
        const Slope slope = theil_sen(points).value_or(Slope{});
        if (slope.low <= 0.5 && slope.high >= 0.5) ++within;
    }
    // 380 of 400 are to be expected; six standard deviations of 4.4.
    EXPECT_GE(within, 353);
    EXPECT_LT(within, rounds);
}

}  // namespace
}  // namespace tickweir::tests
