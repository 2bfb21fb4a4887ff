// When something arrives: independent arrivals at a rate that changes from second to second and
// from millisecond to millisecond, so that bursts come as on a real feed.
#pragma once

#include <cstdint>

#include "replay/simulator/random.hpp"
#include "replay/simulator/tables.hpp"

namespace tickweir::replay::simulator {

/// Draws the times of arrivals; the mean over many seconds is the gap asked for.
class ArrivalClock {
public:
    explicit ArrivalClock(Random random) : random_{random} {}

    void start(std::uint64_t now_ns) {
        now_ns_ = now_ns;
        millisecond_end_ns_ = now_ns;
        second_end_ns_ = now_ns;
    }

    /// The next arrival, at or after `now_ns` and the one before, for a mean gap over all seconds.
    /// What a feed that lags behind its arrivals could not send is not made up for.
    std::uint64_t next(std::uint64_t now_ns, std::uint64_t mean_gap_ns);

private:
    static constexpr std::uint64_t millisecond_ns = 1'000'000;

    void begin_millisecond();

    Random random_;
    std::uint64_t now_ns_ = 0;
    std::uint64_t millisecond_end_ns_ = 0;
    std::uint64_t second_end_ns_ = 0;
    std::uint64_t second_permille_ = 1'000;  ///< of the mean rate
    std::uint64_t permille_ = 1'000;         ///< of the mean rate, now
};

}  // namespace tickweir::replay::simulator
