// The clock of ticks: the pure fit under clocks that drift, step and stand still, and the real one
// as far as it can be told without judging time.
#include "gateway/metrics/tsc_clock.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <random>
#include <thread>
#include <vector>

#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::int64_t second = 1'000'000'000;

/// A machine whose ticks run at a rate of our choice, and whose clocks we set.
struct FakeMachine {
    double ticks_per_ns = 2.4;
    double ticks = 1e15;
    std::int64_t monotonic_ns = 5 * second;
    std::int64_t realtime_ns = 1'700'000'000 * second;

    void pass(std::int64_t ns) {
        ticks += static_cast<double>(ns) * ticks_per_ns;
        monotonic_ns += ns;
        realtime_ns += ns;
    }
    ClockReading read(std::int64_t jitter_ns = 0) const {
        return {static_cast<std::uint64_t>(ticks), 100, monotonic_ns + jitter_ns,
                realtime_ns + jitter_ns};
    }
    std::uint64_t now() const { return static_cast<std::uint64_t>(ticks); }
};

TickFit fit_of(FakeMachine& machine) {
    const ClockReading first = machine.read();
    machine.pass(20'000'000);
    return TickFit{first, machine.read()};
}

std::int64_t error_of(const TickFit& fit, const FakeMachine& machine) {
    return fit.line().at(machine.now()) - machine.realtime_ns;
}

TEST(TickFit, ConvertsByMultiplyAndShift) {
    EXPECT_EQ(ns_of(0, TickRate{1} << 40), 0);
    EXPECT_EQ(ns_of(7, TickRate{1} << 40), 7);
    EXPECT_EQ(ns_of(-7, TickRate{1} << 39), -4);
    EXPECT_EQ(ns_of(std::int64_t{1} << 62, TickRate{1} << 40), std::int64_t{1} << 62);
}

TEST(TickFit, FollowsAnEvenClockToSomeNanoseconds) {
    FakeMachine machine;
    TickFit fit = fit_of(machine);
    for (int i = 0; i < 100; ++i) {
        machine.pass(second);
        ASSERT_LE(std::abs(error_of(fit, machine)), 3) << i;
        ASSERT_EQ(fit.refit(machine.read()), Refit::done);
    }
}

TEST(TickFit, LearnsTheRateThroughJitter) {
    std::mt19937_64 random{tests::test_seed()};
    FakeMachine machine;
    const ClockReading first = machine.read(150);
    machine.pass(20'000'000);
    TickFit fit{first, machine.read(-150)};
    for (int i = 0; i < 60; ++i) {
        machine.pass(second);
        const auto jitter = static_cast<std::int64_t>(random() % 301) - 150;
        ASSERT_EQ(fit.refit(machine.read(jitter)), Refit::done);
    }
    machine.pass(second);
    EXPECT_LE(std::abs(error_of(fit, machine)), 500);
}

TEST(TickFit, FollowsARateThatDrifts) {
    FakeMachine machine;
    TickFit fit = fit_of(machine);
    for (int i = 0; i < 200; ++i) {
        machine.ticks_per_ns *= 1 + 20e-9;  // 20 parts in a billion a second
        machine.pass(second);
        ASSERT_EQ(fit.refit(machine.read()), Refit::done);
    }
    machine.pass(second);
    EXPECT_LE(std::abs(error_of(fit, machine)), 2'000);
}

TEST(TickFit, TurnsDownWhatItCannotUse) {
    FakeMachine machine;
    TickFit fit = fit_of(machine);
    machine.pass(second);
    ClockReading wide = machine.read();
    wide.width_ticks = TickFit::width_ticks_max + 1;
    wide.realtime_ns += 500;
    const TickLine before = fit.line();
    EXPECT_EQ(fit.refit(wide), Refit::unsure);
    EXPECT_EQ(fit.line().rate, before.rate);
    EXPECT_EQ(fit.refit(machine.read()), Refit::done);
    machine.pass(second / 10);
    EXPECT_EQ(fit.refit(machine.read()), Refit::too_early);
    machine.pass(second);
    EXPECT_EQ(fit.refit(machine.read()), Refit::done);
}

TEST(TickFit, StepsForwardAtOnce) {
    FakeMachine machine;
    TickFit fit = fit_of(machine);
    machine.pass(second);
    machine.realtime_ns += 3'600 * second;
    EXPECT_EQ(fit.refit(machine.read()), Refit::done);
    EXPECT_LE(error_of(fit, machine), -3'599 * second);
    machine.pass(2 * TickFit::lead_ns);
    EXPECT_LE(std::abs(error_of(fit, machine)), 100);
}

TEST(TickFit, NeverGoesBackWhenTheClockIsSetBack) {
    FakeMachine machine;
    TickFit fit = fit_of(machine);
    machine.pass(second);
    machine.realtime_ns -= second;
    std::int64_t last = fit.line().at(machine.now());
    int rounds = 0;
    while (std::abs(error_of(fit, machine)) > 1'000 && rounds < 10'000) {
        if (rounds++ % 10 == 0) fit.refit(machine.read());
        const std::int64_t now = fit.line().at(machine.now());
        ASSERT_GE(now, last);
        last = now;
        machine.pass(second / 10);
    }
    EXPECT_LE(std::abs(error_of(fit, machine)), 1'000);
    EXPECT_LT(rounds, 200);
}

TEST(TickFit, StartsAnewBehindASuspension) {
    FakeMachine machine;
    TickFit fit = fit_of(machine);
    machine.pass(second);
    EXPECT_EQ(fit.refit(machine.read()), Refit::done);
    machine.pass(second);
    machine.monotonic_ns += 100 * second;  // the ticks stood still meanwhile
    machine.realtime_ns += 100 * second;
    EXPECT_EQ(fit.refit(machine.read()), Refit::restarted);
    machine.pass(second);
    EXPECT_LE(std::abs(error_of(fit, machine)), 1'000);
    EXPECT_EQ(fit.refit(machine.read()), Refit::done);
    machine.pass(second);
    EXPECT_LE(std::abs(error_of(fit, machine)), 1'000);
}

TEST(TickFit, TakesReadingsThatMakeNoSense) {
    const ClockReading same{1'000, 10, 5, 7};
    TickFit fit{same, same};
    EXPECT_GE(fit.line().rate, 1);
    EXPECT_EQ(fit.line().at(1'000), 7);
    EXPECT_EQ(fit.refit({1'000, 10, -5, -7}), Refit::done);
    EXPECT_GE(fit.line().rate, 1);
}

TEST(TickFit, NeverFallsUnderRandomClocks) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 50; ++round) {
        FakeMachine machine;
        machine.ticks_per_ns = 0.5 + static_cast<double>(random() % 5'000) / 1'000.0;
        TickFit fit = fit_of(machine);
        std::int64_t last = fit.line().at(machine.now());
        for (int step = 0; step < 500; ++step) {
            machine.pass(static_cast<std::int64_t>(random() % (second / 5)));
            const auto change = static_cast<std::int64_t>(random() % 2'000'000'000) - second;
            if (random() % 20 == 0) machine.realtime_ns += change;
            if (random() % 50 == 0) machine.monotonic_ns += std::max<std::int64_t>(change, 0);
            const std::int64_t before = fit.line().at(machine.now());
            ASSERT_GE(before, last);
            if (random() % 3 == 0) fit.refit(machine.read());
            last = fit.line().at(machine.now());
            ASSERT_EQ(last, before);  // a correction begins later than now
        }
    }
}

// --------------------------------------------------------------------------- the real one

class RealTscClock : public testing::TestWithParam<TscClock::Ticks> {
protected:
    void SetUp() override {
        if (GetParam() == TscClock::Ticks::tsc && !has_invariant_tsc())
            GTEST_SKIP() << "this processor has no invariant TSC";
    }
};

TEST_P(RealTscClock, NeverGoesBack) {
    TscClock clock{GetParam()};
    EXPECT_EQ(clock.source(), GetParam());
    std::int64_t last = clock.now_ns();
    for (int i = 0; i < 100'000; ++i) {
        if (i % 10'000 == 0) clock.refit();
        const std::int64_t now = clock.now_ns();
        ASSERT_GE(now, last);
        last = now;
    }
}

TEST_P(RealTscClock, TellsTheTimeOfDay) {
    const TscClock clock{GetParam()};
    const auto before = std::chrono::system_clock::now();
    const auto told = clock.now();
    // Wide, for a loaded machine may have measured the rate badly; a wrong epoch or unit is not.
    EXPECT_LT(std::chrono::abs(told - before), std::chrono::minutes{1});
}

TEST_P(RealTscClock, MeasuresIntervals) {
    const TscClock clock{GetParam()};
    const std::uint64_t from = clock.ticks();
    const std::uint64_t to = from + 1'000'000;
    EXPECT_GT(clock.elapsed_ns(from, to), 0);
    EXPECT_EQ(clock.elapsed_ns(from, from), 0);
    EXPECT_LT(clock.elapsed_ns(to, from), 0);
    EXPECT_NEAR(static_cast<double>(clock.utc_ns(to) - clock.utc_ns(from)),
                static_cast<double>(clock.elapsed_ns(from, to)), 2);
}

TEST_P(RealTscClock, IsReadWhileItIsRefitted) {
    TscClock clock{GetParam()};
    std::atomic<bool> done{false};
    std::atomic<int> falls{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            std::int64_t last = 0;
            while (!done) {
                const std::int64_t now = clock.now_ns();
                // More than what a delayed refit may cost, as the clock's description says.
                if (now < last - 1'000'000) ++falls;
                last = now;
            }
        });
    }
    for (int i = 0; i < 1'000; ++i)
        clock.refit();
    done = true;
    for (std::thread& reader : readers)
        reader.join();
    EXPECT_EQ(falls, 0);
}

INSTANTIATE_TEST_SUITE_P(Sources, RealTscClock,
                         testing::Values(TscClock::Ticks::tsc, TscClock::Ticks::monotonic),
                         [](const auto& parameter) {
                             return parameter.param == TscClock::Ticks::tsc ? "Tsc" : "Monotonic";
                         });

TEST(TscClock, ChoosesASourceByItself) {
    const TscClock clock;
    EXPECT_EQ(clock.source() == TscClock::Ticks::tsc, has_invariant_tsc());
}

}  // namespace
}  // namespace tickweir::gateway
