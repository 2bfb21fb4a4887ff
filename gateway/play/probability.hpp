// Chance as an exact number of billionths, so that what is drawn from a seed is the same
// everywhere.
#pragma once

#include <cstdint>

namespace tickweir::gateway {

/// A probability in units of 10^-9, so that a seeded integer generator can draw it exactly.
struct Probability {
    static constexpr std::uint32_t one = 1'000'000'000;
    std::uint32_t billionths = 0;
    friend constexpr bool operator==(Probability, Probability) = default;
};

/// Draws from `random` whether it happens; always takes one number.
template <class Random>
bool happens(Random& random, Probability probability) {
    return random.below(Probability::one) < probability.billionths;
}

}  // namespace tickweir::gateway
