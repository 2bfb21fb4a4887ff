// Waits for readiness of file descriptors, for a wake-up by another thread and for a deadline: the
// one place where a gateway's thread sleeps. Level-triggered epoll; one owner thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "book/types.hpp"

namespace tickweir::gateway {

/// Gets told that its file descriptor is ready. It may add, change or remove any descriptor, itself
/// included, while it is told.
class ReadyHandler {
public:
    /// `readable` includes end of stream and errors, so that the next read finds them.
    virtual void on_ready(bool readable, bool writable) = 0;

protected:
    ~ReadyHandler() = default;
};

/// Lets other threads end a reactor's sleep. Cheap while the reactor is awake: no system call.
class Waker {
public:
    Waker();  ///< Throws std::system_error when there is no descriptor left.
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;
    ~Waker();

    /// Any thread. What was published before the call is seen by the owner before it sleeps again.
    void wake();

private:
    friend class Reactor;
    int fd_;
    // 1 while the owner sleeps or is about to.
    std::atomic<std::uint32_t> asleep_{0};
};

/// epoll with handlers. Not for regular files.
class Reactor {
public:
    Reactor();  ///< Throws std::system_error.
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;
    ~Reactor();

    struct Interest {
        bool readable = true;
        bool writable = false;
    };

    /// Watches a descriptor; the handler must stay until remove(). False (with errno) when the
    /// system refuses.
    [[nodiscard]] bool add(int fd, ReadyHandler& handler, Interest interest);
    void change(int fd, ReadyHandler& handler, Interest interest);
    void remove(int fd, ReadyHandler& handler);

    /// Handles what is ready now, without sleeping. Whether anything was.
    bool poll();

    /// Sleeps until something is ready, a wake-up or `timeout_ns` (none: for ever), unless
    /// `has_work()` says, after the waker is armed, that there is something to do already; then
    /// handles what is ready.
    template <class HasWork>
    bool wait(std::optional<std::int64_t> timeout_ns, HasWork&& has_work) {
        arm();
        return handle(has_work() ? std::optional<std::int64_t>{0} : timeout_ns);
    }

    Waker& waker() { return waker_; }

private:
    void arm();
    bool handle(std::optional<std::int64_t> timeout_ns);

    Waker waker_;
    int epoll_;
    // Handlers removed while a batch is handed out: their events of that batch are not delivered.
    std::vector<ReadyHandler*> removed_;
    bool handing_out_ = false;
};

}  // namespace tickweir::gateway
