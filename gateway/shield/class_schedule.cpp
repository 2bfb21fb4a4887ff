#include "gateway/shield/class_schedule.hpp"

#include <algorithm>

namespace tickweir::gateway::shield {
namespace {

PriorityClass lower_after(PriorityClass urgency) {
    return urgency == PriorityClass::history ? PriorityClass::entitled
                                             : priority_classes[class_index(urgency) + 1];
}

}  // namespace

ClassSchedule::ClassSchedule(const ScheduleLimits& limits) : limits_{limits} {
    limits_.urgent_burst = std::max(limits.urgent_burst, 1U);
    for (std::uint32_t& batch : limits_.batch)
        batch = std::max(batch, 1U);
}

std::optional<PriorityClass> ClassSchedule::next(ClassSet waiting) {
    if (waiting.has(PriorityClass::control)) return PriorityClass::control;
    const bool urgent = waiting.has(PriorityClass::risk_reducing);
    if (!waiting.has_lower()) {
        urgent_run_ = 0;
        lower_is_owed_ = false;
        return urgent ? std::optional{PriorityClass::risk_reducing} : std::nullopt;
    }
    if (!urgent) {
        urgent_run_ = 0;
        lower_is_owed_ = false;
        return next_lower(waiting);
    }
    lower_is_owed_ = lower_is_owed_ && batch_goes_on(waiting);
    if (!lower_is_owed_) {
        if (urgent_run_ < limits_.urgent_burst) {
            ++urgent_run_;
            return PriorityClass::risk_reducing;
        }
        urgent_run_ = 0;
        lower_is_owed_ = true;
    }
    return next_lower(waiting);
}

PriorityClass ClassSchedule::next_lower(ClassSet waiting) {
    if (!batch_goes_on(waiting)) {
        do
            at_ = lower_after(at_);
        while (!waiting.has(at_));
        left_ = limits_.batch[class_index(at_)];
    }
    --left_;
    return at_;
}

}  // namespace tickweir::gateway::shield
