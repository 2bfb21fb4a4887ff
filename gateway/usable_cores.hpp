// How many cores the process may run on.
#pragma once

#include <sched.h>

#include <algorithm>

namespace tickweir::gateway {

/// The cores of the calling thread's affinity, at least 1. A quota of time that the system sets is
/// not seen here.
inline unsigned usable_cores() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    // Fails where the machine has more cores than the set has bits: those are many all the same.
    if (sched_getaffinity(0, sizeof cores, &cores) != 0) return CPU_SETSIZE;
    return static_cast<unsigned>(std::max(CPU_COUNT(&cores), 1));
}

}  // namespace tickweir::gateway
