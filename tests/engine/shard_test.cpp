// One shard: what leaves a record and what does not, what is shed and why, that continuations come
// first, and that nothing happens once the log has failed.
#include "txn/engine/shard.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "tests/support/venue_stream.hpp"
#include "tests/venue/market.hpp"
#include "txn/engine/reexecution.hpp"
#include "txn/log/log_driver.hpp"
#include "txn/log/null_carrier.hpp"

namespace tickweir::txn {
namespace {

using log::Lsn;
using log::Room;

/// Keeps what was written, and says how much room there is; fails when told.
class KeepingCarrier final : public log::Carrier {
public:
    struct Kept {
        std::uint16_t type;
        bool aborted;
        std::vector<std::byte> payload;
    };

    std::size_t batch_bytes_max() const override { return log::least_batch_bytes_max; }
    bool accepts() const override { return true; }
    io::Result<void> append(log::BatchBuffer& batch, log::TimeNs) override {
        if (fails) return io::io_error(io::IoOperation::write, "log", EIO, 0);
        std::vector<std::byte> scratch(log::payload_bytes_max);
        for (io::Bytes body = batch.body(); !body.empty();) {
            const auto read = log::decode_record(body, log::seed_of(log::LogId{}), scratch);
            EXPECT_EQ(read.fault, log::Fault::none);
            records.push_back({read.record.type,
                               read.record.aborted,
                               {read.record.payload.begin(), read.record.payload.end()}});
            body = body.subspan(read.bytes);
        }
        durable_ = before(batch.next());
        return {};
    }
    io::Result<void> turn(log::TimeNs) override { return {}; }
    std::optional<log::TimeNs> due() const override { return std::nullopt; }
    io::Result<void> close(log::TimeNs) override { return {}; }
    Lsn durable() const override { return durable_; }
    Room room() const override { return has_room; }
    void trim(Lsn) override {}
    std::unique_ptr<log::RecordSource> read_from(Lsn, Lsn) override { return nullptr; }

    std::vector<Kept> records;
    Room has_room = Room::plenty;
    bool fails = false;

private:
    Lsn durable_{};
};

VenueSettings settings_of(std::uint32_t effects) {
    VenueSettings settings = market_of(1, 3);
    settings.limits.orders = 512;
    settings.limits.window = 1024;
    settings.limits.balances = 64;
    settings.limits.positions = 64;
    settings.limits.client_ids = 4096;
    settings.limits.trades = 64;
    settings.limits.effects = effects;
    return settings;
}

/// A shard with its log, in one thread.
class ShardExecutorTest : public testing::Test {
protected:
    void open(ShardSettings settings = {}, OutboxLimits limits = {64, 4096, 4096},
              std::uint32_t effects = 256) {
        venue_ = std::make_unique<Venue>(settings_of(effects));
        outbox_ = std::make_unique<Outbox>(limits);
        shard_ = std::make_unique<ShardExecutor>(*venue_, ring_, durable_, *outbox_, settings);
    }
    void SetUp() override {
        open();
        deposit(0, 0);
        deposit(1, 0);
        deposit(0, 1);
        deposit(1, 1);
    }

    Executed deposit(std::uint32_t account, std::uint32_t asset) {
        return give(
            operator_command(Deposit{AccountId{account}, AssetId{asset}, whole_units(1'000'000)}));
    }
    Executed give(Command command) {
        command.envelope.time = time_ += std::chrono::seconds{1};
        return shard_->execute(command);
    }
    Executed order(std::uint32_t account, Side side, std::int64_t price, std::int64_t quantity) {
        return give(limit_order(account, 0, side, price, quantity, "o" + std::to_string(++ids_)));
    }
    std::size_t release() {
        return outbox_->release(durable_.load(), [this](const ReleasedOutcome& one) {
            told_.insert(told_.end(), one.events.begin(), one.events.end());
        });
    }
    void flush() {
        while (driver_.turn({})) {
        }
    }
    std::uint64_t shed(ShedReason why) const {
        return shard_->counts().shed[static_cast<std::size_t>(why)];
    }

    log::LogRing ring_{{.bytes = 512 * 1024, .reserve_bytes = 256 * 1024}, Lsn{1}};
    KeepingCarrier carrier_;
    log::DurableLsn durable_;
    log::LogDriver driver_{ring_, carrier_, durable_, log::LogId{}, Lsn{1}};
    std::unique_ptr<Venue> venue_;
    std::unique_ptr<Outbox> outbox_;
    std::unique_ptr<ShardExecutor> shard_;
    TimeNs time_{};
    std::vector<Event> told_;
    int ids_ = 0;
};

TEST_F(ShardExecutorTest, TellsNothingBeforeItsRecordIsDurable) {
    const Executed executed = order(0, Side::buy, 9'990, 10);
    EXPECT_EQ(executed.status, ExecuteStatus::done);
    EXPECT_EQ(executed.lsn, Lsn{5});
    EXPECT_EQ(release(), 0u);
    flush();
    EXPECT_EQ(release(), 5u);
    EXPECT_EQ(told_.back().kind, EventKind::accepted);
    ASSERT_EQ(carrier_.records.size(), 5u);
    DecodedCommand decoded;
    EXPECT_EQ(decode_record(carrier_.records.back().payload, decoded), "");
    EXPECT_EQ(std::get<NewOrder>(decoded.command.body).quantity, Quantity{10});
}

TEST_F(ShardExecutorTest, LeavesNoRecordOfARefusalAndTellsItInItsPlace) {
    EXPECT_EQ(order(0, Side::buy, 9'990, 10).status, ExecuteStatus::done);
    const Executed refused = order(0, Side::buy, 9'990, -1);
    EXPECT_EQ(refused.status, ExecuteStatus::refused);
    EXPECT_EQ(refused.lsn, Lsn{5});
    // What it rests on might be lost: it waits for the record before.
    EXPECT_EQ(release(), 0u);
    flush();
    EXPECT_EQ(carrier_.records.size(), 5u);
    EXPECT_EQ(release(), 6u);
    EXPECT_EQ(told_.back().kind, EventKind::rejected);
    EXPECT_EQ(shard_->counts().refusals, 1u);
    EXPECT_EQ(order(0, Side::buy, 9'990, 10).lsn, Lsn{6});
    flush();
    shard_.reset();
    EXPECT_EQ(ring_.free_bytes(), ring_.capacity_bytes()) << "its credit was given back";
}

TEST_F(ShardExecutorTest, NeverLetsTimeGoBack) {
    time_ = TimeNs{std::chrono::seconds{1000}};
    EXPECT_EQ(order(0, Side::buy, 9'990, -1).status, ExecuteStatus::refused);
    time_ = {};
    EXPECT_EQ(order(0, Side::buy, 9'990, 10).status, ExecuteStatus::done);
    flush();
    DecodedCommand decoded;
    EXPECT_EQ(decode_record(carrier_.records.back().payload, decoded), "");
    EXPECT_EQ(decoded.command.envelope.time, TimeNs{std::chrono::seconds{1001}});
}

TEST_F(ShardExecutorTest, ShedsOrdersBeforeCancelsAndLeavesNoTrace) {
    EXPECT_EQ(order(0, Side::buy, 9'990, 10).status, ExecuteStatus::done);
    flush();
    const Uint128 before = venue_->state_hash();
    carrier_.has_room = Room::cancels_only;
    driver_.turn({});
    const Executed shed_one = order(0, Side::buy, 9'990, 10);
    EXPECT_EQ(shed_one.status, ExecuteStatus::shed);
    EXPECT_EQ(shed_one.why, ShedReason::cancels_only);
    EXPECT_EQ(venue_->state_hash(), before);
    EXPECT_EQ(shed(ShedReason::cancels_only), 1u);
    Command cancel = cancel_of(0, "o1", "c1");
    cancel.envelope.urgency = CommandClass::risk_reducing;
    EXPECT_EQ(give(cancel).status, ExecuteStatus::done);
    carrier_.has_room = Room::none;
    driver_.turn({});
    cancel = cancel_of(0, "o1", "c2");
    cancel.envelope.urgency = CommandClass::control;
    EXPECT_EQ(give(cancel).why, ShedReason::no_room);
    flush();
    EXPECT_EQ(carrier_.records.size(), 6u);
    carrier_.has_room = Room::plenty;
    driver_.turn({});
    EXPECT_EQ(order(0, Side::buy, 9'990, 10).status, ExecuteStatus::done);
}

TEST_F(ShardExecutorTest, KeepsTheRingsReserveForWhatReducesRisk) {
    ASSERT_EQ(order(0, Side::buy, 9'000, 1).status, ExecuteStatus::done);
    // Records are small: shrink what is left by holding credits.
    std::vector<log::LogRing::Credit> held;
    while (auto credit = ring_.take_credit(log::RecordClass::ordinary))
        held.push_back(*std::move(credit));
    EXPECT_EQ(order(0, Side::buy, 9'000, 1).why, ShedReason::ring_full);
    Command cancel = cancel_of(0, "o1", "c1");
    cancel.envelope.urgency = CommandClass::risk_reducing;
    EXPECT_EQ(give(cancel).status, ExecuteStatus::done);
    EXPECT_EQ(shed(ShedReason::ring_full), 1u);
    held.clear();
    EXPECT_EQ(order(0, Side::buy, 9'000, 1).status, ExecuteStatus::done);
}

TEST_F(ShardExecutorTest, IsToldThatTheOutboxIsFullBeforeItExecutes) {
    int given = 0;
    while (order(0, Side::buy, 9'990, 1).status == ExecuteStatus::done && given < 100)
        ++given;
    EXPECT_EQ(given + 4, 64);
    const Uint128 before = venue_->state_hash();
    const Executed busy = order(0, Side::buy, 9'990, 1);
    EXPECT_EQ(busy.status, ExecuteStatus::busy);
    EXPECT_EQ(busy.why, ShedReason::outbox_full);
    EXPECT_EQ(venue_->state_hash(), before);
    EXPECT_EQ(shed(ShedReason::outbox_full), 2u);
    flush();
    EXPECT_EQ(release(), 64u);
    EXPECT_EQ(order(0, Side::buy, 9'990, 1).status, ExecuteStatus::done);
}

TEST_F(ShardExecutorTest, ContinuesBeforeAnythingElseAndLogsIt) {
    open({.continuations_per_turn = 2}, {64, 4096, 4096}, 1);
    ASSERT_EQ(deposit(0, 0).lsn, Lsn{5});
    deposit(1, 1);
    for (int i = 0; i < 6; ++i)
        ASSERT_EQ(order(1, Side::sell, 10'000, 1).status, ExecuteStatus::done);
    ASSERT_EQ(shard_->last(), Lsn{12});
    // Six fills, one a command: the first, and two continuations in this turn.
    ASSERT_EQ(order(0, Side::buy, 10'000, 6).status, ExecuteStatus::done);
    EXPECT_EQ(shard_->last(), Lsn{15});
    EXPECT_TRUE(shard_->pending());
    // The next command's turn is used up by two more.
    const Executed busy = order(1, Side::sell, 10'001, 1);
    EXPECT_EQ(busy.status, ExecuteStatus::busy);
    EXPECT_EQ(busy.why, ShedReason::continuing);
    EXPECT_TRUE(shard_->turn(time_));
    EXPECT_FALSE(shard_->pending());
    EXPECT_FALSE(shard_->turn(time_));
    const Lsn before = shard_->last();
    EXPECT_EQ(order(1, Side::sell, 10'001, 1).lsn, after(before));
    EXPECT_EQ(shard_->counts().continuations, 5u);
    flush();
    EXPECT_EQ(number(durable_.load()), carrier_.records.size());
}

TEST_F(ShardExecutorTest, WritesTheRecordsOfTheLargestOutcomesThereAre) {
    open({}, {1024, 8192, 8192}, 256);
    deposit(0, 0);
    deposit(1, 1);
    flush();
    for (int i = 0; i < 300; ++i) {
        ASSERT_EQ(order(1, Side::sell, 10'000, 1).status, ExecuteStatus::done);
        flush();
    }
    // 256 fills, and a continuation with the rest.
    ASSERT_EQ(order(0, Side::buy, 10'000, 300).status, ExecuteStatus::done);
    for (int i = 0; i < 300; ++i) {
        ASSERT_EQ(order(1, Side::sell, 10'000, 1).status, ExecuteStatus::done);
        flush();
    }
    // 256 cancels, one more event that tells so, and a continuation.
    ASSERT_EQ(give(operator_command(MassCancel{})).status, ExecuteStatus::done);
    ASSERT_EQ(shard_->fault(), "");
    EXPECT_EQ(shard_->counts().continuations, 2u);
    EXPECT_EQ(venue_->open_orders(), 0u);
    flush();
    EXPECT_EQ(durable_.load(), shard_->last());
}

TEST_F(ShardExecutorTest, MarksTheLogWithItsSum) {
    open({.shard = 3, .mark_every = 5});
    for (int i = 0; i < 12; ++i)
        deposit(0, 0);
    flush();
    ShardSum sum;
    int marks = 0;
    for (std::size_t i = 4; i < carrier_.records.size(); ++i) {
        const auto& record = carrier_.records[i];
        if (record.type == command_record_type) {
            sum.add(record.payload);
            continue;
        }
        ASSERT_EQ(record.type, mark_record_type);
        const auto mark = decode_mark(record.payload);
        ASSERT_TRUE(mark);
        EXPECT_EQ(mark->sum, sum);
        EXPECT_EQ(mark->shard, 3);
        EXPECT_EQ(mark->sum.records % 5, 0u);
        ++marks;
    }
    EXPECT_EQ(marks, 2);
    EXPECT_EQ(shard_->counts().marks, 2u);
    EXPECT_EQ(shard_->sum(), sum);
}

TEST_F(ShardExecutorTest, ExecutesNothingOnceTheLogHasFailed) {
    flush();
    EXPECT_EQ(release(), 4u);
    EXPECT_EQ(order(0, Side::buy, 9'990, 10).status, ExecuteStatus::done);
    carrier_.fails = true;
    flush();
    ASSERT_TRUE(durable_.failed());
    const Uint128 before = venue_->state_hash();
    EXPECT_EQ(order(0, Side::buy, 9'990, 10).status, ExecuteStatus::stopped);
    Command cancel = cancel_of(0, "o1", "c1");
    cancel.envelope.urgency = CommandClass::control;
    EXPECT_EQ(give(cancel).status, ExecuteStatus::stopped);
    EXPECT_FALSE(shard_->turn(time_));
    EXPECT_EQ(venue_->state_hash(), before);
    EXPECT_EQ(release(), 0u) << "what was executed, but is not safe, is never told";
}

TEST_F(ShardExecutorTest, StopsWithTheRingOfALogThatIsClosed) {
    ring_.stop();
    const Executed stopped = order(0, Side::buy, 9'990, 10);
    EXPECT_EQ(stopped.status, ExecuteStatus::stopped);
    EXPECT_EQ(stopped.why, ShedReason::closing);
}

}  // namespace
}  // namespace tickweir::txn
