// Sleeping until another thread says so, at the price of a load for the one who says it while
// nobody sleeps. No condition variable, no lock.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace tickweir::txn::log {

using Duration = std::chrono::nanoseconds;

/// Sleeps while the word has this value; returns at a wake, after `most`, or for no reason.
void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                std::optional<Duration> most);
void futex_wake(const std::atomic<std::uint32_t>& word, bool all);

/// Where one thread sleeps until there is work.
///
/// Who gives work stores it sequentially consistent and then calls `ring`; what `ready` looks at is
/// loaded so, too. Of the two pairs
///
///     giver:    store work, load asleep_          sleeper:    store asleep_, load work
///
/// at least one load sees the other's store, in the one order of all of them: either the sleeper
/// finds the work and stays awake, or the giver finds the sleeper and wakes it.
class Doorbell {
public:
    /// Any thread. A system call only if the sleeper sleeps, and by one of those that ring.
    void ring() {
        if (asleep_.load(std::memory_order_seq_cst) == 0) return;
        if (asleep_.exchange(0, std::memory_order_seq_cst) != 0) futex_wake(asleep_, false);
    }

    /// Looks so often before it sleeps: some microseconds in all, in which work that comes costs
    /// nobody a system call. More would take the processor from others where there are two. Seldom,
    /// for each look takes the line of what is being written away from its writer.
    static constexpr unsigned looks = 8;
    static constexpr unsigned pauses_between = 32;

    /// The sleeper's thread. Returns at the latest after `most`; may return for no reason.
    template <class Ready>
    void wait(Ready&& ready, std::optional<Duration> most) {
        for (unsigned i = 0; i < looks; ++i) {
            if (ready()) return;
            for (unsigned k = 0; k < pauses_between; ++k)
                pause();
        }
        asleep_.store(1, std::memory_order_seq_cst);
        // If it has been rung since, the word is 0 and the kernel does not sleep.
        if (!ready()) futex_wait(asleep_, 1, most);
        asleep_.store(0, std::memory_order_seq_cst);
    }

private:
    static void pause() {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }

    std::atomic<std::uint32_t> asleep_{0};
};

}  // namespace tickweir::txn::log
