// The venues' rules about numbers, each with its exceptions.
#include "gateway/feeds/sync/sequence.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

using codecs::json::BookEvent;
using enum SequenceVerdict;

BookEvent range(std::uint64_t first, std::uint64_t last) {
    BookEvent event;
    event.first_id = first;
    event.last_id = last;
    return event;
}

BookEvent link(std::uint64_t previous, std::uint64_t last, std::uint64_t first = 0) {
    BookEvent event = range(first == 0 ? last : first, last);
    event.previous_id = previous;
    event.has_previous = true;
    return event;
}

TEST(RangeRule, JoinsWhereTheSnapshotIsInsideOrDirectlyBefore) {
    const SequencePosition joining{100, true};
    EXPECT_EQ(RangeRule::judge(range(90, 100), joining), stale);
    EXPECT_EQ(RangeRule::judge(range(90, 101), joining), next);
    EXPECT_EQ(RangeRule::judge(range(101, 110), joining), next);
    EXPECT_EQ(RangeRule::judge(range(102, 110), joining), gap);
}

TEST(RangeRule, NeedsRangesWithoutHolesOrOverlapsFromThenOn) {
    const SequencePosition after{100, false};
    EXPECT_EQ(RangeRule::judge(range(101, 101), after), next);
    EXPECT_EQ(RangeRule::judge(range(100, 105), after), gap);
    EXPECT_EQ(RangeRule::judge(range(102, 105), after), gap);
    EXPECT_EQ(RangeRule::judge(range(95, 100), after), stale);
}

TEST(FuturesChainRule, JoinsWhereTheIdIsHeldOrNamed) {
    const SequencePosition joining{100, true};
    EXPECT_EQ(FuturesChainRule::judge(link(80, 99, 81), joining), stale);
    EXPECT_EQ(FuturesChainRule::judge(link(80, 100, 81), joining), next) << "its own id is kept";
    EXPECT_EQ(FuturesChainRule::judge(link(80, 120, 81), joining), next);
    EXPECT_EQ(FuturesChainRule::judge(link(100, 130, 118), joining), next)
        << "the documented rule cannot be satisfied here";
    EXPECT_EQ(FuturesChainRule::judge(link(105, 130, 118), joining), gap);
}

TEST(FuturesChainRule, FollowsTheNamedId) {
    const SequencePosition after{100, false};
    EXPECT_EQ(FuturesChainRule::judge(link(100, 130, 118), after), next) << "U is not u + 1";
    EXPECT_EQ(FuturesChainRule::judge(link(99, 130, 101), after), gap);
    EXPECT_EQ(FuturesChainRule::judge(link(80, 100, 81), after), stale);
}

TEST(OkxChainRule, FollowsTheNamedIdWhereverItGoes) {
    const SequencePosition after{100, false};
    EXPECT_EQ(OkxChainRule::judge(link(100, 110), after), next);
    EXPECT_EQ(OkxChainRule::judge(link(100, 100), after), next) << "the sign of life";
    EXPECT_EQ(OkxChainRule::judge(link(100, 3), after), next) << "the reset after maintenance";
    EXPECT_EQ(OkxChainRule::judge(link(90, 100), after), stale) << "the same again";
    EXPECT_EQ(OkxChainRule::judge(link(101, 110), after), gap);
    EXPECT_EQ(OkxChainRule::judge(range(110, 110), after), gap) << "no previous id at all";
}

TEST(OkxChainRule, LetsStreamsWithoutIdsPass) {
    EXPECT_EQ(OkxChainRule::judge(range(0, 0), {0, true}), next);
    EXPECT_EQ(OkxChainRule::judge(range(0, 0), {100, false}), gap) << "there were ids before";
}

TEST(DeribitChainRule, FollowsTheNamedId) {
    const SequencePosition after{100, false};
    EXPECT_EQ(DeribitChainRule::judge(link(100, 105), after), next);
    EXPECT_EQ(DeribitChainRule::judge(link(99, 105), after), gap);
    EXPECT_EQ(DeribitChainRule::judge(link(95, 100), after), stale);
    EXPECT_EQ(DeribitChainRule::judge(range(105, 105), after), gap);
}

TEST(CounterRule, CountsByOne) {
    EXPECT_EQ(CounterRule::judge(range(101, 101), {100, false}), next);
    EXPECT_EQ(CounterRule::judge(range(100, 100), {100, true}), stale);
    EXPECT_EQ(CounterRule::judge(range(102, 102), {100, true}), gap);
}

TEST(RestartingCounterRule, BeginsAgainAtOne) {
    EXPECT_EQ(RestartingCounterRule::judge(range(101, 101), {100, false}), next);
    EXPECT_EQ(RestartingCounterRule::judge(range(1, 1), {100, false}), restart);
    EXPECT_EQ(RestartingCounterRule::judge(range(2, 2), {100, false}), stale);
    EXPECT_EQ(RestartingCounterRule::judge(range(103, 103), {100, false}), gap);
}

TEST(TimeStampRule, KnowsNoGaps) {
    EXPECT_EQ(TimeStampRule::judge(range(1'000, 1'000), {100, false}), next);
    EXPECT_EQ(TimeStampRule::judge(range(100, 100), {100, true}), stale);
    EXPECT_EQ(TimeStampRule::judge(range(99, 99), {100, false}), stale);
}

TEST(ConnectionSequence, CountsFromWhereverItBegins) {
    ConnectionSequence sequence;
    EXPECT_EQ(sequence.take(41), next);
    EXPECT_EQ(sequence.take(42), next);
    EXPECT_EQ(sequence.take(42), stale);
    EXPECT_EQ(sequence.take(44), gap);
    EXPECT_EQ(sequence.take(45), next) << "the gap is told once";
    sequence.restart();
    EXPECT_EQ(sequence.take(0), next);
}

TEST(ConnectionSequence, SeesWhetherARecordingGoesOn) {
    ConnectionSequence sequence;
    EXPECT_EQ(sequence.take(41), next);
    sequence.may_restart();
    EXPECT_EQ(sequence.take(42), next);
    sequence.may_restart();
    EXPECT_EQ(sequence.take(0), gap) << "another connection";
    EXPECT_EQ(sequence.take(1), next);
}

}  // namespace
}  // namespace tickweir::gateway
