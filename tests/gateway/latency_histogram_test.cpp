// Latency histograms: the scale's error, what is recorded, and what a snapshot answers.
#include "gateway/metrics/latency_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

LatencySnapshot snapshot_of(const std::vector<std::int64_t>& times) {
    const auto histogram = std::make_unique<LatencyHistogram>();
    for (const std::int64_t time : times)
        histogram->record(time);
    LatencySnapshot snapshot;
    snapshot.merge(*histogram);
    return snapshot;
}

TEST(LatencyScale, CoversEveryNanosecondOnce) {
    for (std::size_t i = 0; i < LatencyScale::buckets(); ++i) {
        const std::uint64_t least = LatencyScale::least_of(i);
        ASSERT_EQ(LatencyScale::index_of(least), i);
        ASSERT_EQ(LatencyScale::index_of(
                      std::min(LatencyScale::least_of(i + 1) - 1, LatencyScale::most_ns)),
                  i);
    }
}

TEST(LatencyScale, IsExactToOnePerCent) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 100'000; ++round) {
        const std::uint64_t ns = 1 + (random() % LatencyScale::most_ns >> random() % 36);
        const auto told = static_cast<double>(LatencyScale::middle_of(LatencyScale::index_of(ns)));
        ASSERT_LE(std::abs(told - static_cast<double>(ns)), 0.01 * static_cast<double>(ns)) << ns;
    }
}

TEST(LatencyHistogram, IsEmptyAtFirst) {
    const LatencySnapshot empty = snapshot_of({});
    EXPECT_EQ(empty.count(), 0u);
    EXPECT_EQ(empty.sum_ns(), 0u);
    EXPECT_EQ(empty.most_ns(), 0u);
    EXPECT_EQ(empty.quantile_ns(0.5), 0u);
    EXPECT_EQ(empty.count_up_to(60'000'000'000), 0u);
}

TEST(LatencyHistogram, TakesTimesBeyondItsEnds) {
    const LatencySnapshot both = snapshot_of({-5, 0, 90'000'000'000});
    EXPECT_EQ(both.count(), 3u);
    EXPECT_EQ(both.quantile_ns(0.5), 0u);
    EXPECT_EQ(both.sum_ns(), LatencyScale::most_ns);
    EXPECT_EQ(both.most_ns(), 90'000'000'000u);
    EXPECT_NEAR(static_cast<double>(both.quantile_ns(1)), 60e9, 0.6e9);
}

TEST(LatencyHistogram, AnswersQuantilesLikeASortedList) {
    std::mt19937_64 random{tests::test_seed()};
    std::vector<std::int64_t> times;
    for (int i = 0; i < 20'000; ++i)
        times.push_back(static_cast<std::int64_t>(random() % 1'000'000'000 >> random() % 30));
    const LatencySnapshot snapshot = snapshot_of(times);
    std::ranges::sort(times);
    for (const double share : {0.0, 0.001, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const double wanted = std::ceil(share * 20'000);
        const auto rank = static_cast<std::size_t>(std::max(wanted, 1.0)) - 1;
        const auto exact = static_cast<double>(times[rank]);
        EXPECT_NEAR(static_cast<double>(snapshot.quantile_ns(share)), exact, exact * 0.01) << share;
    }
    EXPECT_EQ(snapshot.quantile_ns(-1), snapshot.quantile_ns(0));
    EXPECT_EQ(snapshot.quantile_ns(2), snapshot.quantile_ns(1));
}

TEST(LatencyHistogram, NeverTellsMoreThanTheMost) {
    EXPECT_EQ(snapshot_of({1'000'000}).quantile_ns(0.99), 1'000'000u);
}

TEST(LatencyHistogram, CountsUpToABoundWithoutGoingBeyond) {
    const LatencySnapshot some = snapshot_of({100, 100, 127, 128, 900, 1'000, 1'100});
    EXPECT_EQ(some.count_up_to(99), 0u);
    EXPECT_EQ(some.count_up_to(100), 2u);
    EXPECT_EQ(some.count_up_to(127), 3u);
    EXPECT_EQ(some.count_up_to(999), 5u);
    EXPECT_EQ(some.count_up_to(2'000), 7u);
    EXPECT_EQ(some.sum_ns(), 3'455u);
}

TEST(LatencyHistogram, MergesThreadsWhileTheyRecord) {
    constexpr std::uint64_t each = 20'000;
    const auto first = std::make_unique<LatencyHistogram>();
    const auto second = std::make_unique<LatencyHistogram>();
    const auto fill = [](LatencyHistogram& histogram) {
        for (std::uint64_t i = 0; i < each; ++i)
            histogram.record(1'000);
    };
    std::thread one{fill, std::ref(*first)};
    std::thread two{fill, std::ref(*second)};
    std::uint64_t last = 0;
    for (int round = 0; round < 50; ++round) {
        LatencySnapshot during;
        during.merge(*first);
        during.merge(*second);
        EXPECT_GE(during.count(), last);
        last = during.count();
    }
    one.join();
    two.join();
    LatencySnapshot after;
    after.merge(*first);
    after.merge(*second);
    EXPECT_EQ(after.count(), 2 * each);
    EXPECT_EQ(after.sum_ns(), 2 * each * 1'000);
}

}  // namespace
}  // namespace tickweir::gateway
