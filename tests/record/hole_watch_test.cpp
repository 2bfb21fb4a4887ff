#include "gateway/record/hole_watch.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "tests/replay/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway::tests {
namespace {

using namespace std::chrono_literals;
using replay::tests::Buffer;
using replay::tests::end_of_session;
using replay::tests::mold;
using replay::tests::mold_events;

constexpr std::int64_t second = 1'000'000'000;

void see(HoleWatch& watch, const Buffer& payload, std::int64_t now_ns = second) {
    watch.on_packet(codecs::mold::PacketView{payload}, now_ns);
}

TEST(HoleWatch, IsWholeInSequence) {
    HoleWatch watch;
    EXPECT_TRUE(watch.whole(0)) << "nothing came yet";
    for (std::uint64_t at = 1; at < 100; at += 3) {
        see(watch, mold_events("A", at, 3));
        see(watch, mold_events("A", at, 3));
        EXPECT_TRUE(watch.whole(second));
    }
    EXPECT_EQ(watch.missing(), 0U);
}

TEST(HoleWatch, KnowsWhatIsMissingUntilItComes) {
    HoleWatch watch;
    see(watch, mold_events("A", 1, 3));
    see(watch, mold_events("A", 10, 2));
    EXPECT_EQ(watch.missing(), 6U);
    see(watch, mold_events("A", 7, 1));
    see(watch, mold_events("A", 14, 1));
    EXPECT_EQ(watch.missing(), 7U);
    EXPECT_FALSE(watch.whole(second));
    see(watch, mold_events("A", 12, 2));
    see(watch, mold_events("A", 4, 3));
    EXPECT_FALSE(watch.whole(second));
    see(watch, mold_events("A", 7, 4));
    EXPECT_EQ(watch.missing(), 0U);
    EXPECT_TRUE(watch.whole(second));
}

TEST(HoleWatch, TakesAHeartbeatsWordForWhatIsMissing) {
    HoleWatch watch;
    see(watch, mold_events("A", 1, 1));
    see(watch, mold("A", 5, 0));
    EXPECT_EQ(watch.missing(), 3U);
    see(watch, mold("A", 9, end_of_session));
    EXPECT_EQ(watch.missing(), 7U);
}

TEST(HoleWatch, WaitsForTheBeginningOfASession) {
    HoleWatch watch;
    see(watch, mold_events("A", 100, 1));
    EXPECT_FALSE(watch.whole(second));
    EXPECT_EQ(watch.missing(), 99U);
    see(watch, mold_events("A", 1, 99));
    EXPECT_TRUE(watch.whole(second));
}

TEST(HoleWatch, DoesNotWaitForEver) {
    HoleWatch watch;
    see(watch, mold_events("A", 5, 1));
    see(watch, mold_events("A", 8, 1), 50 * second);
    see(watch, mold_events("A", 1, 1), 55 * second);
    EXPECT_FALSE(watch.whole(100 * second)) << "something came";
    EXPECT_TRUE(watch.whole(115 * second));
    EXPECT_EQ(watch.missing(), 0U);
    see(watch, mold_events("A", 9, 1), 116 * second);
    EXPECT_TRUE(watch.whole(116 * second));
}

TEST(HoleWatch, BeginsAnewWithAnotherSession) {
    HoleWatch watch;
    see(watch, mold_events("A", 100, 1));
    see(watch, mold_events("B", 1, 1));
    EXPECT_TRUE(watch.whole(second));
}

TEST(HoleWatch, PassesOverWhatIsNoPacketOfAStream) {
    HoleWatch watch;
    see(watch, mold_events("A", 1, 1));
    see(watch, mold("", 0, 1, replay::tests::frames(1)));
    see(watch, mold("A", 50, 3, replay::tests::frames(1)));
    see(watch, mold_events("A", ~std::uint64_t{0}, 1));
    see(watch, Buffer(7));
    EXPECT_TRUE(watch.whole(second));
}

/// Against a plain set of numbers.
TEST(HoleWatch, AgreesWithASetOfNumbers) {
    std::mt19937_64 random{tickweir::tests::test_seed()};
    for (int round = 0; round < 50; ++round) {
        HoleWatch watch;
        std::vector<bool> there(400);
        std::uint64_t highest = 0;
        for (int i = 0; i < 120; ++i) {
            const std::uint64_t first = 1 + random() % 300;
            const auto count = static_cast<unsigned>(random() % 8);
            see(watch, mold_events("A", first, count));
            highest = std::max(highest, first + count);
            for (std::uint64_t at = first; at < first + count; ++at)
                there[at] = true;
            const auto missing = static_cast<std::uint64_t>(std::count(
                there.begin() + 1, there.begin() + static_cast<std::ptrdiff_t>(highest), false));
            ASSERT_EQ(watch.missing(), missing);
            ASSERT_EQ(watch.whole(second), missing == 0);
        }
    }
}

TEST(HoleWatch, ForgetsTheFurthestOfTooManyPieces) {
    HoleWatch watch;
    for (std::uint64_t at = 3; at < 20'000; at += 2)
        see(watch, mold_events("A", at, 1));
    EXPECT_GT(watch.missing(), 10'000U);
    EXPECT_FALSE(watch.whole(second));
    EXPECT_TRUE(watch.whole(100 * second));
}

}  // namespace
}  // namespace tickweir::gateway::tests
