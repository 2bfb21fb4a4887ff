#include "gateway/fix/orders/desk/order_desk.hpp"
#include "tests/fix_desk/desk_bed.hpp"

namespace tickweir::tests {
namespace {

struct OrderDeskTest : testing::Test, DeskBed {};

TEST_F(OrderDeskTest, TakesOrdersAndTellsWhatBecameOfThem) {
    EXPECT_EQ(answer(client1, "D", limit_order_text("a"), {11, 150, 39, 151}),
              (Heard{"8 11=a 150=0 39=0 151=10"}));
    EXPECT_EQ(
        answer(client2, "D", limit_order_text("b", '2', "100.00", "4"), {11, 150, 39, 14, 151}),
        (Heard{"8 11=b 150=0 39=0 14=0 151=4", "8 11=b 150=F 39=2 14=4 151=0"}));
    EXPECT_EQ(heard(client1, {11, 150, 39, 14, 151}), (Heard{"8 11=a 150=F 39=1 14=4 151=6"}));
    EXPECT_EQ(counts().open_orders, 1U);
    EXPECT_EQ(counts().closed_orders, 1U);
}

TEST_F(OrderDeskTest, TellsNothingBeforeTheVenueDoes) {
    ask(client1, "D", limit_order_text("a"));
    turn();
    EXPECT_EQ(heard(client1, {150}), Heard{});
    shard.run();
    turn();
    EXPECT_EQ(heard(client1, {150}), (Heard{"8 150=0"}));
}

TEST_F(OrderDeskTest, RefusesAPlainDuplicateWithTheOrderAsItStands) {
    answer(client1, "D", limit_order_text("a"), {});
    answer(client2, "D", limit_order_text("b", '2', "100.00", "4"), {});
    const Heard refused =
        answer(client1, "D", limit_order_text("a"), {37, 11, 150, 39, 103, 14, 151});
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(refused[0].substr(refused[0].find(" 11=")), " 11=a 150=8 39=1 103=6 14=4 151=6");
    EXPECT_EQ(refused[0].find("37=NONE"), std::string::npos);
}

TEST_F(OrderDeskTest, RefusesADuplicateOfAnOrderThatStillWaits) {
    ask(client1, "D", limit_order_text("a"));
    ask(client1, "D", limit_order_text("a"));
    EXPECT_EQ(heard(client1, {37, 11, 39, 103}), (Heard{"8 37=NONE 11=a 39=A 103=6"}));
    run();
    EXPECT_EQ(heard(client1, {11, 150}), (Heard{"8 11=a 150=0"}));
}

TEST_F(OrderDeskTest, IgnoresAKnownOrderThatMayBeResent) {
    answer(client1, "D", limit_order_text("a"), {});
    EXPECT_EQ(answer(client1, "D", "97=Y|" + limit_order_text("a"), {150}), Heard{});
    EXPECT_EQ(answer(client1, "D", "43=Y|122=20260102-10:00:00|" + limit_order_text("a"), {150}),
              Heard{});
    EXPECT_EQ(counts().ignored, 2U);
    EXPECT_EQ(answer(client1, "F", "97=Y|" + cancel_text("a", "a"), {150}), Heard{});
}

TEST_F(OrderDeskTest, ExecutesNoPossibleDuplicateThatIsNotKnown) {
    EXPECT_EQ(
        answer(client1, "D", "43=Y|122=20260102-10:00:00|" + limit_order_text("a"), {11, 150, 58}),
        (Heard{"8 11=a 150=8 58=possdup: not executed"}));
    // The id is not used up: the order itself may follow.
    EXPECT_EQ(answer(client1, "D", limit_order_text("a"), {11, 150}), (Heard{"8 11=a 150=0"}));
}

TEST_F(OrderDeskTest, RemembersIdsThatTheVenueRejected) {
    EXPECT_EQ(
        answer(client1, "D", limit_order_text("a", '1', "100.00", "9000000000000"), {11, 150}),
        (Heard{"8 11=a 150=8"}));
    EXPECT_EQ(answer(client1, "D", limit_order_text("a"), {11, 150, 39, 103}),
              (Heard{"8 11=a 150=8 39=8 103=6"}));
}

TEST_F(OrderDeskTest, GivesIdsBackWithTheNextDay) {
    answer(client1, "D", limit_order_text("a") + "59=3|", {});
    answer(client1, "D", limit_order_text("b") + "59=1|", {});
    shard.execute(txn::DayEnd{});
    run();
    EXPECT_EQ(answer(client1, "D", limit_order_text("a"), {11, 150}), (Heard{"8 11=a 150=0"}));
    EXPECT_EQ(answer(client1, "D", limit_order_text("b"), {11, 103}), (Heard{"8 11=b 103=6"}));
}

TEST_F(OrderDeskTest, AnswersWhatIsWrongBeforeTheVenueHasIt) {
    EXPECT_EQ(
        answer(client1, "D", "55=ACME|54=1|60=20260102-10:00:00|38=10|40=2|44=1|", {371, 373}),
        (Heard{"3 371=11 373=1"}));
    EXPECT_EQ(
        answer(client1, "D", limit_order_text("a", '1', "100.00", "10", "NOPE"), {11, 150, 103}),
        (Heard{"8 11=a 150=8 103=1"}));
    EXPECT_EQ(counts().malformed, 1U);
    EXPECT_EQ(counts().refused, 1U);
    EXPECT_EQ(counts().pushed, 0U);
}

TEST_F(OrderDeskTest, HoldsOrdersAgainstWhatTheSessionMayDo) {
    DeskOptions options;
    options.directory.sessions[0].entitled.sell = false;
    DeskBed bed{options};
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("a", '2'), {11, 150}),
              (Heard{"8 11=a 150=8"}));
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("a", '1'), {11, 150}),
              (Heard{"8 11=a 150=0"}));
}

TEST_F(OrderDeskTest, ReplacesAnOrderUnderItsNewId) {
    answer(client1, "D", limit_order_text("a"), {});
    EXPECT_EQ(answer(client1, "G", replace_text("b", "a", "99.00"), {11, 41, 150, 44}),
              (Heard{"8 11=b 41=a 150=5 44=99"}));
    EXPECT_EQ(answer(client1, "G", replace_text("c", "b", "98.00"), {11, 41, 150, 44}),
              (Heard{"8 11=c 41=b 150=5 44=98"}));
    EXPECT_EQ(answer(client1, "F", cancel_text("d", "a"), {11, 41, 150}),
              (Heard{"8 11=d 41=c 150=4"}))
        << "all ids it had lead to it";
}

TEST_F(OrderDeskTest, TakesReplacesOfWhatIsNotAnsweredYet) {
    ask(client1, "D", limit_order_text("a"));
    ask(client1, "G", replace_text("b", "a", "99.00"));
    ask(client1, "G", replace_text("c", "b", "98.00", "5"));
    run();
    EXPECT_EQ(heard(client1, {11, 41, 150, 44, 151}),
              (Heard{"8 11=a 150=0 44=100 151=10", "8 11=b 41=a 150=5 44=99 151=10",
                     "8 11=c 41=b 150=5 44=98 151=5"}));
}

TEST_F(OrderDeskTest, GivesOnlyASmallerQuantityTheUrgentWay) {
    answer(client1, "D", limit_order_text("a"), {});
    ask(client1, "G", replace_text("b", "a", "100.00", "5"));
    turn();
    EXPECT_EQ(shard.urgent_waiting(), 1U);
    ask(client1, "G", replace_text("c", "b", "100.00", "3"));
    EXPECT_EQ(shard.urgent_waiting(), 1U) << "it would overtake, should the first one be slower";
    run();
    EXPECT_EQ(heard(client1, {11, 150, 151}), (Heard{"8 11=b 150=5 151=5", "8 11=c 150=5 151=3"}));
}

TEST_F(OrderDeskTest, RefusesReplacesWithTheOrdersTrueStatus) {
    answer(client1, "D", limit_order_text("a"), {});
    answer(client2, "D", limit_order_text("x", '2', "100.00", "4"), {});
    heard(client1, {});
    EXPECT_EQ(answer(client1, "G", replace_text("b", "a", "100.00", "4"), {11, 41, 39, 434, 102}),
              (Heard{"9 11=b 41=a 39=1 434=2 102=99"}))
        << "by the venue";
    EXPECT_EQ(answer(client1, "G", replace_text("c", "z"), {37, 11, 41, 39, 434, 102}),
              (Heard{"9 37=NONE 11=c 41=z 39=8 434=2 102=1"}));
    EXPECT_EQ(
        answer(client1, "G", "11=e|41=a|55=ACME|54=2|60=20260102-10:00:00|38=10|40=2|44=1.00|",
               {11, 39, 434, 102}),
        (Heard{"9 11=e 39=1 434=2 102=99"}));
    EXPECT_EQ(answer(client1, "G", replace_text("b", "a", "99.00"), {11, 434, 102}),
              (Heard{"9 11=b 434=2 102=6"}))
        << "its id was used";
    answer(client1, "F", cancel_text("f", "a"), {});
    EXPECT_EQ(answer(client1, "G", replace_text("g", "a"), {11, 39, 434, 102}),
              (Heard{"9 11=g 39=4 434=2 102=0"}));
}

TEST_F(OrderDeskTest, TellsBustsOfOrdersThatAreClosed) {
    answer(client1, "D", limit_order_text("a", '1', "100.00", "4"), {});
    answer(client2, "D", limit_order_text("b", '2', "100.00", "4"), {});
    const Heard fill = heard(client1, {150, 17});
    shard.execute(txn::BustTrade{txn::TradeId{1}});
    turn();
    const std::string fill_id = fill.back().substr(fill.back().find("17=") + 3);
    EXPECT_EQ(heard(client1, {11, 150, 39, 14, 19}),
              (Heard{"8 11=a 150=H 39=2 14=0 19=" + fill_id}));
}

TEST_F(OrderDeskTest, StoresReportsForWhoIsNotThere) {
    answer(client1, "D", limit_order_text("a"), {});
    log_out(client1);
    answer(client2, "D", limit_order_text("b", '2'), {});
    EXPECT_EQ(heard(client1, {11, 150, 39}), (Heard{"8 11=a 150=F 39=2"}));
}

TEST_F(OrderDeskTest, GivesCopiesOfReportsToDropCopySessions) {
    DeskOptions options;
    options.sessions[2].drop_copy_of = {client1};
    DeskBed bed{options};
    bed.answer(client1, "D", limit_order_text("a"), {});
    bed.answer(client2, "D", limit_order_text("b", '2', "100.00", "4"), {});
    bed.answer(client1, "F", cancel_text("c", "z"), {});
    EXPECT_EQ(bed.heard(copies, {11, 150, 797}),
              (Heard{"8 11=a 150=0 797=Y", "8 11=a 150=F 797=Y"}));
    EXPECT_EQ(bed.counts().copies, 2U);
}

TEST_F(OrderDeskTest, GivesCopiesOfItsOwnRefusalsToDropCopySessions) {
    DeskOptions options;
    options.sessions[2].drop_copy_of = {client1};
    DeskBed bed{options};
    bed.answer(client1, "D", limit_order_text("a"), {});
    (void)bed.heard(copies, {});
    const std::uint64_t told = bed.counts().told;
    struct Row {
        const char* what;
        std::string type, body;
        Heard copied;
    };
    const Row rows[] = {
        {"an unknown instrument",
         "D",
         limit_order_text("b", '1', "100.00", "10", "NONE"),
         {"8 11=b 39=8 103=1 150=8 448=CLIENT1 797=Y"}},
        {"a duplicate", "D", limit_order_text("a"), {"8 11=a 39=0 103=6 150=8 448=CLIENT1 797=Y"}},
        {"a cancel of nothing", "F", cancel_text("c", "z"), {}},
        {"a question", "H", "11=a|55=ACME|54=1|", {}},
        {"no order at all", "D", "11=d|", {}},
    };
    for (const Row& row : rows) {
        const Heard answered = bed.answer(client1, row.type, row.body, {11});
        EXPECT_EQ(answered.size(), 1U) << row.what;
        EXPECT_EQ(bed.heard(copies, {11, 39, 103, 150, 448, 797}), row.copied) << row.what;
    }
    EXPECT_EQ(bed.counts().copies, 3U);
    EXPECT_EQ(bed.counts().told, told + 4U) << "a Reject (3) is not the desk's to count";
    const Heard refused =
        bed.answer(client1, "D", limit_order_text("e", '1', "100.00", "10", "NONE"), {17});
    EXPECT_EQ(refused.size(), 1U);
    EXPECT_EQ(bed.heard(copies, {17}), refused) << "one refusal, one ExecID";
}

TEST_F(OrderDeskTest, DoesNotDoubleForDropCopySessionsWhatLoadRefuses) {
    DeskOptions options;
    options.sessions[2].drop_copy_of = {client1};
    options.sessions[0].shield.throttle.orders = shield::Rate{1, 1};
    DeskBed bed{options};
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("a"), {150}), Heard{"8 150=0"});
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("b"), {150}), Heard{"8 150=8"});
    bed.pass(2s);
    bed.shard.set_mode(gateway::LoadMode::protect);
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("c"), {150}), Heard{"8 150=8"});
    EXPECT_EQ(bed.heard(copies, {11, 150}), Heard{"8 11=a 150=0"});
}

TEST_F(OrderDeskTest, ShedsWhatItsTableOrRingHasNoRoomFor) {
    DeskOptions options;
    options.limits.table.orders = 2;
    options.ordinary = 4;
    DeskBed bed{options};
    for (const char* id : {"a", "b", "c"})
        bed.ask(client1, "D", limit_order_text(id));
    EXPECT_EQ(bed.heard(client1, {11, 150, 39, 103, 58}),
              (Heard{"8 11=c 150=8 39=8 103=99 58=shed: too many orders"}));
    EXPECT_EQ(bed.counts().no_room, 1U);
    bed.run();
    bed.heard(client1, {});
    for (int i = 0; i < 5; ++i)
        bed.ask(client1, "G", replace_text("r" + std::to_string(i), "a", "99.00"));
    EXPECT_EQ(bed.heard(client1, {11, 39, 434, 102, 58}),
              (Heard{"9 11=r4 39=0 434=2 102=99 58=shed: queue full"}));
    EXPECT_EQ(bed.counts().ring_full, 1U);
    bed.run();
    EXPECT_EQ(bed.answer(client1, "G", replace_text("r4", "r3", "98.00"), {11, 150}).back(),
              "8 11=r4 150=5")
        << "its id was not used up";
}

TEST_F(OrderDeskTest, PassesOnWhatTheShardSheds) {
    answer(client1, "D", limit_order_text("a"), {});
    ask(client1, "D", limit_order_text("b"));
    ask(client1, "G", replace_text("c", "a", "99.00"));
    shard.shed(gateway::ShedCause::queue_delay);
    turn();
    EXPECT_EQ(heard(client1, {11, 41, 39, 434, 102, 103, 58}),
              (Heard{"8 11=b 39=8 103=99 58=shed: waited too long",
                     "9 11=c 41=a 39=0 434=2 102=99 58=shed: waited too long"}));
    EXPECT_EQ(answer(client1, "D", limit_order_text("b"), {11, 150}), (Heard{"8 11=b 150=0"}));
    EXPECT_EQ(answer(client1, "G", replace_text("c", "a", "99.00"), {11, 150}),
              (Heard{"8 11=c 150=5"}));
}

}  // namespace
}  // namespace tickweir::tests
