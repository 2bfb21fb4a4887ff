#include "gateway/runtime/host.hpp"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <chrono>

namespace tickweir::gateway {

book::TimeNs wall_clock_now() {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

bool Host::start() {
    thread_ = std::thread{[this] {
        try {
            run();
        } catch (...) {
            failure_ = std::current_exception();
        }
        ended_.store(true, std::memory_order_release);
    }};
    pthread_setname_np(thread_.native_handle(), options_.name.substr(0, 15).c_str());
    if (!options_.cpu) return true;
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(static_cast<unsigned>(*options_.cpu), &cpus);
    return pthread_setaffinity_np(thread_.native_handle(), sizeof cpus, &cpus) == 0;
}

void Host::request_stop(std::chrono::nanoseconds grace) {
    const std::int64_t deadline = (wall_clock_now() + grace).time_since_epoch().count();
    // Release is not needed for data of ours: the deadline is the message.
    stop_deadline_ns_.store(deadline, std::memory_order_relaxed);
    reactor_.waker().wake();
}

std::vector<std::string> Host::role_names() const {
    std::vector<std::string> names;
    for (const Role* role : roles_)
        names.emplace_back(role->name());
    return names;
}

void Host::join() {
    if (thread_.joinable()) thread_.join();
}

bool Host::turn(book::TimeNs now) {
    bool worked = false;
    for (Role* role : roles_)
        worked |= role->turn(now);
    worked |= reactor_.poll();
    return worked;
}

void Host::run() {
    for (;;) {
        const book::TimeNs now = wall_clock_now();
        if (may_end(now)) return;
        if (turn(now)) {
            busy_until_ = now + std::chrono::microseconds{options_.spin_us};
        } else if (now >= busy_until_) {
            sleep(now);
        } else {
            // Whoever waits for this core has it before the next look.
            sched_yield();
        }
    }
}

bool Host::may_end(book::TimeNs now) {
    const std::int64_t deadline = stop_deadline_ns_.load(std::memory_order_relaxed);
    if (deadline == 0) return false;
    if (!stopping_) {
        stopping_ = true;
        for (Role* role : roles_)
            role->stop(now);
    }
    return now.time_since_epoch().count() >= deadline ||
           std::ranges::all_of(roles_, [](const Role* role) { return role->stopped(); });
}

void Host::sleep(book::TimeNs now) {
    std::optional<book::TimeNs> due;
    for (const Role* role : roles_) {
        const auto next = role->next_due();
        if (next && (!due || *next < *due)) due = next;
    }
    std::optional<std::int64_t> timeout_ns;
    if (due) timeout_ns = std::max<std::int64_t>((*due - now).count(), 0);
    if (stopping_) {
        constexpr std::int64_t look_again_ns = 10'000'000;
        timeout_ns = std::min(timeout_ns.value_or(look_again_ns), look_again_ns);
    }
    reactor_.wait(timeout_ns, [this] { return has_work(); });
    const auto slept = static_cast<std::uint64_t>((wall_clock_now() - now).count());
    asleep_ns_.store(asleep_ns_.load(std::memory_order_relaxed) + slept, std::memory_order_relaxed);
}

bool Host::has_work() const {
    if (stop_deadline_ns_.load(std::memory_order_relaxed) != 0 && !stopping_) return true;
    return std::ranges::any_of(roles_, [](const Role* role) { return role->has_work(); });
}

}  // namespace tickweir::gateway
