// What order entry says of each event and refusal, as text.
#include "gateway/fix/orders/report_writer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/fix_orders/orders_bed.hpp"

namespace tickweir::tests {
namespace {

using namespace std::chrono;
using orders::ExecPlace;
using orders::ReportContext;
using orders::RequestKind;
using txn::CancelReason;
using txn::ClientOrderId;
using txn::Event;
using txn::EventKind;
using txn::OrderStatus;
using txn::OrderType;
using txn::Price;
using txn::Quantity;
using txn::Refusal;
using txn::TimeInForce;

const txn::TimeNs moment{sys_days{2026y / 1 / 2} + 10h + 123'456'789ns};
const std::string at = "60=20260102-10:00:00.123|";
const std::string what = "1=A1|55=ACME|207=tickweir|54=1|38=10|40=2|44=1.5|59=0|";

txn::OrderView open_order() {
    txn::OrderView order;
    order.order = txn::OrderId{42};
    order.client_id = ClientOrderId{"N1"};
    order.session = txn::SessionId{2};
    order.account = txn::AccountId{1};
    order.instrument = acme;
    order.price = Price{150};
    order.quantity = Quantity{10};
    order.leaves = Quantity{10};
    return order;
}

Event event_of(EventKind kind) {
    Event event;
    event.kind = kind;
    event.session = txn::SessionId{2};
    event.time = moment;
    event.order = open_order();
    return event;
}

txn::OrderView partly_filled() {
    txn::OrderView order = open_order();
    order.filled = Quantity{4};
    order.leaves = Quantity{6};
    order.notional = 4 * 149;
    return order;
}

ReportContext in_log() {
    ReportContext context;
    context.place = {txn::log::Lsn{900}, 2};
    context.now = moment;
    return context;
}

ReportContext unlogged() {
    ReportContext context;
    context.refusal = 3;
    context.now = moment;
    return context;
}

class ReportWriterTest : public testing::Test {
protected:
    std::string told(const Event& event, const ReportContext& context = in_log()) {
        return shown(bed.writer.event(event, context));
    }
    /// The answer to a request that its reader refused.
    std::string answer(const std::string& type, const std::string& body,
                       const ReportContext& context = unlogged()) {
        const orders::OrderFault* const fault = bed.read(type, body);
        if (fault == nullptr) return "no fault";
        return shown(bed.writer.refusal(bed.reader.head(), *fault, "CLIENT1", context));
    }

    OrdersBed bed;
};

TEST_F(ReportWriterTest, TellsAcceptedOrders) {
    Event event = event_of(EventKind::accepted);
    event.request_id = ClientOrderId{"N1"};
    EXPECT_EQ(told(event),
              "8: 37=42|11=N1|17=7.900-2|150=0|39=0|" + what + "151=10|14=0|6=0|" + at);
}

TEST_F(ReportWriterTest, TellsAllTermsOfAnOrder) {
    Event event = event_of(EventKind::accepted);
    event.order.instrument = coin;
    event.order.side = txn::Side::sell;
    event.order.type = OrderType::stop_limit;
    event.order.time_in_force = TimeInForce::gtd;
    event.order.stop_price = Price{160};
    event.order.quantity = event.order.leaves = Quantity{150'000'001};
    event.order.display = Quantity{50'000'000};
    event.order.post_only = true;
    event.order.expiry = txn::TimeNs{sys_days{2027y / 1 / 1}};
    EXPECT_EQ(told(event),
              "8: 37=42|11=N1|17=7.900-2|150=0|39=0|1=A1|55=BTC-USD|207=tickweir|54=2|"
              "38=1.50000001|40=4|44=1.5|99=1.6|59=6|126=20270101-00:00:00.000|18=6|111=0.5|"
              "151=1.50000001|14=0|6=0|" +
                  at);
    event.order.expiry += 1ns;
    EXPECT_NE(told(event).find("|126=20270101-00:00:00.000000001|"), std::string::npos);
}

TEST_F(ReportWriterTest, TellsFills) {
    Event event = event_of(EventKind::filled);
    event.order = partly_filled();
    event.fill = {txn::TradeId{77}, Price{149}, Quantity{4}, 0, false};
    EXPECT_EQ(told(event), "8: 37=42|11=N1|17=7.900-2|150=F|39=1|" + what +
                               "32=4|31=1.49|527=77|851=2|151=6|14=4|6=1.49|" + at);
    event.order.status = OrderStatus::filled;
    event.order.filled = Quantity{10};
    event.order.leaves = Quantity{};
    event.order.notional = 4 * 149 + 6 * 150;
    event.fill = {txn::TradeId{78}, Price{150}, Quantity{6}, -5'000'000'000'000'000, true};
    EXPECT_EQ(told(event), "8: 37=42|11=N1|17=7.900-2|150=F|39=2|" + what +
                               "32=6|31=1.5|527=78|851=1|136=1|137=-0.005|138=USD|139=4|"
                               "151=0|14=10|6=1.496|" +
                               at);
}

TEST_F(ReportWriterTest, PrintsAveragePricesHalfEvenWithFourDecimalsMore) {
    const auto average = [&](txn::Int128 notional, std::int64_t filled) {
        Event event = event_of(EventKind::accepted);
        event.order.notional = notional;
        event.order.filled = Quantity{filled};
        const std::string text = told(event);
        const std::size_t begin = text.find("|6=") + 3;
        return text.substr(begin, text.find('|', begin) - begin);
    };
    EXPECT_EQ(average(100, 3), "0.333333");
    EXPECT_EQ(average(200, 3), "0.666667");
    // 1.0000005 and 1.0000015: to the even digit.
    EXPECT_EQ(average(200'000'100, 2'000'000), "1");
    EXPECT_EQ(average(200'000'300, 2'000'000), "1.000002");
    EXPECT_EQ(average(0, 0), "0");
    EXPECT_EQ(average(txn::Int128{INT64_MAX} * INT64_MAX, INT64_MAX), "92233720368547758.07");
}

TEST_F(ReportWriterTest, TellsCancelsThatWereAskedFor) {
    for (const CancelReason reason : {CancelReason::requested, CancelReason::mass_cancel}) {
        Event event = event_of(EventKind::cancelled);
        event.order = partly_filled();
        event.order.status = OrderStatus::cancelled;
        event.order.leaves = {};
        event.cancel_reason = reason;
        event.request_id = ClientOrderId{"C1"};
        EXPECT_EQ(told(event),
                  "8: 37=42|11=C1|41=N1|17=7.900-2|150=4|39=4|" + what + "151=0|14=4|6=1.49|" + at);
    }
}

TEST_F(ReportWriterTest, TellsCancelsThatNobodyAskedFor) {
    const auto reason_told = [&](CancelReason reason) {
        Event event = event_of(EventKind::cancelled);
        event.order.status = OrderStatus::cancelled;
        event.order.leaves = {};
        event.cancel_reason = reason;
        const std::string text = told(event);
        const std::string before =
            "8: 37=42|11=N1|17=7.900-2|150=4|39=4|" + what + "151=0|14=0|6=0|" + at;
        EXPECT_TRUE(text.starts_with(before)) << text;
        return text.substr(std::min(before.size(), text.size()));
    };
    EXPECT_EQ(reason_told(CancelReason::unfilled), "378=99|58=unfilled|");
    EXPECT_EQ(reason_told(CancelReason::self_trade), "378=99|58=self-trade prevention|");
    EXPECT_EQ(reason_told(CancelReason::price_band), "378=6|58=price band|");
    EXPECT_EQ(reason_told(CancelReason::funds), "378=4|58=hold does not pay for more|");
    EXPECT_EQ(reason_told(CancelReason::collar), "378=8|58=beyond the collar|");
    // A kill, or a lost connection: the operator's mass cancel has no id.
    EXPECT_EQ(reason_told(CancelReason::mass_cancel), "378=8|58=mass cancel|");
}

TEST_F(ReportWriterTest, SaysTheCallersReasonInstead) {
    Event event = event_of(EventKind::cancelled);
    event.cancel_reason = CancelReason::mass_cancel;
    ReportContext context = in_log();
    context.text = "disconnected";
    EXPECT_TRUE(told(event, context).ends_with("378=8|58=disconnected|"));
}

TEST_F(ReportWriterTest, TellsExpiriesReplacesAndTriggers) {
    Event event = event_of(EventKind::expired);
    event.order.status = OrderStatus::expired;
    event.order.leaves = {};
    event.cancel_reason = CancelReason::day_end;
    EXPECT_EQ(told(event), "8: 37=42|11=N1|17=7.900-2|150=C|39=C|" + what + "151=0|14=0|6=0|" + at +
                               "58=end of day|");
    event = event_of(EventKind::replaced);
    event.order = partly_filled();
    event.order.client_id = ClientOrderId{"N2"};
    event.original = ClientOrderId{"N1"};
    event.request_id = ClientOrderId{"N2"};
    EXPECT_EQ(told(event),
              "8: 37=42|11=N2|41=N1|17=7.900-2|150=5|39=1|" + what + "151=6|14=4|6=1.49|" + at);
    event = event_of(EventKind::triggered);
    event.order.type = OrderType::stop;
    event.order.price = {};
    event.order.stop_price = Price{150};
    EXPECT_EQ(told(event),
              "8: 37=42|11=N1|17=7.900-2|150=D|39=0|1=A1|55=ACME|207=tickweir|54=1|"
              "38=10|40=3|99=1.5|59=0|151=10|14=0|6=0|" +
                  at + "378=99|58=stop triggered|");
}

TEST_F(ReportWriterTest, TellsBustsAndCorrectionsWithWhatTheyReferTo) {
    Event event = event_of(EventKind::busted);
    event.fill = {txn::TradeId{77}, Price{149}, Quantity{4}, 0, false};
    ReportContext context = in_log();
    context.before = {txn::log::Lsn{800}, 3};
    EXPECT_EQ(told(event, context), "8: 37=42|11=N1|17=7.900-2|19=7.800-3|150=H|39=0|" + what +
                                        "32=4|31=1.49|527=77|851=2|151=10|14=0|6=0|" + at);
    event.kind = EventKind::corrected;
    event.order = partly_filled();
    context.before = {};
    EXPECT_EQ(told(event, context), "8: 37=42|11=N1|17=7.900-2|150=G|39=1|" + what +
                                        "32=4|31=1.49|527=77|851=2|151=6|14=4|6=1.49|" + at);
}

TEST_F(ReportWriterTest, TellsOfAClosedOrderWhatIsKnown) {
    Event event = event_of(EventKind::busted);
    event.order = {};
    event.order.order = txn::OrderId{42};
    event.order.account = txn::AccountId{1};
    event.fill = {txn::TradeId{77}, Price{149}, Quantity{4}, 0, false};
    EXPECT_EQ(told(event),
              "8: 37=42|17=7.900-2|150=H|39=0|1=A1|55=ACME|207=tickweir|54=1|"
              "32=4|31=1.49|527=77|851=2|151=0|14=0|6=0|" +
                  at);
}

TEST_F(ReportWriterTest, TellsRejectedOrdersAsTheyWereAskedFor) {
    txn::OrderView asked = open_order();
    asked.order = {};
    Event event = event_of(EventKind::rejected);
    event.order = {};
    event.request_id = ClientOrderId{"N1"};
    event.refusal = Refusal::insufficient;
    ReportContext context = unlogged();
    context.requested = &asked;
    EXPECT_EQ(told(event, context), "8: 37=NONE|11=N1|17=R-CLIENT1-3|150=8|39=8|103=3|" + what +
                                        "151=0|14=0|6=0|" + at + "58=insufficient balance|");
}

TEST_F(ReportWriterTest, TellsOfADuplicateTheOrderThatHasTheId) {
    txn::OrderView asked = open_order();
    asked.order = {};
    asked.quantity = Quantity{99};
    Event event = event_of(EventKind::rejected);
    event.request_id = ClientOrderId{"N1"};
    event.refusal = Refusal::duplicate_client_id;
    event.order = partly_filled();
    ReportContext context = unlogged();
    context.requested = &asked;
    const std::string asked_for = with(what, "38=10", "38=99");
    EXPECT_EQ(told(event, context), "8: 37=42|11=N1|17=R-CLIENT1-3|150=8|39=1|103=6|" + asked_for +
                                        "151=6|14=4|6=1.49|" + at +
                                        "58=duplicate client order id|");
    // Of one that is closed the venue has the OrderID alone; its session was told the rest.
    event.order = {};
    event.order.order = txn::OrderId{42};
    txn::OrderView closed = partly_filled();
    closed.status = OrderStatus::cancelled;
    closed.leaves = {};
    context.named = &closed;
    EXPECT_EQ(told(event, context), "8: 37=42|11=N1|17=R-CLIENT1-3|150=8|39=4|103=6|" + asked_for +
                                        "151=0|14=4|6=1.49|" + at +
                                        "58=duplicate client order id|");
}

TEST_F(ReportWriterTest, TellsRefusedCancelsAndReplacesTheTrueStatus) {
    Event event = event_of(EventKind::refused);
    event.request_id = ClientOrderId{"C1"};
    event.refusal = Refusal::unknown_order;
    event.order = {};
    ReportContext context = unlogged();
    context.original = ClientOrderId{"N1"};
    EXPECT_EQ(told(event, context),
              "9: 37=NONE|11=C1|41=N1|39=8|434=1|102=1|" + at + "58=unknown order|");
    event.refusal = Refusal::order_closed;
    event.order.order = txn::OrderId{42};
    txn::OrderView filled = partly_filled();
    filled.status = OrderStatus::filled;
    context.named = &filled;
    EXPECT_EQ(told(event, context),
              "9: 37=42|11=C1|41=N1|39=2|434=1|102=0|" + at + "58=order is closed|");
    context.named = nullptr;
    EXPECT_EQ(told(event, context),
              "9: 37=42|11=C1|41=N1|39=4|434=1|102=0|" + at + "58=order is closed|");
    event.refusal = Refusal::insufficient;
    event.order = partly_filled();
    context.request = RequestKind::replace;
    context.original = {};
    EXPECT_EQ(told(event, context),
              "9: 37=42|11=C1|41=N1|39=1|434=2|102=99|" + at + "58=insufficient balance|");
}

TEST_F(ReportWriterTest, TellsMassCancelsOnceTheyAreDone) {
    Event event = event_of(EventKind::mass_cancelled);
    event.order = {};
    event.request_id = ClientOrderId{"M1"};
    event.affected = 12;
    EXPECT_EQ(told(event), "r: 37=7.900-2|11=M1|530=7|531=7|533=12|" + at);
    ReportContext context = in_log();
    context.scope = '1';
    context.instrument = acme;
    context.side = txn::Side::sell;
    EXPECT_EQ(told(event, context), "r: 37=7.900-2|11=M1|530=1|531=1|533=12|55=ACME|54=2|" + at);
    event.complete = false;
    EXPECT_FALSE(bed.writer.event(event, context));
    event = event_of(EventKind::refused);
    event.order = {};
    event.request_id = ClientOrderId{"M1"};
    event.refusal = Refusal::duplicate_client_id;
    context = unlogged();
    context.request = RequestKind::mass_cancel;
    EXPECT_EQ(told(event, context),
              "r: 37=R-CLIENT1-3|11=M1|530=7|531=0|" + at + "58=duplicate client order id|");
}

TEST_F(ReportWriterTest, SaysNothingOfWhatSessionsAreNotTold) {
    for (const EventKind kind :
         {EventKind::ignored, EventKind::balance, EventKind::state, EventKind::day_ended}) {
        const orders::Report report = bed.writer.event(event_of(kind), in_log());
        EXPECT_FALSE(report);
        EXPECT_EQ(report.body, "");
    }
}

TEST_F(ReportWriterTest, MarksWhatMayHaveBeenSentBeforeAndCopies) {
    ReportContext context = in_log();
    context.again = true;
    context.drop_copy = true;
    EXPECT_EQ(told(event_of(EventKind::accepted), context),
              "8: 97=Y|37=42|11=N1|797=Y|453=1|448=CLIENT1|447=D|452=13|17=7.900-2|150=0|39=0|" +
                  what + "151=10|14=0|6=0|" + at);
    Event event = event_of(EventKind::mass_cancelled);
    EXPECT_TRUE(told(event, context).starts_with("r: 97=Y|37="));
}

TEST_F(ReportWriterTest, AnswersWhatTheReaderRefuses) {
    EXPECT_EQ(answer("D", with(good_new, "ACME", "NOPE") + "1=A1|"),
              "8: 37=NONE|11=N1|17=R-CLIENT1-3|150=8|39=8|103=1|55=NOPE|54=1|38=10|40=2|"
              "151=0|14=0|6=0|" +
                  at + "58=55=NOPE: unknown symbol|");
    EXPECT_EQ(answer("D", with(good_new, "44=1.50", "44=1.555") + "1=A1|"),
              "8: 37=NONE|11=N1|17=R-CLIENT1-3|150=8|39=8|103=99|1=A1|55=ACME|54=1|38=10|40=2|"
              "151=0|14=0|6=0|" +
                  at + "58=44=1.555: more than 2 decimals|");
    txn::OrderView named = partly_filled();
    ReportContext context = unlogged();
    context.named = &named;
    EXPECT_EQ(
        answer("G", with(good_replace, "44=1.50", "44=1.555"), context),
        "9: 37=42|11=N2|41=N1|39=1|434=2|102=99|" + at + "58=44=1.555: more than 2 decimals|");
    EXPECT_EQ(answer("F", good_cancel + "37=X|"), "9: 37=NONE|11=N3|41=N1|39=8|434=1|102=1|" + at +
                                                      "58=37=X: no OrderID of this venue|");
    EXPECT_EQ(answer("F", "11=N3|37=X|"), "9: 37=NONE|11=N3|41=NONE|39=8|434=1|102=1|" + at +
                                              "58=37=X: no OrderID of this venue|");
    EXPECT_EQ(answer("q", "11=M1|530=3|54=1|"), "r: 37=R-CLIENT1-3|11=M1|530=3|531=0|532=0|54=1|" +
                                                    at + "58=530=3: only 1 and 7 are supported|");
    EXPECT_EQ(answer("AF", "584=Q|585=1|55=NOPE|"),
              "j: 45=5|372=AF|379=Q|380=2|58=55=NOPE: unknown symbol|");
    EXPECT_EQ(answer("H", "11=N1|55=NOPE|54=1|"),
              "j: 45=5|372=H|379=N1|380=2|58=55=NOPE: unknown symbol|");
    EXPECT_EQ(answer("D", with(good_new, "54=1", "54=Z")), ": ");
}

TEST_F(ReportWriterTest, AnswersWhatTheShieldRefuses) {
    ASSERT_EQ(bed.fault("D", good_new), "");
    orders::OrderFault fault;
    fault.by = orders::RefusedBy::order_reject;
    fault.reason = 99;
    fault.text.add("throttled: more than 100 orders a second");
    EXPECT_EQ(shown(bed.writer.refusal(bed.reader.head(), fault, "CLIENT1", unlogged())),
              "8: 37=NONE|11=N1|17=R-CLIENT1-3|150=8|39=8|103=99|1=A1|55=ACME|54=1|38=10|40=2|"
              "151=0|14=0|6=0|" +
                  at + "58=throttled: more than 100 orders a second|");
}

TEST_F(ReportWriterTest, AnswersWhatTheVenueSheds) {
    txn::OrderView asked = open_order();
    asked.order = {};
    Event event;
    event.session = txn::SessionId{2};
    event.sequence = 17;
    event.request_id = ClientOrderId{"N2"};
    event.original = ClientOrderId{"N1"};
    ReportContext context = unlogged();
    context.requested = &asked;
    const auto shed = [&](RequestKind kind, shield::ShedCause cause) {
        context.request = kind;
        return shown(bed.writer.shed(event, cause, context));
    };
    EXPECT_EQ(shed(RequestKind::new_order, shield::ShedCause::queue_delay),
              "8: 37=NONE|11=N2|17=R-CLIENT1-3|150=8|39=8|103=99|" + what + "151=0|14=0|6=0|" + at +
                  "58=shed: waited too long|");
    const txn::OrderView named = partly_filled();
    context.named = &named;
    EXPECT_EQ(shed(RequestKind::replace, shield::ShedCause::queue_full),
              "9: 37=42|11=N2|41=N1|39=1|434=2|102=99|" + at + "58=shed: queue full|");
    EXPECT_EQ(shed(RequestKind::cancel, shield::ShedCause::stopped),
              "9: 37=42|11=N2|41=N1|39=1|434=1|102=99|" + at + "58=stopped: log failed|");
    EXPECT_EQ(shed(RequestKind::mass_cancel, shield::ShedCause::stopped),
              "r: 37=R-CLIENT1-3|11=N2|530=7|531=0|" + at + "58=stopped: log failed|");
    EXPECT_EQ(shed(RequestKind::status, shield::ShedCause::mode),
              "j: 45=17|372=H|379=N2|380=0|58=shed: load mode|");
}

TEST_F(ReportWriterTest, TellsOrdersThatWereTakenOutOfTheirQueue) {
    txn::OrderView asked = open_order();
    asked.order = {};
    Event event;
    event.session = txn::SessionId{2};
    event.original = ClientOrderId{"N1"};
    event.request_id = ClientOrderId{"C1"};
    ReportContext context = unlogged();
    context.requested = &asked;
    EXPECT_EQ(shown(bed.writer.withdrawn(event, context)),
              "8: 37=NONE|11=C1|41=N1|17=R-CLIENT1-3|150=4|39=4|" + what + "151=0|14=0|6=0|" + at +
                  "58=taken out of its queue, never executed|");
    event.request_id = {};
    context.text = "killed";
    EXPECT_EQ(shown(bed.writer.withdrawn(event, context)),
              "8: 37=NONE|11=N1|17=R-CLIENT1-3|150=4|39=4|" + what + "151=0|14=0|6=0|" + at +
                  "378=8|58=killed|");
}

TEST_F(ReportWriterTest, AnswersStatusRequests) {
    EXPECT_EQ(shown(bed.writer.status(partly_filled(), {"S1", {}, 0, false}, moment)),
              "8: 37=42|11=N1|790=S1|17=0|150=I|39=1|" + what + "151=6|14=4|6=1.49|" + at);
    EXPECT_EQ(
        shown(bed.writer.status(partly_filled(), {{}, "Q", 3, true}, moment)),
        "8: 37=42|11=N1|584=Q|911=3|912=Y|17=0|150=I|39=1|" + what + "151=6|14=4|6=1.49|" + at);
    txn::OrderView waiting = open_order();
    waiting.order = {};
    EXPECT_EQ(shown(bed.writer.status(waiting, {}, moment)),
              "8: 37=NONE|11=N1|17=0|150=I|39=A|" + what + "151=10|14=0|6=0|" + at);
    ASSERT_EQ(bed.fault("H", "11=N9|790=S2|55=ACME|54=1|37=8|"), "");
    EXPECT_EQ(shown(bed.writer.no_order(bed.reader.head(), moment)),
              "8: 37=8|11=N9|790=S2|17=0|150=I|39=8|103=5|55=ACME|54=1|151=0|14=0|6=0|" + at +
                  "58=unknown order|");
    ASSERT_EQ(bed.fault("AF", "584=Q|585=7|"), "");
    EXPECT_EQ(shown(bed.writer.no_order(bed.reader.head(), moment)),
              "8: 37=NONE|584=Q|911=0|912=Y|17=0|150=I|39=8|103=5|55=NA|54=7|151=0|14=0|6=0|" + at +
                  "58=no orders|");
}

TEST_F(ReportWriterTest, CutsOffWhatIsTooLong) {
    const std::string symbol(60'000, 's');
    const std::string zeros(1'000, '0');
    const std::string text =
        answer("D", with(with(good_new, "ACME", symbol), "38=10", "38=" + zeros));
    EXPECT_NE(text.find("|55=" + std::string(256, 's') + "|54=1|40=2|"), std::string::npos);
    ReportContext context = in_log();
    const std::string reason(5'000, 'r');
    context.text = reason;
    EXPECT_TRUE(told(event_of(EventKind::cancelled), context)
                    .ends_with("|58=" + std::string(256, 'r') + "|"));
    context.text = "a\x01z";
    EXPECT_TRUE(told(event_of(EventKind::cancelled), context).ends_with("|58=?|"));
}

}  // namespace
}  // namespace tickweir::tests
