// Numbers of a venue as an instrument's integers: exact, and finer when a finer number comes.
#pragma once

#include <array>
#include <cstdint>

#include "codecs/json/market_frame.hpp"

namespace tickweir::gateway {

inline constexpr std::uint32_t scale_decimals_max = 18;

inline constexpr std::array<std::int64_t, scale_decimals_max + 1> powers_of_ten = [] {
    std::array<std::int64_t, scale_decimals_max + 1> powers{};
    std::int64_t power = 1;
    for (std::uint32_t i = 0; i <= scale_decimals_max; ++i) {
        powers[i] = power;
        if (i < scale_decimals_max) power *= 10;
    }
    return powers;
}();

/// What became of a conversion.
enum class Scaled : std::uint8_t {
    ok,
    finer,     ///< the number has more decimals than the instrument
    too_large  ///< it does not fit 64 bits
};

/// `number` in units of 10^-decimals.
inline Scaled scale(codecs::json::Number number, std::uint32_t decimals, std::int64_t& out) {
    if (number.decimals > decimals) [[unlikely]]
        return Scaled::finer;
    if (__builtin_mul_overflow(number.mantissa, powers_of_ten[decimals - number.decimals], &out))
        [[unlikely]]
        return Scaled::too_large;
    return Scaled::ok;
}

}  // namespace tickweir::gateway
