// The receiver of MoldUDP64 by scripts of packets: order, holes, ends, sessions, damage. What it
// tells and asks is compared as whole lists.
#include "codecs/mold/receiver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "tests/codecs/mold_script.hpp"

namespace tickweir::codecs::mold {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::begun;
using tests::Buffer;
using tests::mold_packet;
using tests::MoldScript;

constexpr ReceiverLimits alone{};  // one line, nobody to ask
constexpr ReceiverLimits asking{.servers = 1};
constexpr ReceiverLimits two_lines{.lines = 2, .servers = 1};
constexpr std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();

// ---------------------------------------------------------------- in order

TEST(Receiver, GivesWhatComesInOrder) {
    MoldScript script{alone};
    EXPECT_EQ(script.receiver().next_sequence(), 0U);
    script.line(0, 1, 3);
    script.heartbeat(0, 4);
    script.line(0, 4, 1);
    script.line(0, 5, 40);
    EXPECT_THAT(script.told(),
                ElementsAre("session A", "messages 1-3", "messages 4", "messages 5-44"));
    EXPECT_EQ(script.counts(),
              (ReceiverCounts{.packets = {4, 0}, .first = {44, 0}, .messages = 44}));
    EXPECT_EQ(script.receiver().next_due(), std::nullopt);
}

TEST(Receiver, GivesAViewOfTheDatagramAndWhenItCame) {
    Receiver receiver{alone};
    const Buffer datagram = mold_packet("A", 1, 3);
    const TimeNs now{5s};
    receiver.on_packet(0, datagram, now);
    ASSERT_EQ(receiver.front()->kind, EventKind::session);
    receiver.advance();
    ASSERT_EQ(receiver.front()->kind, EventKind::messages);
    EXPECT_EQ(receiver.front()->frames.data(), datagram.data() + sizeof(Header));
    EXPECT_EQ(receiver.front()->received, now);
}

TEST(Receiver, GivesNothingTwice) {
    MoldScript script = begun(alone);
    script.line(0, 1, 3);
    script.line(0, 2, 2);
    EXPECT_THAT(script.told(), IsEmpty());
    EXPECT_EQ(script.counts().duplicates, 5U);
}

TEST(Receiver, GivesOnlyTheNewMessagesOfAPacket) {
    MoldScript script = begun(alone);
    script.line(0, 2, 4);
    EXPECT_THAT(script.told(), ElementsAre("messages 4-5"));
    EXPECT_EQ(script.counts().duplicates, 2U);
}

TEST(Receiver, TakesOfTwoLinesTheFirstCopy) {
    MoldScript script{two_lines};
    script.line(0, 1, 2);
    script.line(1, 1, 2);
    script.line(1, 3, 2);
    script.line(0, 3, 3);
    EXPECT_THAT(script.told(),
                ElementsAre("session A", "messages 1-2", "messages 3-4", "messages 5"));
    EXPECT_EQ(script.counts(),
              (ReceiverCounts{.packets = {2, 2}, .first = {3, 2}, .messages = 5, .duplicates = 4}));
}

// ---------------------------------------------------------------- holes

TEST(Receiver, PutsLatePacketsInSequenceWithoutAsking) {
    MoldScript script = begun(asking);
    script.line(0, 6, 2);
    script.line(0, 8, 1);
    EXPECT_THAT(script.told(), IsEmpty());
    EXPECT_EQ(script.receiver().missing(), 2U);
    script.line(0, 4, 2);
    EXPECT_THAT(script.told(), ElementsAre("messages 4-5", "messages 6-7", "messages 8"));
    EXPECT_EQ(script.counts(),
              (ReceiverCounts{.packets = {4, 0}, .first = {8, 0}, .messages = 8, .reordered = 1}));
    EXPECT_EQ(script.receiver().next_due(), std::nullopt);
}

TEST(Receiver, TellsOfAKeptPacketWhenItCame) {
    Receiver receiver{alone};
    const TimeNs now{5s};
    const auto sequences_and_times = [&] {
        std::vector<std::pair<std::uint64_t, TimeNs>> told;
        for (; receiver.front() != nullptr; receiver.advance()) {
            told.emplace_back(receiver.front()->sequence, receiver.front()->received);
        }
        return told;
    };
    const Buffer one = mold_packet("A", 1, 1);
    receiver.on_packet(0, one, now);
    (void)sequences_and_times();
    const Buffer three = mold_packet("A", 3, 1);
    receiver.on_packet(0, three, now + 1us);
    const Buffer two = mold_packet("A", 2, 1);
    receiver.on_packet(0, two, now + 2us);
    EXPECT_THAT(sequences_and_times(),
                ElementsAre(std::pair{2U, now + 2us}, std::pair{3U, now + 1us}));
}

TEST(Receiver, FillsAHoleFromTheOtherLine) {
    MoldScript script{two_lines};
    script.line(0, 1, 1);
    script.line(0, 3, 1);
    script.line(1, 1, 1);
    script.line(1, 2, 1);
    script.line(1, 3, 1);
    EXPECT_THAT(script.told(), ElementsAre("session A", "messages 1", "messages 2", "messages 3"));
    EXPECT_EQ(script.counts().requests, 0U);
    EXPECT_EQ(script.counts().reordered, 1U);
    EXPECT_EQ(script.counts().duplicates, 2U);
}

TEST(Receiver, KeepsOnlyWhatIsNewOfAPacketFromBehindAHole) {
    MoldScript script = begun(asking);
    script.line(0, 6, 2);   // 6-7
    script.line(0, 10, 1);  // 10
    script.line(0, 5, 8);   // 5-12, of which 5, 8-9 and 11-12 are new
    EXPECT_EQ(script.receiver().missing(), 1U);
    EXPECT_EQ(script.counts().first[0], 3U + 2 + 1 + 5);
    EXPECT_EQ(script.counts().duplicates, 3U);
    script.line(0, 4, 1);
    EXPECT_THAT(script.told(), ElementsAre("messages 4", "messages 5", "messages 6-7",
                                           "messages 8-9", "messages 10", "messages 11-12"));
}

TEST(Receiver, GivesAPacketThatCoversKeptOnesInOnePiece) {
    MoldScript script = begun(asking);
    script.line(0, 5, 2);   // 5-6
    script.line(0, 8, 10);  // 8-17
    script.line(0, 4, 10);  // 4-13
    EXPECT_THAT(script.told(), ElementsAre("messages 4-13", "messages 14-17"));
    EXPECT_EQ(script.counts().first[0], 17U);
    EXPECT_EQ(script.counts().duplicates, 8U);
}

// ---------------------------------------------------------------- heartbeats and the end

TEST(Receiver, SeesAGapAtTheTailByAHeartbeat) {
    MoldScript script = begun(asking);
    script.heartbeat(0, 6);
    EXPECT_EQ(script.receiver().missing(), 2U);
    script.after(1ms);
    script.answer(0, 4, 2);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-5", "filled 4-5", "messages 4-5"));
}

TEST(Receiver, LearnsNothingFromAHeartbeatInsideAHole) {
    MoldScript script = begun(two_lines);
    script.line(0, 9, 1);
    script.heartbeat(1, 6);
    EXPECT_EQ(script.receiver().missing(), 5U);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-8"));
}

TEST(Receiver, EndsASessionOnceAllWasGiven) {
    MoldScript script = begun(asking);
    script.end(0, 4);
    EXPECT_THAT(script.told(), ElementsAre("ended at 4"));
    script.end(0, 4);
    script.heartbeat(0, 4);
    script.line(0, 2, 2);
    EXPECT_THAT(script.told(), IsEmpty());
    EXPECT_EQ(script.counts().bad_packets, 0U);
}

TEST(Receiver, SeesAGapAtTheTailByTheEndOfTheSession) {
    MoldScript script = begun(asking);
    script.end(0, 6);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-5"));
    script.answer(0, 4, 2);
    EXPECT_THAT(script.told(), ElementsAre("filled 4-5", "messages 4-5", "ended at 6"));
}

TEST(Receiver, RefusesWhatContradictsTheEnd) {
    MoldScript script = begun(asking);
    script.line(0, 6, 1);
    script.end(0, 6);  // below what is known
    script.end(0, 10);
    script.end(0, 11);
    script.end(0, 9);
    script.heartbeat(0, 11);
    script.line(0, 9, 2);
    EXPECT_EQ(script.counts().bad_packets, 5U);
    script.line(0, 9, 1);
    script.line(0, 4, 2);
    script.line(0, 7, 2);
    EXPECT_THAT(script.told(), ElementsAre("messages 4-5", "messages 6", "messages 7-8",
                                           "messages 9", "ended at 10"));
}

// ---------------------------------------------------------------- sessions

TEST(Receiver, GoesOverToANewSessionAndForgetsTheOldOne) {
    MoldScript script = begun(asking);
    script.line(0, 6, 2);
    script.line(0, 10, 1);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-5", "ask 0 for 8-9"));
    script.session = "B";
    script.line(0, 1, 1);
    EXPECT_THAT(script.told(), ElementsAre("session B", "messages 1"));
    EXPECT_EQ(script.counts().lost, 4U);
    EXPECT_EQ(script.counts().dropped, 3U);
    EXPECT_EQ(script.receiver().missing(), 0U);

    script.session = "A";
    script.line(0, 4, 2);
    script.answer(0, 4, 2);
    EXPECT_EQ(script.counts().other_session, 1U);
    EXPECT_EQ(script.counts().wrong_answers, 1U);
    script.session = "B";
    script.line(0, 3, 1);
    script.answer(0, 2, 1);
    EXPECT_EQ(script.counts().wrong_answers, 2U) << "it was asked of the other session";
    EXPECT_THAT(script.told(), IsEmpty());
}

TEST(Receiver, IsNotFrozenByTheSessionBefore) {
    MoldScript script = begun(asking);
    script.line(0, 5, 1);
    script.after(100ms);
    EXPECT_TRUE(script.receiver().frozen());
    (void)script.told();
    script.session = "B";
    script.line(0, 3, 1);
    EXPECT_THAT(script.told(), ElementsAre("session B", "frozen at 1, missing 2", "ask 0 for 1-2"));
    script.answer(0, 1, 2);
    EXPECT_THAT(script.told(),
                ElementsAre("filled 1-2", "messages 1-2", "messages 3", "live at 4"));
}

TEST(Receiver, BeginsAnotherSessionAfterTheEndOfOne) {
    MoldScript script = begun(asking);
    script.end(0, 4);
    script.session = "B";
    script.line(0, 1, 5);
    script.end(0, 6);
    EXPECT_THAT(script.told(),
                ElementsAre("ended at 4", "session B", "messages 1-5", "ended at 6"));
}

TEST(Receiver, RemembersEightSessionsThatWereLeft) {
    MoldScript script{alone};
    for (const char* name : {"A", "B", "C", "D", "E", "F", "G", "H", "I"}) {
        script.session = name;
        script.line(0, 1, 1);
    }
    (void)script.told();
    for (const char* name : {"A", "B", "H"}) {
        script.session = name;
        script.line(0, 2, 1);
    }
    EXPECT_THAT(script.told(), IsEmpty());
    EXPECT_EQ(script.counts().other_session, 3U);
    script.session = "J";
    script.line(0, 1, 1);
    script.session = "A";
    script.line(0, 1, 1);
    EXPECT_THAT(script.told(), ElementsAre("session J", "messages 1", "session A", "messages 1"));
}

TEST(Receiver, IsNotMovedToAnotherSessionByAnAnswer) {
    MoldScript script{asking};
    script.answer(0, 1, 1);
    EXPECT_EQ(script.receiver().next_sequence(), 0U);
    EXPECT_EQ(script.counts().wrong_answers, 1U);
}

// ---------------------------------------------------------------- damage

TEST(Receiver, DropsEveryTruncationOfAPacket) {
    MoldScript script = begun(asking);
    const Buffer whole = mold_packet("A", 4, 3);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        script.raw_line(0, tests::copy_of(Bytes{whole}.first(length)));
    }
    Buffer longer = whole;
    longer.push_back(std::byte{0});
    script.raw_line(0, longer);
    EXPECT_THAT(script.told(), IsEmpty());
    EXPECT_EQ(script.counts().bad_packets, whole.size() + 1);
    script.raw_line(0, whole);
    EXPECT_THAT(script.told(), ElementsAre("messages 4-6"));
}

TEST(Receiver, DropsPacketsWithoutANumber) {
    MoldScript script{asking};
    script.line(0, 0, 1);
    script.heartbeat(0, 0);
    script.end(0, 0);
    script.raw_line(0, Buffer(20));
    EXPECT_THAT(script.told(), IsEmpty());
    EXPECT_EQ(script.counts().bad_packets, 4U);
}

TEST(Receiver, CountsToTheHighestNumberAndNotBeyond) {
    MoldScript script{alone};
    script.line(0, highest - 3, 2);
    script.line(0, highest - 1, 2);
    EXPECT_EQ(script.counts().bad_packets, 1U);
    script.line(0, highest - 1, 1);
    script.heartbeat(0, highest);
    script.line(0, highest, 1);
    script.end(0, highest);
    EXPECT_THAT(script.told(),
                ElementsAre("session A", "lost 1-18446744073709551611",
                            "messages 18446744073709551612-18446744073709551613",
                            "messages 18446744073709551614", "ended at 18446744073709551615"));
    EXPECT_EQ(script.counts().bad_packets, 2U);
}

TEST(Receiver, FetchesFromTheBeginningOfTheLongestSession) {
    MoldScript script{{.servers = 1, .requests_in_flight = 1}};
    script.heartbeat(0, highest);
    EXPECT_EQ(script.receiver().missing(), highest - 1);
    script.answer(0, 1, 4'000);
    EXPECT_THAT(script.told(),
                ElementsAre("session A", "frozen at 1, missing 18446744073709551614",
                            "ask 0 for 1-4000", "messages 1-4000", "ask 0 for 4001-8000"));
}

// ---------------------------------------------------------------- time and use

TEST(Receiver, StandsStillWhenTimeGoesBack) {
    MoldScript script = begun(asking);
    script.line(0, 5, 1);
    script.after(-10s);
    script.after(10s);
    EXPECT_THAT(script.told(), IsEmpty());
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4"));
}

using ReceiverDeathTest = testing::Test;

TEST(ReceiverDeathTest, TakesNothingWhileEventsArePending) {
    Receiver receiver{asking};
    const Buffer datagram = mold_packet("A", 1, 3);
    receiver.on_packet(0, datagram, TimeNs{1s});
    EXPECT_DEATH(receiver.on_packet(0, datagram, TimeNs{1s}), "invariant");
    EXPECT_DEATH(receiver.on_answer(0, datagram, TimeNs{1s}), "invariant");
    EXPECT_DEATH(receiver.on_tick(TimeNs{1s}), "invariant");
    EXPECT_DEATH((void)receiver.next_request(TimeNs{1s}), "invariant");
}

TEST(ReceiverDeathTest, KnowsItsLinesAndServers) {
    Receiver receiver{asking};
    EXPECT_DEATH(receiver.on_packet(1, {}, TimeNs{1s}), "invariant");
    EXPECT_DEATH(receiver.on_answer(1, {}, TimeNs{1s}), "invariant");
    EXPECT_DEATH(receiver.advance(), "invariant");
}

TEST(ReceiverDeathTest, RefusesLimitsOutOfTheirRange) {
    EXPECT_DEATH(Receiver{{.lines = 0}}, "invariant");
    EXPECT_DEATH(Receiver{{.lines = 3}}, "invariant");
    EXPECT_DEATH(Receiver{{.reorder_wait = -1ns}}, "invariant");
    EXPECT_DEATH(Receiver{{.requests_per_second = 0}}, "invariant");
    EXPECT_DEATH(Receiver{{.buffer_packets = 0}}, "invariant");
    EXPECT_DEATH(Receiver{{.buffer_packet_bytes = 19}}, "invariant");
}

}  // namespace
}  // namespace tickweir::codecs::mold
