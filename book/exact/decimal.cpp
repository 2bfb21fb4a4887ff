#include "book/exact/decimal.hpp"

#include <algorithm>

namespace tickweir::book::exact {
namespace {

constexpr Uint128 magnitude_max = static_cast<Uint128>(Decimal::coefficient_max);

Checked<Decimal> overflow() {
    return {{}, ArithmeticError::overflow};
}

Checked<Decimal> signed_decimal(bool negative, Uint128 magnitude, unsigned scale) {
    if (magnitude > magnitude_max) return overflow();
    const auto coefficient = static_cast<Int128>(magnitude);
    return Decimal::of(negative ? -coefficient : coefficient, scale);
}

/// n / (first * second), rounded once. `first` * `second` fits 256 bits.
Checked<Decimal> rounded_quotient(const Uint256& n, Uint128 first, Uint128 second, bool negative,
                                  unsigned scale, Rounding mode) {
    const Quotient by_first = divide(n, first);
    const Quotient by_both = divide(by_first.quotient, second);
    if (by_both.quotient.high != 0 || by_both.quotient.low > magnitude_max) return overflow();
    const Uint256 remainder = add(multiply(by_both.remainder, first), by_first.remainder);
    const CutOff rest = cut_off(remainder, multiply(first, second));
    const Uint128 kept = by_both.quotient.low;
    return signed_decimal(negative, kept + (rounds_away(mode, negative, kept, rest) ? 1 : 0),
                          scale);
}

}  // namespace

std::string_view to_string(ArithmeticError error) {
    switch (error) {
        case ArithmeticError::none:
            return "none";
        case ArithmeticError::overflow:
            return "overflow";
        case ArithmeticError::division_by_zero:
            return "division by zero";
        case ArithmeticError::inexact:
            return "inexact";
        case ArithmeticError::different_assets:
            return "different assets";
    }
    return "?";
}

Checked<Decimal> add_aligned(const Decimal& a, const Decimal& b) {
    const bool a_is_coarse = a.scale() < b.scale();
    const Decimal& coarse = a_is_coarse ? a : b;
    const Decimal& fine = a_is_coarse ? b : a;
    const Uint256 aligned =
        multiply(coarse.magnitude(), power_of_ten(fine.scale() - coarse.scale()));
    // A magnitude beyond 128 bits is too far from zero for the other number to bring it back.
    if (aligned.high != 0) return overflow();
    const Uint128 other = fine.magnitude();
    if (coarse.is_negative() == fine.is_negative()) {
        if (aligned.low > magnitude_max) return overflow();
        return signed_decimal(coarse.is_negative(), aligned.low + other, fine.scale());
    }
    return aligned.low >= other
               ? signed_decimal(coarse.is_negative(), aligned.low - other, fine.scale())
               : signed_decimal(fine.is_negative(), other - aligned.low, fine.scale());
}

Checked<Decimal> multiply_wide(const Decimal& a, const Decimal& b) {
    const bool negative = a.is_negative() != b.is_negative();
    const unsigned scale = a.scale() + b.scale();
    const Uint256 product = multiply(a.magnitude(), b.magnitude());
    const unsigned excess = scale > Decimal::scale_max ? scale - Decimal::scale_max : 0;
    const Quotient kept = divide(product, power_of_ten(excess));
    if (kept.remainder != 0) return {{}, ArithmeticError::inexact};
    if (kept.quotient.high != 0) return overflow();
    return signed_decimal(negative, kept.quotient.low, scale - excess);
}

Checked<Decimal> multiply(const Decimal& a, const Decimal& b, unsigned scale, Rounding mode) {
    return multiply_divide(a, b, Decimal{1, 0}, scale, mode);
}

Checked<Decimal> divide(const Decimal& a, const Decimal& b, unsigned scale, Rounding mode) {
    return multiply_divide(a, Decimal{1, 0}, b, scale, mode);
}

Checked<Decimal> multiply_divide(const Decimal& a, const Decimal& b, const Decimal& c,
                                 unsigned scale, Rounding mode) {
    if (c.is_zero()) return {{}, ArithmeticError::division_by_zero};
    const bool negative = (a.is_negative() != b.is_negative()) != c.is_negative();
    const Uint256 product = multiply(a.magnitude(), b.magnitude());
    const unsigned up = c.scale() + scale;
    const unsigned down = a.scale() + b.scale();
    if (up < down)
        return rounded_quotient(product, power_of_ten(down - up), c.magnitude(), negative, scale,
                                mode);
    const auto numerator = multiply(product, power_of_ten(up - down));
    if (!numerator) return overflow();
    return rounded_quotient(*numerator, 1, c.magnitude(), negative, scale, mode);
}

Checked<Decimal> quantize(const Decimal& a, unsigned scale, Rounding mode) {
    if (scale >= a.scale()) return rescaled(a, scale);
    const Uint128 unit = power_of_ten(a.scale() - scale);
    const Uint128 kept = a.magnitude() / unit;
    const Uint128 rest = a.magnitude() - kept * unit;
    const bool away = rounds_away(mode, a.is_negative(), kept, cut_off({0, rest}, {0, unit}));
    return signed_decimal(a.is_negative(), kept + (away ? 1 : 0), scale);
}

Checked<Decimal> rescaled(const Decimal& a, unsigned scale) {
    if (scale >= a.scale()) {
        const Uint256 finer = multiply(a.magnitude(), power_of_ten(scale - a.scale()));
        if (finer.high != 0) return overflow();
        return signed_decimal(a.is_negative(), finer.low, scale);
    }
    const Uint128 unit = power_of_ten(a.scale() - scale);
    if (a.magnitude() % unit != 0) return {{}, ArithmeticError::inexact};
    return signed_decimal(a.is_negative(), a.magnitude() / unit, scale);
}

}  // namespace tickweir::book::exact
