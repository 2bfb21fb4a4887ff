#include "gateway/feeds/sync/touch_oracle.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

using enum OracleVerdict;

SyncTouch touch(std::int64_t bid) {
    return {{bid}, {1}, {bid + 1}, {1}};
}

TEST(TouchOracle, JudgesABookWhenALaterTouchHasCome) {
    TouchOracle oracle;
    EXPECT_EQ(oracle.on_touch(10, touch(5)), nothing);
    EXPECT_EQ(oracle.on_book(12, touch(5)), nothing) << "another touch up to 12 may be on its way";
    EXPECT_EQ(oracle.on_touch(13, touch(6)), agrees);
    EXPECT_EQ(oracle.on_book(14, touch(5)), nothing);
    EXPECT_EQ(oracle.on_touch(14, touch(7)), nothing) << "not yet beyond it";
    EXPECT_EQ(oracle.on_touch(15, touch(8)), differs);
}

TEST(TouchOracle, JudgesALateBookByTheTouchOfItsTime) {
    TouchOracle oracle;
    for (std::uint64_t id = 10; id < 60; id += 10)
        EXPECT_EQ(oracle.on_touch(id, touch(static_cast<std::int64_t>(id))), nothing);
    EXPECT_EQ(oracle.on_book(25, touch(20)), agrees);
    EXPECT_EQ(oracle.on_book(35, touch(20)), differs);
    EXPECT_EQ(oracle.on_book(5, touch(20)), nothing) << "of before the first touch";
}

TEST(TouchOracle, DoesNotLookBackFurtherThanItKeeps) {
    TouchOracle oracle;
    for (std::uint64_t id = 1; id <= TouchOracle::kept + 10; ++id)
        EXPECT_EQ(oracle.on_touch(id, touch(1)), nothing);
    EXPECT_EQ(oracle.on_book(5, touch(1)), nothing);
    EXPECT_EQ(oracle.on_book(11, touch(1)), agrees) << "the last one that is kept";
}

TEST(TouchOracle, BeginsAfresh) {
    TouchOracle oracle;
    EXPECT_EQ(oracle.on_touch(10, touch(5)), nothing);
    EXPECT_EQ(oracle.on_book(10, touch(6)), nothing);
    oracle.forget_book();
    EXPECT_EQ(oracle.on_touch(11, touch(5)), nothing);
    EXPECT_EQ(oracle.on_book(11, touch(6)), nothing);
    oracle.reset();
    EXPECT_EQ(oracle.on_touch(12, touch(5)), nothing);
    EXPECT_EQ(oracle.on_book(12, touch(5)), nothing);
    EXPECT_EQ(oracle.on_touch(3, touch(5)), nothing) << "another numbering";
}

}  // namespace
}  // namespace tickweir::gateway
