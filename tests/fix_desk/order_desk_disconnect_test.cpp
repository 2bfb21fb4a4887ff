#include "gateway/fix/orders/desk/order_desk.hpp"
#include "tests/fix_desk/desk_bed.hpp"

namespace tickweir::tests {
namespace {

DeskOptions with_cancel_on_disconnect(std::chrono::milliseconds grace,
                                      bool keep_long_lived = true) {
    DeskOptions options;
    options.sessions[0].cancel_on_disconnect = true;
    options.sessions[0].grace = grace;
    options.sessions[0].keep_long_lived = keep_long_lived;
    return options;
}

TEST(OrderDeskDisconnectTest, CancelsWhatIsOpenAndWhatWaitsButNotLongLivedOrders) {
    DeskBed bed{with_cancel_on_disconnect(100ms)};
    bed.answer(client1, "D", limit_order_text("day"), {});
    bed.answer(client1, "D", limit_order_text("gtc") + "59=1|", {});
    bed.ask(client1, "D", limit_order_text("waits"));
    bed.shard.take();
    bed.heard(client1, {});
    bed.log_out(client1);
    bed.pass(99ms);
    EXPECT_EQ(bed.shard.urgent_waiting(), 0U);
    EXPECT_EQ(bed.desk->next_due(), bed.now + 1ms);
    bed.pass(1ms);
    bed.run();
    EXPECT_EQ(bed.heard(client1, {11, 150, 39}),
              (Heard{"8 11=waits 150=4 39=4", "8 11=day 150=4 39=4"}));
    EXPECT_EQ(bed.shard.venue().open_orders(), 1U);
    EXPECT_EQ(bed.counts().disconnects, 1U);
}

TEST(OrderDeskDisconnectTest, CancelsLongLivedOrdersTooWhereItIsSetUpSo) {
    DeskBed bed{with_cancel_on_disconnect(0ms, false)};
    bed.answer(client1, "D", limit_order_text("gtc") + "59=1|", {});
    bed.log_out(client1);
    bed.run();
    EXPECT_EQ(bed.shard.venue().open_orders(), 0U);
}

TEST(OrderDeskDisconnectTest, CancelsNothingOfWhoComesBackInTime) {
    DeskBed bed{with_cancel_on_disconnect(100ms)};
    bed.answer(client1, "D", limit_order_text("a"), {});
    bed.log_out(client1);
    bed.pass(50ms);
    bed.log_on(client1);
    bed.pass(1s);
    bed.run();
    EXPECT_EQ(bed.shard.venue().open_orders(), 1U);
}

TEST(OrderDeskDisconnectTest, DoesWhatTheLogonSays) {
    DeskBed bed;
    bed.answer(client1, "D", limit_order_text("a"), {});
    bed.log_out(client1);
    bed.pass(1s);
    bed.output.sessions[client1].cancel_on_disconnect = true;
    bed.log_on(client1);
    bed.log_out(client1);
    bed.run();
    EXPECT_EQ(bed.shard.venue().open_orders(), 0U);
}

TEST(OrderDeskDisconnectTest, FillsBeforeTheCancelAreTold) {
    DeskBed bed{with_cancel_on_disconnect(0ms)};
    bed.answer(client1, "D", limit_order_text("a"), {});
    bed.ask(client2, "D", limit_order_text("b", '2', "100.00", "4"));
    bed.shard.step();
    bed.heard(client1, {});
    bed.log_out(client1);
    bed.run();
    EXPECT_EQ(bed.heard(client1, {11, 150, 14}), (Heard{"8 11=a 150=F 14=4", "8 11=a 150=4 14=4"}));
}

TEST(OrderDeskDisconnectTest, CountsFromTheOpeningForWhoIsAwayAfterARestart) {
    DeskBed bed{with_cancel_on_disconnect(100ms)};
    bed.answer(client1, "D", limit_order_text("a"), {});
    bed.make_desk();
    bed.pass(1s);
    bed.run();
    EXPECT_EQ(bed.shard.venue().open_orders(), 1U) << "the venue is not open yet";
    bed.shard.recover();
    bed.turn();
    bed.pass(99ms);
    bed.run();
    EXPECT_EQ(bed.shard.venue().open_orders(), 1U);
    bed.pass(1ms);
    bed.run();
    EXPECT_EQ(bed.shard.venue().open_orders(), 0U);
}

TEST(OrderDeskDisconnectTest, KeepsAfterARestartToWhatTheLastLogonSaid) {
    DeskBed bed;
    bed.answer(client1, "D", limit_order_text("a"), {});
    bed.answer(client2, "D", limit_order_text("b"), {});
    bed.output.sessions[client1].cancel_on_disconnect = true;
    bed.make_desk();
    bed.shard.recover();
    bed.run();
    EXPECT_EQ(bed.shard.venue().open_orders(), 1U);
}

TEST(OrderDeskDisconnectTest, WaitsForRoomInTheRing) {
    DeskOptions options = with_cancel_on_disconnect(0ms);
    options.urgent = 2;
    DeskBed bed{options};
    for (const char* id : {"a", "b", "c"})
        bed.answer(client2, "D", limit_order_text(id), {});
    bed.answer(client1, "D", limit_order_text("d"), {});
    for (const char* id : {"a", "b", "c"})
        bed.ask(client2, "F", cancel_text(std::string{"x"} + id, id));
    bed.log_out(client1);
    for (int i = 0; i < 4; ++i)
        bed.run();
    EXPECT_EQ(bed.shard.venue().open_orders(), 0U);
}

}  // namespace
}  // namespace tickweir::tests
