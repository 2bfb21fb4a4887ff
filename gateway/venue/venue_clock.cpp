#include "gateway/venue/venue_clock.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::gateway {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

/// The first second in (`before`, `at`] whose offset is that of `at`; offsets change once in it.
sys_seconds change_in(const replay::TimeZone& zone, sys_seconds before, sys_seconds at) {
    const seconds offset = zone.offset_at(at);
    while (at - before > seconds{1}) {
        const sys_seconds middle = before + (at - before) / 2;
        (zone.offset_at(middle) == offset ? at : before) = middle;
    }
    return at;
}

}  // namespace

book::TimeNs first_instant(const replay::TimeZone& zone, std::chrono::year_month_day date,
                           seconds since_midnight) {
    // As if the place were at Greenwich; it is at most a day away from that.
    const sys_seconds local = sys_seconds{sys_days{date}} + since_midnight;
    const seconds earlier = zone.offset_at(local - days{1});
    const seconds later = zone.offset_at(local + days{1});
    const sys_seconds by_earlier = local - earlier;
    const sys_seconds by_later = local - later;
    if (zone.offset_at(by_earlier) == earlier) return by_earlier;
    if (zone.offset_at(by_later) == later) return by_later;
    // Clocks are set forward over it: by_later is before the change, by_earlier behind it.
    return change_in(zone, by_later, by_earlier);
}

book::TimeNs next_instant(const replay::TimeZone& zone, seconds since_midnight, book::TimeNs time) {
    for (sys_days date = sys_days{zone.date_of(time)} - days{1};; date += days{1}) {
        const book::TimeNs instant = first_instant(zone, date, since_midnight);
        if (instant > time) return instant;
    }
}

book::TimeNs last_instant(const replay::TimeZone& zone, seconds since_midnight, book::TimeNs time) {
    for (sys_days date = sys_days{zone.date_of(time)} + days{1};; date -= days{1}) {
        const book::TimeNs instant = first_instant(zone, date, since_midnight);
        if (instant <= time) return instant;
    }
}

VenueClock::VenueClock(replay::TimeZone zone, seconds day_end, Duration tick,
                       std::optional<book::TimeNs> ended, book::TimeNs now)
    : zone_{std::move(zone)},
      day_end_{day_end},
      tick_{tick},
      ended_{ended.value_or(last_instant(zone_, day_end, now))},
      next_{next_instant(zone_, day_end_, ended_)} {}

std::optional<book::TimeNs> VenueClock::day_end_due(book::TimeNs now) const {
    if (now < next_) return std::nullopt;
    return last_instant(zone_, day_end_, now);
}

void VenueClock::day_ended(book::TimeNs due) {
    ended_ = std::max(ended_, due);
    next_ = next_instant(zone_, day_end_, ended_);
}

bool VenueClock::tick_due(book::TimeNs now, std::optional<book::TimeNs> wanted) const {
    return wanted && *wanted <= now && (!ticked_ || now - *ticked_ >= tick_ || now < *ticked_);
}

book::TimeNs VenueClock::next_due(std::optional<book::TimeNs> wanted) const {
    if (!wanted) return next_;
    const book::TimeNs tick = ticked_ ? std::max(*wanted, *ticked_ + tick_) : *wanted;
    return std::min(next_, tick);
}

}  // namespace tickweir::gateway
