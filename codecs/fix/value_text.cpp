#include "codecs/fix/value_text.hpp"

#include <algorithm>

namespace tickweir::codecs::fix {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

/// As many years as nanoseconds of 64 bits hold.
bool is_writable(UtcTime time) {
    constexpr UtcTime end{sys_days{std::chrono::year{2262} / std::chrono::January / 1}};
    return time >= UtcTime{} && time < end;
}

}  // namespace

std::size_t DecimalText::size() const {
    if (value.decimals > decimals_most) return 0;
    const IntegerText whole{value.coefficient};
    if (value.decimals == 0) return whole.size();
    const std::size_t digits = detail::digit_count(whole.magnitude());
    return (value.coefficient < 0) + std::max<std::size_t>(digits, value.decimals + 1) + 1;
}

char* DecimalText::put(char* at, std::size_t bytes) const {
    const IntegerText number{value.coefficient};
    if (value.decimals == 0) return number.put(at, bytes);
    char* const end = at + bytes;
    if (value.coefficient < 0) *at++ = '-';
    const auto digits = static_cast<std::size_t>(end - at) - 1;
    const std::uint64_t magnitude = number.magnitude();
    if (digits < 8) {
        const std::uint64_t word = detail::eight_digits(magnitude) >> ((8 - digits) * 8);
        const std::size_t point = (digits - value.decimals) * 8;
        const std::uint64_t whole = word & ((std::uint64_t{1} << point) - 1);
        const std::uint64_t fraction = word >> point << point << 8;
        const std::uint64_t text = whole | std::uint64_t{'.'} << point | fraction;
        return detail::put_word(at, text, digits + 1);
    }
    const std::uint64_t unit = detail::powers_of_ten[value.decimals];
    at = detail::put_digits(at, magnitude / unit, digits - value.decimals);
    *at++ = '.';
    return detail::put_digits(at, magnitude % unit, value.decimals);
}

std::size_t DateText::size() const {
    const bool in_range =
        value >= sys_days{} && value < sys_days{std::chrono::year{2262} / std::chrono::January / 1};
    return in_range ? std::string_view{"YYYYMMDD"}.size() : 0;
}

char* DateText::put(char* at, std::size_t) const {
    const std::chrono::year_month_day date{value};
    at = detail::put_digits(at, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    at = detail::put_pair(at, static_cast<unsigned>(date.month()));
    return detail::put_pair(at, static_cast<unsigned>(date.day()));
}

std::size_t TimeText::size() const {
    if (!is_writable(value)) return 0;
    const auto digits = static_cast<std::size_t>(precision);
    return std::string_view{"YYYYMMDD-HH:MM:SS"}.size() + (digits == 0 ? 0 : 1 + digits);
}

char* TimeText::put(char* at, std::size_t) const {
    constexpr std::uint64_t second_ns = 1'000'000'000;
    constexpr std::uint64_t minute_ns = 60 * second_ns;
    const auto time = static_cast<std::uint64_t>(value.time_since_epoch().count());
    const auto minute = static_cast<std::int64_t>(time / minute_ns);
    if (minute != memory.minute) [[unlikely]]
        remember(minute);
    std::memcpy(at, memory.text.data(), memory.text.size());
    const std::uint64_t rest = time % minute_ns;
    at = detail::put_pair(at + memory.text.size() - 1, rest / second_ns);
    const auto digits = static_cast<std::size_t>(precision);
    if (digits == 0) return at;
    *at++ = '.';
    if (precision == TimePrecision::milliseconds) {
        const std::uint64_t milliseconds = rest % second_ns / 1'000'000;
        *at++ = static_cast<char>('0' + milliseconds / 100);
        return detail::put_pair(at, milliseconds % 100);
    }
    return detail::put_digits(at, rest % second_ns / detail::powers_of_ten[9 - digits], digits);
}

void TimeText::remember(std::int64_t minute) const {
    const auto date = floor<days>(value);
    char* at = DateText{date}.put(memory.text.data(), 8);
    const auto of_day = static_cast<std::uint64_t>(minute % (24 * 60));
    *at++ = '-';
    at = detail::put_pair(at, of_day / 60);
    *at++ = ':';
    at = detail::put_pair(at, of_day % 60);
    *at++ = ':';
    *at = '0';
    memory.minute = minute;
}

}  // namespace tickweir::codecs::fix
