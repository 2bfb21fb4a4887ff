// Records that no shard would have written, whole and with all checksums right: the replayer is
// alarmed by them, and recovery refuses them.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/crash/small_engine.hpp"
#include "tests/support/fault_files.hpp"
#include "txn/record/command_record.hpp"

namespace tickweir::tests {
namespace {

txn::Command deposit(std::uint64_t sequence) {
    txn::Command command;
    command.envelope.sequence = sequence;
    command.body = txn::Deposit{txn::AccountId{1}, txn::AssetId{0}, txn::Int128{5'000'000'000}};
    return command;
}

class ForgedLogTest : public testing::Test {
protected:
    void SetUp() override {
        options_.log.stock.segment_bytes = 384 * 1024;
        open();
        ASSERT_NE(engine_, nullptr) << recovery_.refused;
        for (std::uint64_t i = 1; i <= 20; ++i)
            ASSERT_EQ(engine_->shard(0).execute(deposit(i)).status, txn::ExecuteStatus::done);
    }

    void open() { engine_ = txn::Engine::open(disk_, "data", options_, nullptr, {}, recovery_); }

    void forge(std::uint16_t type, std::span<const std::byte> payload) {
        auto credit = engine_->log().ring().take_credit(txn::log::RecordClass::ordinary);
        ASSERT_TRUE(credit);
        auto record = engine_->log().ring().reserve(*std::move(credit), payload.size());
        std::ranges::copy(payload, record.payload().begin());
        record.commit(type, payload.size());
    }

    /// What the replayer says of it all, and after that recovery does.
    void expect_noticed(const std::string& what) {
        engine_->turn_log({});
        while (engine_->turn_replayer({})) {
        }
        EXPECT_NE(engine_->replayer().alarm().find(what), std::string::npos)
            << engine_->replayer().alarm();
        engine_.reset();
        open();
        EXPECT_EQ(engine_, nullptr);
        EXPECT_NE(recovery_.refused.find(what), std::string::npos) << recovery_.refused;
    }

    txn::Uint128 balances() const { return engine_->shard(0).venue().balance_sum(); }

    txn::EngineOptions options_{hasty_engine(small_venue(), 1)};
    FaultFiles disk_;
    txn::EngineRecovery recovery_;
    std::unique_ptr<txn::Engine> engine_;
};

TEST_F(ForgedLogTest, TakesAMarkThatIsRight) {
    std::array<std::byte, txn::mark_bytes> payload;
    txn::encode_mark(payload, {0, engine_->shard(0).sum(), balances()});
    forge(txn::mark_record_type, payload);
    engine_->turn_log({});
    engine_.reset();
    open();
    EXPECT_NE(engine_, nullptr) << recovery_.refused;
}

TEST_F(ForgedLogTest, NoticesAMarkWithAnotherSum) {
    txn::ShardSum sum = engine_->shard(0).sum();
    sum.sum += 1;
    std::array<std::byte, txn::mark_bytes> payload;
    txn::encode_mark(payload, {0, sum, balances()});
    forge(txn::mark_record_type, payload);
    expect_noticed("marks 20 records of shard 0, whose sum is another one");
}

TEST_F(ForgedLogTest, NoticesAMarkOfOtherBalances) {
    std::array<std::byte, txn::mark_bytes> payload;
    txn::encode_mark(payload, {0, engine_->shard(0).sum(), balances() + 1});
    forge(txn::mark_record_type, payload);
    expect_noticed("marks other balances of shard 0 than there are");
}

TEST_F(ForgedLogTest, NoticesAMarkOfAnotherCount) {
    txn::ShardSum sum = engine_->shard(0).sum();
    ++sum.records;
    std::array<std::byte, txn::mark_bytes> payload;
    txn::encode_mark(payload, {0, sum, balances()});
    forge(txn::mark_record_type, payload);
    expect_noticed("marks 21 records of shard 0, but there were 20");
}

TEST_F(ForgedLogTest, NoticesOtherEffectsOfTheSameLength) {
    txn::Venue venue{options_.venue};
    txn::Outcome outcome;
    for (std::uint64_t i = 1; i <= 21; ++i)
        venue.execute(deposit(i), outcome);
    std::array<std::byte, txn::log::record_base_bytes> payload;
    const std::size_t bytes = txn::encode_record(payload, deposit(21), outcome);
    outcome.events.front().total += 2;
    ASSERT_EQ(txn::encode_record(payload, deposit(21), outcome), bytes);
    forge(txn::command_record_type, std::span{payload}.first(bytes));
    expect_noticed("does something else when it is executed again");
}

}  // namespace
}  // namespace tickweir::tests
