// The eight ways to round a decimal, named as in the General Decimal Arithmetic specification
// (Cowlishaw, version 1.70, "Rounding").
#pragma once

#include <array>
#include <cstdint>

#include "book/exact/wide.hpp"

namespace tickweir::book::exact {

enum class Rounding : std::uint8_t {
    half_even,     ///< to nearest, ties to an even digit
    half_up,       ///< to nearest, ties away from zero
    half_down,     ///< to nearest, ties towards zero
    up,            ///< away from zero
    down,          ///< towards zero
    ceiling,       ///< towards positive infinity
    floor,         ///< towards negative infinity
    zero_five_up,  ///< "05up": away from zero where the digit kept last is 0 or 5
};
inline constexpr std::array all_roundings{
    Rounding::half_even, Rounding::half_up, Rounding::half_down, Rounding::up,
    Rounding::down,      Rounding::ceiling, Rounding::floor,     Rounding::zero_five_up};

/// What was cut off, as a share of the last digit kept.
enum class CutOff : std::uint8_t { nothing, below_half, half, above_half };

/// The share that `remainder` is of `divisor`, which is above it.
constexpr CutOff cut_off(const Uint256& remainder, const Uint256& divisor) {
    if (remainder == Uint256{}) return CutOff::nothing;
    const auto order = remainder <=> subtract(divisor, remainder);
    return order < 0 ? CutOff::below_half : order == 0 ? CutOff::half : CutOff::above_half;
}

/// Whether the magnitude `kept` grows by one.
constexpr bool rounds_away(Rounding mode, bool negative, Uint128 kept, CutOff rest) {
    if (rest == CutOff::nothing) return false;
    switch (mode) {
        case Rounding::half_even:
            return rest == CutOff::above_half || (rest == CutOff::half && kept % 2 == 1);
        case Rounding::half_up:
            return rest != CutOff::below_half;
        case Rounding::half_down:
            return rest == CutOff::above_half;
        case Rounding::up:
            return true;
        case Rounding::down:
            return false;
        case Rounding::ceiling:
            return !negative;
        case Rounding::floor:
            return negative;
        case Rounding::zero_five_up:
        default:
            return kept % 5 == 0;
    }
}

}  // namespace tickweir::book::exact
