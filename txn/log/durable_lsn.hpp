// How far the log is durable, in one word that every thread reads, and whether it has failed. The
// log's thread writes it.
#pragma once

#include <atomic>
#include <chrono>

#include "txn/log/futex.hpp"
#include "txn/log/lsn.hpp"

namespace tickweir::txn::log {

class DurableLsn {
public:
    explicit DurableLsn(Lsn durable = {}) : durable_(number(durable)) {}
    DurableLsn(const DurableLsn&) = delete;
    DurableLsn& operator=(const DurableLsn&) = delete;

    // Any thread.

    /// All records up to this one are durable. Never falls. Acquire: what the log's thread did for
    /// them, and what their transactions wrote before, is seen.
    Lsn load() const { return Lsn{durable_.load(std::memory_order_acquire)}; }

    /// The log has failed: nothing more becomes durable. Final.
    bool failed() const { return failed_.load(std::memory_order_acquire); }

    enum class Waited : std::uint8_t { durable, failed, timed_out };

    /// Sleeps until a record is durable. For threads that may sleep, one record at a time; others
    /// look at load(), and are woken by the log's listener.
    Waited wait(Lsn lsn, Duration most) const;

    // The log's thread.

    void advance(Lsn durable) {
        durable_.store(number(durable), std::memory_order_release);
        wake();
    }
    void fail() {
        failed_.store(true, std::memory_order_release);
        wake();
    }

private:
    /// A waiter counts itself, then reads the round, then looks at the words above; this changes
    /// the words, then the round, then looks for waiters. All four touch rounds and waiters
    /// sequentially consistent: a waiter that read the old round was counted before.
    void wake() {
        round_.fetch_add(1, std::memory_order_seq_cst);
        if (waiters_.load(std::memory_order_seq_cst) != 0) futex_wake(round_, true);
    }

    alignas(64) std::atomic<std::uint64_t> durable_;
    std::atomic<bool> failed_{false};
    std::atomic<std::uint32_t> round_{0};
    alignas(64) mutable std::atomic<std::uint32_t> waiters_{0};
};

inline DurableLsn::Waited DurableLsn::wait(Lsn lsn, Duration most) const {
    if (load() >= lsn) return Waited::durable;
    const auto end = std::chrono::steady_clock::now() + most;
    waiters_.fetch_add(1, std::memory_order_seq_cst);
    Waited waited = Waited::timed_out;
    for (;;) {
        const std::uint32_t round = round_.load(std::memory_order_seq_cst);
        const bool durable = load() >= lsn;
        const auto left = end - std::chrono::steady_clock::now();
        if (durable || failed() || left <= Duration{}) {
            waited = durable ? Waited::durable : failed() ? Waited::failed : Waited::timed_out;
            break;
        }
        futex_wait(round_, round, left);
    }
    waiters_.fetch_sub(1, std::memory_order_seq_cst);
    return waited;
}

}  // namespace tickweir::txn::log
