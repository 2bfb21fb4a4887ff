#include <algorithm>

#include "gateway/fix/orders/desk/order_desk.hpp"
#include "tests/fix_desk/desk_bed.hpp"

namespace tickweir::tests {
namespace {

struct OrderDeskQueriesTest : testing::Test, DeskBed {
    Heard status(const std::string& body) {
        return answer(client1, "H", body + "|55=ACME|54=1|", {11, 790, 150, 39, 14, 151, 103});
    }
};

TEST_F(OrderDeskQueriesTest, TellsAnOrderAsItStands) {
    const Heard told = answer(client1, "D", limit_order_text("a"), {37});
    EXPECT_EQ(status("11=a|790=s1"), (Heard{"8 11=a 790=s1 150=I 39=0 14=0 151=10"}));
    answer(client2, "D", limit_order_text("b", '2', "100.00", "4"), {});
    heard(client1, {});
    EXPECT_EQ(status("11=a"), (Heard{"8 11=a 150=I 39=1 14=4 151=6"}));
    EXPECT_EQ(status("11=a|" + told[0].substr(2)), (Heard{"8 11=a 150=I 39=1 14=4 151=6"}));
    answer(client1, "F", cancel_text("c", "a"), {});
    EXPECT_EQ(status("11=a"), (Heard{"8 11=a 150=I 39=4 14=4 151=0"}));
    EXPECT_EQ(status("11=nope"), (Heard{"8 11=nope 150=I 39=8 14=0 151=0 103=5"}));
}

TEST_F(OrderDeskQueriesTest, TellsOfAnOrderThatWaits) {
    ask(client1, "D", limit_order_text("a"));
    ask(client1, "H", "11=a|55=ACME|54=1|");
    EXPECT_EQ(heard(client1, {37, 11, 150, 39, 151}), (Heard{"8 37=NONE 11=a 150=I 39=A 151=10"}));
}

TEST_F(OrderDeskQueriesTest, TellsNothingOfOthersOrders) {
    const Heard told = answer(client2, "D", limit_order_text("x"), {37});
    EXPECT_EQ(status("11=x"), (Heard{"8 11=x 150=I 39=8 14=0 151=0 103=5"}));
    EXPECT_EQ(status("11=y|" + told[0].substr(2)), (Heard{"8 11=y 150=I 39=8 14=0 151=0 103=5"}));
}

TEST_F(OrderDeskQueriesTest, TellsAllOpenOrdersOldestFirst) {
    for (const char* id : {"a", "b", "c"})
        answer(client1, "D", limit_order_text(id), {});
    answer(client1, "D", limit_order_text("g", '1', "100.00", "10", "GLOBEX"), {});
    answer(client1, "F", cancel_text("x", "b"), {});
    EXPECT_EQ(answer(client1, "AF", "584=m1|585=7|", {11, 584, 911, 912, 39}),
              (Heard{"8 11=a 584=m1 911=3 912=N 39=0", "8 11=c 584=m1 911=3 912=N 39=0",
                     "8 11=g 584=m1 911=3 912=Y 39=0"}));
    EXPECT_EQ(answer(client1, "AF", "584=m2|585=1|55=ACME|", {11, 911, 912}),
              (Heard{"8 11=a 911=2 912=N", "8 11=c 911=2 912=Y"}));
    EXPECT_EQ(answer(client2, "AF", "584=m3|585=7|", {584, 911, 912, 39}),
              (Heard{"8 584=m3 911=0 912=Y 39=8"}));
}

TEST_F(OrderDeskQueriesTest, TellsManyOrdersInPiecesThatWaitForTheReader) {
    DeskOptions options;
    options.limits.statuses_per_turn = 10;
    DeskBed bed{options};
    for (int i = 0; i < 100; ++i)
        bed.ask(client1, "D", limit_order_text("o" + std::to_string(i)));
    bed.run();
    bed.heard(client1, {});
    bed.ask(client1, "AF", "584=m|585=7|");
    bed.output.sessions[client1].queued = 900;
    bed.turn();
    EXPECT_EQ(bed.heard(client1, {11}), Heard{});
    EXPECT_FALSE(bed.desk->has_work()) << "it reads too slowly to be told more";
    bed.output.sessions[client1].queued = 0;
    std::size_t told = 0;
    for (int turns = 0; turns < 30; ++turns) {
        bed.desk->turn(bed.now, bed.output);
        const std::size_t more = bed.heard(client1, {11}).size();
        EXPECT_LE(more, 11U);
        told += more;
    }
    EXPECT_EQ(told, 100U);
    EXPECT_FALSE(bed.desk->has_work());
}

TEST_F(OrderDeskQueriesTest, AnswersToTheEndThoughOrdersEndMeanwhile) {
    DeskOptions options;
    options.limits.statuses_per_turn = 1;
    DeskBed bed{options};
    for (const char* id : {"a", "b", "c"})
        bed.answer(client1, "D", limit_order_text(id), {});
    bed.ask(client1, "AF", "584=m|585=7|");
    for (int i = 0; i < 7; ++i)  // counts, and comes upon the last one
        bed.desk->turn(bed.now, bed.output);
    bed.ask(client1, "F", cancel_text("x", "c"));
    bed.shard.run();
    for (int i = 0; i < 10; ++i)
        bed.desk->turn(bed.now, bed.output);
    bed.ask(client1, "AF", "584=n|585=7|");
    for (int i = 0; i < 10; ++i)
        bed.desk->turn(bed.now, bed.output);
    const Heard told = bed.heard(client1, {584, 912});
    EXPECT_EQ(std::ranges::count(told, "8 584=m 912=Y"), 1) << testing::PrintToString(told);
    EXPECT_EQ(std::ranges::count(told, "8 584=n 912=Y"), 1);
}

TEST_F(OrderDeskQueriesTest, AnswersOneListOfASessionAtATime) {
    answer(client1, "D", limit_order_text("a"), {});
    ask(client1, "AF", "584=m|585=7|");
    ask(client1, "AF", "584=n|585=7|");
    EXPECT_EQ(heard(client1, {379, 380}), (Heard{"j 379=n 380=0"}));
    log_out(client1);
    log_on(client1);
    turn();
    EXPECT_EQ(heard(client1, {584}), Heard{}) << "who asked is gone";
    EXPECT_EQ(answer(client1, "AF", "584=n|585=7|", {584, 912}), (Heard{"8 584=n 912=Y"}));
}

}  // namespace
}  // namespace tickweir::tests
