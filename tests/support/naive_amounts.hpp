// Long-hand arithmetic of the naive venue: quotients rounded in each of the eight modes, as the
// General Decimal Arithmetic specification words them. Values only.
#pragma once

#include "book/exact/rounding.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::tests {

using book::exact::Int128;

inline Int128 ten_to(unsigned n) {
    Int128 power = 1;
    for (unsigned i = 0; i < n; ++i)
        power *= 10;
    return power;
}

inline Int128 magnitude(Int128 number) {
    return number < 0 ? -number : number;
}

/// numerator / denominator, which is above zero, as an integer.
inline Int128 rounded_quotient(Int128 numerator, Int128 denominator, book::exact::Rounding mode) {
    const Int128 down = magnitude(numerator) / denominator;
    const Int128 rest = magnitude(numerator) % denominator;
    const bool negative = numerator < 0;
    if (rest == 0) return negative ? -down : down;
    const bool above_half = rest > denominator - rest;
    const bool tie = rest == denominator - rest;
    bool away = false;
    switch (mode) {
        case book::exact::Rounding::half_even:
            away = above_half || (tie && down % 2 == 1);
            break;
        case book::exact::Rounding::half_up:
            away = above_half || tie;
            break;
        case book::exact::Rounding::half_down:
            away = above_half;
            break;
        case book::exact::Rounding::up:
            away = true;
            break;
        case book::exact::Rounding::down:
            away = false;
            break;
        case book::exact::Rounding::ceiling:
            away = !negative;
            break;
        case book::exact::Rounding::floor:
            away = negative;
            break;
        case book::exact::Rounding::zero_five_up:
            away = down % 10 == 0 || down % 10 == 5;
            break;
    }
    const Int128 result = away ? down + 1 : down;
    return negative ? -result : result;
}

/// a * b / c for whole numbers, c above zero, half-even, whatever the product's size: schoolbook
/// long division of the product, one binary digit at a time.
inline Int128 rounded_share(Int128 a, Int128 b, Int128 c) {
    const bool negative = (a < 0) != (b < 0);
    Int128 quotient = 0;
    Int128 rest = 0;
    const Int128 multiplier = magnitude(b);
    const Int128 whole = magnitude(a) / c;
    const Int128 part = magnitude(a) % c;
    for (int bit = 126; bit >= 0; --bit) {  // Horner's scheme over the bits of b
        quotient *= 2;
        rest *= 2;
        if (((multiplier >> bit) & 1) != 0) {
            quotient += whole;
            rest += part;
        }
        quotient += rest / c;
        rest %= c;
    }
    const bool tie = rest == c - rest;
    if (rest > c - rest || (tie && quotient % 2 == 1)) ++quotient;
    return negative ? -quotient : quotient;
}

/// Whether a change takes a balance beyond what one may be: from there it may come back.
inline bool goes_beyond(Int128 before, Int128 after) {
    return magnitude(after) > ten_to(37) && magnitude(after) > magnitude(before);
}

}  // namespace tickweir::tests
