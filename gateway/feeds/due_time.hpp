// When the next of several things is due, each of which may never be.
#pragma once

#include <algorithm>
#include <optional>

#include "book/types.hpp"

namespace tickweir::gateway {

/// The earlier of two times; none is later than any.
constexpr std::optional<book::TimeNs> earlier(std::optional<book::TimeNs> one,
                                              std::optional<book::TimeNs> other) {
    if (!one || !other) return one ? one : other;
    return std::min(*one, *other);
}

}  // namespace tickweir::gateway
