// Random numbers as the shield's tests draw them, in the same order for the same seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "gateway/shield/priority_class.hpp"

namespace tickweir::gateway::shield {

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_{seed} {}
    /// From `least` to `most`, both included.
    std::int64_t from(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>{least, most}(engine_);
    }
    bool one_in(std::int64_t n) { return from(1, n) == 1; }
    std::uint32_t number(std::int64_t least, std::int64_t most) {
        return static_cast<std::uint32_t>(from(least, most));
    }
    PriorityClass urgency() { return priority_classes[static_cast<std::size_t>(from(0, 5))]; }

private:
    std::mt19937_64 engine_;
};

}  // namespace tickweir::gateway::shield
