// How many requests a second may be sent: the generic cell rate algorithm, a token bucket that is
// one point in time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "codecs/mold/receiver_types.hpp"

namespace tickweir::codecs::mold {

class RequestRate {
public:
    /// Both at least 1; `burst` may go out at once after a pause.
    RequestRate(std::uint32_t per_second, std::uint32_t burst)
        : interval_{std::chrono::nanoseconds{std::chrono::seconds{1}} / per_second},
          burst_{interval_ * (burst - 1)} {}

    /// When the next one may go.
    TimeNs ready() const { return spent_until_ - burst_; }
    void take(TimeNs now) { spent_until_ = std::max(spent_until_, now) + interval_; }

private:
    std::chrono::nanoseconds interval_;
    std::chrono::nanoseconds burst_;
    TimeNs spent_until_{};
};

}  // namespace tickweir::codecs::mold
