// What a venue's thread does with administration, as far as an administrator can tell: it takes
// commands and answers them as told.
#pragma once

#include <utility>
#include <vector>

#include "gateway/venue/venue_control.hpp"

namespace tickweir::gateway::tests {

class FakeVenue {
public:
    explicit FakeVenue(VenueControl& control) : control_{control} {}

    /// Carries out what waits; whether there was anything.
    bool turn() {
        bool worked = false;
        while (auto taken = control_.take_command()) {
            commands.push_back(std::move(taken->command));
            control_.answer(taken->ticket, taken->asker, next);
            worked = true;
        }
        return worked;
    }

    control::Answer next;                    ///< to all that follow
    std::vector<control::Command> commands;  ///< in the order taken

private:
    VenueControl& control_;
};

/// An account with something of everything.
inline AccountView some_account() {
    using book::exact::Decimal;
    AccountView view;
    view.account = "A1";
    view.balances.push_back({"USD", Decimal{10'050, 2}, Decimal{50, 2}, Decimal{100, 0}});
    view.positions.push_back(
        {"ACME", Decimal{-5, 0}, Decimal{101'250'000, 6}, Decimal{3, 0}, Decimal{-125, 2}});
    view.open_notional = Decimal{505, 1};
    view.open_orders = 2;
    AccountOrder order{.symbol = "ACME", .price_decimals = 2, .quantity_decimals = 0, .order = {}};
    order.order.order = txn::OrderId{281'474'976'710'657};
    order.order.client_id = txn::ClientOrderId{"c-1"};
    order.order.price = txn::Price{10'100};
    order.order.quantity = txn::Quantity{7};
    order.order.filled = txn::Quantity{2};
    order.order.leaves = txn::Quantity{5};
    view.orders.push_back(order);
    view.next = 281'474'976'710'657;
    view.lsn = txn::log::Lsn{42};
    return view;
}

/// As it stands in an answer.
inline constexpr std::string_view some_account_json =
    R"({"account":"A1","balances":[{"asset":"USD","total":"100.5","held":"0.5","available":"100"}],)"
    R"("positions":[{"symbol":"ACME","quantity":"-5","average_price":"101.25","realized_pnl":"3",)"
    R"("unrealized_pnl":"-1.25"}],"open_notional":"50.5","open_orders":2,"orders":[{"order_id":)"
    R"("281474976710657","client_id":"c-1","symbol":"ACME","side":"buy","type":"limit",)"
    R"("time_in_force":"day","price":"101","stop_price":null,"quantity":"7","filled":"2",)"
    R"("leaves":"5","display":null,"post_only":false,"triggered":false,"expiry":null}],)"
    R"("next":"281474976710657","lsn":42})";

}  // namespace tickweir::gateway::tests
