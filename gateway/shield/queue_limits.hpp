// How much each class queue holds and for how long, and what is counted of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "gateway/shield/class_schedule.hpp"
#include "gateway/shield/priority_class.hpp"

namespace tickweir::gateway::shield {

struct ClassLimits {
    std::size_t capacity = 1'024;
    /// How long a request may wait before it is answered instead of served; nothing: as long as it
    /// takes. `loaded` from L1 on: the shorter one, for a queue that does not empty by itself.
    std::optional<std::chrono::nanoseconds> age_max;
    std::optional<std::chrono::nanoseconds> age_max_loaded;
};

struct QueueLimits {
    PerClass<ClassLimits> classes{{
        {1'024, std::nullopt, std::nullopt},
        {16'384, std::nullopt, std::nullopt},
        {4'096, std::chrono::milliseconds{250}, std::chrono::milliseconds{16}},
        {8'192, std::chrono::milliseconds{100}, std::chrono::milliseconds{4}},
        {1'024, std::chrono::milliseconds{500}, std::chrono::milliseconds{20}},
        {256, std::chrono::milliseconds{500}, std::chrono::milliseconds{20}},
    }};
    ScheduleLimits schedule;

    /// Their ages from L1 on follow the target of LoadLimits: P2 8, P3 2, P4 and P5 10 times it.
    void follow(std::chrono::nanoseconds target) {
        constexpr PerClass<int> times{0, 0, 8, 2, 10, 10};
        for (const PriorityClass urgency : priority_classes) {
            const int factor = times[class_index(urgency)];
            if (factor > 0) classes[class_index(urgency)].age_max_loaded = target * factor;
        }
    }
};

struct ClassCounts {
    std::size_t depth = 0;
    std::size_t high_water = 0;
    std::uint64_t pushed = 0;
    std::uint64_t full = 0;                 ///< not taken for want of a place
    std::uint64_t served = 0;               ///< by pop()
    std::uint64_t withdrawn = 0;            ///< by take() and take_if()
    std::uint64_t aged = 0;                 ///< handed back by expire(), too old
    std::uint64_t refused = 0;              ///< likewise, for the load mode
    std::chrono::nanoseconds waited{};      ///< all that were served, together
    std::chrono::nanoseconds waited_max{};  ///< of one that was served
};

}  // namespace tickweir::gateway::shield
