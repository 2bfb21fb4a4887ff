// What an account has and is exposed to, as one moment of the log left it: names and exact numbers,
// for who shows them. Values only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "book/exact/decimal.hpp"
#include "txn/log/lsn.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::txn {
struct Balance;
class Venue;
}  // namespace tickweir::txn

namespace tickweir::gateway {

struct AccountBalance {
    std::string asset;
    book::exact::Decimal total;
    book::exact::Decimal held;
    book::exact::Decimal available;  ///< total - held; what may be short is not in it
    friend bool operator==(const AccountBalance&, const AccountBalance&) = default;
};

/// In units of the instrument's quote asset, fees left out.
struct AccountPosition {
    std::string symbol;
    book::exact::Decimal quantity;       ///< below zero: short
    book::exact::Decimal average_price;  ///< half-even at the price's decimals + 4; 0: no position
    book::exact::Decimal realized_pnl;
    book::exact::Decimal unrealized_pnl;  ///< at the last trade's price
    friend bool operator==(const AccountPosition&, const AccountPosition&) = default;
};

/// An open order; numbers in units of its instrument.
struct AccountOrder {
    std::string symbol;
    unsigned price_decimals = 0;
    unsigned quantity_decimals = 0;
    txn::OrderView order;
    friend bool operator==(const AccountOrder&, const AccountOrder&) = default;
};

struct AccountView {
    std::string account;
    std::vector<AccountBalance> balances;    ///< of every asset that it ever had
    std::vector<AccountPosition> positions;  ///< of instruments that it has, or earned in
    /// Of all its open orders at their prices. Amounts of different quote assets are added up as
    /// numbers.
    book::exact::Decimal open_notional;
    std::uint64_t open_orders = 0;
    std::vector<AccountOrder> orders;  ///< by OrderID, as many as were asked for
    std::uint64_t next = 0;            ///< the OrderID to go on after; 0: there are no more
    txn::log::Lsn lsn{};               ///< everything up to here is in it, and is durable
    friend bool operator==(const AccountView&, const AccountView&) = default;
};

/// Most orders of one view.
inline constexpr std::size_t account_orders_max = 1'000;

/// As counted in 10^-18 of the asset.
AccountBalance balance_of(const txn::Venue& venue, txn::AssetId asset, const txn::Balance& balance);

/// What `venue` knows of the account now, with at most `orders_most` of its orders behind
/// `behind`. Linear in the account's open orders, the venue's assets and its instruments.
/// Allocates. On the venue's thread.
AccountView account_view(const txn::Venue& venue, txn::AccountId account, std::uint64_t behind,
                         std::size_t orders_most);

}  // namespace tickweir::gateway
