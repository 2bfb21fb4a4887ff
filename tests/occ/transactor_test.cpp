// Transactions and their log: what is committed has a record there that makes it again, what is not
// has none or an empty one.
#include "txn/occ/transactor.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "tests/support/seed.hpp"
#include "txn/log/log_ring.hpp"

namespace tickweir::txn::occ {
namespace {

struct Logged {
    log::Lsn lsn{};
    bool aborted = false;
    std::vector<std::byte> payload;
};

class TransactorTest : public testing::Test {
protected:
    /// What the ring holds.
    std::vector<Logged> drained() {
        std::vector<Logged> records;
        log::BatchBuffer batch{log::LogId{}, std::size_t{256} << 10};
        batch.start(next_);
        ring_.drain(batch);
        std::vector<std::byte> scratch(log::payload_bytes_max);
        for (log::Bytes body = batch.body(); !body.empty();) {
            const log::DecodedRecord one =
                log::decode_record(body, log::seed_of(log::LogId{}), scratch);
            EXPECT_EQ(one.fault, log::Fault::none);
            records.push_back({one.record.lsn,
                               one.record.aborted,
                               {one.record.payload.begin(), one.record.payload.end()}});
            body = body.subspan(one.bytes);
        }
        next_ = batch.next();
        return records;
    }
    Record& record(std::uint64_t key) { return table_[table_.find_or_add(key)]; }

    RecordTable table_{64};
    SerialLane lane_;
    log::LogRing ring_{{.bytes = std::size_t{1} << 20, .reserve_bytes = 0}, log::Lsn{1}};
    log::Lsn next_{1};
    Transactor transactor_{table_, lane_, &ring_};
    Transactor other_{table_, lane_, &ring_};
};

TEST_F(TransactorTest, ACommitHasARecordOfWhatItLeft) {
    const Done done = transactor_.run([&](Transaction& transaction) {
        transaction.write(record(1), {{5, 6, -7}});
        transaction.add(record(2), 1, 3);
        return true;
    });
    EXPECT_EQ(done.result, Result::committed);
    EXPECT_EQ(done.lsn, log::Lsn{1});
    const auto records = drained();
    ASSERT_EQ(records.size(), 1U);
    RecordTable again{8};
    EXPECT_EQ(apply_values(again, records[0].payload), "");
    EXPECT_EQ(again[again.find(1)].load(), (Value{{5, 6, -7}}));
    EXPECT_EQ(again[again.find(2)].load(), (Value{{0, 3, 0}}));
}

TEST_F(TransactorTest, WhatIsRefusedOrAbortedHasNoRecord) {
    EXPECT_EQ(transactor_.run([](Transaction&) { return false; }).result, Result::aborted);
    EXPECT_EQ(transactor_
                  .run([&](Transaction& transaction) {
                      transaction.require(record(1), {{1, 0, 0}, 1});
                      return true;
                  })
                  .result,
              Result::refused);
    EXPECT_EQ(transactor_
                  .run([&](Transaction& transaction) {
                      transaction.add(record(1), 0, field_max);
                      transaction.add(record(1), 0, 1);
                      return true;
                  })
                  .result,
              Result::overflow);
    EXPECT_TRUE(drained().empty());
    EXPECT_EQ(ring_.free_bytes(), ring_.capacity_bytes());
}

TEST_F(TransactorTest, AConflictLeavesAnEmptyRecordAndIsTriedAgain) {
    int runs = 0;
    const Done done = transactor_.run([&](Transaction& transaction) {
        Value value;
        EXPECT_TRUE(transaction.read(record(1), value));
        if (++runs == 1) {
            EXPECT_EQ(other_
                          .run([&](Transaction& quick) {
                              quick.add(record(1), 0, 10);
                              return true;
                          })
                          .result,
                      Result::committed);
        }
        value.fields[0] += 1;
        transaction.write(record(1), value);
        return true;
    });
    EXPECT_EQ(done.result, Result::committed);
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(record(1).load().fields[0], 11);
    const auto records = drained();
    ASSERT_EQ(records.size(), 3U);
    EXPECT_FALSE(records[0].aborted);
    EXPECT_TRUE(records[1].aborted);
    EXPECT_EQ(records[2].lsn, done.lsn);
    EXPECT_EQ(transactor_.counts().versions.load(), 1U);
}

TEST_F(TransactorTest, WithoutRoomInTheLogNothingIsTried) {
    ring_.stop();
    const Done done = transactor_.run([&](Transaction& transaction) {
        transaction.write(record(1), {{5, 0, 0}});
        return true;
    });
    EXPECT_EQ(done.result, Result::shed);
    EXPECT_EQ(record(1).load(), Value{});
    EXPECT_EQ(transactor_.counts().ended[std::size_t(Result::shed)].load(), 1U);
}

TEST_F(TransactorTest, TooManyChangesAreRefusedAndTheMostFit) {
    RecordTable many{2'000};
    Transactor transactor{many, lane_, &ring_};
    for (const std::size_t count : {changes_max, changes_max + 1}) {
        const Done done = transactor.run([&](Transaction& transaction) {
            for (std::uint64_t key = 1; key <= count; ++key)
                transaction.write(many[many.find_or_add(key)], {{-1, 2, -3}});
            return true;
        });
        EXPECT_EQ(done.result, count > changes_max ? Result::too_large : Result::committed);
    }
    const auto records = drained();
    ASSERT_EQ(records.size(), 1U);
    RecordTable again{2'000};
    EXPECT_EQ(apply_values(again, records[0].payload), "");
    EXPECT_EQ(again[again.find(changes_max)].load(), (Value{{-1, 2, -3}}));
}

TEST_F(TransactorTest, ASnapshotNamesTheLsnThatItIsOf) {
    const Row rows[]{table_.find_or_add(1), table_.find_or_add(2)};
    Value values[2];
    EXPECT_EQ(transactor_.snapshot(rows, values), log::Lsn{0});
    const auto deposit = [&](Transaction& transaction) {
        transaction.add(record(1), 0, 1);
        transaction.add(record(2), 0, 2);
        return true;
    };
    for (int i = 0; i < 3; ++i)
        (void)other_.run(deposit);
    EXPECT_EQ(transactor_.snapshot(rows, values), log::Lsn{3});
    EXPECT_EQ(values[0].fields[0], 3);
    EXPECT_EQ(values[1].fields[0], 6);
}

TEST_F(TransactorTest, RecordsOfValuesThatMakeNoSenseAreRefused) {
    std::mt19937_64 random{tests::test_seed()};
    std::vector<std::byte> payload(4 + 56, std::byte{0});
    payload[0] = std::byte{1};
    EXPECT_EQ(apply_values(table_, payload), "");
    payload[0] = std::byte{2};
    EXPECT_NE(apply_values(table_, payload), "");
    EXPECT_NE(apply_values(table_, {}), "");
    for (int i = 0; i < 2'000; ++i) {
        std::vector<std::byte> bytes(random() % 200);
        for (std::byte& byte : bytes)
            byte = static_cast<std::byte>(random() % 4);
        const std::size_t before = table_.size();
        if (!apply_values(table_, bytes).empty() && bytes.size() < 60) {
            EXPECT_EQ(table_.size(), before);
        }
    }
    RecordTable small{1};
    std::vector<std::byte> two(4 + 2 * 56, std::byte{0});
    two[0] = std::byte{2};
    two[4] = std::byte{7};
    EXPECT_NE(apply_values(small, two).find("no room"), std::string::npos);
}

}  // namespace
}  // namespace tickweir::txn::occ
