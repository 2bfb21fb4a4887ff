#include "gateway/fix/logon_check.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "gateway/runtime/host.hpp"
#include "tests/fix/fix_gateway.hpp"
#include "tests/fix/fix_text.hpp"

namespace tickweir::tests {
namespace {

using gateway::fix::FixSettings;
using gateway::fix::IpAddress;
using gateway::fix::Refusal;

class LogonCheckTest : public testing::Test {
protected:
    gateway::fix::LogonIdentity identity(const std::string& text, const char* from = "127.0.0.1") {
        EXPECT_EQ(message_.read(text).status, codecs::fix::FrameStatus::whole);
        return gateway::fix::identify(message_, settings_, IpAddress::parse(from).value());
    }
    Refusal judged(const std::string& text, bool enabled = true) {
        EXPECT_EQ(message_.read(text).status, codecs::fix::FrameStatus::whole);
        return gateway::fix::judge(message_, settings_.sessions[1], std::chrono::seconds{120},
                                   enabled, gateway::wall_clock_now())
            .refusal;
    }

    FixSettings settings_ = fix_settings({"A", "B"});
    codecs::fix::Message message_;
};

TEST_F(LogonCheckTest, KnowsAClientByBothCompIds) {
    const auto known = identity(client_logon("B"));
    EXPECT_EQ(known.refusal, Refusal::none);
    EXPECT_EQ(known.session, gateway::fix::SessionId{1});
    EXPECT_EQ(identity(client_logon("C")).refusal, Refusal::comp_id);
    EXPECT_EQ(identity(client_message("B", "0", 1)).refusal, Refusal::no_logon);
    EXPECT_EQ(identity(framed("35=A|49=B|56=X|34=1|")).refusal, Refusal::comp_id);
    EXPECT_EQ(identity(framed("35=A|49=B|56=TICKWEIR|34=1|", "FIX.4.2")).refusal, Refusal::version);
}

TEST_F(LogonCheckTest, HoldsAClientToItsAddresses) {
    settings_.sessions[1].addresses = {*gateway::fix::IpRange::parse("10.1.0.0/16"),
                                       *gateway::fix::IpRange::parse("::1")};
    EXPECT_EQ(identity(client_logon("B"), "10.1.2.3").refusal, Refusal::none);
    EXPECT_EQ(identity(client_logon("B"), "::1").refusal, Refusal::none);
    const auto elsewhere = identity(client_logon("B"), "10.2.0.1");
    EXPECT_EQ(elsewhere.refusal, Refusal::address);
    EXPECT_EQ(elsewhere.session, gateway::fix::SessionId{1});
    EXPECT_EQ(identity(client_logon("A"), "10.2.0.1").refusal, Refusal::none);
}

TEST_F(LogonCheckTest, NamesWhatASessionCannotBeginWith) {
    EXPECT_EQ(judged(client_logon("B")), Refusal::none);
    EXPECT_EQ(judged(client_logon("B"), false), Refusal::disabled);
    EXPECT_EQ(judged(client_logon("B", 1, "108=0|")), Refusal::heartbeat);
    EXPECT_EQ(judged(client_logon("B", 1, "108=60|")), Refusal::none);
    EXPECT_EQ(judged(client_logon("B", 1, "108=61|")), Refusal::heartbeat);
    EXPECT_EQ(judged(client_logon("B", 1, "")), Refusal::heartbeat);
    EXPECT_EQ(judged(client_logon("B", 2, "108=30|141=Y|")), Refusal::reset_number);
    EXPECT_EQ(judged(client_logon("B", 1, "108=30|141=Y|")), Refusal::none);
    EXPECT_EQ(judged(client_message("B", "A", 1, "98=1|108=30|")), Refusal::encryption);
    const auto sent = [](std::chrono::seconds later) {
        return framed("35=A|49=B|56=TICKWEIR|34=1|52=" + time_text(later) + "|98=0|108=30|");
    };
    EXPECT_EQ(judged(sent(std::chrono::seconds{100})), Refusal::none);
    EXPECT_EQ(judged(sent(std::chrono::seconds{-130})), Refusal::sending_time);
    EXPECT_EQ(judged(sent(std::chrono::seconds{130})), Refusal::sending_time);
}

}  // namespace
}  // namespace tickweir::tests
