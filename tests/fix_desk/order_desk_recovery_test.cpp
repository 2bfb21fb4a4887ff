#include "gateway/fix/orders/desk/order_desk.hpp"
#include "tests/fix_desk/desk_bed.hpp"

namespace tickweir::tests {
namespace {

struct OrderDeskRecoveryTest : testing::Test, DeskBed {
    static gateway::VenueReport filled_again() {
        gateway::VenueReport report;
        report.kind = gateway::VenueReportKind::again;
        report.lsn = txn::log::Lsn{42};
        report.place = 2;
        report.event.kind = txn::EventKind::filled;
        report.event.session = txn::SessionId{1};
        report.event.order.session = txn::SessionId{1};
        report.event.order.order = txn::OrderId{281474976710657};
        report.event.order.client_id = txn::ClientOrderId{"a"};
        report.event.order.account = txn::AccountId{1};
        report.event.order.quantity = report.event.order.filled = txn::Quantity{4};
        report.event.order.status = txn::OrderStatus::filled;
        report.event.fill = {
            .trade = txn::TradeId{1}, .price = txn::Price{10'000}, .quantity = txn::Quantity{4}};
        return report;
    }
    void restart() {
        make_desk();
        for (const SessionId id : {client1, client2})
            log_on(id);
    }
};

TEST_F(OrderDeskRecoveryTest, TakesNothingBeforeTheVenueHasToldItsOrders) {
    answer(client1, "D", limit_order_text("a"), {});
    restart();
    EXPECT_EQ(answer(client1, "D", limit_order_text("b"), {11, 103, 58}),
              (Heard{"8 11=b 103=99 58=stopped: the venue is not ready"}));
    EXPECT_EQ(answer(client1, "F", cancel_text("c", "a"), {11, 434, 102}),
              (Heard{"9 11=c 434=1 102=99"}));
    EXPECT_EQ(counts().not_ready, 2U);
    EXPECT_FALSE(desk->open());
    shard.recover();
    turn();
    EXPECT_TRUE(desk->open());
    EXPECT_EQ(answer(client1, "F", cancel_text("c", "a"), {11, 41, 150}),
              (Heard{"8 11=c 41=a 150=4"}));
}

TEST_F(OrderDeskRecoveryTest, KnowsOpenOrdersAndTheirIdsAgain) {
    answer(client1, "D", limit_order_text("a"), {});
    answer(client1, "G", replace_text("b", "a", "99.00"), {});
    restart();
    shard.recover();
    turn();
    EXPECT_EQ(answer(client1, "D", limit_order_text("b"), {11, 39, 103}),
              (Heard{"8 11=b 39=0 103=6"}));
    EXPECT_EQ(answer(client1, "D", limit_order_text("a"), {11, 103}), (Heard{"8 11=a 103=6"}))
        << "by the venue, which knows all ids of the day";
    EXPECT_EQ(answer(client1, "F", cancel_text("c", "a"), {11, 41, 150}),
              (Heard{"8 11=c 41=b 150=4"}))
        << "likewise";
}

TEST_F(OrderDeskRecoveryTest, IgnoresAResendOfWhatOnlyTheVenueKnows) {
    answer(client1, "D", limit_order_text("a") + "59=3|", {});
    restart();
    shard.recover();
    turn();
    heard(client1, {});
    EXPECT_EQ(answer(client1, "D", "97=Y|" + limit_order_text("a") + "59=3|", {150}), Heard{});
    EXPECT_EQ(counts().open_orders, 0U);
    EXPECT_EQ(counts().ignored, 1U);
}

TEST_F(OrderDeskRecoveryTest, TellsAgainWhatMayNotHaveBeenTold) {
    restart();
    shard.push(filled_again());
    shard.recover();
    turn();
    EXPECT_EQ(heard(client1, {97, 11, 17, 150, 39}), (Heard{"8 97=Y 11=a 17=1.42-2 150=F 39=2"}));
    EXPECT_EQ(counts().again, 1U);
}

TEST_F(OrderDeskRecoveryTest, TellsNobodyAgainWhatItsStoreHolds) {
    options_.sessions[2].drop_copy_of = {client1};
    struct Row {
        gateway::fix::ReportPlace session;
        gateway::fix::ReportPlace copy;
        std::size_t told;
        std::size_t copied;
    };
    for (const Row& row : {Row{{42, 1}, {}, 1, 1}, Row{{42, 2}, {41, 9}, 0, 1},
                           Row{{43, 1}, gateway::fix::all_told, 0, 0}, Row{{}, {42, 2}, 1, 0}}) {
        output.sessions.clear();
        restart();
        output.sessions[client1].told = row.session;
        output.sessions[copies].told = row.copy;
        shard.push(filled_again());
        turn();
        EXPECT_EQ(heard(client1, {150}).size(), row.told);
        EXPECT_EQ(heard(copies, {150}).size(), row.copied);
    }
}

TEST_F(OrderDeskRecoveryTest, LetsOrdersBeCancelledThatItHasNoRoomFor) {
    DeskOptions options;
    options.limits.table.orders = 2;
    DeskBed bed{options};
    for (const char* id : {"a", "b"})
        bed.answer(client1, "D", limit_order_text(id), {});
    bed.options_.limits.table.orders = 1;
    bed.make_desk();
    bed.log_on(client1);
    bed.shard.recover();
    bed.turn();
    EXPECT_EQ(bed.counts().untracked, 1U);
    EXPECT_EQ(bed.answer(client1, "F", cancel_text("x", "b"), {11, 41, 150}),
              (Heard{"8 11=x 41=b 150=4"}));
    EXPECT_EQ(bed.answer(client1, "F", cancel_text("y", "a"), {11, 41, 150}),
              (Heard{"8 11=y 41=a 150=4"}));
}

}  // namespace
}  // namespace tickweir::tests
