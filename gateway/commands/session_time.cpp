#include "gateway/commands/session_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace tickweir::gateway {
namespace {

using std::chrono::nanoseconds;

std::string quoted(std::string_view text) {
    std::string quoted{'\''};
    quoted += text;
    return quoted += '\'';
}

/// All of `text` as a number: digits only, no sign or blank.
std::optional<std::int64_t> digits(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    std::int64_t number = 0;
    if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    return number;
}

/// ".5" is half a second; nothing at all is none.
std::optional<nanoseconds> fraction(std::string_view text) {
    constexpr std::size_t decimals_max = 9;
    if (text.empty()) return nanoseconds{0};
    if (text[0] != '.' || text.size() > 1 + decimals_max) return std::nullopt;
    auto number = digits(text.substr(1));
    if (!number) return std::nullopt;
    for (std::size_t decimals = text.size() - 1; decimals < decimals_max; ++decimals)
        *number *= 10;
    return nanoseconds{*number};
}

}  // namespace

replay::Result<SessionTime> parse_session_time(std::string_view text) {
    if (const auto instant = digits(text)) return SessionTime{book::TimeNs{nanoseconds{*instant}}};
    const std::string wrong =
        quoted(text) + " is not a time (nanoseconds since the epoch, or HH:MM:SS[.n])";
    if (text.size() < 8 || text[2] != ':' || text[5] != ':') return wrong;
    const auto hours = digits(text.substr(0, 2));
    const auto minutes = digits(text.substr(3, 2));
    const auto seconds = digits(text.substr(6, 2));
    const auto below = fraction(text.substr(8));
    if (!hours || !minutes || !seconds || !below) return wrong;
    const nanoseconds time = std::chrono::hours{*hours} + std::chrono::minutes{*minutes} +
                             std::chrono::seconds{*seconds} + *below;
    if (*minutes > 59 || *seconds > 59 || time > std::chrono::hours{24})
        return quoted(text) + " is no time of a day";
    return SessionTime{SinceMidnight{time}};
}

replay::Result<nanoseconds> parse_duration(std::string_view text) {
    using Unit = std::pair<std::string_view, nanoseconds>;
    constexpr std::array units{Unit{"ns", 1},
                               Unit{"us", std::chrono::microseconds{1}},
                               Unit{"ms", std::chrono::milliseconds{1}},
                               Unit{"s", std::chrono::seconds{1}},
                               Unit{"m", std::chrono::minutes{1}},
                               Unit{"h", std::chrono::hours{1}}};
    constexpr nanoseconds most = std::chrono::hours{24};
    const std::size_t unit_at = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = digits(text.substr(0, unit_at));
    const auto unit = std::ranges::find(units, text.substr(unit_at), &Unit::first);
    if (unit_at == 0 || unit == units.end())
        return quoted(text) + " is not a duration (a whole number and ns, us, ms, s, m or h)";
    if (!number || *number == 0 || *number > most / unit->second)
        return quoted(text) + " is not between 1ns and 24h";
    return *number * unit->second;
}

}  // namespace tickweir::gateway
