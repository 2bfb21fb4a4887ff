// The replayer: the same as the venue at every mark, an alarm where it is not, and no snapshot and
// no trimming after that.
#include "txn/engine/replayer.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "tests/engine/engine_world.hpp"
#include "tests/support/seed.hpp"
#include "txn/engine/record_place.hpp"
#include "txn/log/data_directory.hpp"
#include "txn/log/segment_files.hpp"
#include "txn/snapshot/snapshot_files.hpp"

namespace tickweir::txn {
namespace {

using log::Lsn;
using tests::data_path;
using tests::EngineRun;
using tests::EngineScript;
using tests::FaultFiles;

class ReplayerTest : public testing::Test {
protected:
    void open(EngineOptions options) {
        run_ = std::make_unique<EngineRun>(files_, std::move(options));
        ASSERT_TRUE(run_->opened()) << run_->report.refused;
    }
    EngineOptions options() const { return tests::small_engine(script_); }
    void play(std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i)
            ASSERT_TRUE(run_->execute(script_.commands[i]));
        // A turn may end where a batch does not fit in what is left of a segment.
        for (int turns = 0; run_->engine->durable().load() < run_->applied(); ++turns) {
            ASSERT_LT(turns, 1'000) << "what was executed is never durable";
            run_->log_turn();
            run_->engine->turn_stock();
        }
    }
    ReplayerStatus status() const { return run_->engine->replayer().status(); }

    /// A second replayer of the same log.
    std::unique_ptr<Replayer> another(const VenueSettings& settings, ReplayerOptions options,
                                      std::function<bool()> trim_wanted = {}) {
        log::Log& log = run_->engine->log();
        const log::LogId id = run_->engine->identity().id;
        FollowedLog followed;
        followed.durable = &log.durable();
        followed.read_from = [&log](Lsn from) { return log.read_from(from); };
        followed.trim_wanted = std::move(trim_wanted);
        followed.trim = [&log](Lsn behind) { log.trim(behind); };
        followed.file_of = [this, id](Lsn lsn) {
            return segment_holding(files_, log::log_directory(data_path), id, lsn);
        };
        return std::make_unique<Replayer>(settings, std::uint16_t{1},
                                          SnapshotPlace{&files_, data_path, id}, followed, options);
    }
    /// Of the log from its begin.
    std::uint64_t bytes_of_records() {
        const auto source = run_->engine->log().read_from(Lsn{1});
        source->extend(run_->engine->durable().load());
        std::uint64_t bytes = 0;
        for (log::RecordView record; source->next(record) == log::ReadOutcome::record;)
            bytes += log::encoded_bytes(record.payload.size());
        return bytes;
    }
    std::size_t snapshots() {
        return snapshot::list_snapshots(files_, data_path)->snapshots.size();
    }

    std::uint64_t seed_ = tests::test_seed();
    EngineScript script_ = tests::script_of(seed_, 600);
    FaultFiles files_;
    std::unique_ptr<EngineRun> run_;
};

TEST_F(ReplayerTest, IsEqualToTheVenueAtEveryMark) {
    open(options());
    play(0, script_.commands.size());
    run_->follow();
    EXPECT_EQ(run_->engine->replayer().alarm(), "");
    const ReplayerStatus now = status();
    EXPECT_EQ(now.state, ReplayerState::following);
    EXPECT_EQ(now.applied, script_.last());
    EXPECT_EQ(now.marks, run_->engine->shard(0).counts().marks);
    EXPECT_GT(now.marks, 1u);
    EXPECT_EQ(now.compared, run_->engine->shard(0).counts().commits);
    EXPECT_EQ(tests::fault_of(script_, *run_->engine->replayer().state()), "");
}

TEST_F(ReplayerTest, WritesSnapshotsSoonerWhereTheDiskHasLittleRoom) {
    open(options());
    play(0, script_.commands.size());
    ReplayerOptions rarely;
    rarely.snapshot_every = std::chrono::hours{10'000};
    // More than all records, and they are more than an eighth of it.
    rarely.snapshot_log_bytes = 2 * bytes_of_records();
    bool little_room = false;
    const auto replayer = another(script_.settings, rarely, [&] { return little_room; });
    while (replayer->turn(run_->now)) {
    }
    EXPECT_EQ(replayer->status().applied, script_.last());
    EXPECT_EQ(replayer->status().snapshots, 0u);
    little_room = true;
    EXPECT_TRUE(replayer->turn(run_->now));
    EXPECT_EQ(replayer->status().snapshots, 1u);
    EXPECT_EQ(snapshots(), 1u);
    EXPECT_FALSE(replayer->turn(run_->now)) << "nothing was written since";
}

TEST_F(ReplayerTest, DoesABoundedPartInATurnAndOnlyWhatIsDurable) {
    open(options());
    for (std::size_t i = 0; i < 40; ++i)
        ASSERT_TRUE(run_->execute(script_.commands[i]));
    EXPECT_TRUE(run_->engine->turn_replayer(run_->now)) << "loads";
    EXPECT_FALSE(run_->engine->turn_replayer(run_->now)) << "nothing is durable yet";
    run_->log_turn();
    EXPECT_TRUE(run_->engine->turn_replayer(run_->now));
    EXPECT_EQ(status().applied, Lsn{7}) << "records_per_turn";
    run_->follow();
    EXPECT_EQ(status().applied, run_->applied());
    EXPECT_EQ(run_->engine->counts({}).replayer_lag, 0u);
}

TEST_F(ReplayerTest, RaisesAnAlarmAtTheFirstDifferenceAndWritesNoSnapshotAnyMore) {
    open(options());
    play(0, script_.commands.size());
    VenueSettings planted = script_.settings;
    planted.fees.taker_millionths = tests::another_fee(script_);
    ReplayerOptions eager;
    eager.snapshot_every = std::chrono::nanoseconds{1};
    const auto replayer = another(planted, eager);
    log::TimeNs now{};
    while (replayer->turn(now += std::chrono::seconds{1})) {
    }
    EXPECT_EQ(replayer->status().state, ReplayerState::alarmed);
    EXPECT_LT(replayer->status().applied, script_.last());
    const std::string alarm = replayer->alarm();
    EXPECT_TRUE(alarm.starts_with("LSN " + std::to_string(number(replayer->status().applied) + 1)))
        << alarm;
    // Who pays another fee may be told so, may have too little for the next order, or differs in
    // the next mark.
    EXPECT_TRUE(alarm.find("executed again") != alarm.npos ||
                alarm.find("is refused now") != alarm.npos ||
                alarm.find("marks other balances") != alarm.npos)
        << alarm;
    EXPECT_NE(alarm.find(".log)"), std::string::npos) << alarm;
    const std::size_t kept = snapshots();
    EXPECT_FALSE(replayer->turn(now + std::chrono::hours{1}));
    EXPECT_FALSE(replayer->snapshot_now(now));
    EXPECT_EQ(snapshots(), kept);
}

TEST_F(ReplayerTest, RaisesAnAlarmWhereTheLogCannotBeRead) {
    open(options());
    play(0, 200);
    const std::string path =
        segment_holding(files_, log::log_directory(data_path), run_->engine->identity().id, Lsn{1});
    ASSERT_TRUE(files_.flip_bit(path, 8 * (4096 + 64 + 300)));
    run_->follow();
    EXPECT_EQ(status().state, ReplayerState::alarmed);
    EXPECT_NE(run_->engine->replayer().alarm().find(path), std::string::npos)
        << run_->engine->replayer().alarm();
}

TEST_F(ReplayerTest, WritesSnapshotsByTimeAndByBytesAndKeepsTwo) {
    EngineOptions by_time = options();
    by_time.replayer.snapshot_every = std::chrono::seconds{10};
    open(by_time);
    play(0, 100);
    run_->follow();
    EXPECT_EQ(status().snapshots, 0u);
    run_->now += std::chrono::seconds{10};
    run_->follow();
    EXPECT_EQ(status().snapshots, 1u);
    EXPECT_EQ(status().snapshot, status().applied);
    run_->now += std::chrono::seconds{10};
    run_->follow();
    EXPECT_EQ(status().snapshots, 1u) << "nothing is new";
    run_.reset();

    EngineOptions by_bytes = options();
    by_bytes.replayer.snapshot_log_bytes = 1024;
    open(by_bytes);
    for (std::size_t i = 100; i < script_.commands.size(); ++i) {
        play(i, i + 1);
        run_->follow();
    }
    EXPECT_GE(status().snapshots, 3u);
    EXPECT_EQ(snapshots(), 2u);
    EXPECT_EQ(run_->engine->replayer().alarm(), "");
}

TEST_F(ReplayerTest, TrimsOnlyBehindTheOlderOfTwoGoodSnapshots) {
    open(options());
    const auto segments = [&] {
        return log::list_segments(files_, log::log_directory(data_path))->segments;
    };
    const auto restock = [&] {
        while (run_->engine->turn_stock()) {
        }
    };
    std::size_t at = 0;
    const auto go_to = [&](std::size_t to) {
        for (; at < to; ++at)
            play(at, at + 1);
        run_->follow();
        restock();
    };
    go_to(300);
    ASSERT_TRUE(run_->engine->replayer().snapshot_now(run_->now));
    const Lsn older = status().snapshot;
    EXPECT_EQ(status().trimmed, Lsn{}) << "one is not enough";
    go_to(450);
    EXPECT_EQ(segments().front(), 1u);
    // A crash after the second one finds both, and the log behind the older.
    ASSERT_TRUE(run_->engine->replayer().snapshot_now(run_->now));
    EXPECT_EQ(status().trimmed, older);
    restock();
    EXPECT_GT(segments().front(), 1u);
    std::string fault;
    EXPECT_NE(
        state_at(files_, data_path, run_->engine->identity().id, script_.settings, 1, older, fault),
        nullptr);
    EXPECT_NE(state_at(files_, data_path, run_->engine->identity().id, script_.settings, 1,
                       after(older), fault),
              nullptr)
        << fault;
    // The older one rots before the next: then nothing is trimmed behind it.
    const Lsn second = status().snapshot;
    ASSERT_TRUE(files_.flip_bit(snapshot::snapshot_path(data_path, second), 8 * 500));
    ASSERT_TRUE(files_.flip_bit(snapshot::snapshot_path(data_path, older), 8 * 500));
    go_to(600);
    ASSERT_TRUE(run_->engine->replayer().snapshot_now(run_->now));
    EXPECT_EQ(status().trimmed, older);
}

TEST_F(ReplayerTest, TriesASnapshotAgainThatFailed) {
    EngineOptions eager = options();
    eager.replayer.snapshot_every = std::chrono::seconds{1};
    eager.replayer.retry_after = std::chrono::seconds{5};
    open(eager);
    play(0, 100);
    run_->follow();
    files_.fail_next(io::IoOperation::rename, ENOSPC);
    run_->now += std::chrono::seconds{1};
    run_->follow();
    EXPECT_EQ(status().snapshot_failures, 1u);
    EXPECT_EQ(status().snapshots, 0u);
    EXPECT_EQ(status().state, ReplayerState::following) << "no alarm: the state is right";
    run_->follow();
    EXPECT_EQ(status().snapshot_failures, 1u) << "not at once";
    run_->now += std::chrono::seconds{5};
    run_->follow();
    EXPECT_EQ(status().snapshots, 1u);
}

TEST_F(ReplayerTest, AppliesWithoutComparingWhenItIsFarBehindAndSaysSo) {
    open(options());
    play(0, script_.commands.size());
    ReplayerOptions narrow;
    narrow.records_per_turn = 3;
    narrow.compare_within_bytes = 2 * 1024;
    narrow.snapshot_every = std::chrono::nanoseconds{1};
    const auto replayer = another(script_.settings, narrow);
    log::TimeNs now{};
    bool behind = false;
    while (replayer->turn(now += std::chrono::seconds{1})) {
        if (replayer->status().comparing) continue;
        behind = true;
        ASSERT_EQ(replayer->status().snapshots, 0u);
    }
    EXPECT_TRUE(behind);
    const ReplayerStatus end = replayer->status();
    EXPECT_EQ(replayer->alarm(), "");
    EXPECT_TRUE(end.comparing);
    EXPECT_EQ(end.applied, script_.last());
    EXPECT_GT(end.uncompared, 10u);
    EXPECT_GT(end.compared, 0u);
    EXPECT_EQ(end.compared + end.uncompared, run_->engine->shard(0).counts().commits);
    EXPECT_EQ(end.marks, run_->engine->shard(0).counts().marks) << "marks are always looked at";
    EXPECT_GT(end.snapshots, 0u);
    EXPECT_EQ(tests::fault_of(script_, *replayer->state()), "");
}

}  // namespace
}  // namespace tickweir::txn
