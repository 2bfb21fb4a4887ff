#include "txn/engine/outbox.hpp"

#include <algorithm>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::txn {

std::string_view to_string(CommitPoint point) {
    switch (point) {
        case CommitPoint::durable:
            return "durable";
        case CommitPoint::applied_unlogged:
            return "applied (unsafe: not durable)";
    }
    return "unknown";
}

Outbox::Outbox(const OutboxLimits& limits, CommitPoint point, book::Charge charge)
    : charge_{std::move(charge)},
      limits_{limits},
      point_{point},
      entries_{std::make_unique<Entry[]>(limits.outcomes)},
      events_{std::make_unique<Event[]>(limits.events)},
      levels_{std::make_unique<LevelEvent[]>(limits.levels)} {
    book::ensure(limits.outcomes != 0 && limits.events != 0 && limits.levels != 0);
    book::ensure(charge_.budget() == nullptr || charge_.bytes() >= bytes_for(limits));
}

bool Outbox::has_room(std::size_t events, std::size_t levels) const {
    // Acquire: whoever read what was in the room is done with it. The other two come before it.
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    if (next_entry_.count - head >= limits_.outcomes) return false;
    const std::uint64_t event = next_event_.place(events, limits_.events).count;
    const std::uint64_t level = next_level_.place(levels, limits_.levels).count;
    return event + events - events_freed_.load(std::memory_order_relaxed) <= limits_.events &&
           level + levels - levels_freed_.load(std::memory_order_relaxed) <= limits_.levels;
}

bool Outbox::push(log::Lsn lsn, bool logged, const Outcome& outcome) {
    const std::size_t events = outcome.events.size();
    const std::size_t levels = outcome.levels.size();
    if (!has_room(events, levels)) return false;
    const Cursor event = next_event_.place(events, limits_.events);
    const Cursor level = next_level_.place(levels, limits_.levels);
    next_event_ = event.behind(events, limits_.events);
    next_level_ = level.behind(levels, limits_.levels);
    Entry& entry = entries_[next_entry_.at];
    next_entry_ = next_entry_.behind(1, limits_.outcomes);
    entry = {.lsn = lsn,
             .logged = logged,
             .event_count = static_cast<std::uint32_t>(events),
             .level_count = static_cast<std::uint32_t>(levels),
             .event = event.at,
             .level = level.at,
             .events_end = next_event_.count,
             .levels_end = next_level_.count};
    std::copy_n(outcome.events.data(), events, &events_[entry.event]);
    std::copy_n(outcome.levels.data(), levels, &levels_[entry.level]);
    tail_.store(next_entry_.count, std::memory_order_release);
    return true;
}

}  // namespace tickweir::txn
