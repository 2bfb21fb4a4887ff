#include "gateway/fix/orders/desk/order_desk.hpp"
#include "tests/fix_desk/desk_bed.hpp"

namespace tickweir::tests {
namespace {

using shield::LoadMode;

struct OrderDeskShieldTest : testing::Test {
    static DeskOptions with(const shield::SessionShieldLimits& limits) {
        DeskOptions options;
        options.sessions[0].shield = limits;
        return options;
    }
    static void set_mode(DeskBed& bed, LoadMode mode) { bed.shard.set_mode(mode); }
};

TEST_F(OrderDeskShieldTest, ThrottlesOrdersAndReplacesButNoCancels) {
    shield::SessionShieldLimits limits = no_shield();
    limits.throttle.orders = shield::Rate{1, 2};
    DeskBed bed{with(limits)};
    bed.answer(client1, "D", limit_order_text("a"), {});
    bed.answer(client1, "D", limit_order_text("b"), {});
    const Heard refused = bed.answer(client1, "D", limit_order_text("c"), {11, 39, 103, 58});
    EXPECT_EQ(refused, (Heard{"8 11=c 39=8 103=99 58=throttled: more than 1 orders a second"}));
    EXPECT_EQ(bed.answer(client1, "G", replace_text("d", "a", "99.00"), {11, 39, 434, 102}),
              (Heard{"9 11=d 39=0 434=2 102=99"}));
    EXPECT_EQ(bed.answer(client1, "G", replace_text("e", "a", "100.00", "5"), {11, 150}),
              (Heard{"8 11=e 150=5"}))
        << "a smaller quantity reduces risk";
    EXPECT_EQ(bed.answer(client1, "F", cancel_text("f", "e"), {11, 150}), (Heard{"8 11=f 150=4"}));
    EXPECT_EQ(bed.answer(client2, "D", limit_order_text("x"), {150}), (Heard{"8 150=0"}));
    bed.pass(1s);
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("c"), {11, 150}), (Heard{"8 11=c 150=0"}))
        << "the id of a throttled request is not used up";
    EXPECT_EQ(bed.counts().throttled, 2U);
}

TEST_F(OrderDeskShieldTest, TellsWhoRepeatsARequestHowItsOrderStands) {
    shield::SessionShieldLimits limits = no_shield();
    limits.throttle.orders = shield::Rate{1, 2};
    DeskBed bed{with(limits)};
    bed.answer(client1, "D", limit_order_text("a"), {});
    bed.answer(client2, "D", limit_order_text("x", '2', "100.00", "4"), {});
    bed.heard(client1, {});
    bed.ask(client1, "D", limit_order_text("b"));
    const auto beyond = "103=99 58=throttled: more than 1 orders a second";
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("b"), {150, 39, 103, 58}),
              (Heard{"8 150=8 39=A " + std::string{beyond}, "8 150=0 39=0"}))
        << "it waits, and is executed";
    const Heard open = bed.answer(client1, "D", limit_order_text("a"), {37, 39, 14, 151, 103, 58});
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].find("37=NONE"), std::string::npos);
    EXPECT_NE(open[0].find("39=1 14=4 151=6 " + std::string{beyond}), std::string::npos) << open[0];
    EXPECT_EQ(bed.answer(client1, "D", "97=Y|" + limit_order_text("a"), {39}), Heard{})
        << "who says that it may be a resend is not answered";
    set_mode(bed, LoadMode::protect);
    bed.pass(10s);
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("a"), {39, 103, 58}),
              (Heard{"8 39=1 103=99 58=shed: load mode L3: entitled orders and cancels only"}));
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("new"), {37, 39, 103}),
              (Heard{"8 37=NONE 39=8 103=99"}));
    EXPECT_EQ(bed.counts().ignored, 1U);
}

TEST_F(OrderDeskShieldTest, LogsOutWhoAbusesCancelsAndCancelsItsOrders) {
    shield::SessionShieldLimits limits = no_shield();
    limits.throttle.cancels = shield::Rate{1, 3};
    DeskBed bed{with(limits)};
    bed.answer(client1, "D", limit_order_text("a"), {});
    for (int i = 0; i < 4; ++i)
        bed.ask(client1, "F", cancel_text("c" + std::to_string(i), "nope"));
    EXPECT_EQ(bed.output.sessions[client1].end, "throttled: more than 1 cancels a second");
    EXPECT_EQ(bed.counts().logouts, 1U);
    bed.log_out(client1);
    bed.run();
    EXPECT_EQ(bed.shard.venue().open_orders(), 0U);
    bed.log_on(client1);
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("b"), {11, 150}).back(), "8 11=b 150=0");
}

TEST_F(OrderDeskShieldTest, LogsOutWhoDoesNotHeedItsLimit) {
    shield::SessionShieldLimits limits = no_shield();
    limits.throttle.orders = shield::Rate{1, 1};
    limits.escalation = shield::EscalationLimits{.refusals_max = 3, .window = 10s};
    DeskBed bed{with(limits)};
    for (int i = 0; i < 5; ++i)
        bed.ask(client1, "D", limit_order_text("o" + std::to_string(i)));
    EXPECT_EQ(bed.output.sessions[client1].end, "throttled: more than 3 refused in 10 s");
}

TEST_F(OrderDeskShieldTest, RefusesByLoadModeAndClass) {
    DeskOptions options;
    options.directory.sessions[1].entitled.priority = true;
    options.sessions[0].shield.throttle.quota = shield::Rate{1, 1};
    DeskBed bed{options};
    bed.answer(client1, "D", limit_order_text("a"), {});  // and its quota is used up
    bed.answer(client1, "D", limit_order_text("b"), {});
    struct Row {
        LoadMode mode;
        bool order;     // of client1, over its quota
        bool entitled;  // of client2
        bool query;
    };
    int n = 0;
    for (const Row& row :
         {Row{LoadMode::normal, true, true, true}, Row{LoadMode::trim, true, true, true},
          Row{LoadMode::shed, false, true, false}, Row{LoadMode::protect, false, true, false},
          Row{LoadMode::cancel_only, false, false, false}}) {
        set_mode(bed, row.mode);
        const std::string id = std::to_string(++n);
        const auto name = shield::to_string(row.mode);
        EXPECT_EQ(bed.answer(client1, "D", limit_order_text("d" + id), {150})[0] == "8 150=0",
                  row.order)
            << name;
        EXPECT_EQ(bed.answer(client2, "D", limit_order_text("e" + id), {150})[0] == "8 150=0",
                  row.entitled)
            << name;
        EXPECT_EQ(bed.answer(client1, "H", "11=a|55=ACME|54=1|", {150})[0] == "8 150=I", row.query)
            << name;
        bed.ask(client1, "F", cancel_text("f" + id, "nope"));
        bed.run();
        EXPECT_EQ(bed.heard(client1, {102}), (Heard{"9 102=1"})) << name;
    }
    EXPECT_EQ(bed.answer(client1, "F", cancel_text("last", "b"), {150}), (Heard{"8 150=4"}));
}

TEST_F(OrderDeskShieldTest, TakesNobodyInFromL3On) {
    DeskBed bed;
    for (const LoadMode mode : {LoadMode::normal, LoadMode::trim, LoadMode::shed}) {
        set_mode(bed, mode);
        EXPECT_EQ(bed.desk->refuses_logons(), std::nullopt) << shield::to_string(mode);
    }
    for (const LoadMode mode : {LoadMode::protect, LoadMode::cancel_only, LoadMode::stopped}) {
        set_mode(bed, mode);
        EXPECT_NE(bed.desk->refuses_logons(), std::nullopt) << shield::to_string(mode);
    }
    EXPECT_EQ(*bed.desk->refuses_logons(), "stopped: log failed");
}

TEST_F(OrderDeskShieldTest, GoesByAReloadedConfigurationFromThenOn) {
    DeskBed bed;
    bed.answer(client1, "D", limit_order_text("a"), {});
    shield::SessionShieldLimits limits = no_shield();
    limits.throttle.orders = shield::Rate{1, 1};
    bed.desk->set_shields(std::vector{limits, no_shield(), no_shield()});
    orders::DirectorySettings settings = desk_directory();
    settings.sessions[1].entitled.buy = false;
    const orders::OrderDirectory directory{desk_venue(), settings};
    bed.desk->set_entitlements(directory);
    EXPECT_EQ(bed.answer(client2, "D", limit_order_text("x"), {11, 150}), (Heard{"8 11=x 150=8"}));
    bed.answer(client1, "D", limit_order_text("b"), {});
    EXPECT_EQ(bed.answer(client1, "D", limit_order_text("c"), {58}),
              (Heard{"8 58=throttled: more than 1 orders a second"}));
    bed.make_desk();  // which the directory must outlive
}

TEST_F(OrderDeskShieldTest, AnswersEverythingAndLogsOutOnceTheLogFailed) {
    DeskBed bed;
    bed.answer(client1, "D", limit_order_text("a"), {});
    bed.ask(client1, "D", limit_order_text("b"));
    bed.ask(client1, "F", cancel_text("c", "a"));
    bed.ask(client1, "q", mass_cancel_text("q"));
    set_mode(bed, LoadMode::stopped);
    EXPECT_EQ(bed.answer(client2, "F", cancel_text("x", "y"), {39, 102, 58}),
              (Heard{"9 39=8 102=99 58=stopped: log failed"}));
    bed.heard(client1, {});
    DeskBed other;
    set_mode(other, LoadMode::stopped);
    other.ask(client1, "D", limit_order_text("b"));
    EXPECT_EQ(other.heard(client1, {39, 103, 58}), (Heard{"8 39=8 103=99 58=stopped: log failed"}));
    EXPECT_EQ(other.output.sessions[client1].end, "") << "not before the reports are told";
    other.turn();
    EXPECT_EQ(other.output.sessions[client1].end, "stopped: log failed");
}

TEST_F(OrderDeskShieldTest, EndsSessionsATurnAfterTheModeSoThatTheyAreToldOfIt) {
    DeskBed bed;
    set_mode(bed, LoadMode::stopped);
    EXPECT_TRUE(bed.desk->turn(bed.now, bed.output));
    EXPECT_EQ(bed.output.sessions[client1].end, "");
    bed.desk->turn(bed.now, bed.output);
    EXPECT_EQ(bed.output.sessions[client1].end, "stopped: log failed");
}

TEST_F(OrderDeskShieldTest, PassesOnThatNothingIsExecutedAnyMore) {
    DeskBed bed;
    bed.answer(client1, "D", limit_order_text("a"), {});
    bed.ask(client1, "F", cancel_text("c", "a"));
    bed.ask(client1, "q", mass_cancel_text("q"));
    bed.ask(client1, "D", limit_order_text("b"));
    bed.shard.shed(gateway::ShedCause::stopped);
    bed.turn();
    EXPECT_EQ(
        bed.heard(client1, {11, 39, 102, 103, 531, 58}),
        (Heard{"9 11=c 39=0 102=99 58=stopped: log failed", "r 11=q 531=0 58=stopped: log failed",
               "8 11=b 39=8 103=99 58=stopped: log failed"}));
    EXPECT_EQ(bed.answer(client1, "F", cancel_text("c", "a"), {11, 150}), (Heard{"8 11=c 150=4"}))
        << "nothing of it is under way any more";
}

}  // namespace
}  // namespace tickweir::tests
