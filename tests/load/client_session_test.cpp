// The load's FIX client: what it says to a gateway, and when.
#include <gtest/gtest.h>

#include <random>

#include "tests/load/stub_gateway.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using bench::ClientSession;
using bench::ClientState;
using std::chrono::seconds;

TEST(ClientSessionTest, LogsOnWithNumbersFromOneAndWhatElseItWasGiven) {
    ClientSession session{{.comp_id = "C1",
                           .password = "secret",
                           .logon_fields = soh("8013=Y|1=a|"),
                           .heartbeat = seconds{5}}};
    StubGateway gateway;
    EXPECT_EQ(session.state(), ClientState::idle);
    session.log_on(TimeNs{});
    EXPECT_EQ(gateway.take(session),
              Texts{"35=A|34=1|98=0|108=5|141=Y|553=C1|554=secret|8013=Y|1=a|"});
    EXPECT_FALSE(session.send("D", TimeNs{}, [](wire::Writer&) {}));
    session.on_bytes(gateway.say("A", "98=0|108=5|141=Y|"), TimeNs{}, [](const wire::Message&) {});
    EXPECT_TRUE(session.logged_on());
}

TEST(ClientSessionTest, VisitsEachMessageOnceHoweverTheBytesAreCut) {
    std::mt19937_64 random{test_seed()};
    for (int round = 0; round < 200; ++round) {
        LoggedOn one;
        std::string bytes = "garbage";
        Texts expected;
        for (int i = 2; i < 12; ++i) {
            const bool own = i % 3 == 0;
            bytes += one.gateway.say(own ? "0" : "8", own ? "" : "37=1|");
            if (!own) expected.push_back("8 " + std::to_string(i));
        }
        Texts visited;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t size = std::min<std::size_t>(1 + random() % 120, bytes.size() - at);
            std::ranges::copy(one.hear({bytes.data() + at, size}), std::back_inserter(visited));
            at += size;
        }
        EXPECT_EQ(visited, expected);
        EXPECT_GE(one.session.counts().garbled, 1U);
    }
}

TEST(ClientSessionTest, AnswersTestRequestsAndTellsWhoMissesSomethingThatThereIsNothing) {
    LoggedOn one;
    one.hear(one.gateway.say("1", "112=you|"));
    EXPECT_EQ(one.gateway.take(one.session), Texts{"35=0|34=2|112=you|"});
    one.hear(one.gateway.say("2", "7=1|16=0|"));
    const auto said = one.gateway.take(one.session);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_TRUE(said[0].starts_with("35=4|34=1|43=Y|122=")) << said[0];
    EXPECT_TRUE(said[0].ends_with("123=Y|36=3|")) << said[0];
    // The numbers are as they were.
    EXPECT_TRUE(one.session.send("D", one.now, [](wire::Writer& to) { to.field(11, "a"); }));
    EXPECT_EQ(one.gateway.take(one.session), Texts{"35=D|34=3|11=a|"});
}

TEST(ClientSessionTest, AsksOnceForWhatIsMissingAndTakesAllFromThereOn) {
    LoggedOn one;
    one.gateway.skip(2);
    EXPECT_EQ(one.hear(one.gateway.say("8", "37=4|")), Texts{});
    EXPECT_EQ(one.hear(one.gateway.say("8", "37=5|")), Texts{});
    EXPECT_EQ(one.gateway.take(one.session), Texts{"35=2|34=2|7=2|16=0|"});
    EXPECT_EQ(one.session.counts().gaps, 2U);
    EXPECT_EQ(one.hear(one.gateway.say_as(2, "4", "43=Y|123=Y|36=4|")), Texts{});
    EXPECT_EQ(one.hear(one.gateway.say_as(4, "8", "43=Y|37=4|")), Texts{"8 4"});
    EXPECT_EQ(one.hear(one.gateway.say_as(4, "8", "43=Y|37=4|")), Texts{});
    EXPECT_EQ(one.hear(one.gateway.say_as(5, "8", "43=Y|37=5|")), Texts{"8 5"});
    EXPECT_EQ(one.hear(one.gateway.say("8", "37=6|")), Texts{"8 6"});
    EXPECT_EQ(one.gateway.take(one.session), Texts{});
}

TEST(ClientSessionTest, EndsWhereANumberComesTwiceWithoutSayingSo) {
    LoggedOn one;
    EXPECT_EQ(one.hear(one.gateway.say_as(1, "8", "37=1|")), Texts{});
    EXPECT_EQ(one.session.state(), ClientState::ended);
    EXPECT_EQ(one.session.ending(), "MsgSeqNum 1 came where 2 was expected");
    EXPECT_EQ(one.hear(one.gateway.say("8", "37=2|")), Texts{});
}

TEST(ClientSessionTest, BeatsWhenItHasSaidNothingAndEndsWhenItHearsNothing) {
    LoggedOn one;
    one.session.on_tick(one.now + seconds{29});
    EXPECT_EQ(one.gateway.take(one.session), Texts{});
    one.session.on_tick(one.now + seconds{30});
    EXPECT_EQ(one.gateway.take(one.session), Texts{"35=0|34=2|"});
    one.session.on_tick(one.now + seconds{61});
    EXPECT_TRUE(one.session.logged_on());
    one.session.on_tick(one.now + seconds{62});
    EXPECT_EQ(one.session.ending(), "the peer is silent");
}

TEST(ClientSessionTest, LogsOutAndAnswersALogout) {
    LoggedOn one;
    one.session.log_out(one.now);
    EXPECT_EQ(one.gateway.take(one.session), Texts{"35=5|34=2|"});
    EXPECT_FALSE(one.session.send("D", one.now, [](wire::Writer&) {}));
    one.hear(one.gateway.say("5"));
    EXPECT_EQ(one.session.state(), ClientState::ended);
    EXPECT_EQ(one.gateway.take(one.session), Texts{});

    LoggedOn other;
    other.hear(other.gateway.say("5", "58=throttled|"));
    EXPECT_EQ(other.session.ending(), "throttled");
    EXPECT_EQ(other.gateway.take(other.session), Texts{"35=5|34=2|"});
}

TEST(ClientSessionTest, IsTurnedAwayUnderWhateverNumberTheGatewayIsAt) {
    StubGateway gateway;
    ClientSession session{{.comp_id = "C1"}};
    for (std::uint64_t attempt = 1; attempt < 4; ++attempt) {
        session.log_on(TimeNs{});
        (void)gateway.take(session);
        session.on_bytes(gateway.say_as(7 * attempt, "5", "58=not open yet|"), TimeNs{},
                         [](const wire::Message&) { ADD_FAILURE(); });
        EXPECT_EQ(session.state(), ClientState::ended);
        EXPECT_EQ(session.ending(), "not open yet");
        EXPECT_EQ(gateway.take(session), Texts{});
    }
    EXPECT_EQ(session.counts().gaps, 0U);
}

TEST(ClientSessionTest, RefusesWhatHasNoRoomAndSendsTheRestInOrder) {
    LoggedOn one;
    bench::ClientSession small{{.comp_id = "C1", .output_bytes = 8'192}};
    small.log_on(one.now);
    StubGateway gateway;
    (void)gateway.take(small);
    small.on_bytes(gateway.say("A", "98=0|108=30|141=Y|"), one.now, [](const wire::Message&) {});
    std::uint64_t sent = 0;
    std::string wire_bytes;
    for (int i = 0; i < 400; ++i) {
        sent += small.send("D", one.now, [i](wire::Writer& to) { to.field(11, i); }) ? 1U : 0U;
        if (i % 3 == 0) {  // a socket that takes a little
            const std::string_view some = small.output().substr(0, 100);
            wire_bytes += some;
            small.drain(some.size());
        }
    }
    EXPECT_GT(small.counts().no_room, 0U);
    EXPECT_EQ(small.counts().sent, sent + 1);
    wire_bytes += small.output();
    wire::Message message;
    std::string_view rest = wire_bytes;
    for (std::uint64_t number = 2; number < 2 + sent; ++number) {
        const wire::Frame frame = message.read(rest);
        ASSERT_EQ(frame.status, wire::FrameStatus::whole);
        EXPECT_EQ(message.get_uint(tag::msg_seq_num).value_or(0), number);
        rest.remove_prefix(frame.bytes);
    }
    EXPECT_TRUE(rest.empty());
}

}  // namespace
}  // namespace tickweir::tests
