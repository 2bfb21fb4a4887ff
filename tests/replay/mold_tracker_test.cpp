#include "replay/mold_tracker.hpp"

#include <limits>
#include <random>

#include "tests/replay/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay::tests {
namespace {

using Outcome = MoldTracker::Outcome;

/// What one packet brought.
struct Brought {
    Outcome outcome = Outcome::nothing;
    Buffer frames;
    std::uint64_t lost = 0;
    std::optional<std::uint64_t> sequence;
    std::uint32_t session = 0;
    bool new_session = false;
    friend bool operator==(const Brought&, const Brought&) = default;
};

void PrintTo(const Brought& brought, std::ostream* out) {
    *out << "outcome " << static_cast<int>(brought.outcome) << ", " << brought.frames.size()
         << " bytes, lost " << brought.lost << ", sequence "
         << (brought.sequence ? std::to_string(*brought.sequence) : "none") << ", session "
         << brought.session << (brought.new_session ? ", new" : "");
}

Brought give(MoldTracker& tracker, const Buffer& payload) {
    Block block;
    const Outcome outcome = tracker.on_payload(payload, block);
    if (outcome != Outcome::block) return {outcome, {}, 0, std::nullopt, 0, false};
    return {outcome,           {block.frames.begin(), block.frames.end()},
            block.lost_before, block.sequence,
            block.session,     block.new_session};
}

Brought news(std::uint64_t sequence, unsigned count, std::uint64_t lost = 0,
             std::uint32_t session = 0, bool new_session = false) {
    return {Outcome::block, frames(count, static_cast<unsigned>(sequence)), lost, sequence, session,
            new_session};
}

const Brought nothing{Outcome::nothing, {}, 0, std::nullopt, 0, false};
const Brought not_mold{Outcome::not_mold, {}, 0, std::nullopt, 0, false};

TEST(MoldTracker, GivesPacketsInSequence) {
    MoldTracker tracker;
    EXPECT_EQ(give(tracker, mold_events("A", 1, 3)), news(1, 3, 0, 0, true));
    EXPECT_EQ(give(tracker, mold_events("A", 4, 1)), news(4, 1));
    EXPECT_EQ(tracker.totals().mold_packets, 2U);
    ASSERT_EQ(tracker.sessions().size(), 1U);
    EXPECT_EQ(tracker.sessions()[0].next_sequence, 5U);
    EXPECT_EQ(tracker.sessions()[0].messages, 4U);
    EXPECT_EQ(tracker.sessions()[0].id, "A");
}

TEST(MoldTracker, DropsTheSecondLine) {
    MoldTracker tracker;
    for (std::uint64_t sequence = 1; sequence < 100; sequence += 3) {
        EXPECT_EQ(give(tracker, mold_events("A", sequence, 3)).outcome, Outcome::block);
        EXPECT_EQ(give(tracker, mold_events("A", sequence, 3)), nothing);
    }
    EXPECT_EQ(tracker.totals().duplicate_packets, 33U);
    EXPECT_EQ(tracker.totals().duplicate_messages, 99U);
    EXPECT_EQ(tracker.totals().gaps, 0U);
}

TEST(MoldTracker, GivesOnlyTheNewPartOfAnOverlap) {
    MoldTracker tracker;
    give(tracker, mold_events("A", 1, 3));
    EXPECT_EQ(give(tracker, mold_events("A", 2, 4)), news(4, 2));
    EXPECT_EQ(tracker.totals().duplicate_messages, 2U);
    EXPECT_EQ(tracker.totals().duplicate_packets, 0U);
    EXPECT_EQ(give(tracker, mold_events("A", 6, 1)), news(6, 1));
}

TEST(MoldTracker, CountsWhatIsMissingInFrontOfAPacket) {
    MoldTracker tracker;
    give(tracker, mold_events("A", 1, 3));
    EXPECT_EQ(give(tracker, mold_events("A", 10, 2)), news(10, 2, 6));
    EXPECT_EQ(give(tracker, mold_events("A", 4, 6)), nothing) << "late is too late";
    EXPECT_EQ(give(tracker, mold_events("A", 12, 1)), news(12, 1));
    EXPECT_EQ(tracker.totals().gaps, 1U);
    EXPECT_EQ(tracker.totals().lost_messages, 6U);
    EXPECT_EQ(tracker.sessions()[0].lost, 6U);
}

TEST(MoldTracker, DoesNotCallALateStartALoss) {
    MoldTracker tracker;
    EXPECT_EQ(give(tracker, mold_events("A", 1'000, 1)), news(1'000, 1, 0, 0, true));
    EXPECT_EQ(tracker.sessions()[0].first_sequence, 1'000U);
}

TEST(MoldTracker, LearnsOfLossesFromHeartbeatsAndTheEndOfTheSession) {
    MoldTracker tracker;
    EXPECT_EQ(give(tracker, mold("A", 1, 0)), nothing);
    EXPECT_EQ(give(tracker, mold_events("A", 1, 1)), news(1, 1, 0, 0, true));
    EXPECT_EQ(give(tracker, mold("A", 2, 0)), nothing);
    EXPECT_EQ(give(tracker, mold("A", 5, 0)), news(5, 0, 3));
    EXPECT_EQ(give(tracker, mold_events("A", 5, 1)), news(5, 1));
    EXPECT_EQ(give(tracker, mold("A", 8, end_of_session)), news(8, 0, 2));
    EXPECT_EQ(give(tracker, mold("A", 8, end_of_session)), nothing);
    EXPECT_EQ(tracker.totals().heartbeats, 3U);
    EXPECT_EQ(tracker.totals().ends_of_session, 2U);
    EXPECT_EQ(tracker.totals().duplicate_packets, 0U);
    EXPECT_TRUE(tracker.sessions()[0].ended);
}

TEST(MoldTracker, KeepsSessionsApart) {
    MoldTracker tracker;
    EXPECT_EQ(give(tracker, mold_events("A", 5, 1)), news(5, 1, 0, 0, true));
    EXPECT_EQ(give(tracker, mold_events("B", 1, 1)), news(1, 1, 0, 1, true));
    EXPECT_EQ(give(tracker, mold_events("A", 6, 1)), news(6, 1, 0, 0));
    EXPECT_EQ(give(tracker, mold_events("B", 3, 1)), news(3, 1, 1, 1));
    EXPECT_EQ(tracker.totals().sessions, 2U);
}

TEST(MoldTracker, PassesUnnumberedSessionsThrough) {
    MoldTracker tracker;
    for (int i = 0; i < 3; ++i) {
        const Brought brought = give(tracker, mold("", 0, 2, frames(2)));
        EXPECT_EQ(brought, (Brought{Outcome::block, frames(2), 0, std::nullopt, 0, i == 0}));
    }
    EXPECT_FALSE(tracker.sessions()[0].numbered);
    EXPECT_EQ(give(tracker, mold_events("", 1, 1)), news(1, 1, 0, 1, true)) << "numbered after all";
    EXPECT_EQ(give(tracker, mold_events("", 3, 1)), news(3, 1, 1, 1));
}

TEST(MoldTracker, RefusesPayloadsThatMessagesDoNotFillExactly) {
    MoldTracker tracker;
    Buffer packet = mold_events("A", 1, 3);
    for (std::size_t size = 0; size < packet.size(); ++size) {
        const Buffer cut{packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)};
        EXPECT_EQ(give(tracker, cut), not_mold) << size;
    }
    packet.push_back(std::byte{0});
    EXPECT_EQ(give(tracker, packet), not_mold);
    EXPECT_EQ(give(tracker, mold("A", 1, 0, frames(1))), not_mold);
    EXPECT_EQ(give(tracker, mold("A", 1, end_of_session, frames(1))), not_mold);
    EXPECT_EQ(give(tracker, mold("A", std::numeric_limits<std::uint64_t>::max(), 1, frames(1))),
              not_mold);
    EXPECT_EQ(tracker.totals(), CaptureTotals{});
}

TEST(MoldTracker, ForgetsTheLongestUnusedOfTooManySessions) {
    MoldTracker tracker;
    for (std::size_t i = 0; i < MoldTracker::sessions_max; ++i)
        give(tracker, mold_events(std::to_string(i), 1, 1));
    give(tracker, mold_events("0", 2, 1));
    EXPECT_TRUE(give(tracker, mold_events("NEW", 1, 1)).new_session);
    EXPECT_EQ(tracker.sessions().size(), MoldTracker::sessions_max);
    EXPECT_EQ(give(tracker, mold_events("0", 3, 1)), news(3, 1)) << "used lately";
    EXPECT_TRUE(give(tracker, mold_events("1", 2, 1)).new_session) << "forgotten";
    EXPECT_EQ(tracker.totals().sessions, MoldTracker::sessions_max + 2);
}

/// Random lines, losses and repetitions: every message is given once, in order, or counted as lost.
TEST(MoldTracker, GivesEveryMessageOnceOrCountsItAsLost) {
    std::mt19937_64 random{tickweir::tests::test_seed()};
    MoldTracker tracker;
    std::uint64_t sent = 1, expected = 1, lost = 0;
    give(tracker, mold("A", 1, 0));
    for (int round = 0; round < 5'000; ++round) {
        const auto count = static_cast<unsigned>(random() % 5);
        const std::uint64_t back = std::min<std::uint64_t>(sent - 1, random() % 4);
        const std::uint64_t first = sent - back;
        sent = std::max(sent, first + count);
        if (random() % 4 == 0) continue;  // on the way
        const Brought got = give(tracker, mold_events("A", first, count));
        if (got.outcome == Outcome::nothing) continue;
        lost += got.lost;
        expected += got.lost;
        ASSERT_EQ(got.sequence, expected);
        const auto given = static_cast<unsigned>(got.frames.size() / 14);
        ASSERT_EQ(got.frames, frames(given, static_cast<unsigned>(expected)));
        expected += given;
    }
    EXPECT_EQ(tracker.totals().lost_messages, lost);
    EXPECT_EQ(tracker.sessions()[0].messages + lost, expected - 1);
}

}  // namespace
}  // namespace tickweir::replay::tests
