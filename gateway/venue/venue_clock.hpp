// When the venue's day ends, and when it has to be told that time passed. Time comes in as an
// argument: what to do is decided here, without a clock.
#pragma once

#include <chrono>
#include <optional>

#include "book/types.hpp"
#include "replay/time_zone.hpp"

namespace tickweir::gateway {

/// The first instant of a local date at which its clocks show at least `since_midnight`: where they
/// are set forward over that, the moment of it; where they pass it twice, the first time.
book::TimeNs first_instant(const replay::TimeZone& zone, std::chrono::year_month_day date,
                           std::chrono::seconds since_midnight);

/// The first of those of all days that is after `time`, and the last that is not.
book::TimeNs next_instant(const replay::TimeZone& zone, std::chrono::seconds since_midnight,
                          book::TimeNs time);
book::TimeNs last_instant(const replay::TimeZone& zone, std::chrono::seconds since_midnight,
                          book::TimeNs time);

/// Decides; one thread. A day's end that passed while nobody looked is due at once, but several of
/// them only once.
class VenueClock {
public:
    using Duration = std::chrono::nanoseconds;

    /// `ended`: up to where days have ended; nothing for a new venue, whose first day ends next.
    VenueClock(replay::TimeZone zone, std::chrono::seconds day_end, Duration tick,
               std::optional<book::TimeNs> ended, book::TimeNs now);

    /// The day's end that is due; stays due until day_ended.
    std::optional<book::TimeNs> day_end_due(book::TimeNs now) const;
    void day_ended(book::TimeNs due);

    /// Whether to tell that time passed, `wanted` being when that has an effect; at most every
    /// `tick`.
    bool tick_due(book::TimeNs now, std::optional<book::TimeNs> wanted) const;
    void ticked(book::TimeNs now) { ticked_ = now; }

    /// When one of both is due next.
    book::TimeNs next_due(std::optional<book::TimeNs> wanted) const;

    /// Up to where days have ended: to be kept beyond this life.
    book::TimeNs ended() const { return ended_; }

private:
    replay::TimeZone zone_;
    std::chrono::seconds day_end_;
    Duration tick_;
    book::TimeNs ended_;
    book::TimeNs next_;  // day's end
    std::optional<book::TimeNs> ticked_;
};

}  // namespace tickweir::gateway
