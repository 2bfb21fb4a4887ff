// A disk that fails or is full at any single call of an engine's life: nothing is acknowledged that
// does not come back, and nothing is executed once the log has failed.
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/engine/engine_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::txn {
namespace {

using tests::EngineRun;
using tests::EngineScript;
using tests::FaultFiles;

constexpr std::size_t snapshot_every = 30;

class EngineDiskFaultsTest : public testing::TestWithParam<int> {
protected:
    std::uint64_t seed_ = tests::test_seed();
    EngineScript script_ = tests::script_of(seed_, 90);
};

TEST_P(EngineDiskFaultsTest, AcknowledgeNothingBehindWhatFailed) {
    std::uint64_t operations = 0;
    {
        FaultFiles files;
        EngineRun run{files, tests::small_engine(script_)};
        ASSERT_TRUE(run.opened()) << run.report.refused;
        ASSERT_TRUE(run.play(script_, 0, seed_, snapshot_every));
        ASSERT_TRUE(run.engine->close(run.now));
        operations = files.operations();
    }
    std::uint64_t failed = 0;
    std::uint64_t survived = 0;
    for (std::uint64_t at = 0; at < operations; ++at) {
        FaultFiles files;
        files.fail_at(at, GetParam());
        EngineRun run{files, tests::small_engine(script_)};
        if (run.opened()) {
            const bool whole = run.play(script_, 0, seed_, snapshot_every);
            failed += !whole;
            survived += whole;
            if (!whole) {
                ASSERT_TRUE(run.engine->durable().failed());
                const Command& any = script_.commands.front();
                ASSERT_EQ(run.engine->shard(0).execute(any).status, ExecuteStatus::stopped);
            }
            run.release();
            ASSERT_FALSE(run.told.early);
            const std::string alarm = run.engine->replayer().alarm();
            ASSERT_TRUE(alarm.empty() || alarm.starts_with("the log cannot be read")) << alarm;
        }
        const log::Lsn acked = run.told.acked;
        run.engine.reset();
        if (files.operations() <= at) break;  // its life had no such operation
        // The machine goes down afterwards, and what failed may or may not be there.
        files.crash(seed_ + at);
        const EngineRun again{files, tests::small_engine(script_)};
        ASSERT_TRUE(again.opened()) << "operation " << at << ": " << again.report.refused;
        ASSERT_GE(again.engine->state().applied(), acked) << "operation " << at;
        ASSERT_EQ(tests::fault_of(script_, again.engine->state()), "") << "operation " << at;
    }
    EXPECT_GT(failed, 10u);
    EXPECT_GT(survived, 10u) << "segments and snapshots are tried again";
}

INSTANTIATE_TEST_SUITE_P(Errors, EngineDiskFaultsTest, testing::Values(EIO, ENOSPC),
                         [](const auto& error) { return error.param == EIO ? "Eio" : "Enospc"; });

}  // namespace
}  // namespace tickweir::txn
