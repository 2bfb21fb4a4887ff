#include "gateway/interrupt.hpp"

#include <atomic>

namespace tickweir::gateway {
namespace {

/// The signal that came, 0 for none. Lock-free, so that a handler may write it; nothing else is
/// published with it.
std::atomic<int> noted{0};
static_assert(std::atomic<int>::is_always_lock_free);

void note(int signal) {
    noted.store(signal, std::memory_order_relaxed);
}

/// Notes a signal from now on, unless whoever started the process had it ignored.
void begin(int signal, struct sigaction& before) {
    struct sigaction action {};
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, &before);
    if (before.sa_handler == SIG_IGN) ::sigaction(signal, &before, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard() {
    noted.store(0, std::memory_order_relaxed);
    begin(SIGINT, before_interrupt_);
    begin(SIGTERM, before_terminate_);
}

InterruptGuard::~InterruptGuard() {
    ::sigaction(SIGINT, &before_interrupt_, nullptr);
    ::sigaction(SIGTERM, &before_terminate_, nullptr);
    if (const int signal = noted.exchange(0, std::memory_order_relaxed)) ::raise(signal);
}

bool InterruptGuard::interrupted() const {
    return noted.load(std::memory_order_relaxed) != 0;
}

}  // namespace tickweir::gateway
