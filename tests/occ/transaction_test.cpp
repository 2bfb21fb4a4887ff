// One transaction after another, and steps of two interleaved by hand: what a commit decides.
#include "txn/occ/transaction.hpp"

#include <gtest/gtest.h>

#include "txn/occ/record_table.hpp"

namespace tickweir::txn::occ {
namespace {

class TransactionTest : public testing::Test {
protected:
    TransactionTest() {
        for (std::uint64_t key = 1; key <= 40; ++key)
            records_.push_back(&table_[table_.find_or_add(key)]);
    }

    static Value value(Int128 number) { return {{number, 0, 0}}; }
    Record& record(std::size_t i) { return *records_.at(i); }
    Value now(std::size_t i) { return record(i).load(); }
    static Commit commit(Transaction& transaction) {
        log::SerialPoint nowhere;
        return transaction.commit(nowhere, 0);
    }
    void set(std::size_t i, Int128 number) { record(i).set(value(number)); }
    Int128 read(Transaction& transaction, std::size_t i) {
        Value value;
        EXPECT_TRUE(transaction.read(record(i), value));
        return value.fields[0];
    }

    RecordTable table_{64};
    std::vector<Record*> records_;
    Transaction one_;
    Transaction other_;
};

TEST_F(TransactionTest, ChangesNothingBeforeItCommits) {
    one_.begin();
    one_.write(record(0), value(7));
    one_.add(record(1), 0, 5);
    EXPECT_EQ(now(0), Value{});
    EXPECT_EQ(now(1), Value{});
    EXPECT_EQ(commit(one_), Commit::committed);
    EXPECT_EQ(now(0), value(7));
    EXPECT_EQ(now(1), value(5));
}

TEST_F(TransactionTest, LeavesNothingBehindWhenItIsAborted) {
    one_.begin();
    one_.write(record(0), value(7));
    one_.abort();
    EXPECT_EQ(commit(one_), Commit::committed);
    EXPECT_EQ(now(0), Value{});
}

TEST_F(TransactionTest, ReadsWhatItWrote) {
    one_.begin();
    one_.write(record(0), value(7));
    one_.write(record(0), value(8));
    EXPECT_EQ(read(one_, 0), 8);
    EXPECT_EQ(commit(one_), Commit::committed);
    EXPECT_EQ(now(0), value(8));
}

TEST_F(TransactionTest, AddsToWhatItWroteAndToTheSameRecordTwice) {
    one_.begin();
    one_.write(record(0), value(7));
    one_.add(record(0), 0, 5);
    one_.add(record(0), 0, -1);
    one_.add(record(0), 1, 3);
    EXPECT_EQ(commit(one_), Commit::committed);
    EXPECT_EQ(now(0), (Value{{11, 3, 0}}));
    ASSERT_EQ(one_.changed().size(), 1U);
    EXPECT_EQ(one_.changed()[0].before, Value{});
    EXPECT_EQ(one_.changed()[0].after, now(0));
}

TEST_F(TransactionTest, IsAConflictWhenWhatItReadHasChanged) {
    one_.begin();
    const Int128 seen = read(one_, 0);
    other_.begin();
    other_.write(record(0), value(3));
    ASSERT_EQ(commit(other_), Commit::committed);
    one_.write(record(1), value(seen + 1));
    EXPECT_EQ(commit(one_), Commit::version);
    EXPECT_EQ(now(1), Value{});
}

TEST_F(TransactionTest, IsAConflictWhenWhatItReadIsLockedByAnother) {
    one_.begin();
    read(one_, 0);
    ASSERT_TRUE(record(0).try_lock());
    one_.write(record(1), value(1));
    EXPECT_EQ(commit(one_), Commit::version);
    record(0).unlock_unchanged();
    EXPECT_EQ(commit(one_), Commit::committed) << "it did not change after all";
}

TEST_F(TransactionTest, IsAConflictWhenWhatItChangesIsLockedByAnother) {
    ASSERT_TRUE(record(5).try_lock());
    one_.begin();
    for (std::size_t i = 0; i < 10; ++i)
        one_.add(record(i), 0, 1);
    EXPECT_EQ(commit(one_), Commit::lock);
    record(5).unlock_unchanged();
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_TRUE(record(i).try_lock()) << i << " was left locked";
        record(i).unlock_unchanged();
        EXPECT_EQ(now(i), Value{});
    }
}

TEST_F(TransactionTest, SaysAtItsEndThatItCouldNotRead) {
    ASSERT_TRUE(record(0).try_lock());
    one_.begin();
    Value value;
    EXPECT_FALSE(one_.read(record(0), value));
    EXPECT_TRUE(one_.conflicted());
    record(0).unlock_unchanged();
    one_.write(record(1), value);
    EXPECT_EQ(commit(one_), Commit::lock);
}

TEST_F(TransactionTest, MayChangeWhatItRead) {
    set(0, 4);
    one_.begin();
    one_.write(record(0), value(read(one_, 0) + 1));
    EXPECT_EQ(commit(one_), Commit::committed);
    EXPECT_EQ(now(0), value(5));
}

TEST_F(TransactionTest, SumsDoNotDisturbEachOther) {
    one_.begin();
    one_.add(record(0), 0, 5);
    other_.begin();
    other_.add(record(0), 0, 7);
    EXPECT_EQ(commit(other_), Commit::committed);
    EXPECT_EQ(commit(one_), Commit::committed);
    EXPECT_EQ(now(0), value(12));
}

TEST_F(TransactionTest, RequirementsAreOfTheStateBeforeIt) {
    record(0).set({{100, 60, 5}});
    const Requirement available{{1, -1, 1}, 45};
    one_.begin();
    one_.add(record(0), 0, -45);
    one_.require(record(0), available);
    EXPECT_EQ(commit(one_), Commit::committed);
    one_.begin();
    one_.add(record(0), 0, 100);
    one_.require(record(1), {});
    one_.require(record(0), available);
    EXPECT_EQ(commit(one_), Commit::refused);
    EXPECT_EQ(one_.failed_requirement(), 1U);
    EXPECT_EQ(one_.failed_sum(), 0);
    EXPECT_EQ(now(0), (Value{{55, 60, 5}}));
}

TEST_F(TransactionTest, ARefusalCanBeAnAnswerWithAPlaceOfItsOwn) {
    set(0, 1);
    const Transaction::Sum instead[]{{&record(0), 0, 10}, {&record(2), 1, 4}};
    one_.begin();
    one_.write(record(1), value(9));
    one_.require(record(0), {{1, 0, 0}, 2});
    one_.otherwise(instead);
    EXPECT_EQ(commit(one_), Commit::refused);
    EXPECT_EQ(now(0), value(11));
    EXPECT_EQ(now(1), Value{});
    EXPECT_EQ(now(2), (Value{{0, 4, 0}}));
}

TEST_F(TransactionTest, NoSumGoesBeyondTheBoundButForWhatHasToBe) {
    set(0, field_max - 1);
    for (const bool unconditionally : {false, true}) {
        one_.begin();
        one_.add(record(0), 0, 2);
        one_.add(record(1), 0, 1);
        log::SerialPoint nowhere;
        EXPECT_EQ(one_.commit(nowhere, 0, unconditionally),
                  unconditionally ? Commit::committed : Commit::overflow);
        EXPECT_EQ(now(1), value(unconditionally ? 1 : 0));
    }
    one_.begin();
    one_.add(record(0), 0, -1);
    EXPECT_EQ(commit(one_), Commit::committed) << "it may come back";
}

TEST_F(TransactionTest, LocksManyRecordsInOneOrderWhereverTheyComeFrom) {
    one_.begin();
    for (std::size_t i = 0; i < 40; ++i) {
        one_.add(record(39 - i), 0, 1);
        one_.add(record((i * 7) % 40), 0, 10);
    }
    EXPECT_EQ(commit(one_), Commit::committed);
    for (std::size_t i = 0; i < 40; ++i)
        EXPECT_EQ(now(i), value(11)) << i;
    EXPECT_EQ(one_.changed().size(), 40U);
    for (std::size_t i = 1; i < 40; ++i)
        EXPECT_LT(one_.changed()[i - 1].record, one_.changed()[i].record);
}

TEST_F(TransactionTest, GoesAloneAfterThreeTries) {
    SerialLane lane;
    ASSERT_TRUE(record(0).try_lock());
    std::thread late{[&] {
        while (lane.entered.load() == 0)
            std::this_thread::yield();
        record(0).unlock_unchanged();
    }};
    one_.begin();
    one_.add(record(0), 0, 1);
    log::SerialPoint nowhere;
    EXPECT_EQ(one_.commit_sums(lane, nowhere, 0), Commit::committed);
    late.join();
    EXPECT_EQ(lane.retries.load(), tries);
    EXPECT_EQ(now(0), value(1));
}

TEST(RecordTableTest, KeepsAsManyRecordsAsItMayAndFindsThem) {
    RecordTable table{3};
    EXPECT_EQ(table.find(5), 0U);
    const Row five = table.find_or_add(5);
    EXPECT_EQ(table.find_or_add(5), five);
    EXPECT_EQ(table.find(5), five);
    EXPECT_EQ(table[five].key(), 5U);
    EXPECT_NE(table.find_or_add(std::uint64_t{5} << 32), 0U);
    EXPECT_NE(table.find_or_add(0), 0U);
    EXPECT_EQ(table.find_or_add(9), 0U);
    EXPECT_EQ(table.size(), 3U);
    EXPECT_EQ(table.find_or_add(5), five);
}

}  // namespace
}  // namespace tickweir::txn::occ
