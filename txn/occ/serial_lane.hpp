// Where a transaction goes that lost too often: one at a time, so that among those who keep trying
// somebody always gets on.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

namespace tickweir::txn::occ {

/// Tries before the lane.
inline constexpr unsigned tries = 3;

/// One for all transactions over the same records. Whoever is in it yields while another holds a
/// lock, which is short: a holder never waits.
struct SerialLane {
    std::mutex mutex;

    // Relaxed: numbers to be looked at.
    std::atomic<std::uint64_t> retries{0};
    std::atomic<std::uint64_t> entered{0};
};

}  // namespace tickweir::txn::occ
