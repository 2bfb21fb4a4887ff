// Unsigned integers of 256 bits, as far as exact products and quotients of 128-bit numbers need
// them: multiply, divide, compare, add. Values only; everything is constexpr.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <optional>

namespace tickweir::book::exact {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

struct Uint256 {
    Uint128 high = 0;
    Uint128 low = 0;
    friend constexpr auto operator<=>(const Uint256&, const Uint256&) = default;
};

/// 10^n, n at most 38.
constexpr Uint128 power_of_ten(unsigned n) {
    constexpr auto table = [] {
        std::array<Uint128, 39> powers{};
        Uint128 power = 1;
        for (Uint128& one : powers) {
            one = power;
            power *= 10;  // wraps behind the last one only
        }
        return powers;
    }();
    return table[n];
}

/// The whole product. Constant time.
constexpr Uint256 multiply(Uint128 a, Uint128 b) {
    constexpr Uint128 mask = ~std::uint64_t{0};
    const Uint128 a_low = a & mask;
    const Uint128 a_high = a >> 64;
    const Uint128 b_low = b & mask;
    const Uint128 b_high = b >> 64;
    const Uint128 low = a_low * b_low;
    const Uint128 cross = a_high * b_low;
    const Uint128 other = a_low * b_high;
    const Uint128 middle = (low >> 64) + (cross & mask) + (other & mask);
    return {a_high * b_high + (cross >> 64) + (other >> 64) + (middle >> 64),
            (middle << 64) | (low & mask)};
}

/// The product, or nothing where 256 bits do not hold it.
constexpr std::optional<Uint256> multiply(const Uint256& a, Uint128 b) {
    const Uint256 low = multiply(a.low, b);
    const Uint256 high = multiply(a.high, b);
    if (high.high != 0 || high.low > ~Uint128{0} - low.high) return std::nullopt;
    return Uint256{high.low + low.high, low.low};
}

/// The sum must fit 256 bits.
constexpr Uint256 add(const Uint256& a, Uint128 b) {
    const Uint128 low = a.low + b;
    return {a.high + (low < b ? 1 : 0), low};
}

/// `a` is at least `b`.
constexpr Uint256 subtract(const Uint256& a, const Uint256& b) {
    return {a.high - b.high - (a.low < b.low ? 1 : 0), a.low - b.low};
}

struct Quotient {
    Uint256 quotient;
    Uint128 remainder = 0;
};

namespace detail {

using Limbs =
    std::array<std::uint64_t, 5>;  // least significant first; the last one is for shifting

/// One digit of Knuth's algorithm D (The Art of Computer Programming, 4.3.1), base 2^64, divisor of
/// two digits: takes it from the three digits of `n` at `at` and leaves the remainder there.
constexpr std::uint64_t divide_digit(Limbs& n, std::size_t at, std::uint64_t d_high,
                                     std::uint64_t d_low) {
    const Uint128 top = (Uint128{n[at + 2]} << 64) | n[at + 1];
    Uint128 digit = ~std::uint64_t{0};
    Uint128 rest = top - digit * d_high;
    if (n[at + 2] < d_high) {
        digit = top / d_high;
        rest = top % d_high;
    }
    // At most two too large; after that the comparison is exact for three digits by two.
    while (rest >> 64 == 0 && digit * d_low > ((rest << 64) | n[at])) {
        --digit;
        rest += d_high;
    }
    const Uint128 low_product = digit * d_low;
    const Uint128 high_product = digit * d_high + (low_product >> 64);
    const auto first = static_cast<std::uint64_t>(low_product);
    const auto second = static_cast<std::uint64_t>(high_product);
    const std::uint64_t borrow = n[at] < first ? 1 : 0;
    n[at] -= first;
    n[at + 1] = n[at + 1] - second - borrow;
    n[at + 2] = 0;
    return static_cast<std::uint64_t>(digit);
}

constexpr Quotient divide_by_one_limb(const Uint256& n, std::uint64_t d) {
    Quotient out;
    std::array<std::uint64_t, 4> digits{};
    const std::array<std::uint64_t, 4> limbs{
        static_cast<std::uint64_t>(n.high >> 64), static_cast<std::uint64_t>(n.high),
        static_cast<std::uint64_t>(n.low >> 64), static_cast<std::uint64_t>(n.low)};
    for (std::size_t i = 0; i < limbs.size(); ++i) {
        const Uint128 part = (out.remainder << 64) | limbs[i];
        digits[i] = static_cast<std::uint64_t>(part / d);
        out.remainder = part % d;
    }
    out.quotient = {(Uint128{digits[0]} << 64) | digits[1], (Uint128{digits[2]} << 64) | digits[3]};
    return out;
}

}  // namespace detail

/// `d` is not 0. Constant time.
constexpr Quotient divide(const Uint256& n, Uint128 d) {
    if (n.high == 0) return {{0, n.low / d}, n.low % d};
    if (d >> 64 == 0) return detail::divide_by_one_limb(n, static_cast<std::uint64_t>(d));
    const auto shift = static_cast<unsigned>(std::countl_zero(static_cast<std::uint64_t>(d >> 64)));
    const Uint128 divisor = d << shift;
    const Uint128 high = n.high << shift | (shift == 0 ? 0 : n.low >> (128 - shift));
    const Uint128 low = n.low << shift;
    detail::Limbs limbs{static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(low >> 64),
                        static_cast<std::uint64_t>(high), static_cast<std::uint64_t>(high >> 64),
                        shift == 0 ? 0 : static_cast<std::uint64_t>(n.high >> (128 - shift))};
    const auto d_high = static_cast<std::uint64_t>(divisor >> 64);
    const auto d_low = static_cast<std::uint64_t>(divisor);
    const std::uint64_t third = detail::divide_digit(limbs, 2, d_high, d_low);
    const std::uint64_t second = detail::divide_digit(limbs, 1, d_high, d_low);
    const std::uint64_t first = detail::divide_digit(limbs, 0, d_high, d_low);
    return {{third, (Uint128{second} << 64) | first},
            ((Uint128{limbs[1]} << 64) | limbs[0]) >> shift};
}

}  // namespace tickweir::book::exact
