// A log put together: opened, written, stopped in every way, and opened again.
#include "txn/log/log.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/log/log_world.hpp"

namespace tickweir::txn::log {
namespace {

using tests::FaultFiles;
using tests::log_id;
using tests::log_path;

LogOptions small_options() {
    return {.stock = {.segment_bytes = 256 * 1024, .ready_wanted = 3},
            .carrier = {.batch_bytes_max = least_batch_bytes_max, .margin_bytes = 0},
            .ring = {.bytes = 128 * 1024, .reserve_bytes = 0}};
}

class LogTest : public testing::Test {
protected:
    LogTest() { EXPECT_TRUE(files_.make_directories(log_path)); }

    /// Why it was refused; empty if it is open.
    std::string open(const RecoverFrom& from = {}, Lsn refuse = {}) {
        applied_.clear();
        report_ = {};
        log_.reset();
        log_ = Log::open(files_, log_path, log_id, from, options_,
                         {.apply =
                              [&](const RecordView& record) {
                                  applied_.push_back(record.lsn);
                                  return record.lsn != refuse;
                              },
                          .look_ahead = {}},
                         nullptr, report_);
        return log_ ? "" : to_string(report_.finding);
    }

    /// As many records as there are credits for.
    void write(int records) {
        for (int i = 0; i < records; ++i) {
            auto credit = log_->ring().take_credit(RecordClass::ordinary, 500);
            if (!credit) return;  // the log has failed
            auto reservation = log_->ring().reserve(*std::move(credit), 500);
            std::ranges::fill(reservation.payload(), std::byte{});
            reservation.commit(1);
            if (i % 3 == 0) log_->driver().turn({});
        }
        log_->driver().turn({});
    }

    FaultFiles files_;
    LogOptions options_ = small_options();
    std::unique_ptr<Log> log_;
    RecoveryReport report_;
    std::vector<Lsn> applied_;
};

TEST_F(LogTest, GoesOnWhereItEnded) {
    ASSERT_EQ(open(), "");
    EXPECT_EQ(report_.outcome, ReadOutcome::end);
    write(20);
    EXPECT_EQ(log_->durable().load(), Lsn{20});
    log_->driver().close({});
    ASSERT_EQ(open(), "");
    EXPECT_EQ(applied_.size(), 20u);
    EXPECT_EQ(report_.last, Lsn{20});
    EXPECT_EQ(log_->durable().load(), Lsn{20});
    write(5);
    ASSERT_EQ(open({.next = Lsn{18}}), "");
    EXPECT_EQ(applied_.front(), Lsn{18});
    EXPECT_EQ(applied_.back(), Lsn{25});
    auto source = log_->read_from(Lsn{24});
    RecordView record;
    ASSERT_EQ(source->next(record), ReadOutcome::record);
    EXPECT_EQ(record.lsn, Lsn{24});
}

TEST_F(LogTest, GoesOnWithLongerBatchesAndWithShorterOnes) {
    options_.stock.ready_wanted = 4;
    std::uint64_t records = 0;
    for (const std::size_t batch_bytes_max :
         {least_batch_bytes_max, 2 * least_batch_bytes_max, least_batch_bytes_max}) {
        options_.carrier.batch_bytes_max = batch_bytes_max;
        ASSERT_EQ(open(), "") << batch_bytes_max;
        EXPECT_EQ(report_.last, Lsn{records});
        // One batch, if they fit.
        for (int i = 0; i < 2; ++i, ++records) {
            auto credit = log_->ring().take_credit(RecordClass::ordinary, 60'000);
            ASSERT_TRUE(credit);
            auto reservation = log_->ring().reserve(*std::move(credit), 60'000);
            std::ranges::fill(reservation.payload(), std::byte{});
            reservation.commit(1);
        }
        while (log_->driver().turn({})) {
        }
        EXPECT_EQ(log_->driver().counts().batches,
                  batch_bytes_max == least_batch_bytes_max ? 2u : 1u);
        while (log_->stock().turn()) {
        }
    }
    ASSERT_EQ(open(), "");
    EXPECT_EQ(report_.last, Lsn{records});
}

TEST_F(LogTest, MendsATornTailAndSaysSo) {
    bool seen = false;
    for (std::uint64_t seed = 0; seed < 100 && !seen; ++seed) {
        ASSERT_EQ(open(), "");
        const Lsn durable = log_->durable().load();
        write(3);
        files_.stop_at(files_.operations());
        write(40);
        log_.reset();
        files_.crash(seed);
        ASSERT_EQ(open(), "");
        seen = report_.outcome == ReadOutcome::torn_tail;
        EXPECT_EQ(report_.kept_aside.empty(), !seen);
        EXPECT_GE(report_.last, after(durable, 3));
    }
    EXPECT_TRUE(seen);
    EXPECT_NE(report_.finding.what.find("was cut off"), std::string::npos);
}

TEST_F(LogTest, IsRefusedWhereAnythingIsWrong) {
    ASSERT_EQ(open(), "");
    write(20);
    log_.reset();
    EXPECT_NE(open({.known_durable = Lsn{21}}).find("was durable once"), std::string::npos);
    EXPECT_NE(open({.next = Lsn{30}}).find("was durable once"), std::string::npos);
    EXPECT_NE(open({}, Lsn{7}).find("LSN 7 was refused"), std::string::npos);
    ASSERT_EQ(open({.term = 5}), "");
    EXPECT_NE(open({.term = 4}).find("written in term 5"), std::string::npos);
    ASSERT_TRUE(files_.flip_bit(segment_path(log_path, 1), 8 * 4'200));
    EXPECT_NE(open().find(".log at byte 4096"), std::string::npos);
    ASSERT_TRUE(files_.flip_bit(segment_path(log_path, 1), 8 * 4'200));
    ASSERT_EQ(open(), "") << "nothing was changed by all that";
    EXPECT_EQ(report_.last, Lsn{20});
}

TEST_F(LogTest, MendsNothingInATermThatHasPassed) {
    bool torn = false;
    for (std::uint64_t seed = 0; seed < 100 && !torn; ++seed) {
        ASSERT_EQ(open({.term = 5}), "");
        files_.stop_at(files_.operations());
        write(40);
        log_.reset();
        files_.crash(seed);
        torn = tests::read_log(files_, {}).torn();
    }
    ASSERT_TRUE(torn);
    EXPECT_NE(open({.term = 4}).find("written in term 5"), std::string::npos);
    EXPECT_EQ(report_.kept_aside, "");
    EXPECT_TRUE(tests::read_log(files_, {}).torn());
    EXPECT_EQ(open({.term = 5}), "");
}

TEST_F(LogTest, IsRefusedByADiskThatFails) {
    ASSERT_EQ(open(), "");
    write(20);
    log_.reset();
    const std::uint64_t before_it = files_.operations();
    ASSERT_EQ(open(), "");
    const std::uint64_t steps = files_.operations() - before_it;
    std::uint64_t refused = 0;
    for (std::uint64_t step = 0; step < steps; ++step) {
        log_.reset();
        const std::uint64_t failing = files_.operations() + step;
        files_.fail_at(failing, EIO);
        refused += !open().empty();
        if (files_.operations() <= failing) break;  // not that far
        log_.reset();
        files_.crash(step);
        ASSERT_EQ(open(), "") << step;
        ASSERT_EQ(report_.last, Lsn{20}) << step;
    }
    EXPECT_GT(refused, steps / 2);
}

TEST_F(LogTest, HasRoomForAWholeRingWhenItRefuses) {
    ASSERT_EQ(open(), "");
    LogRing& ring = log_->ring();
    // Nobody makes segments, and the log's thread looks only when the ring is full.
    while (ring.refused(Refusal::no_room) == 0) {
        while (auto credit = ring.take_credit(RecordClass::risk_reducing, 500)) {
            auto reservation = ring.reserve(*std::move(credit), 500);
            std::ranges::fill(reservation.payload(), std::byte{});
            reservation.commit(1);
        }
        while (log_->driver().turn({})) {
        }
        ASSERT_FALSE(log_->driver().failure()) << to_string(*log_->driver().failure());
    }
    EXPECT_EQ(log_->durable().load(), ring.drained());
}

TEST_F(LogTest, IsRefusedIfItsSegmentsCannotHoldItsRing) {
    options_.ring.bytes = 512 * 1024;
    EXPECT_NE(open().find("do not hold a margin of 1048576"), std::string::npos);
    options_.stock.ready_wanted = 8;
    EXPECT_EQ(open(), "");
    options_.stock.segment_bytes = block_bytes;
    EXPECT_NE(open().find("8 segments ready, of 0 bytes for batches"), std::string::npos);
}

TEST_F(LogTest, IsRefusedWithoutRoomForASegment) {
    files_.set_capacity(100'000);
    EXPECT_NE(open().find("No space left on device"), std::string::npos);
    files_.set_capacity(std::uint64_t{10} << 20);
    EXPECT_EQ(open(), "");
}

}  // namespace
}  // namespace tickweir::txn::log
