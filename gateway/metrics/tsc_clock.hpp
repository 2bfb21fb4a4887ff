// The gateway's clock: UTC in nanoseconds from the processor's tick counter, some nanoseconds a
// call. Where the counter does not run evenly, CLOCK_MONOTONIC takes its place as the ticks.
#pragma once

#include <x86intrin.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <ctime>

#include "book/types.hpp"
#include "gateway/metrics/tick_fit.hpp"

namespace tickweir::gateway {

/// Whether the processor says that its counter keeps one rate in every power state (cpuid
/// 80000007H, EDX bit 8: invariant TSC; Intel SDM vol. 3B, 17.17.1).
bool has_invariant_tsc();

/// Reading is lock-free on any thread; `refit` belongs to one thread.
///
/// Times never fall, also from one thread to another, as long as a refit reaches its end within
/// 10 ms of reading the clocks; one that is held up longer can make others see a step back of at
/// most 0.05 % of that delay.
class TscClock {
public:
    enum class Ticks : std::uint8_t { tsc, monotonic };

    /// Measures the rate for about 20 ms.
    TscClock() : TscClock(has_invariant_tsc() ? Ticks::tsc : Ticks::monotonic) {}
    explicit TscClock(Ticks source);

    Ticks source() const { return source_; }

    /// A stamp for intervals; compare only stamps of one clock.
    std::uint64_t ticks() const { return source_ == Ticks::tsc ? __rdtsc() : monotonic_ns(); }

    /// UTC, nanoseconds since the epoch.
    std::int64_t now_ns() const { return utc_ns(ticks()); }
    book::TimeNs now() const { return book::TimeNs{std::chrono::nanoseconds{now_ns()}}; }

    /// UTC of a stamp that is not older than some seconds.
    std::int64_t utc_ns(std::uint64_t stamp) const { return line().at(stamp); }

    /// Between two stamps at the measured rate, corrections of UTC left out; negative when `to` is
    /// the earlier one.
    std::int64_t elapsed_ns(std::uint64_t from, std::uint64_t to) const {
        return ns_of(static_cast<std::int64_t>(to - from), rate_.load(std::memory_order_relaxed));
    }

    /// Follows the system's clock; to be called about once a second by one housekeeping turn.
    Refit refit();

private:
    static std::uint64_t monotonic_ns();
    ClockReading read_clocks() const;
    TickLine line() const;
    void publish(const TickLine& line);

    using Slot = std::array<std::atomic<std::uint64_t>, sizeof(TickLine) / sizeof(std::uint64_t)>;

    Ticks source_;
    std::atomic<TickRate> rate_{0};
    std::atomic<std::uint64_t> version_{0};
    alignas(64) std::array<Slot, 2> slots_{};
    TickFit fit_;  // refit's own
};

}  // namespace tickweir::gateway
