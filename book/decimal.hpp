// Exact text of scaled integers: a coefficient and its number of decimals, out and in. Plain
// notation only, no exponents, no rounding: what does not fit exactly is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "book/types.hpp"

namespace tickweir::book {

/// More decimals than this no instrument has: 10^18 is the largest power of ten that fits 64 bits
/// with room for a digit before the point.
inline constexpr unsigned decimals_max = 18;

/// Bytes that the longest text needs: a sign, a point and 19 digits.
inline constexpr std::size_t decimal_text_max = 21;

/// Writes coefficient * 10^-decimals without trailing zeros ("234.1", "0.00000001", "-5", "0")
/// and without a terminator; answers the number of bytes written. `out` holds decimal_text_max
/// bytes, decimals is at most decimals_max. Constant time, no allocation.
std::size_t write_decimal(std::int64_t coefficient, unsigned decimals, char* out);

std::string to_text(Price price, unsigned price_decimals);
std::string to_text(Quantity quantity, unsigned quantity_decimals);

/// What parse_decimal thought of a text. The shape of a text is judged before its value, so a text
/// that is malformed and too large is malformed.
enum class DecimalStatus : std::uint8_t {
    ok,
    empty,
    lone_sign,          ///< a minus and nothing else
    lone_point,         ///< a point without a digit on each side
    bad_character,      ///< neither digit, leading minus nor first point; exponents, plus, blanks
    too_many_decimals,  ///< a digit other than zero beyond the scale
    overflow,           ///< the coefficient does not fit 64 bits
};

constexpr std::string_view to_string(DecimalStatus status) {
    switch (status) {
        case DecimalStatus::ok:
            return "ok";
        case DecimalStatus::empty:
            return "empty";
        case DecimalStatus::lone_sign:
            return "lone_sign";
        case DecimalStatus::lone_point:
            return "lone_point";
        case DecimalStatus::bad_character:
            return "bad_character";
        case DecimalStatus::too_many_decimals:
            return "too_many_decimals";
        case DecimalStatus::overflow:
            return "overflow";
    }
    return "?";
}

/// The coefficient, or why there is none and at which byte of the text.
struct ParsedDecimal {
    DecimalStatus status = DecimalStatus::ok;
    std::int64_t value = 0;  ///< units of 10^-decimals; 0 unless ok
    std::size_t offset = 0;  ///< of the offending character; of an overflow the first digit

    constexpr bool ok() const { return status == DecimalStatus::ok; }
    friend constexpr bool operator==(const ParsedDecimal&, const ParsedDecimal&) = default;
};

/// Reads `[-]digits[.digits]` as a coefficient at `decimals` (at most decimals_max). Zeros in front
/// and behind are accepted in any number; "-0" is 0. Linear in the text, no allocation.
[[nodiscard]] ParsedDecimal parse_decimal(std::string_view text, unsigned decimals);

/// The same number with another number of decimals; nothing when it would overflow or lose a
/// digit. Both scales are at most decimals_max.
[[nodiscard]] std::optional<std::int64_t> rescale(std::int64_t coefficient, unsigned from,
                                                  unsigned to);

}  // namespace tickweir::book
