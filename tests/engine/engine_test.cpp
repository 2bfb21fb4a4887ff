// The whole engine: its roles in one thread, in any order, and how it is opened and closed.
#include "txn/engine/engine.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/engine/engine_world.hpp"
#include "tests/engine/shared_market.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::txn {
namespace {

using log::Lsn;
using tests::EngineRun;
using tests::EngineScript;
using tests::FaultFiles;

/// The script's commands as fast as the shard takes them, with all roles in an order by the seed.
void play_in_any_order(EngineRun& run, const EngineScript& script, std::mt19937_64& random) {
    std::size_t next = 0;
    while (next < script.commands.size() || run.engine->outbox(0).waiting() != 0 ||
           run.engine->counts({}).replayer_lag != 0) {
        run.tick();
        switch (random() % 8) {
            case 0:
                run.engine->turn_log(run.now);
                break;
            case 1:
                run.engine->turn_stock();
                break;
            case 2:
                run.engine->turn_replayer(run.now);
                break;
            case 3:
                run.release();
                break;
            default: {
                if (next == script.commands.size()) break;
                const ExecuteStatus status =
                    run.engine->shard(0).execute(script.commands[next]).status;
                ASSERT_NE(status, ExecuteStatus::stopped);
                next += status == ExecuteStatus::done || status == ExecuteStatus::refused;
            }
        }
    }
}

TEST(EngineTest, ComesToTheSameInAnyOrderOfItsRoles) {
    std::mt19937_64 random{tests::test_seed()};
    for (int i = 0; i < 6; ++i) {
        const EngineScript script = tests::script_of(random(), 400);
        FaultFiles files;
        EngineOptions options = tests::small_engine(script);
        options.replayer.snapshot_every = std::chrono::milliseconds{100};
        options.outbox.outcomes = 8 + random() % 100;
        EngineRun run{files, options};
        ASSERT_TRUE(run.opened()) << run.report.refused;
        ASSERT_NO_FATAL_FAILURE(play_in_any_order(run, script, random));
        EXPECT_FALSE(run.told.early);
        EXPECT_EQ(tests::hash_of(run.venue()), script.places.back().hash);
        EXPECT_EQ(run.engine->replayer().alarm(), "");
        EXPECT_EQ(tests::hash_of(run.engine->replayer().state()->venue(0)),
                  script.places.back().hash);
        const EngineCounts counts = run.engine->counts({});
        EXPECT_EQ(counts.commits + counts.marks, number(run.applied()));
        EXPECT_EQ(counts.refusals, script.refusals);
        EXPECT_EQ(counts.continuations, script.continuations);
        EXPECT_EQ(run.told.outcomes, counts.commits + counts.refusals);
        EXPECT_EQ(counts.log.records, number(run.applied()));
        EXPECT_EQ(counts.log_lag, 0u);
        EXPECT_GT(counts.replayer.snapshots, 0u);
    }
}

TEST(EngineTest, LetsShardsShareTheirAccounts) {
    std::mt19937_64 random{tests::test_seed()};
    FaultFiles files;
    const EngineOptions options = tests::two_shards();
    const std::vector<Command> commands[]{tests::orders_of(0, random(), 600),
                                          tests::orders_of(1, random(), 600)};
    Uint128 hash = 0;
    Lsn last{};
    {
        EngineRun run{files, options};
        ASSERT_TRUE(run.opened()) << run.report.refused;
        for (const Command& command : tests::deposits())
            ASSERT_TRUE(run.execute(command));
        std::size_t next[]{0, 0};
        while (next[0] < 600 || next[1] < 600) {
            const auto shard = static_cast<std::uint16_t>(random() % 2);
            if (next[shard] < 600) {
                const Executed executed =
                    run.engine->shard(shard).execute(commands[shard][next[shard]]);
                next[shard] += executed.status == ExecuteStatus::done ||
                               executed.status == ExecuteStatus::refused;
            }
            if (random() % 4 == 0) run.log_turn();
            run.engine->release(1, [](const ReleasedOutcome&) {});
            if (random() % 4 == 0) run.engine->turn_replayer(run.now);
            run.engine->turn_stock();
        }
        ASSERT_TRUE(run.engine->close(run.now));
        EXPECT_EQ(run.engine->replayer().alarm(), "");
        EXPECT_EQ(run.engine->replayer().status().applied, run.engine->durable().load());
        EXPECT_GT(run.engine->shard(0).counts().refusals, 10u) << "money is scarce";
        EXPECT_GT(run.engine->shard(1).counts().marks, 0u);
        hash = run.engine->state().hash();
        EXPECT_EQ(run.engine->replayer().state()->hash(), hash);
        EXPECT_TRUE(run.engine->replayer().snapshot_now(run.now));
        last = run.engine->durable().load();
    }
    for (int i = 0; i < 2; ++i) {
        const EngineRun again{files, options};
        ASSERT_TRUE(again.opened()) << again.report.refused;
        EXPECT_EQ(again.report.snapshot, last);
        EXPECT_EQ(again.engine->state().hash(), hash);
    }
    EngineOptions other = options;
    other.shards = 3;
    const EngineRun refused{files, other};
    ASSERT_EQ(refused.report.bad_snapshots.size(), 1u);
    EXPECT_NE(refused.report.bad_snapshots[0].find("of 2 shards, the venue has 3"),
              std::string::npos);
}

TEST(EngineTest, LosesNothingWhenItIsClosed) {
    const EngineScript script = tests::script_of(tests::test_seed(), 150);
    FaultFiles files;
    EngineOptions options = tests::small_engine(script);
    options.last_snapshot = true;
    {
        EngineRun run{files, options};
        ASSERT_TRUE(run.opened()) << run.report.refused;
        for (const Command& command : script.commands)
            ASSERT_TRUE(run.execute(command));
        // Nothing of the last ones has been written yet.
        ASSERT_TRUE(run.engine->close(run.now));
        run.release();
        EXPECT_EQ(run.told.acked, script.last_told);
        EXPECT_EQ(run.engine->shard(0).execute(script.commands[0]).status, ExecuteStatus::stopped);
        EXPECT_EQ(run.engine->replayer().status().snapshot, run.applied());
    }
    files.crash(1, tests::Kept::nothing);
    const EngineRun again{files, options};
    ASSERT_TRUE(again.opened()) << again.report.refused;
    EXPECT_EQ(again.report.applied.commands, 0u) << "all of it is in the last snapshot";
    EXPECT_EQ(tests::fault_of(script, again.engine->state()), "");
}

TEST(EngineTest, TellsOfItsLogAndItsLag) {
    const EngineScript script = tests::script_of(tests::test_seed(), 60);
    FaultFiles files;
    EngineRun run{files, tests::small_engine(script)};
    ASSERT_TRUE(run.opened()) << run.report.refused;
    run.log_turn();
    const EngineCounts first = run.engine->counts(run.now);
    for (std::size_t i = 0; i < 12; ++i)
        ASSERT_TRUE(
            run.execute(operator_command(Deposit{AccountId{1}, AssetId{0}, whole_units(1)})));
    run.now += std::chrono::seconds{2};
    EXPECT_EQ(run.engine->counts(run.now).log_lag, 12u);
    EXPECT_EQ(run.engine->counts(run.now).outcomes_waiting, 12u);
    run.log_turn();
    const EngineCounts between = run.engine->counts(run.now).since(first);
    EXPECT_EQ(between.elapsed, std::chrono::seconds{2});
    EXPECT_EQ(between.commits, 12u);
    EXPECT_EQ(between.log_lag, 0u);
    EXPECT_EQ(between.replayer_lag, 12u);
    EXPECT_EQ(between.log.batches, 1u);
    EXPECT_EQ(between.batch_records[4], 1u) << "12 has four bits";
    EXPECT_EQ(between.per_second(between.commits), 6.0);
}

TEST(EngineTest, RefusesOptionsThatDoNotFit) {
    const EngineScript script = tests::script_of(tests::test_seed(), 10);
    FaultFiles files;
    const auto refusal = [&](auto&& change) {
        EngineOptions options = tests::small_engine(script);
        change(options);
        const EngineRun run{files, options};
        EXPECT_FALSE(run.opened());
        return run.report.refused;
    };
    EXPECT_EQ(refusal([](EngineOptions& o) { o.shards = 0; }), "0 shards: there are 1 to 256");
    EXPECT_NE(refusal([](EngineOptions& o) { o.outbox.events = 17; }).find("17 events"),
              std::string::npos);
    EXPECT_NE(refusal([](EngineOptions& o) { o.shard.mark_every = 0; }).find("above 0"),
              std::string::npos);
    EXPECT_EQ(files.list(tests::data_path).has_value(), false) << "nothing was made";
}

TEST(EngineTest, GivesEveryIdTheNumberOfItsLog) {
    const EngineScript script = tests::script_of(tests::test_seed(), 10);
    FaultFiles files;
    EngineOptions options = tests::small_engine(script);
    options.new_identity->log_number = 513;
    const EngineRun run{files, options};
    ASSERT_TRUE(run.opened()) << run.report.refused;
    EXPECT_EQ(run.venue().settings().log_number, 513);
}

}  // namespace
}  // namespace tickweir::txn
