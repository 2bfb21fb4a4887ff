// How loaded a venue is, and in which mode that puts it: gathers what its thread sees of queues,
// log, memory and disk, and lets the shield's machine decide. Time comes in as an argument.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "book/budget.hpp"
#include "book/types.hpp"
#include "gateway/shield/class_queues.hpp"
#include "gateway/shield/load_mode.hpp"
#include "gateway/shield/queue_delay.hpp"
#include "gateway/shield/sliding_least.hpp"
#include "gateway/venue/queued_requests.hpp"
#include "gateway/venue/venue_link.hpp"
#include "txn/log/segment_stock.hpp"

namespace tickweir::gateway {

struct VenueLoadSettings {
    shield::LoadLimits modes;
    std::chrono::nanoseconds interval = std::chrono::milliseconds{5};  ///< of one sample
    /// A log is behind if no record of so long became durable quickly: several writes of the disk,
    /// for one of them may take long.
    std::chrono::nanoseconds log_window = std::chrono::milliseconds{100};
    InputDelay* input = nullptr;  ///< of what waits to be read; none: nobody trades
    /// Those whose use tells a mode: not such as are used up by design, of rings made once. They
    /// outlive the venue.
    std::vector<const book::MemoryBudget*> budgets;
};

/// What the log and its disk are like at a moment.
struct LogLook {
    txn::log::Lsn last{};
    txn::log::Lsn durable{};
    txn::log::FreeSpace space = txn::log::FreeSpace::enough;
    std::uint32_t free_percent = 100;  ///< of the disk
    bool failed = false;
};

/// One thread; constant time, no allocation.
class VenueLoad {
public:
    using Queues = shield::ClassQueues<QueuedRequests::Place>;

    /// The board outlives it.
    VenueLoad(VenueLoadSettings settings, VenueBoard& board);

    /// A request left its queue after this, served or not.
    void left_queue(shield::PriorityClass urgency, std::chrono::nanoseconds waited) {
        delay_.note(urgency, waited);
    }
    /// Once a turn.
    void look(const LogLook& log, book::TimeNs now);
    /// Once a turn, behind look(); a change of the mode, which is on the board then.
    std::optional<shield::LoadChange> turn(const Queues& queues, book::TimeNs now);
    /// Of an operator; nothing: as the load says.
    std::optional<shield::LoadChange> set_bounds(std::optional<LoadMode> floor,
                                                 std::optional<LoadMode> ceiling, book::TimeNs now);
    /// The log has failed, or the venue: for good.
    std::optional<shield::LoadChange> fail(book::TimeNs now);

    /// When the interval ends; nothing: none has begun.
    std::optional<book::TimeNs> interval_due() const { return delay_.due(); }
    /// When a turn is due though nothing comes in; nothing: none came before, or all has stopped.
    std::optional<book::TimeNs> next_due() const;

    LoadMode mode() const { return modes_.mode(); }
    ShedCause refused_as() const { return modes_.shed_cause(); }
    const shield::LoadModes& modes() const { return modes_; }
    const shield::StandingDelay& delay() const { return last_delay_; }
    /// What sessions' input waited in the last interval, and records in the last window, at least.
    std::chrono::nanoseconds input_delay() const { return sample_.input_delay; }
    std::chrono::nanoseconds log_lag() const { return sample_.log_lag; }

private:
    std::uint32_t memory_percent() const;
    std::chrono::nanoseconds log_lag_at(book::TimeNs now);
    std::optional<shield::LoadChange> shown(std::optional<shield::LoadChange> change);

    VenueLoadSettings settings_;
    VenueBoard& board_;
    shield::QueueDelay delay_;
    shield::LoadModes modes_;
    shield::StandingDelay last_delay_;
    shield::LoadSample sample_;  // the last
    LogLook log_;
    // A record on its way to the disk, and since when: when it is there, the next one is watched.
    txn::log::Lsn watched_{};
    std::optional<book::TimeNs> watched_since_;
    shield::SlidingLeast lags_;
};

}  // namespace tickweir::gateway
