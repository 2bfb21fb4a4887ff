// The text of a decimal number as an exact Number, without a floating-point step: what is shorter
// than 17 characters in a few vector instructions, everything else digit by digit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE4_1__
#include <immintrin.h>
#endif

#include "codecs/json/market_frame.hpp"

namespace tickweir::codecs::json {

/// How the number stands in the JSON text.
enum class NumberForm : std::uint8_t {
    quoted,  ///< in a string: -?digits[.digits], leading zeros allowed, no exponent
    bare,    ///< a JSON number, exponents included
};

enum class NumberRead : std::uint8_t {
    ok,
    not_a_number,  ///< not of its form
    does_not_fit,  ///< needs more than 18 decimals or more than 63 bits
};

/// Reads the whole of `text`, which may lie anywhere. Linear in its length.
NumberRead read_number(std::string_view text, NumberForm form, Number& out);

/// Whether `text` is a number by the grammar of JSON, however large.
bool is_json_number(std::string_view text);

/// `digits` that fit 64 bits, nothing else; of a bare one no leading zeros.
bool read_unsigned(std::string_view text, NumberForm form, std::uint64_t& out);

/// `YYYY-MM-DDThh:mm:ss[.up to 9 digits](Z|+00:00)` as nanoseconds since 1970; 1970 to 2261.
bool read_rfc3339(std::string_view text, std::int64_t& out);

namespace detail {

#ifdef __SSE4_1__
/// Values 0 to 9 in 16 lanes, the first the highest digit.
inline std::uint64_t sixteen_digits(__m128i digits) {
    const __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(10 | 1 << 8));
    const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(100 | 1 << 16));
    const __m128i packed = _mm_packus_epi32(fours, fours);
    const __m128i eights = _mm_madd_epi16(packed, _mm_set1_epi32(10'000 | 1 << 16));
    const auto both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
    return (both & 0xffff'ffffU) * 100'000'000U + (both >> 32);
}

/// The 16 characters at `text`, and which are digits and which zeros.
struct Sixteen {
    explicit Sixteen(const char* text) {
        __m128i chars;
        std::memcpy(&chars, text, sizeof chars);
        digits = _mm_sub_epi8(chars, _mm_set1_epi8('0'));
        const __m128i small = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
        are_digits = static_cast<std::uint32_t>(_mm_movemask_epi8(small));
    }
    std::uint32_t zeros() const {
        return static_cast<std::uint32_t>(
            _mm_movemask_epi8(_mm_cmpeq_epi8(digits, _mm_setzero_si128())));
    }
    /// The first `count` digits as a number, not counting the character at `skipped`.
    std::uint64_t value(std::uint32_t count, std::uint32_t skipped) const {
        const __m128i lanes = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        const __m128i place =
            _mm_add_epi8(lanes, _mm_set1_epi8(static_cast<char>(static_cast<int>(count) - 16)));
        const __m128i behind =
            _mm_cmpgt_epi8(place, _mm_set1_epi8(static_cast<char>(static_cast<int>(skipped) - 1)));
        // A place below zero has its top bit set, which makes the lane zero.
        return sixteen_digits(_mm_shuffle_epi8(digits, _mm_sub_epi8(place, behind)));
    }
    __m128i digits;
    std::uint32_t are_digits;
};
#endif

}  // namespace detail

/// As read_number, where 16 bytes from the beginning of `text` are readable, whatever they hold.
inline NumberRead read_padded_number(std::string_view text, NumberForm form, Number& out) {
#ifdef __SSE4_1__
    const auto length = static_cast<std::uint32_t>(text.size());
    if (text.size() - 1 < 16) [[likely]] {
        const detail::Sixteen sixteen{text.data()};
        const std::uint32_t inside = (1U << length) - 1;
        const std::uint32_t other = ~sixteen.are_digits & inside;
        if (other == 0) {
            if (form == NumberForm::quoted || text[0] != '0' || length == 1) {
                out = {static_cast<std::int64_t>(sixteen.value(length, 16)), 0};
                return NumberRead::ok;
            }
        } else if ((other & (other - 1)) == 0) [[likely]] {
            const auto point = static_cast<std::uint32_t>(__builtin_ctz(other));
            const auto last =
                31 - static_cast<std::uint32_t>(__builtin_clz(~sixteen.zeros() & inside));
            if (text[point] == '.' && point != 0 && point != length - 1 &&
                (form == NumberForm::quoted || text[0] != '0' || point == 1)) [[likely]] {
                out = {static_cast<std::int64_t>(sixteen.value(last, point)), last - point};
                return NumberRead::ok;
            }
        }
    }
#endif
    return read_number(text, form, out);
}

/// As read_unsigned, where 16 bytes from the beginning of `text` are readable.
inline bool read_padded_unsigned(std::string_view text, NumberForm form, std::uint64_t& out) {
#ifdef __SSE4_1__
    if (text.size() - 1 < 16) [[likely]] {
        const auto length = static_cast<std::uint32_t>(text.size());
        const detail::Sixteen sixteen{text.data()};
        if ((~sixteen.are_digits & ((1U << length) - 1)) == 0 &&
            (form == NumberForm::quoted || text[0] != '0' || length == 1)) [[likely]] {
            out = sixteen.value(length, 16);
            return true;
        }
    }
#endif
    return read_unsigned(text, form, out);
}

}  // namespace tickweir::codecs::json
