// What operators and account holders ask of a venue, executed by its role, and answered.
#include "gateway/venue/venue_control.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/venue/requests.hpp"
#include "tests/gateway/venue/venue_world.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using book::exact::Decimal;
using control::Answer;
using control::Status;
using tests::FaultFiles;
using tests::limit_order;
using tests::noon;
using tests::venue_config;
using tests::VenueLife;

class VenueControlTest : public testing::Test {
protected:
    VenueControlTest() {
        parts_.control = &control_;
        life_.emplace(files_, venue_config(), noon, parts_);
        life_->settle();
    }
    Answer ask(control::Command command) {
        const auto ticket = control_.request(std::move(command));
        EXPECT_TRUE(ticket);
        life_->settle();
        const auto answer = control_.take_answer(*ticket);
        EXPECT_TRUE(answer);
        EXPECT_FALSE(control_.take_answer(*ticket));
        return answer.value_or(Answer{});
    }
    txn::ExecuteStatus execute(const txn::Command& command) {
        return life_->opened.engine->shard(0).execute(command).status;
    }
    void buy(const char* id, std::int64_t quantity = 1) {
        ASSERT_EQ(execute(limit_order(id, 10'000, quantity, life_->now)), txn::ExecuteStatus::done);
    }
    void sell(const char* id, std::int64_t quantity = 1) {
        txn::Command command = limit_order(id, 10'000, quantity, life_->now);
        std::get<txn::NewOrder>(command.body).side = txn::Side::sell;
        std::get<txn::NewOrder>(command.body).account = txn::AccountId{1};
        ASSERT_EQ(execute(command), txn::ExecuteStatus::done);
    }

    FaultFiles files_;
    VenueControl control_;
    VenueParts parts_;
    std::optional<VenueLife> life_;
};

TEST_F(VenueControlTest, DepositsAndWithdraws) {
    const Answer deposit = ask(control::Deposit{"A", "USD", Decimal{125, 1}});
    EXPECT_EQ(deposit.status, Status::done);
    EXPECT_EQ(deposit.lsn, life_->last());
    ASSERT_TRUE(deposit.balance);
    EXPECT_EQ(*deposit.balance,
              (AccountBalance{"USD", Decimal{10'125, 1}, {}, Decimal{10'125, 1}}));
    const Answer withdrawal = ask(control::Withdraw{"A", "USD", Decimal{1, 2}});
    EXPECT_EQ(withdrawal.balance->total, (Decimal{101'249, 2}));
}

TEST_F(VenueControlTest, AnswersOnlyWhatIsDurable) {
    const auto ticket = control_.request(control::Deposit{"A", "USD", Decimal{1, 0}});
    const auto view = control_.request(control::ViewAccount{"A"});
    (void)life_->role.turn(life_->now);
    (void)life_->role.turn(life_->now);
    EXPECT_FALSE(control_.take_answer(*ticket));
    EXPECT_FALSE(control_.take_answer(*view));
    life_->settle();
    EXPECT_TRUE(control_.take_answer(*ticket));
    const auto answer = control_.take_answer(*view);
    ASSERT_TRUE(answer && answer->account);
    EXPECT_EQ(answer->account->lsn, life_->last());
    EXPECT_EQ(answer->account->balances[1].total, (Decimal{1'001, 0}));
}

TEST_F(VenueControlTest, SaysWhatIsWrong) {
    const auto check = [this](control::Command command, Status status, const char* text) {
        const Answer answer = ask(std::move(command));
        EXPECT_EQ(answer.status, status) << text;
        EXPECT_EQ(answer.text, text);
    };
    check(control::Deposit{"Z", "USD", Decimal{1, 0}}, Status::unknown, "unknown account \"Z\"");
    check(control::Deposit{"A", "EUR", Decimal{1, 0}}, Status::unknown, "unknown asset \"EUR\"");
    check(control::Deposit{"A", "USD", Decimal{-1, 0}}, Status::bad_request,
          "amount: expected a number above zero of at most 20 digits before the point, got -1");
    check(control::Withdraw{"A", "USD", Decimal{5'000, 0}}, Status::refused,
          "insufficient balance");
    check(control::Halt{"Y"}, Status::unknown, "unknown instrument \"Y\"");
    check(control::Resume{"Y"}, Status::unknown, "unknown instrument \"Y\"");
    check(control::Bust{77}, Status::unknown, "unknown trade");
    check(control::Correct{77, Decimal{1, 0}, Decimal{1, 0}}, Status::unknown, "unknown trade 77");
    check(control::Kill{}, Status::bad_request,
          "kill: expected a session, an account, an instrument, or all");
    check(control::Kill{.session = "Q", .account = {}, .instrument = {}}, Status::unknown,
          "unknown session \"Q\"");
    check(control::SetMode{LoadMode::stopped, {}}, Status::bad_request, "mode: L5 cannot be set");
    check(control::ViewAccount{"Z"}, Status::unknown, "unknown account \"Z\"");
    check(control::ViewBalance{"Z", "USD"}, Status::unknown, "unknown account \"Z\"");
    check(control::ViewBalance{"A", "EUR"}, Status::unknown, "unknown asset \"EUR\"");
}

TEST_F(VenueControlTest, HaltsAndResumes) {
    EXPECT_EQ(ask(control::Halt{"X"}).status, Status::done);
    EXPECT_EQ(life_->venue().market_state(txn::InstrumentId{0}), txn::MarketState::halted);
    EXPECT_EQ(ask(control::Resume{"X"}).status, Status::done);
    EXPECT_EQ(life_->venue().market_state(txn::InstrumentId{0}), txn::MarketState::trading);
}

TEST_F(VenueControlTest, BustsAndCorrectsTrades) {
    buy("b", 4);
    sell("s", 3);
    sell("t", 1);
    life_->settle();
    const auto position = [this] {
        return life_->venue().position(txn::AccountId{2}, txn::InstrumentId{0}).quantity.lots;
    };
    EXPECT_EQ(position(), 4);
    const Answer corrected = ask(control::Correct{1, Decimal{99, 0}, Decimal{2, 0}});
    EXPECT_EQ(corrected.status, Status::done) << corrected.text;
    EXPECT_EQ(position(), 3);
    EXPECT_EQ(ask(control::Bust{2}).status, Status::done);
    EXPECT_EQ(position(), 2);
    EXPECT_EQ(ask(control::Bust{2}).status, Status::unknown);
    const Answer unfit = ask(control::Correct{1, Decimal{99'001, 3}, Decimal{2, 0}});
    EXPECT_EQ(unfit.status, Status::bad_request);
    EXPECT_EQ(unfit.text, "price: 99.001 does not fit 2 decimals in 64 bits");
}

TEST_F(VenueControlTest, KillsWhatMatchesWhateverItsNumber) {
    for (int i = 0; i < 700; ++i) {
        ASSERT_EQ(execute(limit_order(("o" + std::to_string(i)).c_str(), 1, 1, life_->now)),
                  txn::ExecuteStatus::done);
        if (i % 100 == 0) life_->settle();
    }
    const Answer none = ask(control::Kill{.session = {}, .account = "A", .instrument = {}});
    EXPECT_EQ(none.status, Status::done);
    EXPECT_EQ(none.cancelled, 0u);
    const Answer all = ask(control::Kill{.session = "S", .account = {}, .instrument = {}});
    EXPECT_EQ(all.status, Status::done);
    EXPECT_EQ(all.cancelled, 700u);  // more than one record may end
    EXPECT_EQ(life_->venue().open_orders(), 0u);
}

TEST_F(VenueControlTest, KillsWhatWaitsInAQueueToo) {
    tests::RequestRings rings;
    VenueParts parts = parts_;
    parts.input = rings.input();
    parts.batch = 1;
    FaultFiles files;
    VenueLife life{files, venue_config(), noon, parts};
    life.settle();
    for (const char* const id : {"a", "b", "c"})
        ASSERT_TRUE(rings.push(tests::new_order(id, 1, life.now)));
    (void)life.role.turn(life.now);
    ASSERT_EQ(life.venue().open_orders(), 1u);
    const auto ticket = control_.request(
        control::Kill{.session = {}, .account = {}, .instrument = {}, .all = true});
    life.settle();
    const auto answer = control_.take_answer(*ticket);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->cancelled, 1u);
    EXPECT_EQ(answer->withdrawn, 2u);
    EXPECT_EQ(life.venue().open_orders(), 0u);
}

TEST_F(VenueControlTest, LetsAKillWaitForRoomAndRefusesTheRest) {
    buy("a");
    life_->settle();
    std::vector<txn::log::LogRing::Credit> taken;
    auto& ring = life_->opened.engine->log().ring();
    for (const auto record_class :
         {txn::log::RecordClass::ordinary, txn::log::RecordClass::risk_reducing})
        while (auto credit = ring.take_credit(record_class))
            taken.push_back(*std::move(credit));
    EXPECT_EQ(ask(control::Halt{.instrument = "X"}).status, Status::shed);
    const auto ticket = control_.request(
        control::Kill{.session = {}, .account = {}, .instrument = {}, .all = true});
    life_->settle();
    EXPECT_FALSE(control_.take_answer(*ticket));
    EXPECT_EQ(life_->role.next_due(), life_->now + 1ms) << "it is tried again";
    taken.clear();
    life_->settle();
    const auto answer = control_.take_answer(*ticket);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->cancelled, 1u);
    EXPECT_EQ(life_->venue().open_orders(), 0u);
}

TEST_F(VenueControlTest, ShowsAnAccount) {
    buy("b", 4);
    sell("s", 3);
    buy("c", 2);
    life_->settle();
    const Answer answer = ask(control::ViewAccount{"B"});
    ASSERT_TRUE(answer.account);
    const AccountView& view = *answer.account;
    EXPECT_EQ(view.account, "B");
    ASSERT_EQ(view.balances.size(), 2u);
    EXPECT_EQ(view.balances[0], (AccountBalance{"X", Decimal{3, 0}, {}, Decimal{3, 0}}));
    EXPECT_EQ(view.balances[1],
              (AccountBalance{"USD", Decimal{1'700, 0}, Decimal{300, 0}, Decimal{1'400, 0}}));
    ASSERT_EQ(view.positions.size(), 1u);
    EXPECT_EQ(view.positions[0], (AccountPosition{"X", Decimal{3, 0}, Decimal{100, 0}, {}, {}}));
    EXPECT_EQ(view.open_notional, (Decimal{300, 0}));
    EXPECT_EQ(view.open_orders, 2u);
    ASSERT_EQ(view.orders.size(), 2u);
    EXPECT_EQ(view.orders[0].order.client_id.view(), "b");
    EXPECT_EQ(view.orders[0].order.leaves.lots, 1);
    EXPECT_EQ(view.orders[1].order.client_id.view(), "c");
    EXPECT_EQ(view.next, 0u);
}

TEST_F(VenueControlTest, ShowsOneBalance) {
    buy("b", 4);
    sell("s", 3);
    life_->settle();
    const Answer answer = ask(control::ViewBalance{"B", "USD"});
    ASSERT_EQ(answer.status, Status::done) << answer.text;
    EXPECT_EQ(answer.balance,
              (AccountBalance{"USD", Decimal{1'700, 0}, Decimal{100, 0}, Decimal{1'600, 0}}));
    EXPECT_FALSE(answer.account);
    const auto whole = ask(control::ViewAccount{"B"});
    EXPECT_EQ(answer.lsn, whole.account->lsn);
}

TEST_F(VenueControlTest, ShowsManyOrdersInParts) {
    for (int i = 0; i < 10; ++i)
        buy(("o" + std::to_string(i)).c_str());
    life_->settle();
    std::vector<std::string> seen;
    std::uint64_t after = 0;
    do {
        const Answer answer = ask(control::ViewAccount{"B", after, 4});
        ASSERT_TRUE(answer.account);
        ASSERT_LE(answer.account->orders.size(), 4u);
        EXPECT_EQ(answer.account->open_orders, 10u);
        for (const AccountOrder& order : answer.account->orders)
            seen.emplace_back(order.order.client_id.view());
        after = answer.account->next;
    } while (after != 0);
    ASSERT_EQ(seen.size(), 10u);
    EXPECT_EQ(seen[0], "o0");
    EXPECT_EQ(seen[9], "o9");
}

TEST_F(VenueControlTest, RefusesViewsUnderLoad) {
    EXPECT_EQ(ask(control::SetMode{LoadMode::shed, {}}).text, "L2");
    const Answer answer = ask(control::ViewAccount{"A"});
    EXPECT_EQ(answer.status, Status::shed);
    EXPECT_FALSE(answer.account);
    EXPECT_EQ(ask(control::ViewBalance{"A", "USD"}).status, Status::shed);
    EXPECT_EQ(ask(control::Deposit{"A", "USD", Decimal{1, 0}}).status, Status::done);
    EXPECT_EQ(ask(control::SetMode{}).text, "L0");
    EXPECT_EQ(ask(control::ViewAccount{"A"}).status, Status::done);
}

TEST(VenueControlQueueTest, AnswersBeforeTheVenueIsReady) {
    VenueControl control;
    VenueParts parts;
    parts.control = &control;
    VenueRole role{parts};
    const auto ticket = control.request(control::ViewAccount{"A"});
    EXPECT_TRUE(role.has_work());
    EXPECT_FALSE(role.turn(noon));
    EXPECT_EQ(control.take_answer(*ticket)->status, Status::not_ready);
}

TEST(VenueControlQueueTest, BoundsCommandsAndAnswers) {
    VenueControl control;
    std::vector<control::Ticket> tickets;
    for (std::size_t i = 0; i < VenueControl::commands_max; ++i) {
        const auto ticket = control.request(control::Halt{"X"});
        ASSERT_TRUE(ticket);
        tickets.push_back(*ticket);
    }
    EXPECT_FALSE(control.request(control::Halt{"X"}));
    EXPECT_EQ(control.refused(), 1u);
    for (std::size_t i = 0; i < VenueControl::commands_max; ++i)
        ASSERT_EQ(control.take_command()->ticket, tickets[i]);
    EXPECT_FALSE(control.take_command());
    for (std::size_t i = 0; i <= VenueControl::answers_max; ++i)
        control.answer(control::Ticket{1'000 + i}, nullptr, {});
    EXPECT_FALSE(control.take_answer(control::Ticket{1'000}));
    EXPECT_TRUE(control.take_answer(control::Ticket{1'001}));
}

}  // namespace
}  // namespace tickweir::gateway
