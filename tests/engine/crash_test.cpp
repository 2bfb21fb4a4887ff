// Power fails during every single operation of an engine's life, and everything not yet synced is
// lost, kept, or torn: what was acknowledged is there, nothing is half there, money is conserved,
// and the state is that of the commands executed one after another, without any log.
#include <gtest/gtest.h>

#include "tests/engine/engine_world.hpp"
#include "tests/support/seed.hpp"
#include "txn/engine/record_place.hpp"
#include "txn/log/data_directory.hpp"

namespace tickweir::txn {
namespace {

using tests::data_path;
using tests::EngineRun;
using tests::EngineScript;
using tests::FaultFiles;
using tests::Kept;

constexpr std::size_t snapshot_every = 45;

Kept kept_of(std::uint64_t variant) {
    return variant == 0 ? Kept::nothing : variant == 1 ? Kept::everything : Kept::any;
}

/// What is wrong with an engine opened after a crash; empty for nothing.
std::string fault_of(const EngineScript& script, const EngineRun& again, log::Lsn acked) {
    if (!again.opened()) return "refused: " + again.report.refused;
    const EngineState& state = again.engine->state();
    if (state.applied() < acked) {
        return "ends at " + std::to_string(number(state.applied())) + ", acknowledged was " +
               std::to_string(number(acked));
    }
    return tests::fault_of(script, state);
}

/// A life that ends in a crash during the operation `at`. Answers what was acknowledged.
log::Lsn crashed_life(FaultFiles& files, const EngineScript& script, std::uint64_t seed,
                      std::uint64_t at) {
    files.stop_at(at);
    EngineRun run{files, tests::small_engine(script)};
    if (run.opened()) {
        if (run.play(script, 0, seed, snapshot_every)) run.engine->close(run.now);
        run.release();
        EXPECT_FALSE(run.told.early);
    }
    EXPECT_TRUE(files.stopped());
    return run.told.acked;
}

class EngineCrashTest : public testing::Test {
protected:
    std::uint64_t seed_ = tests::test_seed();
    EngineScript script_ = tests::script_of(seed_, 200);

    std::uint64_t operations_of_a_life() {
        FaultFiles files;
        EngineRun run{files, tests::small_engine(script_)};
        EXPECT_TRUE(run.opened()) << run.report.refused;
        EXPECT_TRUE(run.play(script_, 0, seed_, snapshot_every));
        EXPECT_EQ(run.applied(), script_.last());
        EXPECT_TRUE(run.engine->close(run.now));
        run.release();
        EXPECT_EQ(run.told.acked, script_.last_told);
        EXPECT_EQ(run.engine->replayer().alarm(), "");
        EXPECT_GE(run.engine->replayer().status().snapshots, 3u);
        return files.operations();
    }
};

TEST_F(EngineCrashTest, KeepsWhatWasAcknowledgedWheneverPowerFails) {
    const std::uint64_t operations = operations_of_a_life();
    std::uint64_t torn = 0;
    std::uint64_t from_snapshot = 0;
    for (std::uint64_t at = 0; at < operations; ++at) {
        // Every operation with one variant of what is kept, in turn: a run of the test has other
        // commands, batches and pairs than the one before.
        const std::uint64_t variant = (at + seed_) % 4;
        FaultFiles files;
        const log::Lsn acked = crashed_life(files, script_, seed_, at);
        files.crash(seed_ + at, kept_of(variant));
        const EngineRun again{files, tests::small_engine(script_)};
        ASSERT_EQ(fault_of(script_, again, acked), "")
            << "operation " << at << ", variant " << variant;
        torn += !again.report.log.kept_aside.empty();
        from_snapshot += again.report.snapshot != log::Lsn{};
        ASSERT_TRUE(again.report.bad_snapshots.empty()) << again.report.bad_snapshots.front();
    }
    EXPECT_GT(torn, 0u);
    EXPECT_GT(from_snapshot, 0u);
}

TEST_F(EngineCrashTest, GoesOnAfterACrashAsIfThereHadBeenNone) {
    const std::uint64_t operations = operations_of_a_life();
    std::mt19937_64 random{seed_};
    for (int i = 0; i < 60; ++i) {
        FaultFiles files;
        const std::uint64_t at = random() % operations;
        (void)crashed_life(files, script_, seed_, at);
        files.crash(random());
        EngineRun again{files, tests::small_engine(script_)};
        ASSERT_TRUE(again.opened()) << again.report.refused;
        const log::Lsn applied = again.engine->state().applied();
        ASSERT_TRUE(again.play(script_, script_.at(applied).next, random(), snapshot_every));
        ASSERT_EQ(tests::hash_of(again.venue()), script_.places.back().hash) << "operation " << at;
        ASSERT_TRUE(again.engine->close(again.now));
        ASSERT_EQ(again.engine->replayer().alarm(), "");
    }
}

TEST_F(EngineCrashTest, SurvivesCrashesOfItsRecoveryAgainAndAgain) {
    std::mt19937_64 random{seed_};
    for (int life = 0; life < 12; ++life) {
        FaultFiles files;
        log::Lsn acked{};
        for (int crash = 0; crash < 8; ++crash) {
            files.stop_at(files.operations() + random() % (random() % 2 == 0 ? 80 : 300));
            EngineRun run{files, tests::small_engine(script_)};
            if (run.opened()) {
                ASSERT_EQ(fault_of(script_, run, acked), "");
                // Marks come at other places in a later life: the states are looked at by command.
                const log::Lsn applied = run.engine->state().applied();
                acked = std::max(acked, applied);
                run.engine.reset();
            }
            files.crash(random());
            const EngineRun settled{files, tests::small_engine(script_)};
            ASSERT_EQ(fault_of(script_, settled, acked), "") << life << ' ' << crash;
        }
    }
}

/// The sectors that the last batch of a life was written to.
struct LastWrite {
    std::string path;
    std::vector<std::byte> before;
    std::vector<std::byte> after;
    std::vector<std::size_t> sectors;
    log::Lsn before_it{};
    log::Lsn last{};  ///< with it
};

LastWrite live_until_the_last_write(FaultFiles& files, const EngineScript& script) {
    LastWrite write;
    EngineRun run{files, tests::small_engine(script)};
    EXPECT_TRUE(run.opened()) << run.report.refused;
    for (std::size_t i = 0; i < 60; ++i)
        EXPECT_TRUE(run.execute(script.commands[i]));
    run.log_turn();
    write.before_it = run.engine->durable().load();
    EXPECT_EQ(write.before_it, run.applied());
    write.path = segment_holding(files, log::log_directory(data_path), run.engine->identity().id,
                                 write.before_it);
    write.before = *files.content(write.path);
    for (std::size_t i = 60; i < 90; ++i)
        EXPECT_TRUE(run.execute(script.commands[i]));
    run.engine->turn_log(run.now);
    write.last = run.applied();
    write.after = *files.content(write.path);
    for (std::size_t at = 0; at < write.after.size(); at += log::sector_bytes)
        if (!std::equal(&write.after[at], &write.after[at] + log::sector_bytes, &write.before[at]))
            write.sectors.push_back(at);
    return write;
}

TEST_F(EngineCrashTest, MendsALastWriteTornAtAnySector) {
    FaultFiles first;
    const std::size_t sectors = live_until_the_last_write(first, script_).sectors.size();
    ASSERT_GE(sectors, 3u);
    for (std::size_t cut = 0; cut < sectors; ++cut) {
        for (const bool only : {false, true}) {  // all but this one, or those before it alone
            FaultFiles files;
            const LastWrite write = live_until_the_last_write(files, script_);
            auto file = files.open(write.path, {.mode = io::OpenMode::append});
            ASSERT_TRUE(file);
            for (std::size_t i = cut; i < (only ? cut + 1 : sectors); ++i) {
                const std::size_t at = write.sectors[i];
                ASSERT_TRUE(
                    (*file)->write_at(at, std::span{write.before}.subspan(at, log::sector_bytes)));
            }
            file->reset();
            const EngineRun again{files, tests::small_engine(script_)};
            ASSERT_EQ(fault_of(script_, again, write.before_it), "") << "sector " << cut << only;
            ASSERT_EQ(again.engine->state().applied(), write.before_it);
        }
    }
}

}  // namespace
}  // namespace tickweir::txn
