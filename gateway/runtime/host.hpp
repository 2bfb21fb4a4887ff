// A thread that hosts roles: gives each its turns, sleeps when none has work, and ends when all
// have stopped. Never spins without bound.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "book/types.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/runtime/role.hpp"

namespace tickweir::gateway {

/// The wall clock, as every role is told it.
book::TimeNs wall_clock_now();

struct HostOptions {
    std::string name;  ///< of the thread, as the system shows it (15 characters)
    std::optional<int> cpu =
        std::nullopt;           ///< pinned to this processor; none: wherever the system puts it
    std::uint32_t spin_us = 0;  ///< looks for work again for so long before it sleeps
};

/// One thread and its reactor. Made, filled and started by one thread, which also joins it.
class Host {
public:
    explicit Host(HostOptions options) : options_(std::move(options)) {}
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    /// The thread must have been joined.
    ~Host() = default;

    /// For roles to register descriptors with, before start() or from the thread itself.
    Reactor& reactor() { return reactor_; }
    const std::string& name() const { return options_.name; }

    /// Before start(). Roles get their turns in this order. The role must outlive the thread.
    void add(Role& role) { roles_.push_back(&role); }

    /// Starts the thread. False when it could not be pinned (it runs all the same).
    bool start();

    /// Any thread: asks all roles to stop; those that are not done `grace` after it are left.
    void request_stop(std::chrono::nanoseconds grace);

    void join();

    /// What escaped from a role and ended the thread; after join(). Nothing input can do causes it.
    std::exception_ptr failure() const { return failure_; }

    /// Whether the thread has come to its end. Any thread.
    bool ended() const { return ended_.load(std::memory_order_acquire); }

    std::vector<std::string> role_names() const;

    /// One round over all roles and the ready descriptors, without sleeping; whether any had work.
    /// What the thread does again and again; for tests that host everything themselves.
    bool turn(book::TimeNs now);

    /// Nanoseconds the thread spent asleep so far. Any thread.
    std::uint64_t asleep_ns() const { return asleep_ns_.load(std::memory_order_relaxed); }

private:
    void run();
    bool may_end(book::TimeNs now);
    void sleep(book::TimeNs now);
    bool has_work() const;

    HostOptions options_;
    Reactor reactor_;
    std::vector<Role*> roles_;
    std::thread thread_;
    std::exception_ptr failure_;
    // Nanoseconds since the epoch until which stopping roles may take; 0: nobody asked to stop.
    std::atomic<std::int64_t> stop_deadline_ns_{0};
    bool stopping_ = false;      // the thread's own
    book::TimeNs busy_until_{};  // spinning ends then
    std::atomic<std::uint64_t> asleep_ns_{0};
    std::atomic<bool> ended_{false};
};

}  // namespace tickweir::gateway
