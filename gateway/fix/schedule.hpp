// When a session may be logged on, and when its sequence numbers begin anew. Time comes in as an
// argument; the local times of a place follow its clocks, summer time included.
#pragma once

#include <chrono>
#include <optional>

#include "book/types.hpp"
#include "gateway/config/fix_config.hpp"
#include "replay/time_zone.hpp"

namespace tickweir::gateway::fix {

struct ScheduleRule {
    SessionReset reset = SessionReset::never;
    std::chrono::weekday reset_day{0};   ///< of a weekly reset
    std::chrono::seconds reset_time{0};  ///< since midnight
    /// From when to when it is open, since midnight; equal: always. Over midnight where the end is
    /// before the beginning.
    std::chrono::seconds opens{0};
    std::chrono::seconds closes{0};
};

/// One session's schedule; immutable.
class Schedule {
public:
    /// Never resets, always open.
    Schedule();
    Schedule(const ScheduleRule& rule, replay::TimeZone zone);

    /// Whether numbers that began at `created` have to begin anew: a reset's time has come since.
    /// One that passed while nobody looked counts. Clocks that went back reset nothing.
    bool reset_due(book::TimeNs created, book::TimeNs now) const;
    /// The next reset after `now`; nothing where there is none.
    std::optional<book::TimeNs> next_reset(book::TimeNs now) const;

    bool is_open(book::TimeNs now) const;
    /// When is_open changes next after `now`; nothing where it never does.
    std::optional<book::TimeNs> next_change(book::TimeNs now) const;

private:
    ScheduleRule rule_;
    replay::TimeZone zone_;
};

}  // namespace tickweir::gateway::fix
