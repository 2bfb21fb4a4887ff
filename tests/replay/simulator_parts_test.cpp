#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "replay/simulator/arrival_clock.hpp"
#include "replay/simulator/expiry_wheel.hpp"
#include "replay/simulator/instruments.hpp"
#include "replay/simulator/random.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using namespace replay::simulator;
using book::OrderId;
using testing::DoubleNear;

TEST(Random, IsTheGeneratorOfItsAuthors) {
    // The first outputs of splitmix64 for seed 0 are 0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4,
    // 0x06c45d188009454f and 0xf88bb8a8724c81ec; xoshiro256** of that state starts so:
    Random random{0};
    EXPECT_EQ(random.next(), 0x99ec5f36cb75f2b4U);
    EXPECT_EQ(random.next(), 0xbf6e1f784956452aU);
}

TEST(Random, StaysBelowItsBound) {
    Random random{test_seed()};
    for (const std::uint32_t bound : {1U, 2U, 3U, 1'000U, 0xffff'ffffU})
        for (int i = 0; i < 1'000; ++i)
            ASSERT_LT(random.below(bound), bound);
}

TEST(Curve, RunsStraightBetweenItsKnots) {
    constexpr Curve curve{Knot{0, 10}, Knot{500'000, 20}, Knot{1'000'000, 120}};
    EXPECT_EQ(curve.at(0), 10U);
    EXPECT_EQ(curve.at(250'000), 15U);
    EXPECT_EQ(curve.at(500'000), 20U);
    EXPECT_EQ(curve.at(750'000), 70U);
    EXPECT_EQ(curve.at(999'999), 119U);
    EXPECT_EQ(curve.mean_times_1000(), 42'500U);
}

TEST(ExpiryWheel, GivesWhatIsDueInOrderOfTimeThenOrder) {
    Random random{test_seed()};
    ExpiryWheel wheel;
    wheel.start(0);
    std::vector<Expiry> waiting;
    std::uint64_t now_ns = 0;
    std::uint64_t next = 1;
    for (int round = 0; round < 2'000; ++round) {
        for (std::uint32_t i = random.below(20); i > 0; --i) {
            const std::uint64_t reach = random.chance(500'000) ? 50'000 : 60'000'000'000;
            const Expiry expiry{now_ns + random.next() % reach, OrderId{next++}};
            waiting.push_back(expiry);
            wheel.schedule(expiry);
        }
        std::sort(waiting.begin(), waiting.end());
        const std::uint64_t limit_ns = now_ns + random.below(100'000'000);
        while (const auto due = wheel.next_until(limit_ns)) {
            ASSERT_FALSE(waiting.empty());
            ASSERT_EQ(due->order, waiting.back().order);
            ASSERT_LE(due->time_ns, limit_ns);
            waiting.pop_back();
        }
        if (!waiting.empty()) {
            ASSERT_GT(waiting.back().time_ns, limit_ns);
        }
        now_ns = limit_ns;
    }
}

TEST(ArrivalClock, KeepsTheMeanGapOverManySeconds) {
    ArrivalClock clock{Random{3}};
    clock.start(0);
    constexpr std::uint64_t mean_gap_ns = 100'000;
    constexpr int arrivals = 20'000'000;
    std::uint64_t now_ns = 0;
    for (int i = 0; i < arrivals; ++i) {
        const std::uint64_t next_ns = clock.next(now_ns, mean_gap_ns);
        ASSERT_GE(next_ns, now_ns);
        now_ns = next_ns;
    }
    EXPECT_THAT(static_cast<double>(now_ns) / arrivals,
                DoubleNear(mean_gap_ns, mean_gap_ns * 0.15));
}

TEST(InstrumentTable, NamesEveryInstrumentOnceInAlphabeticalOrder) {
    const InstrumentTable table{65'535, Random{test_seed()}};
    for (std::uint32_t i = 1; i < table.size(); ++i)
        ASSERT_LT(table[i - 1].symbol.raw(), table[i].symbol.raw());
    EXPECT_EQ(table[table.place_of_rank(0)].symbol, "AAPL");
}

TEST(InstrumentTable, DrawsTheTopNameOfALargeMarketOnceInTwoHundred) {
    const InstrumentTable table{8'916, Random{1}};
    Random random{test_seed()};
    const std::uint32_t top = table.place_of_rank(0);
    constexpr int draws = 1'000'000;
    int hits = 0;
    for (int i = 0; i < draws; ++i)
        hits += table.draw(random) == top;
    EXPECT_THAT(hits * 100.0 / draws, DoubleNear(0.53, 0.06));
}

}  // namespace
}  // namespace tickweir::tests
