// The seed of a random test: printed so that a failure can be repeated, taken from TICKWEIR_SEED.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace tickweir::tests {

/// A fresh seed, or the one in the environment; printed either way.
inline std::uint64_t test_seed() {
    const char* given = std::getenv("TICKWEIR_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10)
                         : static_cast<std::uint64_t>(
                               std::chrono::system_clock::now().time_since_epoch().count());
    std::printf("TICKWEIR_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
}

}  // namespace tickweir::tests
