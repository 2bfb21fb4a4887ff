// The line from processor ticks to nanoseconds: how it is fitted, corrected without ever going
// back, and evaluated. Pure: readings of the clocks are arguments.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tickweir::gateway {

/// Both clocks read between two reads of the ticks.
struct ClockReading {
    std::uint64_t ticks = 0;        ///< middle of the two
    std::uint64_t width_ticks = 0;  ///< between the two: how sure the reading is
    std::int64_t monotonic_ns = 0;  ///< CLOCK_MONOTONIC: tells the rate
    std::int64_t realtime_ns = 0;   ///< CLOCK_REALTIME: tells the time
};

/// Nanoseconds a tick in units of 2^-40.
using TickRate = std::int64_t;
inline constexpr unsigned tick_rate_bits = 40;

/// ticks * rate, rounded down, through 128 bits.
constexpr std::int64_t ns_of(std::int64_t ticks, TickRate rate) {
    __extension__ typedef __int128 Wide;
    return static_cast<std::int64_t>((static_cast<Wide>(ticks) * rate) >> tick_rate_bits);
}

/// UTC over ticks as three straight pieces that never fall: as before up to `slew_from`, a
/// correction up to `steady_from`, the measured rate from there on.
///
///      ns                        .·'   rate
///       |                    _.·'
///       |           __..--''      slew_rate
///       |        .·'|             |
///       |     .·'   |             |
///       +-----------+-------------+--------- ticks
///        old_rate   slew_from     steady_from
struct TickLine {
    std::uint64_t steady_from = 0;
    std::int64_t steady_ns = 0;  ///< at steady_from
    TickRate rate = 0;
    std::uint64_t slew_from = 0;
    std::int64_t slew_ns = 0;  ///< at slew_from, a step forward included
    TickRate slew_rate = 0;
    // The last line's steady piece as it stood, for rounding it anew could make it fall.
    std::uint64_t old_from = 0;
    std::int64_t old_ns = 0;  ///< at old_from
    TickRate old_rate = 0;

    constexpr std::int64_t at(std::uint64_t ticks) const {
        if (const auto steady = static_cast<std::int64_t>(ticks - steady_from); steady >= 0)
            return steady_ns + ns_of(steady, rate);
        if (const auto slewed = static_cast<std::int64_t>(ticks - slew_from); slewed >= 0)
            return slew_ns + ns_of(slewed, slew_rate);
        return old_ns + ns_of(static_cast<std::int64_t>(ticks - old_from), old_rate);
    }
};

/// What a reading did to the line.
enum class Refit : std::uint8_t {
    done,
    too_early,  ///< the last correction is not over yet; nothing changed
    unsure,     ///< the reading took too long; nothing changed
    restarted,  ///< ticks and clock parted (a suspended machine): the rate is measured anew
};

/// Keeps the last readings and fits the rate through them.
class TickFit {
public:
    static constexpr std::uint64_t width_ticks_max = 2'000;  ///< of a reading that is used
    static constexpr std::int64_t lead_ns = 10'000'000;      ///< a correction starts that far ahead
    static constexpr std::int64_t slew_ns = 400'000'000;     ///< and takes that long
    static constexpr double slew_share_max = 500e-6;         ///< of the rate, for small errors
    static constexpr std::int64_t step_ns = 1'000'000;       ///< errors above are no drift

    /// From two readings, the second later than the first.
    TickFit(const ClockReading& first, const ClockReading& second);

    /// Corrects the line towards the reading's time: small errors by running faster or slower, one
    /// of more than a millisecond forward at once, backward by running at half the rate until the
    /// clock has caught up.
    Refit refit(const ClockReading& reading);

    const TickLine& line() const { return line_; }

private:
    void keep(const ClockReading& reading);
    TickRate fitted_rate() const;

    std::array<ClockReading, 16> readings_{};  // a ring; the rate is theirs by least squares
    std::size_t count_ = 0;
    std::size_t next_ = 0;
    TickLine line_;
};

}  // namespace tickweir::gateway
