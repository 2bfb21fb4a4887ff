// Recovery: from the log alone, from a snapshot and the rest, again and again the same; and what
// does not fit is refused with a reason, never passed over.
#include "txn/engine/recovery.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/engine/engine_world.hpp"
#include "tests/support/seed.hpp"
#include "txn/snapshot/snapshot_files.hpp"

namespace tickweir::txn {
namespace {

using log::Lsn;
using tests::data_path;
using tests::EngineRun;
using tests::EngineScript;
using tests::FaultFiles;

class EngineRecoveryTest : public testing::Test {
protected:
    /// Plays the script, takes snapshots every so many commands, and closes.
    void live(EngineOptions options, std::size_t snapshot_every) {
        EngineRun run{files_, std::move(options)};
        ASSERT_TRUE(run.opened()) << run.report.refused;
        ASSERT_TRUE(run.play(script_, 0, seed_, snapshot_every));
        ASSERT_TRUE(run.engine->close(run.now));
        ASSERT_EQ(run.applied(), script_.last());
        ASSERT_EQ(run.engine->replayer().alarm(), "");
    }
    EngineOptions keeping() const {
        EngineOptions options = tests::small_engine(script_);
        options.trims = false;
        return options;
    }
    void remove_snapshots() {
        const auto listed = snapshot::list_snapshots(files_, data_path);
        ASSERT_TRUE(listed);
        for (const Lsn lsn : listed->snapshots)
            ASSERT_TRUE(files_.remove(snapshot::snapshot_path(data_path, lsn)));
    }
    log::LogId id() const { return tests::small_engine(script_).new_identity->id; }

    std::uint64_t seed_ = tests::test_seed();
    EngineScript script_ = tests::script_of(seed_, 400);
    FaultFiles files_;
};

TEST_F(EngineRecoveryTest, GivesTheSameStateWithAndWithoutASnapshot) {
    live(keeping(), 70);
    Uint128 with = 0;
    {
        const EngineRun run{files_, keeping()};
        ASSERT_TRUE(run.opened()) << run.report.refused;
        EXPECT_EQ(tests::fault_of(script_, run.engine->state()), "");
        EXPECT_GT(run.report.snapshot, Lsn{20});
        EXPECT_EQ(run.report.snapshot_file,
                  snapshot::snapshot_path(data_path, run.report.snapshot));
        EXPECT_LT(run.report.applied.commands, script_.places.size() / 2);
        with = run.engine->state().hash();
    }
    remove_snapshots();
    const EngineRun run{files_, keeping()};
    ASSERT_TRUE(run.opened()) << run.report.refused;
    EXPECT_EQ(run.report.snapshot, Lsn{});
    EXPECT_EQ(run.engine->state().hash(), with);
    EXPECT_EQ(run.engine->state().applied(), script_.last());
    EXPECT_EQ(run.report.applied.compared, run.report.applied.commands);
    EXPECT_GT(run.report.applied.marks, 0u);
}

TEST_F(EngineRecoveryTest, GivesTheSameStateAgainAndAgain) {
    live(tests::small_engine(script_), 70);
    for (int i = 0; i < 4; ++i) {
        const EngineRun run{files_, tests::small_engine(script_)};
        ASSERT_TRUE(run.opened()) << run.report.refused;
        EXPECT_EQ(tests::fault_of(script_, run.engine->state()), "");
        EXPECT_EQ(run.engine->state().applied(), script_.last());
        EXPECT_EQ(run.report.log.outcome, log::ReadOutcome::end);
    }
}

TEST_F(EngineRecoveryTest, TakesAnOlderSnapshotWhereTheNewestIsBad) {
    live(keeping(), 70);
    const auto listed = snapshot::list_snapshots(files_, data_path);
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->snapshots.size(), 2u);
    const std::string newest = snapshot::snapshot_path(data_path, listed->snapshots[1]);
    ASSERT_TRUE(files_.flip_bit(newest, 8 * 700 + 3));
    const EngineRun run{files_, keeping()};
    ASSERT_TRUE(run.opened()) << run.report.refused;
    EXPECT_EQ(run.report.snapshot, listed->snapshots[0]);
    ASSERT_EQ(run.report.bad_snapshots.size(), 1u);
    EXPECT_TRUE(run.report.bad_snapshots[0].starts_with(newest)) << run.report.bad_snapshots[0];
    EXPECT_EQ(tests::fault_of(script_, run.engine->state()), "");
}

TEST_F(EngineRecoveryTest, RefusesALogThatBeginsBehindWhatItHas) {
    live(tests::small_engine(script_), 70);
    remove_snapshots();
    const EngineRun run{files_, tests::small_engine(script_)};
    EXPECT_FALSE(run.opened());
    EXPECT_NE(run.report.refused.find("the log begins at LSN"), std::string::npos)
        << run.report.refused;
}

TEST_F(EngineRecoveryTest, RefusesALogThatAnotherVenueWouldNotHaveWritten) {
    live(keeping(), 0);
    EngineOptions options = keeping();
    options.venue.fees.taker_millionths = tests::another_fee(script_);
    const EngineRun run{files_, options};
    EXPECT_FALSE(run.opened());
    // Who pays another fee may be told so, may have too little for the next order, or differs in
    // the next mark.
    const std::string& why = run.report.refused;
    EXPECT_TRUE(why.find("does something else when it is executed again") != why.npos ||
                why.find("is refused now") != why.npos ||
                why.find("marks other balances") != why.npos)
        << why;
    EXPECT_NE(run.report.refused.find("LSN "), std::string::npos);
    EXPECT_NE(run.report.refused.find(".log at byte"), std::string::npos);
    // Nothing was changed: the right venue goes on.
    const EngineRun right{files_, keeping()};
    EXPECT_TRUE(right.opened()) << right.report.refused;
}

TEST_F(EngineRecoveryTest, TellsItsProgress) {
    live(keeping(), 0);
    std::vector<RecoveryProgress> told;
    EngineRecovery report;
    const auto engine = Engine::open(
        files_, data_path, keeping(), nullptr,
        [&](const RecoveryProgress& progress) { told.push_back(progress); }, report);
    ASSERT_NE(engine, nullptr);
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[0].applied, Lsn{});
    EXPECT_EQ(told[1].applied, script_.last());
    EXPECT_EQ(told[1].records, number(script_.last()));
    EXPECT_GT(report.took.count(), 0);
}

TEST_F(EngineRecoveryTest, TellsTheStateAtAnyRecordThatIsKept) {
    live(keeping(), 70);
    for (std::uint64_t lsn = 0; lsn < number(script_.last()); lsn += 37) {
        std::string fault;
        const auto state = state_at(files_, data_path, id(), script_.settings, 1, Lsn{lsn}, fault);
        ASSERT_NE(state, nullptr) << fault;
        EXPECT_EQ(state->applied(), Lsn{lsn});
        EXPECT_EQ(tests::fault_of(script_, *state), "");
    }
    std::string fault;
    EXPECT_EQ(state_at(files_, data_path, id(), script_.settings, 1, after(script_.last()), fault),
              nullptr);
    EXPECT_NE(fault.find("the log ends at LSN"), std::string::npos) << fault;
}

TEST_F(EngineRecoveryTest, WritesEqualStatesAsEqualTexts) {
    live(keeping(), 70);
    std::string fault;
    const auto whole =
        state_at(files_, data_path, id(), script_.settings, 1, script_.last(), fault);
    remove_snapshots();
    const auto from_begin =
        state_at(files_, data_path, id(), script_.settings, 1, script_.last(), fault);
    ASSERT_TRUE(whole && from_begin) << fault;
    EXPECT_EQ(state_text(*whole), state_text(*from_begin));
    EXPECT_EQ(first_different_line(state_text(*whole), state_text(*from_begin)), "");
    const auto earlier = state_at(files_, data_path, id(), script_.settings, 1, Lsn{40}, fault);
    EXPECT_TRUE(
        first_different_line(state_text(*whole), state_text(*earlier)).starts_with("line 1: lsn "));
    EXPECT_NE(state_text(*whole).find("balance A1 USD total "), std::string::npos);
}

TEST_F(EngineRecoveryTest, RefusesADirectoryThatIsNotIts) {
    EngineOptions options = keeping();
    options.new_identity.reset();
    const EngineRun empty{files_, options};
    EXPECT_FALSE(empty.opened());
    EXPECT_NE(empty.report.refused.find("is empty"), std::string::npos);
    live(keeping(), 0);
    const EngineRun first{files_, keeping()};
    ASSERT_TRUE(first.opened());
    const EngineRun second{files_, keeping()};
    EXPECT_FALSE(second.opened());
    EXPECT_NE(second.report.refused.find("in use"), std::string::npos) << second.report.refused;
}

}  // namespace
}  // namespace tickweir::txn
