#include "gateway/fix/orders/desk/order_desk.hpp"
#include "tests/fix_desk/desk_bed.hpp"

namespace tickweir::tests {
namespace {

struct OrderDeskCancelsTest : testing::Test, DeskBed {};

TEST_F(OrderDeskCancelsTest, CancelsAnOrderByEitherNameOrBoth) {
    const Heard told = answer(client1, "D", limit_order_text("a"), {37});
    const std::string order = told[0].substr(2);
    answer(client1, "D", limit_order_text("b"), {});
    EXPECT_EQ(answer(client1, "F", cancel_text("c", "b"), {11, 41, 150, 39}),
              (Heard{"8 11=c 41=b 150=4 39=4"}));
    EXPECT_EQ(answer(client1, "F", cancel_text("d", "b", order + "|"), {11, 39, 434, 102}).size(),
              1U);
    EXPECT_EQ(answer(client1, "F", cancel_text("e", "a", order + "|"), {11, 41, 150}),
              (Heard{"8 11=e 41=a 150=4"}));
}

TEST_F(OrderDeskCancelsTest, RefusesNamesThatDoNotGoTogether) {
    const Heard told = answer(client1, "D", limit_order_text("a"), {37});
    answer(client1, "D", limit_order_text("b"), {});
    answer(client2, "D", limit_order_text("x", '1', "50.00"), {});
    EXPECT_EQ(answer(client1, "F", cancel_text("c", "b", told[0].substr(2) + "|"), {11, 434, 102}),
              (Heard{"9 11=c 434=1 102=1"}));
    EXPECT_EQ(answer(client2, "F", cancel_text("d", "a", told[0].substr(2) + "|"),
                     {37, 11, 39, 434, 102}),
              (Heard{"9 37=NONE 11=d 39=8 434=1 102=1"}))
        << "another session's order";
}

TEST_F(OrderDeskCancelsTest, TellsTheTrueStatusOfWhatIsTooLate) {
    answer(client1, "D", limit_order_text("a", '1', "100.00", "4"), {});
    answer(client2, "D", limit_order_text("b", '2', "100.00", "4"), {});
    heard(client1, {});
    EXPECT_EQ(answer(client1, "F", cancel_text("c", "a"), {11, 41, 39, 434, 102}),
              (Heard{"9 11=c 41=a 39=2 434=1 102=0"}));
    EXPECT_EQ(answer(client1, "F", cancel_text("d", "nope"), {37, 11, 41, 39, 434, 102}),
              (Heard{"9 37=NONE 11=d 41=nope 39=8 434=1 102=1"}));
}

TEST_F(OrderDeskCancelsTest, SendsOneCancelOfAnOrderAtATime) {
    answer(client1, "D", limit_order_text("a"), {});
    ask(client1, "F", cancel_text("c", "a"));
    ask(client1, "F", cancel_text("d", "a"));
    EXPECT_EQ(heard(client1, {11, 434, 102}), (Heard{"9 11=d 434=1 102=3"}));
    EXPECT_EQ(shard.urgent_waiting(), 1U);
    run();
    EXPECT_EQ(heard(client1, {11, 41, 150}), (Heard{"8 11=c 41=a 150=4"}));
}

TEST_F(OrderDeskCancelsTest, SendsAnotherOnceTheFirstWasRefused) {
    // A desk that knows nothing of the day: the venue finds that the cancel's id was used.
    answer(client1, "D", limit_order_text("old") + "59=3|", {});
    answer(client1, "D", limit_order_text("a"), {});
    make_desk();
    log_on(client1);
    shard.recover();
    turn();
    EXPECT_EQ(answer(client1, "F", cancel_text("old", "a"), {11, 434, 102}),
              (Heard{"9 11=old 434=1 102=6"}));
    EXPECT_EQ(answer(client1, "F", cancel_text("c", "a"), {11, 150}), (Heard{"8 11=c 150=4"}));
}

TEST_F(OrderDeskCancelsTest, TakesAnOrderOutOfItsQueue) {
    ask(client1, "D", limit_order_text("a"));
    shard.take();
    EXPECT_EQ(answer(client1, "F", cancel_text("c", "a"), {37, 11, 41, 150, 39, 151}),
              (Heard{"8 37=NONE 11=c 41=a 150=4 39=4 151=0"}));
    EXPECT_EQ(shard.venue().open_orders(), 0U);
    EXPECT_EQ(answer(client1, "F", cancel_text("d", "a"), {11, 39, 102}),
              (Heard{"9 11=d 39=4 102=0"}));
    EXPECT_EQ(answer(client1, "D", limit_order_text("a"), {11, 39, 103}),
              (Heard{"8 11=a 39=4 103=6"}));
}

TEST_F(OrderDeskCancelsTest, TakesAReplaceOutOfItsQueueAndCancelsTheOrder) {
    answer(client1, "D", limit_order_text("a"), {});
    ask(client1, "G", replace_text("b", "a", "99.00"));
    shard.take();
    EXPECT_EQ(answer(client1, "F", cancel_text("c", "b"), {11, 41, 150, 434, 102}),
              (Heard{"9 11=b 41=a 434=2 102=99", "8 11=c 41=a 150=4"}));
    EXPECT_EQ(shard.venue().open_orders(), 0U);
}

TEST_F(OrderDeskCancelsTest, LosesNoCancelWhileTheRingIsFull) {
    DeskOptions options;
    options.urgent = 2;
    DeskBed bed{options};
    for (int i = 0; i < 20; ++i)
        bed.ask(client1, "D", limit_order_text("o" + std::to_string(i)));
    bed.run();
    bed.heard(client1, {});
    for (int i = 0; i < 20; ++i)
        bed.ask(client1, "F", cancel_text("c" + std::to_string(i), "o" + std::to_string(i)));
    EXPECT_EQ(bed.counts().pushed, 40U);
    bed.turn();
    EXPECT_EQ(bed.counts().urgent_waiting, 18U);
    EXPECT_FALSE(bed.desk->has_work()) << "there is no room, so that a turn would do nothing";
    Heard all;
    for (int i = 0; i < 20; ++i) {
        bed.run();
        for (std::string& told : bed.heard(client1, {11, 150}))
            all.push_back(std::move(told));
    }
    Heard expected;
    for (int i = 0; i < 20; ++i)
        expected.push_back("8 11=c" + std::to_string(i) + " 150=4");
    EXPECT_EQ(all, expected);
    EXPECT_EQ(bed.shard.venue().open_orders(), 0U);
}

TEST_F(OrderDeskCancelsTest, CancelsAllOfASessionAndWhatWaitsOfIt) {
    answer(client1, "D", limit_order_text("a"), {});
    answer(client2, "D", limit_order_text("x", '1', "50.00"), {});
    ask(client1, "D", limit_order_text("b"));
    ask(client2, "D", limit_order_text("y", '1', "50.00"));
    shard.take();
    EXPECT_EQ(answer(client1, "q", mass_cancel_text("q"), {11, 41, 150, 530, 531, 533}),
              (Heard{"8 11=q 41=b 150=4", "8 11=q 41=a 150=4", "r 11=q 530=7 531=7 533=1"}));
    EXPECT_EQ(shard.venue().open_orders(), 2U);
}

TEST_F(OrderDeskCancelsTest, LeavesWhatASessionSentAfterItsMassCancel) {
    ask(client1, "D", limit_order_text("a"));
    ask(client1, "q", mass_cancel_text("q"));
    ask(client1, "D", limit_order_text("b"));
    run();
    EXPECT_EQ(heard(client1, {11, 150, 531}),
              (Heard{"8 11=q 150=4", "r 11=q 531=7", "8 11=b 150=0"}));
}

TEST_F(OrderDeskCancelsTest, HasOneMassCancelOfASessionUnderWay) {
    ask(client1, "q", mass_cancel_text("q"));
    ask(client1, "q", mass_cancel_text("p"));
    EXPECT_EQ(heard(client1, {11, 531, 58}), (Heard{"r 11=p 531=0 58=a mass cancel is under way"}));
    run();
    EXPECT_EQ(heard(client1, {11, 531}), (Heard{"r 11=q 531=7"}));
    EXPECT_EQ(answer(client1, "q", mass_cancel_text("p"), {11, 531}), (Heard{"r 11=p 531=7"}));
    EXPECT_EQ(answer(client1, "q", mass_cancel_text("p"), {11, 531, 58}),
              (Heard{"r 11=p 531=0 58=11=p: used before"}))
        << "its id was used";
}

TEST_F(OrderDeskCancelsTest, TellsWhatAnOperatorsKillCancels) {
    answer(client1, "D", limit_order_text("a"), {});
    txn::MassCancel kill;
    kill.session = txn::SessionId{1};
    shard.execute(kill);
    turn();
    EXPECT_EQ(heard(client1, {11, 150, 39}), (Heard{"8 11=a 150=4 39=4"}));
}

}  // namespace
}  // namespace tickweir::tests
