// ZoneRule: POSIX TZ strings (POSIX.1-2017 §8.3, with the wider hours of RFC 8536 §3.3.1).
#include <algorithm>
#include <charconv>
#include <string_view>

#include "replay/time_zone.hpp"

namespace tickweir::replay {

namespace {

using namespace std::chrono;

/// Reads a TZ string front to back; each function takes what it names, or leaves `ok` false.
struct RuleText {
    std::string_view rest;
    bool ok = true;

    bool take(char wanted) {
        if (!rest.starts_with(wanted)) return false;
        rest.remove_prefix(1);
        return true;
    }

    void require(bool holds) { ok = ok && holds; }

    int number(int low, int high) {
        int value = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
        const bool digits = !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
        require(digits && error == std::errc{} && value >= low && value <= high);
        if (ok) rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        return ok ? value : low;
    }

    /// `EST`, or anything between angle brackets.
    void name() {
        const bool quoted = take('<');
        const auto* const end = std::find_if(rest.begin(), rest.end(), [&](char c) {
            const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            return quoted ? c == '>' : !letter;
        });
        const auto length = static_cast<std::size_t>(end - rest.begin());
        require(length >= 3 && (!quoted || length < rest.size()));
        if (ok) rest.remove_prefix(length + (quoted ? 1 : 0));
    }

    /// `[+-]hh[:mm[:ss]]`.
    seconds time(int hours_max) {
        const bool negative = take('-');
        if (!negative) static_cast<void>(take('+'));
        seconds value = hours{number(0, hours_max)};
        if (ok && take(':')) value += minutes{number(0, 59)};
        if (ok && take(':')) value += seconds{number(0, 59)};
        return negative ? -value : value;
    }

    ZoneRule::Date date() {
        using Kind = ZoneRule::Date::Kind;
        ZoneRule::Date date;
        if (take('M')) {
            date.month = number(1, 12);
            require(take('.'));
            date.week = number(1, 5);
            require(take('.'));
            date.weekday = number(0, 6);
        } else if (take('J')) {
            date.kind = Kind::julian;
            date.day = number(1, 365);
        } else {
            date.kind = Kind::day_of_year;
            date.day = number(0, 365);
        }
        if (ok && take('/')) date.time = time(167);
        return date;
    }
};

/// The local time of a rule's date in a year, as if local time were UTC.
sys_seconds local_time(const ZoneRule::Date& date, year in) {
    const sys_days first = in / January / 1;
    sys_days day = first;
    switch (date.kind) {
        case ZoneRule::Date::Kind::julian: {
            constexpr int february_28 = 59;
            const bool past_leap_day = in.is_leap() && date.day > february_28;
            day = first + days{date.day - 1 + (past_leap_day ? 1 : 0)};
            break;
        }
        case ZoneRule::Date::Kind::day_of_year:
            day = first + days{date.day};
            break;
        case ZoneRule::Date::Kind::month_weekday: {
            const month of{static_cast<unsigned>(date.month)};
            const weekday on{static_cast<unsigned>(date.weekday)};
            constexpr int last = 5;
            day = date.week == last ? sys_days{in / of / on[std::chrono::last]}
                                    : sys_days{in / of / on[static_cast<unsigned>(date.week)]};
            break;
        }
    }
    return day + date.time;
}

}  // namespace

std::optional<ZoneRule> ZoneRule::parse(std::string_view text) {
    RuleText in{text};
    ZoneRule rule;
    in.name();
    rule.standard = -in.time(24);  // POSIX counts west as positive
    if (in.ok && !in.rest.empty()) {
        Summer summer;
        in.name();
        summer.offset = rule.standard + hours{1};
        if (in.ok && !in.rest.starts_with(',')) summer.offset = -in.time(24);
        in.require(in.take(','));
        summer.from = in.date();
        in.require(in.take(','));
        summer.until = in.date();
        rule.summer = summer;
    }
    in.require(in.rest.empty());
    return in.ok ? std::optional{rule} : std::nullopt;
}

seconds ZoneRule::offset_at(sys_seconds time) const {
    if (!summer) return standard;
    const year in = year_month_day{floor<days>(time + standard)}.year();
    const sys_seconds from = local_time(summer->from, in) - standard;
    const sys_seconds until = local_time(summer->until, in) - summer->offset;
    // In the south summer spans the new year.
    const bool in_summer =
        from < until ? time >= from && time < until : time >= from || time < until;
    return in_summer ? summer->offset : standard;
}

}  // namespace tickweir::replay
