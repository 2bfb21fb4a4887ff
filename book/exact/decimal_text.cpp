// Decimals as text, out and in.
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "book/exact/decimal.hpp"

namespace tickweir::book::exact {
namespace {

/// "00" to "99".
constexpr auto pairs_of_digits = [] {
    std::array<char, 200> text{};
    for (std::size_t i = 0; i < 100; ++i) {
        text[2 * i] = static_cast<char>('0' + i / 10);
        text[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return text;
}();

/// Writes the digits of `value` so that they end before `end`, with zeros in front of them if they
/// are fewer than `least`; answers where they begin.
char* write_digits(std::uint64_t value, unsigned least, char* end) {
    char* at = end;
    while (value >= 100) {
        at -= 2;
        std::memcpy(at, pairs_of_digits.data() + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value >= 10) {
        at -= 2;
        std::memcpy(at, pairs_of_digits.data() + 2 * value, 2);
    } else if (value != 0) {
        *--at = static_cast<char>('0' + value);
    }
    while (end - at < static_cast<std::ptrdiff_t>(least))
        *--at = '0';
    return at;
}

/// Likewise, of up to 39 digits.
char* write_digits(Uint128 value, unsigned least, char* end) {
    constexpr unsigned digits_at_once = 19;
    constexpr auto unit = static_cast<std::uint64_t>(power_of_ten(digits_at_once));
    char* at = end;
    unsigned left = least;
    while (value >> 64 != 0) {
        at = write_digits(static_cast<std::uint64_t>(value % unit), digits_at_once, at);
        value /= unit;
        left = left > digits_at_once ? left - digits_at_once : 0;
    }
    return write_digits(static_cast<std::uint64_t>(value), left, at);
}

/// `magnitude` at `scale`, which is the number of digits behind the point that are written.
std::size_t write_scaled(bool negative, Uint128 magnitude, unsigned scale, char* out) {
    std::array<char, number_text_max> buffer;
    char* const end = buffer.data() + buffer.size();
    const char* const digits = write_digits(magnitude, scale + 1, end);
    char* at = out;
    if (negative) *at++ = '-';
    at = std::copy(digits, static_cast<const char*>(end) - scale, at);
    if (scale != 0) {
        *at++ = '.';
        at = std::copy(static_cast<const char*>(end) - scale, static_cast<const char*>(end), at);
    }
    return static_cast<std::size_t>(at - out);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// A text that has the shape of a number: where its parts lie.
struct Shape {
    bool negative = false;
    std::size_t digits = 0;  ///< where the first digit stands
    std::size_t point = 0;   ///< of the point, or behind the digits where there is none
    std::size_t end = 0;     ///< behind the last digit
    std::int64_t exponent = 0;

    bool has_point() const { return point < end; }
    std::size_t decimals() const { return has_point() ? end - point - 1 : 0; }
};

ParsedNumber refused(DecimalStatus status, std::size_t offset) {
    return {status, {}, offset};
}

std::size_t behind_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at]))
        ++at;
    return at;
}

/// Reads `e[+-]digits` at `at`; answers where it stopped making sense, or the end. Exponents that
/// no number can have are cut to one.
std::size_t read_exponent(std::string_view text, std::size_t at, std::int64_t& exponent) {
    constexpr std::int64_t beyond_any = 1'000'000;
    ++at;
    const bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t end = behind_digits(text, at);
    if (end == at) return at;
    for (const char c : text.substr(at, end - at))
        exponent = std::min(beyond_any, exponent * 10 + (c - '0'));
    if (negative) exponent = -exponent;
    return end;
}

/// Fills `shape`, or says what is wrong with the text.
DecimalStatus read_shape(std::string_view text, NumberSyntax syntax, Shape& shape,
                         std::size_t& offset) {
    offset = 0;
    if (text.empty()) return DecimalStatus::empty;
    shape.negative = text[0] == '-';
    shape.digits = shape.negative || (syntax.plus && text[0] == '+') ? 1 : 0;
    if (shape.digits == text.size()) return DecimalStatus::lone_sign;
    shape.point = behind_digits(text, shape.digits);
    shape.end = shape.point;
    if (shape.point < text.size() && text[shape.point] == '.') {
        shape.end = behind_digits(text, shape.point + 1);
        offset = shape.point;
        if (shape.point == shape.digits || shape.end == shape.point + 1)
            return DecimalStatus::lone_point;
    }
    offset = shape.end;
    if (shape.end == shape.digits) return DecimalStatus::bad_character;
    if (offset == text.size()) return DecimalStatus::ok;
    if (!syntax.exponent || (text[offset] != 'e' && text[offset] != 'E'))
        return DecimalStatus::bad_character;
    const std::size_t mark = offset;
    offset = read_exponent(text, mark, shape.exponent);
    const bool has_digits = is_digit(text[offset - 1]);
    return offset == text.size() && has_digits ? DecimalStatus::ok : DecimalStatus::bad_character;
}

/// The digits of the shape as a number of at most 38 digits; false if there are more.
bool read_magnitude(std::string_view digits, Uint128& magnitude) {
    for (const char c : digits) {
        if (c == '.') continue;
        if (magnitude >= power_of_ten(37)) return false;
        magnitude = magnitude * 10 + static_cast<Uint128>(c - '0');
    }
    return true;
}

}  // namespace

std::size_t write_fixed(const Decimal& number, char* out) {
    return write_scaled(number.is_negative(), number.magnitude(), number.scale(), out);
}

std::size_t write_number(const Decimal& number, char* out) {
    Uint128 magnitude = number.magnitude();
    unsigned scale = number.scale();
    if (magnitude >> 64 == 0) {  // the usual case, in registers
        auto small = static_cast<std::uint64_t>(magnitude);
        for (; scale != 0 && small % 10 == 0; --scale)
            small /= 10;
        magnitude = small;
    }
    for (; scale != 0 && magnitude % 10 == 0; --scale)
        magnitude /= 10;
    return write_scaled(number.is_negative(), magnitude, scale, out);
}

std::string to_text(const Decimal& number) {
    std::array<char, number_text_max> text;
    return {text.data(), write_number(number, text.data())};
}

std::string to_fixed_text(const Decimal& number) {
    std::array<char, number_text_max> text;
    return {text.data(), write_fixed(number, text.data())};
}

ParsedNumber parse_number(std::string_view text, NumberSyntax syntax) {
    Shape shape;
    std::size_t offset = 0;
    const DecimalStatus status = read_shape(text, syntax, shape, offset);
    if (status != DecimalStatus::ok) return refused(status, offset);

    // Zeros at the end, which say nothing, may go as far as the scale is too large.
    std::size_t end = shape.end;
    auto decimals = static_cast<std::int64_t>(shape.decimals()) - shape.exponent;
    while (decimals > std::int64_t{Decimal::scale_max} && end > shape.digits &&
           (text[end - 1] == '0' || text[end - 1] == '.')) {
        decimals -= text[--end] == '0' ? 1 : 0;
    }
    if (end == shape.digits) return {DecimalStatus::ok, Decimal{}, 0};  // zeros only
    if (decimals > std::int64_t{Decimal::scale_max})
        return refused(DecimalStatus::too_many_decimals, end - 1);

    Uint128 magnitude = 0;
    if (!read_magnitude(text.substr(shape.digits, end - shape.digits), magnitude))
        return refused(DecimalStatus::overflow, shape.digits);
    for (; decimals < 0 && magnitude != 0; ++decimals) {
        if (magnitude >= power_of_ten(37)) return refused(DecimalStatus::overflow, shape.digits);
        magnitude *= 10;
    }
    const auto coefficient = static_cast<Int128>(magnitude);
    const auto scale = static_cast<unsigned>(std::max<std::int64_t>(decimals, 0));
    return {DecimalStatus::ok,
            Decimal::of(shape.negative ? -coefficient : coefficient, scale).value, 0};
}

}  // namespace tickweir::book::exact
