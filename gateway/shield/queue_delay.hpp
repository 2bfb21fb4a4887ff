// The standing delay of a queue: the least that any request waited during an interval (CoDel,
// Nichols and Jacobson 2012). A burst that is worked off has a small one; overload has not.
#pragma once

#include <array>
#include <chrono>
#include <optional>

#include "book/types.hpp"
#include "gateway/shield/priority_class.hpp"

namespace tickweir::gateway::shield {

/// What one interval came to.
struct StandingDelay {
    PerClass<std::chrono::nanoseconds> of_class{};
    /// The greater one of P2 and P3. P1 overtakes and would hide it; P4 and P5 may wait.
    std::chrono::nanoseconds of_orders{};
    friend bool operator==(const StandingDelay&, const StandingDelay&) = default;
};

/// One thread; constant time, no allocation.
class QueueDelay {
public:
    explicit QueueDelay(std::chrono::nanoseconds interval = std::chrono::milliseconds{4})
        : interval_{interval} {}

    /// A request left its queue after this, served or not.
    void note(PriorityClass urgency, std::chrono::nanoseconds waited) {
        auto& least = least_[class_index(urgency)];
        if (!least || waited < *least) least = waited;
    }

    /// Once an interval is over, what it came to; the next one begins. `oldest` are the waits of
    /// those who are first in their queues: they tell where nothing left one.
    std::optional<StandingDelay> close(
        book::TimeNs now, const PerClass<std::optional<std::chrono::nanoseconds>>& oldest);

    /// When close() answers next; nothing before its first call.
    std::optional<book::TimeNs> due() const;
    void set_interval(std::chrono::nanoseconds interval) { interval_ = interval; }

private:
    std::chrono::nanoseconds interval_;
    std::optional<book::TimeNs> began_;
    PerClass<std::optional<std::chrono::nanoseconds>> least_{};
};

}  // namespace tickweir::gateway::shield
