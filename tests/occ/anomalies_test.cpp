// The anomalies that weaker isolation lets through, step by step: each ends with one transaction
// told to try again. Schedules after Berenson et al., "A Critique of ANSI SQL Isolation Levels",
// and Fekete et al., "A Read-Only Transaction Anomaly Under Snapshot Isolation".
#include <gtest/gtest.h>

#include "txn/occ/transactor.hpp"

namespace tickweir::txn::occ {
namespace {

class AnomaliesTest : public testing::Test {
protected:
    Record& x() { return table_[table_.find_or_add(1)]; }
    Record& y() { return table_[table_.find_or_add(2)]; }
    static Int128 read(Transactor& transactor, Record& record) {
        Value value;
        EXPECT_TRUE(transactor.transaction().read(record, value));
        return value.fields[0];
    }
    static void write(Transactor& transactor, Record& record, Int128 number) {
        transactor.transaction().write(record, {{number, 0, 0}});
    }

    RecordTable table_{8};
    SerialLane lane_;
    Transactor one_{table_, lane_, nullptr};
    Transactor two_{table_, lane_, nullptr};
    Transactor three_{table_, lane_, nullptr};
};

TEST_F(AnomaliesTest, NoUpdateIsLost) {
    ASSERT_TRUE(one_.begin());
    ASSERT_TRUE(two_.begin());
    const Int128 first = read(one_, x());
    const Int128 second = read(two_, x());
    write(one_, x(), first + 1);
    write(two_, x(), second + 1);
    EXPECT_EQ(two_.commit().result, Result::committed);
    EXPECT_EQ(one_.commit().result, Result::conflict);
    EXPECT_EQ(x().load().fields[0], 1);
}

TEST_F(AnomaliesTest, NoWritesAreSkewed) {
    x().set({{1, 0, 0}});
    y().set({{1, 0, 0}});
    // Each takes one away where both together leave at least one.
    ASSERT_TRUE(one_.begin());
    ASSERT_TRUE(two_.begin());
    if (read(one_, x()) + read(one_, y()) > 1) write(one_, x(), 0);
    if (read(two_, x()) + read(two_, y()) > 1) write(two_, y(), 0);
    EXPECT_EQ(one_.commit().result, Result::committed);
    EXPECT_EQ(two_.commit().result, Result::conflict);
    EXPECT_EQ(x().load().fields[0] + y().load().fields[0], 1);
}

TEST_F(AnomaliesTest, NobodyReadsWhatIsNotCommitted) {
    ASSERT_TRUE(one_.begin());
    write(one_, x(), 5);
    ASSERT_TRUE(two_.begin());
    EXPECT_EQ(read(two_, x()), 0);
    one_.abort();
    EXPECT_EQ(two_.commit().result, Result::committed);
}

TEST_F(AnomaliesTest, NobodyReadsHalfOfATransfer) {
    x().set({{10, 0, 0}});
    ASSERT_TRUE(one_.begin());
    Int128 sum = read(one_, x());
    ASSERT_TRUE(two_.begin());
    two_.transaction().add(x(), 0, -4);
    two_.transaction().add(y(), 0, 4);
    ASSERT_EQ(two_.commit().result, Result::committed);
    sum += read(one_, y());
    EXPECT_EQ(sum, 14) << "what it saw never was";
    EXPECT_EQ(one_.commit().result, Result::conflict);
}

// Savings x, checking y. One pays interest into x; another draws 10 from y, with a charge of 1 if
// the sum is not enough; the third only looks. In every serial order where it sees the interest and
// not the draw, the draw knows of the interest, and there is no charge.
TEST_F(AnomaliesTest, AReaderSeesNoOrderThatWasNot) {
    ASSERT_TRUE(two_.begin());
    const Int128 before = read(two_, x()) + read(two_, y());
    ASSERT_TRUE(one_.begin());
    write(one_, x(), read(one_, x()) + 20);
    ASSERT_EQ(one_.commit().result, Result::committed);
    ASSERT_TRUE(three_.begin());
    EXPECT_EQ(read(three_, x()), 20);
    EXPECT_EQ(read(three_, y()), 0);
    ASSERT_EQ(three_.commit().result, Result::committed);
    write(two_, y(), before < 10 ? -11 : -10);
    EXPECT_EQ(two_.commit().result, Result::conflict);
}

}  // namespace
}  // namespace tickweir::txn::occ
