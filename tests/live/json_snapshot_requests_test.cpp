// When snapshots are asked for over HTTP: rates, failures, answers of no use.
#include <gtest/gtest.h>

#include <vector>

#include "gateway/feeds/venue_session/snapshot_requests.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using Outcome = SnapshotOutcome;

const book::TimeNs start{1h};

std::uint64_t ask(SnapshotRequests& requests, book::TimeNs now) {
    const auto question = requests.next(now);
    EXPECT_TRUE(question.has_value());
    return question ? question->id : 0;
}

TEST(SnapshotRequests, AsksOncePerWish) {
    SnapshotRequests requests{{}, 2, 1};
    EXPECT_FALSE(requests.next(start));
    requests.want(1, start);
    requests.want(1, start);
    const auto question = requests.next(start);
    ASSERT_TRUE(question);
    EXPECT_EQ(question->symbol, 1u);
    requests.want(1, start);  // is being asked for
    EXPECT_FALSE(requests.next(start + 2s));
    EXPECT_EQ(requests.on_answer(question->id, 200, {}, start + 2s), Outcome::taken);
    EXPECT_FALSE(requests.next(start + 4s));
    EXPECT_EQ(requests.counts(), (SnapshotCounts{1, 1, 0, 0}));
}

TEST(SnapshotRequests, KeepsToTheVenuesRate) {
    SnapshotLimits limits;
    limits.per_second = 2;
    limits.in_flight = 100;
    SnapshotRequests requests{limits, 10, 1};
    for (std::uint32_t i = 0; i < 10; ++i)
        requests.want(i, start);
    unsigned asked = 0;
    for (auto now = start; now < start + 2s; now += 10ms)
        asked += requests.next(now).has_value();
    EXPECT_EQ(asked, 7u);
}

TEST(SnapshotRequests, CountsDeepOnesSeveralTimes) {
    SnapshotLimits limits;
    limits.weight = 3;
    limits.in_flight = 100;
    SnapshotRequests requests{limits, 10, 1};
    for (std::uint32_t i = 0; i < 10; ++i)
        requests.want(i, start);
    unsigned asked = 0;
    for (auto now = start; now < start + 8s; now += 10ms)
        asked += requests.next(now).has_value();
    EXPECT_EQ(asked, 7u);
}

TEST(SnapshotRequests, AsksForFewAtOneTime) {
    SnapshotLimits limits;
    limits.per_second = 1'000;
    limits.in_flight = 2;
    SnapshotRequests requests{limits, 3, 1};
    for (std::uint32_t i = 0; i < 3; ++i)
        requests.want(i, start);
    const std::uint64_t first = ask(requests, start);
    static_cast<void>(ask(requests, start));
    EXPECT_FALSE(requests.next(start + 1s));
    static_cast<void>(requests.on_answer(first, 200, {}, start + 1s));
    EXPECT_TRUE(requests.next(start + 1s));
}

TEST(SnapshotRequests, WaitsLongerAfterEachFailure) {
    SnapshotRequests requests{{.per_second = 1'000}, 1, 1};
    requests.want(0, start);
    auto now = start;
    std::chrono::nanoseconds last{0};
    for (int i = 0; i < 4; ++i) {
        const std::uint64_t id = ask(requests, now);
        EXPECT_EQ(requests.on_answer(id, 503, {}, now), Outcome::failed);
        const auto due = requests.next_due();
        ASSERT_TRUE(due);
        EXPECT_GT(*due - now, last / 2);
        last = *due - now;
        EXPECT_FALSE(requests.next(*due - 1ns));
        now = *due;
    }
    EXPECT_GT(last, 1s);
    EXPECT_EQ(requests.counts().failed, 4u);
}

TEST(SnapshotRequests, LeavesAVenueAloneThatHasEnough) {
    SnapshotRequests requests{{.per_second = 1'000}, 2, 1};
    requests.want(0, start);
    requests.want(1, start);
    const std::uint64_t id = ask(requests, start);
    EXPECT_EQ(requests.on_answer(id, 429, 30, start), Outcome::too_many);
    EXPECT_FALSE(requests.next(start + 29s));
    EXPECT_EQ(requests.next_due(), start + 30s);
    EXPECT_TRUE(requests.next(start + 30s));
    EXPECT_TRUE(requests.next(start + 31s));
    EXPECT_EQ(requests.counts().throttled, 1u);
}

TEST(SnapshotRequests, LeavesAVenueAloneForTheLongestThatItSaid) {
    SnapshotRequests requests{{.per_second = 1'000}, 2, 1};
    requests.want(0, start);
    requests.want(1, start);
    const std::uint64_t one = ask(requests, start);
    const std::uint64_t other = ask(requests, start);
    EXPECT_EQ(requests.on_answer(one, 418, 300, start), Outcome::too_many);
    EXPECT_EQ(requests.on_answer(other, 429, {}, start + 1s), Outcome::too_many);
    EXPECT_FALSE(requests.next(start + 299s));
    EXPECT_TRUE(requests.next(start + 300s));
}

TEST(SnapshotRequests, HeedsNoWordsForLongerThanItsOwnLimit) {
    SnapshotRequests requests{{.per_second = 1'000}, 1, 1};
    requests.want(0, start);
    EXPECT_EQ(requests.on_answer(ask(requests, start), 418, 4'000'000'000U, start),
              Outcome::too_many);
    EXPECT_TRUE(requests.next(start + 601s));
}

TEST(SnapshotRequests, GivesUpAnAnswerThatDoesNotCome) {
    SnapshotRequests requests{{}, 1, 1};
    requests.want(0, start);
    const std::uint64_t id = ask(requests, start);
    EXPECT_FALSE(requests.take_overdue(start + 9s));
    EXPECT_EQ(requests.next_due(), start + 10s);
    const auto late = requests.take_overdue(start + 10s);
    ASSERT_TRUE(late);
    EXPECT_EQ(late->id, id);
    EXPECT_FALSE(requests.take_overdue(start + 10s));
    EXPECT_EQ(requests.on_answer(id, 200, {}, start + 10s), Outcome::foreign);
    EXPECT_TRUE(requests.next(start + 11s));
}

TEST(SnapshotRequests, WaitsBeforeItAsksAgainForWhatWasOfNoUse) {
    SnapshotRequests requests{{.per_second = 1'000}, 1, 1};
    requests.want(0, start);
    static_cast<void>(requests.on_answer(ask(requests, start), 200, {}, start));
    requests.want(0, start + 1ms);
    EXPECT_FALSE(requests.next(start + 1ms));
    const auto due = requests.next_due();
    ASSERT_TRUE(due);
    EXPECT_TRUE(requests.next(*due));
    // A wish long after is about another loss.
    requests.drop(0);
    requests.want(0, start + 60s);
    EXPECT_TRUE(requests.next(start + 60s));
}

TEST(SnapshotRequests, DropsWhatIsAskedForOverALostConnection) {
    SnapshotRequests requests{{}, 1, 1};
    requests.want(0, start);
    const std::uint64_t id = ask(requests, start);
    EXPECT_EQ(requests.drop(0), id);
    EXPECT_EQ(requests.drop(0), std::nullopt);
    EXPECT_EQ(requests.on_answer(id, 200, {}, start + 1s), Outcome::foreign);
    EXPECT_FALSE(requests.next_due());
    requests.want_first(0, start + 1s);
    static_cast<void>(requests.on_answer(ask(requests, start + 1s), 200, {}, start + 2s));
    requests.want_first(0, start + 3s);
    EXPECT_FALSE(requests.next(start + 60s));
}

}  // namespace
}  // namespace tickweir::gateway
