// What the progress line says, and how often.
#include "gateway/progress.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

const ProgressText::Clock::time_point start{1h};

std::string after(std::chrono::nanoseconds passed, const ProgressState& state) {
    return ProgressText{"messages", start}.line(start + passed, state);
}

TEST(ProgressText, TellsCountRateShareAndTimeLeft) {
    EXPECT_EQ(after(2s, {.items = 24'000'000, .position = 25, .whole = 100}),
              "24,000,000 messages  12.0 M/s  25 %  6 s left");
}

TEST(ProgressText, LeavesOutWhatItCannotKnow) {
    EXPECT_EQ(after(2s, {.items = 1000, .position = 25, .whole = std::nullopt}),
              "1,000 messages  500 /s");
    EXPECT_EQ(after(2s, {.items = 1000, .position = 0, .whole = 0}), "1,000 messages  500 /s");
    EXPECT_EQ(after(2s, {.items = 0, .position = 0, .whole = 9}), "0 messages  0 /s  0 %");
    EXPECT_EQ(after(0s, {.items = 7, .position = 1, .whole = 2}), "7 messages  50 %");
}

TEST(ProgressText, StaysAtTheWholeWhenTheFileGrew) {
    EXPECT_EQ(after(1s, {.items = 5, .position = 12, .whole = 10}),
              "5 messages  5 /s  100 %  0 s left");
}

TEST(ProgressText, WritesLongTimesInMinutesAndHours) {
    const auto left = [](std::chrono::seconds total) {
        const std::string line = after(
            1s, {.items = 1, .position = 1, .whole = static_cast<std::uint64_t>(total.count())});
        return line.substr(line.find("%  ") + 3);
    };
    EXPECT_EQ(left(60s), "59 s left");
    EXPECT_EQ(left(61s), "1 min 00 s left");
    EXPECT_EQ(left(66s), "1 min 05 s left");
    EXPECT_EQ(left(3601s), "1 h 00 min left");
    EXPECT_EQ(after(1s, {.items = 1, .position = 1, .whole = ~std::uint64_t{0}}),
              "1 messages  1 /s  0 %  8784 h 00 min left");
}

TEST(ProgressText, WritesRatesWithThreeDigits) {
    const auto rate = [](std::uint64_t items) {
        const std::string line = after(1s, {.items = items, .position = 0, .whole = std::nullopt});
        return line.substr(line.find("  ") + 2);
    };
    EXPECT_EQ(rate(999), "999 /s");
    EXPECT_EQ(rate(1000), "1.0 k/s");
    EXPECT_EQ(rate(123'456), "123 k/s");
    EXPECT_EQ(rate(999'999), "1.0 M/s");
    EXPECT_EQ(rate(2'500'000'000), "2.5 G/s");
    EXPECT_EQ(rate(2'500'000'000'000), "2500 G/s");
}

TEST(ProgressText, IsDueFiveTimesASecondAtMost) {
    ProgressText text{"messages", start};
    EXPECT_FALSE(text.at(start, {}));
    EXPECT_FALSE(text.at(start + 199ms, {}));
    EXPECT_TRUE(text.at(start + 250ms, {}));
    EXPECT_FALSE(text.at(start + 449ms, {}));
    EXPECT_TRUE(text.at(start + 450ms, {}));
    int lines = 0;
    for (auto now = start + 10s; now < start + 11s; now += 1ms)
        lines += text.at(now, {}).has_value() ? 1 : 0;
    EXPECT_EQ(lines, 5);
}

}  // namespace
}  // namespace tickweir::gateway
