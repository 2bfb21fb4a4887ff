#include "txn/venue/ledger.hpp"

#include <algorithm>
#include <stdexcept>

namespace tickweir::txn {

Ledger::Ledger(const VenueSettings& settings)
    : rows_{settings.limits.balances},
      fee_account_{static_cast<std::uint32_t>(settings.fees.account)} {
    for (const ShortLimit& limit : settings.short_limits) {
        const Row at = row(limit.account, limit.asset);
        if (at == 0) throw std::invalid_argument{"more short limits than balances"};
        rows_[at].short_limit = limit.amount;
    }
}

Refusal Ledger::commit(std::span<const BalanceDelta> deltas) {
    for (const BalanceDelta& delta : deltas) {
        if (delta.need <= 0 || unlimited(delta.row)) continue;
        const Int128 free = available(delta.row) + delta.given_back;
        if (free < 0) return Refusal::risk_reducing;
        if (free < delta.need) return Refusal::insufficient;
    }
    bool beyond = false;
    for (const BalanceDelta& delta : deltas) {
        apply(delta);
        beyond |= exceeds(at(delta.row).total);
    }
    if (!beyond || std::ranges::none_of(deltas, [&](const BalanceDelta& delta) {
            return went_beyond(delta.row, deltas);
        }))
        return Refusal::none;
    for (const BalanceDelta& delta : deltas)
        apply({delta.row, -delta.total, -delta.held});
    return Refusal::overflow;
}

/// Whether all deltas together, applied already, took a balance further out than the bound.
bool Ledger::went_beyond(Row row, std::span<const BalanceDelta> deltas) const {
    const Int128 after = at(row).total;
    if (!exceeds(after)) return false;
    Int128 change = 0;
    for (const BalanceDelta& delta : deltas)
        if (delta.row == row) change += delta.total;
    return after > 0 ? change > 0 : change < 0;
}

}  // namespace tickweir::txn
