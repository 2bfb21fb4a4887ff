// Everyone's balances: total and held by account and asset, for several threads at one time. A
// change of some of them happens whole or not at all, and in the order of the log.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "txn/occ/record_table.hpp"
#include "txn/occ/transaction.hpp"
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
    bool of_anyone = false;  ///< the account that gets the fees needs it, too
};

/// Beyond that no balance goes, so that sums of a few never overflow: 10^19 units of an asset.
inline constexpr Int128 balance_max = occ::field_max;

/// The balances. Rows never move and never go. Any thread; changes go through a Teller.
class Ledger {
public:
    /// Throws std::invalid_argument, std::bad_alloc.
    explicit Ledger(const VenueSettings& settings);

    /// The row of a balance, 0 where there is none and no room for one. Takes a lock only when it
    /// makes one.
    Row row(AccountId account, AssetId asset) { return rows_.find_or_add(key_of(account, asset)); }
    Balance balance(AccountId account, AssetId asset) const {
        const Row row = rows_.find(key_of(account, asset));
        return row == 0 ? Balance{} : at(row);
    }
    /// Whether there is a row of it: it was given something once, or something of it was asked for.
    bool has(AccountId account, AssetId asset) const {
        return rows_.find(key_of(account, asset)) != 0;
    }
    void prefetch(Row row) const { rows_.prefetch(row); }
    /// As of one moment.
    Balance at(Row row) const;
    /// What may still be spent or held: total - held + short limit.
    Int128 available(Row row) const;
    /// Whether an account pays whatever it has: the one that gets the fees.
    bool unlimited(Row row) const { return rows_[row].key() >> 32 == fee_account_; }

    /// Gives an account a balance that it had in another life; false where there is no room for it.
    /// Before anyone else knows the ledger.
    [[nodiscard]] bool restore(AccountId account, AssetId asset, const Balance& balance);

    /// Calls visit(account, asset, balance) for every row, each as of a moment of its own.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (Row row = 1; row <= rows_.size(); ++row) {
            const std::uint64_t key = rows_[row].key();
            visit(AccountId{static_cast<std::uint32_t>(key >> 32)},
                  AssetId{static_cast<std::uint32_t>(key)}, at(row));
        }
    }

    /// For who joins other changes with those of balances: fields are total, held, short limit.
    occ::Record& record(Row row) { return rows_[row]; }
    occ::SerialLane& lane() { return lane_; }

private:
    static std::uint64_t key_of(AccountId account, AssetId asset) {
        return std::uint64_t{static_cast<std::uint32_t>(account)} << 32 |
               static_cast<std::uint32_t>(asset);
    }
    occ::Value value_of(Row row) const;

    occ::RecordTable rows_;
    occ::SerialLane lane_;
    std::uint32_t fee_account_;
};

/// Changes balances for one thread. Allocates nothing once it changed as many at a time before.
class Teller {
public:
    explicit Teller(Ledger& ledger) : ledger_{ledger} {}

    /// All of it, or nothing and why not: `insufficient`, `risk_reducing` (below the limit
    /// already) or `overflow`. Needs are checked against the state before all deltas, the bound of
    /// balances for what all of them together make of one; from beyond it a balance may come back.
    /// Takes the command's place at `point`, for so many effects, unless refused.
    [[nodiscard]] Refusal commit(std::span<const BalanceDelta> deltas, log::SerialPoint& point,
                                 std::size_t effects);
    /// Where that is an answer and not a refusal: if it cannot be, `otherwise` happens at the same
    /// moment, which is the command's place.
    [[nodiscard]] Refusal commit_or(std::span<const BalanceDelta> deltas,
                                    const BalanceDelta& otherwise, log::SerialPoint& point,
                                    std::size_t effects);
    /// Without a check, for what was promised or has to be: releases of holds, corrections.
    void apply(std::span<const BalanceDelta> deltas, log::SerialPoint& point, std::size_t effects);

    /// Balances as they all were behind one record of the log, whose LSN it answers: see
    /// occ::read_together. Rows that are there.
    log::Lsn read_together(std::span<const Row> rows, std::span<Balance> balances,
                           const log::LogRing& ring);

    /// A balance as the last change of it by a commit or apply just now left it.
    Balance after(Row row) const;
    /// See Transaction::accumulator().
    occ::Uint128 accumulator() const { return transaction_.accumulator(); }
    void restore_accumulator(occ::Uint128 sum) { transaction_.restore_accumulator(sum); }

private:
    enum Field : std::size_t { total, held, short_limit };

    void begin(std::span<const BalanceDelta> deltas, bool with_needs);
    Refusal result_of(occ::Commit result, std::span<const BalanceDelta> deltas) const;
    bool is_checked(const BalanceDelta& delta) const {
        return delta.need > 0 && (delta.of_anyone || !ledger_.unlimited(delta.row));
    }

    Ledger& ledger_;
    occ::Transaction transaction_;
    std::array<occ::Transaction::Sum, 2> otherwise_{};
    std::vector<occ::Record*> together_;
    std::vector<occ::Value> values_;
};

}  // namespace tickweir::txn
