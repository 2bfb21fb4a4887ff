#include "txn/log/futex.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <ctime>

namespace tickweir::txn::log {
namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == 4 &&
              std::atomic<std::uint32_t>::is_always_lock_free);

}  // namespace

// Every answer of the system means the same to the callers: look again.

void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                std::optional<Duration> most) {
    timespec time{};
    if (most) {
        const std::int64_t nanoseconds = std::max<std::int64_t>(most->count(), 0);
        time.tv_sec = static_cast<time_t>(nanoseconds / 1'000'000'000);
        time.tv_nsec = static_cast<long>(nanoseconds % 1'000'000'000);
    }
    (void)::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, most ? &time : nullptr, nullptr,
                    0);
}

void futex_wake(const std::atomic<std::uint32_t>& word, bool all) {
    (void)::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, all ? INT_MAX : 1, nullptr, nullptr, 0);
}

}  // namespace tickweir::txn::log
