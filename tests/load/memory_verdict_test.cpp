// Each mark of a verdict on memory fails alone, by what it is about.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bench/load/trading/memory_verdict.hpp"

namespace tickweir::tests {
namespace {

using bench::judge;
using bench::MemoryMark;
using bench::MemoryPhases;
using bench::MemorySample;
using bench::MemoryVerdict;
using bench::UrgentDenials;

constexpr double million = 1e6;

/// Ten samples a second: `first` at its begin, `last` at its end.
std::vector<MemorySample> ramp(double from, double seconds, double first, double last) {
    std::vector<MemorySample> samples;
    const int count = static_cast<int>(seconds * 10);
    for (int i = 0; i <= count; ++i) {
        const double share = static_cast<double>(i) / count;
        samples.push_back({.at = from + share * seconds,
                           .resident = static_cast<std::size_t>(first + share * (last - first))});
    }
    return samples;
}

MemoryPhases phases(double spike_first, double spike_last, double after) {
    return {ramp(0, 5, 100 * million, 100 * million), ramp(5, 10, spike_first, spike_last),
            ramp(15, 5, after, after)};
}

std::vector<std::string> broken(const MemoryVerdict& verdict) {
    std::vector<std::string> names;
    for (const auto* marks : {&verdict.memory, &verdict.denials})
        for (const MemoryMark& mark : *marks)
            if (!mark.good()) names.push_back(mark.what.substr(0, mark.what.find(' ')));
    return names;
}

using Names = std::vector<std::string>;

TEST(MemoryVerdictTest, TakesAStepThatEndsAndGoesBack) {
    const MemoryVerdict verdict = judge(phases(119 * million, 119 * million, 104 * million), {});
    EXPECT_TRUE(verdict.bounded());
    EXPECT_TRUE(verdict.nobody_denied());
    EXPECT_EQ(broken(verdict), Names{});
    EXPECT_DOUBLE_EQ(verdict.calm, 100 * million);
}

TEST(MemoryVerdictTest, RefusesMoreThanAFifth) {
    const MemoryVerdict verdict = judge(phases(121 * million, 121 * million, 100 * million), {});
    EXPECT_FALSE(verdict.bounded());
    EXPECT_EQ(broken(verdict), Names{"resident"});
}

TEST(MemoryVerdictTest, RefusesWhatIsSmallAndGoesOnGrowing) {
    const MemoryVerdict verdict = judge(phases(100 * million, 110 * million, 100 * million), {});
    EXPECT_EQ(broken(verdict), Names{"growth"});
    EXPECT_NEAR(verdict.slope.estimate, million, 1);
}

TEST(MemoryVerdictTest, TakesGrowthThatEndedBeforeTheLastPart) {
    MemoryPhases measured = phases(110 * million, 110 * million, 100 * million);
    measured[1] = ramp(5, 4, 100 * million, 110 * million);
    const auto rest = ramp(9.1, 6, 110 * million, 110 * million);
    measured[1].insert(measured[1].end(), rest.begin(), rest.end());
    EXPECT_EQ(broken(judge(measured, {})), Names{});
}

TEST(MemoryVerdictTest, RefusesWhatDoesNotGoBack) {
    const MemoryVerdict verdict = judge(phases(110 * million, 110 * million, 106 * million), {});
    EXPECT_EQ(broken(verdict), Names{"resident"});
    EXPECT_EQ(verdict.memory.back().measured, 1.06);
}

TEST(MemoryVerdictTest, CallsNothingBoundedThatWasNotSeen) {
    EXPECT_FALSE(judge({}, {}).bounded());
}

TEST(MemoryVerdictTest, CountsEachDenial) {
    const MemoryPhases calm = phases(100 * million, 100 * million, 100 * million);
    const UrgentDenials one_each[]{{.cancels_refused = 1},
                                   {.urgent_shed = 1},
                                   {.orders_untracked = 1},
                                   {.requests_unanswered = 1},
                                   {.sessions_cut = 1}};
    for (const UrgentDenials& denials : one_each) {
        const MemoryVerdict verdict = judge(calm, denials);
        EXPECT_FALSE(verdict.nobody_denied());
        EXPECT_TRUE(verdict.bounded());
        EXPECT_EQ(broken(verdict).size(), 1U);
    }
}

}  // namespace
}  // namespace tickweir::tests
