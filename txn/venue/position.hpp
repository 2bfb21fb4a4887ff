// What trades left an account with: how much, what it cost, and what has been earned.
#pragma once

#include <cstdint>

#include "book/exact/wide.hpp"
#include "txn/venue/pair_table.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

/// Of one account in one instrument. Amounts in 10^-18 of the quote asset, fees not in them.
/// cost - realized is exactly what trades took from the account, whatever was rounded on the way.
struct Position {
    Int128 cost = 0;  ///< of what it has; below zero: what its short sales brought
    Int128 realized = 0;
    Quantity quantity;  ///< bought less sold
    Quantity open_buy;  ///< of open orders, stops among them
    Quantity open_sell;
    Row base_row = 0;  ///< of the account's balances, once it has had an order
    Row quote_row = 0;

    Row held_row(Side side) const { return side == Side::buy ? quote_row : base_row; }
    friend constexpr bool operator==(const Position&, const Position&) = default;

    Quantity& open(Side side) { return side == Side::buy ? open_buy : open_sell; }
    Quantity open(Side side) const { return side == Side::buy ? open_buy : open_sell; }

    /// A fill of `quantity` lots for `notional` in all.
    void take(Side side, Quantity traded, Int128 notional);
};

}  // namespace tickweir::txn
