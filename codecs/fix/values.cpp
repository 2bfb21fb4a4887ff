#include "codecs/fix/values.hpp"

#include <limits>

namespace tickweir::codecs::fix {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_days;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// value * 10 + the digit, unless that exceeds `most`.
bool append_digit(std::uint64_t& value, char digit, std::uint64_t most) {
    const auto added = static_cast<std::uint64_t>(digit - '0');
    if (value > (most - added) / 10) return false;
    value = value * 10 + added;
    return true;
}

FieldStatus read_digits(std::string_view text, std::uint64_t most, std::uint64_t& value) {
    if (text.empty()) return FieldStatus::malformed;
    bool fits = true;
    for (const char c : text) {
        if (!is_digit(c)) return FieldStatus::malformed;
        fits = fits && append_digit(value, c, most);
    }
    return fits ? FieldStatus::ok : FieldStatus::out_of_range;
}

/// Takes a `-` off; then the largest magnitude that is left for the digits.
std::uint64_t take_sign(std::string_view& text, bool& negative) {
    constexpr std::uint64_t int64_max = std::numeric_limits<std::int64_t>::max();
    negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    return negative ? int64_max + 1 : int64_max;
}

std::int64_t signed_value(std::uint64_t magnitude, bool negative) {
    return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

/// Digits around at most one point.
struct DecimalParts {
    std::string_view whole;
    std::string_view fraction;  ///< without zeros at its end
};

bool split(std::string_view text, DecimalParts& parts) {
    const std::size_t point = text.find('.');
    parts.whole = text.substr(0, point);
    if (point != text.npos) parts.fraction = text.substr(point + 1);
    for (const std::string_view part : {parts.whole, parts.fraction})
        for (const char c : part)
            if (!is_digit(c)) return false;
    const bool has_digit = !parts.whole.empty() || !parts.fraction.empty();
    parts.fraction = parts.fraction.substr(0, parts.fraction.find_last_not_of('0') + 1);
    return has_digit;
}

/// Digits at fixed places of a text that is known to be long enough.
struct FixedDigits {
    std::string_view text;
    bool good = true;

    unsigned at(std::size_t begin, std::size_t count) {
        unsigned value = 0;
        for (const char c : text.substr(begin, count)) {
            good = good && is_digit(c);
            value = value * 10 + static_cast<unsigned>(c - '0');
        }
        return value;
    }
};

/// `.` and 1 to 9 digits, or nothing.
bool read_fraction(std::string_view text, nanoseconds& fraction) {
    if (text.empty()) return true;
    if (text.size() < 2 || text.size() > 10 || text[0] != '.') return false;
    std::int64_t value = 0;
    for (std::size_t i = 1; i <= 9; ++i) {
        if (i < text.size() && !is_digit(text[i])) return false;
        value = value * 10 + (i < text.size() ? text[i] - '0' : 0);
    }
    fraction = nanoseconds{value};
    return true;
}

}  // namespace

FieldResult<std::int64_t> read_int(std::string_view text) {
    if (text.empty()) return {0, FieldStatus::empty};
    bool negative = false;
    const std::uint64_t most = take_sign(text, negative);
    std::uint64_t magnitude = 0;
    const FieldStatus status = read_digits(text, most, magnitude);
    if (status != FieldStatus::ok) return {0, status};
    return {signed_value(magnitude, negative), status};
}

FieldResult<std::uint64_t> read_uint(std::string_view text) {
    if (text.empty()) return {0, FieldStatus::empty};
    std::uint64_t value = 0;
    const FieldStatus status = read_digits(text, std::numeric_limits<std::uint64_t>::max(), value);
    if (status != FieldStatus::ok) return {0, status};
    return {value, status};
}

FieldResult<Decimal> read_decimal(std::string_view text) {
    if (text.empty()) return {{}, FieldStatus::empty};
    bool negative = false;
    const std::uint64_t most = take_sign(text, negative);
    DecimalParts parts;
    if (!split(text, parts)) return {{}, FieldStatus::malformed};
    if (parts.fraction.size() > decimals_most) return {{}, FieldStatus::out_of_range};
    std::uint64_t magnitude = 0;
    for (const std::string_view part : {parts.whole, parts.fraction})
        for (const char c : part)
            if (!append_digit(magnitude, c, most)) return {{}, FieldStatus::out_of_range};
    return {{signed_value(magnitude, negative), static_cast<std::uint32_t>(parts.fraction.size())},
            FieldStatus::ok};
}

FieldResult<char> read_char(std::string_view text) {
    if (text.empty()) return {0, FieldStatus::empty};
    if (text.size() != 1) return {0, FieldStatus::malformed};
    return {text[0], FieldStatus::ok};
}

FieldResult<bool> read_bool(std::string_view text) {
    if (text.empty()) return {false, FieldStatus::empty};
    if (text != "Y" && text != "N") return {false, FieldStatus::malformed};
    return {text == "Y", FieldStatus::ok};
}

FieldResult<UtcTime> read_time(std::string_view text) {
    constexpr std::size_t date_length = 8;
    if (text.empty()) return {{}, FieldStatus::empty};
    if (text.size() <= date_length || text[date_length] != '-') return {{}, FieldStatus::malformed};
    const auto date = read_date(text.substr(0, date_length));
    const auto time_of_day = read_time_of_day(text.substr(date_length + 1));
    if (!time_of_day) return {{}, FieldStatus::malformed};
    if (!date) return {{}, date.status};
    return {UtcTime{*date} + *time_of_day, FieldStatus::ok};
}

FieldResult<sys_days> read_date(std::string_view text) {
    if (text.empty()) return {{}, FieldStatus::empty};
    if (text.size() != 8) return {{}, FieldStatus::malformed};
    FixedDigits digits{text};
    const auto year = static_cast<int>(digits.at(0, 4));
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{digits.at(4, 2)},
                                           std::chrono::day{digits.at(6, 2)}};
    if (!digits.good || !date.ok()) return {{}, FieldStatus::malformed};
    if (year < 1970 || year > 2261) return {{}, FieldStatus::out_of_range};
    return {sys_days{date}, FieldStatus::ok};
}

FieldResult<nanoseconds> read_time_of_day(std::string_view text) {
    constexpr std::size_t seconds_end = 8;
    if (text.empty()) return {{}, FieldStatus::empty};
    if (text.size() < seconds_end || text[2] != ':' || text[5] != ':')
        return {{}, FieldStatus::malformed};
    FixedDigits digits{text};
    const unsigned hour = digits.at(0, 2);
    const unsigned minute = digits.at(3, 2);
    const unsigned second = digits.at(6, 2);
    nanoseconds fraction{};
    if (!digits.good || hour > 23 || minute > 59 || second > 60 ||
        !read_fraction(text.substr(seconds_end), fraction))
        return {{}, FieldStatus::malformed};
    return {hours{hour} + minutes{minute} + seconds{second} + fraction, FieldStatus::ok};
}

}  // namespace tickweir::codecs::fix
