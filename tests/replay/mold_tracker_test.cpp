#include "replay/mold_tracker.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <random>

#include "tests/replay/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay::tests {
namespace {

using Outcome = MoldTracker::Outcome;

/// One block, or what a packet was that brought none.
struct Brought {
    Outcome outcome = Outcome::nothing;
    Buffer frames;
    std::uint64_t lost = 0;
    std::optional<std::uint64_t> sequence;
    std::uint32_t session = 0;
    bool new_session = false;
    friend bool operator==(const Brought&, const Brought&) = default;
};
using Blocks = std::vector<Brought>;

void PrintTo(const Brought& brought, std::ostream* out) {
    *out << "outcome " << static_cast<int>(brought.outcome) << ", " << brought.frames.size()
         << " bytes, lost " << brought.lost << ", sequence "
         << (brought.sequence ? std::to_string(*brought.sequence) : "none") << ", session "
         << brought.session << (brought.new_session ? ", new" : "");
}

Brought brought(const Block& block) {
    return {Outcome::block,    {block.frames.begin(), block.frames.end()},
            block.lost_before, block.sequence,
            block.session,     block.new_session};
}

/// Everything that next() has.
Blocks rest(MoldTracker& tracker) {
    Blocks blocks;
    Block block;
    while (tracker.next(block)) {
        blocks.push_back(brought(block));
        std::byte sum{};  // the guaranteed room is readable; sanitizers watch
        for (std::size_t i = 0; i < Block::padding; ++i)
            sum ^= *(block.frames.data() + block.frames.size() + i);
        static_cast<void>(sum);
    }
    return blocks;
}

Blocks give_at(MoldTracker& tracker, std::optional<book::TimeNs> time, const Buffer& payload) {
    Block block;
    const Outcome outcome = tracker.on_payload(payload, 0, time, block);
    Blocks blocks;
    if (outcome == Outcome::block)
        blocks.push_back(brought(block));
    else if (outcome == Outcome::not_mold)
        blocks.push_back({outcome, {}, 0, std::nullopt, 0, false});
    std::ranges::move(rest(tracker), std::back_inserter(blocks));
    return blocks;
}

Blocks give(MoldTracker& tracker, const Buffer& payload) {
    return give_at(tracker, std::nullopt, payload);
}

Blocks finish(MoldTracker& tracker) {
    tracker.finish();
    return rest(tracker);
}

Brought one(std::uint64_t sequence, unsigned count, std::uint64_t lost = 0,
            std::uint32_t session = 0, bool new_session = false) {
    return {Outcome::block, frames(count, static_cast<unsigned>(sequence)), lost, sequence, session,
            new_session};
}

Blocks news(std::uint64_t sequence, unsigned count, std::uint64_t lost = 0,
            std::uint32_t session = 0, bool new_session = false) {
    return {one(sequence, count, lost, session, new_session)};
}

const Blocks nothing;
const Blocks not_mold{{Outcome::not_mold, {}, 0, std::nullopt, 0, false}};

book::TimeNs at_second(int seconds) {
    return book::TimeNs{std::chrono::seconds{1'700'000'000 + seconds}};
}

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
        EXPECT_EQ(give(tracker, mold_events("A", sequence, 3)).size(), 1U);
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

TEST(MoldTracker, PutsLatePacketsInFrontOfEarlierOnes) {
    MoldTracker tracker;
    give(tracker, mold_events("A", 1, 3));
    EXPECT_EQ(give(tracker, mold_events("A", 10, 2)), nothing);
    EXPECT_EQ(give(tracker, mold_events("A", 7, 1)), nothing);
    EXPECT_EQ(give(tracker, mold_events("A", 12, 1)), nothing);
    EXPECT_EQ(give(tracker, mold_events("A", 4, 3)), (Blocks{one(4, 3), one(7, 1)}));
    EXPECT_EQ(give(tracker, mold_events("A", 8, 2)), (Blocks{one(8, 2), one(10, 2), one(12, 1)}));
    EXPECT_EQ(tracker.totals().gaps, 0U);
    EXPECT_EQ(tracker.totals().duplicate_messages, 0U);
    EXPECT_EQ(tracker.sessions()[0].messages, 12U);
}

TEST(MoldTracker, TellsWhatIsMissingWhenTheCaptureIsOver) {
    MoldTracker tracker;
    give(tracker, mold_events("A", 1, 3));
    EXPECT_EQ(give(tracker, mold_events("A", 10, 2)), nothing);
    EXPECT_EQ(give(tracker, mold_events("A", 20, 1)), nothing);
    EXPECT_EQ(finish(tracker), (Blocks{one(10, 2, 6), one(20, 1, 8)}));
    EXPECT_EQ(tracker.totals().gaps, 2U);
    EXPECT_EQ(tracker.totals().lost_messages, 14U);
    EXPECT_EQ(tracker.sessions()[0].lost, 14U);
    EXPECT_EQ(finish(tracker), nothing);
}

TEST(MoldTracker, GivesKeptBlocksTheirOwnPlaceAndTime) {
    MoldTracker tracker;
    Block block;
    const auto take = [&](std::uint64_t sequence, std::uint64_t offset, int second) {
        return tracker.on_payload(mold_events("A", sequence, 1), offset, at_second(second), block);
    };
    EXPECT_EQ(take(1, 100, 1), Outcome::block);
    EXPECT_EQ(take(3, 200, 2), Outcome::nothing);
    EXPECT_EQ(take(2, 300, 3), Outcome::block);
    EXPECT_EQ(block.offset, 300U);
    EXPECT_EQ(block.received, at_second(3));
    ASSERT_TRUE(tracker.next(block));
    EXPECT_EQ(block.offset, 200U);
    EXPECT_EQ(block.received, at_second(2));
    EXPECT_FALSE(tracker.next(block));
}

TEST(MoldTracker, CountsRepetitionsOfWhatIsKept) {
    MoldTracker tracker;
    give(tracker, mold_events("A", 1, 1));
    EXPECT_EQ(give(tracker, mold_events("A", 5, 3)), nothing);
    EXPECT_EQ(give(tracker, mold_events("A", 5, 3)), nothing) << "the other line";
    EXPECT_EQ(give(tracker, mold_events("A", 6, 2)), nothing) << "lies within";
    EXPECT_EQ(tracker.totals().duplicate_packets, 2U);
    EXPECT_EQ(tracker.totals().duplicate_messages, 5U);
    EXPECT_EQ(give(tracker, mold_events("A", 5, 4)), nothing) << "longer";
    EXPECT_EQ(give(tracker, mold_events("A", 4, 2)), nothing) << "overlaps";
    EXPECT_EQ(give(tracker, mold_events("A", 2, 2)), (Blocks{one(2, 2), one(4, 2), one(6, 3)}));
    EXPECT_EQ(tracker.totals().duplicate_messages, 9U);
    EXPECT_EQ(tracker.totals().gaps, 0U);
}

TEST(MoldTracker, DoesNotCallALateStartALoss) {
    MoldTracker tracker;
    EXPECT_EQ(give(tracker, mold_events("A", 1'000, 1)), nothing) << "the beginning may come";
    EXPECT_EQ(give(tracker, mold_events("A", 1'001, 1)), nothing);
    EXPECT_EQ(finish(tracker), (Blocks{one(1'000, 1, 0, 0, true), one(1'001, 1)}));
    EXPECT_EQ(tracker.sessions()[0].first_sequence, 1'000U);
    EXPECT_EQ(tracker.totals().gaps, 0U);
}

TEST(MoldTracker, BeginsALateStartWithWhatLeadsUpToIt) {
    MoldTracker tracker;
    give(tracker, mold_events("A", 1'000, 1));
    give(tracker, mold_events("A", 998, 2));
    give(tracker, mold_events("A", 995, 1));
    EXPECT_EQ(finish(tracker), (Blocks{one(998, 2, 0, 0, true), one(1'000, 1)}));
    EXPECT_EQ(tracker.sessions()[0].first_sequence, 998U);
    EXPECT_EQ(tracker.totals().duplicate_messages, 1U) << "from before the start";
}

TEST(MoldTracker, TakesTheBeginningThatWasFetchedBehindALateStart) {
    MoldTracker tracker;
    EXPECT_EQ(give(tracker, mold_events("A", 100, 5)), nothing);
    EXPECT_EQ(give(tracker, mold_events("A", 40, 60)), nothing) << "the second answer first";
    EXPECT_EQ(give(tracker, mold_events("A", 105, 1)), nothing);
    EXPECT_EQ(give(tracker, mold_events("A", 1, 39)),
              (Blocks{one(1, 39, 0, 0, true), one(40, 60), one(100, 5), one(105, 1)}));
    EXPECT_EQ(tracker.sessions()[0].first_sequence, 1U);
    EXPECT_EQ(tracker.totals().gaps, 0U);
}

TEST(MoldTracker, LosesPatienceByTheClockOfTheCapture) {
    MoldTracker tracker;
    give_at(tracker, at_second(0), mold_events("A", 1, 1));
    EXPECT_EQ(give_at(tracker, at_second(1), mold_events("A", 3, 1)), nothing);
    EXPECT_EQ(give_at(tracker, at_second(50), mold_events("A", 5, 1)), nothing);
    EXPECT_EQ(give_at(tracker, at_second(60), mold_events("A", 6, 1)), nothing);
    EXPECT_EQ(give_at(tracker, at_second(62), mold_events("A", 8, 1)), news(3, 1, 1));
    EXPECT_EQ(give_at(tracker, at_second(61), mold_events("A", 4, 1)),
              (Blocks{one(4, 1), one(5, 1), one(6, 1)}))
        << "in time";
    EXPECT_EQ(give_at(tracker, at_second(300), mold_events("A", 7, 1)),
              (Blocks{one(7, 1), one(8, 1)}))
        << "nothing else came, so that nobody lost patience";
    EXPECT_EQ(tracker.totals().lost_messages, 1U);
}

TEST(MoldTracker, WaitsAsLongAsWhatIsMissingComes) {
    MoldTracker tracker;
    give_at(tracker, at_second(0), mold_events("A", 1'000, 1));
    for (int i = 1; i <= 20; ++i)
        give_at(tracker, at_second(50 * i), mold_events("A", static_cast<unsigned>(i), 1));
    EXPECT_EQ(tracker.sessions()[0].next_sequence, 21U);
    EXPECT_EQ(tracker.totals().gaps, 0U);
    EXPECT_EQ(give_at(tracker, at_second(1'100), mold("A", 1'001, 0)), news(1'000, 1, 979));
}

TEST(MoldTracker, LosesPatienceWithAllSessionsAtOneTime) {
    MoldTracker tracker;
    give_at(tracker, at_second(0), mold_events("A", 1, 1));
    give_at(tracker, at_second(0), mold_events("B", 1, 1));
    give_at(tracker, at_second(1), mold_events("A", 3, 1));
    EXPECT_EQ(give_at(tracker, at_second(61), mold_events("B", 2, 1)),
              (Blocks{one(2, 1, 0, 1), one(3, 1, 1, 0)}));
}

TEST(MoldTracker, GivesUpAHoleWhenThereIsNoRoom) {
    MoldTracker tracker{{.kept_bytes_max = 4'096}};
    give(tracker, mold_events("A", 1, 1));
    std::uint64_t next = 3;
    Blocks got;
    for (; got.empty(); ++next)
        got = give(tracker, mold_events("A", next, 1));
    ASSERT_EQ(got.size(), next - 3);
    EXPECT_LT(got.size(), 20U);
    EXPECT_EQ(got.front(), one(3, 1, 1));
    EXPECT_EQ(give(tracker, mold_events("A", next, 1)), news(next, 1)) << "in sequence again";
    EXPECT_EQ(give(tracker, mold_events("A", 2, 1)), nothing) << "too late";
    EXPECT_EQ(tracker.totals().duplicate_messages, 1U);
    MoldTracker few{{.kept_packets_max = 3}};
    give(few, mold_events("A", 1, 1));
    for (std::uint64_t at = 3; at < 6; ++at)
        EXPECT_EQ(give(few, mold_events("A", at, 1)), nothing);
    EXPECT_EQ(give(few, mold_events("A", 6, 1)),
              (Blocks{one(3, 1, 1), one(4, 1), one(5, 1), one(6, 1)}));
    MoldTracker small{{.kept_bytes_max = 10}};
    give(small, mold_events("A", 1, 1));
    EXPECT_EQ(give(small, mold_events("A", 5, 2)), news(5, 2, 3)) << "no room at all";
    EXPECT_EQ(give(small, mold_events("B", 7, 1)), news(7, 1, 0, 1, true));
}

TEST(MoldTracker, LearnsOfLossesFromHeartbeatsAndTheEndOfTheSession) {
    MoldTracker tracker;
    EXPECT_EQ(give(tracker, mold("A", 1, 0)), nothing);
    EXPECT_EQ(give(tracker, mold_events("A", 1, 1)), news(1, 1, 0, 0, true));
    EXPECT_EQ(give(tracker, mold("A", 2, 0)), nothing);
    EXPECT_EQ(give(tracker, mold("A", 5, 0)), nothing);
    EXPECT_EQ(give(tracker, mold_events("A", 5, 1)), nothing);
    EXPECT_EQ(give(tracker, mold("A", 6, 0)), nothing);
    EXPECT_EQ(give(tracker, mold("A", 8, end_of_session)), nothing);
    EXPECT_EQ(give(tracker, mold("A", 8, end_of_session)), nothing);
    EXPECT_EQ(finish(tracker), (Blocks{one(5, 1, 3), one(8, 0, 2)}));
    EXPECT_EQ(tracker.totals().heartbeats, 4U);
    EXPECT_EQ(tracker.totals().ends_of_session, 2U);
    EXPECT_EQ(tracker.totals().duplicate_packets, 0U);
    EXPECT_TRUE(tracker.sessions()[0].ended);
}

TEST(MoldTracker, KeepsSessionsApart) {
    MoldTracker tracker;
    EXPECT_EQ(give(tracker, mold_events("A", 1, 5)), news(1, 5, 0, 0, true));
    EXPECT_EQ(give(tracker, mold_events("B", 1, 1)), news(1, 1, 0, 1, true));
    EXPECT_EQ(give(tracker, mold_events("A", 6, 1)), news(6, 1, 0, 0));
    EXPECT_EQ(give(tracker, mold_events("B", 3, 1)), nothing);
    EXPECT_EQ(give(tracker, mold_events("B", 2, 1)), (Blocks{one(2, 1, 0, 1), one(3, 1, 0, 1)}));
    EXPECT_EQ(tracker.totals().sessions, 2U);
}

TEST(MoldTracker, EndsTheHolesOfASessionWhereAnotherBegins) {
    MoldTracker tracker;
    give(tracker, mold_events("A", 1, 1));
    give(tracker, mold_events("A", 4, 1));
    EXPECT_EQ(give(tracker, mold_events("B", 1, 2)),
              (Blocks{one(4, 1, 2, 0), one(1, 2, 0, 1, true)}));
    give(tracker, mold_events("B", 4, 1));
    EXPECT_EQ(give(tracker, mold("", 0, 1, frames(1))),
              (Blocks{one(4, 1, 1, 1), {Outcome::block, frames(1), 0, std::nullopt, 2, true}}));
}

TEST(MoldTracker, PassesUnnumberedSessionsThrough) {
    MoldTracker tracker;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(give(tracker, mold("", 0, 2, frames(2))),
                  (Blocks{{Outcome::block, frames(2), 0, std::nullopt, 0, i == 0}}));
    }
    EXPECT_FALSE(tracker.sessions()[0].numbered);
    EXPECT_EQ(give(tracker, mold("", 0, 0)), nothing);
    EXPECT_EQ(give(tracker, mold_events("", 1, 1)), news(1, 1, 0, 1, true)) << "numbered after all";
    EXPECT_EQ(give(tracker, mold_events("", 3, 1)), nothing);
    EXPECT_EQ(finish(tracker), news(3, 1, 1, 1));
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
    EXPECT_TRUE(give(tracker, mold_events("NEW", 1, 1)).at(0).new_session);
    EXPECT_EQ(tracker.sessions().size(), MoldTracker::sessions_max);
    EXPECT_EQ(give(tracker, mold_events("0", 3, 1)), news(3, 1)) << "used lately";
    EXPECT_EQ(give(tracker, mold_events("1", 2, 1)), nothing);
    EXPECT_EQ(finish(tracker).at(0).new_session, true) << "forgotten";
    EXPECT_EQ(tracker.totals().sessions, MoldTracker::sessions_max + 2);
}

/// Random lines, losses, lateness and repetitions: every message is given once, in order, or
/// counted as lost, and lost is only what did not come at all.
TEST(MoldTracker, GivesEveryMessageOnceOrCountsItAsLost) {
    std::mt19937_64 random{tickweir::tests::test_seed()};
    MoldTracker tracker;
    struct Packet {
        std::uint64_t due, first;
        unsigned count;
    };
    std::vector<Packet> packets;
    std::vector<bool> sent_ok(1, true);  // by sequence
    std::uint64_t sent = 1;
    for (std::uint64_t round = 0; round < 5'000; ++round) {
        const auto count = static_cast<unsigned>(random() % 5);
        const std::uint64_t first = sent - std::min<std::uint64_t>(sent - 1, random() % 4);
        sent = std::max(sent, first + count);
        sent_ok.resize(sent);
        if (random() % 4 == 0) continue;  // lost on the way
        for (std::uint64_t at = first; at < first + count; ++at)
            sent_ok[at] = true;
        packets.push_back({round + random() % 50, first, count});
    }
    std::ranges::stable_sort(packets, {}, &Packet::due);
    Blocks got = give(tracker, mold("A", 1, 0));
    std::uint64_t messages = 0;
    for (const Packet& packet : packets) {
        std::ranges::move(give(tracker, mold_events("A", packet.first, packet.count)),
                          std::back_inserter(got));
        messages += packet.count;
    }
    std::ranges::move(finish(tracker), std::back_inserter(got));
    std::uint64_t expected = 1, lost = 0;
    for (const Brought& block : got) {
        for (std::uint64_t i = 0; i < block.lost; ++i)
            ASSERT_FALSE(sent_ok[expected++]);
        lost += block.lost;
        ASSERT_EQ(block.sequence, expected);
        const auto given = static_cast<unsigned>(block.frames.size() / 14);
        ASSERT_EQ(block.frames, frames(given, static_cast<unsigned>(expected)));
        expected += given;
    }
    EXPECT_EQ(tracker.totals().lost_messages, lost);
    EXPECT_EQ(tracker.sessions()[0].messages + lost, expected - 1);
    EXPECT_EQ(tracker.totals().duplicate_messages + tracker.sessions()[0].messages, messages);
}

}  // namespace
}  // namespace tickweir::replay::tests
