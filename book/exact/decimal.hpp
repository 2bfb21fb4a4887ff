// Exact decimal numbers: a coefficient of up to 38 digits and a scale known at run time. What does
// not fit, or cannot be exact where exactness was asked for, is a value that says so; nothing
// wraps, rounds unasked or throws. Values; any thread.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "book/decimal.hpp"
#include "book/exact/rounding.hpp"
#include "book/exact/wide.hpp"

namespace tickweir::book::exact {

enum class ArithmeticError : std::uint8_t {
    none,
    overflow,  ///< more than 38 digits
    division_by_zero,
    inexact,           ///< digits would be lost, and no rounding was asked for
    different_assets,  ///< of Money
};
std::string_view to_string(ArithmeticError error);

/// A value, or why there is none.
template <class T>
struct Checked {
    T value{};
    ArithmeticError error = ArithmeticError::none;

    constexpr bool ok() const { return error == ArithmeticError::none; }
    friend constexpr bool operator==(const Checked&, const Checked&) = default;
};

/// coefficient * 10^-scale. Numbers compare by value, whatever their scales.
class Decimal {
public:
    static constexpr unsigned scale_max = decimals_max;  // 18
    /// 38 nines, on both sides of zero.
    static constexpr Int128 coefficient_max = static_cast<Int128>(power_of_ten(38) - 1);

    constexpr Decimal() = default;
    /// Every integer of 64 bits fits. `scale` is at most scale_max.
    constexpr Decimal(std::int64_t coefficient, unsigned scale)
        : coefficient_{coefficient}, scale_{static_cast<std::uint8_t>(scale)} {}

    /// `scale` is at most scale_max.
    static constexpr Checked<Decimal> of(Int128 coefficient, unsigned scale) {
        if (coefficient > coefficient_max || coefficient < -coefficient_max) [[unlikely]]
            return {{}, ArithmeticError::overflow};
        return {Decimal{Parts{coefficient, static_cast<std::uint8_t>(scale)}}};
    }

    constexpr Int128 coefficient() const { return coefficient_; }
    constexpr unsigned scale() const { return scale_; }
    constexpr bool is_negative() const { return coefficient_ < 0; }
    constexpr bool is_zero() const { return coefficient_ == 0; }
    constexpr Uint128 magnitude() const {
        return static_cast<Uint128>(is_negative() ? -coefficient_ : coefficient_);
    }
    constexpr Decimal operator-() const { return Decimal{Parts{-coefficient_, scale_}}; }

    friend constexpr bool operator==(const Decimal& a, const Decimal& b) {
        return a.scale_ == b.scale_ ? a.coefficient_ == b.coefficient_ : compare(a, b) == 0;
    }
    friend constexpr std::weak_ordering operator<=>(const Decimal& a, const Decimal& b) {
        return a.scale_ == b.scale_ ? a.coefficient_ <=> b.coefficient_ : compare(a, b);
    }

private:
    struct Parts {  // checked by whoever makes them
        Int128 coefficient;
        std::uint8_t scale;
    };
    constexpr explicit Decimal(const Parts& parts)
        : coefficient_{parts.coefficient}, scale_{parts.scale} {}

    static constexpr std::weak_ordering compare(const Decimal& a, const Decimal& b) {
        if (a.is_negative() != b.is_negative())
            return a.is_negative() ? std::weak_ordering::less : std::weak_ordering::greater;
        const unsigned scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
        const Uint256 left = multiply(a.magnitude(), power_of_ten(scale - a.scale_));
        const Uint256 right = multiply(b.magnitude(), power_of_ten(scale - b.scale_));
        return a.is_negative() ? right <=> left : left <=> right;
    }

    Int128 coefficient_ = 0;
    std::uint8_t scale_ = 0;
};

/// Has these two at different scales; see add().
Checked<Decimal> add_aligned(const Decimal& a, const Decimal& b);

/// At the larger of both scales. Constant time, as everything here.
inline Checked<Decimal> add(const Decimal& a, const Decimal& b) {
    if (a.scale() != b.scale()) [[unlikely]]
        return add_aligned(a, b);
    // Two coefficients of 38 digits may need a bit more than 127: 2 * 10^38 is beyond 2^127.
    Int128 sum = 0;
    if (__builtin_add_overflow(a.coefficient(), b.coefficient(), &sum)) [[unlikely]]
        return {{}, ArithmeticError::overflow};
    return Decimal::of(sum, a.scale());
}
inline Checked<Decimal> subtract(const Decimal& a, const Decimal& b) {
    return add(a, -b);
}

/// For products that 64-bit coefficients do not hold; see multiply().
Checked<Decimal> multiply_wide(const Decimal& a, const Decimal& b);

/// Exact: at the sum of both scales; where that is beyond scale_max, at scale_max if only zeros go.
inline Checked<Decimal> multiply(const Decimal& a, const Decimal& b) {
    const auto fits = [](Int128 n) { return n == static_cast<std::int64_t>(n); };
    const unsigned scale = a.scale() + b.scale();
    if (scale <= Decimal::scale_max && fits(a.coefficient()) && fits(b.coefficient())) [[likely]]
        return Decimal::of(a.coefficient() * b.coefficient(), scale);
    return multiply_wide(a, b);
}

/// The product, rounded once to `scale` (at most scale_max).
Checked<Decimal> multiply(const Decimal& a, const Decimal& b, unsigned scale, Rounding mode);

/// The quotient, rounded once to `scale`.
Checked<Decimal> divide(const Decimal& a, const Decimal& b, unsigned scale, Rounding mode);

/// a * b / c, rounded once to `scale`. A product of more than 77 digits is an overflow even if the
/// quotient were not.
Checked<Decimal> multiply_divide(const Decimal& a, const Decimal& b, const Decimal& c,
                                 unsigned scale, Rounding mode);

/// The number at another scale, rounded where digits go.
Checked<Decimal> quantize(const Decimal& a, unsigned scale, Rounding mode);

/// The number at another scale; `inexact` where digits would be lost.
Checked<Decimal> rescaled(const Decimal& a, unsigned scale);

// ---------------------------------------------------------------------------------------- text

/// Bytes of the longest text: a sign, a point and 39 digits.
inline constexpr std::size_t number_text_max = 41;

/// Writes the number in plain notation without trailing zeros ("-234.1", "0"); answers the bytes
/// written. `out` holds number_text_max bytes.
std::size_t write_number(const Decimal& number, char* out);
/// Writes all digits of its scale ("1.50").
std::size_t write_fixed(const Decimal& number, char* out);
std::string to_text(const Decimal& number);
std::string to_fixed_text(const Decimal& number);

struct NumberSyntax {
    bool exponent = false;  ///< `1.5e3`, `15E-1` as in JSON
    bool plus = false;      ///< a plus in front
};

/// The number, or why there is none and at which byte.
struct ParsedNumber {
    DecimalStatus status = DecimalStatus::ok;
    Decimal value;
    std::size_t offset = 0;

    bool ok() const { return status == DecimalStatus::ok; }
    friend bool operator==(const ParsedNumber&, const ParsedNumber&) = default;
};

/// Reads `[-]digits[.digits]`. The scale is the number of digits behind the point, zeros beyond
/// scale_max left out; other digits there are `too_many_decimals`. Linear in the text.
[[nodiscard]] ParsedNumber parse_number(std::string_view text, NumberSyntax syntax = {});

}  // namespace tickweir::book::exact
