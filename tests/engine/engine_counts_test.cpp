// Counts of an engine, and what two looks at them say of the time between.
#include "txn/engine/engine_counts.hpp"

#include <gtest/gtest.h>

namespace tickweir::txn {
namespace {

TEST(EngineCountsTest, TellWhatHappenedBetweenTwoLooks) {
    EngineCounts first;
    first.at = book::TimeNs{std::chrono::seconds{10}};
    first.commits = 100;
    first.shed[static_cast<std::size_t>(ShedReason::ring_full)] = 3;
    first.log.records = 90;
    first.append_ns[12] = 4;
    first.replayer_lag = 50;
    EngineCounts second = first;
    second.at += std::chrono::seconds{4};
    second.commits = 140;
    second.shed[static_cast<std::size_t>(ShedReason::ring_full)] = 10;
    second.log.records = 130;
    second.append_ns[12] = 9;
    second.replayer_lag = 7;
    const EngineCounts between = second.since(first);
    EXPECT_EQ(between.elapsed, std::chrono::seconds{4});
    EXPECT_EQ(between.commits, 40u);
    EXPECT_EQ(between.shed[static_cast<std::size_t>(ShedReason::ring_full)], 7u);
    EXPECT_EQ(between.log.records, 40u);
    EXPECT_EQ(between.append_ns[12], 5u);
    EXPECT_EQ(between.replayer_lag, 7u) << "as it is now";
    EXPECT_EQ(between.per_second(between.commits), 10.0);
    EXPECT_EQ(first.since(first).per_second(0), 0.0);
}

TEST(EngineCountsTest, KnowHowOldTheNewestSnapshotIs) {
    EngineCounts counts;
    counts.at = book::TimeNs{std::chrono::seconds{10}};
    EXPECT_EQ(counts.snapshot_age(), std::nullopt);
    counts.replayer.snapshots = 1;
    counts.replayer.snapshot_at = book::TimeNs{std::chrono::seconds{4}};
    EXPECT_EQ(counts.snapshot_age(), std::chrono::seconds{6});
}

TEST(BitHistogramTest, GivesTheBucketOfAQuantile) {
    BitHistogram histogram{};
    EXPECT_EQ(quantile(histogram, 990), 0u);
    histogram[4] = 990;  // 8 to 15
    histogram[10] = 10;  // 512 to 1023
    EXPECT_EQ(quantile(histogram, 500), 15u);
    EXPECT_EQ(quantile(histogram, 990), 15u);
    EXPECT_EQ(quantile(histogram, 991), 1023u);
    EXPECT_EQ(quantile(histogram, 1000), 1023u);
}

TEST(LogCountersTest, CountBatchesByTheBitsOfTheirSizesAndPassThemOn) {
    struct Next final : log::LogListener {
        void on_durable(log::Lsn lsn) override { durable = lsn; }
        void on_failed(const io::IoError&) override { failed = true; }
        void on_batch(const log::BatchReport&) override { ++batches; }
        log::Lsn durable{};
        bool failed = false;
        int batches = 0;
    } next;
    LogCounters counters{&next};
    counters.on_batch({1, 100, std::chrono::nanoseconds{0}});
    counters.on_batch({7, 100, std::chrono::nanoseconds{1'000}});
    counters.on_batch({4, 100, std::chrono::hours{1'000}});
    counters.on_durable(log::Lsn{9});
    counters.on_failed({});
    EXPECT_EQ(counters.batch_records()[1], 1u);
    EXPECT_EQ(counters.batch_records()[3], 2u);
    EXPECT_EQ(counters.append_ns()[0], 1u);
    EXPECT_EQ(counters.append_ns()[10], 1u);
    EXPECT_EQ(counters.append_ns()[bit_buckets - 1], 1u);
    EXPECT_EQ(next.batches, 3);
    EXPECT_EQ(next.durable, log::Lsn{9});
    EXPECT_TRUE(next.failed);
}

}  // namespace
}  // namespace tickweir::txn
