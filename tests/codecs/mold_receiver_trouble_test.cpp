// Where the receiver of MoldUDP64 cannot give everything at once: it joins late, gives up on a gap,
// or has no room for what comes from behind one.
#include "codecs/mold/receiver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

#include "tests/codecs/mold_script.hpp"

namespace tickweir::codecs::mold {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::begun;
using tests::mold_packet;
using tests::MoldScript;

constexpr ReceiverLimits alone{};  // one line, nobody to ask
constexpr ReceiverLimits asking{.servers = 1};

// ---------------------------------------------------------------- joining late

TEST(Receiver, FetchesTheBeginningWhenItJoinsLate) {
    MoldScript script{{.servers = 1, .requests_in_flight = 2, .request_messages = 4}};
    script.line(0, 11, 2);
    EXPECT_THAT(script.told(), ElementsAre("session A", "frozen at 1, missing 10", "ask 0 for 1-4",
                                           "ask 0 for 5-8"));
    EXPECT_TRUE(script.receiver().frozen());
    script.answer(0, 1, 4);
    script.line(0, 13, 1);
    script.answer(0, 5, 4);
    EXPECT_THAT(script.told(), ElementsAre("messages 1-4", "ask 0 for 9-10", "messages 5-8"));
    script.answer(0, 9, 2);
    EXPECT_THAT(script.told(), ElementsAre("filled 1-10", "messages 9-10", "messages 11-12",
                                           "messages 13", "live at 14"));
    EXPECT_EQ(script.counts(), (ReceiverCounts{.packets = {2, 0},
                                               .first = {3, 0},
                                               .messages = 13,
                                               .gaps = 1,
                                               .filled = 10,
                                               .frozen = 1,
                                               .requests = 3}));
}

TEST(Receiver, LosesTheBeginningWhenNobodyCanBeAsked) {
    MoldScript script{alone};
    script.line(0, 11, 2);
    script.line(0, 13, 1);
    EXPECT_THAT(script.told(),
                ElementsAre("session A", "lost 1-10", "messages 11-12", "messages 13"));
    EXPECT_EQ(script.counts().lost, 10U);
    EXPECT_FALSE(script.receiver().frozen());
}

TEST(Receiver, JoinsByAHeartbeatOrTheEnd) {
    MoldScript by_heartbeat{asking};
    by_heartbeat.heartbeat(0, 3);
    EXPECT_THAT(by_heartbeat.told(),
                ElementsAre("session A", "frozen at 1, missing 2", "ask 0 for 1-2"));
    by_heartbeat.answer(0, 1, 2);
    EXPECT_THAT(by_heartbeat.told(), ElementsAre("filled 1-2", "messages 1-2", "live at 3"));

    MoldScript by_end{asking};
    by_end.end(0, 3);
    by_end.answer(0, 1, 2);
    EXPECT_THAT(by_end.told(),
                ElementsAre("session A", "frozen at 1, missing 2", "ask 0 for 1-2", "filled 1-2",
                            "messages 1-2", "live at 3", "ended at 3"));

    MoldScript unasked{alone};
    unasked.end(0, 3);
    EXPECT_THAT(unasked.told(), ElementsAre("session A", "lost 1-2", "ended at 3"));

    MoldScript empty{alone};
    empty.heartbeat(0, 1);
    empty.end(0, 1);
    EXPECT_THAT(empty.told(), ElementsAre("session A", "ended at 1"));
}

// ---------------------------------------------------------------- giving up

TEST(Receiver, FreezesAtAGapThatIsTooOldAndComesBack) {
    MoldScript script = begun({.servers = 1, .request_timeout_max = 20ms});
    script.line(0, 6, 1);
    script.pass(100ms - 1ns);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4-5", "ask 0 for 4-5", "ask 0 for 4-5",
                                           "ask 0 for 4-5", "ask 0 for 4-5", "ask 0 for 4-5"));
    script.after(1ns);
    EXPECT_THAT(script.told(), ElementsAre("frozen at 4, missing 2"));
    script.line(0, 8, 1);
    EXPECT_THAT(script.told(), IsEmpty());
    script.pass(20ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 7", "ask 0 for 4-5", "ask 0 for 7"));
    script.answer(0, 4, 2);
    EXPECT_THAT(script.told(), ElementsAre("filled 4-5", "messages 4-5", "messages 6"));
    EXPECT_TRUE(script.receiver().frozen()) << "7 is missing";
    script.answer(0, 7, 1);
    EXPECT_THAT(script.told(), ElementsAre("filled 7", "messages 7", "messages 8", "live at 9"));
    script.line(0, 9, 1);
    EXPECT_THAT(script.told(), ElementsAre("messages 9"));
    EXPECT_EQ(script.counts().frozen, 1U);
}

TEST(Receiver, FreezesAgain) {
    MoldScript script = begun(asking);
    for (std::uint64_t lost = 4; lost < 10; lost += 2) {
        script.line(0, lost + 1, 1);
        script.after(100ms);
        script.answer(0, lost, 1);
        EXPECT_FALSE(script.receiver().frozen());
    }
    EXPECT_EQ(script.counts().frozen, 3U);
}

TEST(Receiver, LosesAGapThatIsTooOldWhenNobodyCanBeAsked) {
    MoldScript script = begun(alone);
    script.line(0, 6, 1);
    script.after(50ms);
    script.line(0, 8, 1);
    EXPECT_EQ(script.receiver().next_due(), script.now() + 1ms);
    script.pass(50ms - 1ns);
    EXPECT_THAT(script.told(), IsEmpty());
    script.after(1ns);
    EXPECT_THAT(script.told(), ElementsAre("lost 4-5", "messages 6"));
    script.pass(50ms);
    EXPECT_THAT(script.told(), ElementsAre("lost 7", "messages 8"));
    EXPECT_EQ(script.counts().lost, 3U);
    EXPECT_EQ(script.counts().gaps, 2U);
    EXPECT_EQ(script.receiver().missing(), 0U);
    script.line(0, 4, 2);
    EXPECT_EQ(script.counts().duplicates, 2U) << "too late";
}

TEST(Receiver, LosesSeveralGapsAtOnce) {
    MoldScript script = begun(alone);
    script.line(0, 5, 1);
    script.line(0, 7, 1);
    script.heartbeat(0, 9);
    script.after(100ms);
    EXPECT_THAT(script.told(),
                ElementsAre("lost 4", "messages 5", "lost 6", "messages 7", "lost 8"));
}

TEST(Receiver, TakesAPacketOfAHoleThatIsTooOldBeforeItGivesUp) {
    MoldScript script = begun(alone);
    script.line(0, 7, 1);
    script.after(100ms - 1ns);
    script.line(0, 4, 2);
    script.after(1ns);
    EXPECT_THAT(script.told(), ElementsAre("messages 4-5", "lost 6", "messages 7"));
}

// ---------------------------------------------------------------- the buffer

TEST(Receiver, KeepsTheLowestWhenTheBufferIsFull) {
    MoldScript script = begun({.servers = 1, .buffer_packets = 2});
    script.line(0, 5, 1);
    script.line(0, 9, 2);
    script.line(0, 11, 1);  // no room: higher than all
    EXPECT_EQ(script.counts().dropped, 1U);
    script.line(0, 7, 1);  // in the place of 9-10
    EXPECT_EQ(script.counts().dropped, 3U);
    EXPECT_EQ(script.receiver().missing(), 6U) << "4, 6, 8-11";
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4", "ask 0 for 6"))
        << "what is above 7 could not be kept";
    script.answer(0, 4, 1);
    EXPECT_THAT(script.told(),
                ElementsAre("filled 4", "messages 4", "messages 5", "ask 0 for 8-11"));
    script.answer(0, 8, 4);
    script.answer(0, 6, 1);
    EXPECT_THAT(script.told(), ElementsAre("filled 8-11", "filled 6-7", "messages 6", "messages 7",
                                           "messages 8-11"));
    EXPECT_EQ(script.counts().messages, 11U);
}

TEST(Receiver, AsksForWhatItCouldNotKeepAsOneRange) {
    MoldScript script = begun({.servers = 1, .buffer_packets = 1});
    script.line(0, 9, 1);
    script.line(0, 10, 1);
    script.line(0, 12, 1);
    script.line(0, 5, 1);  // in the place of 9, below which all is missing too
    script.after(1ms);
    EXPECT_THAT(script.told(), ElementsAre("ask 0 for 4"));
    script.answer(0, 4, 1);
    EXPECT_THAT(script.told(),
                ElementsAre("filled 4-5", "messages 4", "messages 5", "ask 0 for 6-12"));
}

TEST(Receiver, CatchesUpThroughABufferOfOnePacket) {
    MoldScript script{{.servers = 1, .request_messages = 2, .buffer_packets = 1}};
    script.line(0, 41, 2);
    std::uint64_t rounds = 0;
    for (; script.receiver().frozen() && rounds < 100; ++rounds) {
        const std::uint64_t next = script.receiver().next_sequence();
        script.answer(0, next + 2, 2);
        script.answer(0, next, 2);
        script.pass(1ms);
    }
    EXPECT_LT(rounds, 100U);
    EXPECT_EQ(script.receiver().next_sequence(), 43U);
    EXPECT_EQ(script.told().back(), "live at 43");
}

TEST(Receiver, DoesNotKeepALongPacket) {
    const auto length = static_cast<std::uint32_t>(mold_packet("A", 5, 3).size());
    for (const std::uint32_t fits : {0U, 1U}) {
        MoldScript script = begun({.servers = 1, .buffer_packet_bytes = length - 1 + fits});
        script.line(0, 5, 3);
        EXPECT_EQ(script.counts().dropped, fits == 1 ? 0U : 3U);
        EXPECT_EQ(script.receiver().missing(), fits == 1 ? 1U : 4U);
        script.line(0, 4, 1);
        script.line(0, 5, 3);
        EXPECT_EQ(script.receiver().next_sequence(), 8U);
    }
}

}  // namespace
}  // namespace tickweir::codecs::mold
