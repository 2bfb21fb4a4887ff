// A process is killed between a write and its sync, and power fails later: what the next process
// has recovered, and told of, is not to rest on the page cache alone.
#include <gtest/gtest.h>

#include "tests/crash/false_files.hpp"
#include "tests/crash/small_engine.hpp"
#include "tests/support/fault_files.hpp"

namespace tickweir::tests {
namespace {

TEST(SettledLogTest, LastsOnceItWasRecovered) {
    txn::EngineOptions options = hasty_engine(small_venue(), 1);
    options.log.stock.segment_bytes = 384 * 1024;
    FaultFiles disk;
    txn::log::Lsn written{};
    {
        FalseFiles unsynced{disk, {.suffix = ".log", .directories = false}};
        txn::EngineRecovery recovery;
        const auto engine = txn::Engine::open(unsynced, "data", options, nullptr, {}, recovery);
        ASSERT_NE(engine, nullptr) << recovery.refused;
        txn::Command tick;
        tick.body = txn::Tick{};
        for (int i = 0; i < 20; ++i)
            ASSERT_EQ(engine->shard(0).execute(tick).status, txn::ExecuteStatus::done);
        engine->turn_log({});
        written = engine->durable().load();
        ASSERT_EQ(written, engine->shard(0).last());
    }
    for (int life = 0; life < 2; ++life) {
        txn::EngineRecovery recovery;
        const auto engine = txn::Engine::open(disk, "data", options, nullptr, {}, recovery);
        ASSERT_NE(engine, nullptr) << recovery.refused;
        EXPECT_EQ(engine->state().applied(), written) << "life " << life;
        disk.crash(1, Kept::nothing);
    }
}

}  // namespace
}  // namespace tickweir::tests
