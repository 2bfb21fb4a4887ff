// The loop of a load: what is due is sent at its time, whatever came back of what was sent before;
// in between it reads, or sleeps.
#pragma once

#include <sys/prctl.h>

#include <algorithm>

#include "bench/load/trading/arrivals.hpp"
#include "bench/load/trading/clock.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::bench {

/// So that a sleep ends when it should: within a microsecond instead of fifty.
inline void sleep_precisely() {
    (void)::prctl(PR_SET_TIMERSLACK, 1'000UL, 0UL, 0UL, 0UL);
}

/// Until `end`: send(TimeNs due) for each arrival that is due by now, then flush(). A loop that is
/// late sends what is due at once, in pieces between which it reads.
template <class Send, class Flush>
void open_loop(gateway::Reactor& reactor, Arrivals& arrivals, TimeNs end, Send&& send,
               Flush&& flush) {
    constexpr int piece = 64;
    for (TimeNs now = wall_now(); now < end; now = wall_now()) {
        for (int i = 0; i < piece && arrivals.due_ns() <= ns_of(now); ++i, arrivals.advance())
            send(TimeNs{std::chrono::nanoseconds{arrivals.due_ns()}});
        flush();
        const std::int64_t left = std::min(arrivals.due_ns(), ns_of(end)) - ns_of(wall_now());
        if (left > 0) {
            (void)reactor.wait(left, [] { return false; });
        } else {
            (void)reactor.poll();
        }
    }
}

/// Reads until `done()`, at most so long; whether it was.
template <class Done>
bool read_until(gateway::Reactor& reactor, std::chrono::nanoseconds patience, Done&& done) {
    const TimeNs deadline = wall_now() + patience;
    while (!done()) {
        if (wall_now() >= deadline) return false;
        (void)reactor.wait(1'000'000, [] { return false; });
    }
    return true;
}

}  // namespace tickweir::bench
