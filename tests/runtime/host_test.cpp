#include "gateway/runtime/host.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "book/ring.hpp"

namespace tickweir::tests {
namespace {

using gateway::Host;
using gateway::HostOptions;
using gateway::Role;
using namespace std::chrono_literals;

/// Adds up what comes out of a ring.
class Adder : public Role {
public:
    std::string_view name() const override { return "adder"; }
    bool turn(book::TimeNs) override {
        bool worked = false;
        while (const auto value = ring.try_pop()) {
            sum.store(sum.load() + *value);
            worked = true;
        }
        return worked;
    }
    bool has_work() const override { return ring.size_approx() != 0; }
    void stop(book::TimeNs) override { stopped_ = true; }
    bool stopped() const override { return stopped_; }

    book::SpscRing<int> ring{16};
    std::atomic<long> sum{0};

private:
    bool stopped_ = false;
};

TEST(Host, GivesARoleItsTurnsAsWorkComesIn) {
    Host host{HostOptions{.name = "test"}};
    Adder adder;
    host.add(adder);
    EXPECT_TRUE(host.start());
    long sent = 0;
    for (int i = 1; i <= 10'000; ++i) {
        while (!adder.ring.try_push(i))
            std::this_thread::yield();
        host.reactor().waker().wake();
        sent += i;
    }
    while (adder.sum.load() != sent)
        std::this_thread::yield();
    host.request_stop(1s);
    host.join();
    EXPECT_TRUE(host.ended());
    EXPECT_FALSE(host.failure());
    EXPECT_EQ(host.role_names(), std::vector<std::string>{"adder"});
}

/// Has nothing to do but at its times.
class Clockwork : public Adder {
public:
    bool turn(book::TimeNs now) override {
        if (now < next_) return false;
        next_ = now + 100us;
        sum.store(sum.load() + 1);
        return true;
    }
    bool has_work() const override { return false; }
    std::optional<book::TimeNs> next_due() const override { return next_; }

private:
    book::TimeNs next_{};
};

TEST(Host, WakesForATimeThatIsDueAndSleepsUntilThen) {
    Host host{HostOptions{.name = "test", .spin_us = 1}};
    Clockwork clockwork;
    host.add(clockwork);
    EXPECT_TRUE(host.start());
    while (clockwork.sum.load() < 20)
        std::this_thread::yield();
    host.request_stop(1s);
    host.join();
    EXPECT_GT(host.asleep_ns(), 0U);
}

class Stubborn : public Adder {
public:
    void stop(book::TimeNs) override {}
};

TEST(Host, LeavesARoleThatDoesNotStop) {
    Host host{HostOptions{.name = "test"}};
    Stubborn stubborn;
    host.add(stubborn);
    EXPECT_TRUE(host.start());
    host.request_stop(1ms);
    host.join();
    EXPECT_TRUE(host.ended());
}

class Thrower : public Adder {
public:
    bool turn(book::TimeNs) override { throw std::runtime_error{"broken"}; }
};

TEST(Host, KeepsWhatEscapedFromARole) {
    Host host{HostOptions{.name = "test"}};
    Thrower thrower;
    host.add(thrower);
    EXPECT_TRUE(host.start());
    host.join();
    ASSERT_TRUE(host.failure());
    EXPECT_THROW(std::rethrow_exception(host.failure()), std::runtime_error);
}

TEST(Host, SaysWhenItCannotBePinned) {
    Host host{HostOptions{.name = "test", .cpu = 1'023}};
    Adder adder;
    host.add(adder);
    EXPECT_FALSE(host.start());
    host.request_stop(1s);
    host.join();
}

}  // namespace
}  // namespace tickweir::tests
