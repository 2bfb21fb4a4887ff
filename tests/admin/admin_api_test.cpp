// The endpoints of the admin port, without sockets: requests in, answers and events out.
#include "gateway/admin/admin_api.hpp"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

#include "tests/admin/fake_sessions.hpp"

namespace tickweir::gateway::tests {
namespace {

using namespace std::chrono_literals;
using Kind = AdminEvent::Kind;

class AdminApiTest : public testing::Test {
protected:
    void start() {
        api_ =
            std::make_unique<AdminApi>(limits_, control_, "token",
                                       [this](const AdminEvent& event) { told_.push_back(event); });
    }

    /// The answer, after the FIX thread's turn where one is needed.
    HttpResponse ask(std::string_view method, std::string_view target,
                     std::string_view authorization = "Bearer token") {
        const PendingAnswer pending{++asked_};
        auto answer = api_->handle(
            {.method = method, .target = target, .authorization = authorization}, pending, now_);
        if (answer) return *answer;
        fake_.turn();
        auto answers = api_->take_answers(now_);
        EXPECT_EQ(answers.size(), 1U) << target;
        if (answers.size() != 1) return {};
        EXPECT_EQ(answers[0].pending, pending);
        return answers[0].response;
    }

    void expect_refused(std::string_view method, std::string_view target, std::uint16_t status,
                        std::string_view reason) {
        const HttpResponse answer = ask(method, target);
        EXPECT_EQ(answer.status, status) << target;
        EXPECT_EQ(answer.body, "{\"code\":" + std::to_string(status) + ",\"reason\":\"" +
                                   std::string{reason} + "\"}");
    }

    fix::SessionsControl control_;
    FakeSessions fake_{control_};
    AdminLimits limits_;
    std::vector<AdminEvent> told_;
    std::unique_ptr<AdminApi> api_;
    book::TimeNs now_{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};
    std::uint64_t asked_ = 0;
};

TEST_F(AdminApiTest, ListsEverySession) {
    start();
    const HttpResponse answer = ask("GET", "/v1/sessions");
    EXPECT_EQ(answer.status, 200);
    const std::string first =
        R"({"name":"CLIENT1","comp_id":"C1","state":"logged_on","enabled":true,"in_schedule":true,)"
        R"("address":"127.0.0.1:40001","since":1700000000000000000,"next_inbound":12,)"
        R"("next_outbound":34,"queued_bytes":56,"received":78,"sent":0,"resent":0,"rejected":0,)"
        R"("garbled":0,"logons":0,"refused":0,"cut":0})";
    const std::string second =
        R"({"name":"CLIENT/2","comp_id":"C2","state":"disconnected","enabled":true,)"
        R"("in_schedule":true,"address":null,"since":null,"next_inbound":1,"next_outbound":1,)"
        R"("queued_bytes":0,"received":0,"sent":0,"resent":0,"rejected":0,"garbled":0,"logons":0,)"
        R"("refused":0,"cut":0})";
    std::string plain = answer.body;
    std::erase(plain, ' ');
    EXPECT_EQ(plain, R"({"sessions":[)" + first + ',' + second + "]}");
    EXPECT_TRUE(told_.empty());
}

TEST_F(AdminApiTest, HandsEveryActionToTheFixThreadAndAnswersWithItsAnswer) {
    start();
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/logout?by=ann&text=good%20night").status, 200);
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/disable?text=bye").status, 200);
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/reset?next_inbound=7&next_outbound=9").status, 200);
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/enable").status, 200);
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT%2F2/reset").status, 200);
    ASSERT_EQ(fake_.commands.size(), 5U);
    EXPECT_EQ(fake_.commands[0].action, fix::SessionAction::logout);
    EXPECT_EQ(fake_.commands[0].text, "good night");
    EXPECT_EQ(fake_.commands[1].action, fix::SessionAction::disable);
    EXPECT_EQ(fake_.commands[2].action, fix::SessionAction::reset);
    EXPECT_EQ(fake_.commands[2].next_inbound, 7U);
    EXPECT_EQ(fake_.commands[2].next_outbound, 9U);
    EXPECT_EQ(fake_.commands[3].action, fix::SessionAction::enable);
    EXPECT_EQ(fake_.commands[4].session, "CLIENT/2");
    EXPECT_EQ(fake_.commands[4].next_inbound, 1U);
    EXPECT_EQ(fake_.commands[4].next_outbound, 1U);
}

TEST_F(AdminApiTest, TellsWhoAskedForWhatAndHowItEnded) {
    start();
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/reset?by=ann&next_outbound=5").status, 409);
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/logout?by=ann&text=x").status, 200);
    EXPECT_EQ(ask("POST", "/v1/sessions/NOPE/logout").status, 404);
    const std::string reset = "reset CLIENT1 next_inbound=1 next_outbound=5";
    EXPECT_EQ(told_, (std::vector<AdminEvent>{
                         {Kind::asked, "ann", reset, {}},
                         {Kind::refused, "ann", reset, "it is connected"},
                         {Kind::asked, "ann", "logout CLIENT1 text=x", {}},
                         {Kind::done, "ann", "logout CLIENT1 text=x", {}},
                         {Kind::refused, "", "logout NOPE", "there is no session 'NOPE'"},
                     }));
}

TEST_F(AdminApiTest, TellsWithoutTheTokenNotEvenWhatThereIs) {
    start();
    for (const std::string_view authorization :
         {"", "Bearer", "Bearer tokem", "Bearer toke", "Bearer tokentoken", "Basic token"}) {
        for (const std::string_view target : {"/v1/sessions", "/nothing", "no target"}) {
            const HttpResponse answer = ask("GET", target, authorization);
            EXPECT_EQ(answer.status, 401) << authorization;
            EXPECT_EQ(answer.body.find("tokem"), std::string::npos);
        }
        EXPECT_EQ(
            api_->options({.method = "OPTIONS", .target = "/", .authorization = authorization})
                .status,
            401);
    }
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/logout", "Bearer wrong").status, 401);
    EXPECT_TRUE(fake_.commands.empty());
    EXPECT_EQ(api_->counts().no_access, 25U);
    EXPECT_EQ(told_.back(), (AdminEvent{Kind::no_access, {}, {}, "a wrong token"}));
    EXPECT_EQ(api_->authorize({.method = "GET", .target = "/", .authorization = {}})->status, 401);
    EXPECT_EQ(
        api_->authorize({.method = "GET", .target = "/", .authorization = "Bearer token"})->status,
        404);
}

TEST_F(AdminApiTest, NamesWhatIsWrong) {
    start();
    expect_refused("GET", "/v1/session", 404, "there is nothing at '/v1/session'");
    expect_refused("GET", "/v1/sessions?limit=1", 400, "unknown parameter 'limit'; there are none");
    expect_refused("POST", "/v1/sessions", 405,
                   "method 'POST' is not allowed; there are GET, HEAD, OPTIONS");
    expect_refused("GET", "/v1/sessions/CLIENT1/logout", 405,
                   "method 'GET' is not allowed; there are POST, OPTIONS");
    expect_refused("POST", "/v1/sessions/CLIENT1/kill", 404,
                   "there is nothing at '/v1/sessions/CLIENT1/kill'");
    expect_refused("POST", "/v1/sessions/CLIENT1/enable?text=x", 400,
                   "unknown parameter 'text'; there are by");
    expect_refused("POST", "/v1/sessions/CLIENT1/reset?next_inbound=0", 400,
                   "next_inbound must be 1 to 2147483647, got '0'");
    expect_refused("POST", "/v1/sessions/CLIENT1/reset?next_outbound=2147483648", 400,
                   "next_outbound must be 1 to 2147483647, got '2147483648'");
    expect_refused("POST", "/v1/sessions/CLIENT1/logout?text=a%018", 400,
                   "text has characters that are not printable ASCII");
    expect_refused("POST", "/v1/sessions/CLIENT1/logout?by=a%0A8", 400,
                   "by has characters that are not printable ASCII");
    expect_refused("POST", "/v1/sessions/CLIENT1/logout?text=" + std::string(129, 'x'), 400,
                   "text is longer than 128 bytes");
    expect_refused("POST", "/v1/sessions/%s/logout", 400,
                   "target, byte 13: '%s/' is no escape of two hexadecimal digits");
    EXPECT_TRUE(fake_.commands.empty());
}

TEST_F(AdminApiTest, RefusesABodyThatNobodyWouldRead) {
    start();
    const auto answer = api_->handle({.method = "POST",
                                      .target = "/v1/sessions/CLIENT1/reset",
                                      .authorization = "Bearer token",
                                      .has_body = true},
                                     PendingAnswer{1}, now_);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 400);
}

TEST_F(AdminApiTest, NamesTheMethodsOfEachResource) {
    start();
    const auto methods = [&](std::string_view target) {
        const HttpResponse answer =
            api_->options({.method = "OPTIONS", .target = target, .authorization = "Bearer token"});
        EXPECT_EQ(answer.status, 204);
        return answer.allow;
    };
    EXPECT_EQ(methods("/v1/sessions"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(methods("/v1/sessions/X/reset"), "POST, OPTIONS");
}

TEST_F(AdminApiTest, BoundsHowOftenItIsAsked) {
    limits_.requests_per_second = 5;
    limits_.actions_per_second = 2;
    start();
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/enable").status, 200);
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/enable").status, 200);
    expect_refused("POST", "/v1/sessions/CLIENT1/enable", 429, "more than 2 actions a second");
    EXPECT_EQ(ask("GET", "/v1/sessions").status, 200);
    EXPECT_EQ(ask("GET", "/v1/sessions").status, 200);
    expect_refused("GET", "/v1/sessions", 429, "more than 5 requests a second");
    // Whoever lacks the token does not use up what those who have it may do.
    EXPECT_EQ(ask("GET", "/v1/sessions", "Bearer wrong").status, 401);
    now_ += 1s;
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/enable").status, 200);
    EXPECT_EQ(api_->counts().throttled, 2U);
}

TEST_F(AdminApiTest, BoundsWhatWaitsForTheFixThread) {
    limits_.waiting = 3;
    start();
    const auto act = [&] {
        return api_->handle({.method = "POST",
                             .target = "/v1/sessions/CLIENT1/enable",
                             .authorization = "Bearer token"},
                            PendingAnswer{++asked_}, now_);
    };
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(act());
    EXPECT_EQ(act()->status, 503);
    fake_.turn();
    EXPECT_EQ(api_->take_answers(now_).size(), 3U);
    EXPECT_FALSE(act());
}

TEST_F(AdminApiTest, TellsOfAnAnswerThatIsLateAndForgetsOneThatNeverComes) {
    start();
    EXPECT_FALSE(api_->handle({.method = "POST",
                               .target = "/v1/sessions/CLIENT1/logout?by=ann",
                               .authorization = "Bearer token"},
                              PendingAnswer{1}, now_));
    now_ += limits_.answer_timeout - 1ns;
    EXPECT_TRUE(api_->take_answers(now_).empty());
    now_ += 1ns;
    EXPECT_TRUE(api_->take_answers(now_).empty());
    EXPECT_TRUE(api_->take_answers(now_).empty());
    const AdminEvent late{Kind::late, "ann", "logout CLIENT1", "the FIX thread has not answered"};
    EXPECT_EQ(std::ranges::count(told_, late), 1);
    EXPECT_EQ(api_->waiting(), 1U);
    now_ += 12 * limits_.answer_timeout;
    EXPECT_TRUE(api_->take_answers(now_).empty());
    EXPECT_EQ(api_->waiting(), 0U);
}

TEST_F(AdminApiTest, RefusesATokenThatNobodyCouldSend) {
    EXPECT_THROW(AdminApi(limits_, control_, "", [](const AdminEvent&) {}), std::invalid_argument);
    EXPECT_THROW(AdminApi(limits_, control_, "a b", [](const AdminEvent&) {}),
                 std::invalid_argument);
}

}  // namespace
}  // namespace tickweir::gateway::tests
