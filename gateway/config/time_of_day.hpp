// A time on the clocks of a place, as the configuration names it.
#pragma once

#include <cstdint>

namespace tickweir::gateway {

/// "17:00" or "17:00:30".
struct TimeOfDay {
    std::uint32_t seconds = 0;  ///< since midnight, below a day
    friend bool operator==(const TimeOfDay&, const TimeOfDay&) = default;
};

}  // namespace tickweir::gateway
