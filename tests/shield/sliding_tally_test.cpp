// What a sliding window still counts, bucket by bucket, and what a clock that jumps does to it.
#include "gateway/shield/sliding_tally.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// A multiple of the bucket, so that buckets begin at whole seconds.
constexpr book::TimeNs start{hours{500'000}};
constexpr seconds window{10};

TEST(SlidingTallyTest, CountsEventsAndTheBadOnesAmongThem) {
    SlidingTally tally{window};
    EXPECT_EQ(tally.tally(start), Tally{});
    tally.add(true, start);
    tally.add(false, start);
    tally.add(true, start + seconds{3});
    EXPECT_EQ(tally.tally(start + seconds{3}), (Tally{3, 2}));
    tally.clear();
    EXPECT_EQ(tally.tally(start + seconds{3}), Tally{});
}

TEST(SlidingTallyTest, ForgetsABucketAtATime) {
    SlidingTally tally{window};
    for (int second = 0; second < 10; ++second)
        tally.add(second % 2 == 0, start + seconds{second} + milliseconds{999});
    EXPECT_EQ(tally.tally(start + seconds{10} - nanoseconds{1}), (Tally{10, 5}));
    EXPECT_EQ(tally.tally(start + seconds{10}), (Tally{9, 4}));
    EXPECT_EQ(tally.tally(start + seconds{11}), (Tally{8, 4}));
    EXPECT_EQ(tally.tally(start + seconds{18}), (Tally{1, 0}));
    EXPECT_EQ(tally.tally(start + seconds{19}), Tally{});
}

TEST(SlidingTallyTest, IsEmptyAfterAWindowOfSilence) {
    SlidingTally tally{window};
    for (int i = 0; i < 1'000; ++i)
        tally.add(true, start + milliseconds{i});
    EXPECT_EQ(tally.tally(start + seconds{10} - nanoseconds{1}).events, 1'000u);
    EXPECT_EQ(tally.tally(start + seconds{10}), Tally{});
    tally.add(false, start + hours{1});
    EXPECT_EQ(tally.tally(start + hours{1}), (Tally{1, 0}));
}

TEST(SlidingTallyTest, KeepsWhatItCountedWhenTheClockIsSetBackALittle) {
    SlidingTally tally{window};
    tally.add(true, start);
    tally.add(true, start - seconds{5});
    EXPECT_EQ(tally.tally(start - seconds{5}), (Tally{2, 2}));
    EXPECT_EQ(tally.tally(start + seconds{9}), (Tally{2, 2}));
    EXPECT_EQ(tally.tally(start + seconds{10}), Tally{});
}

TEST(SlidingTallyTest, BeginsAnewWhenTheClockIsSetBackByMoreThanTheWindow) {
    SlidingTally tally{window};
    tally.add(true, start);
    EXPECT_EQ(tally.tally(start - hours{1}), Tally{});
    tally.add(false, start - hours{1});
    EXPECT_EQ(tally.tally(start - hours{1} + seconds{9}), (Tally{1, 0}));
    EXPECT_EQ(tally.tally(start - hours{1} + seconds{10}), Tally{});
}

TEST(SlidingTallyTest, WorksAroundTheEpochAndWithTheSmallestWindow) {
    SlidingTally tally{window};
    tally.add(true, book::TimeNs{seconds{-5}});
    tally.add(true, book::TimeNs{seconds{3}});
    EXPECT_EQ(tally.tally(book::TimeNs{seconds{4}}), (Tally{2, 2}));
    EXPECT_EQ(tally.tally(book::TimeNs{seconds{5}}), (Tally{1, 1}));
    // The bucket before the epoch is no longer than any other.
    SlidingTally before{window};
    before.add(true, book::TimeNs{milliseconds{-500}});
    EXPECT_EQ(before.tally(book::TimeNs{milliseconds{8'999}}), (Tally{1, 1}));
    EXPECT_EQ(before.tally(book::TimeNs{seconds{9}}), Tally{});
    SlidingTally least{nanoseconds{0}};
    least.add(true, start);
    EXPECT_EQ(least.tally(start + nanoseconds{9}), (Tally{1, 1}));
    EXPECT_EQ(least.tally(start + nanoseconds{10}), Tally{});
}

TEST(TallyTest, ReachesAShareOnlyWithEnoughEvents) {
    EXPECT_FALSE((Tally{0, 0}.reaches(0, 0)));
    EXPECT_FALSE((Tally{9, 9}.reaches(10, 50)));
    EXPECT_TRUE((Tally{10, 5}.reaches(10, 50)));
    EXPECT_FALSE((Tally{11, 5}.reaches(10, 50)));
    EXPECT_TRUE((Tally{3, 1}.reaches(1, 33)));
    EXPECT_FALSE((Tally{3, 1}.reaches(1, 34)));
}

}  // namespace
}  // namespace tickweir::gateway::shield
