// The client half of SoupBinTCP, step by step against bytes written by hand and a clock that
// stands.
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "codecs/soup/client.hpp"
#include "tests/codecs/soup_events.hpp"

namespace tickweir::codecs::soup {
namespace {

using tests::at;
using tests::Buffer;
using tests::ClientListener;
using tests::Deaf;
using tests::drained;
using tests::joined;
using tests::Lines;
using tests::soup_packet;
using tests::text_bytes;

const ClientSettings someone{.username = "USER", .password = "SECRET"};

std::string right(std::string_view text, std::size_t width) {
    return std::string(width - text.size(), ' ') + std::string{text};
}

Buffer accepted(std::string_view session, std::string_view sequence) {
    return soup_packet('A', right(session, 10) + right(sequence, 20));
}

/// A client that is logged in to session S1 at 0 s, its output drained.
Client live_client(const ClientSettings& settings = someone, std::string_view sequence = "1") {
    Client client{settings, at(0)};
    EXPECT_TRUE(client.on_bytes(accepted("S1", sequence), at(0), Deaf{}).status.ok());
    drained(client);
    return client;
}

ClientSettings resuming(std::string_view session, std::uint64_t sequence) {
    return {"USER", "SECRET", Session{session}, sequence, {}};
}

TEST(SoupClient, AsksToLogInAtOnce) {
    Client client{resuming("S1", 7), at(0)};
    EXPECT_EQ(drained(client),
              soup_packet('L', "USER  SECRET    " + right("S1", 10) + right("7", 20)));
    EXPECT_EQ(client.state(), ClientState::awaiting);
    EXPECT_EQ(client.next_sequence(), 7u);
}

TEST(SoupClient, TellsEachPacketInOrder) {
    Client client{someone, at(0)};
    ClientListener heard;
    const Buffer wire = joined({soup_packet('+', "welcome"), soup_packet('H'), accepted("S1", "1"),
                                soup_packet('S', "first"), soup_packet('U', "aside"),
                                soup_packet('S'), soup_packet('H'), soup_packet('Z')});
    const Consumed consumed = client.on_bytes(wire, at(0), heard);
    EXPECT_EQ(consumed.bytes, wire.size());
    EXPECT_EQ(consumed.status, Status{});
    EXPECT_FALSE(consumed.held);
    EXPECT_EQ(heard.lines, (Lines{"debug welcome", "accepted S1 1", "message 1 first",
                                  "unsequenced aside", "message 2 ", "end of session"}));
    EXPECT_EQ(client.state(), ClientState::ended);
    EXPECT_EQ(client.counts(), (ClientCounts{.messages = 2, .unsequenced = 1}));
    EXPECT_EQ(client.next_sequence(), 3u);
}

TEST(SoupClient, DoesWithoutListeners) {
    Client client{someone, at(0)};
    const Buffer wire = joined({soup_packet('+', "x"), accepted("S1", "3"), soup_packet('S', "a"),
                                soup_packet('U', "b"), soup_packet('Z')});
    EXPECT_EQ(client.on_bytes(wire, at(0), Deaf{}).bytes, wire.size());
    EXPECT_EQ(client.next_sequence(), 4u);
    Client refused{someone, at(0)};
    EXPECT_TRUE(refused.on_bytes(soup_packet('J', "A"), at(0), Deaf{}).status.ok());
}

TEST(SoupClient, TellsWhyItsLoginWasRejected) {
    for (const auto& [reason, line] :
         {std::pair{"A", "rejected not_authorised"},
          std::pair{"S", "rejected session_not_available"}, std::pair{"x", "rejected ?"}}) {
        Client client{someone, at(0)};
        ClientListener heard;
        EXPECT_TRUE(client.on_bytes(soup_packet('J', reason), at(0), heard).status.ok());
        EXPECT_EQ(heard.lines, Lines{line});
        EXPECT_EQ(client.state(), ClientState::rejected);
        EXPECT_FALSE(client.logout(at(0)));
    }
}

struct ResumeCase {
    ClientSettings settings;
    std::string_view sequence;  ///< of the answer; its session is S1
    Lines lines;                ///< after three messages
    std::uint64_t next;
};

TEST(SoupClient, FindsOutWhatALoginMeansForItsSequence) {
    const ResumeCase cases[]{
        {resuming("", 1), "1", {"accepted S1 1", "message 1 a", "message 2 b", "message 3 c"}, 4},
        {resuming("S1", 5), "5", {"accepted S1 5", "message 5 a", "message 6 b", "message 7 c"}, 8},
        {resuming("        S1", 5),
         "5",
         {"accepted S1 5", "message 5 a", "message 6 b", "message 7 c"},
         8},
        {resuming("S1", 5),
         "9",
         {"accepted S1 9", "missed 4 from 5", "message 9 a", "message 10 b", "message 11 c"},
         12},
        {resuming("", 1),
         "3",
         {"accepted S1 3", "missed 2 from 1", "message 3 a", "message 4 b", "message 5 c"},
         6},
        {resuming("S1", 5), "4", {"accepted S1 4", "message 5 b", "message 6 c"}, 7},
        {resuming("S1", 5), "1", {"accepted S1 1"}, 5},
        {resuming("OLD", 5),
         "1",
         {"accepted S1 1", "new session S1", "message 1 a", "message 2 b", "message 3 c"},
         4},
        {resuming("OLD", 5),
         "5",
         {"accepted S1 5", "new session S1", "missed 4 from 1", "message 5 a", "message 6 b",
          "message 7 c"},
         8},
        {resuming("", 0),
         "9",
         {"accepted S1 9", "message 9 a", "message 10 b", "message 11 c"},
         12},
        {resuming("OLD", 0),
         "9",
         {"accepted S1 9", "new session S1", "message 9 a", "message 10 b", "message 11 c"},
         12},
    };
    for (const ResumeCase& expected : cases) {
        Client client{expected.settings, at(0)};
        ClientListener heard;
        const Buffer wire = joined({accepted("S1", expected.sequence), soup_packet('S', "a"),
                                    soup_packet('S', "b"), soup_packet('S', "c")});
        EXPECT_TRUE(client.on_bytes(wire, at(0), heard).status.ok());
        EXPECT_EQ(heard.lines, expected.lines);
        EXPECT_EQ(client.next_sequence(), expected.next);
        EXPECT_EQ(client.resumed().sequence, expected.next);
        EXPECT_EQ(client.resumed().session, Session{"S1"});
        EXPECT_EQ(client.counts().messages + client.counts().repeated, 3u);
    }
}

TEST(SoupClient, StopsBeforeAPacketThatIsNotTakenAndGivesItAgain) {
    for (const char type : {'S', 'U'}) {
        Client client = live_client();
        ClientListener heard{.lines = {}, .room = 1};
        const Buffer wire =
            joined({soup_packet(type, "a"), soup_packet(type, "b"), soup_packet('+', "later")});
        const Consumed first = client.on_bytes(wire, at(0), heard);
        EXPECT_TRUE(first.held);
        EXPECT_EQ(first.bytes, 4u);
        EXPECT_EQ(first.status, Status{});
        EXPECT_EQ(client.next_sequence(), type == 'S' ? 2u : 1u);

        const Consumed again = client.on_bytes(Bytes{wire}.subspan(4), at(0), heard);
        EXPECT_TRUE(again.held);
        EXPECT_EQ(again.bytes, 0u);
        heard.room = 1;
        const Consumed rest = client.on_bytes(Bytes{wire}.subspan(4), at(0), heard);
        EXPECT_FALSE(rest.held);
        EXPECT_EQ(rest.bytes, wire.size() - 4);
        ASSERT_EQ(heard.lines.size(), 3u);
        EXPECT_EQ(heard.lines.back(), "debug later");
    }
}

TEST(SoupClient, DoesNotTakeItsOwnPauseForTheServersSilence) {
    Client client = live_client();
    ClientListener heard{.lines = {}, .room = 0};
    const Buffer wire = soup_packet('S', "a");
    EXPECT_TRUE(client.on_bytes(wire, at(1), heard).held);
    EXPECT_EQ(client.on_tick(at(100)), Status{});
    EXPECT_EQ(drained(client), soup_packet('R')) << "its own heartbeats go on";
    EXPECT_EQ(client.next_due(), at(101));
    heard.room = 1;
    EXPECT_FALSE(client.on_bytes(wire, at(100), heard).held);
    EXPECT_EQ(client.on_tick(at(114.9)), Status{});
    EXPECT_EQ(client.on_tick(at(115)).fault, Fault::silent);
}

struct FaultCase {
    std::string_view what;
    Buffer wire;  ///< after a login to S1, if so
    bool logged_in;
    Status status;  ///< offsets count from the start of `wire`
};

std::uint64_t byte(char c) {
    return static_cast<unsigned char>(c);
}

TEST(SoupClient, SaysWhatIsWrongAndWhere) {
    const FaultCase cases[]{
        {"no type", tests::hex_bytes("0000"), true, {Fault::zero_length, 0, 0}},
        {"no type, later",
         joined({soup_packet('H'), tests::hex_bytes("0000")}),
         true,
         {Fault::zero_length, 3, 0}},
        {"unknown", soup_packet('x'), true, {Fault::unknown_type, 2, byte('x')}},
        {"a client's", soup_packet('R'), true, {Fault::unknown_type, 2, byte('R')}},
        {"a client's", soup_packet('L'), false, {Fault::unknown_type, 2, byte('L')}},
        {"a client's", soup_packet('O'), true, {Fault::unknown_type, 2, byte('O')}},
        {"data before login", soup_packet('S', "a"), false, {Fault::wrong_state, 2, byte('S')}},
        {"data before login", soup_packet('U', "a"), false, {Fault::wrong_state, 2, byte('U')}},
        {"end before login", soup_packet('Z'), false, {Fault::wrong_state, 2, byte('Z')}},
        {"accepted twice", accepted("S1", "1"), true, {Fault::wrong_state, 2, byte('A')}},
        {"accepted, then rejected",
         soup_packet('J', "A"),
         true,
         {Fault::wrong_state, 2, byte('J')}},
        {"data after the end",
         joined({soup_packet('Z'), soup_packet('S', "a")}),
         true,
         {Fault::wrong_state, 5, byte('S')}},
        {"data after rejection",
         joined({soup_packet('J', "A"), soup_packet('S', "a")}),
         false,
         {Fault::wrong_state, 6, byte('S')}},
        {"short answer", soup_packet('A', "S1"), false, {Fault::bad_length, 0, 3}},
        {"long reason", soup_packet('J', "AA"), false, {Fault::bad_length, 0, 3}},
        {"heartbeat with payload", soup_packet('H', "!"), true, {Fault::bad_length, 0, 2}},
        {"end with payload", soup_packet('Z', "!"), true, {Fault::bad_length, 0, 2}},
        {"number 0", accepted("S1", "0"), false, {Fault::bad_sequence, 32, byte('0')}},
        {"no number", accepted("S1", ""), false, {Fault::bad_sequence, 13, byte(' ')}},
        {"letters", accepted("S1", "12x4"), false, {Fault::bad_sequence, 31, byte('x')}},
        {"65 bits",
         accepted("S1", "18446744073709551616"),
         false,
         {Fault::bad_sequence, 13, byte('1')}},
    };
    for (const FaultCase& expected : cases) {
        Client client = expected.logged_in ? live_client() : Client{someone, at(0)};
        ClientListener heard;
        Status status = expected.status;
        if (expected.logged_in) status.offset += accepted("S1", "1").size();
        EXPECT_EQ(client.on_bytes(expected.wire, at(0), heard).status, status) << expected.what;
        EXPECT_EQ(client.status(), status);

        const Consumed after = client.on_bytes(soup_packet('H'), at(0), heard);
        EXPECT_EQ(after.bytes, 0u);
        EXPECT_EQ(after.status, status);
        EXPECT_EQ(client.on_tick(at(100)), status);
        EXPECT_EQ(client.next_due(), std::nullopt);
        EXPECT_EQ(client.send_unsequenced({}, at(0)), Sent::wrong_state);
        EXPECT_EQ(client.send_debug({}, at(0)), Sent::wrong_state);
        EXPECT_FALSE(client.logout(at(0)));
    }
}

TEST(SoupClient, TakesPacketsUpToItsLimit) {
    ClientSettings settings = someone;
    settings.limits.receive_length = 100;
    Client client = live_client(settings);
    ClientListener heard;
    EXPECT_TRUE(client.on_bytes(soup_packet('S', std::string(99, 'a')), at(0), heard).status.ok());
    EXPECT_EQ(heard.lines.size(), 1u);
    EXPECT_EQ(client.on_bytes(soup_packet('S', std::string(100, 'a')), at(0), heard).status,
              (Status{Fault::too_long, 33 + 102, 101}));

    Client widest = live_client();
    EXPECT_TRUE(
        widest.on_bytes(soup_packet('S', std::string(65'534, 'a')), at(0), heard).status.ok());
}

TEST(SoupClient, NumbersMessagesUpToTheLastNumber) {
    ClientSettings settings = resuming("", std::numeric_limits<std::uint64_t>::max());
    Client client = live_client(settings, "18446744073709551615");
    ClientListener heard;
    const Buffer wire = joined({soup_packet('S', "last"), soup_packet('S', "one more")});
    const Consumed consumed = client.on_bytes(wire, at(0), heard);
    EXPECT_EQ(heard.lines, Lines{"message 18446744073709551615 last"});
    EXPECT_EQ(consumed.bytes, 7u);
    EXPECT_EQ(consumed.status, (Status{Fault::sequence_overflow, 33 + 7,
                                       std::numeric_limits<std::uint64_t>::max()}));
}

TEST(SoupClient, SendsWhenLoggedIn) {
    Client waiting{someone, at(0)};
    EXPECT_EQ(waiting.send_unsequenced(text_bytes("early"), at(0)), Sent::wrong_state);
    EXPECT_FALSE(waiting.logout(at(0)));

    Client client = live_client();
    EXPECT_EQ(client.send_unsequenced(text_bytes("order"), at(0)), Sent::ok);
    EXPECT_EQ(client.send_debug(text_bytes("text"), at(0)), Sent::ok);
    EXPECT_TRUE(client.logout(at(0)));
    EXPECT_EQ(drained(client),
              joined({soup_packet('U', "order"), soup_packet('+', "text"), soup_packet('O')}));
    EXPECT_FALSE(client.logout(at(0))) << "twice";
    EXPECT_EQ(client.send_unsequenced(text_bytes("late"), at(0)), Sent::wrong_state);

    ClientListener heard;
    EXPECT_TRUE(client.on_bytes(soup_packet('S', "in flight"), at(0), heard).status.ok());
    EXPECT_EQ(heard.lines, Lines{"message 1 in flight"});
    EXPECT_EQ(client.on_tick(at(2)), Status{});
    EXPECT_TRUE(drained(client).empty()) << "no heartbeats any more";
    EXPECT_EQ(client.next_due(), at(15));
    EXPECT_EQ(client.on_tick(at(15)).fault, Fault::silent);
}

TEST(SoupClient, KeepsOutputWithinItsLimitAndRoomForLogout) {
    ClientSettings settings = someone;
    settings.limits.send_length = 50;
    settings.limits.output_bytes = 120;
    Client client = live_client(settings);
    EXPECT_EQ(client.send_unsequenced(Buffer(50), at(0)), Sent::too_long);
    EXPECT_EQ(client.send_unsequenced(Buffer(49), at(0)), Sent::ok);
    EXPECT_EQ(client.send_unsequenced(Buffer(49), at(0)), Sent::ok);
    EXPECT_EQ(client.send_unsequenced(Buffer(14), at(0)), Sent::full) << "16 bytes of room, not 17";
    EXPECT_EQ(client.send_unsequenced(Buffer(13), at(0)), Sent::ok);
    EXPECT_EQ(client.send_debug({}, at(0)), Sent::full);
    EXPECT_TRUE(client.logout(at(0)));
    EXPECT_EQ(drained(client).size(), 120u + 3);
}

TEST(SoupClient, AlwaysHasRoomForOneMessageThatItMaySend) {
    ClientSettings settings = someone;
    settings.limits.output_bytes = 0;
    Client client = live_client(settings);
    EXPECT_EQ(client.send_unsequenced(Buffer(65'535), at(0)), Sent::too_long);
    EXPECT_EQ(client.send_unsequenced(Buffer(65'534), at(0)), Sent::ok);
    EXPECT_EQ(client.send_unsequenced({}, at(0)), Sent::full);
}

TEST(SoupClient, BeatsAfterASecondOfItsOwnSilence) {
    Client client = live_client();
    EXPECT_EQ(client.next_due(), at(1));
    EXPECT_EQ(client.on_tick(at(0.999999999)), Status{});
    EXPECT_TRUE(drained(client).empty());
    EXPECT_EQ(client.on_tick(at(1)), Status{});
    EXPECT_EQ(drained(client), soup_packet('R'));
    EXPECT_EQ(client.send_unsequenced(text_bytes("x"), at(1.5)), Sent::ok);
    EXPECT_EQ(client.next_due(), at(2.5)) << "what is sent puts it off";
    drained(client);
    EXPECT_EQ(client.on_tick(at(2)), Status{});
    EXPECT_TRUE(drained(client).empty());
}

TEST(SoupClient, DoesNotPileUpHeartbeatsThatCannotGoOut) {
    Client client = live_client();
    for (int second = 1; second < 15; ++second) {
        EXPECT_EQ(client.on_tick(at(second)), Status{});
        EXPECT_EQ(client.next_due(), at(std::min(second + 1, 15)));
    }
    EXPECT_EQ(drained(client), soup_packet('R'));
}

TEST(SoupClient, EndsAfterFifteenSecondsOfTheServersSilence) {
    Client client = live_client();
    EXPECT_EQ(client.on_bytes(soup_packet('H'), at(4), Deaf{}).bytes, 3u);
    EXPECT_EQ(client.on_tick(at(18.999999999)), Status{});
    EXPECT_EQ(client.on_tick(at(19)), (Status{Fault::silent, 33 + 3, 15'000'000'000}));
    EXPECT_EQ(client.next_due(), std::nullopt);
}

TEST(SoupClient, TakesAPartOfAPacketForLifeButNotTheSamePartTwice) {
    Client client = live_client();
    const Buffer wire = soup_packet('S', "abc");
    EXPECT_EQ(client.on_bytes(Bytes{wire}.first(2), at(10), Deaf{}).bytes, 0u);
    EXPECT_EQ(client.on_bytes(Bytes{wire}.first(2), at(20), Deaf{}).bytes, 0u);
    EXPECT_EQ(client.on_tick(at(24.9)), Status{});
    EXPECT_EQ(client.on_tick(at(25)), (Status{Fault::silent, 33 + 2, 15'000'000'000}));
}

TEST(SoupClient, WaitsForTheAnswerToItsLoginAsLongAsItMay) {
    ClientSettings settings = someone;
    settings.limits.login = std::chrono::seconds{5};
    Client client{settings, at(0)};
    drained(client);
    EXPECT_EQ(client.next_due(), at(5));
    const Buffer beat_and_part = joined({soup_packet('H'), tests::hex_bytes("001f41")});
    EXPECT_EQ(client.on_bytes(beat_and_part, at(4), Deaf{}).bytes, 3u);
    EXPECT_EQ(client.on_tick(at(4.9)), Status{});
    EXPECT_TRUE(drained(client).empty()) << "no heartbeat before it is logged in";
    EXPECT_EQ(client.on_tick(at(5)), (Status{Fault::login_timeout, 6, 5'000'000'000}));
}

TEST(SoupClient, TakesTimesOutOfRangeForTheNearestSensibleOnes) {
    ClientSettings settings = someone;
    settings.limits.heartbeat = std::chrono::nanoseconds{0};
    settings.limits.silence = std::chrono::nanoseconds::max();
    Client client = live_client(settings);
    EXPECT_EQ(client.next_due(), at(0.001));
    EXPECT_TRUE(client.logout(at(0)));
    EXPECT_EQ(client.next_due(), at(24 * 3'600));
    ClientListener full{.lines = {}, .room = 0};
    EXPECT_TRUE(client.on_bytes(soup_packet('S'), at(0), full).held);
    EXPECT_EQ(client.next_due(), std::nullopt) << "nothing to wait for but the listener";
}

TEST(SoupClient, IsNotConfusedByAClockThatGoesBack) {
    Client client = live_client();
    EXPECT_TRUE(client.on_bytes(soup_packet('H'), at(5), Deaf{}).status.ok());
    EXPECT_EQ(client.on_tick(at(-3'000)), Status{});
    EXPECT_TRUE(drained(client).empty());
}

TEST(SoupFault, HasANameForReports) {
    const std::pair<Fault, std::string_view> names[]{
        {Fault::none, "none"},
        {Fault::zero_length, "zero_length"},
        {Fault::too_long, "too_long"},
        {Fault::unknown_type, "unknown_type"},
        {Fault::wrong_state, "wrong_state"},
        {Fault::bad_length, "bad_length"},
        {Fault::bad_sequence, "bad_sequence"},
        {Fault::sequence_overflow, "sequence_overflow"},
        {Fault::silent, "silent"},
        {Fault::login_timeout, "login_timeout"},
        {static_cast<Fault>(99), "?"},
    };
    for (const auto& [fault, name] : names)
        EXPECT_EQ(to_string(fault), name);
}

TEST(SoupSent, HasANameForReports) {
    const std::pair<Sent, std::string_view> names[]{
        {Sent::ok, "ok"},
        {Sent::full, "full"},
        {Sent::too_long, "too_long"},
        {Sent::wrong_state, "wrong_state"},
        {Sent::bad_sequence, "bad_sequence"},
        {static_cast<Sent>(99), "?"},
    };
    for (const auto& [sent, name] : names)
        EXPECT_EQ(to_string(sent), name);
}

}  // namespace
}  // namespace tickweir::codecs::soup
