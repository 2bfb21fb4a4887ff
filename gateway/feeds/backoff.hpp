// How long to wait before the next attempt at something that failed: twice as long each time, up to
// a bound, and never all clients at the same moment. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace tickweir::gateway {

class Backoff {
public:
    using Duration = std::chrono::nanoseconds;

    /// `first` is at most `most`. The seed makes one client's waits differ from another's.
    Backoff(Duration first, Duration most, std::uint64_t seed)
        : first_{first}, most_{most}, next_{first}, random_{seed} {}

    /// The wait after one more failure: between half and all of its step.
    Duration next() {
        const Duration step = next_;
        next_ = std::min(most_, 2 * step);
        return jittered(step);
    }

    /// The wait where another attempt will hardly do better: of the longest step.
    Duration longest() { return jittered(most_); }

    /// The attempt succeeded.
    void reset() { next_ = first_; }

private:
    Duration jittered(Duration step) {
        const Duration::rep half = step.count() / 2;
        return Duration{step.count() - half +
                        std::uniform_int_distribution<Duration::rep>{0, half}(random_)};
    }

    Duration first_;
    Duration most_;
    Duration next_;
    std::mt19937_64 random_;
};

}  // namespace tickweir::gateway
