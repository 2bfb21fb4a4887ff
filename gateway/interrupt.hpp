// Ctrl-C in the middle of writing a file: the work is told to stop and tidies up, and then the
// process dies of the signal all the same, as whoever started it expects.
#pragma once

#include <csignal>

namespace tickweir::gateway {

/// While it lives, SIGINT and SIGTERM are noted instead of ending the process,
/// except those that are ignored anyway. One at a time.
class InterruptGuard {
public:
    InterruptGuard();
    /// Puts back what the signals did before. One that was noted is raised again.
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

    /// Whether a signal came; cheap enough to ask for every block.
    bool interrupted() const;

private:
    struct sigaction before_interrupt_ {};
    struct sigaction before_terminate_ {};
};

}  // namespace tickweir::gateway
