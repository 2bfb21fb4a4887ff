// `/v1/accounts/{account}`: who may ask, what the venue is asked, and what becomes of its answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "gateway/serve/api/market_api.hpp"
#include "tests/admin/fake_venue.hpp"

namespace tickweir::gateway::tests {
namespace {

using namespace std::chrono_literals;

class NoBooks final : public BookSource {
public:
    std::optional<std::string> book(book::InstrumentId, unsigned, PendingAnswer,
                                    book::TimeNs) override {
        return std::nullopt;
    }
};

class NoStatus final : public StatusSource {
public:
    GatewayStatus status(book::TimeNs) override { return {}; }
    std::string metrics_text(book::TimeNs) override { return {}; }
};

class AccountDeskTest : public testing::Test {
protected:
    AccountDeskTest() { api_.show_accounts(desk_); }

    std::optional<HttpResponse> call(std::string_view target, std::string_view authorization,
                                     PendingAnswer pending = {}) {
        return api_.handle({.method = "GET", .target = target, .authorization = authorization},
                           pending, now_);
    }
    /// The answer, after the venue's turn where one is needed.
    HttpResponse get(std::string_view target, std::string_view authorization = "Bearer key-1") {
        const PendingAnswer pending{++asked_};
        if (auto answer = call(target, authorization, pending)) return *answer;
        venue_.turn();
        auto answers = desk_.take_answers(now_);
        EXPECT_EQ(answers.size(), 1U) << target;
        if (answers.size() != 1) return {};
        EXPECT_EQ(answers[0].pending, pending);
        return answers[0].response;
    }
    void expect_refused(std::uint16_t status, std::string_view reason, std::string_view target,
                        std::string_view authorization = "Bearer key-1") {
        const HttpResponse answer = get(target, authorization);
        EXPECT_EQ(answer.status, status) << target;
        EXPECT_EQ(answer.body, "{\"code\":" + std::to_string(status) + ",\"reason\":\"" +
                                   std::string{reason} + "\"}");
        EXPECT_TRUE(venue_.commands.empty());
    }
    static AccountKeys keys() {
        return AccountKeys{{{"A1", "key-1"}, {"A2", "key-2"}, {"KEYLESS", ""}}};
    }

    store::MarketStore store_{{.instruments = 4, .active_instruments = 4}, nullptr, nullptr};
    NoBooks books_;
    NoStatus status_;
    VenueControl control_;
    FakeVenue venue_{control_};
    AccountDesk desk_{{.waiting = 3}, &control_, nullptr, keys()};
    MarketApi api_{{}, store_, books_, status_, AccessKeys{{{"market-key"}}}, {}};
    book::TimeNs now_{1s};
    std::uint64_t asked_ = 0;
};

TEST_F(AccountDeskTest, ShowsTheAccountToWhoHasItsKey) {
    venue_.next.account = some_account();
    const HttpResponse answer = get("/v1/accounts/A1?after=7&limit=20");
    EXPECT_EQ(answer.status, 200);
    std::string plain = answer.body;
    std::erase(plain, ' ');
    EXPECT_EQ(plain, some_account_json);
    ASSERT_EQ(venue_.commands.size(), 1U);
    const auto& asked = std::get<control::ViewAccount>(venue_.commands[0]);
    EXPECT_EQ(asked.account, "A1");
    EXPECT_EQ(asked.after, 7U);
    EXPECT_EQ(asked.orders_max, 20U);
}

TEST_F(AccountDeskTest, ShowsOneBalance) {
    venue_.next.balance = some_account().balances[0];
    venue_.next.lsn = txn::log::Lsn{42};
    const HttpResponse answer = get("/v1/accounts/A1/balances/USD");
    EXPECT_EQ(answer.status, 200);
    std::string plain = answer.body;
    std::erase(plain, ' ');
    EXPECT_EQ(plain, R"({"asset":"USD","total":"100.5","held":"0.5","available":"100","lsn":42})");
    ASSERT_EQ(venue_.commands.size(), 1U);
    const auto& asked = std::get<control::ViewBalance>(venue_.commands[0]);
    EXPECT_EQ(asked.account, "A1");
    EXPECT_EQ(asked.asset, "USD");
}

TEST_F(AccountDeskTest, ShowsABalanceToWhoHasTheAccountsKeyAlone) {
    expect_refused(401, "the account's key is needed: Authorization: Bearer KEY",
                   "/v1/accounts/A1/balances/USD", "");
    expect_refused(403, "the key is of another account", "/v1/accounts/A2/balances/USD");
    expect_refused(400, "unknown parameter 'limit'; there are none",
                   "/v1/accounts/A1/balances/USD?limit=1");
    expect_refused(404, "there is nothing at '/v1/accounts/A1/balances'",
                   "/v1/accounts/A1/balances");
    expect_refused(404, "there is nothing at '/v1/accounts/A1/orders/USD'",
                   "/v1/accounts/A1/orders/USD");
}

TEST_F(AccountDeskTest, AsksForAsManyOrdersAsThereMayBe) {
    get("/v1/accounts/A1");
    const auto& asked = std::get<control::ViewAccount>(venue_.commands.at(0));
    EXPECT_EQ(asked.after, 0U);
    EXPECT_EQ(asked.orders_max, account_orders_max);
}

TEST_F(AccountDeskTest, RefusesWhoHasNotTheAccountsKey) {
    expect_refused(401, "the account's key is needed: Authorization: Bearer KEY", "/v1/accounts/A1",
                   "");
    expect_refused(401, "the account's key is needed: Authorization: Bearer KEY", "/v1/accounts/A1",
                   "Basic key-1");
    expect_refused(401, "the key is of no account", "/v1/accounts/A1", "Bearer key-3");
    // A key of the API is none of an account, and an unknown asker learns of no account.
    expect_refused(401, "the key is of no account", "/v1/accounts/A1", "Bearer market-key");
    expect_refused(401, "the key is of no account", "/v1/accounts/NOPE", "Bearer market-key");
    expect_refused(403, "the key is of another account", "/v1/accounts/A2");
    expect_refused(403, "the key is of another account", "/v1/accounts/KEYLESS");
    expect_refused(404, "unknown account 'NOPE'", "/v1/accounts/NOPE");
}

TEST_F(AccountDeskTest, RefusesParametersThatMakeNoSense) {
    expect_refused(400, "limit must be 1 to 1000, got '0'", "/v1/accounts/A1?limit=0");
    expect_refused(400, "after must be 0 to 9223372036854775807, got '-1'",
                   "/v1/accounts/A1?after=-1");
    expect_refused(400, "unknown parameter 'depth'; there are after, limit",
                   "/v1/accounts/A1?depth=1");
    expect_refused(401, "the key is of no account", "/v1/accounts/A1?depth=1", "Bearer x");
}

TEST_F(AccountDeskTest, TellsWhyTheVenueDoesNotAnswer) {
    using control::Status;
    for (const auto& [status, code] :
         {std::pair{Status::shed, 503}, std::pair{Status::not_ready, 503},
          std::pair{Status::stopped, 503}, std::pair{Status::unknown, 404}}) {
        venue_.next = {.status = status, .text = "why"};
        const HttpResponse answer = get("/v1/accounts/A1");
        EXPECT_EQ(answer.status, code);
        EXPECT_EQ(answer.body, "{\"code\":" + std::to_string(code) + ",\"reason\":\"why\"}");
    }
}

TEST_F(AccountDeskTest, BoundsTheQuestionsThatWait) {
    for (std::uint64_t i = 1; i <= 3; ++i)
        EXPECT_FALSE(call("/v1/accounts/A1", "Bearer key-1", PendingAnswer{i}));
    const auto fourth = call("/v1/accounts/A1", "Bearer key-1", PendingAnswer{4});
    ASSERT_TRUE(fourth);
    EXPECT_EQ(fourth->status, 503);
    EXPECT_EQ(fourth->body, R"({"code":503,"reason":"too many questions wait for the venue"})");
    EXPECT_EQ(desk_.refused(), 1U);
    venue_.turn();
    const auto answers = desk_.take_answers(now_);
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[2].pending, PendingAnswer{3});
    EXPECT_FALSE(call("/v1/accounts/A1", "Bearer key-1", PendingAnswer{5}));
}

TEST_F(AccountDeskTest, ForgetsQuestionsThatAreNeverAnswered) {
    EXPECT_FALSE(call("/v1/accounts/A1", "Bearer key-1"));
    now_ += 59s;
    EXPECT_TRUE(desk_.take_answers(now_).empty());
    EXPECT_EQ(desk_.waiting(), 1U);
    now_ += 2s;
    EXPECT_TRUE(desk_.take_answers(now_).empty());
    EXPECT_EQ(desk_.waiting(), 0U);
}

TEST_F(AccountDeskTest, SaysWhereThereIsNoVenue) {
    AccountDesk none{{}, nullptr, nullptr, keys()};
    api_.show_accounts(none);
    expect_refused(404, "this gateway runs no venue", "/v1/accounts/A1");
}

TEST_F(AccountDeskTest, LetsWhoHasAnAccountSeeMarketData) {
    EXPECT_EQ(get("/v1/instruments", "Bearer key-2").status, 200);
    EXPECT_EQ(get("/v1/instruments", "Bearer market-key").status, 200);
    EXPECT_EQ(get("/v1/instruments", "Bearer key-3").status, 401);
    EXPECT_FALSE(api_.authorize({.method = "GET", .target = "/", .authorization = "Bearer key-1"}));
    // But not what only operators may.
    EXPECT_EQ(get("/metrics", "Bearer key-1").status, 401);
}

TEST_F(AccountDeskTest, TakesOtherKeysOverWhileItRuns) {
    desk_.set_keys(AccountKeys{{{"A1", "new"}}});
    expect_refused(401, "the key is of no account", "/v1/accounts/A1");
    EXPECT_EQ(get("/v1/accounts/A1", "Bearer new").status, 200);
}

TEST(AccountKeysTest, RefusesKeysThatCannotBeSentOrTellTwoAccounts) {
    EXPECT_THROW((AccountKeys{{{"A1", "a b"}}}), std::invalid_argument);
    EXPECT_THROW((AccountKeys{{{"A1", "same"}, {"A2", "same"}}}), std::invalid_argument);
    EXPECT_NO_THROW((AccountKeys{{{"A1", ""}, {"A2", ""}}}));
}

}  // namespace
}  // namespace tickweir::gateway::tests
