// An engine on its threads over the machine's own disk in memory: what the host's thread executes
// is told in order, once, and never before it is safe; and it comes back.
#include "txn/engine/engine_threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/engine/engine_world.hpp"
#include "tests/engine/shared_market.hpp"
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
        // What the last command left to be done may have found the outbox full.
        while (run.engine->shard(0).pending() && !run.engine->shard(0).stopped())
            if (!run.engine->shard(0).turn(script.commands.back().envelope.time))
                std::this_thread::yield();
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

/// Gives a shard its commands, each until it is taken.
void play(ShardExecutor& shard, const std::vector<Command>& commands) {
    for (const Command& command : commands) {
        for (;;) {
            const ExecuteStatus status = shard.execute(command).status;
            ASSERT_NE(status, ExecuteStatus::stopped) << shard.fault();
            if (status == ExecuteStatus::done || status == ExecuteStatus::refused) break;
            std::this_thread::yield();
        }
    }
}

TEST(EngineThreadsTest, ExecuteShardsThatShareAccountsSoThatTheLogIsASerialOrder) {
    const std::uint64_t seed = tests::test_seed();
    FaultFiles files;
    EngineOptions options = tests::two_shards();
    options.replayer.snapshot_log_bytes = 64 * 1024;
    Uint128 hash = 0;
    {
        EngineRun run{files, options};
        ASSERT_TRUE(run.opened()) << run.report.refused;
        play(run.engine->shard(0), tests::deposits());
        EngineThreads threads{*run.engine};
        std::atomic<bool> over{false};
        std::thread teller{[&] {
            while (!over.load(std::memory_order_acquire)) {
                run.engine->release(0, [](const ReleasedOutcome&) {});
                run.engine->release(1, [](const ReleasedOutcome&) {});
                std::this_thread::yield();
            }
        }};
        std::thread first{[&] { play(run.engine->shard(0), tests::orders_of(0, seed, 3'000)); }};
        std::thread second{[&] { play(run.engine->shard(1), tests::orders_of(1, seed, 3'000)); }};
        first.join();
        second.join();
        EXPECT_TRUE(threads.close());
        over.store(true, std::memory_order_release);
        teller.join();
        // The replayer executed the records one after another, and each did the same.
        EXPECT_EQ(run.engine->replayer().alarm(), "");
        hash = run.engine->state().hash();
        EXPECT_EQ(run.engine->replayer().state()->hash(), hash);
    }
    const EngineRun again{files, options};
    ASSERT_TRUE(again.opened()) << again.report.refused;
    EXPECT_EQ(again.engine->state().hash(), hash);
}

}  // namespace
}  // namespace tickweir::txn
