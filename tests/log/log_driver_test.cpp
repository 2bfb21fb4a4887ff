// The log's role, run by hand: group commit, several batches on the way, closing marks, the disk's
// levels, and the end of everything when a write fails.
#include "txn/log/log_driver.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <deque>

#include "tests/log/log_world.hpp"
#include "txn/log/null_carrier.hpp"

namespace tickweir::txn::log {
namespace {

using tests::FaultFiles;
using tests::log_id;
using tests::log_path;
using tests::LogRun;

constexpr RingLimits limits{.bytes = 256 * 1024, .reserve_bytes = 70 * 1024};

/// An engine that takes its time: batches become durable when the test says so.
class SlowCarrier final : public Carrier {
public:
    std::size_t batch_bytes_max() const override { return least_batch_bytes_max; }
    bool accepts() const override { return on_the_way.size() < 3; }
    io::Result<void> append(BatchBuffer& batch, TimeNs) override {
        on_the_way.push_back(before(batch.next()));
        return {};
    }
    io::Result<void> turn(TimeNs) override {
        if (!failure) return {};
        answer();
        return *failure;
    }
    std::optional<TimeNs> due() const override { return std::nullopt; }
    io::Result<void> close(TimeNs) override {
        while (!on_the_way.empty())
            answer();
        return {};
    }
    Lsn durable() const override { return durable_; }
    Room room() const override { return Room::plenty; }
    void trim(Lsn) override {}
    std::unique_ptr<RecordSource> read_from(Lsn, Lsn) override { return nullptr; }

    void answer() {
        durable_ = on_the_way.front();
        on_the_way.pop_front();
    }
    std::deque<Lsn> on_the_way;
    std::optional<io::IoError> failure;  ///< that comes right after an answer

private:
    Lsn durable_{};
};

struct Heard final : LogListener {
    void on_durable(Lsn durable) override { told.push_back(durable); }
    void on_failed(const io::IoError& error) override {
        failures.push_back(to_string(error));
        told_before_failure = told.size();
    }
    std::vector<Lsn> told;
    std::size_t told_before_failure = 0;
    std::vector<std::string> failures;
};

/// Leaves a record as a transaction does; false if there is no credit.
bool submit(LogRing& ring, RecordClass record_class = RecordClass::ordinary) {
    auto credit = ring.take_credit(record_class);
    if (!credit) return false;
    // More than any payload_of: which one it is depends on the LSN.
    auto reservation = ring.reserve(*std::move(credit), 10'000);
    const Lsn lsn = reservation.lsn();
    if (tests::aborted(lsn)) {
        reservation.abort();
    } else {
        const auto payload = tests::payload_of(lsn);
        std::ranges::copy(payload, reservation.payload().begin());
        reservation.commit(tests::type_of(lsn), payload.size());
    }
    ring.notify();
    return true;
}

TEST(LogDriver, PutsWhatHasGatheredIntoOneBatch) {
    LogRing ring{limits, Lsn{1}};
    NullCarrier carrier;
    DurableLsn durable;
    Heard heard;
    LogDriver driver{ring, carrier, durable, log_id, Lsn{1}, &heard};
    EXPECT_FALSE(driver.turn({}));
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(submit(ring));
    EXPECT_EQ(durable.load(), Lsn{});
    EXPECT_TRUE(driver.turn({}));
    EXPECT_EQ(durable.load(), Lsn{5});
    EXPECT_FALSE(driver.turn({}));
    ASSERT_TRUE(submit(ring));
    EXPECT_TRUE(driver.turn({}));
    EXPECT_EQ(heard.told, (std::vector{Lsn{5}, Lsn{6}}));
    EXPECT_EQ(driver.counts().batches, 2u);
    EXPECT_EQ(driver.counts().records, 6u);
}

TEST(LogDriver, HasSeveralBatchesOnTheWay) {
    LogRing ring{limits, Lsn{1}};
    SlowCarrier carrier;
    DurableLsn durable;
    Heard heard;
    LogDriver driver{ring, carrier, durable, log_id, Lsn{1}, &heard};
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(submit(ring));
        EXPECT_EQ(driver.turn({}), i < 3);
    }
    EXPECT_EQ(carrier.on_the_way, (std::deque{Lsn{1}, Lsn{2}, Lsn{3}}));
    EXPECT_EQ(durable.load(), Lsn{});
    carrier.answer();
    EXPECT_TRUE(driver.turn({}));
    EXPECT_EQ(durable.load(), Lsn{1});
    EXPECT_EQ(carrier.on_the_way, (std::deque{Lsn{2}, Lsn{3}, Lsn{5}}));
    carrier.answer();
    carrier.answer();
    EXPECT_TRUE(driver.turn({}));
    driver.close({});
    EXPECT_EQ(heard.told, (std::vector{Lsn{1}, Lsn{3}, Lsn{5}}));
    EXPECT_FALSE(submit(ring)) << "closed";
}

TEST(LogDriver, TellsWhatIsDurableBeforeItTellsOfAFailure) {
    LogRing ring{limits, Lsn{1}};
    SlowCarrier carrier;
    DurableLsn durable;
    Heard heard;
    LogDriver driver{ring, carrier, durable, log_id, Lsn{1}, &heard};
    ASSERT_TRUE(submit(ring) && driver.turn({}));
    ASSERT_TRUE(submit(ring));
    carrier.failure = io::io_error(io::IoOperation::write, "engine", EIO);
    driver.turn({});
    EXPECT_EQ(heard.told, std::vector{Lsn{1}});
    EXPECT_EQ(heard.told_before_failure, 1u);
    EXPECT_EQ(durable.load(), Lsn{1});
    EXPECT_TRUE(durable.failed());
}

/// A driver over files in memory.
class LogOnFiles : public testing::Test {
protected:
    void start(tests::LogSettings settings = {}) {
        run_.emplace(files_, settings);
        ASSERT_EQ(run_->error, "");
        durable_.emplace(run_->carrier->durable());
        ring_.emplace(limits, run_->next);
        driver_.emplace(*ring_, *run_->carrier, *durable_, log_id, run_->next, &heard_);
    }

    FaultFiles files_;
    std::optional<LogRun> run_;
    std::optional<DurableLsn> durable_;
    std::optional<LogRing> ring_;
    std::optional<LogDriver> driver_;
    Heard heard_;
    TimeNs now_{};
};

TEST_F(LogOnFiles, MarksTheLogClosedAfterIdlenessAndOnce) {
    start();
    ASSERT_TRUE(submit(*ring_));
    ASSERT_TRUE(driver_->turn(now_));
    const std::uint64_t offset = run_->carrier->end().offset;
    ASSERT_EQ(run_->carrier->due(), now_ + std::chrono::milliseconds{10});
    driver_->turn(now_ + std::chrono::milliseconds{9});
    EXPECT_EQ(run_->carrier->end().offset, offset);
    driver_->turn(now_ + std::chrono::milliseconds{10});
    EXPECT_EQ(run_->carrier->end().offset, offset + block_bytes);
    EXPECT_EQ(run_->carrier->due(), std::nullopt);
    driver_->turn(now_ + std::chrono::seconds{10});
    EXPECT_EQ(run_->carrier->end().offset, offset + block_bytes);
    const LogReport report = verify_log(files_, log_path, log_id);
    EXPECT_EQ(report.durable, Lsn{1});
    EXPECT_EQ(report.last, Lsn{1});
}

TEST_F(LogOnFiles, TellsNothingDurableAfterAFailedWrite) {
    for (const bool direct : {true, false}) {
        for (const auto operation : {io::IoOperation::write, io::IoOperation::sync}) {
            if (direct && operation == io::IoOperation::sync) continue;
            files_.crash(1);
            heard_.failures.clear();
            start({.direct = direct});
            const Lsn already = durable_->load();
            ASSERT_TRUE(submit(*ring_));
            ASSERT_TRUE(driver_->turn(now_));
            EXPECT_EQ(durable_->load(), after(already));
            files_.fail_next(operation, EIO);
            ASSERT_TRUE(submit(*ring_) && submit(*ring_));
            driver_->turn(now_);
            EXPECT_TRUE(durable_->failed());
            EXPECT_EQ(durable_->load(), after(already));
            ASSERT_EQ(heard_.failures.size(), 1u);
            EXPECT_NE(heard_.failures[0].find("Input/output error"), std::string::npos);
            EXPECT_FALSE(submit(*ring_, RecordClass::risk_reducing)) << "cancels neither";
            EXPECT_EQ(ring_->refused(Refusal::stopped), 1u);

            const std::uint64_t before_it = files_.operations();
            EXPECT_FALSE(driver_->turn(now_ + std::chrono::seconds{1}));
            driver_->close(now_);
            EXPECT_EQ(files_.operations(), before_it) << "the disk was asked again";
            EXPECT_EQ(durable_->wait(after(already, 2), std::chrono::hours{1}),
                      DurableLsn::Waited::failed);
            EXPECT_EQ(durable_->wait(already, std::chrono::hours{1}), DurableLsn::Waited::durable);
        }
    }
}

TEST_F(LogOnFiles, RefusesOrdinaryRecordsThenAllBeforeSegmentsRunOut) {
    start({.segment_bytes = 1 << 20, .margin_bytes = 512 * 1024});
    // Nothing is made any more: the disk is full.
    files_.set_capacity(0);
    int ordinary = 0;
    int cancels = 0;
    const auto submit_until_refused = [&](RecordClass record_class) {
        int count = 0;
        while (submit(*ring_, record_class)) {
            ++count;
            driver_->turn(now_);
            run_->stock->turn();
        }
        return count;
    };
    // What reserves blocks has them: a full disk does not touch them.
    files_.set_capacity(std::uint64_t{5} << 20);
    ordinary = submit_until_refused(RecordClass::ordinary);
    EXPECT_GT(ordinary, 100);
    EXPECT_EQ(ring_->refused(Refusal::cancels_only), 1u);
    cancels = submit_until_refused(RecordClass::risk_reducing);
    EXPECT_GT(cancels, 50);
    EXPECT_EQ(ring_->refused(Refusal::no_room), 1u);
    EXPECT_EQ(run_->carrier->room(), Room::none);
    EXPECT_FALSE(driver_->failure());
    EXPECT_EQ(number(durable_->load()), static_cast<std::uint64_t>(ordinary + cancels));

    // Space comes back: so does everything, by itself.
    files_.set_capacity(std::uint64_t{256} << 20);
    run_->restock();
    driver_->turn(now_);
    EXPECT_TRUE(submit(*ring_));
}

TEST_F(LogOnFiles, TrimsOnlyWholeClosedSegmentsThatNobodyNeeds) {
    start();
    const auto write_segments = [&](std::uint64_t last) {
        while (run_->carrier->end().segment < last) {
            ASSERT_TRUE(submit(*ring_));
            driver_->turn(now_);
            run_->restock();
        }
    };
    write_segments(4);
    const auto first_of = [&] { return verify_log(files_, log_path, log_id).first; };
    ASSERT_EQ(first_of(), Lsn{1});
    run_->stock->trim(Lsn{2});
    run_->restock();
    EXPECT_EQ(first_of(), Lsn{1}) << "the first segment holds more";
    run_->stock->trim(run_->carrier->end().next);
    run_->restock();
    EXPECT_EQ(run_->stock->trimmed(), 3u);
    const Lsn first = first_of();
    EXPECT_GT(first, Lsn{1});
    EXPECT_LT(first, run_->carrier->end().next) << "the current segment stays";

    // The records before it are gone, and who asks for them is told so.
    const auto found = tests::read_log(files_, {.from = Lsn{1}, .known_durable = {}, .up_to = {}});
    EXPECT_EQ(found.outcome, ReadOutcome::corrupt);
    EXPECT_NE(found.finding.find("the log begins at LSN"), std::string::npos) << found.finding;
    // Later trims are reused as they are, made zeros.
    write_segments(6);
    run_->stock->trim(run_->carrier->end().next);
    write_segments(9);
    driver_->close(now_);
    const auto rest = tests::read_log(files_, {.from = Lsn{}, .known_durable = {}, .up_to = {}});
    EXPECT_EQ(rest.outcome, ReadOutcome::end) << rest.finding;
    EXPECT_TRUE(rest.contents_right);
    EXPECT_EQ(rest.last(), durable_->load());
}

TEST_F(LogOnFiles, IsReadWhileItIsWritten) {
    start();
    auto source = run_->carrier->read_from(Lsn{1}, Lsn{});
    RecordView record;
    EXPECT_EQ(source->next(record), ReadOutcome::end);
    Lsn expected{1};
    while (run_->carrier->end().segment < 4) {
        ASSERT_TRUE(submit(*ring_));
        ASSERT_TRUE(submit(*ring_));
        driver_->turn(now_ += std::chrono::milliseconds{6});
        run_->restock();
        source->extend(durable_->load());
        for (; expected <= durable_->load(); expected = after(expected)) {
            ASSERT_EQ(source->next(record), ReadOutcome::record) << to_string(source->finding());
            ASSERT_EQ(record.lsn, expected);
            ASSERT_TRUE(tests::is_as_written(record));
        }
        ASSERT_EQ(source->next(record), ReadOutcome::end);
    }
}

TEST_F(LogOnFiles, RefusesASecondTermBelowTheFirst) {
    start();
    ASSERT_TRUE(submit(*ring_));
    driver_->turn(now_);
    const std::uint64_t term = run_->carrier->end().term;
    run_.reset();
    LogRun again{files_, {}};
    ASSERT_EQ(again.error, "");
    EXPECT_EQ(again.carrier->end().term, term + 1);
    EXPECT_EQ(again.recovered.records, 1u);
}

}  // namespace
}  // namespace tickweir::txn::log
