// Gaps and requests: what the receiver of MoldUDP64 asks whom for, when again, and which answers it
// takes.
#include "codecs/mold/receiver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "tests/codecs/mold_script.hpp"

namespace tickweir::codecs::mold {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::begun;
using tests::Buffer;
using tests::mold_end;
using tests::mold_packet;
using tests::MoldScript;

constexpr ReceiverLimits asking{.servers = 1};
constexpr ReceiverLimits two_lines{.lines = 2, .servers = 1};

TEST(Receiver, AsksForAGapAfterTheWaitAndGivesTheAnswer) {
    MoldScript script = begun(asking);
    script.line(0, 6, 2);
    EXPECT_EQ(script.receiver().next_due(), script.now() + 1ms);
    script.after(999'999ns);
    EXPECT_THAT(script.told(), IsEmpty());
    script.after(1ns);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-5"));
    EXPECT_EQ(script.receiver().next_due(), script.now() + 10ms) << "when the answer is late";
    script.answer(0, 4, 2);
    EXPECT_THAT(script.told(), ElementsAre("filled 4-5", "messages 4-5", "messages 6-7"));
    EXPECT_EQ(script.counts(), (ReceiverCounts{.packets = {2, 0},
                                               .first = {5, 0},
                                               .messages = 7,
                                               .gaps = 1,
                                               .filled = 2,
                                               .requests = 1}));
}

TEST(Receiver, TellsOfAFilledHoleSinceWhenItWasOpen) {
    Receiver receiver{asking};
    const auto drop_events = [&] {
        for (; receiver.front() != nullptr; receiver.advance()) {
        }
    };
    const TimeNs now{5s};
    const Buffer one = mold_packet("A", 1, 1);
    receiver.on_packet(0, one, now);
    drop_events();
    const Buffer three = mold_packet("A", 3, 1);
    receiver.on_packet(0, three, now + 1us);
    receiver.on_tick(now + 2ms);
    ASSERT_TRUE(receiver.next_request(now + 2ms).has_value());
    const Buffer two = mold_packet("A", 2, 1);
    receiver.on_answer(0, two, now + 3ms);
    ASSERT_EQ(receiver.front()->kind, EventKind::filled);
    EXPECT_EQ(receiver.front()->received, now + 1us);
}

TEST(Receiver, TakesLaterPacketsForASignThatAHoleIsAGap) {
    MoldScript script = begun(asking);
    for (std::uint64_t sequence = 5; sequence < 5 + 7; ++sequence) {
        script.line(0, sequence, 1);
    }
    EXPECT_THAT(script.told(), IsEmpty());
    script.line(0, 12, 1);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4"));
}

TEST(Receiver, WaitsForBothLinesToPassAHole) {
    MoldScript script{two_lines};
    script.line(0, 1, 1);
    script.line(1, 1, 1);
    for (std::uint64_t sequence = 3; sequence < 30; ++sequence) {
        script.line(0, sequence, 1);
    }
    EXPECT_THAT(script.told(), ElementsAre("session A", "messages 1"));
    for (std::uint64_t sequence = 3; sequence < 3 + 7; ++sequence) {
        script.line(1, sequence, 1);
    }
    EXPECT_THAT(script.told(), IsEmpty());
    script.heartbeat(1, 30);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 2"));
}

TEST(Receiver, DoesNotWaitForALineThatIsSilentOrWasNeverHeardOf) {
    for (const bool heard : {false, true}) {
        MoldScript script{two_lines};
        script.line(0, 1, 1);
        if (heard) script.line(1, 1, 1);
        script.after(1s + 1ns);
        for (std::uint64_t sequence = 3; sequence < 3 + 8; ++sequence) {
            script.line(0, sequence, 1);
        }
        EXPECT_THAT(script.told(), ElementsAre("session A", "messages 1", "ask 0 for 2"));
    }
}

TEST(Receiver, AsksOnlyForWhatIsMissingAndInOrder) {
    MoldScript script = begun(asking);
    script.line(0, 6, 2);
    script.line(0, 9, 1);
    script.heartbeat(0, 12);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-5", "ask 0 for 8", "ask 0 for 10-11"));
    script.answer(0, 8, 1);
    script.answer(0, 10, 2);
    script.answer(0, 4, 2);
    EXPECT_THAT(script.told(),
                ElementsAre("filled 8", "filled 10-11", "filled 4-5", "messages 4-5",
                            "messages 6-7", "messages 8", "messages 9", "messages 10-11"));
    EXPECT_EQ(script.counts().gaps, 3U);
}

TEST(Receiver, AsksInChunksAndForSoManyAtOnce) {
    MoldScript script = begun({.servers = 1, .requests_in_flight = 2, .request_messages = 10});
    script.line(0, 29, 1);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-13", "ask 0 for 14-23"));
    script.answer(0, 14, 10);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 24-28"));
    script.answer(0, 4, 10);
    EXPECT_THAT(script.told(), ElementsAre("filled 4-23", "messages 4-13", "messages 14-23"));
    script.answer(0, 24, 5);
    EXPECT_THAT(script.told(), ElementsAre("filled 24-28", "messages 24-28", "messages 29"));
}

TEST(Receiver, AsksForAsManyAsTheFieldHolds) {
    MoldScript script = begun({.servers = 1, .requests_in_flight = 1, .request_messages = 65'535});
    script.heartbeat(0, 100'000);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-65538"));
}

TEST(Receiver, TakesAnAnswerOfManyPacketsInAnyOrder) {
    MoldScript script = begun(asking);
    script.line(0, 10, 1);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-9"));
    script.answer(0, 8, 2);
    script.answer(0, 4, 2);
    EXPECT_THAT(script.told(), ElementsAre("messages 4-5"));
    script.answer(0, 6, 2);
    EXPECT_THAT(script.told(),
                ElementsAre("filled 4-9", "messages 6-7", "messages 8-9", "messages 10"));
    EXPECT_EQ(script.counts().requests, 1U);
}

TEST(Receiver, TellsEachMessageOfAGapAsFilledOnce) {
    MoldScript script = begun(asking);
    script.line(0, 10, 1);
    script.after(1ms);
    script.answer(0, 6, 2);  // splits it
    script.answer(0, 9, 1);
    script.answer(0, 8, 1);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-9", "filled 8-9"));
    script.answer(0, 4, 1);
    script.answer(0, 5, 1);
    EXPECT_THAT(script.told(), ElementsAre("messages 4", "filled 4-7", "messages 5", "messages 6-7",
                                           "messages 8", "messages 9", "messages 10"));
}

TEST(Receiver, AsksForTheRestWhenAnAnswerStopsHalfWay) {
    MoldScript script = begun(asking);
    script.line(0, 20, 1);
    script.after(1ms);
    script.answer(0, 4, 6);
    script.after(600us);
    script.answer(0, 14, 2);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-19", "messages 4-9"));
    script.after(999us);
    EXPECT_THAT(script.told(), IsEmpty());
    script.after(1us);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 10-13", "ask 0 for 16-19"));
    EXPECT_EQ(script.counts().timeouts, 0U);
}

TEST(Receiver, AsksAgainWithMorePatienceEachTime) {
    MoldScript script = begun(
        {.servers = 1, .request_timeout = 10ms, .request_timeout_max = 30ms, .give_up_after = 1h});
    script.line(0, 5, 1);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4"));
    for (const auto patience : {10ms, 20ms, 30ms, 30ms}) {
        script.after(patience - 1ns);
        EXPECT_THAT(script.told(), IsEmpty());
        script.after(1ns);
        EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4"));
    }
    EXPECT_EQ(script.counts().timeouts, 4U);
    EXPECT_EQ(script.counts().requests, 5U);
}

TEST(Receiver, AnAnswerBringsBackTheFirstPatience) {
    MoldScript script = begun({.servers = 1, .give_up_after = 1h});
    script.line(0, 10, 1);
    script.after(1ms);
    script.after(10ms);
    script.answer(0, 4, 2);
    script.after(1ms);
    EXPECT_THAT(script.told(),
                ElementsAre("ask 0 for 4-9", "ask 0 for 4-9", "messages 4-5", "ask 0 for 6-9"));
    EXPECT_EQ(script.receiver().next_due(), script.now() + 10ms);
}

TEST(Receiver, SpreadsRequestsOverItsServers) {
    MoldScript script = begun({.servers = 3, .request_messages = 2});
    script.line(0, 11, 1);
    script.after(1ms);
    EXPECT_THAT(script.told(),
                ElementsAre("ask 0 for 4-5", "ask 1 for 6-7", "ask 2 for 8-9", "ask 0 for 10"));
}

TEST(Receiver, AsksTheNextServerWhereOneIsSilentAndPassesThatOver) {
    MoldScript script = begun({.servers = 2, .give_up_after = 1h});
    script.line(0, 5, 1);
    script.after(1ms);
    script.after(10ms);
    script.answer(1, 4, 1);
    EXPECT_THAT(script.told(),
                ElementsAre("ask 0 for 4", "ask 1 for 4", "filled 4", "messages 4", "messages 5"));
    for (std::uint64_t lost = 6; lost < 12; lost += 2) {
        script.line(0, lost + 1, 1);
        script.after(1ms);
        EXPECT_THAT(script.told(), ElementsAre("ask 1 for " + std::to_string(lost)));
        script.answer(1, lost, 1);
        (void)script.told();
    }
    script.after(1s);
    script.line(0, 13, 1);
    script.line(0, 15, 1);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 12", "ask 1 for 14"));
}

TEST(Receiver, AsksSilentServersInTurnsWhenAllAre) {
    MoldScript script = begun({.servers = 2, .give_up_after = 1h});
    script.line(0, 5, 1);
    script.pass(80ms);
    EXPECT_THAT(script.told(),
                ElementsAre("ask 0 for 4", "ask 1 for 4", "ask 0 for 4", "ask 1 for 4"));
}

TEST(Receiver, HoldsRequestsBackAtTheRate) {
    MoldScript script = begun(
        {.servers = 1, .requests_per_second = 100, .requests_in_flight = 2, .request_messages = 1});
    script.line(0, 8, 1);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4", "ask 0 for 5"));
    script.answer(0, 4, 1);
    script.answer(0, 5, 1);
    EXPECT_EQ(script.receiver().next_due(), script.now() + 10ms);
    EXPECT_EQ(script.counts().throttled, 1U);
    script.after(9'999'999ns);
    EXPECT_THAT(script.told(), ElementsAre("messages 4", "messages 5"));
    script.after(1ns);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 6"));
    EXPECT_EQ(script.counts().throttled, 2U) << "6 was held back, and now 7 is";
    script.after(10ms);
    EXPECT_EQ(script.counts().requests, 4U);
}

TEST(Receiver, LeavesARequestAloneThatTheLinesMadeNeedless) {
    MoldScript script = begun(asking);
    script.line(0, 6, 1);
    script.after(1ms);
    script.line(0, 4, 2);
    EXPECT_THAT(script.told(),
                ElementsAre("ask 0 for 4-5", "filled 4-5", "messages 4-5", "messages 6"));
    script.answer(0, 4, 2);
    EXPECT_THAT(script.told(), IsEmpty());
    EXPECT_EQ(script.counts().duplicates, 2U);
    EXPECT_EQ(script.counts().wrong_answers, 0U);
    EXPECT_EQ(script.counts().timeouts, 0U);
}

TEST(Receiver, RefusesAnswersToNothingThatWasAsked) {
    MoldScript script = begun(asking);
    script.answer(0, 4, 1);  // before anything was asked
    script.line(0, 6, 1);
    script.line(0, 9, 1);
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-5", "ask 0 for 7-8"));
    script.answer(0, 1, 3);                  // given long ago
    script.answer(0, 9, 2);                  // kept, and nobody told of 10
    script.answer(0, 4, 0);                  // nothing
    script.raw_answer(0, mold_end("A", 4));  // no server's word
    script.raw_answer(0, mold_packet("B", 4, 2));
    EXPECT_EQ(script.counts().wrong_answers, 6U);
    Buffer cut = mold_packet("A", 4, 2);
    cut.pop_back();
    script.raw_answer(0, cut);
    EXPECT_EQ(script.counts().bad_packets, 1U);
    EXPECT_THAT(script.told(), IsEmpty());
    EXPECT_EQ(script.receiver().missing(), 4U);
    script.answer(0, 4, 2);
    EXPECT_THAT(script.told(), ElementsAre("filled 4-5", "messages 4-5", "messages 6"));
}

TEST(Receiver, TakesOfAnAnswerWhatIsMissingAndNoMore) {
    MoldScript script = begun(asking);
    script.line(0, 6, 1);
    script.after(1ms);
    script.answer(0, 2, 10);  // 2-11, of which 7-11 were not told of by any line
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-5", "filled 4-5", "messages 4-6"));
    EXPECT_EQ(script.counts().filled, 2U);
    EXPECT_EQ(script.counts().duplicates, 3U);
    EXPECT_EQ(script.receiver().next_sequence(), 7U);
}

TEST(Receiver, TakesALateAnswerOfAServerThatWasGivenUp) {
    MoldScript script = begun({.servers = 2});
    script.line(0, 5, 1);
    script.pass(15ms);
    script.answer(0, 4, 1);
    EXPECT_THAT(script.told(),
                ElementsAre("ask 0 for 4", "ask 1 for 4", "filled 4", "messages 4", "messages 5"));
}

}  // namespace
}  // namespace tickweir::codecs::mold
