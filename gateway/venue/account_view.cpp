#include "gateway/venue/account_view.hpp"

#include <algorithm>

#include "txn/venue/venue.hpp"

namespace tickweir::gateway {
namespace {

using book::exact::Decimal;
using book::exact::Rounding;

/// How balances are counted.
constexpr unsigned amount_decimals = 18;

/// Balances are far from 38 digits: see txn::balance_max.
Decimal amount(txn::Int128 value) {
    return Decimal::of(value, amount_decimals).value;
}

AccountPosition position_of(const txn::Venue& venue, txn::InstrumentId id,
                            const txn::Position& own) {
    const txn::InstrumentSettings& settings =
        venue.settings().instruments[static_cast<std::size_t>(id)];
    AccountPosition position;
    position.symbol = settings.symbol;
    position.quantity = Decimal{own.quantity.lots, settings.quantity_decimals};
    if (own.quantity.lots != 0) {
        const unsigned decimals = std::min(settings.price_decimals + 4, Decimal::scale_max);
        position.average_price =
            divide(amount(own.cost), position.quantity, decimals, Rounding::half_even).value;
    }
    position.realized_pnl = amount(own.realized);
    position.unrealized_pnl = amount(venue.unrealized(id, own));
    return position;
}

void add_balances(AccountView& view, const txn::Venue& venue, txn::AccountId account) {
    for (std::size_t i = 0; i < venue.settings().assets.size(); ++i) {
        const txn::AssetId asset{static_cast<std::uint32_t>(i)};
        if (!venue.ledger().has(account, asset)) continue;
        view.balances.push_back(balance_of(venue, asset, venue.balance(account, asset)));
    }
}

void add_positions(AccountView& view, const txn::Venue& venue, txn::AccountId account) {
    for (std::size_t i = 0; i < venue.settings().instruments.size(); ++i) {
        const txn::InstrumentId instrument{static_cast<std::uint32_t>(i)};
        const txn::Position own = venue.position(account, instrument);
        if (own.quantity.lots == 0 && own.realized == 0 && own.cost == 0) continue;
        view.positions.push_back(position_of(venue, instrument, own));
    }
}

}  // namespace

AccountBalance balance_of(const txn::Venue& venue, txn::AssetId asset,
                          const txn::Balance& balance) {
    return {venue.settings().assets[static_cast<std::size_t>(asset)].name, amount(balance.total),
            amount(balance.held), amount(balance.total - balance.held)};
}

AccountView account_view(const txn::Venue& venue, txn::AccountId account, std::uint64_t behind,
                         std::size_t orders_most) {
    const txn::VenueSettings& settings = venue.settings();
    AccountView view;
    view.account = settings.accounts[static_cast<std::size_t>(account)].name;
    add_balances(view, venue, account);
    add_positions(view, venue, account);
    const txn::Exposure exposure = venue.exposure(account);
    view.open_notional = amount(exposure.open_notional);
    view.open_orders = exposure.open_orders;
    const std::size_t most = std::clamp<std::size_t>(orders_most, 1, account_orders_max);
    venue.for_each_open_of(account, [&](const txn::OrderView& order) {
        const auto id = static_cast<std::uint64_t>(order.order);
        if (id <= behind) return true;
        if (view.orders.size() == most) {
            view.next = static_cast<std::uint64_t>(view.orders.back().order.order);
            return false;
        }
        const txn::InstrumentSettings& instrument =
            settings.instruments[static_cast<std::size_t>(order.instrument)];
        view.orders.push_back(
            {instrument.symbol, instrument.price_decimals, instrument.quantity_decimals, order});
        return true;
    });
    return view;
}

}  // namespace tickweir::gateway
