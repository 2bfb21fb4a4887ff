#include "replay/simulator/json_text.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace tickweir::replay::simulator {
namespace {

template <class Number>
void append_number(std::string& out, Number value) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

/// With zeros in front up to `width` digits.
void append_padded(std::string& out, std::int64_t value, std::size_t width) {
    std::string digits;
    append_number(digits, value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

}  // namespace

void append_integer(std::string& out, std::int64_t value) {
    append_number(out, value);
}

void append_integer(std::string& out, std::uint64_t value) {
    append_number(out, value);
}

void append_rfc3339(std::string& out, std::int64_t time_ns, bool nanoseconds) {
    const std::chrono::sys_time<std::chrono::nanoseconds> time{std::chrono::nanoseconds{time_ns}};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::int64_t since = (time - day).count();
    constexpr std::int64_t ns_a_second = 1'000'000'000;
    append_padded(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_padded(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_padded(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append_padded(out, since / (3'600 * ns_a_second), 2);
    out += ':';
    append_padded(out, since / (60 * ns_a_second) % 60, 2);
    out += ':';
    append_padded(out, since / ns_a_second % 60, 2);
    out += '.';
    if (nanoseconds) {
        append_padded(out, since % ns_a_second, 9);
    } else {
        append_padded(out, since % ns_a_second / 1'000, 6);
    }
    out += 'Z';
}

}  // namespace tickweir::replay::simulator
