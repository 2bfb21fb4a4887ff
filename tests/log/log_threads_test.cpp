// The ring, the doorbell and the durable LSN between real threads; the thread sanitizer runs these.
#include "txn/log/log_threads.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "tests/log/log_world.hpp"
#include "tests/support/seed.hpp"
#include "tests/txn/worlds.hpp"
#include "txn/log/null_carrier.hpp"

namespace tickweir::txn::log {
namespace {

using tests::FaultFiles;
using tests::log_id;
using tests::log_path;

constexpr std::chrono::nanoseconds long_time = std::chrono::minutes{5};

/// What a record of a producer says: its own LSN, whose it is, the how-manieth, and a length.
struct Content {
    std::uint64_t lsn;
    std::uint32_t producer;
    std::uint32_t sequence;
    std::uint32_t length;
    std::uint32_t check;
};

/// Keeps what it is given, decoded and checked.
class CheckingCarrier : public Carrier {
public:
    std::size_t batch_bytes_max() const override { return least_batch_bytes_max; }
    bool accepts() const override { return true; }
    io::Result<void> append(BatchBuffer& batch, TimeNs) override {
        for (Bytes body = batch.body(); !body.empty();) {
            const DecodedRecord decoded = decode_record(body, seed_of(log_id), scratch_);
            if (decoded.fault != Fault::none) {
                wrong = true;
                break;
            }
            check(decoded.record);
            body = body.subspan(decoded.bytes);
        }
        durable_ = before(batch.next());
        return {};
    }
    io::Result<void> turn(TimeNs) override { return {}; }
    std::optional<TimeNs> due() const override { return std::nullopt; }
    io::Result<void> close(TimeNs) override { return {}; }
    Lsn durable() const override { return durable_; }
    Room room() const override { return Room::plenty; }
    void trim(Lsn) override {}
    std::unique_ptr<RecordSource> read_from(Lsn, Lsn) override { return nullptr; }

    bool wrong = false;
    std::uint64_t records = 0;
    std::uint64_t aborted = 0;
    std::array<std::uint32_t, 8> sequences{};

private:
    void check(const RecordView& record) {
        wrong = wrong || record.lsn != after(last_);
        last_ = record.lsn;
        if (record.aborted) {
            ++aborted;
            return;
        }
        ++records;
        Content content{};
        if (record.payload.size() < sizeof content) {
            wrong = true;
            return;
        }
        std::memcpy(&content, record.payload.data(), sizeof content);
        const bool right = content.lsn == number(record.lsn) &&
                           content.length == record.payload.size() &&
                           content.sequence == ++sequences.at(content.producer) &&
                           record.payload.back() == static_cast<std::byte>(content.check);
        wrong = wrong || !right;
    }

    std::vector<std::byte> scratch_ = std::vector<std::byte>(payload_bytes_max);
    Lsn last_{};
    Lsn durable_{};
};

/// One thread with transactions; waits for some of them to be durable.
void produce(LogRing& ring, const DurableLsn& durable, std::uint32_t producer, std::uint32_t count,
             std::uint64_t seed) {
    std::mt19937_64 random{seed + producer};
    for (std::uint32_t sequence = 1; sequence <= count;) {
        auto credit = ring.take_credit(RecordClass::risk_reducing);
        if (!credit) {
            std::this_thread::yield();
            continue;
        }
        const std::size_t length = sizeof(Content) + random() % (random() % 64 == 0 ? 20'000 : 200);
        auto reservation = ring.reserve(*std::move(credit), length);
        const Lsn lsn = reservation.lsn();
        if (random() % 16 == 0) {
            reservation.abort();
        } else {
            const Content content{number(lsn), producer, sequence++,
                                  static_cast<std::uint32_t>(length),
                                  static_cast<std::uint32_t>(random() % 256)};
            std::ranges::fill(reservation.payload(), std::byte{});
            std::memcpy(reservation.payload().data(), &content, sizeof content);
            if (length > sizeof content) {
                reservation.payload().back() = static_cast<std::byte>(content.check);
                reservation.commit(1);
            } else {
                Content short_one = content;
                short_one.check = 0;
                std::memcpy(reservation.payload().data(), &short_one, sizeof short_one);
                reservation.commit(1);
            }
        }
        ring.notify();
        if (random() % 32 == 0) {
            ASSERT_EQ(durable.wait(lsn, long_time), DurableLsn::Waited::durable);
        }
    }
}

TEST(LogThreads, NumberRecordsOfManyWithoutGapsAndLoseNone) {
    constexpr std::uint32_t producers = 4;
    constexpr std::uint32_t each = 4'000;
    const std::uint64_t seed = tests::test_seed();
    LogRing ring{{.bytes = 256 * 1024, .reserve_bytes = 0}, Lsn{1}};
    CheckingCarrier carrier;
    DurableLsn durable;
    LogDriver driver{ring, carrier, durable, log_id, Lsn{1}};
    {
        const LogThread log{driver};
        std::vector<std::thread> threads;
        for (std::uint32_t producer = 0; producer < producers; ++producer)
            threads.emplace_back([&, producer] { produce(ring, durable, producer, each, seed); });
        for (std::thread& thread : threads)
            thread.join();
    }
    EXPECT_FALSE(carrier.wrong);
    EXPECT_EQ(carrier.records, std::uint64_t{producers} * each);
    EXPECT_GT(carrier.aborted, 0u);
    EXPECT_EQ(number(durable.load()), carrier.records + carrier.aborted);
    EXPECT_EQ(ring.free_bytes(), ring.capacity_bytes());
}

/// An engine with a thread of its own, which answers later; up to four batches are on the way.
class AnsweringCarrier final : public Carrier {
public:
    explicit AnsweringCarrier(LogRing& ring) : ring_(ring), thread_([this] { answer(); }) {}
    ~AnsweringCarrier() override {
        {
            const std::scoped_lock guard{mutex_};
            stopping_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }

    std::size_t batch_bytes_max() const override { return least_batch_bytes_max; }
    bool accepts() const override { return on_the_way_.load() < 4; }
    io::Result<void> append(BatchBuffer& batch, TimeNs) override {
        most_on_the_way = std::max(most_on_the_way, ++on_the_way_);
        {
            const std::scoped_lock guard{mutex_};
            ends_.push_back(before(batch.next()));
        }
        changed_.notify_one();
        return {};
    }
    io::Result<void> turn(TimeNs) override { return {}; }
    std::optional<TimeNs> due() const override { return std::nullopt; }
    io::Result<void> close(TimeNs) override {
        while (on_the_way_.load() != 0)
            std::this_thread::yield();
        return {};
    }
    Lsn durable() const override { return durable_.load(); }
    Room room() const override { return Room::plenty; }
    void trim(Lsn) override {}
    std::unique_ptr<RecordSource> read_from(Lsn, Lsn) override { return nullptr; }

    int most_on_the_way = 0;

private:
    void answer() {
        std::unique_lock lock{mutex_};
        for (;;) {
            changed_.wait(lock, [this] { return stopping_ || !ends_.empty(); });
            if (ends_.empty()) return;
            const Lsn end = ends_.front();
            ends_.pop_front();
            lock.unlock();
            durable_.store(end);
            --on_the_way_;
            ring_.notify();
            lock.lock();
        }
    }

    LogRing& ring_;
    std::atomic<Lsn> durable_{};
    std::atomic<int> on_the_way_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Lsn> ends_;   // guarded by mutex_
    bool stopping_ = false;  // guarded by mutex_
    std::thread thread_;
};

TEST(LogThreads, LearnFromAnEngineThatAnswersLater) {
    LogRing ring{{.bytes = 256 * 1024, .reserve_bytes = 0}, Lsn{1}};
    AnsweringCarrier carrier{ring};
    DurableLsn durable;
    LogDriver driver{ring, carrier, durable, log_id, Lsn{1}};
    {
        const LogThread log{driver};
        const std::uint64_t seed = tests::test_seed();
        std::thread other{[&] { produce(ring, durable, 1, 3'000, seed); }};
        produce(ring, durable, 0, 3'000, seed);
        other.join();
    }
    EXPECT_EQ(durable.load(), ring.drained());
    EXPECT_GE(number(durable.load()), 6'000u);
    EXPECT_LE(carrier.most_on_the_way, 4);
}

/// Can take batches again just when it is asked for the second time and has said no, and says so
/// as an engine does.
class BusyCarrier final : public CheckingCarrier {
public:
    explicit BusyCarrier(LogRing& ring) : ring_(ring) {}
    bool accepts() const override {
        ++asked_;
        if (asked_ == 2) ring_.notify();
        return asked_ > 2;
    }

private:
    LogRing& ring_;
    mutable int asked_ = 0;
};

TEST(LogThreads, HearOfAnEngineThatCanTakeMoreAfterItWasAsked) {
    LogRing ring{{.bytes = 128 * 1024, .reserve_bytes = 0}, Lsn{1}};
    BusyCarrier carrier{ring};
    DurableLsn durable;
    LogDriver driver{ring, carrier, durable, log_id, Lsn{1}};
    ring.reserve(*ring.take_credit(RecordClass::ordinary, 8), 8).abort();
    const LogThread log{driver};
    EXPECT_EQ(durable.wait(Lsn{1}, std::chrono::seconds{20}), DurableLsn::Waited::durable);
}

TEST(LogThreads, WakeForASingleRecordAgainAndAgain) {
    LogRing ring{{.bytes = 128 * 1024, .reserve_bytes = 0}, Lsn{1}};
    NullCarrier carrier;
    DurableLsn durable;
    LogDriver driver{ring, carrier, durable, log_id, Lsn{1}};
    const LogThread log{driver};
    for (int i = 0; i < 5'000; ++i) {
        auto reservation = ring.reserve(*ring.take_credit(RecordClass::ordinary, 8), 8);
        const Lsn lsn = reservation.lsn();
        std::ranges::fill(reservation.payload(), std::byte{1});
        reservation.commit(0);
        ring.notify();
        // A lost wake-up would end here after minutes.
        ASSERT_EQ(durable.wait(lsn, long_time), DurableLsn::Waited::durable) << i;
    }
}

TEST(LogThreads, TellWaitersThatTheLogHasFailed) {
    FaultFiles files;
    tests::LogRun run{files, {}};
    ASSERT_EQ(run.error, "");
    LogRing ring{{.bytes = 128 * 1024, .reserve_bytes = 0}, Lsn{1}};
    DurableLsn durable;
    LogDriver driver{ring, *run.carrier, durable, log_id, Lsn{1}};
    const LogThread log{driver};
    std::vector<std::thread> waiters;
    for (int i = 0; i < 3; ++i) {
        waiters.emplace_back(
            [&] { EXPECT_EQ(durable.wait(Lsn{1}, long_time), DurableLsn::Waited::failed); });
    }
    files.fail_next(io::IoOperation::write, EIO);
    ring.reserve(*ring.take_credit(RecordClass::ordinary, 8), 8).abort();
    ring.notify();
    for (std::thread& waiter : waiters)
        waiter.join();
    EXPECT_EQ(durable.load(), Lsn{});
    EXPECT_FALSE(ring.take_credit(RecordClass::risk_reducing));
}

TEST(LogThreads, WriteSegmentsMadeAheadByAnother) {
    FaultFiles files;
    tests::LogRun run{files, {.segment_bytes = 1 << 20, .margin_bytes = 256 * 1024}};
    ASSERT_EQ(run.error, "");
    LogRing ring{{.bytes = 128 * 1024, .reserve_bytes = 0}, Lsn{1}};
    DurableLsn durable;
    LogDriver driver{ring, *run.carrier, durable, log_id, Lsn{1}};
    {
        const StockThread stock{*run.stock, std::chrono::microseconds{100}};
        const LogThread log{driver};
        produce(ring, durable, 0, 6'000, tests::test_seed());
    }
    ASSERT_FALSE(driver.failure()) << to_string(*driver.failure());
    const LogReport report = verify_log(files, log_path, log_id);
    EXPECT_EQ(report.outcome, ReadOutcome::end) << to_string(report.finding);
    EXPECT_EQ(report.last, durable.load());
    EXPECT_EQ(report.durable, durable.load());
    EXPECT_EQ(report.counts.records - report.counts.aborted, 6'000u);
    EXPECT_GT(report.counts.segments, 1u);
}

/// Leaves a record that nobody waits for; nothing if there is no credit.
std::optional<Lsn> leave(LogRing& ring) {
    auto credit = ring.take_credit(RecordClass::ordinary, 10'000);
    if (!credit) return std::nullopt;
    auto reservation = ring.reserve(*std::move(credit), 10'000);
    const Lsn lsn = reservation.lsn();
    std::ranges::fill(reservation.payload(), std::byte{1});
    reservation.commit(1);
    ring.notify();
    return lsn;
}

TEST(LogThreads, TakeRecordsAgainOnceThereIsRoom) {
    FaultFiles files;
    tests::LogRun run{files, {.segment_bytes = 1 << 20, .margin_bytes = 256 * 1024}};
    ASSERT_EQ(run.error, "");
    const io::Space space = *files.free_space("/");
    files.set_capacity(space.total_bytes - space.free_bytes);
    LogRing ring{{.bytes = 128 * 1024, .reserve_bytes = 0}, Lsn{1}};
    DurableLsn durable;
    LogDriver driver{ring, *run.carrier, durable, log_id, Lsn{1}};
    const StockThread stock{*run.stock, std::chrono::microseconds{100}};
    const LogThread log{driver};
    Lsn last{};
    while (ring.refused(Refusal::cancels_only) == 0)
        last = leave(ring).value_or(last);
    // Behind the closing mark nothing is due, and the log's thread sleeps.
    while (verify_log(files, log_path, log_id).durable != last)
        std::this_thread::yield();
    files.set_capacity(space.total_bytes);
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    std::optional<Lsn> taken;
    while (!taken && std::chrono::steady_clock::now() < patience)
        taken = leave(ring);
    EXPECT_EQ(taken, after(last));
}

TEST(LogThreads, KeepTheirLogOnTheMachinesDisk) {
    for (const bool direct : {true, false}) {
        tests::PosixWorld world;
        const std::string directory = world.root + "/log";
        ASSERT_TRUE(world.files.make_directories(directory));
        for (int life = 1; life <= 3; ++life) {
            ASSERT_TRUE(settle_segments(world.files, directory));
            LogReader reader{world.files, directory, log_id, {}};
            RecordView record;
            while (reader.next(record) == ReadOutcome::record) {
            }
            ASSERT_EQ(reader.next(record), ReadOutcome::end) << to_string(reader.finding());
            const LogEnd end = reader.end();
            SegmentStock stock{
                world.files, directory, log_id, {.segment_bytes = 1 << 20, .direct = direct}};
            ASSERT_TRUE(stock.adopt(end));
            while (stock.turn()) {
            }
            auto carrier = FileCarrier::open(world.files, directory, log_id, stock, end,
                                             end.term + 1, {.margin_bytes = 256 * 1024});
            ASSERT_TRUE(carrier) << to_string(carrier.error());
            LogRing ring{{.bytes = 128 * 1024, .reserve_bytes = 0}, end.next};
            DurableLsn durable{(*carrier)->durable()};
            LogDriver driver{ring, **carrier, durable, log_id, end.next};
            {
                const StockThread filler{stock, std::chrono::milliseconds{1}};
                const LogThread log{driver};
                produce(ring, durable, 0, 3'000, tests::test_seed());
            }
            ASSERT_FALSE(driver.failure()) << to_string(*driver.failure());
            const LogReport report = verify_log(world.files, directory, log_id);
            ASSERT_EQ(report.outcome, ReadOutcome::end) << to_string(report.finding);
            ASSERT_EQ(report.last, durable.load());
            ASSERT_EQ(report.durable, durable.load());
            ASSERT_EQ(report.counts.records - report.counts.aborted,
                      3'000u * static_cast<unsigned>(life));
            ASSERT_EQ(report.term, static_cast<std::uint64_t>(life));
        }
    }
}

}  // namespace
}  // namespace tickweir::txn::log
