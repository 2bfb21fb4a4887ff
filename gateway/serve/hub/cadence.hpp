// When a client that asked for at most one update in N ms gets its updates: at the multiples of N
// ms since the epoch, each client by the offset of its phase later. Times are passed in.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

#include "book/types.hpp"

namespace tickweir::gateway::hub {

/// Clients of the same cadence are sent together, and share their frames:
///
///     N = 10 ms    | phase 0 | 1 | 2 | .. | 9 | phase 0 | 1 | ..
///                  0 ms                        10 ms
///
/// Spread over the interval, no client waits for the writes to all others.
struct Cadence {
    std::uint32_t conflate_ms = 0;  ///< 0: every update at once
    std::uint32_t phase = 0;

    friend constexpr auto operator<=>(const Cadence&, const Cadence&) = default;

    /// More would cost more encoding than they spare waiting: frames are shared within a phase.
    static constexpr std::uint32_t phases_max = 16;

    /// At least 1 ms apart.
    static constexpr std::uint32_t phases(std::uint32_t conflate_ms) {
        return std::clamp(conflate_ms, 1U, phases_max);
    }
    /// A client has the same phase in all its streams, so that they are sent with one call.
    static constexpr Cadence of(std::uint32_t client, std::uint32_t conflate_ms) {
        return {conflate_ms, client % phases(conflate_ms)};
    }

    constexpr std::int64_t interval_ns() const { return std::int64_t{conflate_ms} * 1'000'000; }

    /// The first tick behind `now`. Requires conflation, and a time from 1970 on.
    constexpr std::int64_t next_tick_ns(book::TimeNs now) const {
        const std::int64_t interval = interval_ns();
        const std::int64_t offset = interval * phase / phases(conflate_ms);
        const std::int64_t since = now.time_since_epoch().count() + interval - offset;
        return (since / interval) * interval + offset;
    }
};

}  // namespace tickweir::gateway::hub
