// Signals during work: noted while the guard lives, raised again behind it, ignored ones left
// alone.
#include "gateway/interrupt.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

volatile std::sig_atomic_t seen = 0;

void see(int signal) {
    seen = signal;
}

TEST(InterruptGuard, NotesASignalAndRaisesItAgain) {
    for (const int signal : {SIGINT, SIGTERM}) {
        const auto before = std::signal(signal, see);
        seen = 0;
        {
            const InterruptGuard guard;
            EXPECT_FALSE(guard.interrupted());
            ::raise(signal);
            EXPECT_TRUE(guard.interrupted());
            EXPECT_EQ(seen, 0);
        }
        EXPECT_EQ(seen, signal);
        std::signal(signal, before);
    }
}

TEST(InterruptGuard, LeavesIgnoredSignalsIgnored) {
    const auto before = std::signal(SIGINT, SIG_IGN);
    const InterruptGuard guard;
    ::raise(SIGINT);
    EXPECT_FALSE(guard.interrupted());
    std::signal(SIGINT, before);
}

TEST(InterruptGuard, StartsWithoutASignal) {
    {
        const InterruptGuard guard;
        EXPECT_FALSE(guard.interrupted());
    }
    const InterruptGuard again;
    EXPECT_FALSE(again.interrupted());
}

}  // namespace
}  // namespace tickweir::gateway
