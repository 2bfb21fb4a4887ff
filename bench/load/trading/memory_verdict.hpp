// Whether a gateway's memory stayed within its bounds: marks held against what was measured while
// the load was normal, ten times as high, and normal again. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/trading/statistics.hpp"

namespace tickweir::bench {

/// One look at a gateway's memory, in bytes.
struct MemorySample {
    double at = 0;  ///< seconds
    std::size_t resident = 0;
    std::size_t resident_most = 0;  ///< since its process began
    std::size_t anonymous = 0;      ///< of what is resident: backed by no file
    std::size_t sockets = 0;        ///< buffers of all sockets of the system, which no process has
    friend bool operator==(const MemorySample&, const MemorySample&) = default;
};

/// Before, while and after the load was ten times as high.
inline constexpr std::size_t memory_phases = 3;
using MemoryPhases = std::array<std::vector<MemorySample>, memory_phases>;

/// What nobody may be denied: session control and whatever lowers a risk.
struct UrgentDenials {
    std::uint64_t cancels_refused = 0;      ///< for load, as clients were told
    std::uint64_t urgent_shed = 0;          ///< of classes P0 and P1, as the gateway counts
    std::uint64_t orders_untracked = 0;     ///< for which order entry had no room
    std::uint64_t requests_unanswered = 0;  ///< of sessions that keep to the rules
    std::uint64_t sessions_cut = 0;         ///< likewise
};

struct MemoryMarks {
    double growth = 1.2;  ///< the most at ten times the load, by the p95 before
    double back = 1.05;   ///< the median of the last half after it, by that p95
    /// The last part of the phase that the slope is of, as a share of it.
    double slope_part = 0.5;
    /// A slope counts as none that for sure adds no more than this share of the p95 in that part.
    double slope_least = 0.01;
};

/// One line: what was asked, and what there was.
struct MemoryMark {
    std::string what;
    double measured = 0;
    double bound = 0;  ///< at most
    bool good() const { return measured <= bound; }
};

struct MemoryVerdict {
    double calm = 0;  ///< the p95 of what was resident before, in bytes
    Slope slope;      ///< bytes a second, of the last part of the phase
    std::vector<MemoryMark> memory;
    std::vector<MemoryMark> denials;

    /// False where a phase has no samples, too.
    bool bounded() const;
    bool nobody_denied() const;
};

MemoryVerdict judge(const MemoryPhases& phases, const UrgentDenials& denials,
                    const MemoryMarks& marks = {});
/// The first mark alone: what was resident at most since the load rose, by the p95 before.
double growth_of(const MemoryPhases& phases);

}  // namespace tickweir::bench
