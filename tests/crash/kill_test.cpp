// A venue in a process of its own is killed at any moment, started again, and asked what it has:
// every command that was acknowledged, none twice, nothing half, as a serial execution of its log
// has it. TICKWEIR_KILLS: how often; 50 without it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/crash/kill_story.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

std::uint64_t kills_wanted() {
    const char* const given = std::getenv("TICKWEIR_KILLS");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 50;
}

TEST(KilledVenueTest, HasEverythingThatWasAcknowledgedOnce) {
    const std::uint64_t seed = test_seed();
    const std::uint64_t wanted = kills_wanted();
    constexpr std::uint64_t kills_of_a_story = 25;
    Tally tally;
    for (std::uint64_t i = 0; tally.kills < wanted; ++i) {
        const std::uint16_t shards = i % 2 == 0 ? 1 : 2;
        Story story{VENUE_PROCESS, seed + i, shards, tally};
        ASSERT_EQ(story.live(std::min(kills_of_a_story, wanted - tally.kills)), "")
            << "story " << i << ", shards " << shards << ", kills " << tally.kills;
    }
    std::printf(
        "%llu kills, %llu of them in recovery; %llu commands acknowledged, %llu shed; of "
        "those nobody was told of %llu were there and %llu not; %llu sent again; %llu "
        "recoveries from snapshots, the longest took %lld us\n",
        static_cast<unsigned long long>(tally.kills),
        static_cast<unsigned long long>(tally.kills_in_recovery),
        static_cast<unsigned long long>(tally.acknowledged),
        static_cast<unsigned long long>(tally.shed),
        static_cast<unsigned long long>(tally.unheard_of),
        static_cast<unsigned long long>(tally.lost), static_cast<unsigned long long>(tally.resent),
        static_cast<unsigned long long>(tally.from_snapshot),
        static_cast<long long>(tally.recovery_most.count()));
    if (wanted < 50) return;  // too few for everything to have happened
    EXPECT_GT(tally.acknowledged, wanted);
    EXPECT_GT(tally.lost + tally.unheard_of, 0u);
    EXPECT_GT(tally.from_snapshot, 0u);
}

}  // namespace
}  // namespace tickweir::tests
