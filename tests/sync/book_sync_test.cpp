// One book as a machine of its own: whole changes or none of them, in integers.
#include "gateway/feeds/sync/book_sync.hpp"

#include <gtest/gtest.h>

#include "tests/support/book_text.hpp"

namespace tickweir::gateway {
namespace {

using book::Level;
using book::LevelBookLimits;
using book::Side;
using codecs::json::VenueId;

std::vector<Level> levels(const BookSync& sync, Side side) {
    const auto rows = sync.book().levels(side);
    return {rows.rbegin(), rows.rend()};
}

Level level(std::int64_t price, std::int64_t open) {
    return {{price}, {open}, 0};
}

/// Rows that stay while a call needs them.
struct Rows {
    std::vector<SyncRow> bids;
    std::vector<SyncRow> asks;
    SyncRows rows(std::uint32_t depth = 0, std::optional<std::uint32_t> checksum = {}) {
        return {bids, asks, checksum, {0, 0}, {0, 0}, depth};
    }
};

class BookSyncTest : public testing::Test {
protected:
    SyncReason replace(BookSync& sync, Rows rows, std::uint32_t depth = 0,
                       std::optional<std::uint32_t> checksum = {}) {
        return sync.replace(1, rows.rows(depth, checksum));
    }
    SyncReason apply(BookSync& sync, Rows rows, std::uint32_t depth = 0,
                     std::optional<std::uint32_t> checksum = {}) {
        return sync.apply(2, rows.rows(depth, checksum), changes_);
    }
    SyncChanges changes_;
};

BookSync sync_of(VenueId venue, std::uint32_t levels_max = 100) {
    return {rules_of(venue), LevelBookLimits{.levels = levels_max}, nullptr};
}

TEST_F(BookSyncTest, WaitsForASnapshotInAnyOrderOfRows) {
    for (const Rows& rows :
         {Rows{{{{9}, {1}}, {{8}, {2}}, {{7}, {3}}}, {{{10}, {1}}}},
          Rows{{{{7}, {3}}, {{8}, {2}}, {{9}, {1}}}, {{{10}, {1}}}},
          Rows{{{{8}, {5}}, {{9}, {1}}, {{7}, {3}}, {{8}, {2}}, {{6}, {0}}}, {{{10}, {1}}}}}) {
        BookSync sync = sync_of(VenueId::bybit);
        EXPECT_EQ(sync.state(), SyncState::awaiting_snapshot);
        EXPECT_EQ(replace(sync, rows), SyncReason::none);
        EXPECT_TRUE(sync.in_sync());
        EXPECT_EQ(levels(sync, Side::buy), (std::vector{level(9, 1), level(8, 2), level(7, 3)}));
        EXPECT_EQ(levels(sync, Side::sell), std::vector{level(10, 1)});
        EXPECT_EQ(sync.position(), (SequencePosition{1, true}));
    }
}

TEST_F(BookSyncTest, CutsBehindTheWholeChange) {
    BookSync sync = sync_of(VenueId::kraken_v2);
    ASSERT_EQ(replace(sync, {{{{9}, {1}}, {{8}, {1}}, {{7}, {1}}}, {}}, 2), SyncReason::none);
    EXPECT_EQ(levels(sync, Side::buy), (std::vector{level(9, 1), level(8, 1)}));
    // First one too many, then one less: what came first has to stay.
    EXPECT_EQ(apply(sync, {{{{6}, {1}}, {{9}, {0}}}, {}}, 2), SyncReason::none);
    EXPECT_EQ(levels(sync, Side::buy), (std::vector{level(8, 1), level(6, 1)}));
    EXPECT_EQ(apply(sync, {{{{9}, {4}}}, {}}, 2), SyncReason::none);
    EXPECT_EQ(levels(sync, Side::buy), (std::vector{level(9, 4), level(8, 1)}));
    ASSERT_EQ(changes_.made.size(), 2U) << "the insertion and the cut";
    EXPECT_EQ(changes_.made[1].status, book::LevelApplied::removed);
    EXPECT_TRUE(changes_.touch_changed);
}

TEST_F(BookSyncTest, TakesTheWholeChangeBackWhereTheChecksumFails) {
    BookSync sync = sync_of(VenueId::okx);
    ASSERT_EQ(replace(sync, {{{{9}, {1}}, {{8}, {1}}}, {{{11}, {2}}}}), SyncReason::none);
    const auto bids = levels(sync, Side::buy);
    const auto asks = levels(sync, Side::sell);
    const Rows change{{{{9}, {0}}, {{8}, {7}}, {{7}, {1}}, {{8}, {6}}}, {{{10}, {1}}, {{11}, {0}}}};
    EXPECT_EQ(apply(sync, change, 0, 12'345U), SyncReason::checksum);
    EXPECT_EQ(sync.state(), SyncState::out_of_sync);
    EXPECT_EQ(sync.reason(), SyncReason::checksum);
    EXPECT_EQ(levels(sync, Side::buy), bids);
    EXPECT_EQ(levels(sync, Side::sell), asks);
    EXPECT_TRUE(changes_.made.empty()) << "nobody is to hear of it";
    EXPECT_EQ(sync.position(), (SequencePosition{1, true}));
}

TEST_F(BookSyncTest, KeepsTheOldBookWhereTheSnapshotsChecksumFails) {
    BookSync sync = sync_of(VenueId::okx);
    ASSERT_EQ(replace(sync, {{{{9}, {1}}}, {}}), SyncReason::none);
    EXPECT_EQ(replace(sync, {{{{5}, {1}}}, {}}, 0, 12'345U), SyncReason::checksum);
    EXPECT_EQ(levels(sync, Side::buy), std::vector{level(9, 1)});
    const std::vector<codecs::json::ScaledLevel> bids{{5, 1}};
    const std::uint32_t right = codecs::json::okx_checksum({}, bids, 0, 0);
    EXPECT_EQ(replace(sync, {{{{5}, {1}}}, {}}, 0, right), SyncReason::none);
    EXPECT_TRUE(sync.in_sync());
}

TEST_F(BookSyncTest, RefusesMoreLevelsThanItsLimitAndNegativeQuantities) {
    BookSync sync = sync_of(VenueId::bybit, 2);
    EXPECT_EQ(replace(sync, {{{{9}, {1}}, {{8}, {1}}, {{7}, {1}}}, {}}),
              SyncReason::too_many_levels);
    ASSERT_EQ(replace(sync, {{{{9}, {1}}, {{8}, {1}}}, {}}), SyncReason::none);
    const auto bids = levels(sync, Side::buy);
    EXPECT_EQ(apply(sync, {{{{9}, {5}}, {{7}, {1}}}, {}}), SyncReason::too_many_levels);
    EXPECT_EQ(levels(sync, Side::buy), bids);
    ASSERT_EQ(replace(sync, {{{{9}, {1}}, {{8}, {1}}}, {}}), SyncReason::none);
    EXPECT_EQ(apply(sync, {{{{9}, {5}}, {{8}, {-1}}}, {}}), SyncReason::bad_number);
    EXPECT_EQ(levels(sync, Side::buy), bids);
    EXPECT_EQ(replace(sync, {{{{9}, {-1}}}, {}}), SyncReason::bad_number);
    EXPECT_EQ(levels(sync, Side::buy), bids);
}

TEST_F(BookSyncTest, IsEmptyAfterASnapshotThatItsMemoryHasNoRoomFor) {
    book::MemoryBudget budget{"test", 8U << 10};
    BookSync sync{rules_of(VenueId::bybit), {.levels = 10'000}, &budget};
    ASSERT_EQ(replace(sync, {{{{10}, {1}}}, {{{11}, {1}}}}), SyncReason::none);
    Rows many;
    for (std::int64_t price = 1; price <= 5'000; ++price)
        many.bids.push_back({{price}, {1}});
    EXPECT_EQ(replace(sync, many), SyncReason::too_many_levels);
    EXPECT_EQ(sync.state(), SyncState::out_of_sync);
    EXPECT_TRUE(levels(sync, Side::buy).empty());
    EXPECT_TRUE(levels(sync, Side::sell).empty());
}

TEST_F(BookSyncTest, MultipliesEverythingOrNothing) {
    BookSync sync = sync_of(VenueId::bybit);
    ASSERT_EQ(replace(sync, {{{{9}, {1}}, {{8}, {2}}}, {{{11}, {INT64_MAX / 10}}}}),
              SyncReason::none);
    std::vector<Level> scratch;
    EXPECT_FALSE(sync.rescale(1, 100, scratch));
    EXPECT_EQ(levels(sync, Side::buy), (std::vector{level(9, 1), level(8, 2)}));
    EXPECT_TRUE(sync.rescale(100, 10, scratch));
    EXPECT_EQ(levels(sync, Side::buy), (std::vector{level(900, 10), level(800, 20)}));
    EXPECT_EQ(levels(sync, Side::sell), std::vector{level(1'100, INT64_MAX / 10 * 10)});
}

TEST_F(BookSyncTest, SeesBidsAtOrAboveAsks) {
    BookSync sync = sync_of(VenueId::bybit);
    ASSERT_EQ(replace(sync, {{{{9}, {1}}}, {}}), SyncReason::none);
    EXPECT_FALSE(sync.is_crossed());
    ASSERT_EQ(apply(sync, {{}, {{{10}, {1}}}}), SyncReason::none);
    EXPECT_FALSE(sync.is_crossed());
    ASSERT_EQ(apply(sync, {{}, {{{9}, {1}}}}), SyncReason::none);
    EXPECT_TRUE(sync.is_crossed());
}

}  // namespace
}  // namespace tickweir::gateway
