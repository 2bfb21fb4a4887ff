// Outcomes wait for their records: in order, none lost, none too early, whatever their lengths.
#include "txn/engine/outbox.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <random>
#include <thread>
#include <vector>

#include "tests/support/seed.hpp"

namespace tickweir::txn {
namespace {

using log::Lsn;

Outcome outcome_of(std::uint64_t number, std::size_t events, std::size_t levels) {
    Outcome outcome;
    for (std::size_t i = 0; i < events; ++i) {
        Event& event = outcome.events.emplace_back();
        event.sequence = number;
        event.affected = i;
    }
    for (std::size_t i = 0; i < levels; ++i) {
        LevelEvent& level = outcome.levels.emplace_back();
        level.level.price.ticks = static_cast<std::int64_t>(number * 1000 + i);
    }
    return outcome;
}

std::vector<std::uint64_t> released(Outbox& outbox, std::uint64_t durable) {
    std::vector<std::uint64_t> lsns;
    outbox.release(Lsn{durable},
                   [&](const ReleasedOutcome& one) { lsns.push_back(number(one.lsn)); });
    return lsns;
}

TEST(OutboxTest, ReleasesNothingBeforeItsRecordIsDurable) {
    Outbox outbox{{.outcomes = 8, .events = 16, .levels = 16}};
    for (const std::uint64_t lsn : {3u, 4u, 4u, 7u})
        ASSERT_TRUE(outbox.push(Lsn{lsn}, true, outcome_of(lsn, 1, 0)));
    EXPECT_EQ(released(outbox, 2), std::vector<std::uint64_t>{});
    EXPECT_EQ(outbox.waiting(), 4u);
    EXPECT_EQ(released(outbox, 4), (std::vector<std::uint64_t>{3, 4, 4}));
    EXPECT_EQ(released(outbox, 6), std::vector<std::uint64_t>{});
    EXPECT_EQ(released(outbox, 7), std::vector<std::uint64_t>{7});
    EXPECT_EQ(outbox.waiting(), 0u);
}

TEST(OutboxTest, ReleasesAtOnceOnlyAtThePointThatSaysSo) {
    Outbox outbox{{.outcomes = 8, .events = 16, .levels = 16}, CommitPoint::applied_unlogged};
    ASSERT_TRUE(outbox.push(Lsn{3}, true, outcome_of(3, 1, 0)));
    EXPECT_EQ(released(outbox, 0), std::vector<std::uint64_t>{3});
    EXPECT_NE(to_string(CommitPoint::applied_unlogged).find("unsafe"), std::string_view::npos);
    EXPECT_EQ(to_string(CommitPoint::durable), "durable");
}

TEST(OutboxTest, KeepsWhatItsReaderHasNoRoomFor) {
    Outbox outbox{{.outcomes = 8, .events = 16, .levels = 16}};
    for (const std::uint64_t lsn : {3u, 4u, 5u})
        ASSERT_TRUE(outbox.push(Lsn{lsn}, true, outcome_of(lsn, 1, 0)));
    std::vector<std::uint64_t> offered;
    const auto until = [&](std::uint64_t last) {
        return outbox.release(Lsn{9}, [&](const ReleasedOutcome& one) {
            offered.push_back(number(one.lsn));
            return number(one.lsn) <= last;
        });
    };
    EXPECT_EQ(until(3), 1u);
    EXPECT_EQ(outbox.waiting(), 2u);
    EXPECT_EQ(until(3), 0u);
    EXPECT_EQ(until(5), 2u);
    EXPECT_EQ(offered, (std::vector<std::uint64_t>{3, 4, 4, 4, 5}));
    EXPECT_EQ(outbox.waiting(), 0u);
}

TEST(OutboxTest, SaysThatItIsFullBeforeAnythingIsLost) {
    Outbox outbox{{.outcomes = 2, .events = 8, .levels = 4}};
    EXPECT_TRUE(outbox.has_room(8, 4));
    EXPECT_FALSE(outbox.has_room(9, 0));
    EXPECT_FALSE(outbox.has_room(0, 5));
    ASSERT_TRUE(outbox.push(Lsn{1}, true, outcome_of(1, 5, 1)));
    EXPECT_FALSE(outbox.has_room(4, 0)) << "not in one piece";
    EXPECT_TRUE(outbox.has_room(3, 3));
    EXPECT_FALSE(outbox.push(Lsn{2}, true, outcome_of(2, 4, 0)));
    ASSERT_TRUE(outbox.push(Lsn{2}, true, outcome_of(2, 3, 0)));
    EXPECT_FALSE(outbox.has_room(0, 0)) << "two outcomes are all";
    EXPECT_EQ(released(outbox, 1), std::vector<std::uint64_t>{1});
    EXPECT_TRUE(outbox.has_room(5, 3));
    EXPECT_FALSE(outbox.has_room(6, 3));
}

TEST(OutboxTest, KeepsOutcomesOfAnyLengthWholeAndInOrder) {
    std::mt19937_64 random{tests::test_seed()};
    Outbox outbox{{.outcomes = 13, .events = 37, .levels = 29}};
    std::deque<std::pair<std::uint64_t, Outcome>> expected;
    std::uint64_t refused = 0;
    for (std::uint64_t lsn = 1; lsn < 20'000; ++lsn) {
        const Outcome outcome = outcome_of(lsn, random() % 18, random() % 14);
        const bool room = outbox.has_room(outcome.events.size(), outcome.levels.size());
        ASSERT_EQ(outbox.push(Lsn{lsn}, lsn % 2 == 0, outcome), room);
        if (room) expected.emplace_back(lsn, outcome);
        refused += !room;
        if (random() % 3 != 0) continue;
        const std::uint64_t durable = lsn - random() % 8;
        outbox.release(Lsn{durable}, [&](const ReleasedOutcome& one) {
            ASSERT_FALSE(expected.empty());
            const auto& [number, whole] = expected.front();
            ASSERT_EQ(one.lsn, Lsn{number});
            ASSERT_LE(number, durable);
            ASSERT_EQ(one.logged, number % 2 == 0);
            ASSERT_TRUE(std::ranges::equal(one.events, whole.events));
            ASSERT_TRUE(std::ranges::equal(one.levels, whole.levels));
            expected.pop_front();
        });
        ASSERT_EQ(outbox.waiting(), expected.size());
    }
    EXPECT_GT(refused, 100u);
}

}  // namespace
}  // namespace tickweir::txn
