// Random lives of the whole engine in one thread: nothing is wrong with them, whatever disk and
// power do, and a bug that is planted is found. TICKWEIR_STEPS: of longer runs.
#include "tests/crash/simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

constexpr std::uint64_t steps_of_a_run = 25'000;  // with one venue and directory

std::uint64_t steps_wanted() {
    const char* const given = std::getenv("TICKWEIR_STEPS");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 2 * steps_of_a_run;
}

void print(const SimulationCounts& counts) {
    const auto show = [](const char* what, std::uint64_t count) {
        std::printf("%s %llu  ", what, static_cast<unsigned long long>(count));
    };
    show("steps", counts.steps);
    show("lives", counts.lives);
    show("power failures", counts.power_failures);
    show("errors", counts.errors);
    show("log failures", counts.log_failures);
    show("opens refused", counts.refused_opens);
    show("ends", counts.ends);
    show("from snapshots", counts.from_snapshot);
    show("torn", counts.torn);
    show("acknowledged", counts.acknowledged);
    show("shed", counts.shed);
    show("commands", counts.commands);
    std::printf("\n");
}

TEST(SimulationTest, FindsNothingWhateverDiskAndPowerDo) {
    const std::uint64_t seed = test_seed();
    const std::uint64_t wanted = steps_wanted();
    for (std::uint64_t done = 0, run = 0; done < wanted; done += steps_of_a_run, ++run) {
        const std::uint16_t shards = run % 2 == 0 ? 1 : 2;
        Simulation simulation{seed + run, shards, Planted::none};
        const std::string fault = simulation.run(std::min(steps_of_a_run, wanted - done));
        print(simulation.counts());
        ASSERT_EQ(fault, "") << "run " << run << ", step " << simulation.counts().steps
                             << "; alone: TICKWEIR_SEED=" << seed + run << ", shards " << shards;
    }
}

class SimulationPlantedTest : public testing::TestWithParam<Planted> {};

TEST_P(SimulationPlantedTest, IsFound) {
    const std::uint64_t seed = test_seed();
    std::uint64_t steps = 0;
    std::string fault;
    for (std::uint64_t run = 0; run < 8 && fault.empty(); ++run) {
        Simulation simulation{seed + run, 1, GetParam()};
        fault = simulation.run(steps_of_a_run);
        steps += simulation.counts().steps;
    }
    std::printf("found after %llu steps: %s\n", static_cast<unsigned long long>(steps),
                fault.c_str());
    EXPECT_NE(fault, "");
}

INSTANTIATE_TEST_SUITE_P(Bugs, SimulationPlantedTest,
                         testing::Values(Planted::early_release, Planted::told_twice,
                                         Planted::never_told, Planted::disk_forgets,
                                         Planted::snapshots_unsynced, Planted::names_unsynced,
                                         Planted::trimmed_too_early, Planted::logged_twice,
                                         Planted::unlogged_change),
                         [](const auto& planted) { return std::string{to_string(planted.param)}; });

}  // namespace
}  // namespace tickweir::tests
