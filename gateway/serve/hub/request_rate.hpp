// How often a client may ask: the generic cell rate algorithm (ITU-T I.371) on times passed in.
#pragma once

#include <algorithm>
#include <cstdint>

#include "book/types.hpp"

namespace tickweir::gateway::hub {

/// Admits `per_second` requests a second on average and as many in a burst. One word of state.
class RequestRate {
public:
    /// Whether a request at `now` is within the rate; counts it if so. 0 a second admits none.
    bool admit(book::TimeNs now, std::size_t per_second) {
        constexpr std::int64_t second_ns = 1'000'000'000;
        if (per_second == 0) return false;
        const std::int64_t at = now.time_since_epoch().count();
        const std::int64_t interval =
            std::max<std::int64_t>(second_ns / static_cast<std::int64_t>(per_second), 1);
        const std::int64_t expected = std::max(expected_ns_, at);
        if (expected - at > second_ns - interval) return false;
        expected_ns_ = expected + interval;
        return true;
    }

private:
    std::int64_t expected_ns_ = 0;  // theoretical arrival time of the next conforming request
};

}  // namespace tickweir::gateway::hub
