// The server half of SoupBinTCP, step by step against bytes written by hand and a clock that
// stands.
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "codecs/soup/server.hpp"
#include "tests/codecs/soup_events.hpp"

namespace tickweir::codecs::soup {
namespace {

using tests::at;
using tests::Buffer;
using tests::Deaf;
using tests::drained;
using tests::joined;
using tests::Lines;
using tests::ServerListener;
using tests::soup_packet;
using tests::text_bytes;

const Session session{"S1"};

Buffer login(std::string_view sequence = "1") {
    return soup_packet('L', "USER  SECRET            S1" + std::string(20 - sequence.size(), ' ') +
                                std::string{sequence});
}

Server asked_server(const Limits& limits = server_limits) {
    Server server{limits, at(0)};
    EXPECT_TRUE(server.on_bytes(login(), at(0), Deaf{}).status.ok());
    return server;
}

/// A server whose client is logged in at 0 s, from message 1 on, its output drained.
Server live_server(const Limits& limits = server_limits, std::uint64_t sequence = 1) {
    Server server = asked_server(limits);
    EXPECT_EQ(server.accept(session, sequence, at(0)), Sent::ok);
    drained(server);
    return server;
}

TEST(SoupServer, LetsTheCallerDecideOnALogin) {
    Server server{server_limits, at(0)};
    ServerListener heard;
    EXPECT_EQ(server.accept(session, 1, at(0)), Sent::wrong_state) << "nobody asked";
    EXPECT_EQ(server.reject(RejectReason::not_authorised, at(0)), Sent::wrong_state);
    EXPECT_EQ(server.on_bytes(login("7"), at(0), heard).bytes, 49u);
    EXPECT_EQ(heard.lines, Lines{"login USER/SECRET 'S1' 7"});
    EXPECT_EQ(server.state(), ServerState::deciding);
    EXPECT_TRUE(drained(server).empty());

    EXPECT_EQ(server.accept(session, 0, at(1)), Sent::bad_sequence);
    EXPECT_EQ(server.accept(session, 7, at(1)), Sent::ok);
    EXPECT_EQ(server.state(), ServerState::live);
    EXPECT_EQ(server.next_sequence(), 7u);
    EXPECT_EQ(drained(server), soup_packet('A', "        S1" + std::string(19, ' ') + "7"));
    EXPECT_EQ(server.accept(session, 7, at(1)), Sent::wrong_state) << "twice";
    EXPECT_EQ(server.reject(RejectReason::not_authorised, at(1)), Sent::wrong_state);
}

TEST(SoupServer, IsFinishedWhenTheRejectionIsOut) {
    Server server = asked_server();
    EXPECT_EQ(server.reject(RejectReason::session_not_available, at(0)), Sent::ok);
    EXPECT_FALSE(server.finished());
    EXPECT_EQ(drained(server), soup_packet('J', "S"));
    EXPECT_TRUE(server.finished());
    EXPECT_EQ(server.send_sequenced(text_bytes("x"), at(0)), Sent::wrong_state);
}

/// Accepts every login while it is told of it.
struct Doorman {
    Server& server;
    void on_login_request(const Alpha<6>&, const Alpha<10>&, const Session& name,
                          std::uint64_t sequence) const {
        EXPECT_EQ(server.accept(name, sequence, at(0)), Sent::ok);
    }
};

TEST(SoupServer, MayBeAnsweredWhileItTells) {
    Server server{server_limits, at(0)};
    const Buffer wire = joined({login("3"), soup_packet('U', "at once")});
    EXPECT_EQ(server.on_bytes(wire, at(0), Doorman{server}).bytes, wire.size());
    EXPECT_EQ(server.next_sequence(), 3u);
}

TEST(SoupServer, TellsEachPacketInOrder) {
    Server server = live_server();
    ServerListener heard;
    const Buffer wire = joined({soup_packet('R'), soup_packet('U', "order"),
                                soup_packet('+', "text"), soup_packet('U'), soup_packet('O')});
    EXPECT_EQ(server.on_bytes(wire, at(0), heard).bytes, wire.size());
    EXPECT_EQ(heard.lines, (Lines{"unsequenced order", "debug text", "unsequenced ", "logout"}));
    EXPECT_EQ(server.state(), ServerState::logged_out);
    EXPECT_TRUE(server.finished());
    EXPECT_EQ(server.end_of_session(at(0)), Sent::wrong_state);
}

TEST(SoupServer, DoesWithoutListeners) {
    Server server = live_server();
    const Buffer wire = joined({soup_packet('U', "a"), soup_packet('+', "b"), soup_packet('O')});
    EXPECT_EQ(server.on_bytes(wire, at(0), Deaf{}).bytes, wire.size());
}

TEST(SoupServer, StopsBeforeAPacketThatIsNotTakenAndGivesItAgain) {
    Server server = live_server();
    ServerListener heard{.lines = {}, .room = 1};
    const Buffer wire = joined({soup_packet('U', "a"), soup_packet('U', "b")});
    const Consumed first = server.on_bytes(wire, at(0), heard);
    EXPECT_TRUE(first.held);
    EXPECT_EQ(first.bytes, 4u);
    EXPECT_EQ(server.on_tick(at(100)), Status{}) << "it is not the client that pauses";
    heard.room = 1;
    EXPECT_EQ(server.on_bytes(Bytes{wire}.subspan(4), at(100), heard).bytes, 4u);
    EXPECT_EQ(heard.lines, (Lines{"unsequenced a", "unsequenced b"}));
    EXPECT_EQ(server.on_tick(at(114.9)), Status{});
    EXPECT_EQ(server.on_tick(at(115)).fault, Fault::silent);
}

TEST(SoupServer, SendsWhatItsCallerBrings) {
    Server server = live_server(server_limits, 10);
    EXPECT_EQ(server.send_sequenced(text_bytes("a"), at(0)), Sent::ok);
    EXPECT_EQ(server.send_unsequenced(text_bytes("b"), at(0)), Sent::ok);
    EXPECT_EQ(server.send_sequenced({}, at(0)), Sent::ok);
    EXPECT_EQ(server.send_debug(text_bytes("c"), at(0)), Sent::ok);
    EXPECT_EQ(server.next_sequence(), 12u);
    EXPECT_EQ(server.end_of_session(at(0)), Sent::ok);
    EXPECT_FALSE(server.finished());
    EXPECT_EQ(drained(server), joined({soup_packet('S', "a"), soup_packet('U', "b"),
                                       soup_packet('S'), soup_packet('+', "c"), soup_packet('Z')}));
    EXPECT_TRUE(server.finished());

    EXPECT_EQ(server.end_of_session(at(0)), Sent::wrong_state);
    EXPECT_EQ(server.send_sequenced({}, at(0)), Sent::wrong_state);
    EXPECT_EQ(server.send_unsequenced({}, at(0)), Sent::wrong_state);
    EXPECT_EQ(server.send_debug({}, at(0)), Sent::wrong_state);
    ServerListener heard;
    EXPECT_TRUE(
        server.on_bytes(joined({soup_packet('U', "in flight"), soup_packet('R')}), at(0), heard)
            .status.ok());
    EXPECT_EQ(heard.lines, Lines{"unsequenced in flight"});
}

TEST(SoupServer, LendsItsHeadsToACallerThatSendsFromItsArchive) {
    Server server = live_server(server_limits, 5);
    Header header;
    EXPECT_EQ(server.send_unsequenced(text_bytes("first"), at(0)), Sent::ok);
    EXPECT_EQ(server.claim_sequenced(3, at(0), header), Sent::full) << "output is pending";
    drained(server);
    EXPECT_EQ(server.claim_sequenced(3, at(0.5), header), Sent::ok);
    EXPECT_EQ(tests::copy_of(as_bytes(header)), tests::hex_bytes("0004 53"));
    EXPECT_EQ(server.next_sequence(), 6u);
    EXPECT_EQ(server.next_due(), at(1.5)) << "it counts as sent";
    EXPECT_EQ(server.claim_sequenced(65'534, at(0), header), Sent::ok);
    EXPECT_EQ(server.claim_sequenced(65'535, at(0), header), Sent::too_long);
    EXPECT_EQ(server.next_sequence(), 7u);
    EXPECT_EQ(server.end_of_session(at(0)), Sent::ok);
    EXPECT_EQ(server.claim_sequenced(3, at(0), header), Sent::wrong_state);
}

TEST(SoupServer, NumbersMessagesUpToTheLastNumber) {
    Server server = live_server(server_limits, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(server.send_sequenced({}, at(0)), Sent::ok);
    EXPECT_EQ(server.send_sequenced({}, at(0)), Sent::bad_sequence);
    Header header;
    EXPECT_EQ(server.claim_sequenced(1, at(0), header), Sent::bad_sequence);
    EXPECT_EQ(server.end_of_session(at(0)), Sent::ok);
}

TEST(SoupServer, IsFullUntilDrainedAndAlwaysHasRoomForTheEnd) {
    Limits limits = server_limits;
    limits.send_length = 41;
    limits.output_bytes = 86;
    Server server = live_server(limits);
    const Buffer message(40);
    EXPECT_EQ(server.send_sequenced(Buffer(41), at(0)), Sent::too_long);
    EXPECT_EQ(server.send_sequenced(message, at(0)), Sent::ok);
    EXPECT_EQ(server.send_sequenced(message, at(0)), Sent::ok);
    EXPECT_EQ(server.send_sequenced({}, at(0)), Sent::full);
    EXPECT_EQ(server.next_sequence(), 3u) << "a refused message has no number";
    server.drained(2);
    EXPECT_EQ(server.send_sequenced({}, at(0)), Sent::full);
    server.drained(1);
    EXPECT_EQ(server.send_sequenced({}, at(0)), Sent::ok);
    EXPECT_EQ(server.end_of_session(at(0)), Sent::ok);
    EXPECT_EQ(drained(server).size(), 86u + 3);
}

struct FaultCase {
    std::string_view what;
    Buffer wire;
    ServerState from;
    Status status;  ///< offsets count from the start of `wire`
};

std::uint64_t byte(char c) {
    return static_cast<unsigned char>(c);
}

Server server_in(ServerState state) {
    if (state == ServerState::awaiting) return {server_limits, at(0)};
    if (state == ServerState::deciding) return asked_server();
    if (state == ServerState::rejected) {
        Server server = asked_server();
        EXPECT_EQ(server.reject(RejectReason::not_authorised, at(0)), Sent::ok);
        return server;
    }
    Server server = live_server();
    if (state == ServerState::ended) {
        EXPECT_EQ(server.end_of_session(at(0)), Sent::ok);
    }
    if (state == ServerState::logged_out) {
        EXPECT_EQ(server.on_bytes(soup_packet('O'), at(0), Deaf{}).bytes, 3u);
    }
    return server;
}

TEST(SoupServer, SaysWhatIsWrongAndWhere) {
    const auto awaiting = ServerState::awaiting;
    const auto deciding = ServerState::deciding;
    const auto live = ServerState::live;
    const FaultCase cases[]{
        {"no type", tests::hex_bytes("0000"), awaiting, {Fault::zero_length, 0, 0}},
        {"unknown", soup_packet('x'), live, {Fault::unknown_type, 2, byte('x')}},
        {"a server's", soup_packet('S', "a"), live, {Fault::unknown_type, 2, byte('S')}},
        {"a server's", soup_packet('A'), awaiting, {Fault::unknown_type, 2, byte('A')}},
        {"a server's", soup_packet('J'), deciding, {Fault::unknown_type, 2, byte('J')}},
        {"a server's", soup_packet('H'), live, {Fault::unknown_type, 2, byte('H')}},
        {"a server's", soup_packet('Z'), live, {Fault::unknown_type, 2, byte('Z')}},
        {"data first", soup_packet('U', "a"), awaiting, {Fault::wrong_state, 2, byte('U')}},
        {"heartbeat first", soup_packet('R'), awaiting, {Fault::wrong_state, 2, byte('R')}},
        {"logout first", soup_packet('O'), awaiting, {Fault::wrong_state, 2, byte('O')}},
        {"data too early", soup_packet('U', "a"), deciding, {Fault::wrong_state, 2, byte('U')}},
        {"login twice", login(), live, {Fault::wrong_state, 2, byte('L')}},
        {"login twice", login(), deciding, {Fault::wrong_state, 2, byte('L')}},
        {"login twice",
         joined({login(), login()}),
         awaiting,
         {Fault::wrong_state, 49 + 2, byte('L')}},
        {"data after rejection",
         soup_packet('U', "a"),
         ServerState::rejected,
         {Fault::wrong_state, 2, byte('U')}},
        {"data after logout",
         joined({soup_packet('O'), soup_packet('U', "a")}),
         live,
         {Fault::wrong_state, 3 + 2, byte('U')}},
        {"heartbeat after logout",
         soup_packet('R'),
         ServerState::logged_out,
         {Fault::wrong_state, 2, byte('R')}},
        {"text after logout",
         soup_packet('+'),
         ServerState::logged_out,
         {Fault::wrong_state, 2, byte('+')}},
        {"short login", soup_packet('L', "USER"), awaiting, {Fault::bad_length, 0, 5}},
        {"long login",
         soup_packet('L', std::string(47, ' ')),
         awaiting,
         {Fault::bad_length, 0, 48}},
        {"heartbeat with payload", soup_packet('R', "!"), live, {Fault::bad_length, 0, 2}},
        {"logout with payload", soup_packet('O', "!"), live, {Fault::bad_length, 0, 2}},
        {"letters", login("12x4"), awaiting, {Fault::bad_sequence, 47, byte('x')}},
        {"blank", login(""), awaiting, {Fault::bad_sequence, 29, byte(' ')}},
        {"negative", login("-1"), awaiting, {Fault::bad_sequence, 47, byte('-')}},
    };
    for (const FaultCase& expected : cases) {
        Server server = server_in(expected.from);
        Status status = expected.status;
        if (expected.from != awaiting) status.offset += login().size();
        if (expected.from == ServerState::logged_out) status.offset += 3;
        ServerListener heard;
        EXPECT_EQ(server.on_bytes(expected.wire, at(0), heard).status, status) << expected.what;
        EXPECT_TRUE(server.finished());
        EXPECT_EQ(server.on_bytes(soup_packet('R'), at(0), heard).bytes, 0u);
        EXPECT_EQ(server.on_tick(at(100)), status);
        EXPECT_EQ(server.next_due(), std::nullopt);
        EXPECT_EQ(server.accept(session, 1, at(0)), Sent::wrong_state);
        EXPECT_EQ(server.reject(RejectReason::not_authorised, at(0)), Sent::wrong_state);
        EXPECT_EQ(server.send_sequenced({}, at(0)), Sent::wrong_state);
        EXPECT_EQ(server.send_unsequenced({}, at(0)), Sent::wrong_state);
        EXPECT_EQ(server.end_of_session(at(0)), Sent::wrong_state);
    }
}

TEST(SoupServer, TakesShortPacketsOnly) {
    Server server = live_server();
    ServerListener heard;
    EXPECT_TRUE(
        server.on_bytes(soup_packet('U', std::string(4'095, 'a')), at(0), heard).status.ok());
    EXPECT_EQ(heard.lines.size(), 1u);
    EXPECT_EQ(server.on_bytes(tests::hex_bytes("1001"), at(0), heard).status,
              (Status{Fault::too_long, 49 + 4'098, 4'097}));
}

TEST(SoupServer, TakesALoginHoweverLowItsLimit) {
    Limits limits = server_limits;
    limits.receive_length = 0;
    Server server = asked_server(limits);
    EXPECT_EQ(server.state(), ServerState::deciding);
}

TEST(SoupServer, BeatsAfterASecondOfItsOwnSilence) {
    Server server = live_server();
    EXPECT_EQ(server.next_due(), at(1));
    EXPECT_EQ(server.on_tick(at(1)), Status{});
    EXPECT_EQ(drained(server), soup_packet('H'));
    EXPECT_EQ(server.send_sequenced(text_bytes("x"), at(1.75)), Sent::ok);
    EXPECT_EQ(server.next_due(), at(2.75));
    EXPECT_EQ(server.end_of_session(at(1.75)), Sent::ok);
    drained(server);
    EXPECT_EQ(server.on_tick(at(10)), Status{});
    EXPECT_TRUE(drained(server).empty()) << "the end was the last packet";
}

TEST(SoupServer, EndsAfterFifteenSecondsOfTheClientsSilence) {
    for (const ServerState state :
         {ServerState::live, ServerState::rejected, ServerState::ended, ServerState::logged_out}) {
        Server server = server_in(state);
        const std::uint64_t received = state == ServerState::logged_out ? 52 : 49;
        EXPECT_EQ(server.on_tick(at(14.999999999)), Status{});
        EXPECT_EQ(server.on_tick(at(15)), (Status{Fault::silent, received, 15'000'000'000}));
        EXPECT_TRUE(server.finished());
    }
}

TEST(SoupServer, WaitsForALoginAndItsDecisionAsLongAsItMay) {
    for (const ServerState state : {ServerState::awaiting, ServerState::deciding}) {
        Server server = server_in(state);
        EXPECT_EQ(server.next_due(), at(15));
        EXPECT_EQ(server.on_tick(at(14.9)), Status{});
        EXPECT_TRUE(drained(server).empty());
        EXPECT_EQ(server.on_tick(at(15)).fault, Fault::login_timeout);
    }
}

}  // namespace
}  // namespace tickweir::codecs::soup
