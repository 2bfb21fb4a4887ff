#include "gateway/fix/schedule.hpp"

#include <algorithm>
#include <utility>

#include "gateway/venue/venue_clock.hpp"

namespace tickweir::gateway::fix {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

/// The instants of a weekday's resets, seen from a day on a place's clocks.
book::TimeNs weekly_instant(const replay::TimeZone& zone, const ScheduleRule& rule, sys_days day) {
    return first_instant(zone, day, rule.reset_time);
}

/// The last reset that is not after `time`, or the first one after it.
book::TimeNs weekly_reset(const replay::TimeZone& zone, const ScheduleRule& rule, book::TimeNs time,
                          bool after) {
    const sys_days today{zone.date_of(time)};
    sys_days day = today - (std::chrono::weekday{today} - rule.reset_day) - days{7};
    std::optional<book::TimeNs> last;
    for (;; day += days{7}) {
        const book::TimeNs instant = weekly_instant(zone, rule, day);
        if (instant > time) return after || !last ? instant : *last;
        last = instant;
    }
}

replay::TimeZone utc() {
    return *replay::TimeZone::load("UTC");
}

}  // namespace

Schedule::Schedule() : zone_{utc()} {}

Schedule::Schedule(const ScheduleRule& rule, replay::TimeZone zone)
    : rule_{rule}, zone_{std::move(zone)} {}

bool Schedule::reset_due(book::TimeNs created, book::TimeNs now) const {
    switch (rule_.reset) {
        case SessionReset::never:
            return false;
        case SessionReset::daily:
            return created < last_instant(zone_, rule_.reset_time, now);
        case SessionReset::weekly:
            return created < weekly_reset(zone_, rule_, now, false);
    }
    return false;
}

std::optional<book::TimeNs> Schedule::next_reset(book::TimeNs now) const {
    switch (rule_.reset) {
        case SessionReset::never:
            break;
        case SessionReset::daily:
            return next_instant(zone_, rule_.reset_time, now);
        case SessionReset::weekly:
            return weekly_reset(zone_, rule_, now, true);
    }
    return std::nullopt;
}

bool Schedule::is_open(book::TimeNs now) const {
    if (rule_.opens == rule_.closes) return true;
    // Open since the last opening unless a closing came later; at one instant the opening counts.
    return last_instant(zone_, rule_.opens, now) >= last_instant(zone_, rule_.closes, now);
}

std::optional<book::TimeNs> Schedule::next_change(book::TimeNs now) const {
    if (rule_.opens == rule_.closes) return std::nullopt;
    return next_instant(zone_, is_open(now) ? rule_.closes : rule_.opens, now);
}

}  // namespace tickweir::gateway::fix
