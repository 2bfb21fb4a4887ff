#include "book/decimal.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "book/ensure.hpp"

namespace tickweir::book {
namespace {

constexpr std::array<std::int64_t, decimals_max + 1> powers_of_ten = [] {
    std::array<std::int64_t, decimals_max + 1> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

constexpr std::array<char, 200> digit_pairs = [] {
    std::array<char, 200> pairs{};
    for (std::size_t i = 0; i < 100; ++i) {
        pairs[2 * i] = static_cast<char>('0' + i / 10);
        pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return pairs;
}();

constexpr std::size_t digits_max = 20;  // 19 of any magnitude, and one to make it pairs

// Fills the 20 digits of `magnitude`, zeros in front; answers the index of the first digit that is
// not a padding zero (the last pair always counts as written).
std::size_t write_digits(std::uint64_t magnitude, std::array<char, digits_max>& digits) {
    digits.fill('0');
    std::size_t first = digits_max;
    do {
        first -= 2;
        const std::size_t pair = 2 * static_cast<std::size_t>(magnitude % 100);
        digits[first] = digit_pairs[pair];
        digits[first + 1] = digit_pairs[pair + 1];
        magnitude /= 100;
    } while (magnitude != 0);
    return digits[first] == '0' ? first + 1 : first;
}

// The absolute value; of the smallest int64 too, which has no positive counterpart.
std::uint64_t magnitude_of(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    return value < 0 ? 0 - bits : bits;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digits_end(std::string_view text, std::size_t from) {
    while (from < text.size() && is_digit(text[from]))
        ++from;
    return from;
}

ParsedDecimal refused(DecimalStatus why, std::size_t offset) {
    return {why, 0, offset};
}

// Where the parts of a well-formed text lie; without a fraction both ends are the text's end.
struct Shape {
    std::size_t whole_begin = 0;
    std::size_t whole_end = 0;
    std::size_t fraction_begin = 0;
};

// Judges the shape alone; the value of the result is without meaning.
ParsedDecimal find_shape(std::string_view text, Shape& shape) {
    if (text.empty()) return refused(DecimalStatus::empty, 0);
    shape.whole_begin = text.front() == '-' ? 1 : 0;
    if (shape.whole_begin == text.size()) return refused(DecimalStatus::lone_sign, 0);
    shape.whole_end = digits_end(text, shape.whole_begin);
    shape.fraction_begin = shape.whole_end;
    if (shape.whole_end == text.size()) return {};
    if (text[shape.whole_end] != '.') return refused(DecimalStatus::bad_character, shape.whole_end);
    shape.fraction_begin = shape.whole_end + 1;
    if (shape.whole_begin == shape.whole_end || shape.fraction_begin == text.size())
        return refused(DecimalStatus::lone_point, shape.whole_end);
    const std::size_t end = digits_end(text, shape.fraction_begin);
    return end == text.size() ? ParsedDecimal{} : refused(DecimalStatus::bad_character, end);
}

// A magnitude under construction. Overflow sticks, so the digits need no branch each.
struct Accumulator {
    std::uint64_t magnitude = 0;
    bool overflowed = false;

    void multiply(std::uint64_t factor) {
        overflowed |= __builtin_mul_overflow(magnitude, factor, &magnitude);
    }
    void append(std::string_view digits) {
        for (const char c : digits) {
            multiply(10);
            overflowed |=
                __builtin_add_overflow(magnitude, static_cast<std::uint64_t>(c - '0'), &magnitude);
        }
    }
};

}  // namespace

std::size_t write_decimal(std::int64_t coefficient, unsigned decimals, char* out) {
    ensure(decimals <= decimals_max);
    std::array<char, digits_max> digits;
    const std::size_t first = write_digits(magnitude_of(coefficient), digits);
    const std::size_t point = digits_max - decimals;
    std::size_t end = digits_max;
    while (end > point && digits[end - 1] == '0')
        --end;

    char* at = out;
    if (coefficient < 0) *at++ = '-';
    const std::size_t begin = std::min(first, point - 1);
    at = std::copy(digits.data() + begin, digits.data() + point, at);
    if (end > point) {
        *at++ = '.';
        at = std::copy(digits.data() + point, digits.data() + end, at);
    }
    return static_cast<std::size_t>(at - out);
}

std::string to_text(Price price, unsigned price_decimals) {
    std::array<char, decimal_text_max> text;
    return {text.data(), write_decimal(price.ticks, price_decimals, text.data())};
}

std::string to_text(Quantity quantity, unsigned quantity_decimals) {
    std::array<char, decimal_text_max> text;
    return {text.data(), write_decimal(quantity.lots, quantity_decimals, text.data())};
}

ParsedDecimal parse_decimal(std::string_view text, unsigned decimals) {
    ensure(decimals <= decimals_max);
    Shape shape;
    if (const ParsedDecimal judged = find_shape(text, shape); !judged.ok()) return judged;

    const std::string_view fraction = text.substr(shape.fraction_begin);
    const std::string_view kept = fraction.substr(0, decimals);
    if (const auto lost = fraction.find_first_not_of('0', kept.size());
        lost != std::string_view::npos)
        return refused(DecimalStatus::too_many_decimals, shape.fraction_begin + lost);

    Accumulator sum;
    sum.append(text.substr(shape.whole_begin, shape.whole_end - shape.whole_begin));
    sum.append(kept);
    sum.multiply(static_cast<std::uint64_t>(powers_of_ten[decimals - kept.size()]));
    const bool negative = shape.whole_begin == 1;
    const auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (sum.overflowed || sum.magnitude > largest + (negative ? 1 : 0))
        return refused(DecimalStatus::overflow, shape.whole_begin);
    // Two's complement: the negation of a magnitude of 2^63 is the smallest value.
    const std::uint64_t bits = negative ? 0 - sum.magnitude : sum.magnitude;
    return {DecimalStatus::ok, static_cast<std::int64_t>(bits), 0};
}

std::optional<std::int64_t> rescale(std::int64_t coefficient, unsigned from, unsigned to) {
    ensure(std::max(from, to) <= decimals_max);
    if (to < from) {
        const std::int64_t divisor = powers_of_ten[from - to];
        if (coefficient % divisor != 0) return std::nullopt;
        return coefficient / divisor;
    }
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(coefficient, powers_of_ten[to - from], &scaled)) return std::nullopt;
    return scaled;
}

}  // namespace tickweir::book
