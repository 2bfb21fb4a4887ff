// The limits of books that are filled by strangers.
#pragma once

#include <cstdint>
#include <random>

#include "book/book_set.hpp"

namespace tickweir::gateway {

/// The defaults, with a seed of the hash of order ids that no sender can know. Start-up only: asks
/// the system for random numbers.
inline book::Limits unpredictable_book_limits() {
    book::Limits limits;
    std::random_device source;
    limits.seed = std::uint64_t{source()} << 32 | source();
    return limits;
}

}  // namespace tickweir::gateway
