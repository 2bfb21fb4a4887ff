// What people read of records.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/venue_record/round_trip.hpp"

namespace tickweir::tests {
namespace {

using namespace txn;

TEST(CommandRecordTest, CommandsReadAsLines) {
    NewOrder order;
    order.client_id = ClientOrderId{"c 17\n"};
    order.account = AccountId{2};
    order.quantity = Quantity{5};
    order.price = Price{194};
    order.expiry = at(2'500'000'000);
    Command command = command_of(order);
    command.envelope.deadline = at(-1);
    EXPECT_EQ(command_text(command),
              "session 3 #17 at 0.001: new c\\x2017\\x0a account 2 instrument 0 buy 5 limit day "
              "@ 194 expiry 2.5 deadline -0.000000001");
    EXPECT_EQ(command_text(command_of(CancelOrder{ClientOrderId{"x"}, {}, OrderId{9}})),
              "session 3 #17 at 0.001: cancel order 9 as x");
    EXPECT_EQ(command_text(command_of(Deposit{AccountId{1}, AssetId{2}, wide_least})),
              "session 3 #17 at 0.001: deposit -170141183460469231731.687303715884105728 asset 2 "
              "account 1");
}

TEST(CommandRecordTest, EffectsReadAsLinesAndTheirFirstDifferenceIsNamed) {
    const Command command = command_of(Continue{});
    Event fill;
    fill.kind = EventKind::filled;
    fill.order.order = OrderId{std::uint64_t{1} << 48 | 55};
    fill.order.leaves = Quantity{3};
    fill.fill = {TradeId{4}, Price{194}, Quantity{2}, 38'800'000'000'000'000, true};
    Outcome outcome{{fill, fill}, {}};
    const Record logged = effects_of(command, outcome);
    const std::string text = effects_text(command, logged);
    EXPECT_TRUE(
        text.starts_with("filled #281474976710711 2 @ 194 leaves 3 fee 0.0388 maker "
                         "trade 4"))
        << text;
    EXPECT_EQ(std::ranges::count(text, '\n'), 2);
    EXPECT_EQ(first_difference(command, logged, logged), "");
    outcome.events[1].order.leaves = Quantity{2};
    EXPECT_EQ(first_difference(command, logged, effects_of(command, outcome)),
              "event 2, filled #281474976710711: leaves logged 3, executed 2");
    outcome.events[1].kind = EventKind::state;
    EXPECT_EQ(first_difference(command, logged, effects_of(command, outcome)),
              "event 2: logged filled #281474976710711, executed state #281474976710711");
    outcome.events.pop_back();
    EXPECT_TRUE(first_difference(command, logged, effects_of(command, outcome))
                    .starts_with("event 2 is logged, but was not executed: filled #2814"));
    EXPECT_TRUE(first_difference(command, effects_of(command, outcome), logged)
                    .starts_with("event 2 was executed, but is not logged: filled #2814"));
}

}  // namespace
}  // namespace tickweir::tests
