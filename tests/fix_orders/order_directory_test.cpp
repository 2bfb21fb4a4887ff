// Who is who at order entry, and what a session may trade.
#include "gateway/fix/orders/order_directory.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/fix_orders/orders_bed.hpp"

namespace tickweir::tests {
namespace {

using book::exact::Decimal;
using txn::OrderType;
using txn::Price;
using txn::Quantity;
using txn::Side;

TEST(OrderDirectoryTest, FindsInstrumentsAndAccountsByName) {
    const orders::OrderDirectory directory{orders_venue(), orders_settings()};
    const orders::InstrumentEntry* const found = directory.find_instrument("BTC-USD");
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->id, coin);
    EXPECT_EQ(found->price_decimals, 2u);
    EXPECT_EQ(found->quantity_decimals, 8u);
    EXPECT_EQ(found->quote, "USD");
    EXPECT_EQ(directory.find_instrument("btc-usd"), nullptr);
    EXPECT_EQ(directory.find_account("A2"), txn::AccountId{2});
    EXPECT_EQ(directory.find_account("A3"), std::nullopt);
    EXPECT_EQ(directory.account_name(txn::AccountId{1}), "A1");
    EXPECT_EQ(directory.account_name(txn::AccountId{9}), "");
    EXPECT_EQ(directory.instrument(txn::InstrumentId{2}), nullptr);
    EXPECT_EQ(directory.log_number(), 7);
    EXPECT_EQ(directory.venue_id(), "tickweir");
}

TEST(OrderDirectoryTest, TranslatesSessionsByName) {
    const orders::OrderDirectory directory{orders_venue(), orders_settings()};
    EXPECT_EQ(directory.session_count(), 2u);
    EXPECT_EQ(directory.venue_session(client1), txn::SessionId{2});
    EXPECT_EQ(directory.venue_session(client2), txn::SessionId{3});
    EXPECT_EQ(directory.fix_session(txn::SessionId{3}), client2);
    EXPECT_EQ(directory.fix_session(txn::operator_session), std::nullopt);
    EXPECT_EQ(directory.fix_session(txn::SessionId{1}), std::nullopt);
    EXPECT_EQ(directory.fix_session(txn::SessionId{9}), std::nullopt);
    EXPECT_EQ(directory.find_session(txn::SessionId{2}), &directory.session(client1));
    EXPECT_EQ(directory.find_session(txn::SessionId{1}), nullptr);
    EXPECT_EQ(directory.session_name(txn::SessionId{1}), "CLIENT3");
    EXPECT_EQ(directory.session_name(txn::SessionId{9}), "");
    EXPECT_TRUE(directory.session(client2).may_use(txn::AccountId{2}));
    EXPECT_FALSE(directory.session(client1).may_use(txn::AccountId{2}));
}

TEST(OrderDirectoryTest, NamesWhatIsWrongWithItsSettings) {
    const auto fault = [](auto change) {
        txn::VenueSettings venue = orders_venue();
        orders::DirectorySettings settings = orders_settings();
        change(venue, settings);
        const std::string text = orders::OrderDirectory::fault_of(venue, settings);
        if (!text.empty()) {
            EXPECT_THROW((orders::OrderDirectory{venue, settings}), std::invalid_argument);
        }
        return text;
    };
    EXPECT_EQ(fault([](auto&, auto&) {}), "");
    EXPECT_EQ(fault([](auto&, auto& s) { s.sessions[0].name = "NOPE"; }),
              "session \"NOPE\": the venue has no such session");
    EXPECT_EQ(fault([](auto&, auto& s) { s.sessions[0].name = "operator"; }),
              "session \"operator\": is the operator's");
    EXPECT_EQ(fault([](auto&, auto& s) { s.sessions[1].name = "CLIENT1"; }),
              "session \"CLIENT1\": is there twice");
    EXPECT_EQ(fault([](auto&, auto& s) { s.sessions[0].accounts.clear(); }),
              "session \"CLIENT1\": has no account");
    EXPECT_EQ(fault([](auto&, auto& s) { s.sessions[0].accounts = {"A9"}; }),
              "session \"CLIENT1\": unknown account \"A9\"");
    EXPECT_EQ(fault([](auto&, auto& s) { s.sessions[0].entitled.instruments = {"X"}; }),
              "session \"CLIENT1\": unknown instrument \"X\"");
    EXPECT_EQ(fault([](auto&, auto& s) {
                  s.sessions[0].entitled.notional_max = Decimal{-1, 0};
              }),
              "session \"CLIENT1\": a limit is below zero");
    EXPECT_NE(fault([](auto&, auto& s) { s.venue_id = ""; }), "");
    EXPECT_NE(fault([](auto& v, auto&) { v.instruments[0].symbol = std::string(65, 'x'); }), "");
    EXPECT_NE(fault([](auto& v, auto&) { v.accounts[0].name = "a\x01"; }), "");
    EXPECT_NE(fault([](auto& v, auto&) { v.assets[0].name = "\n"; }), "");
}

txn::NewOrder order_of(txn::InstrumentId instrument, OrderType type, std::int64_t price,
                       std::int64_t quantity) {
    txn::NewOrder order;
    order.instrument = instrument;
    order.type = type;
    if (price != 0) (type == OrderType::stop ? order.stop_price : order.price) = Price{price};
    order.quantity = Quantity{quantity};
    return order;
}

std::string refused(const std::optional<orders::OrderFault>& fault) {
    if (!fault) return {};
    return std::to_string(fault->reason) + ' ' + std::to_string(fault->tag) + ' ' +
           std::string{fault->text.view()};
}

TEST(EntitlementsTest, AllowEverythingByDefault) {
    for (const orders::Entitlements& entitled :
         {orders::Entitlements{}, orders::Entitlements{{}, orders_venue()}}) {
        EXPECT_EQ(refused(entitled.check(order_of(coin, OrderType::market, 0, INT64_MAX))), "");
        EXPECT_FALSE(entitled.priority());
    }
}

TEST(EntitlementsTest, HoldOrdersAgainstWhatASessionMayTrade) {
    orders::EntitlementSettings settings;
    settings.instruments = {"ACME"};
    settings.buy = true;
    settings.sell = false;
    settings.order_types = {OrderType::limit, OrderType::stop};
    settings.priority = true;
    const orders::Entitlements entitled{settings, orders_venue()};
    txn::NewOrder order = order_of(acme, OrderType::limit, 100, 10);
    EXPECT_EQ(refused(entitled.check(order)), "");
    EXPECT_EQ(refused(entitled.check(order_of(acme, OrderType::stop, 100, 10))), "");
    EXPECT_EQ(refused(entitled.check(order_of(acme, OrderType::market, 0, 10))),
              "0 40 not entitled to the order type");
    EXPECT_EQ(refused(entitled.check(order_of(coin, OrderType::limit, 100, 10))),
              "0 55 not entitled to the instrument");
    EXPECT_EQ(refused(entitled.check(order_of(txn::InstrumentId{9}, OrderType::limit, 1, 1))),
              "0 55 not entitled to the instrument");
    order.side = Side::sell;
    EXPECT_EQ(refused(entitled.check(order)), "0 54 not entitled to the side");
    EXPECT_TRUE(entitled.priority());
}

TEST(EntitlementsTest, CapQuantitiesAndNotionalsAtTheInstrumentsScale) {
    orders::EntitlementSettings settings;
    settings.quantity_max = Decimal{105, 1};  // 10.5
    settings.notional_max = Decimal{1'000, 0};
    const orders::Entitlements entitled{settings, orders_venue()};
    const auto check = [&](txn::InstrumentId instrument, OrderType type, std::int64_t price,
                           std::int64_t quantity) {
        return refused(entitled.check(order_of(instrument, type, price, quantity)));
    };
    EXPECT_EQ(check(acme, OrderType::limit, 100, 10), "");
    EXPECT_EQ(check(acme, OrderType::limit, 100, 11), "3 38 quantity above the session's limit");
    EXPECT_EQ(check(coin, OrderType::limit, 100, 1'050'000'000), "");
    EXPECT_EQ(check(coin, OrderType::limit, 100, 1'050'000'001),
              "3 38 quantity above the session's limit");
    EXPECT_EQ(check(acme, OrderType::limit, 10'000, 10), "");
    EXPECT_EQ(check(acme, OrderType::limit, 10'001, 10), "3 38 notional above the session's limit");
    EXPECT_EQ(check(acme, OrderType::stop, 10'001, 10), "3 38 notional above the session's limit");
    // A market order is measured by the reference, which is 100.00.
    EXPECT_EQ(check(acme, OrderType::market, 0, 10), "");
    EXPECT_EQ(check(coin, OrderType::limit, 100'000, 100'000'001),
              "3 38 notional above the session's limit");
    EXPECT_EQ(check(acme, OrderType::limit, INT64_MAX, 10),
              "3 38 notional above the session's limit");
}

TEST(EntitlementsTest, MeasureMarketOrdersByTheReference) {
    orders::EntitlementSettings settings;
    settings.notional_max = Decimal{999, 0};
    const orders::Entitlements entitled{settings, orders_venue()};
    EXPECT_EQ(refused(entitled.check(order_of(acme, OrderType::market, 0, 10))),
              "3 38 notional above the session's limit");
    EXPECT_EQ(refused(entitled.check(order_of(acme, OrderType::market, 0, 9))), "");
}

TEST(EntitlementsTest, TakeCapsBeyondAnyNumberAsNone) {
    orders::EntitlementSettings settings;
    settings.quantity_max = Decimal::of(Decimal::coefficient_max, 0).value;
    settings.notional_max = settings.quantity_max;
    const orders::Entitlements entitled{settings, orders_venue()};
    EXPECT_EQ(refused(entitled.check(order_of(coin, OrderType::limit, INT64_MAX, INT64_MAX))), "");
}

TEST(EntitlementsTest, NeverRefuseASmallerQuantity) {
    orders::EntitlementSettings settings;
    settings.instruments = {"BTC-USD"};
    settings.quantity_max = Decimal{1, 0};
    const orders::Entitlements entitled{settings, orders_venue()};
    txn::OrderView open;
    open.instrument = acme;
    open.price = Price{100};
    open.quantity = Quantity{10};
    txn::ReplaceOrder replace;
    replace.price = Price{100};
    replace.quantity = Quantity{9};
    EXPECT_EQ(refused(entitled.check(replace, open)), "");
    replace.quantity = Quantity{11};
    const auto fault = entitled.check(replace, open);
    EXPECT_EQ(refused(fault), "99 55 not entitled to the instrument");
    EXPECT_EQ(fault->by, orders::RefusedBy::cancel_reject);
    open.instrument = coin;
    replace.quantity = Quantity{200'000'000};
    EXPECT_EQ(refused(entitled.check(replace, open)), "99 38 quantity above the session's limit");
}

}  // namespace
}  // namespace tickweir::tests
