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

char* DecimalText::put(char* at) const {
    const IntegerText number{value.coefficient};
    if (value.decimals == 0) return number.put(at);
    if (value.coefficient < 0) *at++ = '-';
    const std::uint64_t magnitude = number.magnitude();
    const std::size_t digits =
        std::max<std::size_t>(detail::digit_count(magnitude), value.decimals + 1);
    if (digits < 8) {
        const std::uint64_t word = detail::eight_digits(magnitude) >> ((8 - digits) * 8);
        const std::size_t point = (digits - value.decimals) * 8;
        const std::uint64_t whole = word & ((std::uint64_t{1} << point) - 1);
        const std::uint64_t fraction = word >> point << point << 8;
        const std::uint64_t text = whole | std::uint64_t{'.'} << point | fraction;
        return detail::put_word(at, text, digits + 1);
    }
    const std::uint64_t unit = detail::powers_of_ten[value.decimals];
    at = NaturalText{magnitude / unit}.put(at);
    *at++ = '.';
    return detail::put_digits(at, magnitude % unit, value.decimals);
}

std::size_t DateText::size() const {
    const bool in_range =
        value >= sys_days{} && value < sys_days{std::chrono::year{2262} / std::chrono::January / 1};
    return in_range ? std::string_view{"YYYYMMDD"}.size() : 0;
}

char* DateText::put(char* at) const {
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

char* TimeText::put(char* at) const {
    const auto date = floor<days>(value);
    if (date != memory.date) [[unlikely]] {
        DateText{date}.put(memory.text.data());
        memory.date = date;
    }
    std::memcpy(at, memory.text.data(), memory.text.size());
    at += memory.text.size();
    const auto time = static_cast<std::uint64_t>((value - date).count());
    const std::uint64_t seconds = time / 1'000'000'000;
    *at++ = '-';
    at = detail::put_pair(at, seconds / 3600);
    *at++ = ':';
    at = detail::put_pair(at, seconds / 60 % 60);
    *at++ = ':';
    at = detail::put_pair(at, seconds % 60);
    const auto digits = static_cast<std::size_t>(precision);
    if (digits == 0) return at;
    *at++ = '.';
    return detail::put_digits(at, time % 1'000'000'000 / detail::powers_of_ten[9 - digits], digits);
}

}  // namespace tickweir::codecs::fix
