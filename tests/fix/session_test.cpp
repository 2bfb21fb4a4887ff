// Sessions over real sockets, from the outside: what a client sees of the session layer.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "gateway/certificate.hpp"
#include "tests/fix/fake_reserve.hpp"
#include "tests/fix/fix_gateway.hpp"
#include "tests/fix/fix_text.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/fix/temporary_directory.hpp"

namespace tickweir::tests {
namespace {

using gateway::fix::FixSettings;
using Texts = std::vector<std::string>;

/// What a test looks at: type, number, and the fields that are named.
std::string brief(const std::string& shown, const std::vector<int>& tags = {}) {
    std::string text =
        field_of(shown, 35).value_or("closed") + " " + field_of(shown, 34).value_or("");
    for (const int tag : tags)
        text += " " + std::to_string(tag) + "=" + field_of(shown, tag).value_or("-");
    return text;
}

TEST(FixSessionTest, LogsOnAnswersATestRequestAndLogsOut) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(brief(client.read(), {49, 56, 98, 108}), "A 1 49=TICKWEIR 56=A 98=0 108=30");
    client.send(client_message("A", "1", 2, "112=are you there|"));
    EXPECT_EQ(brief(client.read(), {112}), "0 2 112=are you there");
    client.send(client_message("A", "5", 3));
    EXPECT_EQ(brief(client.read()), "5 3");
    EXPECT_TRUE(client.is_closed());
}

TEST(FixSessionTest, AnswersATypeByWhetherItIsServedKnownOrUnknown) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(brief(client.read()), "A 1");
    client.send(client_message("A", "D", 2, "11=1|"));
    EXPECT_EQ(brief(client.read(), {45, 372, 380}), "j 2 45=2 372=D 380=4");
    client.send(client_message("A", "B", 3, "148=x|"));
    EXPECT_EQ(brief(client.read(), {45, 372, 380}), "j 3 45=3 372=B 380=3");
    client.send(client_message("A", "ZZ", 4));
    EXPECT_EQ(brief(client.read(), {45, 372, 373}), "3 4 45=4 372=ZZ 373=11");
    client.send(client_message("A", "1", 5, "112=x|"));
    EXPECT_EQ(brief(client.read()), "0 5");
}

TEST(FixSessionTest, ClosesOnAWrongCompIdWithoutAWord) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient stranger{gateway.port()};
    stranger.send(client_logon("B"));
    EXPECT_EQ(stranger.read(), "");
    RawClient lost{gateway.port()};
    lost.send(framed("35=A|49=A|56=OTHER|34=1|52=" + time_text() + "|98=0|108=30|"));
    EXPECT_EQ(lost.read(), "");
}

TEST(FixSessionTest, SaysWhyAKnownClientMayNotLogOn) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient client{gateway.port()};
    client.send(client_logon("A", 1, "108=3600|"));
    EXPECT_EQ(brief(client.read(), {58}), "5 1 58=HeartBtInt (108) has to be 1 to 60 seconds");
    EXPECT_TRUE(client.is_closed());
    RawClient late{gateway.port()};
    late.send(framed("35=A|49=A|56=TICKWEIR|34=1|52=20200101-00:00:00|98=0|108=30|"));
    EXPECT_EQ(brief(late.read(), {58}),
              "5 2 58=SendingTime (52) is more than 120 s from this clock");
    RawClient good{gateway.port()};
    good.send(client_logon("A"));
    EXPECT_EQ(brief(good.read()), "A 3");
}

TEST(FixSessionTest, WaitsForTheAnswerToItsLogoutHoweverMuchElseComes) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(brief(client.read()), "A 1");
    ASSERT_TRUE(gateway.control().request(
        {.action = gateway::fix::SessionAction::logout, .session = "A", .text = "enough"}));
    EXPECT_EQ(brief(client.read("5")), "5 2");
    // Each answer would begin the engine's own wait anew.
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    bool open = true;
    for (std::uint64_t number = 2; open && std::chrono::steady_clock::now() < patience; ++number)
        open = client.send(client_message("A", "1", number, "112=x|")) && !client.read().empty();
    EXPECT_FALSE(open);
}

TEST(FixSessionTest, TellsApplicationsOfOneLogonHoweverOftenItIsRepeated) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(brief(client.read()), "A 1");
    for (int i = 0; i < 3; ++i) {
        client.send(client_logon("A", 1, "108=30|141=Y|"));
        EXPECT_EQ(brief(client.read()), "A 1");
    }
    client.send(client_message("A", "5", 2));
    EXPECT_TRUE(client.is_closed());
    EXPECT_TRUE(gateway.stop());
    EXPECT_EQ(gateway.cells().logons.value(), 1u);
}

TEST(FixSessionTest, RefusesASecondConnectionAndLeavesTheFirstAlone) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient first{gateway.port()};
    first.send(client_logon("A"));
    EXPECT_EQ(brief(first.read()), "A 1");
    RawClient second{gateway.port()};
    second.send(client_logon("A"));
    EXPECT_EQ(second.read(), "");
    first.send(client_message("A", "1", 2, "112=x|"));
    EXPECT_EQ(brief(first.read()), "0 2");
}

TEST(FixSessionTest, KeepsNumbersOverConnectionsAndARestart) {
    const TemporaryDirectory directory;
    {
        FixGateway gateway{fix_settings({"A"}, directory.path())};
        for (int i = 0; i < 2; ++i) {
            RawClient client{gateway.port()};
            client.send(client_logon("A", 1 + 2U * static_cast<unsigned>(i)));
            EXPECT_EQ(brief(client.read()), "A " + std::to_string(1 + 2 * i));
            client.send(client_message("A", "5", 2 + 2U * static_cast<unsigned>(i)));
            EXPECT_EQ(brief(client.read()), "5 " + std::to_string(2 + 2 * i));
            EXPECT_TRUE(client.is_closed());
        }
        EXPECT_TRUE(gateway.stop());
    }
    FixGateway gateway{fix_settings({"A"}, directory.path())};
    RawClient client{gateway.port()};
    client.send(client_logon("A", 5));
    EXPECT_EQ(brief(client.read()), "A 5");
    client.send(client_message("A", "1", 6, "112=x|"));
    EXPECT_EQ(brief(client.read()), "0 6");
}

TEST(FixSessionTest, BeginsAnewWhereTheLogonAsksForIt) {
    const TemporaryDirectory directory;
    FixGateway gateway{fix_settings({"A"}, directory.path())};
    {
        RawClient client{gateway.port()};
        client.send(client_logon("A"));
        EXPECT_EQ(brief(client.read()), "A 1");
    }
    RawClient client{gateway.port()};
    client.send(client_logon("A", 1, "108=30|141=Y|"));
    EXPECT_EQ(brief(client.read(), {141}), "A 1 141=Y");
}

TEST(FixSessionTest, ResendsApplicationMessagesAndFillsGapsForTheRest) {
    const TemporaryDirectory directory;
    FixGateway gateway{fix_settings({"A"}, directory.path())};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    client.send(client_message("A", "D", 2) + client_message("A", "1", 3, "112=x|") +
                client_message("A", "D", 4));
    Texts live;
    for (int i = 0; i < 4; ++i)
        live.push_back(client.read());
    client.send(client_message("A", "2", 5, "7=1|16=0|"));
    Texts again;
    for (int i = 0; i < 4; ++i)
        again.push_back(brief(client.read(), {43, 45, 123, 36}));
    EXPECT_EQ(again, (Texts{"4 1 43=Y 45=- 123=Y 36=2", "j 2 43=Y 45=2 123=- 36=-",
                            "4 3 43=Y 45=- 123=Y 36=4", "j 4 43=Y 45=4 123=- 36=-"}));
    client.send(client_message("A", "1", 6, "112=x|"));
    EXPECT_EQ(brief(client.read()), "0 5");
}

TEST(FixSessionTest, AsksOnceForAGapAndTakesWhatWaitedBehindIt) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(brief(client.read()), "A 1");
    client.send(client_message("A", "D", 4) + client_message("A", "D", 5));
    EXPECT_EQ(brief(client.read(), {7, 16}), "2 2 7=2 16=0");
    client.send(framed("35=4|49=A|56=TICKWEIR|34=2|43=Y|52=" + time_text() + "|122=" + time_text() +
                       "|123=Y|36=4|"));
    EXPECT_EQ(brief(client.read(), {45}), "j 3 45=4");
    EXPECT_EQ(brief(client.read(), {45}), "j 4 45=5");
}

TEST(FixSessionTest, LogsOutOnANumberThatIsTooLow) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(brief(client.read()), "A 1");
    client.send(client_message("A", "1", 1, "112=x|"));
    EXPECT_EQ(brief(client.read(), {58}), "5 2 58=MsgSeqNum too low, expecting 2 but received 1");
    EXPECT_TRUE(client.is_closed());
}

TEST(FixSessionTest, IgnoresAWrongChecksumAndAsksForTheMessage) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(brief(client.read()), "A 1");
    std::string broken = client_message("A", "1", 2, "112=x|");
    broken[broken.size() - 2] = broken[broken.size() - 2] == '0' ? '1' : '0';
    client.send(broken + client_message("A", "1", 3, "112=y|"));
    EXPECT_EQ(brief(client.read(), {7}), "2 2 7=2");
}

FixSettings with_password(const std::string& password) {
    FixSettings settings = fix_settings({"A", "B"});
    settings.sessions[0].password =
        gateway::fix::PasswordHash::make(password, gateway::fix::process_cost);
    return settings;
}

TEST(FixSessionTest, AsksForThePasswordWhereThereIsOne) {
    FixGateway gateway{with_password("secret")};
    for (const std::string more :
         {"108=30|", "108=30|554=wrong|", "108=30|554=Secret|", "108=30|553=B|554=secret|"}) {
        RawClient wrong{gateway.port()};
        wrong.send(client_logon("A", 1, more));
        EXPECT_EQ(wrong.read(), "") << more;
    }
    RawClient client{gateway.port()};
    client.send(client_logon("A", 1, "108=30|553=A|554=secret|") +
                client_message("A", "1", 2, "112=x|"));
    EXPECT_EQ(brief(client.read()), "A 1");
    EXPECT_EQ(brief(client.read()), "0 2") << "what came behind the logon has waited for it";
}

TEST(FixSessionTest, SpeaksTlsWhereItHasACertificate) {
    const gateway::Certificate made = gateway::make_certificate({});
    const auto server =
        gateway::TlsContext::server({.certificate_chain = {"made", made.certificate_pem},
                                     .private_key = {"made", made.key_pem}});
    const auto trusting =
        gateway::TlsContext::client({.authorities = gateway::Pem{"made", made.certificate_pem}});
    FixGateway gateway{fix_settings({"A"}), {}, {}, &server};
    RawClient client{gateway.port(), trusting};
    client.send(client_logon("A") + client_message("A", "1", 2, "112=x|"));
    EXPECT_EQ(brief(client.read()), "A 1");
    EXPECT_EQ(brief(client.read()), "0 2");
    RawClient plain{gateway.port()};
    plain.send(client_logon("A"));
    std::string answer;
    try {
        answer = plain.read();
    } catch (const std::runtime_error&) {
        answer.clear();  // an alert of TLS is no FIX
    }
    EXPECT_EQ(answer, "");
}

TEST(FixSessionTest, LocksOutWhoFailsTooOften) {
    FixSettings settings = with_password("secret");
    settings.failures_max = 2;
    FixGateway gateway{std::move(settings)};
    for (int i = 0; i < 3; ++i) {
        RawClient wrong{gateway.port()};
        wrong.send(client_logon("A", 1, "108=30|554=wrong|"));
        EXPECT_EQ(wrong.read(), "");
    }
    RawClient late{gateway.port()};
    late.send(client_logon("A", 1, "108=30|554=secret|"));
    EXPECT_EQ(late.read(), "");
}

TEST(FixSessionTest, CarriesOutWhatAnAdministratorAsksFor) {
    FixGateway gateway{fix_settings({"A"})};
    const auto carry_out = [&](gateway::fix::SessionCommand command) {
        const auto ticket = gateway.control().request(std::move(command));
        std::optional<gateway::fix::CommandAnswer> answer;
        while (!answer)
            answer = gateway.control().take_answer(ticket.value());
        return *answer;
    };
    using gateway::fix::CommandStatus;
    using gateway::fix::SessionAction;
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(brief(client.read()), "A 1");
    EXPECT_EQ(carry_out({SessionAction::logout, "nobody"}).status, CommandStatus::unknown_session);
    EXPECT_EQ(carry_out({SessionAction::reset, "A"}).status, CommandStatus::refused);
    EXPECT_EQ(carry_out({SessionAction::disable, "A", "for today"}).status, CommandStatus::done);
    EXPECT_EQ(brief(client.read(), {58}), "5 2 58=for today");
    client.send(client_message("A", "5", 2));
    EXPECT_TRUE(client.is_closed());
    RawClient again{gateway.port()};
    again.send(client_logon("A", 3));
    EXPECT_EQ(brief(again.read(), {58}), "5 3 58=the session is disabled");
    EXPECT_TRUE(again.is_closed());
    EXPECT_EQ(carry_out({SessionAction::enable, "A"}).status, CommandStatus::done);
    EXPECT_EQ(carry_out({SessionAction::reset, "A", "", 1, 50}).status, CommandStatus::done);
    RawClient back{gateway.port()};
    back.send(client_logon("A", 1));
    EXPECT_EQ(brief(back.read()), "A 50");
    EXPECT_EQ(gateway.control().rows().at(0).name, "A");
}

TEST(FixSessionTest, LogsSessionsOutWhenItStops) {
    FixGateway gateway{fix_settings({"A"})};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(brief(client.read()), "A 1");
    EXPECT_TRUE(gateway.stop());
    EXPECT_EQ(brief(client.read(), {58}), "5 2 58=the gateway is stopping");
    EXPECT_TRUE(client.is_closed());
}

// ---------------------------------------------------------------- numbers in a log

TEST(FixSessionTest, RefusesLogonsUntilTheVenueIsReady) {
    FakeReserve reserve;
    reserve.is_ready = false;
    const FixSettings settings = fix_settings({"A"});
    FixGateway gateway{settings, {}, {}, nullptr, &reserve};
    RawClient early{gateway.port()};
    early.send(client_logon("A"));
    EXPECT_EQ(brief(early.read(), {58}), "5 1 58=the venue is not open yet: try again");
    EXPECT_TRUE(early.is_closed());
    reserve.is_ready = true;
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(field_of(client.read(), 35), "A");
}

TEST(FixSessionTest, SaysNothingUntilItsNumbersAreDurable) {
    FakeReserve reserve;
    reserve.is_durable = false;
    FixGateway gateway{fix_settings({"A"}), {}, {}, nullptr, &reserve};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    // It looks again and again, and each time it might have sent.
    for (const std::uint64_t looks = reserve.looks + 5; reserve.looks < looks;)
        std::this_thread::yield();
    EXPECT_FALSE(client.has_input());
    reserve.is_durable = true;
    EXPECT_EQ(field_of(client.read(), 35), "A");
}

}  // namespace
}  // namespace tickweir::tests
