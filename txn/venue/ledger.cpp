#include "txn/venue/ledger.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "book/ensure.hpp"
#include "txn/occ/read_together.hpp"

namespace tickweir::txn {
namespace {

/// What is available: total - held + short limit.
constexpr std::array<std::int8_t, 3> available_weights{1, -1, 1};

}  // namespace

Ledger::Ledger(const VenueSettings& settings)
    : rows_{settings.limits.balances},
      fee_account_{static_cast<std::uint32_t>(settings.fees.account)} {
    for (const ShortLimit& limit : settings.short_limits) {
        const Row at = row(limit.account, limit.asset);
        if (at == 0) throw std::invalid_argument{"more short limits than balances"};
        rows_[at].store({{0, 0, limit.amount}});
    }
}

occ::Value Ledger::value_of(Row row) const {
    occ::Value value;
    std::uint64_t version = 0;
    while (!rows_[row].read(value, version))
        std::this_thread::yield();  // a holder never waits
    return value;
}

Balance Ledger::at(Row row) const {
    const occ::Value value = value_of(row);
    return {value.fields[0], value.fields[1]};
}

Int128 Ledger::available(Row row) const {
    return occ::Requirement{available_weights, 0}.sum(value_of(row));
}

bool Ledger::restore(AccountId account, AssetId asset, const Balance& balance) {
    const Row at = row(account, asset);
    if (at == 0) return false;
    rows_[at].set({{balance.total, balance.held, rows_[at].load().fields[2]}});
    return true;
}

void Teller::begin(std::span<const BalanceDelta> deltas, bool with_needs) {
    transaction_.begin();
    for (const BalanceDelta& delta : deltas) {
        occ::Record& record = ledger_.record(delta.row);
        if (with_needs && is_checked(delta))
            transaction_.require(record, {available_weights, delta.need - delta.given_back});
        if (delta.total != 0) transaction_.add(record, total, delta.total);
        if (delta.held != 0) transaction_.add(record, held, delta.held);
    }
}

Refusal Teller::commit(std::span<const BalanceDelta> deltas, log::SerialPoint& point,
                       std::size_t effects) {
    begin(deltas, true);
    return result_of(transaction_.commit_sums(ledger_.lane(), point, effects), deltas);
}

Refusal Teller::commit_or(std::span<const BalanceDelta> deltas, const BalanceDelta& otherwise,
                          log::SerialPoint& point, std::size_t effects) {
    begin(deltas, true);
    occ::Record& record = ledger_.record(otherwise.row);
    otherwise_ = {{{&record, total, otherwise.total}, {&record, held, otherwise.held}}};
    transaction_.otherwise(otherwise_);
    return result_of(transaction_.commit_sums(ledger_.lane(), point, effects), deltas);
}

void Teller::apply(std::span<const BalanceDelta> deltas, log::SerialPoint& point,
                   std::size_t effects) {
    begin(deltas, false);
    const auto result = transaction_.commit_sums(ledger_.lane(), point, effects, true);
    book::ensure(result == occ::Commit::committed);
}

Refusal Teller::result_of(occ::Commit result, std::span<const BalanceDelta> deltas) const {
    if (result == occ::Commit::committed) return Refusal::none;
    if (result == occ::Commit::overflow) return Refusal::overflow;
    std::size_t number = 0;
    for (const BalanceDelta& delta : deltas) {
        if (!is_checked(delta) || number++ != transaction_.failed_requirement()) continue;
        const bool below = transaction_.failed_sum() + delta.given_back < 0;
        return below && !delta.of_anyone ? Refusal::risk_reducing : Refusal::insufficient;
    }
    return Refusal::insufficient;
}

log::Lsn Teller::read_together(std::span<const Row> rows, std::span<Balance> balances,
                               const log::LogRing& ring) {
    together_.clear();
    for (const Row row : rows)
        together_.push_back(&ledger_.record(row));
    values_.resize(rows.size());
    const log::Lsn lsn =
        occ::read_together(transaction_, ledger_.lane(), &ring, together_, values_);
    for (std::size_t i = 0; i < rows.size(); ++i)
        balances[i] = {values_[i].fields[total], values_[i].fields[held]};
    return lsn;
}

Balance Teller::after(Row row) const {
    const auto changed = transaction_.changed();
    const auto at =
        std::ranges::find(changed, &ledger_.record(row), &occ::Transaction::Changed::record);
    return at == changed.end() ? ledger_.at(row)
                               : Balance{at->after.fields[total], at->after.fields[held]};
}

}  // namespace tickweir::txn
