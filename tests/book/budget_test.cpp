#include "book/budget.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

namespace tickweir::book {
namespace {

TEST(MemoryBudget, StartsUnused) {
    const MemoryBudget budget{"books", 100};
    EXPECT_EQ(budget.name(), "books");
    EXPECT_EQ(budget.limit(), 100U);
    EXPECT_EQ(budget.used(), 0U);
    EXPECT_EQ(budget.high_water(), 0U);
    EXPECT_EQ(budget.refusals(), 0U);
}

TEST(MemoryBudget, GrantsUpToItsLimitAndCountsRefusals) {
    MemoryBudget budget{"books", 100};
    EXPECT_TRUE(budget.try_charge(60));
    EXPECT_FALSE(budget.try_charge(41));
    EXPECT_TRUE(budget.try_charge(40));
    EXPECT_FALSE(budget.try_charge(1));
    EXPECT_EQ(budget.used(), 100U);
    EXPECT_EQ(budget.refusals(), 2U);
}

TEST(MemoryBudget, RefusesWhatWouldWrapAround) {
    MemoryBudget budget{"books", 100};
    ASSERT_TRUE(budget.try_charge(50));
    EXPECT_FALSE(budget.try_charge(std::numeric_limits<std::size_t>::max()));
    EXPECT_FALSE(budget.try_charge(std::numeric_limits<std::size_t>::max() - 49));
    EXPECT_EQ(budget.used(), 50U);
}

TEST(MemoryBudget, GrantsNothingAlways) {
    MemoryBudget budget{"none", 0};
    EXPECT_TRUE(budget.try_charge(0));
    EXPECT_FALSE(budget.try_charge(1));
}

TEST(MemoryBudget, RemembersItsHighWaterMark) {
    MemoryBudget budget{"books", 100};
    ASSERT_TRUE(budget.try_charge(70));
    budget.release(50);
    ASSERT_TRUE(budget.try_charge(30));
    EXPECT_EQ(budget.used(), 50U);
    EXPECT_EQ(budget.high_water(), 70U);
}

TEST(MemoryBudget, AbortsWhenMoreIsReleasedThanUsed) {
    MemoryBudget budget{"books", 100};
    ASSERT_TRUE(budget.try_charge(10));
    EXPECT_DEATH(budget.release(11), "invariant broken");
}

TEST(Charge, GivesItsBytesBackWhenItGoes) {
    MemoryBudget budget{"rings", 100};
    {
        const auto charge = budget.charge(80);
        ASSERT_TRUE(charge.has_value());
        EXPECT_EQ(charge->bytes(), 80U);
        EXPECT_EQ(charge->budget(), &budget);
        EXPECT_EQ(budget.used(), 80U);
    }
    EXPECT_EQ(budget.used(), 0U);
}

TEST(Charge, IsAbsentWhenTheBudgetRefuses) {
    MemoryBudget budget{"rings", 100};
    EXPECT_FALSE(budget.charge(101).has_value());
    EXPECT_EQ(budget.used(), 0U);
    EXPECT_EQ(budget.refusals(), 1U);
}

TEST(Charge, MovesWithoutReleasing) {
    MemoryBudget budget{"rings", 100};
    auto first = budget.charge(30);
    ASSERT_TRUE(first.has_value());
    const Charge second{std::move(*first)};
    first.reset();
    EXPECT_EQ(second.bytes(), 30U);
    EXPECT_EQ(budget.used(), 30U);
}

TEST(Charge, ReleasesWhatItHeldWhenAssignedTo) {
    MemoryBudget budget{"rings", 100};
    auto small = budget.charge(10);
    auto large = budget.charge(60);
    ASSERT_TRUE(small.has_value() && large.has_value());
    *large = std::move(*small);
    EXPECT_EQ(large->bytes(), 10U);
    EXPECT_EQ(budget.used(), 10U);
    *large = Charge{};
    EXPECT_EQ(budget.used(), 0U);
}

TEST(Charge, HoldsNothingByDefault) {
    const Charge charge;
    EXPECT_EQ(charge.bytes(), 0U);
    EXPECT_EQ(charge.budget(), nullptr);
}

}  // namespace
}  // namespace tickweir::book
