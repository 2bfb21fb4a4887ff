#include "txn/venue/ledger.hpp"

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
        if (delta.need > 0 && !unlimited(delta.row)) {
            const Int128 free = available(delta.row) + delta.given_back;
            if (free < 0) return Refusal::risk_reducing;
            if (free < delta.need) return Refusal::insufficient;
        }
        const Int128 after = at(delta.row).total + delta.total;
        if (after > balance_max || after < -balance_max) return Refusal::overflow;
    }
    apply(deltas);
    return Refusal::none;
}

}  // namespace tickweir::txn
