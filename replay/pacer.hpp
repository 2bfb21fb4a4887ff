// When the messages of a capture are due if it is played again at some speed. Arithmetic only:
// knows no clock and never waits.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "book/types.hpp"

namespace tickweir::replay {

/// How fast a capture is played: millionths of the recorded speed; none: as fast as it goes.
using SpeedMillionths = std::optional<std::uint64_t>;

/// Maps a capture's times, in nanoseconds from any origin, to times on the wall clock. The first
/// time it is asked about is due at once.
class Pacer {
public:
    explicit Pacer(SpeedMillionths speed) : speed_{speed} {}

    /// Forgets where the last round began.
    void restart() { begun_ = false; }

    /// When something that was recorded at `recorded_ns` is due. Times that go back are due at
    /// once.
    book::TimeNs due(std::int64_t recorded_ns, book::TimeNs now) {
        if (!begun_) {
            begun_ = true;
            recorded_start_ns_ = recorded_ns;
            start_ = now;
        }
        if (!speed_) return start_;
        // A product of nanoseconds and millionths does not fit 64 bits.
        __extension__ using Wide = __int128;
        const Wide due_ns = Wide{recorded_ns - recorded_start_ns_} * 1'000'000 / *speed_;
        constexpr std::int64_t century_ns = 3'155'760'000 * std::int64_t{1'000'000'000};
        const auto bounded = std::clamp<Wide>(due_ns, -century_ns, century_ns);
        return start_ + std::chrono::nanoseconds{static_cast<std::int64_t>(bounded)};
    }

private:
    SpeedMillionths speed_;
    bool begun_ = false;
    std::int64_t recorded_start_ns_ = 0;
    book::TimeNs start_{};
};

}  // namespace tickweir::replay
