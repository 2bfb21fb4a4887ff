// Reloads that an administrator asks for: to the thread that reads the configuration and back.
#include "gateway/admin/reload_admin.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "gateway/admin/admin_api.hpp"

namespace tickweir::gateway::tests {
namespace {

using namespace std::chrono_literals;
using Kind = AdminEvent::Kind;

class ReloadAdminTest : public testing::Test {
protected:
    std::optional<HttpResponse> post(std::string_view target, std::string_view method = "POST") {
        return api_->handle({.method = method, .target = target, .authorization = "Bearer token"},
                            PendingAnswer{++asked_}, now_);
    }
    void answer(ReloadOutcome outcome) {
        const auto taken = reloads_.take_command();
        ASSERT_TRUE(taken);
        reloads_.answer(taken->ticket, taken->asker, std::move(outcome));
    }

    fix::SessionsControl sessions_;
    ReloadControl reloads_;
    std::vector<AdminEvent> told_;
    AdminLimits limits_;
    std::unique_ptr<AdminApi> api_ = std::make_unique<AdminApi>(
        limits_, sessions_, "token", [this](const AdminEvent& event) { told_.push_back(event); },
        AdminAsking{.reloads = &reloads_});
    book::TimeNs now_{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};
    std::uint64_t asked_ = 0;
};

TEST_F(ReloadAdminTest, TellsWhatAReloadChanged) {
    EXPECT_FALSE(post("/v1/reload?by=ann"));
    EXPECT_EQ(api_->waiting(), 1U);
    EXPECT_TRUE(api_->take_answers(now_).empty());
    answer({.done = true, .changed = 3, .text = {}});
    const auto answers = api_->take_answers(now_);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].pending, PendingAnswer{1});
    EXPECT_EQ(answers[0].response.body, R"({"action": "reload", "done": true, "changed": 3})");
    EXPECT_EQ(told_, (std::vector<AdminEvent>{{Kind::asked, "ann", "reload", ""},
                                              {Kind::done, "ann", "reload", "3 keys changed"}}));
    EXPECT_EQ(api_->waiting(), 0U);
}

TEST_F(ReloadAdminTest, TellsWhyNothingWasChanged) {
    EXPECT_FALSE(post("/v1/reload"));
    answer({.done = false, .changed = 0, .text = "http.port: 99999 is not a port"});
    const auto answers = api_->take_answers(now_);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].response.status, 409);
    EXPECT_NE(answers[0].response.body.find("nothing was changed: http.port"), std::string::npos);
    EXPECT_EQ(told_.back(),
              (AdminEvent{Kind::refused, "", "reload", "http.port: 99999 is not a port"}));
    EXPECT_EQ(api_->counts().refused, 1U);
}

TEST_F(ReloadAdminTest, RefusesWhatItDoesNotKnow) {
    EXPECT_EQ(post("/v1/reload", "GET")->status, 405);
    EXPECT_EQ(post("/v1/reload?now=yes")->status, 400);
    EXPECT_EQ(post("/v1/reload?by=" + std::string(65, 'x'))->status, 400);
    EXPECT_FALSE(reloads_.has_commands());
}

TEST_F(ReloadAdminTest, TakesOnlySoManyAtATime) {
    for (std::size_t i = 0; i < ReloadControl::commands_max; ++i)
        EXPECT_FALSE(post("/v1/reload"));
    EXPECT_EQ(post("/v1/reload")->status, 503);
    now_ += limits_.answer_timeout;
    EXPECT_TRUE(api_->take_answers(now_).empty());
    EXPECT_EQ(api_->counts().late, ReloadControl::commands_max);
    now_ += 12 * limits_.answer_timeout;
    EXPECT_TRUE(api_->take_answers(now_).empty());
    EXPECT_EQ(api_->waiting(), 0U);
}

TEST_F(ReloadAdminTest, IsNotThereWhereNobodyReadsTheConfigurationAgain) {
    api_ = std::make_unique<AdminApi>(limits_, sessions_, "token", [](const AdminEvent&) {});
    EXPECT_EQ(post("/v1/reload")->status, 404);
}

}  // namespace
}  // namespace tickweir::gateway::tests
