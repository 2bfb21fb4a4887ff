// When the requests of an open loop are due: at random, so many a second on average, whatever
// becomes of those before (a Poisson process). Pure.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>

namespace tickweir::bench {

class Arrivals {
public:
    explicit Arrivals(std::uint64_t seed) : random_{seed} {}

    /// From `begin_ns` on at this rate.
    void begin(std::int64_t begin_ns, double per_second) {
        mean_ns_ = 1e9 / per_second;
        due_ns_ = begin_ns;
        rest_ns_ = 0;
        advance();
    }
    std::int64_t due_ns() const { return due_ns_; }
    void advance() {
        const double uniform = (static_cast<double>(random_() >> 11U) + 0.5) * 0x1p-53;
        const double gap = rest_ns_ - mean_ns_ * std::log(uniform);
        const double whole = std::floor(gap);
        due_ns_ += static_cast<std::int64_t>(whole);
        rest_ns_ = gap - whole;
    }

private:
    std::mt19937_64 random_;
    double mean_ns_ = 1;
    double rest_ns_ = 0;  // below a nanosecond, carried on
    std::int64_t due_ns_ = 0;
};

}  // namespace tickweir::bench
