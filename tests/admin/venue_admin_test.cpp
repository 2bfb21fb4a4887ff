// Administration of the venue at the admin port, without sockets and without a venue.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <variant>

#include "gateway/admin/admin_api.hpp"
#include "tests/admin/fake_sessions.hpp"
#include "tests/admin/fake_venue.hpp"

namespace tickweir::gateway::tests {
namespace {

using namespace std::chrono_literals;
using Kind = AdminEvent::Kind;
using book::exact::Decimal;
using shield::LoadMode;

class VenueAdminTest : public testing::Test {
protected:
    HttpResponse ask(std::string_view method, std::string_view target) {
        const PendingAnswer pending{++asked_};
        auto answer = api_->handle(
            {.method = method, .target = target, .authorization = "Bearer token"}, pending, now_);
        if (answer) return *answer;
        venue_.turn();
        fake_sessions_.turn();
        auto answers = api_->take_answers(now_);
        EXPECT_EQ(answers.size(), 1U) << target;
        if (answers.size() != 1) return {};
        EXPECT_EQ(answers[0].pending, pending);
        return answers[0].response;
    }
    /// What the venue is asked by a request that it is asked by.
    template <class Command>
    Command asked(std::string_view method, std::string_view target) {
        EXPECT_EQ(ask(method, target).status, 200) << target;
        const auto* command = std::get_if<Command>(&venue_.commands.back());
        EXPECT_NE(command, nullptr) << target;
        return command == nullptr ? Command{} : *command;
    }
    void expect_refused(std::string_view method, std::string_view target, std::uint16_t status,
                        std::string_view reason) {
        const std::size_t before = venue_.commands.size();
        const HttpResponse answer = ask(method, target);
        EXPECT_EQ(answer.status, status) << target;
        EXPECT_EQ(answer.body, "{\"code\":" + std::to_string(status) + ",\"reason\":\"" +
                                   std::string{reason} + "\"}");
        EXPECT_EQ(venue_.commands.size(), before) << target;
    }
    static std::string plain(std::string text) {
        std::erase(text, ' ');
        return text;
    }

    fix::SessionsControl sessions_;
    VenueControl control_;
    FakeSessions fake_sessions_{sessions_};
    FakeVenue venue_{control_};
    std::vector<AdminEvent> told_;
    AdminLimits limits_;
    std::unique_ptr<AdminApi> api_ = std::make_unique<AdminApi>(
        limits_, sessions_, "token", [this](const AdminEvent& event) { told_.push_back(event); },
        AdminAsking{.venue = &control_});
    book::TimeNs now_{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};
    std::uint64_t asked_ = 0;
};

TEST_F(VenueAdminTest, HandsEveryActionToTheVenueAsItWasAskedFor) {
    const auto deposit = asked<control::Deposit>(
        "POST", "/v1/venue/accounts/A%2F1/deposit?by=ann&asset=USD&amount=12.50");
    EXPECT_EQ(deposit.account, "A/1");
    EXPECT_EQ(deposit.asset, "USD");
    EXPECT_EQ(deposit.amount, (Decimal{1'250, 2}));
    EXPECT_EQ(
        asked<control::Withdraw>("POST", "/v1/venue/accounts/A1/withdraw?asset=BTC&amount=0.1")
            .amount,
        (Decimal{1, 1}));
    EXPECT_EQ(asked<control::Halt>("POST", "/v1/venue/instruments/BTC-USD/halt").instrument,
              "BTC-USD");
    EXPECT_EQ(asked<control::Resume>("POST", "/v1/venue/instruments/ACME/resume").instrument,
              "ACME");
    EXPECT_EQ(asked<control::Bust>("POST", "/v1/venue/trades/17/bust").trade, 17U);
    const auto correct =
        asked<control::Correct>("POST", "/v1/venue/trades/17/correct?price=101.5&quantity=3");
    EXPECT_EQ(correct.trade, 17U);
    EXPECT_EQ(correct.price, (Decimal{1'015, 1}));
    EXPECT_EQ(correct.quantity, (Decimal{3, 0}));
    const auto kill =
        asked<control::Kill>("POST", "/v1/venue/kill?session=S&account=A&instrument=I");
    EXPECT_EQ(kill.session, "S");
    EXPECT_EQ(kill.account, "A");
    EXPECT_EQ(kill.instrument, "I");
    EXPECT_FALSE(kill.all);
    EXPECT_TRUE(asked<control::Kill>("POST", "/v1/venue/kill?all=yes").all);
    const auto mode = asked<control::SetMode>("POST", "/v1/venue/mode?floor=L2&ceiling=L4");
    EXPECT_EQ(mode.floor, LoadMode::shed);
    EXPECT_EQ(mode.ceiling, LoadMode::cancel_only);
    EXPECT_FALSE(asked<control::SetMode>("POST", "/v1/venue/mode").floor);
}

TEST_F(VenueAdminTest, TellsWhatTheVenueDid) {
    venue_.next.lsn = txn::log::Lsn{7};
    EXPECT_EQ(plain(ask("POST", "/v1/venue/instruments/ACME/halt").body),
              R"({"action":"halt","of":"ACME","done":true,"lsn":7})");
    venue_.next.cancelled = 3;
    venue_.next.withdrawn = 1;
    EXPECT_EQ(plain(ask("POST", "/v1/venue/kill?all=yes").body),
              R"({"action":"kill","of":null,"done":true,"lsn":7,"cancelled":3,"withdrawn":1})");
    venue_.next.balance = {"USD", Decimal{5, 0}, Decimal{1, 0}, Decimal{4, 0}};
    EXPECT_EQ(plain(ask("POST", "/v1/venue/accounts/A1/deposit?asset=USD&amount=1").body),
              R"({"action":"deposit","of":"A1","done":true,"lsn":7,"balance":{"asset":"USD",)"
              R"("total":"5","held":"1","available":"4"}})");
    venue_.next = {};
    EXPECT_EQ(plain(ask("POST", "/v1/venue/mode").body),
              R"({"action":"mode","of":null,"done":true,"lsn":null})");
}

TEST_F(VenueAdminTest, ShowsAnAccount) {
    venue_.next.account = some_account();
    const HttpResponse answer = ask("GET", "/v1/venue/accounts/A1?limit=1&after=5");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(plain(answer.body), some_account_json);
    const auto& view = std::get<control::ViewAccount>(venue_.commands.back());
    EXPECT_EQ(view.account, "A1");
    EXPECT_EQ(view.after, 5U);
    EXPECT_EQ(view.orders_max, 1U);
    EXPECT_TRUE(told_.empty());
}

TEST_F(VenueAdminTest, AnswersWithWhatTheVenueRefused) {
    using control::Status;
    const std::vector<std::pair<Status, std::uint16_t>> table{
        {Status::bad_request, 400}, {Status::unknown, 404},   {Status::refused, 409},
        {Status::shed, 503},        {Status::not_ready, 503}, {Status::stopped, 503}};
    for (const auto& [status, code] : table) {
        venue_.next = {.status = status, .text = "for a reason"};
        const HttpResponse answer = ask("POST", "/v1/venue/instruments/ACME/halt?by=bob");
        EXPECT_EQ(answer.status, code);
        EXPECT_EQ(answer.body,
                  "{\"code\":" + std::to_string(code) + ",\"reason\":\"for a reason\"}");
        EXPECT_EQ(told_.back(), (AdminEvent{Kind::refused, "bob", "halt ACME", "for a reason"}));
    }
    EXPECT_EQ(api_->counts().refused, table.size());
}

TEST_F(VenueAdminTest, TellsWhoAskedForWhatAndHowItEnded) {
    venue_.next.lsn = txn::log::Lsn{9};
    ask("POST", "/v1/venue/accounts/A1/deposit?by=ann&asset=USD&amount=1");
    const std::string what = "deposit A1 asset=USD amount=1";
    EXPECT_EQ(told_, (std::vector<AdminEvent>{{Kind::asked, "ann", what, {}},
                                              {Kind::done, "ann", what, "LSN 9"}}));
}

TEST_F(VenueAdminTest, RefusesWhatMakesNoSenseWithoutAskingTheVenue) {
    expect_refused("POST", "/v1/venue/accounts/A1/deposit?asset=USD", 400, "amount is missing");
    expect_refused("POST", "/v1/venue/accounts/A1/deposit?asset=USD&amount=1e5", 400,
                   "amount must be a decimal number, got '1e5'");
    expect_refused("POST", "/v1/venue/accounts/A1/deposit?amount=1", 400, "asset is missing");
    expect_refused("POST", "/v1/venue/accounts/A1/deposit?asset=USD&amount=1&price=2", 400,
                   "unknown parameter 'price'; there are by, asset, amount");
    expect_refused("POST", "/v1/venue/trades/x7/bust", 400,
                   "a trade is named by its number, not 'x7'");
    expect_refused("POST", "/v1/venue/kill", 400,
                   "which session, account or instrument? Or all=yes");
    expect_refused("POST", "/v1/venue/kill?all=true", 400, "all must be yes, got 'true'");
    expect_refused("POST", "/v1/venue/kill?all=yes&session=S", 400, "all=yes goes with no other");
    expect_refused("POST", "/v1/venue/kill?session=", 400, "session is missing");
    expect_refused("POST", "/v1/venue/mode?floor=L6", 400, "floor must be L0 to L5, got 'L6'");
    expect_refused("POST", "/v1/venue/mode?floor=L3&ceiling=L2", 400,
                   "the floor is above the ceiling");
    expect_refused("POST", "/v1/venue/instruments/A/halt?by=%01", 400,
                   "by has characters that are not printable ASCII");
    expect_refused("GET", "/v1/venue/accounts/A?limit=1001", 400,
                   "limit must be 1 to 1000, got '1001'");
    expect_refused("GET", "/v1/venue/kill?all=yes", 405,
                   "method 'GET' is not allowed; there are POST, OPTIONS");
    expect_refused("POST", "/v1/venue/accounts/A", 405,
                   "method 'POST' is not allowed; there are GET, HEAD, OPTIONS");
    expect_refused("POST", "/v1/venue/accounts//deposit", 404,
                   "there is nothing at '/v1/venue/accounts//deposit'");
    expect_refused("POST", "/v1/venue/accounts/A/close", 404,
                   "there is nothing at '/v1/venue/accounts/A/close'");
}

TEST_F(VenueAdminTest, SaysWhereThereIsNoVenue) {
    api_ = std::make_unique<AdminApi>(limits_, sessions_, "token", [](const AdminEvent&) {});
    expect_refused("POST", "/v1/venue/kill?all=yes", 404,
                   "this gateway runs no venue (venue.data is not set)");
}

TEST_F(VenueAdminTest, BoundsWhatWaitsAndHowOftenItIsAsked) {
    unsigned refused = 0;
    for (unsigned i = 0; i < 40; ++i) {
        const auto answer = api_->handle(
            {.method = "GET", .target = "/v1/venue/accounts/A", .authorization = "Bearer token"},
            PendingAnswer{i}, now_);
        refused += answer.has_value() && answer->status == 503;
    }
    EXPECT_EQ(refused, 40 - limits_.waiting);
    EXPECT_EQ(api_->waiting(), limits_.waiting);
    venue_.turn();
    EXPECT_EQ(api_->take_answers(now_).size(), limits_.waiting);
    EXPECT_EQ(api_->waiting(), 0U);
    now_ += 10s;
    unsigned throttled = 0;
    for (unsigned i = 0; i < 30; ++i)
        throttled += ask("POST", "/v1/venue/instruments/A/halt").status == 429;
    EXPECT_EQ(throttled, 30 - limits_.actions_per_second);
}

TEST_F(VenueAdminTest, TellsOfAVenueThatDoesNotAnswerAndOfItsLateAnswer) {
    ASSERT_FALSE(api_->handle({.method = "POST",
                               .target = "/v1/venue/instruments/A/halt?by=ann",
                               .authorization = "Bearer token"},
                              PendingAnswer{1}, now_));
    now_ += 6s;
    EXPECT_TRUE(api_->take_answers(now_).empty());
    EXPECT_EQ(told_.back(),
              (AdminEvent{Kind::late, "ann", "halt A", "the venue's thread has not answered"}));
    EXPECT_EQ(api_->counts().late, 1U);
    venue_.turn();
    EXPECT_EQ(api_->take_answers(now_).size(), 1U);
    EXPECT_EQ(told_.back().kind, Kind::done);
}

TEST_F(VenueAdminTest, ForcesTheCircuitBreakerOfASession) {
    EXPECT_EQ(ask("POST", "/v1/sessions/CLIENT1/breaker?by=ann&force=open").status, 200);
    EXPECT_EQ(fake_sessions_.commands.back().action, fix::SessionAction::breaker);
    EXPECT_EQ(fake_sessions_.commands.back().force, shield::BreakerForce::open);
    EXPECT_EQ(told_.back(), (AdminEvent{Kind::done, "ann", "breaker CLIENT1 force=open", {}}));
    ask("POST", "/v1/sessions/CLIENT1/breaker?force=closed");
    EXPECT_EQ(fake_sessions_.commands.back().force, shield::BreakerForce::closed);
    ask("POST", "/v1/sessions/CLIENT1/breaker?force=disabled");
    EXPECT_EQ(fake_sessions_.commands.back().force, shield::BreakerForce::disabled);
    ask("POST", "/v1/sessions/CLIENT1/breaker?force=none");
    EXPECT_EQ(fake_sessions_.commands.back().force, shield::BreakerForce::none);
    for (const std::string_view wrong : {"", "?force=", "?force=ajar"})
        expect_refused("POST", "/v1/sessions/CLIENT1/breaker" + std::string{wrong}, 400,
                       "force must be open, closed, disabled or none");
}

}  // namespace
}  // namespace tickweir::gateway::tests
