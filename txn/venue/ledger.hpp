// What accounts have of assets and what of it is held for open orders. The only way to a balance:
// changes come as a list that happens whole or not at all.
#pragma once

#include <cstdint>
#include <span>

#include "txn/venue/pair_table.hpp"
#include "txn/venue/settings.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

/// Units of 10^-18.
struct Balance {
    Int128 total = 0;
    Int128 held = 0;
    friend constexpr bool operator==(const Balance&, const Balance&) = default;
};

/// One change. It is refused unless, before it, what is available and what is given back by it are
/// at least what it needs; a need of 0 is always met.
struct BalanceDelta {
    Row row = 0;
    Int128 total = 0;
    Int128 held = 0;
    Int128 need = 0;
    Int128 given_back = 0;
};

/// Beyond that no balance goes, so that sums of a few never overflow: 10^19 units of an asset.
inline constexpr Int128 balance_max = static_cast<Int128>(book::exact::power_of_ten(37));

/// One owner thread.
class Ledger {
public:
    explicit Ledger(const VenueSettings& settings);

    /// The row of a balance, 0 where there is none and no room for one.
    Row row(AccountId account, AssetId asset) {
        return rows_.find_or_add(static_cast<std::uint32_t>(account),
                                 static_cast<std::uint32_t>(asset));
    }
    Balance balance(AccountId account, AssetId asset) const {
        const Row row =
            rows_.find(static_cast<std::uint32_t>(account), static_cast<std::uint32_t>(asset));
        return row == 0 ? Balance{} : rows_[row].balance;
    }
    void prefetch(Row row) const { rows_.prefetch(row); }
    const Balance& at(Row row) const { return rows_[row].balance; }

    /// What may still be spent or held: total - held + short limit.
    Int128 available(Row row) const {
        const State& state = rows_[row];
        return state.balance.total - state.balance.held + state.short_limit;
    }
    /// Whether an account pays whatever it has: the one that gets the fees.
    bool unlimited(Row row) const { return rows_.entry(row).first == fee_account_; }

    /// All of it, or nothing and why not: `insufficient`, `risk_reducing` (below the limit
    /// already) or `overflow`. A need is checked against the state before all deltas, the bound of
    /// balances for what all of them together make of one; from beyond it a balance may come back.
    [[nodiscard]] Refusal commit(std::span<const BalanceDelta> deltas);
    /// Without a check, for what was promised or has to be: releases of holds, corrections.
    void apply(std::span<const BalanceDelta> deltas) {
        for (const BalanceDelta& delta : deltas)
            apply(delta);
    }
    void apply(const BalanceDelta& delta) {
        Balance& balance = rows_[delta.row].balance;
        balance.total += delta.total;
        balance.held += delta.held;
    }

    /// Gives an account a balance that it had in another life; false where there is no room for it.
    [[nodiscard]] bool restore(AccountId account, AssetId asset, const Balance& balance) {
        const Row at = row(account, asset);
        if (at != 0) rows_[at].balance = balance;
        return at != 0;
    }

    /// Calls visit(account, asset, balance) for every row.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (Row row = 1; row <= rows_.size(); ++row)
            visit(AccountId{rows_.entry(row).first}, AssetId{rows_.entry(row).second},
                  rows_[row].balance);
    }

private:
    struct State {
        Balance balance;
        Int128 short_limit = 0;
    };

    static bool exceeds(Int128 total) { return total > balance_max || total < -balance_max; }
    bool went_beyond(Row row, std::span<const BalanceDelta> deltas) const;

    PairTable<State> rows_;
    std::uint32_t fee_account_;
};

}  // namespace tickweir::txn
