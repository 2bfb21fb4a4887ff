#include "gateway/feeds/sync/keyed_rows.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <random>

#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using book::Side;

TEST(KeyedRows, FindsWhatWasPutAndForgetsWhatWasRemoved) {
    KeyedRows rows;
    EXPECT_EQ(rows.find(1), nullptr);
    rows.remove(1);
    EXPECT_TRUE(rows.put(1, {105, 1}, Side::sell, 10));
    EXPECT_TRUE(rows.put(1, {106, 1}, Side::buy, 10)) << "replaces";
    EXPECT_EQ(rows.size(), 1U);
    ASSERT_NE(rows.find(1), nullptr);
    EXPECT_EQ(rows.find(1)->price, (codecs::json::Number{106, 1}));
    EXPECT_EQ(rows.find(1)->side, Side::buy);
    rows.remove(1);
    EXPECT_EQ(rows.find(1), nullptr);
    EXPECT_EQ(rows.size(), 0U);
}

TEST(KeyedRows, HoldsNoMoreThanItsLimit) {
    KeyedRows rows;
    for (std::uint64_t id = 0; id < 100; ++id)
        EXPECT_TRUE(rows.put(id, {}, Side::buy, 100));
    EXPECT_FALSE(rows.put(100, {}, Side::buy, 100));
    EXPECT_TRUE(rows.put(50, {1, 0}, Side::buy, 100)) << "is there already";
    rows.clear();
    EXPECT_TRUE(rows.put(100, {}, Side::buy, 100));
}

TEST(KeyedRows, GrowsNoFurtherThanItsBudget) {
    book::MemoryBudget budget{"test", 400 * sizeof(KeyedRows::Row)};
    {
        KeyedRows rows{&budget};
        std::uint64_t id = 0;
        while (rows.put(id, {static_cast<std::int64_t>(id), 0}, Side::buy, 100'000))
            ++id;
        // Rows for twice as many were there, and with the next ones too much.
        EXPECT_EQ(rows.size(), 128U);
        EXPECT_EQ(budget.used(), 256 * sizeof(KeyedRows::Row));
        EXPECT_EQ(rows.find(id), nullptr);
        EXPECT_EQ(rows.find(id - 1)->price.mantissa, static_cast<std::int64_t>(id) - 1);
        EXPECT_GT(budget.refusals(), 0U);
        EXPECT_TRUE(rows.put(5, {7, 0}, Side::sell, 100'000)) << "is there already";
    }
    EXPECT_EQ(budget.used(), 0U);
}

TEST(KeyedRows, AgreesWithAMapUnderRandomChanges) {
    std::mt19937_64 random{tests::test_seed()};
    KeyedRows rows;
    std::map<std::uint64_t, std::int64_t> twin;
    for (int step = 0; step < 20'000; ++step) {
        const std::uint64_t id = 8'799'000'000 + random() % 300 * 100;
        if (random() % 2 == 0) {
            const auto mantissa = static_cast<std::int64_t>(random() % 1'000);
            EXPECT_TRUE(rows.put(id, {mantissa, 0}, Side::buy, 1'000));
            twin[id] = mantissa;
        } else {
            rows.remove(id);
            twin.erase(id);
        }
        ASSERT_EQ(rows.size(), twin.size());
        const std::uint64_t asked = 8'799'000'000 + random() % 300 * 100;
        const KeyedRows::Row* const row = rows.find(asked);
        ASSERT_EQ(row != nullptr, twin.contains(asked));
        if (row != nullptr) {
            ASSERT_EQ(row->price.mantissa, twin[asked]);
        }
    }
}

}  // namespace
}  // namespace tickweir::gateway
