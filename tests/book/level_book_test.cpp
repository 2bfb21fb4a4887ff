#include "book/level_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <vector>

#include "book/depth_window.hpp"
#include "tests/support/book_text.hpp"
#include "tests/support/literals.hpp"
#include "tests/support/naive_level_book.hpp"

namespace tickweir::book {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::operator""_lots;
using tests::operator""_ticks;

constexpr std::array sides{Side::buy, Side::sell};

std::vector<Level> top(const LevelBook& book, Side side, std::size_t count) {
    std::vector<Level> out(count);
    out.resize(book.top(side, out));
    return out;
}
std::vector<Level> all(const LevelBook& book, Side side) {
    return top(book, side, book.count(side));
}
std::vector<Level> rows_of(const DepthWindow& window, const LevelBook& book,
                           const LevelBookChange& change) {
    const DepthRows rows = window.rows(book, change);
    return {rows.all().begin(), rows.all().end()};
}

TEST(LevelBook, SortsBidsDownAndAsksUp) {
    LevelBook book;
    for (const Side side : sides)
        for (const Price price : {100_ticks, 102_ticks, 101_ticks})
            EXPECT_EQ(book.set(side, price, 5_lots, 1).status, LevelApplied::inserted);
    EXPECT_THAT(all(book, Side::buy),
                ElementsAre(Level{102_ticks, 5_lots, 1}, Level{101_ticks, 5_lots, 1},
                            Level{100_ticks, 5_lots, 1}));
    EXPECT_THAT(all(book, Side::sell),
                ElementsAre(Level{100_ticks, 5_lots, 1}, Level{101_ticks, 5_lots, 1},
                            Level{102_ticks, 5_lots, 1}));
    EXPECT_EQ(book.version(), 6U);
}

TEST(LevelBook, TellsRankAndTouchOfAnInsertion) {
    LevelBook book;
    EXPECT_EQ(
        book.set(Side::buy, 100_ticks, 5_lots, 1),
        (LevelBookChange{LevelApplied::inserted, Side::buy, true, 0, {100_ticks, 5_lots, 1}, {}}));
    EXPECT_EQ(
        book.set(Side::buy, 99_ticks, 5_lots, 1),
        (LevelBookChange{LevelApplied::inserted, Side::buy, false, 1, {99_ticks, 5_lots, 1}, {}}));
}

TEST(LevelBook, TellsThatAnUpdateOfOrdersAloneLeavesTheTouch) {
    LevelBook book;
    (void)book.set(Side::sell, 100_ticks, 5_lots, 1);
    EXPECT_EQ(
        book.set(Side::sell, 100_ticks, 5_lots, 2),
        (LevelBookChange{LevelApplied::updated, Side::sell, false, 0, {100_ticks, 5_lots, 2}, {}}));
    EXPECT_TRUE(book.set(Side::sell, 100_ticks, 6_lots, 2).touch_changed);
    EXPECT_EQ(book.best(Side::sell), (Level{100_ticks, 6_lots, 2}));
}

TEST(LevelBook, RemovesALevelAtQuantityZero) {
    LevelBook book;
    (void)book.set(Side::buy, 100_ticks, 5_lots, 1);
    (void)book.set(Side::buy, 99_ticks, 5_lots, 1);
    EXPECT_EQ(
        book.set(Side::buy, 100_ticks, 0_lots, 7),
        (LevelBookChange{LevelApplied::removed, Side::buy, true, 0, {100_ticks, 0_lots, 0}, {}}));
    EXPECT_EQ(book.best(Side::buy), (Level{99_ticks, 5_lots, 1}));
}

TEST(LevelBook, SaysWhenNothingChanges) {
    LevelBook book;
    (void)book.set(Side::buy, 100_ticks, 5_lots, 1);
    const std::uint64_t version = book.version();
    const LevelBookChange absent = book.set(Side::buy, 101_ticks, 0_lots, 0);
    EXPECT_EQ(absent.status, LevelApplied::absent);
    EXPECT_FALSE(absent.changed());
    EXPECT_EQ(book.set(Side::buy, 100_ticks, 5_lots, 1).status, LevelApplied::unchanged);
    EXPECT_EQ(book.set(Side::buy, 100_ticks, Quantity{-1}, 1).status,
              LevelApplied::negative_quantity);
    EXPECT_EQ(book.version(), version);
    EXPECT_THAT(all(book, Side::buy), ElementsAre(Level{100_ticks, 5_lots, 1}));
}

TEST(LevelBook, FindsLevelsByPriceAndByRankNearAndFar) {
    LevelBook book;
    for (std::int64_t n = 0; n < 100; ++n)
        (void)book.set(Side::sell, {2 * n}, {n + 1}, 0);
    for (std::int64_t n = 0; n < 100; ++n) {
        const auto rank = static_cast<std::uint32_t>(n);
        EXPECT_EQ(book.find(Side::sell, {2 * n}), (Level{{2 * n}, {n + 1}, 0}));
        EXPECT_EQ(book.rank(Side::sell, {2 * n}), rank);
        EXPECT_EQ(book.level(Side::sell, rank), (Level{{2 * n}, {n + 1}, 0}));
        EXPECT_EQ(book.find(Side::sell, {2 * n + 1}), std::nullopt);
        EXPECT_EQ(book.rank(Side::sell, {2 * n - 1}), std::nullopt);
    }
    EXPECT_EQ(book.level(Side::sell, 100), std::nullopt);
    EXPECT_EQ(book.find(Side::buy, 0_ticks), std::nullopt);
    EXPECT_EQ(book.best(Side::buy), std::nullopt);
}

TEST(LevelBook, TakesThePricesAtBothEndsOfTheRange) {
    constexpr Price least{std::numeric_limits<std::int64_t>::min()};
    constexpr Price greatest{std::numeric_limits<std::int64_t>::max()};
    LevelBook book;
    for (const Side side : sides)
        for (const Price price : {least, greatest, 0_ticks})
            (void)book.set(side, price, {std::numeric_limits<std::int64_t>::max()}, 1);
    EXPECT_EQ(book.best(Side::buy)->price, greatest);
    EXPECT_EQ(book.best(Side::sell)->price, least);
}

TEST(LevelBook, CopiesTheBestAsFarAsThereIsRoom) {
    LevelBook book;
    for (const Price price : {1_ticks, 2_ticks, 3_ticks})
        (void)book.set(Side::buy, price, 1_lots, 1);
    EXPECT_THAT(top(book, Side::buy, 2),
                ElementsAre(Level{3_ticks, 1_lots, 1}, Level{2_ticks, 1_lots, 1}));
    EXPECT_EQ(top(book, Side::buy, 5).size(), 3U);
    EXPECT_THAT(top(book, Side::sell, 5), IsEmpty());
}

TEST(LevelBook, ClearsBothSidesAndKeepsItsMemory) {
    LevelBook book;
    for (const Side side : sides)
        (void)book.set(side, 1_ticks, 1_lots, 1);
    const std::size_t bytes = book.bytes();
    book.clear();
    EXPECT_EQ(book.count(Side::buy) + book.count(Side::sell), 0U);
    EXPECT_EQ(book.bytes(), bytes);
    EXPECT_EQ(book.version(), 3U);
    EXPECT_EQ(book.undo().status, LevelApplied::unchanged);
}

TEST(LevelBook, RefusesALevelMoreThanItsLimit) {
    LevelBook book{{.levels = 2}};
    (void)book.set(Side::buy, 1_ticks, 1_lots, 1);
    (void)book.set(Side::buy, 2_ticks, 1_lots, 1);
    EXPECT_EQ(book.set(Side::buy, 3_ticks, 1_lots, 1).status, LevelApplied::over_limit);
    EXPECT_EQ(book.set(Side::buy, 2_ticks, 2_lots, 1).status, LevelApplied::updated);
    EXPECT_EQ(book.set(Side::sell, 3_ticks, 1_lots, 1).status, LevelApplied::inserted);
    EXPECT_EQ(book.count(Side::buy), 2U);
}

TEST(LevelBook, KeepsTheBestLevelsWhereItTruncates) {
    LevelBook book{{.levels = 2, .truncates = true}};
    (void)book.set(Side::sell, 5_ticks, 1_lots, 1);
    (void)book.set(Side::sell, 7_ticks, 1_lots, 1);
    EXPECT_EQ(book.set(Side::sell, 8_ticks, 1_lots, 1).status, LevelApplied::beyond_limit);
    const LevelBookChange change = book.set(Side::sell, 6_ticks, 1_lots, 1);
    EXPECT_EQ(change.status, LevelApplied::inserted);
    EXPECT_EQ(change.edge, (Level{7_ticks, 1_lots, 1}));
    EXPECT_THAT(all(book, Side::sell),
                ElementsAre(Level{5_ticks, 1_lots, 1}, Level{6_ticks, 1_lots, 1}));
}

TEST(LevelBook, StaysSmallHoweverManyLevelsItTruncates) {
    LevelBook book{{.levels = 10, .truncates = true}};
    for (std::int64_t n = 0; n < 10'000; ++n)
        ASSERT_EQ(book.set(Side::buy, {n}, 1_lots, 1).status, LevelApplied::inserted);
    EXPECT_EQ(book.count(Side::buy), 10U);
    EXPECT_EQ(book.best(Side::buy)->price, 9'999_ticks);
    EXPECT_LE(book.bytes(), LevelSlots::bytes_for(32));
}

TEST(LevelBook, ChargesItsLevelsAndRefusesBeyondTheBudget) {
    MemoryBudget budget{"books", LevelSlots::bytes_for(16) + LevelSlots::bytes_for(32)};
    {
        LevelBook book{{}, &budget};
        EXPECT_EQ(budget.used(), 0U);
        for (std::int64_t n = 0; n < 32; ++n)
            ASSERT_TRUE(book.set(Side::buy, {n}, 1_lots, 1).changed()) << n;
        EXPECT_EQ(budget.used(), book.bytes());
        EXPECT_EQ(budget.used(), LevelSlots::bytes_for(32));
        const std::vector<Level> before = all(book, Side::buy);
        EXPECT_EQ(book.set(Side::buy, 40_ticks, 1_lots, 1).status, LevelApplied::over_limit);
        EXPECT_EQ(all(book, Side::buy), before);
        EXPECT_EQ(book.undo().status, LevelApplied::unchanged);
    }
    EXPECT_EQ(budget.used(), 0U);
    EXPECT_EQ(budget.refusals(), 1U);
}

TEST(LevelBook, UsesTheRoomOfTruncatedLevelsWhenTheBudgetGivesNoMore) {
    MemoryBudget budget{"books", LevelSlots::bytes_for(16)};
    LevelBook book{{.levels = 14, .truncates = true}, &budget};
    for (std::int64_t n = 0; n < 100; ++n)
        ASSERT_TRUE(book.set(Side::buy, {n}, 1_lots, 1).changed()) << n;
    EXPECT_EQ(book.count(Side::buy), 14U);
    EXPECT_EQ(book.bytes(), LevelSlots::bytes_for(16));
}

TEST(LevelBook, AbortsWithoutALimit) {
    EXPECT_DEATH((LevelBook{{.levels = 0}}), "invariant broken");
}

TEST(LevelBook, UndoesEachKindOfChangeOnce) {
    LevelBook book{{.levels = 2, .truncates = true}};
    (void)book.set(Side::buy, 1_ticks, 1_lots, 1);
    (void)book.set(Side::buy, 2_ticks, 1_lots, 1);
    const std::vector<Level> start = all(book, Side::buy);

    (void)book.set(Side::buy, 3_ticks, 1_lots, 1);
    EXPECT_EQ(book.undo(), (LevelBookChange{LevelApplied::removed,
                                            Side::buy,
                                            true,
                                            0,
                                            {3_ticks, 0_lots, 0},
                                            Level{1_ticks, 1_lots, 1}}));
    EXPECT_EQ(all(book, Side::buy), start);

    (void)book.set(Side::buy, 1_ticks, 9_lots, 4);
    EXPECT_EQ(
        book.undo(),
        (LevelBookChange{LevelApplied::updated, Side::buy, false, 1, {1_ticks, 1_lots, 1}, {}}));
    EXPECT_EQ(all(book, Side::buy), start);

    (void)book.set(Side::buy, 2_ticks, 0_lots, 0);
    EXPECT_EQ(
        book.undo(),
        (LevelBookChange{LevelApplied::inserted, Side::buy, true, 0, {2_ticks, 1_lots, 1}, {}}));
    EXPECT_EQ(all(book, Side::buy), start);
    EXPECT_EQ(book.undo(), LevelBookChange{});
}

TEST(LevelBook, HasNothingToUndoAfterACallThatChangedNothing) {
    LevelBook book;
    EXPECT_EQ(book.undo(), LevelBookChange{});
    (void)book.set(Side::buy, 1_ticks, 1_lots, 1);
    (void)book.set(Side::buy, 1_ticks, 1_lots, 1);
    EXPECT_EQ(book.undo(), LevelBookChange{});
    EXPECT_EQ(book.count(Side::buy), 1U);
}

TEST(LevelApplied, HasANameForEachValue) {
    EXPECT_EQ(to_string(LevelApplied::inserted), "inserted");
    EXPECT_EQ(to_string(LevelApplied::updated), "updated");
    EXPECT_EQ(to_string(LevelApplied::removed), "removed");
    EXPECT_EQ(to_string(LevelApplied::unchanged), "unchanged");
    EXPECT_EQ(to_string(LevelApplied::absent), "absent");
    EXPECT_EQ(to_string(LevelApplied::beyond_limit), "beyond_limit");
    EXPECT_EQ(to_string(LevelApplied::negative_quantity), "negative_quantity");
    EXPECT_EQ(to_string(LevelApplied::over_limit), "over_limit");
    EXPECT_EQ(to_string(LevelApplied{99}), "?");
}

TEST(DepthWindow, TellsTheLevelThatAnInsertionPushesOut) {
    LevelBook book;
    for (const Price price : {1_ticks, 2_ticks, 4_ticks})
        (void)book.set(Side::buy, price, 1_lots, 1);
    const LevelBookChange change = book.set(Side::buy, 3_ticks, 5_lots, 2);
    EXPECT_THAT(rows_of({1}, book, change), IsEmpty());
    EXPECT_THAT(rows_of({2}, book, change),
                ElementsAre(Level{2_ticks, 0_lots, 0}, Level{3_ticks, 5_lots, 2}));
    EXPECT_THAT(rows_of({4}, book, change), ElementsAre(Level{3_ticks, 5_lots, 2}));
}

TEST(DepthWindow, TellsTheLevelThatARemovalLetsIn) {
    LevelBook book;
    for (const Price price : {1_ticks, 2_ticks, 3_ticks})
        (void)book.set(Side::sell, price, 1_lots, 1);
    const LevelBookChange change = book.set(Side::sell, 2_ticks, 0_lots, 0);
    EXPECT_THAT(rows_of({1}, book, change), IsEmpty());
    EXPECT_THAT(rows_of({2}, book, change),
                ElementsAre(Level{2_ticks, 0_lots, 0}, Level{3_ticks, 1_lots, 1}));
    EXPECT_THAT(rows_of({3}, book, change), ElementsAre(Level{2_ticks, 0_lots, 0}));
}

TEST(DepthWindow, TellsAnUpdateOnlyInside) {
    LevelBook book;
    for (const Price price : {1_ticks, 2_ticks, 3_ticks})
        (void)book.set(Side::sell, price, 1_lots, 1);
    const LevelBookChange change = book.set(Side::sell, 2_ticks, 9_lots, 1);
    EXPECT_THAT(rows_of({1}, book, change), IsEmpty());
    EXPECT_THAT(rows_of({2}, book, change), ElementsAre(Level{2_ticks, 9_lots, 1}));
}

TEST(DepthWindow, TellsNothingOfWhatChangedNothing) {
    LevelBook book{{.levels = 1}};
    (void)book.set(Side::sell, 1_ticks, 1_lots, 1);
    for (const LevelBookChange& change :
         {book.set(Side::sell, 1_ticks, 1_lots, 1), book.set(Side::sell, 2_ticks, 0_lots, 0),
          book.set(Side::sell, 2_ticks, 1_lots, 0), book.set(Side::sell, 2_ticks, {-1}, 0)}) {
        EXPECT_THAT(rows_of({10}, book, change), IsEmpty());
    }
}

TEST(DepthWindow, ReachesOverTheEdgeOfATruncatedBook) {
    LevelBook book{{.levels = 2, .truncates = true}};
    (void)book.set(Side::sell, 5_ticks, 1_lots, 1);
    (void)book.set(Side::sell, 7_ticks, 1_lots, 1);
    const LevelBookChange pushed = book.set(Side::sell, 6_ticks, 1_lots, 1);
    for (const std::size_t levels : {2U, 3U})
        EXPECT_THAT(rows_of({levels}, book, pushed),
                    ElementsAre(Level{7_ticks, 0_lots, 0}, Level{6_ticks, 1_lots, 1}));
    const LevelBookChange back = book.undo();
    for (const std::size_t levels : {2U, 3U})
        EXPECT_THAT(rows_of({levels}, book, back),
                    ElementsAre(Level{6_ticks, 0_lots, 0}, Level{7_ticks, 1_lots, 1}));
}

}  // namespace
}  // namespace tickweir::book
