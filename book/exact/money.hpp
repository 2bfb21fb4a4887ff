// Amounts of an asset. Amounts of different assets never mix; what a trade is worth is exact.
#pragma once

#include <cstdint>

#include "book/exact/decimal.hpp"
#include "book/types.hpp"

namespace tickweir::book::exact {

/// What a balance is of: a currency, a coin, a share. Dense, below its owner's limit.
enum class AssetId : std::uint32_t {};

struct Money {
    AssetId asset{};
    Decimal amount;
    friend constexpr bool operator==(const Money&, const Money&) = default;
};

inline Checked<Money> add(const Money& a, const Money& b) {
    if (a.asset != b.asset) return {{}, ArithmeticError::different_assets};
    const Checked<Decimal> sum = add(a.amount, b.amount);
    return {{a.asset, sum.value}, sum.error};
}

inline Checked<Money> subtract(const Money& a, const Money& b) {
    return add(a, Money{b.asset, -b.amount});
}

/// How the integers of an instrument's prices and quantities are to be read.
struct Scales {
    unsigned price_decimals = 0;     ///< at most decimals_max
    unsigned quantity_decimals = 0;  ///< likewise
};

constexpr Decimal to_decimal(Price price, const Scales& scales) {
    return {price.ticks, scales.price_decimals};
}
constexpr Decimal to_decimal(Quantity quantity, const Scales& scales) {
    return {quantity.lots, scales.quantity_decimals};
}

/// Price times quantity, exact; `inexact` where both have more than 18 decimals together and the
/// digits beyond are not zeros.
inline Checked<Decimal> notional(const Scales& scales, Price price, Quantity quantity) {
    return multiply(to_decimal(price, scales), to_decimal(quantity, scales));
}

}  // namespace tickweir::book::exact
