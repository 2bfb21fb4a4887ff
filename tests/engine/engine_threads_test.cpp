// An engine on its threads over the machine's own disk in memory: what the host's thread executes
// is told in order, once, and never before it is safe; and it comes back.
#include "txn/engine/engine_threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/engine/engine_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::txn {
namespace {

using log::Lsn;
using tests::EngineRun;
using tests::EngineScript;
using tests::FaultFiles;

/// What a thread that tells outcomes saw.
struct Heard {
    std::uint64_t outcomes = 0;
    Lsn last{};
    bool early = false;
    bool back = false;
};

void tell(Engine& engine, const std::atomic<bool>& over, Heard& heard) {
    const auto visit = [&](const ReleasedOutcome& one) {
        heard.early = heard.early || one.lsn > engine.durable().load();
        heard.back = heard.back || one.lsn < heard.last;
        heard.last = one.lsn;
        ++heard.outcomes;
    };
    while (!over.load(std::memory_order_acquire))
        if (engine.release(0, visit) == 0) std::this_thread::yield();
    engine.release(0, visit);
}

TEST(EngineThreadsTest, ExecuteTellFollowAndComeBack) {
    const EngineScript script = tests::script_of(tests::test_seed(), 2'000, 100);
    FaultFiles files;
    EngineOptions options = tests::small_engine(script);
    options.replayer.snapshot_log_bytes = 32 * 1024;
    options.replayer.records_per_turn = 64;
    {
        EngineRun run{files, options};
        ASSERT_TRUE(run.opened()) << run.report.refused;
        EngineThreads threads{*run.engine};
        std::atomic<bool> over{false};
        Heard heard;
        std::thread teller{[&] { tell(*run.engine, over, heard); }};
        for (const Command& command : script.commands) {
            for (;;) {
                const ExecuteStatus status = run.engine->shard(0).execute(command).status;
                ASSERT_NE(status, ExecuteStatus::stopped);
                if (status == ExecuteStatus::done || status == ExecuteStatus::refused) break;
                std::this_thread::yield();
            }
        }
        EXPECT_TRUE(threads.close());
        over.store(true, std::memory_order_release);
        teller.join();
        EXPECT_FALSE(heard.early);
        EXPECT_FALSE(heard.back);
        const EngineCounts counts = run.engine->counts({});
        EXPECT_EQ(heard.outcomes, counts.commits + counts.refusals);
        EXPECT_EQ(counts.durable, run.applied());
        EXPECT_EQ(counts.replayer.applied, run.applied());
        EXPECT_EQ(run.engine->replayer().alarm(), "");
        EXPECT_GT(counts.replayer.snapshots, 0u);
        EXPECT_EQ(tests::hash_of(run.venue()), script.places.back().hash);
    }
    const EngineRun again{files, options};
    ASSERT_TRUE(again.opened()) << again.report.refused;
    EXPECT_EQ(tests::hash_of(again.venue()), script.places.back().hash);
}

}  // namespace
}  // namespace tickweir::txn
