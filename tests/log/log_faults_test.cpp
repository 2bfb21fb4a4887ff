// A disk that fails, fills up, does things by halves and is interrupted, at every single call of a
// log's life: nothing is acknowledged that does not come back.
#include <gtest/gtest.h>

#include <cerrno>
#include <random>

#include "tests/log/log_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::txn::log {
namespace {

using tests::FaultFiles;
using tests::log_path;
using tests::LogRun;
using tests::LogSettings;

struct Known {
    Lsn acked{};
    Lsn submitted{};
};

/// Writes until the script is over or the log has failed.
Known live(FaultFiles& files, LogSettings settings, std::uint64_t seed) {
    Known known;
    LogRun run{files, settings};
    if (!run.error.empty()) return known;
    std::mt19937_64 random{seed};
    for (int i = 0; i < 16; ++i) {
        const bool going = run.append(1 + random() % (i % 5 == 0 ? 50 : 4));
        known = {run.acked, before(run.next)};
        if (!going || (i % 4 == 3 && !run.idle())) return {run.acked, known.submitted};
        run.restock();
    }
    (void)run.close();
    return {run.acked, known.submitted};
}

class LogFaults : public testing::TestWithParam<bool> {
protected:
    LogSettings settings_{.direct = GetParam()};
    std::uint64_t seed_ = tests::test_seed();

    void expect_recoverable(FaultFiles& files, const Known& known, std::uint64_t at) {
        const LogRun again{files, settings_};
        ASSERT_EQ(again.error, "") << at;
        ASSERT_TRUE(again.recovered.contents_right) << at;
        ASSERT_GE(again.recovered.last(), known.acked) << at;
        ASSERT_LE(again.recovered.last(), known.submitted) << at;
    }
};

TEST_P(LogFaults, AcknowledgeNothingThatAFailureMadeDoubtful) {
    std::uint64_t operations = 0;
    {
        FaultFiles files;
        const Known known = live(files, settings_, seed_);
        ASSERT_EQ(known.acked, known.submitted);
        operations = files.operations();
    }
    for (const int error_number : {EIO, ENOSPC}) {
        for (std::uint64_t at = 0; at < operations; ++at) {
            FaultFiles files;
            files.fail_at(at, error_number);
            const Known known = live(files, settings_, seed_);
            // The machine goes down afterwards, and what failed may or may not be there.
            files.crash(seed_ + at);
            if (!files.list(log_path)) continue;
            expect_recoverable(files, known, at);
        }
    }
}

TEST_P(LogFaults, GoOnAfterShortAndInterruptedCalls) {
    FaultFiles files;
    // Direct files take whole blocks only.
    files.limit_transfer(GetParam() ? 2 * block_bytes : 700);
    files.interrupt_every(3);
    const Known known = live(files, settings_, seed_);
    EXPECT_GT(known.acked, Lsn{16});
    EXPECT_EQ(known.acked, known.submitted);
    files.crash(seed_);
    files.limit_transfer(3 * block_bytes);
    expect_recoverable(files, known, 0);
}

TEST_P(LogFaults, OfAFullDiskNeverReachWhatWasMadeAhead) {
    FaultFiles files;
    LogRun run{files, settings_};
    ASSERT_EQ(run.error, "");
    files.set_capacity(files.free_space("/")->total_bytes - files.free_space("/")->free_bytes);
    const std::uint64_t segments = run.carrier->end().segment + run.stock->ready();
    std::uint64_t batches = 0;
    while (run.append(3))
        ++batches;
    EXPECT_GT(batches, 10u);
    EXPECT_EQ(run.carrier->end().segment, segments) << run.error;
    EXPECT_NE(run.error.find("No space left on device"), std::string::npos);
    files.crash(seed_);
    // Opening needs a segment to write into: space first.
    files.set_capacity(std::uint64_t{256} << 20);
    expect_recoverable(files, {run.acked, before(run.next)}, 0);
}

INSTANTIATE_TEST_SUITE_P(Writing, LogFaults, testing::Values(true, false),
                         [](const auto& mode) { return mode.param ? "Direct" : "Synced"; });

TEST(SegmentStock, TriesAgainWhatFailed) {
    for (const auto operation :
         {io::IoOperation::open, io::IoOperation::preallocate, io::IoOperation::write,
          io::IoOperation::sync, io::IoOperation::rename, io::IoOperation::sync_directory,
          io::IoOperation::truncate}) {
        FaultFiles files;
        ASSERT_TRUE(files.make_directories(log_path));
        SegmentStock stock{
            files, log_path, tests::log_id, {.segment_bytes = 96 * 1024, .ready_wanted = 2}};
        ASSERT_TRUE(stock.adopt({}));
        files.fail_next(operation, EIO);
        int idle = 0;
        while (stock.ready() < 2 && idle < 5)
            idle += !stock.turn();
        EXPECT_EQ(stock.ready(), 2u) << to_string(operation);
        EXPECT_EQ(stock.failures(), 1u) << to_string(operation);
        const auto first = stock.take();
        const auto second = stock.take();
        ASSERT_TRUE(first && second);
        EXPECT_EQ(first->segment, 1u);
        EXPECT_EQ(second->segment, 2u);
        EXPECT_TRUE(all_zero(*files.content(segment_path(log_path, 1))));
        EXPECT_FALSE(stock.take());
        const auto listed = list_segments(files, log_path);
        EXPECT_EQ(listed->unready, std::vector<std::string>{}) << to_string(operation);
    }
}

TEST(SegmentStock, TakesNothingOfADiskThatLacksRoomForAWholeSegment) {
    FaultFiles files;
    ASSERT_TRUE(files.make_directories(log_path));
    constexpr std::uint64_t segment_bytes = 100 * block_bytes;
    files.set_capacity(segment_bytes * 3 / 2);
    SegmentStock stock{
        files, log_path, tests::log_id, {.segment_bytes = segment_bytes, .ready_wanted = 2}};
    ASSERT_TRUE(stock.adopt({}));
    while (stock.failures() < 2) {
        stock.turn();
        ASSERT_GE(files.free_space("/")->free_bytes, segment_bytes / 2);
    }
    EXPECT_EQ(stock.ready(), 1u);
    files.set_capacity(segment_bytes * 2);
    while (stock.turn()) {
    }
    EXPECT_EQ(stock.ready(), 2u);
}

TEST(SegmentStock, TellsHowFullTheDiskIs) {
    FaultFiles files;
    ASSERT_TRUE(files.make_directories(log_path));
    files.set_capacity(1'000'000);
    SegmentStock stock{
        files, log_path, tests::log_id, {.segment_bytes = 100 * block_bytes, .ready_wanted = 2}};
    ASSERT_TRUE(stock.adopt({}));
    EXPECT_EQ(stock.free_space(), FreeSpace::enough);
    EXPECT_EQ(stock.free_percent(), 100u);
    while (stock.turn()) {
    }
    stock.turn();
    EXPECT_EQ(stock.ready(), 2u);
    EXPECT_EQ(stock.free_space(), FreeSpace::trim_wanted);
    EXPECT_EQ(stock.free_percent(), 18u);
    files.set_capacity(900'000);
    stock.turn();
    EXPECT_EQ(stock.free_space(), FreeSpace::nearly_none);
    EXPECT_EQ(stock.free_percent(), 8u);
}

TEST(SegmentStock, RemovesWhatACrashLeftHalfMadeOrHasAnotherLength) {
    FaultFiles files;
    LogSettings settings;
    {
        LogRun run{files, settings};
        ASSERT_TRUE(run.append(4) && run.close());
        auto left = files.open(unready_path(log_path, 9), {.mode = io::OpenMode::create});
        ASSERT_TRUE(left && (*left)->append(tests::payload_of(Lsn{1})));
    }
    files.crash(1);
    settings.segment_bytes = 128 * 1024;
    LogRun again{files, settings};
    ASSERT_EQ(again.error, "");
    EXPECT_EQ(list_segments(files, log_path)->unready, std::vector<std::string>{});
    EXPECT_EQ(files.content(segment_path(log_path, 1))->size(), 96u * 1024);
    EXPECT_EQ(files.content(segment_path(log_path, 2))->size(), 128u * 1024);
    while (again.carrier->end().segment < 3) {
        ASSERT_TRUE(again.append(5)) << again.error;
        again.restock();
    }
    ASSERT_TRUE(again.close());
    const LogReport report = verify_log(files, log_path, tests::log_id);
    EXPECT_EQ(report.outcome, ReadOutcome::end) << to_string(report.finding);
    EXPECT_EQ(report.last, again.acked);
}

}  // namespace
}  // namespace tickweir::txn::log
