// Everything that order entry sends is a message of the dictionary, as QuickFIX validates it: what
// a client that validates would otherwise answer by a reject.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/fix/dictionary/dictionary.hpp"
#include "gateway/fix/quickfix/headers.hpp"
#include "tests/fix_orders/orders_bed.hpp"

namespace tickweir::tests {
namespace {

using orders::RequestKind;
using txn::Event;
using txn::EventKind;

FIX::DataDictionary dictionary() {
    std::istringstream text{std::string{gateway::fix::dictionary_xml()}};
    FIX::DataDictionary read{text};
    read.checkFieldsOutOfOrder(true);
    return read;
}

/// Why a message is refused; empty where it is not.
std::string refusal(const std::string& type, const std::string& fields) {
    static const FIX::DataDictionary known = dictionary();
    const std::string body =
        "35=" + type + "|49=TICKWEIR|56=C|34=2|52=20260102-10:00:00.123|" + fields;
    try {
        known.validate(FIX::Message{framed(body), known, true});
        return "";
    } catch (const FIX::Exception& error) {
        return error.what() + std::string{" in "} + body;
    }
}

/// A 97 in front belongs to the header.
std::string refusal(const orders::Report& report) {
    return refusal(std::string{report.msg_type}, with_bars(report.body));
}

/// An order with everything that one can have.
txn::OrderView full_order() {
    txn::OrderView order;
    order.order = txn::OrderId{42};
    order.client_id = txn::ClientOrderId{"N1"};
    order.session = txn::SessionId{2};
    order.account = txn::AccountId{1};
    order.instrument = acme;
    order.type = txn::OrderType::stop_limit;
    order.time_in_force = txn::TimeInForce::gtd;
    order.post_only = true;
    order.price = txn::Price{150};
    order.stop_price = txn::Price{149};
    order.quantity = txn::Quantity{10};
    order.display = txn::Quantity{2};
    order.filled = txn::Quantity{4};
    order.leaves = txn::Quantity{6};
    order.notional = 4 * 149;
    order.expiry = txn::TimeNs{std::chrono::sys_days{std::chrono::year{2027} / 1 / 1}};
    return order;
}

Event full_event(EventKind kind) {
    Event event;
    event.kind = kind;
    event.refusal = txn::Refusal::insufficient;
    event.request_id = txn::ClientOrderId{"N2"};
    event.original = txn::ClientOrderId{"N1"};
    event.session = txn::SessionId{2};
    event.order = full_order();
    event.fill = {txn::TradeId{7}, txn::Price{149}, txn::Quantity{4}, 12'345, true};
    return event;
}

orders::ReportContext full_context() {
    orders::ReportContext context;
    context.place = {txn::log::Lsn{9}, 1};
    context.before = {txn::log::Lsn{8}, 1};
    context.original = txn::ClientOrderId{"N1"};
    context.instrument = acme;
    context.side = txn::Side::sell;
    context.again = true;
    context.drop_copy = true;
    return context;
}

/// Events that sessions are not told are fine.
std::string refusal_of_event(OrdersBed& bed, const Event& event,
                             const orders::ReportContext& context) {
    const orders::Report report = bed.writer.event(event, context);
    return report ? refusal(report) : "";
}

TEST(OrderEntryDictionary, KnowsEveryReportOfAnEvent) {
    OrdersBed bed;
    for (int kind = 0; kind <= static_cast<int>(EventKind::day_ended); ++kind) {
        Event event = full_event(static_cast<EventKind>(kind));
        for (const char scope : {'1', '7'}) {
            for (const RequestKind request :
                 {RequestKind::cancel, RequestKind::replace, RequestKind::mass_cancel}) {
                orders::ReportContext context = full_context();
                context.scope = scope;
                context.request = request;
                EXPECT_EQ(refusal_of_event(bed, event, context), "");
            }
        }
        // A refusal always answers a request, which has an id.
        if (event.kind != EventKind::refused) event.request_id = {};
        EXPECT_EQ(refusal_of_event(bed, event, full_context()), "");
    }
}

TEST(OrderEntryDictionary, KnowsEveryReason) {
    OrdersBed bed;
    for (std::size_t i = 1; i < txn::refusal_kinds; ++i) {
        for (const EventKind kind : {EventKind::rejected, EventKind::refused}) {
            for (const RequestKind request : {RequestKind::replace, RequestKind::mass_cancel}) {
                Event event = full_event(kind);
                event.refusal = static_cast<txn::Refusal>(i);
                orders::ReportContext context = full_context();
                context.request = request;
                EXPECT_EQ(refusal(bed.writer.event(event, context)), "");
            }
        }
    }
    for (int i = 0; i <= static_cast<int>(txn::CancelReason::collar); ++i) {
        Event event = full_event(EventKind::cancelled);
        event.request_id = {};
        event.cancel_reason = static_cast<txn::CancelReason>(i);
        EXPECT_EQ(refusal(bed.writer.event(event, full_context())), "");
    }
}

TEST(OrderEntryDictionary, KnowsWhatIsShedWithdrawnAndAskedFor) {
    OrdersBed bed;
    const txn::OrderView order = full_order();
    orders::ReportContext context = full_context();
    context.requested = context.named = &order;
    const Event event = full_event(EventKind::refused);
    for (const RequestKind request :
         {RequestKind::new_order, RequestKind::cancel, RequestKind::replace, RequestKind::status,
          RequestKind::mass_cancel, RequestKind::mass_status}) {
        context.request = request;
        EXPECT_EQ(refusal(bed.writer.shed(event, shield::ShedCause::mode, context)), "");
    }
    EXPECT_EQ(refusal(bed.writer.withdrawn(event, context)), "");
    EXPECT_EQ(refusal(bed.writer.status(order, {"S", "Q", 2, true}, {})), "");
    for (const auto& [type, body] : std::vector<std::pair<std::string, std::string>>{
             {"H", "11=N1|790=S|37=9|55=ACME|54=1|"}, {"AF", "584=Q|585=7|"}}) {
        ASSERT_EQ(bed.fault(type, body), "");
        EXPECT_EQ(refusal(bed.writer.no_order(bed.reader.head(), {})), "");
    }
}

TEST(OrderEntryDictionary, KnowsTheAnswersToWhatTheReaderRefuses) {
    OrdersBed bed;
    for (const auto& [type, body] : std::vector<std::pair<std::string, std::string>>{
             {"D", with(good_new, "ACME", "NOPE")},
             {"D", good_new + "18=G|"},
             {"D", with(good_new, "54=1", "54=5")},
             {"G", with(good_replace, "44=1.50", "44=1.505")},
             {"F", "11=N3|37=X|"},
             {"q", "11=M|530=3|"},
             {"q", "11=M|530=1|55=NOPE|"},
             {"H", "11=N1|55=NOPE|54=1|"},
             {"AF", "584=Q|585=2|"}}) {
        const orders::OrderFault* const fault = bed.read(type, body);
        ASSERT_NE(fault, nullptr) << body;
        EXPECT_EQ(refusal(bed.writer.refusal(bed.reader.head(), *fault, "CLIENT1", {})), "");
    }
}

TEST(OrderEntryDictionary, TakesWhatOrderEntryReads) {
    OrdersBed bed;
    for (const auto& [type, body] : std::vector<std::pair<std::string, std::string>>{
             {"D", good_new},
             {"D", "97=Y|" + good_new + "59=3|7928=O|"},
             {"D",
              "11=N1|1=A1|55=BTC-USD|207=tickweir|54=2|60=20260102-10:00:00.123456789|38=1.5|40=4|"
              "44=5|99=4|59=6|126=20270101-00:00:00|18=6|111=0.5|1138=0.50|110=.1|7928=B|15=USD|"
              "21=1|"},
             {"D", with(good_new, "40=2|44=1.50|", "40=3|99=2|59=6|432=20270101|")},
             {"F", good_cancel + "37=281474976710657|38=10|"},
             {"G", good_replace + "111=2|1=A1|59=1|"},
             {"H", "11=N1|790=S|37=9|55=ACME|54=1|"},
             {"q", "11=M|530=1|55=ACME|54=2|60=20260102-10:00:00|"},
             {"q", "11=M|530=7|60=20260102-10:00:00|"},
             {"AF", "584=Q|585=1|55=ACME|1=A1|54=1|"},
             {"AF", "584=Q|585=7|"}}) {
        EXPECT_EQ(refusal(type, body), "") << body;
        EXPECT_EQ(bed.fault(type, body), "") << body;
    }
}

}  // namespace
}  // namespace tickweir::tests
