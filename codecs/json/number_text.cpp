#include "codecs/json/number_text.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace tickweir::codecs::json {
namespace {

constexpr std::int64_t decimals_max = 18;
/// Beyond any exponent that a text within the limits can make good.
constexpr std::int64_t exponent_max = std::int64_t{1} << 40;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The parts of a number's text.
struct Parts {
    bool negative = false;
    std::string_view whole;
    std::string_view fraction;
    std::int64_t exponent = 0;  // held within +-exponent_max
};

std::string_view take_digits(std::string_view& text) {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count]))
        ++count;
    const std::string_view digits = text.substr(0, count);
    text.remove_prefix(count);
    return digits;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

bool take_exponent(std::string_view& text, std::int64_t& exponent) {
    const bool negative = take(text, '-');
    if (!negative) take(text, '+');
    const std::string_view digits = take_digits(text);
    for (const char c : digits)
        if (exponent < exponent_max) exponent = exponent * 10 + (c - '0');
    if (negative) exponent = -exponent;
    return !digits.empty();
}

bool split(std::string_view text, NumberForm form, Parts& parts) {
    parts.negative = take(text, '-');
    parts.whole = take_digits(text);
    if (parts.whole.empty()) return false;
    if (form == NumberForm::bare && parts.whole.size() > 1 && parts.whole[0] == '0') return false;
    if (take(text, '.')) {
        parts.fraction = take_digits(text);
        if (parts.fraction.empty()) return false;
    }
    if (form == NumberForm::bare && (take(text, 'e') || take(text, 'E')))
        if (!take_exponent(text, parts.exponent)) return false;
    return text.empty();
}

/// The digits of both parts without zeros at either end, and the power of ten of the last one.
struct Digits {
    explicit Digits(const Parts& parts) : whole{parts.whole}, fraction{parts.fraction} {
        exponent = parts.exponent - static_cast<std::int64_t>(fraction.size());
        exponent += strip_back(fraction);
        if (fraction.empty()) exponent += strip_back(whole);
        strip_front(whole);
        if (whole.empty()) strip_front(fraction);
    }
    static std::int64_t strip_back(std::string_view& digits) {
        const std::size_t kept = digits.find_last_not_of('0') + 1;  // npos + 1 is 0
        const std::size_t stripped = digits.size() - kept;
        digits.remove_suffix(stripped);
        return static_cast<std::int64_t>(stripped);
    }
    static void strip_front(std::string_view& digits) {
        digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    }
    std::string_view whole;
    std::string_view fraction;
    std::int64_t exponent;
};

/// value * 10 + digit, unless that exceeds `most`.
bool append_digit(std::uint64_t& value, unsigned digit, std::uint64_t most) {
    if (value > (most - digit) / 10) return false;
    value = value * 10 + digit;
    return true;
}

}  // namespace

NumberRead read_number(std::string_view text, NumberForm form, Number& out) {
    Parts parts;
    if (!split(text, form, parts)) return NumberRead::not_a_number;
    const Digits digits{parts};
    out = {};
    if (digits.whole.empty() && digits.fraction.empty()) return NumberRead::ok;
    constexpr std::uint64_t int64_max = std::numeric_limits<std::int64_t>::max();
    const std::uint64_t most = parts.negative ? int64_max + 1 : int64_max;
    if (digits.exponent < -decimals_max || digits.exponent > decimals_max)
        return NumberRead::does_not_fit;
    std::uint64_t value = 0;
    for (const std::string_view part : {digits.whole, digits.fraction})
        for (const char c : part)
            if (!append_digit(value, static_cast<unsigned>(c - '0'), most))
                return NumberRead::does_not_fit;
    for (std::int64_t zeros = digits.exponent; zeros > 0; --zeros)
        if (!append_digit(value, 0, most)) return NumberRead::does_not_fit;
    out.mantissa = static_cast<std::int64_t>(parts.negative ? 0 - value : value);
    out.decimals = digits.exponent < 0 ? static_cast<std::uint32_t>(-digits.exponent) : 0;
    return NumberRead::ok;
}

bool is_json_number(std::string_view text) {
    Parts parts;
    return split(text, NumberForm::bare, parts);
}

bool read_unsigned(std::string_view text, NumberForm form, std::uint64_t& out) {
    if (text.empty() || (form == NumberForm::bare && text.size() > 1 && text[0] == '0'))
        return false;
    std::uint64_t value = 0;
    for (const char c : text)
        if (!is_digit(c) || !append_digit(value, static_cast<unsigned>(c - '0'),
                                          std::numeric_limits<std::uint64_t>::max()))
            return false;
    out = value;
    return true;
}

bool read_rfc3339(std::string_view text, std::int64_t& out) {
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    if (text.size() < shape.size() + 1) return false;
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (shape[i] == '0' ? !is_digit(text[i]) : text[i] != shape[i]) return false;
    const auto field = [&](std::size_t begin, std::size_t count) {
        unsigned value = 0;
        for (const char c : text.substr(begin, count))
            value = value * 10 + static_cast<unsigned>(c - '0');
        return value;
    };
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(field(0, 4))},
                                           std::chrono::month{field(5, 2)},
                                           std::chrono::day{field(8, 2)}};
    const unsigned hours = field(11, 2);
    const unsigned minutes = field(14, 2);
    const unsigned seconds = field(17, 2);
    if (!date.ok() || date.year() < std::chrono::year{1970} ||
        date.year() > std::chrono::year{2261} || hours > 23 || minutes > 59 || seconds > 59)
        return false;
    std::string_view rest = text.substr(shape.size());
    std::int64_t nanoseconds = 0;
    if (take(rest, '.')) {
        const std::string_view fraction = take_digits(rest);
        if (fraction.empty() || fraction.size() > 9) return false;
        for (std::size_t i = 0; i < 9; ++i)
            nanoseconds = nanoseconds * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    }
    if (rest != "Z" && rest != "+00:00") return false;
    const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
    out = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    out = out * 1'000'000'000 + nanoseconds;
    return true;
}

}  // namespace tickweir::codecs::json
