// How long what sessions have sent waits for order entry's thread, told to the venue's, whose load
// it is: a backlog in sockets is seen by no queue of the venue's.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

#include "book/types.hpp"

namespace tickweir::gateway {

/// Order entry's thread writes, the venue's reads. Relaxed: each word is all there is to know.
class InputDelay {
public:
    // Order entry's thread.

    /// A session that had sent more than its share of a turn had to wait so long for the next one.
    void note(std::chrono::nanoseconds waited) {
        std::int64_t least = least_ns_.load(std::memory_order_relaxed);
        while (waited.count() < least &&
               !least_ns_.compare_exchange_weak(least, waited.count(), std::memory_order_relaxed)) {
        }
    }
    /// Since when the first of those that wait does; nothing: none waits.
    void show_first(std::optional<book::TimeNs> since) {
        first_ns_.store(since ? since->time_since_epoch().count() : none,
                        std::memory_order_relaxed);
    }

    // The venue's thread.

    /// The least that anybody waited since the last call; where nobody's wait has ended, how long
    /// the first has waited by now. Also where its thread does not come round.
    std::chrono::nanoseconds take(book::TimeNs now) {
        const std::int64_t least = least_ns_.exchange(none, std::memory_order_relaxed);
        if (least != none) return std::chrono::nanoseconds{std::max<std::int64_t>(least, 0)};
        const std::int64_t first = first_ns_.load(std::memory_order_relaxed);
        if (first == none) return std::chrono::nanoseconds{0};
        const std::int64_t waits = now.time_since_epoch().count() - first;
        return std::chrono::nanoseconds{std::max<std::int64_t>(waits, 0)};
    }

private:
    static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();

    std::atomic<std::int64_t> least_ns_{none};
    std::atomic<std::int64_t> first_ns_{none};
};

}  // namespace tickweir::gateway
