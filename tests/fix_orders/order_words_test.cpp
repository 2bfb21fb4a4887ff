// Small parts of order entry: words, ids, replaces held against orders, remembered trades.
#include "gateway/fix/orders/order_words.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "gateway/fix/orders/exec_id.hpp"
#include "gateway/fix/orders/reason_text.hpp"
#include "gateway/fix/orders/replace_terms.hpp"
#include "gateway/fix/orders/trade_memory.hpp"

namespace tickweir::tests {
namespace {

namespace orders = gateway::fix::orders;
using orders::ExecPlace;
using txn::Event;
using txn::EventKind;
using txn::Price;
using txn::Quantity;
using txn::Side;
using txn::log::Lsn;

TEST(OrderWordsTest, ReadBackWhatTheyWrite) {
    for (const auto side : {Side::buy, Side::sell})
        EXPECT_EQ(orders::side_of(std::string{orders::wire_of(side)}), side);
    for (const auto type : {txn::OrderType::market, txn::OrderType::limit, txn::OrderType::stop,
                            txn::OrderType::stop_limit})
        EXPECT_EQ(orders::order_type_of(std::string{orders::wire_of(type)}), type);
    for (const auto time : {txn::TimeInForce::day, txn::TimeInForce::gtc, txn::TimeInForce::ioc,
                            txn::TimeInForce::fok, txn::TimeInForce::gtd})
        EXPECT_EQ(orders::time_in_force_of(std::string{orders::wire_of(time)}), time);
    for (const auto* const text : {"", "0", "5", "12", "A"}) {
        EXPECT_EQ(orders::side_of(text), std::nullopt) << text;
        EXPECT_EQ(orders::order_type_of(text), std::nullopt) << text;
        EXPECT_EQ(orders::self_trade_of(text), std::nullopt) << text;
    }
}

TEST(OrderWordsTest, StayWithinTheReasonsOfTheStandard) {
    // What the dictionary that QuickFIX comes with has.
    const std::set<unsigned> order{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 99};
    const std::set<unsigned> cancel{0, 1, 2, 3, 4, 5, 6, 99};
    for (std::size_t i = 0; i < txn::refusal_kinds; ++i) {
        const auto refusal = static_cast<txn::Refusal>(i);
        EXPECT_TRUE(order.contains(orders::order_reject_reason(refusal))) << i;
        EXPECT_TRUE(cancel.contains(orders::cancel_reject_reason(refusal))) << i;
        const unsigned mass = orders::mass_cancel_reject_reason(refusal);
        EXPECT_TRUE(mass == 1 || mass == 99) << i;
    }
    const std::set<unsigned> restated{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99};
    for (int i = 0; i <= static_cast<int>(txn::CancelReason::collar); ++i)
        EXPECT_TRUE(
            restated.contains(orders::restatement_reason(static_cast<txn::CancelReason>(i))));
}

TEST(ReasonTextTest, IsCutOffAndShowsNothingUnprintable) {
    orders::ReasonText text;
    text.field(58, "a\x01\x7f\xff~").add(" is ").add(std::uint64_t{18'446'744'073'709'551'615U});
    EXPECT_EQ(text.view(), "58=a???~ is 18446744073709551615");
    for (int i = 0; i < 50; ++i)
        text.add("0123456789");
    EXPECT_EQ(text.view().size(), orders::ReasonText::bytes_max);
    EXPECT_EQ(orders::ReasonText{}.quote(std::string(41, 'x')).view(),
              std::string(40, 'x') + "...");
}

TEST(ExecIdTest, ReadsBackWhatItWrites) {
    for (const ExecPlace place : {ExecPlace{Lsn{1}, 1}, ExecPlace{Lsn{UINT64_MAX}, UINT32_MAX},
                                  ExecPlace{Lsn{1'000}, 256}}) {
        for (const std::uint16_t log : {std::uint16_t{1}, std::uint16_t{UINT16_MAX}}) {
            const orders::ExecId id{log, place};
            EXPECT_EQ(orders::read_exec_id(id.view()), (orders::ReadExecId{log, place}))
                << id.view();
        }
    }
    EXPECT_EQ((orders::ExecId{7, {Lsn{12}, 3}}.view()), "7.12-3");
    EXPECT_EQ((orders::ExecId{"CLIENT1", 9}.view()), "R-CLIENT1-9");
    EXPECT_EQ((orders::ExecId{std::string(100, 'n'), UINT64_MAX}.view()),
              "R-" + std::string(64, 'n') + "-18446744073709551615");
}

TEST(ExecIdTest, RefusesEverythingElse) {
    for (const auto* const text : {"",
                                   "0",
                                   "R-CLIENT1-9",
                                   "R-1.2-3",
                                   "1.2",
                                   "1-2",
                                   "1.2-",
                                   ".2-3",
                                   "1.-3",
                                   "0.2-3",
                                   "01.2-3",
                                   "1.2-3-4",
                                   "1.2.3-4",
                                   "1.2-3 ",
                                   " 1.2-3",
                                   "65536.2-3",
                                   "1.18446744073709551616-3",
                                   "1.2-4294967296",
                                   "1-2.3",
                                   "1.2-+3",
                                   "1.-2-3"})
        EXPECT_EQ(orders::read_exec_id(text), std::nullopt) << text;
}

txn::OrderView open_order() {
    txn::OrderView order;
    order.order = txn::OrderId{42};
    order.client_id = txn::ClientOrderId{"N1"};
    order.account = txn::AccountId{1};
    order.price = Price{150};
    order.quantity = Quantity{10};
    return order;
}

TEST(ReplaceTermsTest, NameWhatCannotChange) {
    const auto fault = [](auto change) {
        orders::ReplaceTerms terms;
        change(terms);
        const auto found = orders::check_replace(terms, open_order());
        if (!found) return std::string{};
        EXPECT_EQ(found->by, orders::RefusedBy::cancel_reject);
        EXPECT_EQ(found->reason, 99u);
        return std::to_string(found->tag) + ' ' + std::string{found->text.view()};
    };
    EXPECT_EQ(fault([](auto&) {}), "");
    EXPECT_EQ(fault([](auto& t) {
                  t.time_in_force = txn::TimeInForce::day;
                  t.account = txn::AccountId{1};
              }),
              "");
    EXPECT_EQ(fault([](auto& t) { t.instrument = txn::InstrumentId{1}; }),
              "55 55: symbol cannot be replaced");
    EXPECT_EQ(fault([](auto& t) { t.side = Side::sell; }), "54 54: side cannot be replaced");
    EXPECT_EQ(fault([](auto& t) { t.type = txn::OrderType::stop; }),
              "40 40: order type cannot be replaced");
    EXPECT_EQ(fault([](auto& t) { t.time_in_force = txn::TimeInForce::gtc; }),
              "59 59: time in force cannot be replaced");
    EXPECT_EQ(fault([](auto& t) { t.account = txn::AccountId{2}; }),
              "1 1: account cannot be replaced");
    EXPECT_EQ(fault([](auto& t) { t.post_only = true; }),
              "18 18: execution instruction cannot be replaced");
}

TEST(ReplaceTermsTest, TellWhatOnlyLowersTheQuantity) {
    txn::OrderView order = open_order();
    order.display = Quantity{3};
    const auto only = [&](auto change) {
        txn::ReplaceOrder replace;
        replace.price = Price{150};
        replace.quantity = Quantity{9};
        change(replace);
        return orders::only_lowers_quantity(replace, order);
    };
    EXPECT_TRUE(only([](auto&) {}));
    EXPECT_TRUE(only([](auto& r) { r.display = Quantity{3}; }));
    EXPECT_TRUE(only([](auto& r) { r.stop_price = Price{0}; }));
    EXPECT_FALSE(only([](auto& r) { r.quantity = Quantity{10}; }));
    EXPECT_FALSE(only([](auto& r) { r.price = Price{151}; }));
    EXPECT_FALSE(only([](auto& r) { r.price.reset(); }));
    EXPECT_FALSE(only([](auto& r) { r.display = Quantity{2}; }));
    EXPECT_FALSE(only([](auto& r) { r.stop_price = Price{1}; }));
    EXPECT_FALSE(only([](auto& r) { r.expiry = txn::TimeNs{} + std::chrono::hours{1}; }));
    order.stop_price = Price{140};
    EXPECT_FALSE(only([](auto&) {}));
    order.triggered = true;
    EXPECT_TRUE(only([](auto&) {}));
}

TEST(ReplaceTermsTest, ShowANewOrderBeforeTheVenueHasIt) {
    txn::NewOrder order;
    order.client_id = txn::ClientOrderId{"N1"};
    order.account = txn::AccountId{1};
    order.price = Price{150};
    order.quantity = Quantity{10};
    txn::OrderView expected = open_order();
    expected.order = {};
    expected.session = txn::SessionId{4};
    expected.leaves = Quantity{10};
    EXPECT_EQ(orders::view_of(order, txn::SessionId{4}), expected);
    EXPECT_EQ(orders::status_of(expected), 'A');
}

Event fill_event(EventKind kind, std::uint64_t trade, std::int64_t price, std::int64_t quantity) {
    Event event;
    event.kind = kind;
    event.order.order = txn::OrderId{42};
    event.fill.trade = txn::TradeId{trade};
    event.fill.price = Price{price};
    event.fill.quantity = Quantity{quantity};
    return event;
}

TEST(TradeMemoryTest, KnowsBothSidesOfTheNewestTrades) {
    orders::TradeMemory memory{4};
    Event buy = fill_event(EventKind::filled, 1, 150, 4);
    Event sell = buy;
    sell.order.side = Side::sell;
    memory.note(buy, {Lsn{10}, 1});
    EXPECT_EQ(memory.find(sell), std::nullopt);
    memory.note(sell, {Lsn{10}, 2});
    EXPECT_EQ(memory.find(buy)->place, (ExecPlace{Lsn{10}, 1}));
    EXPECT_EQ(memory.find(sell)->place, (ExecPlace{Lsn{10}, 2}));
    EXPECT_EQ(memory.find(buy)->price, Price{150});
    memory.note(fill_event(EventKind::filled, 5, 151, 1), {Lsn{11}, 1});
    EXPECT_EQ(memory.find(buy), std::nullopt);
    EXPECT_EQ(memory.find(sell), std::nullopt);
    EXPECT_EQ(memory.find(fill_event(EventKind::busted, 0, 1, 1)), std::nullopt);
}

TEST(TradeMemoryTest, FollowsCorrectionsAndForgetsWhatIsTakenBack) {
    orders::TradeMemory memory{4};
    const Event buy = fill_event(EventKind::filled, 1, 150, 4);
    memory.note(buy, {Lsn{10}, 1});
    memory.note(fill_event(EventKind::corrected, 1, 149, 3), {Lsn{20}, 1});
    EXPECT_EQ(memory.find(buy)->place, (ExecPlace{Lsn{20}, 1}));
    EXPECT_EQ(memory.find(buy)->quantity, Quantity{3});
    memory.note(fill_event(EventKind::accepted, 1, 1, 1), {Lsn{21}, 1});
    EXPECT_EQ(memory.find(buy)->place, (ExecPlace{Lsn{20}, 1}));
    memory.note(fill_event(EventKind::busted, 1, 149, 3), {Lsn{22}, 1});
    EXPECT_EQ(memory.find(buy), std::nullopt);
}

TEST(TradeMemoryTest, WorksOutWhatIsLeftOfAClosedOrder) {
    txn::OrderView closed = open_order();
    closed.status = txn::OrderStatus::filled;
    closed.filled = Quantity{10};
    closed.notional = 6 * 150 + 4 * 149;
    const Event bust = fill_event(EventKind::busted, 1, 149, 4);
    txn::OrderView expected = closed;
    expected.filled = Quantity{6};
    expected.notional = 6 * 150;
    EXPECT_EQ(orders::order_after(bust, &closed, std::nullopt), expected);
    const Event correction = fill_event(EventKind::corrected, 1, 148, 3);
    expected.filled = Quantity{9};
    expected.notional = 6 * 150 + 3 * 148;
    const orders::TradeMemory::Fill before{{}, Price{149}, Quantity{4}};
    EXPECT_EQ(orders::order_after(correction, &closed, before), expected);
    // Nothing is made up where something is not known.
    EXPECT_EQ(orders::order_after(correction, &closed, std::nullopt), closed);
    EXPECT_EQ(orders::order_after(bust, nullptr, before), bust.order);
    Event of_open = bust;
    of_open.order = open_order();
    EXPECT_EQ(orders::order_after(of_open, &closed, before), open_order());
}

}  // namespace
}  // namespace tickweir::tests
