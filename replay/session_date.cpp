#include "replay/session_date.hpp"

#include <string>

namespace tickweir::replay {

namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The number that `text`, all digits, says.
unsigned number(std::string_view text) {
    unsigned value = 0;
    for (const char c : text)
        value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
}

/// A date that exists, in the years in which captures can have been made.
std::optional<year_month_day> date(unsigned y, unsigned m, unsigned d) {
    const year_month_day value{year{static_cast<int>(y)}, month{m}, day{d}};
    const bool plausible = value.ok() && y >= 1970 && y < 2100;
    return plausible ? std::optional{value} : std::nullopt;
}

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end]))
        ++end;
    return end - at;
}

/// The date that begins at `at`, where a run of digits begins.
std::optional<year_month_day> date_at(std::string_view name, std::size_t at, std::size_t run) {
    const auto digits = [&](std::size_t from, std::size_t count) {
        return number(name.substr(at + from, count));
    };
    if (run == 8) {
        // No date can be read both ways: a year begins with 19 or 20, a month does not.
        const auto year_first = date(digits(0, 4), digits(4, 2), digits(6, 2));
        return year_first ? year_first : date(digits(4, 4), digits(0, 2), digits(2, 2));
    }
    const bool nasdaq =
        run == 6 && at == 1 && name.front() == 'S' && name.substr(at + run).starts_with("-v");
    if (nasdaq) return date(2000 + digits(4, 2), digits(0, 2), digits(2, 2));
    const bool dashed = run == 4 && at + 10 <= name.size() && name[at + 4] == '-' &&
                        digits_at(name, at + 5) == 2 && name[at + 7] == '-' &&
                        digits_at(name, at + 8) == 2;
    return dashed ? date(digits(0, 4), digits(5, 2), digits(8, 2)) : std::nullopt;
}

}  // namespace

std::optional<year_month_day> date_in_name(std::string_view name) {
    const auto slash = name.rfind('/');
    if (slash != name.npos) name.remove_prefix(slash + 1);
    std::optional<year_month_day> found;
    for (std::size_t at = 0; at < name.size();) {
        const std::size_t run = digits_at(name, at);
        if (const auto here = date_at(name, at, run)) {
            if (found && *found != *here) return std::nullopt;
            found = here;
        }
        at += run + 1;
    }
    return found;
}

}  // namespace tickweir::replay
