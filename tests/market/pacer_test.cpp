#include "replay/pacer.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace tickweir::tests {
namespace {

using replay::Pacer;

book::TimeNs at(std::int64_t ns) {
    return book::TimeNs{std::chrono::nanoseconds{ns}};
}

TEST(Pacer, CountsFromTheFirstTimeItIsAskedAbout) {
    Pacer pacer{1'000'000};
    EXPECT_EQ(pacer.due(5'000, at(100)), at(100));
    EXPECT_EQ(pacer.due(5'700, at(9'999)), at(800));
    EXPECT_EQ(pacer.due(5'000, at(9'999)), at(100));
    EXPECT_EQ(pacer.due(4'900, at(9'999)), at(0));
}

TEST(Pacer, PlaysFasterAndSlower) {
    Pacer twice{2'000'000};
    Pacer half{500'000};
    Pacer third{333'333};
    for (Pacer* pacer : {&twice, &half, &third})
        EXPECT_EQ(pacer->due(0, at(0)), at(0));
    EXPECT_EQ(twice.due(1'000, at(0)), at(500));
    EXPECT_EQ(half.due(1'000, at(0)), at(2'000));
    EXPECT_EQ(third.due(333'333, at(0)), at(1'000'000));
}

TEST(Pacer, IsNeverLateAtFullSpeed) {
    Pacer pacer{std::nullopt};
    EXPECT_EQ(pacer.due(7, at(3)), at(3));
    EXPECT_EQ(pacer.due(std::numeric_limits<std::int64_t>::max() / 2, at(4)), at(3));
}

TEST(Pacer, StartsAnewWhenTold) {
    Pacer pacer{1'000'000};
    EXPECT_EQ(pacer.due(1'000, at(10)), at(10));
    pacer.restart();
    EXPECT_EQ(pacer.due(500, at(70)), at(70));
    EXPECT_EQ(pacer.due(600, at(71)), at(170));
}

TEST(Pacer, BoundsWhatATinySpeedWouldMakeOfADay) {
    Pacer pacer{1};
    constexpr std::int64_t day_ns = 86'400'000'000'000;
    EXPECT_EQ(pacer.due(0, at(0)), at(0));
    EXPECT_EQ(pacer.due(day_ns, at(0)), at(3'155'760'000'000'000'000));
}

}  // namespace
}  // namespace tickweir::tests
