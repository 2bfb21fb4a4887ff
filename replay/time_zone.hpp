// A time zone of the system's database, to turn an exchange's local times into UTC. Reads TZif
// files (RFC 8536); knows no locale and no current time.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::replay {

/// The rule of the years behind the last transition of a zone: the POSIX TZ string in its file's
/// footer, such as `EST5EDT,M3.2.0,M11.1.0`.
struct ZoneRule {
    /// A day of each year and a local time on it.
    struct Date {
        enum class Kind : std::uint8_t {
            julian,         ///< day 1 to 365, February 29 is never counted
            day_of_year,    ///< day 0 to 365, February 29 is counted
            month_weekday,  ///< the week-th weekday of the month, week 5 is the last
        };
        Kind kind = Kind::month_weekday;
        int day = 0;  ///< of the year
        int month = 1;
        int week = 1;
        int weekday = 0;  ///< 0 is Sunday
        std::chrono::seconds time{7200};
    };
    std::chrono::seconds standard{0};  ///< UTC offset, east positive
    struct Summer {
        std::chrono::seconds offset{0};
        Date from;
        Date until;
    };
    std::optional<Summer> summer;

    /// None where the text is not such a rule.
    static std::optional<ZoneRule> parse(std::string_view text);

    /// The UTC offset in force.
    std::chrono::seconds offset_at(std::chrono::sys_seconds time) const;
};

/// One zone, immutable.
class TimeZone {
public:
    /// Loads a zone such as `America/New_York`. `UTC` needs no database. The error names the zone
    /// and what is wrong with it; names that would leave `database` are refused.
    static Result<TimeZone> load(std::string_view name,
                                 const std::filesystem::path& database = "/usr/share/zoneinfo");

    /// Reads the content of a TZif file, version 2 or later; the error says what is wrong.
    static Result<TimeZone> parse(codecs::Bytes content);

    /// The UTC offset in force at an instant, east positive. Logarithmic in the transitions.
    std::chrono::seconds offset_at(std::chrono::sys_seconds time) const;

    /// The instant that is `since_midnight` into a local day. The day's offset is the one at its
    /// noon: markets trade away from the hour at which clocks are changed, and feeds that count
    /// from midnight do not jump.
    book::TimeNs to_utc(std::chrono::year_month_day date,
                        std::chrono::nanoseconds since_midnight) const;

    /// The local date of an instant.
    std::chrono::year_month_day date_of(book::TimeNs time) const;

private:
    struct Transition {
        std::chrono::sys_seconds at;
        std::chrono::seconds offset;  // from then on
    };
    std::chrono::seconds before_{0};  // the first transition
    std::vector<Transition> transitions_;
    std::optional<ZoneRule> rule_;
};

}  // namespace tickweir::replay
