#include "gateway/shield/queue_delay.hpp"

#include <algorithm>

namespace tickweir::gateway::shield {

std::optional<StandingDelay> QueueDelay::close(
    book::TimeNs now, const PerClass<std::optional<std::chrono::nanoseconds>>& oldest) {
    // The first call begins the first interval, and a clock that was set back a new one.
    if (!began_ || now < *began_) {
        began_ = now;
        return std::nullopt;
    }
    if (now - *began_ < interval_) return std::nullopt;
    StandingDelay standing;
    for (std::size_t i = 0; i < priority_class_count; ++i) {
        const auto& known = least_[i] ? least_[i] : oldest[i];
        standing.of_class[i] = known.value_or(std::chrono::nanoseconds{0});
    }
    standing.of_orders = std::max(standing.of_class[class_index(PriorityClass::entitled)],
                                  standing.of_class[class_index(PriorityClass::order)]);
    least_ = {};
    began_ = now;
    return standing;
}

std::optional<book::TimeNs> QueueDelay::due() const {
    if (!began_) return std::nullopt;
    return *began_ + interval_;
}

}  // namespace tickweir::gateway::shield
