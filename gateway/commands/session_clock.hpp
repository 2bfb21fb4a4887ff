// The date of an ITCH session, whose messages count nanoseconds since the exchange's midnight, and
// with it the time in UTC. Where the date comes from is told, since it may be a guess.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "replay/time_zone.hpp"

namespace tickweir::gateway {

/// Where a date comes from, best first.
enum class DateSource : std::uint8_t { option, file_name, packets, unknown };

std::string_view to_string(DateSource source);

/// "2019-12-30"
std::string to_text(std::chrono::year_month_day date);

struct SessionDate {
    std::chrono::year_month_day date{std::chrono::year{1970}, std::chrono::January,
                                     std::chrono::day{1}};
    DateSource source = DateSource::unknown;
};

/// Dates and times of one capture in one time zone. Immutable.
class SessionClock {
public:
    /// The error names the time zone and what is wrong with it.
    static replay::Result<SessionClock> make(std::string_view zone,
                                             std::optional<std::chrono::year_month_day> option,
                                             const std::filesystem::path& capture);

    /// The date of a session whose first packet was received then (none: the capture has no times).
    SessionDate date_of(std::optional<book::TimeNs> received) const;

    book::TimeNs to_utc(const SessionDate& date, std::uint64_t since_midnight_ns) const;

    /// "2019-12-30T14:30:00.000000001Z"
    static std::string utc_text(book::TimeNs time);

    /// The same instant on the exchange's clocks: "2019-12-30T09:30:00.000000001-05:00".
    std::string local_text(book::TimeNs time) const;

private:
    SessionClock(replay::TimeZone zone, std::optional<SessionDate> fixed)
        : zone_{std::move(zone)}, fixed_{fixed} {}

    replay::TimeZone zone_;
    std::optional<SessionDate> fixed_;  // the same for every session
};

}  // namespace tickweir::gateway
