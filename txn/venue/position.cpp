#include "txn/venue/position.hpp"

#include "book/exact/rounding.hpp"

namespace tickweir::txn {
namespace {

using namespace book::exact;

/// amount * part / whole, rounded half-even; part is at most whole.
Int128 share(Int128 amount, std::int64_t part, std::int64_t whole) {
    const bool negative = amount < 0;
    const auto magnitude = static_cast<Uint128>(negative ? -amount : amount);
    const auto divisor = static_cast<Uint128>(whole);
    const Quotient result = divide(multiply(magnitude, static_cast<Uint128>(part)), divisor);
    Uint128 kept = result.quotient.low;
    if (rounds_away(Rounding::half_even, negative, kept,
                    cut_off({0, result.remainder}, {0, divisor})))
        ++kept;
    return negative ? -static_cast<Int128>(kept) : static_cast<Int128>(kept);
}

}  // namespace

void Position::take(Side side, Quantity traded, Int128 notional) {
    const std::int64_t sign = side == Side::buy ? 1 : -1;
    const std::int64_t held = quantity.lots * sign;  // below zero: this reduces
    if (held < 0) {
        const std::int64_t whole = -held;
        const std::int64_t part = std::min(traded.lots, whole);
        const Int128 paid = share(notional, part, traded.lots);
        const Int128 cost_share = part == whole ? cost : share(cost, part, whole);
        // A long position sold brings `paid`; a short one bought back costs it.
        realized += -sign * paid - cost_share;
        cost -= cost_share;
        if (part < traded.lots) cost += sign * (notional - paid);
    } else {
        cost += sign * notional;
    }
    quantity.lots += sign * traded.lots;
}

}  // namespace tickweir::txn
