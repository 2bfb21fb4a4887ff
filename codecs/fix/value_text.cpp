#include "codecs/fix/value_text.hpp"

#include <cstring>

namespace tickweir::codecs::fix {
namespace {

constexpr auto digit_pairs = [] {
    std::array<char, 200> pairs{};
    for (std::size_t i = 0; i < 100; ++i) {
        pairs[2 * i] = static_cast<char>('0' + i / 10);
        pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return pairs;
}();

/// Writes digits so that they end before `end`; at least `least` of them.
char* put_digits_before(char* end, std::uint64_t value, std::size_t least) {
    char* at = end;
    for (; value >= 100; value /= 100) {
        at -= 2;
        std::memcpy(at, digit_pairs.data() + value % 100 * 2, 2);
    }
    if (value >= 10) {
        at -= 2;
        std::memcpy(at, digit_pairs.data() + value * 2, 2);
    } else {
        *--at = static_cast<char>('0' + value);
    }
    while (static_cast<std::size_t>(end - at) < least)
        *--at = '0';
    return at;
}

std::uint64_t magnitude_of(std::int64_t value) {
    return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

/// As many years as nanoseconds of 64 bits hold.
bool is_writable(std::chrono::sys_days date) {
    using namespace std::chrono;
    return date >= sys_days{} && date < sys_days{year{2262} / January / 1};
}

}  // namespace

ValueText::ValueText(std::uint64_t value) {
    char* const end = bytes_.data() + bytes_.size();
    const char* const begin = put_digits_before(end, value, 1);
    begin_ = static_cast<std::uint8_t>(begin - bytes_.data());
    length_ = static_cast<std::uint8_t>(end - begin);
}

ValueText::ValueText(std::int64_t value) : ValueText{magnitude_of(value)} {
    if (value >= 0) return;
    bytes_[--begin_] = '-';
    ++length_;
}

ValueText::ValueText(Decimal value) {
    if (value.decimals > decimals_most) return;
    char* const end = bytes_.data() + bytes_.size();
    char* begin =
        put_digits_before(end, magnitude_of(value.coefficient), std::size_t{value.decimals} + 1);
    if (value.decimals != 0) {
        const auto whole = static_cast<std::size_t>(end - begin) - value.decimals;
        std::memmove(begin - 1, begin, whole);
        begin[whole - 1] = '.';
        --begin;
    }
    if (value.coefficient < 0) *--begin = '-';
    begin_ = static_cast<std::uint8_t>(begin - bytes_.data());
    length_ = static_cast<std::uint8_t>(end - begin);
}

ValueText::ValueText(UtcTime value, TimePrecision precision) {
    const auto date = std::chrono::floor<std::chrono::days>(value);
    if (!is_writable(date)) return;
    put_date(date);
    const auto time = static_cast<std::uint64_t>((value - date).count());
    const auto seconds = static_cast<unsigned>(time / 1'000'000'000);
    bytes_[length_++] = '-';
    put_pair(seconds / 3600);
    bytes_[length_++] = ':';
    put_pair(seconds / 60 % 60);
    bytes_[length_++] = ':';
    put_pair(seconds % 60);
    const auto digits = static_cast<std::size_t>(precision);
    if (digits == 0) return;
    std::uint64_t fraction = time % 1'000'000'000;
    if (precision == TimePrecision::milliseconds) fraction /= 1'000'000;
    if (precision == TimePrecision::microseconds) fraction /= 1'000;
    bytes_[length_++] = '.';
    put_digits_before(bytes_.data() + length_ + digits, fraction, digits);
    length_ = static_cast<std::uint8_t>(length_ + digits);
}

ValueText::ValueText(std::chrono::sys_days value) {
    if (is_writable(value)) put_date(value);
}

void ValueText::put_date(std::chrono::sys_days date) {
    const std::chrono::year_month_day parts{date};
    const auto year = static_cast<unsigned>(static_cast<int>(parts.year()));
    put_pair(year / 100);
    put_pair(year % 100);
    put_pair(static_cast<unsigned>(parts.month()));
    put_pair(static_cast<unsigned>(parts.day()));
}

void ValueText::put_pair(unsigned value) {
    std::memcpy(bytes_.data() + length_, digit_pairs.data() + value * 2, 2);
    length_ = static_cast<std::uint8_t>(length_ + 2);
}

}  // namespace tickweir::codecs::fix
