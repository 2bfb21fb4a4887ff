// What serving threads allow their clients while the venue is loaded: market data gives way before
// any order does.
#pragma once

#include <algorithm>
#include <cstddef>

#include "gateway/serve/hub.hpp"
#include "gateway/shield/shed_policy.hpp"

namespace tickweir::gateway {

/// Unsent bytes from which state is conflated in modes that trim, at most.
inline constexpr std::size_t trimmed_conflate_bytes = 16U << 10;

/// The configured limits as they are in a mode. In modes that cut slow consumers they are cut at
/// half of what they may leave unread otherwise, which is where they are warned.
constexpr HubLimits limits_in(HubLimits limits, shield::LoadMode mode) {
    if (shield::conflates_market_data(mode))
        limits.conflate_after_bytes = std::min(limits.conflate_after_bytes, trimmed_conflate_bytes);
    if (shield::cuts_slow_consumers(mode)) {
        limits.queue_bytes /= 2;
        limits.queue_messages /= 2;
    }
    return limits;
}

}  // namespace tickweir::gateway
