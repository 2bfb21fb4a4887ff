// Order entry's messages read: what they become, and which answer refuses them.
#include "gateway/fix/orders/order_reader.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/fix_orders/orders_bed.hpp"

namespace tickweir::tests {
namespace {

using namespace std::chrono;
using codecs::fix::UtcTime;
using orders::RequestKind;
using txn::ClientOrderId;
using txn::CommandClass;
using txn::Price;
using txn::Quantity;

const UtcTime new_year{sys_days{2027y / 1 / 1}};

TEST(OrderReaderTest, TellsRequestsByTheirMessageTypes) {
    for (const auto& [type, kind] :
         std::vector<std::pair<std::string, RequestKind>>{{"D", RequestKind::new_order},
                                                          {"F", RequestKind::cancel},
                                                          {"G", RequestKind::replace},
                                                          {"H", RequestKind::status},
                                                          {"q", RequestKind::mass_cancel},
                                                          {"AF", RequestKind::mass_status}}) {
        EXPECT_EQ(orders::request_kind_of(type), kind) << type;
        EXPECT_EQ(orders::msg_type_of(kind), type);
        EXPECT_NE(to_string(kind), "?");
    }
    EXPECT_EQ(orders::request_kind_of("V"), std::nullopt);
    EXPECT_EQ(orders::request_kind_of(""), std::nullopt);
}

TEST(OrderReaderTest, ReadsALimitOrder) {
    OrdersBed bed;
    ASSERT_EQ(bed.fault("D", good_new), "");
    const auto& order = bed.body<txn::NewOrder>();
    EXPECT_EQ(order.client_id, ClientOrderId{"N1"});
    EXPECT_EQ(order.account, txn::AccountId{1});
    EXPECT_EQ(order.instrument, acme);
    EXPECT_EQ(order.side, txn::Side::buy);
    EXPECT_EQ(order.type, txn::OrderType::limit);
    EXPECT_EQ(order.time_in_force, txn::TimeInForce::day);
    EXPECT_EQ(order.self_trade, txn::SelfTrade::cancel_incoming);
    EXPECT_FALSE(order.post_only || order.possible_resend || order.possible_duplicate);
    EXPECT_EQ(order.price, Price{150});
    EXPECT_EQ(order.stop_price, std::nullopt);
    EXPECT_EQ(order.quantity, Quantity{10});
    EXPECT_EQ(order.display, Quantity{});
    EXPECT_EQ(order.min_quantity, Quantity{});
    EXPECT_EQ(order.expiry, std::nullopt);
    EXPECT_EQ(bed.reader.head().sequence, 5u);
    EXPECT_EQ(bed.reader.head().urgency, CommandClass::order);
}

TEST(OrderReaderTest, ReadsEveryTermOfAnOrder) {
    OrdersBed bed;
    ASSERT_EQ(bed.fault("D",
                        "97=Y|43=Y|11=a b|1=A2|55=BTC-USD|207=tickweir|54=2|60=20260102-10:00:00|"
                        "38=1.500|40=4|44=0.5|99=.25|59=6|126=20270101-00:00:00|18=6|111=0.5|"
                        "1138=0.50|110=0.00000001|7928=B|21=1|15=USD|100=tickweir|423=2|854=0|",
                        client2),
              "");
    const auto& order = bed.body<txn::NewOrder>();
    EXPECT_EQ(order.client_id, ClientOrderId{"a b"});
    EXPECT_EQ(order.account, txn::AccountId{2});
    EXPECT_EQ(order.instrument, coin);
    EXPECT_EQ(order.side, txn::Side::sell);
    EXPECT_EQ(order.type, txn::OrderType::stop_limit);
    EXPECT_EQ(order.time_in_force, txn::TimeInForce::gtd);
    EXPECT_EQ(order.self_trade, txn::SelfTrade::cancel_both);
    EXPECT_TRUE(order.post_only && order.possible_resend && order.possible_duplicate);
    EXPECT_EQ(order.price, Price{50});
    EXPECT_EQ(order.stop_price, Price{25});
    EXPECT_EQ(order.quantity, Quantity{150'000'000});
    EXPECT_EQ(order.display, Quantity{50'000'000});
    EXPECT_EQ(order.min_quantity, Quantity{1});
    EXPECT_EQ(order.expiry, new_year);
}

TEST(OrderReaderTest, ReadsTheTypesAndTimesInForceOfTheVenue) {
    OrdersBed bed;
    const std::string market = with(good_new, "40=2|44=1.50|", "40=1|");
    const std::vector<std::pair<std::string, txn::TimeInForce>> times{{"0", txn::TimeInForce::day},
                                                                      {"1", txn::TimeInForce::gtc},
                                                                      {"3", txn::TimeInForce::ioc},
                                                                      {"4", txn::TimeInForce::fok}};
    for (const auto& [word, time_in_force] : times) {
        ASSERT_EQ(bed.fault("D", good_new + "59=" + word + "|"), "");
        EXPECT_EQ(bed.body<txn::NewOrder>().time_in_force, time_in_force);
    }
    ASSERT_EQ(bed.fault("D", market), "");
    EXPECT_EQ(bed.body<txn::NewOrder>().type, txn::OrderType::market);
    EXPECT_EQ(bed.body<txn::NewOrder>().price, std::nullopt);
    ASSERT_EQ(bed.fault("D", with(market, "40=1|", "40=3|99=2|")), "");
    EXPECT_EQ(bed.body<txn::NewOrder>().type, txn::OrderType::stop);
    EXPECT_EQ(bed.body<txn::NewOrder>().stop_price, Price{200});
}

TEST(OrderReaderTest, TakesADatesEndAsExpiry) {
    orders::DirectorySettings settings = orders_settings();
    OrdersBed utc{settings};
    ASSERT_EQ(utc.fault("D", good_new + "59=6|432=20261231|"), "");
    EXPECT_EQ(utc.body<txn::NewOrder>().expiry, new_year);
    settings.end_of_date = [](sys_days date) { return txn::TimeNs{date} + hours{17}; };
    OrdersBed elsewhere{settings};
    ASSERT_EQ(elsewhere.fault("D", good_new + "59=6|432=20261231|"), "");
    EXPECT_EQ(elsewhere.body<txn::NewOrder>().expiry, new_year - hours{7});
}

TEST(OrderReaderTest, ReadsCancels) {
    OrdersBed bed;
    ASSERT_EQ(bed.fault("F", good_cancel), "");
    const auto& cancel = bed.body<txn::CancelOrder>();
    EXPECT_EQ(cancel.client_id, ClientOrderId{"N3"});
    EXPECT_EQ(cancel.original, ClientOrderId{"N1"});
    EXPECT_EQ(cancel.order, std::nullopt);
    EXPECT_EQ(bed.reader.head().urgency, CommandClass::risk_reducing);
    // What it says besides does not keep it from being done.
    ASSERT_EQ(bed.fault("F", "11=N3|37=1970324836974593|55=NOPE|54=5|38=-1|40=9|"), "");
    EXPECT_EQ(bed.body<txn::CancelOrder>().order, txn::OrderId{1'970'324'836'974'593});
    EXPECT_EQ(bed.body<txn::CancelOrder>().original, ClientOrderId{});
    ASSERT_EQ(bed.fault("F", good_cancel + "37=NONE|"), "");
    EXPECT_EQ(bed.body<txn::CancelOrder>().order, std::nullopt);
    EXPECT_EQ(bed.fault("F", "11=N3|37=NONE|"), "3 1 41 41 is missing");
}

TEST(OrderReaderTest, ReadsReplaces) {
    OrdersBed bed;
    ASSERT_EQ(bed.fault("G", good_replace + "37=9|111=2|59=1|18=6|1=A1|97=Y|"), "");
    const auto& replace = bed.body<txn::ReplaceOrder>();
    EXPECT_EQ(replace.client_id, ClientOrderId{"N2"});
    EXPECT_EQ(replace.original, ClientOrderId{"N1"});
    EXPECT_EQ(replace.order, txn::OrderId{9});
    EXPECT_EQ(replace.price, Price{150});
    EXPECT_EQ(replace.quantity, Quantity{10});
    EXPECT_EQ(replace.display, Quantity{2});
    EXPECT_EQ(replace.expiry, std::nullopt);
    EXPECT_TRUE(replace.possible_resend);
    const orders::ReplaceTerms& terms = bed.reader.terms();
    EXPECT_EQ(terms.instrument, acme);
    EXPECT_EQ(terms.side, txn::Side::buy);
    EXPECT_EQ(terms.type, txn::OrderType::limit);
    EXPECT_EQ(terms.time_in_force, txn::TimeInForce::gtc);
    EXPECT_EQ(terms.account, txn::AccountId{1});
    EXPECT_TRUE(terms.post_only);
    // A stop that has triggered has no stop price any more.
    EXPECT_EQ(bed.fault("G", with(good_replace, "40=2", "40=4")), "");
    EXPECT_EQ(bed.reader.terms().account, std::nullopt);
}

TEST(OrderReaderTest, ReadsMassCancels) {
    OrdersBed bed;
    ASSERT_EQ(bed.fault("q", "11=M1|530=7|60=20260102-10:00:00|", client2), "");
    const auto& all = bed.body<txn::MassCancel>();
    EXPECT_EQ(all.client_id, ClientOrderId{"M1"});
    EXPECT_EQ(all.session, txn::SessionId{3});
    EXPECT_EQ(all.instrument, std::nullopt);
    EXPECT_EQ(all.side, std::nullopt);
    EXPECT_EQ(bed.reader.head().urgency, CommandClass::risk_reducing);
    ASSERT_EQ(bed.fault("q", "11=M1|530=1|55=BTC-USD|54=2|60=20260102-10:00:00|"), "");
    EXPECT_EQ(bed.body<txn::MassCancel>().instrument, coin);
    EXPECT_EQ(bed.body<txn::MassCancel>().side, txn::Side::sell);
    EXPECT_EQ(bed.reader.head().scope, '1');
}

TEST(OrderReaderTest, ReadsQueries) {
    OrdersBed bed;
    ASSERT_EQ(bed.fault("H", "11=N1|790=S1|55=ACME|54=1|"), "");
    EXPECT_EQ(bed.reader.head().client_id, ClientOrderId{"N1"});
    EXPECT_EQ(bed.reader.head().query_id, "S1");
    EXPECT_EQ(bed.reader.head().urgency, CommandClass::query);
    ASSERT_EQ(bed.fault("AF", "584=Q|585=1|55=ACME|1=A1|54=1|"), "");
    EXPECT_EQ(bed.reader.head().query_id, "Q");
    EXPECT_EQ(bed.reader.head().scope, '1');
    EXPECT_EQ(bed.reader.head().instrument, acme);
    EXPECT_EQ(bed.reader.head().account, txn::AccountId{1});
    ASSERT_EQ(bed.fault("AF", "584=Q|585=7|"), "");
    EXPECT_EQ(bed.reader.head().account, std::nullopt);
}

TEST(OrderReaderTest, SaysHowUrgentOrdersOfPreferredSessionsAre) {
    orders::DirectorySettings settings = orders_settings();
    settings.sessions[0].entitled.priority = true;
    OrdersBed bed{settings};
    ASSERT_EQ(bed.fault("D", good_new), "");
    EXPECT_EQ(bed.reader.head().urgency, CommandClass::entitled);
    ASSERT_EQ(bed.fault("D", good_new + "1=A1|", client2), "");
    EXPECT_EQ(bed.reader.head().urgency, CommandClass::order);
}

TEST(OrderReaderTest, RefusesWhatFixForbidsByAReject) {
    OrdersBed bed;
    const std::string long_id(37, 'x');
    const std::string long_query(65, 'x');
    const std::vector<std::vector<std::string>> rows{
        {"D", with(good_new, "11=N1|", ""), "3 1 11 11 is missing"},
        {"D", with(good_new, "N1", long_id),
         "3 5 11 11=" + long_id + ": an id has at most 36 bytes"},
        {"D", with(good_new, "N1", ""), "3 4 11 11 has no value"},
        {"D", with(good_new, "55=ACME|", ""), "3 1 55 55 is missing"},
        {"D", with(good_new, "54=1|", ""), "3 1 54 54 is missing"},
        {"D", with(good_new, "54=1|", "54=Z|"), "3 5 54 54=Z: no side"},
        {"D", with(good_new, "60=20260102-10:00:00|", ""), "3 1 60 60 is missing"},
        {"D", with(good_new, "60=20260102-", "60=20260230-"),
         "3 6 60 60=20260230-10:00:00 is malformed"},
        {"D", with(good_new, "40=2|", ""), "3 1 40 40 is missing"},
        {"D", with(good_new, "40=2|", "40=Z|"), "3 5 40 40=Z: no order type"},
        {"D", good_new + "59=9|", "3 5 59 59=9: no time in force"},
        {"D", with(good_new, "44=1.50|", "44=1,50|"), "3 6 44 44=1,50 is malformed"},
        {"D", with(good_new, "38=10|", "38=ten|"), "3 6 38 38=ten is malformed"},
        {"D", good_new + "44=2|", "3 13 44 44 is there twice"},
        {"D", good_new + "59=6|126=tomorrow|", "3 6 126 126=tomorrow is malformed"},
        {"D", good_new + "59=6|432=20261301|", "3 6 432 432=20261301 is malformed"},
        {"D", "97=X|" + good_new, "3 6 97 97=X is malformed"},
        {"D", "43=yes|" + good_new, "3 6 43 43=yes is malformed"},
        {"F", with(good_cancel, "41=N1|", ""), "3 1 41 41 is missing"},
        {"F", with(good_cancel, "11=N3|", ""), "3 1 11 11 is missing"},
        {"F", with(good_cancel, "41=N1|", "41=" + long_id + "|"),
         "3 5 41 41=" + long_id + ": an id has at most 36 bytes"},
        {"G", with(good_replace, "60=20260102-10:00:00|", ""), "3 1 60 60 is missing"},
        {"q", "11=M|60=20260102-10:00:00|", "3 1 530 530 is missing"},
        {"q", "11=M|530=9|", "3 5 530 530=9: no such request"},
        {"AF", "585=7|", "3 1 584 584 is missing"},
        {"AF", "584=Q|", "3 1 585 585 is missing"},
        {"AF", "584=Q|585=9|", "3 5 585 585=9: no such request"},
        {"AF", "584=" + long_query + "|585=7|",
         "3 5 584 584=" + std::string(40, 'x') + "...: an id of a query has at most 64 bytes"},
        {"H", "11=N1|55=ACME|54=Z|", "3 5 54 54=Z: no side"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(bed.fault(row[0], row[1]), row[2]) << row[1];
}

TEST(OrderReaderTest, RefusesNewOrdersByAnExecutionReport) {
    OrdersBed bed;
    const std::vector<std::pair<std::string, std::string>> rows{
        {with(good_new, "ACME", "NOPE"), "8 1 55 55=NOPE: unknown symbol"},
        {good_new + "207=XNAS|", "8 1 207 207=XNAS: orders are this venue's"},
        {good_new + "1=A2|", "8 15 1 1=A2: not an account of the session"},
        {good_new + "1=NOPE|", "8 15 1 1=NOPE: not an account of the session"},
        {with(good_new, "54=1|", "54=5|"), "8 11 54 54=5: unsupported side"},
        {with(good_new, "40=2|", "40=P|"), "8 11 40 40=P: unsupported order type"},
        {good_new + "59=7|", "8 11 59 59=7: unsupported time in force"},
        {good_new + "18=6 G|", "8 11 18 18=6 G: only 6 is supported"},
        {good_new + "18= |", "8 11 18 18= : only 6 is supported"},
        {good_new + "7928=D|", "8 11 7928 7928=D: only N, O and B are supported"},
        {good_new + "21=3|", "8 11 21 21=3: orders are executed automatically"},
        {good_new + "15=EUR|", "8 11 15 15=EUR: not the instrument's currency"},
        {good_new + "100=XNAS|", "8 11 100 100=XNAS: orders are this venue's"},
        {good_new + "152=1000|", "8 11 152 152: unsupported"},
        {good_new + "854=1|", "8 11 854 854: unsupported"},
        {with(good_new, "38=10|", ""), "8 13 38 38: missing"},
        {with(good_new, "38=10|", "38=10.5|"), "8 13 38 38=10.5: more than 0 decimals"},
        {with(good_new, "44=1.50|", "44=1.505|"), "8 99 44 44=1.505: more than 2 decimals"},
        {with(good_new, "44=1.50|", "44=92233720368547759|"),
         "8 99 44 44=92233720368547759: number too large"},
        {with(good_new, "44=1.50|", "44=12345678901234567890|"),
         "8 99 44 44=12345678901234567890: more digits than the venue has"},
        {with(good_new, "44=1.50|", ""), "8 99 44 44: missing"},
        {good_new + "99=1|", "8 99 99 99=1: does not go with the order type"},
        {with(good_new, "40=2|", "40=1|"), "8 99 44 44=1.50: does not go with the order type"},
        {with(good_new, "40=2|44=1.50|", "40=3|"), "8 99 99 99: missing"},
        {good_new + "111=0|", "8 13 111 111=0: hidden orders are not supported"},
        {good_new + "1138=0|", "8 13 1138 1138=0: hidden orders are not supported"},
        {good_new + "111=1|1138=2|", "8 13 1138 1138=2: not the same as 111"},
        {good_new + "110=0.5|", "8 13 110 110=0.5: more than 0 decimals"},
        {good_new + "59=6|", "8 99 432 432: 59=6 needs 432 or 126"},
        {good_new + "126=20270101-00:00:00|",
         "8 99 126 126=20270101-00:00:00: goes with 59=6 only"},
        {good_new + "59=6|126=20270101-00:00:00|432=20270101|",
         "8 99 432 432=20270101: only one of 432 and 126"},
        {with(good_new, "ACME", "AC\x02ME\xff"), "8 1 55 55=AC?ME?: unknown symbol"},
    };
    for (const auto& [body, expected] : rows)
        EXPECT_EQ(bed.fault("D", body), expected) << body;
    EXPECT_EQ(bed.fault("D", good_new, client2),
              "8 15 1 1: missing, and the session has several accounts");
}

TEST(OrderReaderTest, RefusesEverythingElseByTheMessageOfItsKind) {
    OrdersBed bed;
    const std::vector<std::vector<std::string>> rows{
        {"F", good_cancel + "37=N1|", "9 1 37 37=N1: no OrderID of this venue"},
        {"F", good_cancel + "37=0|", "9 1 37 37=0: no OrderID of this venue"},
        {"G", with(good_replace, "ACME", "NOPE"), "9 99 55 55=NOPE: unknown symbol"},
        {"G", with(good_replace, "38=10|", ""), "9 99 38 38: missing"},
        {"G", with(good_replace, "44=1.50|", "44=1.505|"),
         "9 99 44 44=1.505: more than 2 decimals"},
        {"G", good_replace + "110=1|", "9 99 110 110=1: cannot be replaced"},
        {"G", good_replace + "7928=N|", "9 99 7928 7928=N: cannot be replaced"},
        {"G", good_replace + "640=1|", "9 99 640 640: unsupported"},
        {"G", good_replace + "1=A2|", "9 99 1 1=A2: not an account of the session"},
        {"q", "11=M|530=1|", "r 1 55 55: missing"},
        {"q", "11=M|530=1|55=NOPE|", "r 1 55 55=NOPE: unknown symbol"},
        {"q", "11=M|530=3|", "r 0 530 530=3: only 1 and 7 are supported"},
        {"q", "11=M|530=7|54=5|", "r 99 54 54=5: unsupported side"},
        {"H", "11=N1|55=NOPE|54=1|", "j 2 55 55=NOPE: unknown symbol"},
        {"AF", "584=Q|585=1|", "j 5 55 55: missing"},
        {"AF", "584=Q|585=1|55=NOPE|", "j 2 55 55=NOPE: unknown symbol"},
        {"AF", "584=Q|585=8|", "j 0 585 585=8: only 1 and 7 are supported"},
        {"AF", "584=Q|585=7|1=A2|", "j 0 1 1=A2: not an account of the session"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(bed.fault(row[0], row[1]), row[2]) << row[1];
}

TEST(OrderReaderTest, KeepsWhatAnAnswerRepeats) {
    OrdersBed bed;
    ASSERT_NE(bed.fault("D", with(good_new, "ACME", "NOPE")), "");
    const orders::RequestHead& head = bed.reader.head();
    EXPECT_EQ(head.client_id, ClientOrderId{"N1"});
    EXPECT_EQ(head.symbol, "NOPE");
    EXPECT_EQ(head.side_text, "1");
    EXPECT_EQ(head.quantity, "10");
    EXPECT_EQ(head.type, "2");
    EXPECT_EQ(head.instrument, std::nullopt);
}

}  // namespace
}  // namespace tickweir::tests
