// Disks that fail, fill up and lose power while a snapshot is written and older ones are removed:
// the newest good one is the old or the new one, whole.
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/snapshot/snapshot_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::txn::snapshot {
namespace {

using tests::data_path;
using tests::FaultFiles;
using tests::SnapshotWorld;

constexpr std::uint64_t old_lsn = 10;
constexpr std::uint64_t new_lsn = 20;

/// Two venues of one life.
struct Worlds {
    explicit Worlds(std::uint64_t seed) : before{seed}, after{seed} { after.go_on(40); }
    SnapshotWorld before;
    SnapshotWorld after;
};

/// Two snapshots that are durable.
void begin(FaultFiles& files, const Worlds& worlds) {
    ASSERT_TRUE(worlds.before.write(files, old_lsn - 1));
    ASSERT_TRUE(worlds.before.write(files, old_lsn));
}

/// A new one, and away with the oldest. Whether the new one was acknowledged.
bool go_on(FaultFiles& files, const Worlds& worlds) {
    const bool written = worlds.after.write(files, new_lsn).has_value();
    if (written) (void)prune_snapshots(files, data_path, tests::snapshot_log);
    return written;
}

/// What is wrong with what is there; empty for nothing.
std::string check(FaultFiles& files, const Worlds& worlds, bool acknowledged) {
    const auto newest = newest_good(files, data_path, tests::snapshot_log);
    if (!newest) return io::to_string(newest.error());
    if (!newest->snapshot) return "no good one";
    if (!newest->findings.empty()) return log::to_string(newest->findings[0]);
    const std::uint64_t lsn = log::number(newest->snapshot->header.lsn);
    if (acknowledged && lsn != new_lsn) return "the acknowledged one is not there";
    if (lsn != old_lsn && lsn != new_lsn) return "it is of LSN " + std::to_string(lsn);
    const SnapshotWorld& world = lsn == old_lsn ? worlds.before : worlds.after;
    std::string fault;
    const auto venue = tests::load_snapshot(files, newest->snapshot->path, world.settings(), fault);
    if (venue == nullptr) return fault;
    return tests::saved(*venue) == tests::saved(world.venue()) ? "" : "it is of another state";
}

std::uint64_t operations_of(const Worlds& worlds, std::uint64_t& first) {
    FaultFiles files;
    begin(files, worlds);
    first = files.operations();
    EXPECT_TRUE(go_on(files, worlds));
    const std::uint64_t last = files.operations();
    EXPECT_EQ(list_snapshots(files, data_path)->snapshots.size(), 2u);
    return last;
}

TEST(SnapshotCrash, LeavesTheOldOrTheNewOneWheneverPowerFails) {
    const std::uint64_t seed = tests::test_seed();
    const Worlds worlds{seed};
    std::uint64_t first = 0;
    const std::uint64_t last = operations_of(worlds, first);
    ASSERT_GT(last - first, 20u);
    for (std::uint64_t at = first; at < last; ++at) {
        for (std::uint64_t variant = 0; variant < 4; ++variant) {
            FaultFiles files;
            begin(files, worlds);
            files.stop_at(at);
            const bool acknowledged = go_on(files, worlds);
            ASSERT_TRUE(files.stopped());
            files.crash(seed + variant, variant == 0   ? tests::Kept::nothing
                                        : variant == 1 ? tests::Kept::everything
                                                       : tests::Kept::any);
            ASSERT_EQ(check(files, worlds, acknowledged), "")
                << "operation " << at << ", variant " << variant;
            // The next life writes it again and leaves nothing over.
            ASSERT_TRUE(go_on(files, worlds));
            const auto newest = newest_good(files, data_path, tests::snapshot_log);
            ASSERT_TRUE(newest && newest->findings.empty());
            const auto found = list_snapshots(files, data_path);
            ASSERT_TRUE(found);
            ASSERT_EQ(found->snapshots, (std::vector{log::Lsn{old_lsn}, log::Lsn{new_lsn}}));
            ASSERT_TRUE(found->temporaries.empty());
        }
    }
}

TEST(SnapshotCrash, TellsOfEveryErrorAndKeepsTheOldOne) {
    const Worlds worlds{tests::test_seed()};
    std::uint64_t first = 0;
    const std::uint64_t last = operations_of(worlds, first);
    int failed = 0;
    for (std::uint64_t at = first; at < last; ++at) {
        for (const int error_number : {EIO, ENOSPC}) {
            FaultFiles files;
            begin(files, worlds);
            files.fail_at(at, error_number);
            const auto written = worlds.after.write(files, new_lsn);
            if (!written) {
                ++failed;
                EXPECT_EQ(written.error().error_number, error_number);
                EXPECT_FALSE(written.error().path.empty());
                EXPECT_TRUE(list_snapshots(files, data_path)->temporaries.empty());
            } else if (const auto pruned = prune_snapshots(files, data_path, tests::snapshot_log);
                       !pruned) {
                EXPECT_EQ(pruned.error().error_number, error_number);
            }
            ASSERT_EQ(check(files, worlds, written.has_value()), "") << "operation " << at;
        }
    }
    EXPECT_GT(failed, 20);
}

TEST(SnapshotCrash, IsGivenUpOnAFullDisk) {
    const Worlds worlds{tests::test_seed()};
    FaultFiles files;
    begin(files, worlds);
    std::uint64_t used = 0;
    for (const std::uint64_t lsn : {old_lsn - 1, old_lsn})
        used += files.content(snapshot_path(data_path, log::Lsn{lsn}))->size();
    files.set_capacity(used + 1'000);
    const auto written = worlds.after.write(files, new_lsn);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, io::IoErrorKind::no_space);
    EXPECT_TRUE(list_snapshots(files, data_path)->temporaries.empty());
    EXPECT_EQ(check(files, worlds, false), "");
}

TEST(SnapshotCrash, ComesThroughShortAndInterruptedCalls) {
    const Worlds worlds{tests::test_seed()};
    FaultFiles files;
    files.limit_transfer(100);
    files.interrupt_every(3);
    begin(files, worlds);
    ASSERT_TRUE(go_on(files, worlds));
    EXPECT_EQ(check(files, worlds, true), "");
}

}  // namespace
}  // namespace tickweir::txn::snapshot
