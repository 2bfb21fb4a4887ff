// Several levels set together, against the same ones set one after the other.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "book/level_book.hpp"
#include "tests/support/naive_level_book.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::book {
namespace {

std::vector<Level> levels(const LevelBook& book, Side side) {
    const auto rows = book.levels(side);
    return {rows.begin(), rows.end()};
}

/// Sets them one by one; what changed, with the levels of before.
LevelBookChanges one_by_one(LevelBook& book, Side side, const std::vector<LevelSet>& rows) {
    LevelBookChanges changes;
    for (const LevelSet& row : rows) {
        const LevelBookChange change = book.set(side, row.price, row.open, 0);
        if (!change.changed()) continue;
        changes.add(change, change.status == LevelApplied::inserted ? Level{} : book.before());
    }
    return changes;
}

TEST(LevelBookSorted, IsTheSameAsOneByOne) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 200; ++round) {
        LevelBook together;
        LevelBook apart;
        LevelBook unwatched;
        LevelBookChanges changes;
        const std::uint64_t width = 1 + random() % 400;
        for (int step = 0; step < 40; ++step) {
            const Side side = random() % 2 == 0 ? Side::buy : Side::sell;
            std::map<std::int64_t, std::int64_t> wanted;
            for (std::uint64_t n = random() % 40; n > 0; --n)
                wanted[static_cast<std::int64_t>(random() % width) - 50] =
                    random() % 2 == 0 ? 0 : static_cast<std::int64_t>(1 + random() % 3);
            std::vector<LevelSet> rows;
            for (const auto& [price, open] : wanted)
                rows.push_back({{price}, {open}});
            if (side == Side::buy) std::ranges::reverse(rows);
            changes.clear();
            ASSERT_TRUE(together.set_sorted(side, rows, changes));
            const LevelBookChanges expected = one_by_one(apart, side, rows);
            ASSERT_EQ(levels(together, side), levels(apart, side));
            ASSERT_EQ(changes.made, expected.made);
            for (std::size_t i = 0; i < changes.made.size(); ++i) {
                if (changes.made[i].status == LevelApplied::inserted) changes.before[i] = {};
                ASSERT_EQ(changes.before[i], expected.before[i]);
            }
            ASSERT_EQ(changes.touch_changed, expected.touch_changed);
            ASSERT_TRUE(unwatched.takes_sorted(side, rows));
            ASSERT_EQ(unwatched.set_unwatched(side, rows), expected.touch_changed);
            ASSERT_EQ(levels(unwatched, side), levels(apart, side));
            ASSERT_EQ(unwatched.version(), apart.version());
            ASSERT_EQ(together.version(), apart.version());
            ASSERT_EQ(together.undo().status, LevelApplied::unchanged) << "not to be undone";
            ASSERT_EQ(levels(together, side), levels(apart, side));
        }
    }
}

TEST(LevelBookSorted, LeavesToSetWhatMightNotFit) {
    LevelBook book{{.levels = 3}};
    LevelBookChanges changes;
    const std::vector<LevelSet> two{{{10}, {1}}, {{9}, {1}}};
    EXPECT_TRUE(book.set_sorted(Side::buy, two, changes));
    EXPECT_FALSE(book.set_sorted(Side::buy, two, changes)) << "there might be four";
    EXPECT_EQ(changes.made.size(), 2U);
    const std::vector<LevelSet> negative{{{11}, {-1}}};
    EXPECT_FALSE(book.set_sorted(Side::buy, negative, changes));
    LevelBook truncating{{.levels = 3, .truncates = true}};
    EXPECT_FALSE(truncating.set_sorted(Side::buy, two, changes));
    EXPECT_EQ(changes.made.size(), 2U);
}

TEST(LevelBookSorted, TakesNoMemoryThatItsBudgetDoesNotHave) {
    MemoryBudget budget{"levels", LevelSlots::bytes_for(16)};
    LevelBook book{{}, &budget};
    LevelBookChanges changes;
    std::vector<LevelSet> rows;
    for (std::int64_t price = 0; price < 16; ++price)
        rows.push_back({{100 - price}, {1}});
    EXPECT_TRUE(book.set_sorted(Side::buy, rows, changes));
    const std::vector<LevelSet> one{{{200}, {1}}};
    EXPECT_FALSE(book.set_sorted(Side::buy, one, changes));
    EXPECT_EQ(book.count(Side::buy), 16U);
}

}  // namespace
}  // namespace tickweir::book
