// Values as the text of a field. Each tells first how long its text is (size), and then writes just
// as many bytes where they belong (put): bytes written twice would have to be waited for in
// between.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "codecs/fix/values.hpp"

namespace tickweir::codecs::fix {

/// How many digits a second gets after the point.
enum class TimePrecision : std::uint8_t {
    seconds = 0,
    milliseconds = 3,
    microseconds = 6,
    nanoseconds = 9,
};

namespace detail {

inline constexpr auto digit_pairs = [] {
    std::array<char, 200> pairs{};
    for (std::size_t i = 0; i < 100; ++i) {
        pairs[2 * i] = static_cast<char>('0' + i / 10);
        pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return pairs;
}();

inline constexpr auto powers_of_ten = [] {
    std::array<std::uint64_t, 20> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

/// Of a number; 1 of zero.
inline std::size_t digit_count(std::uint64_t value) {
    // The bits times log10(2), which is at most one too many.
    const auto guess = static_cast<std::size_t>(std::bit_width(value | 1) * 1233 >> 12);
    return guess + (value >= powers_of_ten[guess]) + (value == 0 && guess == 0);
}

/// Two digits of a number below 100.
inline char* put_pair(char* at, std::uint64_t value) {
    std::memcpy(at, digit_pairs.data() + value * 2, 2);
    return at + 2;
}

/// The eight digits of a number below 10^8, the first one in the lowest byte: halved three times,
/// all parts at once.
inline std::uint64_t eight_digits(std::uint64_t value) {
    std::uint64_t parts = value / 10'000 | value % 10'000 << 32;
    std::uint64_t upper = ((parts * 10'486) >> 20) & 0x0000'007f'0000'007fU;
    parts = upper | (parts - upper * 100) << 16;
    upper = ((parts * 103) >> 10) & 0x000f'000f'000f'000fU;
    parts = upper | (parts - upper * 10) << 8;
    return parts | 0x3030'3030'3030'3030U;
}

/// The lowest `count` bytes of a word, 1 to 8, and nothing behind them.
inline char* put_word(char* at, std::uint64_t word, std::size_t count) {
    if (count >= 4) {
        const auto first = static_cast<std::uint32_t>(word);
        const auto last = static_cast<std::uint32_t>(word >> ((count - 4) * 8));
        std::memcpy(at, &first, sizeof first);
        std::memcpy(at + count - sizeof last, &last, sizeof last);
    } else {
        for (std::size_t i = 0; i < count; ++i)
            at[i] = static_cast<char>(word >> (8 * i));
    }
    return at + count;
}

/// Exactly the last `count` digits of `value`.
inline char* put_digits(char* at, std::uint64_t value, std::size_t count) {
    char* const end = at + count;
    if (count <= 4) {
        char* place = end;
        for (; place - at >= 2; value /= 100)
            put_pair(place -= 2, value % 100);
        if (place != at) *at = static_cast<char>('0' + value % 10);
        return end;
    }
    for (; count > 8; count -= 8, value /= 100'000'000) {
        const std::uint64_t word = eight_digits(value % 100'000'000);
        std::memcpy(at + count - 8, &word, sizeof word);
    }
    put_word(at, eight_digits(value % 100'000'000) >> ((8 - count) * 8), count);
    return end;
}

template <class Word>
void copy_overlapping(char* to, const char* from, std::size_t bytes) {
    Word first;
    Word last;
    std::memcpy(&first, from, sizeof first);
    std::memcpy(&last, from + bytes - sizeof last, sizeof last);
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + bytes - sizeof last, &last, sizeof last);
}

/// Whether a SOH is among them; short values cost no call.
inline bool has_soh(std::string_view bytes) {
    if (bytes.size() > 16 || bytes.size() < 8) return bytes.find('\x01') != bytes.npos;
    std::uint64_t words[2];
    std::memcpy(&words[0], bytes.data(), 8);
    std::memcpy(&words[1], bytes.data() + bytes.size() - 8, 8);
    const auto zeros_of = [](std::uint64_t word) {
        const std::uint64_t other = word ^ 0x0101'0101'0101'0101U;
        return (other - 0x0101'0101'0101'0101U) & ~other & 0x8080'8080'8080'8080U;
    };
    return (zeros_of(words[0]) | zeros_of(words[1])) != 0;
}

/// Values are short: two loads and two stores that may overlap cost less than a call.
inline char* put_bytes(char* to, std::string_view value) {
    struct Sixteen {
        std::uint64_t halves[2];
    };
    const std::size_t bytes = value.size();
    if (bytes > 32) {
        std::memcpy(to, value.data(), bytes);
    } else if (bytes >= 16) {
        copy_overlapping<Sixteen>(to, value.data(), bytes);
    } else if (bytes >= 8) {
        copy_overlapping<std::uint64_t>(to, value.data(), bytes);
    } else if (bytes >= 4) {
        copy_overlapping<std::uint32_t>(to, value.data(), bytes);
    } else {
        for (std::size_t i = 0; i < bytes; ++i)
            to[i] = value[i];
    }
    return to + bytes;
}

}  // namespace detail

/// As it is.
struct PlainText {
    std::string_view text;

    std::size_t size() const { return text.size(); }
    char* put(char* at, std::size_t) const { return detail::put_bytes(at, text); }
};

struct CharText {
    char value;

    std::size_t size() const { return 1; }
    char* put(char* at, std::size_t) const {
        *at = value;
        return at + 1;
    }
};

struct NaturalText {
    std::uint64_t value;

    std::size_t size() const { return detail::digit_count(value); }
    char* put(char* at, std::size_t bytes) const { return detail::put_digits(at, value, bytes); }
};

/// `-` and digits.
struct IntegerText {
    std::int64_t value;

    std::uint64_t magnitude() const {
        const auto bits = static_cast<std::uint64_t>(value);
        return value < 0 ? 0 - bits : bits;
    }
    std::size_t size() const { return (value < 0) + detail::digit_count(magnitude()); }
    char* put(char* at, std::size_t bytes) const {
        if (value < 0) *at++ = '-';
        return detail::put_digits(at, magnitude(), bytes - (value < 0));
    }
};

/// With exactly the decimals that it has; no text (size 0) where those are more than decimals_most.
struct DecimalText {
    Decimal value;

    std::size_t size() const;
    char* put(char* at, std::size_t bytes) const;
};

/// The text of the minute that was written last: most times are of the same one.
struct MinuteMemory {
    std::int64_t minute = -1;     ///< since 1970
    std::array<char, 16> text{};  ///< `YYYYMMDD-HH:MM:`, and a byte that is written over
};

/// `YYYYMMDD`. No text outside of 1970 to 2261.
struct DateText {
    std::chrono::sys_days value;

    std::size_t size() const;
    char* put(char* at, std::size_t bytes) const;
};

/// `YYYYMMDD-HH:MM:SS` and digits of a second; those beyond the precision are cut off. No text
/// outside of 1970 to 2261.
struct TimeText {
    UtcTime value;
    TimePrecision precision;
    MinuteMemory& memory;

    std::size_t size() const;
    char* put(char* at, std::size_t bytes) const;
    /// Fills the memory.
    void remember(std::int64_t minute) const;
};

}  // namespace tickweir::codecs::fix
