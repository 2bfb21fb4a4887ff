#include "gateway/runtime/reactor.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <thread>

namespace tickweir::tests {
namespace {

using gateway::Reactor;

struct Pair {
    Pair() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0); }
    ~Pair() {
        for (const int fd : ends)
            close(fd);
    }
    void send() { EXPECT_EQ(write(ends[1], "x", 1), 1); }
    std::array<int, 2> ends{};
};

struct Told final : gateway::ReadyHandler {
    void on_ready(bool readable, bool writable) override {
        ++calls;
        was_readable = readable;
        was_writable = writable;
        if (then) then();
    }
    int calls = 0;
    bool was_readable = false;
    bool was_writable = false;
    std::function<void()> then;
};

constexpr auto no_work = [] { return false; };

TEST(Reactor, TellsWhoIsReady) {
    Reactor reactor;
    Pair pair;
    Told told;
    ASSERT_TRUE(reactor.add(pair.ends[0], told, {.readable = true, .writable = false}));
    EXPECT_FALSE(reactor.poll());
    pair.send();
    EXPECT_TRUE(reactor.poll());
    EXPECT_EQ(told.calls, 1);
    EXPECT_TRUE(told.was_readable);
    EXPECT_FALSE(told.was_writable);
    reactor.change(pair.ends[0], told, {.readable = false, .writable = true});
    EXPECT_TRUE(reactor.poll());
    EXPECT_FALSE(told.was_readable);
    EXPECT_TRUE(told.was_writable);
    reactor.remove(pair.ends[0], told);
    EXPECT_FALSE(reactor.poll());
    EXPECT_EQ(told.calls, 2);
}

TEST(Reactor, DoesNotTellWhoWasRemovedInTheSameRound) {
    Reactor reactor;
    Pair pairs[2];
    Told told[2];
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(reactor.add(pairs[i].ends[0], told[i], {}));
    for (int i = 0; i < 2; ++i)
        told[i].then = [&, i] {
            reactor.remove(pairs[1 - i].ends[0], told[1 - i]);
            told[i].then = nullptr;
        };
    pairs[0].send();
    pairs[1].send();
    EXPECT_TRUE(reactor.poll());
    EXPECT_EQ(told[0].calls + told[1].calls, 1);
}

TEST(Reactor, RefusesWhatCannotBeWaitedFor) {
    Reactor reactor;
    Told told;
    EXPECT_FALSE(reactor.add(-1, told, {}));
}

TEST(Reactor, FindsAnEndedPeerReadable) {
    Reactor reactor;
    Told told;
    auto pair = std::make_unique<Pair>();
    const int kept = dup(pair->ends[0]);
    ASSERT_TRUE(reactor.add(kept, told, {}));
    pair.reset();
    EXPECT_TRUE(reactor.poll());
    EXPECT_TRUE(told.was_readable);
    reactor.remove(kept, told);
    close(kept);
}

TEST(Reactor, SleepsNoLongerThanTold) {
    Reactor reactor;
    EXPECT_FALSE(reactor.wait(0, no_work));
    EXPECT_FALSE(reactor.wait(50'000, no_work));
    // With work there is no sleep at all, or this would never end.
    EXPECT_FALSE(reactor.wait(std::nullopt, [] { return true; }));
}

TEST(Reactor, IsWokenByAnotherThreadWhateverTheMoment) {
    constexpr int rounds = 20'000;
    Reactor reactor;
    std::atomic<int> produced{0};
    std::thread producer{[&] {
        for (int i = 1; i <= rounds; ++i) {
            produced.store(i, std::memory_order_release);
            reactor.waker().wake();
        }
    }};
    int consumed = 0;
    // A lost wake-up would leave the last value unseen for ever.
    while (consumed < rounds) {
        const int seen = produced.load(std::memory_order_acquire);
        if (seen != consumed) {
            consumed = seen;
            continue;
        }
        reactor.wait(std::nullopt,
                     [&] { return produced.load(std::memory_order_acquire) != consumed; });
    }
    producer.join();
}

}  // namespace
}  // namespace tickweir::tests
