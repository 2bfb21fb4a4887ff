// What a session of the load makes of the answers it gets: each request answered once, orders open
// as long as they are, executions counted exactly.
#include <gtest/gtest.h>

#include "bench/load/trading/own_orders.hpp"
#include "tests/load/stub_gateway.hpp"

namespace tickweir::tests {
namespace {

using bench::Answer;
using bench::OrderSide;
using bench::OrderWish;
using bench::OwnOrders;
using bench::RequestKind;

const std::vector<bench::TradedInstrument> instruments{{"ACME", 2, 0}, {"BTC-USD", 2, 8}};

struct Desk : LoggedOn {
    bool place(OrderWish wish) { return orders.place(session, wish, now, intended); }
    /// Outcomes of a report as texts: kind, answer, intended time.
    Texts told(std::string_view type, std::string_view body) {
        Texts out;
        session.on_bytes(gateway.say(type, body), now, [&](const wire::Message& message) {
            const bench::Outcomes outcomes = orders.on_message(message);
            for (const bench::Outcome& outcome : outcomes.all())
                out.push_back(std::to_string(static_cast<int>(outcome.kind)) + " " +
                              std::to_string(static_cast<int>(outcome.answer)) + " " +
                              std::to_string(outcome.intended_ns));
        });
        return out;
    }
    static std::string text(RequestKind kind, Answer answer, std::int64_t intended) {
        return std::to_string(static_cast<int>(kind)) + " " +
               std::to_string(static_cast<int>(answer)) + " " + std::to_string(intended);
    }

    std::int64_t intended = 1;
    OwnOrders orders{"r", instruments, 8, 16};
};

const OrderWish bid{.instrument = 0, .side = OrderSide::buy, .quantity = 10, .price = 9'950};

TEST(OwnOrdersTest, WritesWhatItIsAskedForWithTheInstrumentsDecimals) {
    Desk desk;
    ASSERT_TRUE(desk.place(bid));
    ASSERT_TRUE(desk.place({.instrument = 1,
                            .side = OrderSide::sell,
                            .quantity = 150'000'000,
                            .price = std::nullopt,
                            .time_in_force = '3'}));
    ASSERT_TRUE(desk.orders.cancel(desk.session, 0, desk.now, 3));
    ASSERT_TRUE(desk.orders.replace(desk.session, 0, 9'960, 7, desk.now, 4));
    EXPECT_EQ(desk.gateway.take(desk.session),
              (Texts{"35=D|34=2|11=r-0-1|55=ACME|54=1|38=10|40=2|44=99.50|59=0|",
                     "35=D|34=3|11=r-1-2|55=BTC-USD|54=2|38=1.50000000|40=1|59=3|",
                     "35=F|34=4|41=r-0-1|11=r-0-3|55=ACME|54=1|38=10|",
                     "35=G|34=5|41=r-0-1|11=r-0-4|55=ACME|54=1|38=7|40=2|44=99.60|"}));
    EXPECT_EQ(desk.orders.waiting(), 4U);
}

TEST(OwnOrdersTest, FollowsAnOrderFromItsAcceptanceToItsLastFill) {
    Desk desk;
    desk.intended = 77;
    desk.place(bid);
    EXPECT_EQ(desk.orders.idle().size(), 0U);
    EXPECT_EQ(desk.told("8", "11=r-0-1|150=0|39=0|14=0|151=10|"),
              Texts{Desk::text(RequestKind::order, Answer::done, 77)});
    EXPECT_EQ(desk.orders.idle().size(), 1U);
    EXPECT_EQ(desk.told("8", "11=r-0-1|150=F|39=1|32=4|31=99.5|14=4|151=6|"), Texts{});
    EXPECT_EQ(desk.orders.order(0).leaves, 6);
    EXPECT_EQ(desk.told("8", "11=r-0-1|150=F|39=2|32=6|31=99.25|14=10|151=0|"), Texts{});
    EXPECT_EQ(desk.orders.open(), 0U);
    EXPECT_EQ(desk.orders.idle().size(), 0U);
    EXPECT_EQ(desk.orders.waiting(), 0U);
    EXPECT_EQ(desk.orders.fills(), 2U);
    EXPECT_EQ(desk.orders.bought()[0].quantity, 10);
    EXPECT_EQ(desk.orders.bought()[0].paid, 4 * 9'950 + 6 * 9'925);
}

TEST(OwnOrdersTest, TellsWhyARequestWasNotExecuted) {
    const std::vector<std::pair<std::string, Answer>> causes{
        {"throttled: 100 orders a second", Answer::throttled},
        {"shed: queue_delay", Answer::shed},
        {"breaker: rejects", Answer::breaker},
        {"the price is not a multiple of the tick", Answer::refused}};
    for (const auto& [why, answer] : causes) {
        Desk desk;
        desk.place(bid);
        EXPECT_EQ(desk.told("8", "11=r-0-1|150=8|39=8|103=99|58=" + why + "|"),
                  Texts{Desk::text(RequestKind::order, answer, 1)});
        EXPECT_EQ(desk.orders.open(), 0U);
        EXPECT_EQ(bench::for_load(answer), answer != Answer::refused);

        desk.place(bid);
        desk.told("8", "11=r-0-2|150=0|39=0|14=0|151=10|");
        desk.orders.replace(desk.session, 0, 9'940, 10, desk.now, 5);
        EXPECT_EQ(desk.orders.idle().size(), 0U);
        EXPECT_EQ(desk.told("9", "11=r-0-3|41=r-0-2|39=0|434=2|102=99|58=" + why + "|"),
                  Texts{Desk::text(RequestKind::replace, answer, 5)});
        EXPECT_EQ(desk.orders.idle().size(), 1U);
        EXPECT_EQ(desk.orders.order(0).price, 9'950);

        desk.orders.cancel(desk.session, 0, desk.now, 6);
        EXPECT_EQ(desk.told("j", "45=9|372=F|379=r-0-4|380=0|58=" + why + "|"),
                  Texts{Desk::text(RequestKind::cancel, answer, 6)});
        EXPECT_EQ(desk.orders.waiting(), 0U);
        EXPECT_EQ(desk.orders.strange(), 0U);
    }
}

TEST(OwnOrdersTest, ACancelThatFindsAnOrderStillQueuedAnswersBoth) {
    Desk desk;
    desk.place(bid);
    desk.orders.cancel(desk.session, 0, desk.now, 2);
    EXPECT_EQ(desk.told("8", "11=r-0-2|41=r-0-1|150=4|39=4|14=0|151=0|"),
              (Texts{Desk::text(RequestKind::cancel, Answer::done, 2),
                     Desk::text(RequestKind::order, Answer::withdrawn, 1)}));
    EXPECT_EQ(desk.orders.waiting(), 0U);
    EXPECT_EQ(desk.orders.open(), 0U);
}

TEST(OwnOrdersTest, ACancelThatFindsAReplaceStillQueuedAnswersBoth) {
    Desk desk;
    desk.place(bid);
    desk.told("8", "11=r-0-1|150=0|39=0|14=0|151=10|");
    desk.orders.replace(desk.session, 0, 9'940, 10, desk.now, 2);
    desk.orders.cancel(desk.session, 0, desk.now, 3);
    EXPECT_EQ(desk.told("8", "11=r-0-3|41=r-0-2|150=4|39=4|14=0|151=0|"),
              (Texts{Desk::text(RequestKind::cancel, Answer::done, 3),
                     Desk::text(RequestKind::replace, Answer::withdrawn, 2)}));
    EXPECT_EQ(desk.orders.waiting(), 0U);
}

TEST(OwnOrdersTest, AReplaceGivesTheOrderItsNewNameAndPrice) {
    Desk desk;
    desk.place(bid);
    desk.told("8", "11=r-0-1|150=0|39=0|14=0|151=10|");
    desk.orders.replace(desk.session, 0, 9'940, 12, desk.now, 2);
    EXPECT_EQ(desk.told("8", "11=r-0-2|41=r-0-1|150=5|39=0|44=99.4|14=0|151=12|"),
              Texts{Desk::text(RequestKind::replace, Answer::done, 2)});
    EXPECT_EQ(desk.orders.order(0).price, 9'940);
    EXPECT_EQ(desk.orders.order(0).leaves, 12);
    (void)desk.gateway.take(desk.session);
    desk.orders.cancel(desk.session, 0, desk.now, 3);
    EXPECT_EQ(desk.gateway.take(desk.session),
              Texts{"35=F|34=4|41=r-0-2|11=r-0-3|55=ACME|54=1|38=12|"});
}

TEST(OwnOrdersTest, AnAnswerThatComesAfterTheEndTouchesNobodyElsesOrder) {
    Desk desk;
    desk.place(bid);
    desk.told("8", "11=r-0-1|150=0|39=0|14=0|151=10|");
    desk.orders.cancel(desk.session, 0, desk.now, 2);
    desk.told("8", "11=r-0-1|150=F|39=2|32=10|31=99.5|14=10|151=0|");
    desk.place(bid);  // takes the slot
    desk.told("8", "11=r-0-3|150=0|39=0|14=0|151=10|");
    EXPECT_EQ(desk.told("9", "11=r-0-2|41=r-0-1|39=2|434=1|102=0|"),
              Texts{Desk::text(RequestKind::cancel, Answer::refused, 2)});
    EXPECT_EQ(desk.orders.idle().size(), 1U);
    EXPECT_EQ(desk.orders.waiting(), 0U);
    desk.told("8", "11=r-0-1|150=C|39=C|14=0|151=0|");
    EXPECT_EQ(desk.orders.open(), 1U);
    EXPECT_EQ(desk.orders.strange(), 1U);
}

TEST(OwnOrdersTest, CountsWhatNobodyAnsweredAndWhatIsAboutNothingItKnows) {
    Desk desk;
    for (int i = 0; i < 8; ++i)
        desk.place(bid);
    EXPECT_FALSE(desk.place(bid));  // no more orders than that
    for (std::uint64_t number = 1; number < 18; ++number)
        desk.orders.cancel(desk.session, 0, desk.now, 1);
    EXPECT_EQ(desk.orders.lost(), 25U - 16U);
    EXPECT_EQ(desk.orders.waiting(), 16U);
    for (const char* id : {"", "r", "r-", "r-0", "r-0-", "r-x-1", "r-0-1x", "s-0-1", "r-9-1",
                           "r-0-99999", "r-99999999999-1"})
        desk.told("8", "11=" + std::string{id} + "|150=0|");
    EXPECT_EQ(desk.orders.strange(), 11U);
}

TEST(OrderIdTest, ReadsBackAndTellsRunsApart) {
    const bench::RequestId id{4'294'967'295U, 9'999'999'999'999'999U};
    const bench::OrderIdText text{"abcdefgh", id};
    EXPECT_LE(text.view().size(), bench::OrderIdText::bytes_max);
    EXPECT_EQ(bench::read_order_id(text.view(), "abcdefgh"), id);
    EXPECT_EQ(bench::read_order_id(text.view(), "abcdefg"), std::nullopt);
    EXPECT_NE(bench::run_name(1'700'000'000), bench::run_name(1'700'000'001));
}

}  // namespace
}  // namespace tickweir::tests
