// The time that loads go by: the wall's, since requests carry it and the gateway compares it.
#pragma once

#include <chrono>

#include "book/types.hpp"

namespace tickweir::bench {

using book::TimeNs;

inline book::TimeNs wall_now() {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}
inline std::int64_t ns_of(book::TimeNs time) {
    return time.time_since_epoch().count();
}

}  // namespace tickweir::bench
