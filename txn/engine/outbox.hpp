// What a venue shard has said and nobody has heard yet: outcomes wait here, in order, until the log
// says that they are safe. The shard's thread puts them in, one other takes them out.
//
//   entries   | lsn 7: events 3..5, levels 9..9 | lsn 8: .. | lsn 8 (refused) | free ...
//   events    | . . . 3 4 5 6 .. | free ... |          of one entry never over the end
//
// Full is told before a command is executed: what happened is never lost.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>

#include "book/budget.hpp"
#include "txn/log/lsn.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::txn {

/// When outcomes may be told to others.
enum class CommitPoint : std::uint8_t {
    durable,           ///< once their records are
    applied_unlogged,  ///< at once, for measuring: a crash takes back what was told
};
std::string_view to_string(CommitPoint point);

struct OutboxLimits {
    // So few that they stay near the processor; a disk of some milliseconds still keeps up.
    std::size_t outcomes = std::size_t{1} << 12;
    std::size_t events = std::size_t{3} << 12;
    std::size_t levels = std::size_t{1} << 13;
};

/// An outcome that may be told; valid during the visit.
struct ReleasedOutcome {
    log::Lsn lsn{};       ///< of its record, or, refused, of the log's last one then
    bool logged = false;  ///< false: the command was refused
    std::span<const Event> events;
    std::span<const LevelEvent> levels;
};

class Outbox {
public:
    /// What it takes of memory; to be charged before it is made.
    static constexpr std::size_t bytes_for(const OutboxLimits& limits) {
        return limits.outcomes * sizeof(Entry) + limits.events * sizeof(Event) +
               limits.levels * sizeof(LevelEvent);
    }

    /// The charge, unless empty, covers bytes_for(limits). Limits of 0 end the process.
    explicit Outbox(const OutboxLimits& limits, CommitPoint point = CommitPoint::durable,
                    book::Charge charge = {});
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    // The shard's thread.

    /// Whether an outcome of at most so much fits now.
    bool has_room(std::size_t events, std::size_t levels) const;

    /// Copies an outcome in; LSNs never fall. False, with nothing done, if it does not fit, which
    /// never happens within what has_room answered to.
    [[nodiscard]] bool push(log::Lsn lsn, bool logged, const Outcome& outcome);

    // The thread that tells them.

    /// visit(const ReleasedOutcome&) for each whose LSN is durable, in order, until one answers
    /// false, if it answers a bool: that one waits here for the next call. Answers how many.
    template <class Visit>
    std::size_t release(log::Lsn durable, Visit&& visit) {
        const std::uint64_t end = tail_.load(std::memory_order_acquire);
        const std::uint64_t begin = next_released_.count;
        while (next_released_.count != end) {
            const Entry& entry = entries_[next_released_.at];
            if (point_ == CommitPoint::durable && entry.lsn > durable) break;
            const ReleasedOutcome outcome{entry.lsn,
                                          entry.logged,
                                          {&events_[entry.event], entry.event_count},
                                          {&levels_[entry.level], entry.level_count}};
            if constexpr (std::is_same_v<std::invoke_result_t<Visit&, const ReleasedOutcome&>,
                                         bool>) {
                if (!visit(outcome)) break;
            } else {
                visit(outcome);
            }
            // Release: the room is over for us. The entry, which says how much it is, goes last.
            events_freed_.store(entry.events_end, std::memory_order_relaxed);
            levels_freed_.store(entry.levels_end, std::memory_order_relaxed);
            next_released_ = next_released_.behind(1, limits_.outcomes);
            head_.store(next_released_.count, std::memory_order_release);
        }
        return static_cast<std::size_t>(next_released_.count - begin);
    }

    // Any thread.

    CommitPoint point() const { return point_; }
    const OutboxLimits& limits() const { return limits_; }
    /// Outcomes not released yet, at some moment.
    std::size_t waiting() const {
        // The head first: it never passes the tail.
        const std::uint64_t head = head_.load(std::memory_order_acquire);
        return static_cast<std::size_t>(tail_.load(std::memory_order_acquire) - head);
    }

private:
    struct Entry {
        log::Lsn lsn{};
        bool logged = false;
        std::uint32_t event_count = 0;
        std::uint32_t level_count = 0;
        std::size_t event = 0;  // where they begin
        std::size_t level = 0;
        std::uint64_t events_end = 0;  // counted on without end, what was left out included
        std::uint64_t levels_end = 0;
    };

    /// A place in a circle, and what it is counted on without end: no command divides.
    struct Cursor {
        std::uint64_t count = 0;
        std::size_t at = 0;

        /// Where so many in one piece begin.
        Cursor place(std::size_t wanted, std::size_t capacity) const {
            return at + wanted > capacity ? Cursor{count + (capacity - at), 0} : *this;
        }
        Cursor behind(std::size_t taken, std::size_t capacity) const {
            return {count + taken, at + taken == capacity ? 0 : at + taken};
        }
    };

    book::Charge charge_;
    OutboxLimits limits_;
    CommitPoint point_;
    std::unique_ptr<Entry[]> entries_;
    std::unique_ptr<Event[]> events_;
    std::unique_ptr<LevelEvent[]> levels_;

    Cursor next_entry_;  // the shard's thread
    Cursor next_event_;
    Cursor next_level_;
    // What lies before the tail was written before it was stored, and is read after it was loaded;
    // room before the head likewise, the other way.
    alignas(64) std::atomic<std::uint64_t> tail_{0};
    alignas(64) std::atomic<std::uint64_t> head_{0};
    Cursor next_released_;  // the thread that tells them
    std::atomic<std::uint64_t> events_freed_{0};
    std::atomic<std::uint64_t> levels_freed_{0};
};

}  // namespace tickweir::txn
