// Every transition of the load modes, signal by signal and mark by mark, interval by interval.
#include "gateway/shield/load_mode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr book::TimeNs start{hours{500'000}};
constexpr milliseconds interval{5};
constexpr milliseconds target{2};

LoadSample delayed(nanoseconds delay) {
    return {.queue_delay = delay};
}

class LoadModesTest : public testing::Test {
protected:
    std::optional<LoadChange> turn(const LoadSample& sample) {
        now += interval;
        return modes.close_interval(sample, now);
    }
    /// The modes after each of so many intervals, as digits.
    std::string run(const LoadSample& sample, int intervals) {
        std::string digits;
        for (int i = 0; i < intervals; ++i) {
            (void)turn(sample);
            digits += to_string(modes.mode())[1];
        }
        return digits;
    }
    /// As run(), each mode once.
    std::string path(const LoadSample& sample, int intervals) {
        std::string digits;
        for (const char digit : run(sample, intervals)) {
            if (digits.empty() || digits.back() != digit) digits += digit;
        }
        return digits;
    }

    LoadModes modes;
    book::TimeNs now = start;
};

TEST_F(LoadModesTest, EntersEachModeBeyondItsMarkAndNotAtIt) {
    struct Row {
        const char* what;
        LoadSample at, beyond;
        LoadMode mode;
        LoadCause cause;
    };
    constexpr nanoseconds tick{1};
    const Row rows[] = {
        {"delay L1", delayed(target), delayed(target + tick), LoadMode::trim,
         LoadCause::queue_delay},
        {"delay L2", delayed(2 * target), delayed(2 * target + tick), LoadMode::shed,
         LoadCause::queue_delay},
        {"delay L3", delayed(8 * target), delayed(8 * target + tick), LoadMode::protect,
         LoadCause::queue_delay},
        {"input L1",
         {.input_delay = target},
         {.input_delay = target + tick},
         LoadMode::trim,
         LoadCause::input_delay},
        {"input L2",
         {.input_delay = 2 * target},
         {.input_delay = 2 * target + tick},
         LoadMode::shed,
         LoadCause::input_delay},
        {"memory L1",
         {.memory_percent = 60},
         {.memory_percent = 61},
         LoadMode::trim,
         LoadCause::memory},
        {"memory L2",
         {.memory_percent = 75},
         {.memory_percent = 76},
         LoadMode::shed,
         LoadCause::memory},
        {"memory L3",
         {.memory_percent = 85},
         {.memory_percent = 86},
         LoadMode::protect,
         LoadCause::memory},
        {"memory L4",
         {.memory_percent = 92},
         {.memory_percent = 93},
         LoadMode::cancel_only,
         LoadCause::memory},
        {"log L1",
         {.log_lag = milliseconds{1}},
         {.log_lag = milliseconds{1} + tick},
         LoadMode::trim,
         LoadCause::log_lag},
        {"log L2",
         {.log_lag = milliseconds{5}},
         {.log_lag = milliseconds{5} + tick},
         LoadMode::shed,
         LoadCause::log_lag},
        {"disk L3",
         {.disk_free_percent = 10},
         {.disk_free_percent = 9},
         LoadMode::protect,
         LoadCause::disk},
        {"disk L4",
         {.disk_free_percent = 3},
         {.disk_free_percent = 2},
         LoadMode::cancel_only,
         LoadCause::disk},
    };
    for (const Row& row : rows) {
        LoadModes at;
        LoadModes beyond;
        for (int i = 0; i < 10; ++i)
            (void)at.close_interval(row.at, start + i * interval);
        EXPECT_LT(at.mode(), row.mode) << row.what;
        EXPECT_EQ(beyond.close_interval(row.beyond, start), std::nullopt) << row.what;
        EXPECT_EQ(beyond.close_interval(row.beyond, start + interval),
                  (LoadChange{LoadMode::normal, row.mode, row.cause, start + interval}))
            << row.what;
        EXPECT_EQ(beyond.cause(), row.cause);
    }
}

TEST_F(LoadModesTest, KeepsEachModeDownToItsMarkAndLeavesBelowIt) {
    struct Row {
        const char* what;
        LoadSample enter, keep, leave;
        LoadMode mode;
    };
    constexpr nanoseconds tick{1};
    const Row rows[] = {
        {"delay L1", delayed(target + tick), delayed(target), delayed(target - tick),
         LoadMode::trim},
        {"delay L2", delayed(3 * target), delayed(target), delayed(target - tick), LoadMode::shed},
        {"delay L3", delayed(9 * target), delayed(2 * target), delayed(2 * target - tick),
         LoadMode::protect},
        {"input L1",
         {.input_delay = target + tick},
         {.input_delay = target},
         {.input_delay = target - tick},
         LoadMode::trim},
        {"input L2",
         {.input_delay = 3 * target},
         {.input_delay = target},
         {.input_delay = target - tick},
         LoadMode::shed},
        {"memory L1",
         {.memory_percent = 61},
         {.memory_percent = 55},
         {.memory_percent = 54},
         LoadMode::trim},
        {"memory L2",
         {.memory_percent = 76},
         {.memory_percent = 70},
         {.memory_percent = 69},
         LoadMode::shed},
        {"memory L3",
         {.memory_percent = 86},
         {.memory_percent = 80},
         {.memory_percent = 79},
         LoadMode::protect},
        {"memory L4",
         {.memory_percent = 93},
         {.memory_percent = 87},
         {.memory_percent = 86},
         LoadMode::cancel_only},
        {"log L1",
         {.log_lag = milliseconds{2}},
         {.log_lag = milliseconds{1}},
         {.log_lag = milliseconds{1} - tick},
         LoadMode::trim},
        {"log L2",
         {.log_lag = milliseconds{6}},
         {.log_lag = microseconds{2'500}},
         {.log_lag = microseconds{2'499}},
         LoadMode::shed},
        {"disk L3",
         {.disk_free_percent = 9},
         {.disk_free_percent = 12},
         {.disk_free_percent = 13},
         LoadMode::protect},
        {"disk L4",
         {.disk_free_percent = 2},
         {.disk_free_percent = 5},
         {.disk_free_percent = 6},
         LoadMode::cancel_only},
    };
    for (const Row& row : rows) {
        modes = LoadModes{};
        (void)run(row.enter, 2);
        EXPECT_EQ(modes.mode(), row.mode) << row.what;
        (void)run(row.keep, 100);
        EXPECT_EQ(modes.mode(), row.mode) << row.what;
        (void)run(row.leave, 4);
        EXPECT_EQ(modes.mode(), row.mode) << row.what;
        const auto change = turn(row.leave);
        ASSERT_TRUE(change) << row.what;
        EXPECT_EQ(*change,
                  (LoadChange{row.mode, static_cast<LoadMode>(static_cast<int>(row.mode) - 1),
                              LoadCause::calm, now}))
            << row.what;
    }
}

TEST_F(LoadModesTest, IsNotRaisedByOneBadInterval) {
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(run(delayed(seconds{1}), 1), "0");
        EXPECT_EQ(run(delayed(target), 1), "0");
    }
}

TEST_F(LoadModesTest, IsRaisedAtOnceToTheHighestModeThatIsDemanded) {
    EXPECT_EQ(run(delayed(2 * target), 2), "01");
    EXPECT_EQ(run(delayed(9 * target), 2), "13");
    EXPECT_EQ(run({.queue_delay = 9 * target, .memory_percent = 93}, 2), "34");
    EXPECT_EQ(modes.cause(), LoadCause::memory);
}

TEST_F(LoadModesTest, RefusesNobodysOrdersForWhatOthersSendTooMuchOf) {
    EXPECT_EQ(path({.input_delay = seconds{10}}, 1'000), "02");
}

TEST_F(LoadModesTest, CountsEachLevelsIntervalsByItself) {
    // L1 is demanded twice in a row, L3 only the second time.
    EXPECT_EQ(run(delayed(2 * target), 1), "0");
    EXPECT_EQ(run(delayed(9 * target), 1), "1");
    EXPECT_EQ(run(delayed(9 * target), 1), "3");
}

TEST_F(LoadModesTest, IsLoweredStepByStepWithoutHelp) {
    EXPECT_EQ(run({.memory_percent = 93}, 2), "04");
    EXPECT_EQ(run({}, 21), "444433333222221111100");
    EXPECT_TRUE(modes.at_rest());
}

TEST_F(LoadModesTest, NeedsItsCalmIntervalsInARow) {
    EXPECT_EQ(run(delayed(3 * target), 2), "02");
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(run({}, 4), "2222");
        EXPECT_EQ(run(delayed(target), 1), "2");
    }
    EXPECT_EQ(run({}, 5), "22221");
}

TEST_F(LoadModesTest, StaysWhereASignalKeepsIt) {
    EXPECT_EQ(run({.queue_delay = 9 * target, .memory_percent = 61}, 2), "03");
    EXPECT_EQ(path({.memory_percent = 61}, 1'000), "321");
    EXPECT_EQ(modes.cause(), LoadCause::memory);
    EXPECT_FALSE(modes.at_rest());
}

TEST_F(LoadModesTest, StopsForGoodWhenTheLogFails) {
    const auto change = turn({.log_failed = true});
    EXPECT_EQ(change,
              (LoadChange{LoadMode::normal, LoadMode::stopped, LoadCause::log_failed, now}));
    EXPECT_EQ(run({}, 1'000), std::string(1'000, '5'));
    EXPECT_EQ(modes.set_bounds(LoadMode::normal, LoadMode::normal, now), std::nullopt);
    EXPECT_EQ(modes.mode(), LoadMode::stopped);
    EXPECT_EQ(modes.shed_cause(), ShedCause::stopped);
    EXPECT_TRUE(modes.at_rest());
}

TEST_F(LoadModesTest, StaysWithinItsOperatorsBounds) {
    EXPECT_EQ(modes.set_bounds(LoadMode::shed, LoadMode::protect, now),
              (LoadChange{LoadMode::normal, LoadMode::shed, LoadCause::operator_, now}));
    EXPECT_EQ(modes.cause(), LoadCause::operator_);
    EXPECT_EQ(path({.memory_percent = 99}, 10), "23");
    EXPECT_EQ(modes.measured(), LoadMode::cancel_only);
    EXPECT_EQ(path({}, 100), "32");
    EXPECT_EQ(modes.measured(), LoadMode::normal);
    EXPECT_EQ(modes.set_bounds(LoadMode::normal, LoadMode::cancel_only, now),
              (LoadChange{LoadMode::shed, LoadMode::normal, LoadCause::operator_, now}));
}

TEST_F(LoadModesTest, IsForcedByEqualBounds) {
    (void)modes.set_bounds(LoadMode::trim, LoadMode::trim, now);
    EXPECT_EQ(path({.memory_percent = 99}, 100), "1");
    // Set free, it is at once where the signals want it.
    EXPECT_EQ(modes.set_bounds(LoadMode::normal, LoadMode::cancel_only, now),
              (LoadChange{LoadMode::trim, LoadMode::cancel_only, LoadCause::operator_, now}));
}

TEST_F(LoadModesTest, TakesNoBoundsThatMakeNoSense) {
    (void)modes.set_bounds(LoadMode::stopped, LoadMode::stopped, now);
    EXPECT_EQ(modes.mode(), LoadMode::cancel_only);
    EXPECT_EQ(modes.floor(), LoadMode::cancel_only);
    (void)modes.set_bounds(LoadMode::protect, LoadMode::trim, now);
    EXPECT_EQ(modes.floor(), LoadMode::protect);
    EXPECT_EQ(modes.ceiling(), LoadMode::protect);
}

TEST_F(LoadModesTest, SlowsDownWhenItFlaps) {
    // Each time it comes back within the flap window, leaving takes twice as long, up to 8 times.
    for (const int factor : {1, 2, 4, 8, 8}) {
        EXPECT_EQ(run({.memory_percent = 61}, 2), "01");
        EXPECT_EQ(run({}, 5 * factor),
                  std::string(static_cast<std::size_t>(5 * factor - 1), '1') + "0");
    }
    EXPECT_EQ(modes.counts().flaps, 4u);
    // A second of calm, and it is as quick as before.
    (void)run({}, 200);
    EXPECT_EQ(run({.memory_percent = 61}, 2), "01");
    EXPECT_EQ(run({}, 5), "11110");
    EXPECT_EQ(modes.counts().entered[1], 6u);
}

TEST_F(LoadModesTest, IsBackToNormalWithinASecondWhateverWas) {
    for (int i = 0; i < 20; ++i) {
        (void)run({.memory_percent = 99}, 2);
        (void)run({}, 50);
    }
    (void)run({.memory_percent = 99}, 2);
    EXPECT_EQ(modes.mode(), LoadMode::cancel_only);
    const book::TimeNs ended = now;
    while (modes.mode() != LoadMode::normal)
        (void)turn({});
    EXPECT_LE(now - ended, seconds{1});
}

TEST_F(LoadModesTest, TellsWhatARefusedRequestIsTold) {
    struct Row {
        LoadSample sample;
        ShedCause told;
    };
    const Row rows[] = {{delayed(9 * target), ShedCause::mode},
                        {{.input_delay = 9 * target}, ShedCause::mode},
                        {{.memory_percent = 99}, ShedCause::mode},
                        {{.log_lag = seconds{1}}, ShedCause::log_behind},
                        {{.disk_free_percent = 0}, ShedCause::disk_full},
                        {{.log_failed = true}, ShedCause::stopped}};
    for (const Row& row : rows) {
        modes = LoadModes{};
        (void)run(row.sample, 2);
        EXPECT_EQ(modes.shed_cause(), row.told);
    }
}

TEST_F(LoadModesTest, CountsCalmIntervalsAnewInEachMode) {
    modes.set_limits({.enter_intervals = 1});
    EXPECT_EQ(run({.memory_percent = 61}, 1), "1");
    EXPECT_EQ(run({}, 4), "1111");
    EXPECT_EQ(run({.memory_percent = 76}, 1), "2");
    EXPECT_EQ(run({}, 5), "22221");
}

TEST_F(LoadModesTest, StaysWhereItIsDemandedWhateverItsMarksSay) {
    LoadLimits limits;
    limits.delay_targets[0] = {.enter = 1, .leave = 5};
    modes.set_limits(limits);
    EXPECT_EQ(path(delayed(target + nanoseconds{1}), 100), "01");
    EXPECT_EQ(modes.counts().entered[1], 1u);
}

TEST_F(LoadModesTest, EntersAtOnceWhereNoIntervalsAreAskedFor) {
    modes.set_limits({.enter_intervals = 0, .leave_intervals = 0, .flap_factor_max = 0});
    EXPECT_EQ(run({.memory_percent = 93}, 1), "4");
    EXPECT_EQ(run({}, 4), "3210");
}

}  // namespace
}  // namespace tickweir::gateway::shield
