#include "gateway/feeds/sync/book_sync.hpp"

#include <algorithm>
#include <array>

#include "gateway/feeds/sync/book_checksums.hpp"

namespace tickweir::gateway {

using book::Level;
using book::LevelBookChange;
using book::Side;

namespace {

/// Strictly, so that no price stands there twice; one row alone is in either order.
bool is_best_first(Side side, std::span<const SyncRow> rows) {
    return std::ranges::adjacent_find(rows, [side](const SyncRow& a, const SyncRow& b) {
               return !book::better(side, a.price, b.price);
           }) == rows.end();
}

bool is_worst_first(Side side, std::span<const SyncRow> rows) {
    return std::ranges::adjacent_find(rows, [side](const SyncRow& a, const SyncRow& b) {
               return !book::better(side, b.price, a.price);
           }) == rows.end();
}

/// Whether the rows are best first now. Nearly all venues send them in order, the best or the worst
/// one first: together they are set several times as fast.
bool put_best_first(Side side, std::span<SyncRow> rows) {
    if (is_best_first(side, rows)) return true;
    if (!is_worst_first(side, rows)) return false;
    std::ranges::reverse(rows);
    return true;
}

/// The rows that stand in the book, worst first, of each price the last one: in that order a book
/// is filled without moving anything.
std::span<SyncRow> arrange(Side side, std::span<SyncRow> rows) {
    const auto removed =
        std::ranges::remove_if(rows, [](const SyncRow& row) { return row.open.lots == 0; });
    rows = rows.first(rows.size() - removed.size());
    if (is_worst_first(side, rows)) return rows;
    if (is_best_first(side, rows)) {
        std::ranges::reverse(rows);
        return rows;
    }
    std::ranges::stable_sort(rows, [side](const SyncRow& a, const SyncRow& b) {
        return book::better(side, b.price, a.price);
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (kept != 0 && rows[kept - 1].price == rows[i].price) --kept;
        rows[kept++] = rows[i];
    }
    return rows.first(kept);
}

bool any_negative(std::span<const SyncRow> rows) {
    return std::any_of(rows.begin(), rows.end(),
                       [](const SyncRow& row) { return row.open.lots < 0; });
}

}  // namespace

SyncReason BookSync::refuse(SyncReason reason) {
    lose(reason);
    return reason;
}

// ------------------------------------------------------------------------------------- changes

SyncReason BookSync::apply(std::uint64_t id, const SyncRows& rows, SyncChanges& changes,
                           bool watched) {
    changes.clear();
    if (!watched && apply_unwatched(rows, changes)) {
        position_ = {id, false};
        return SyncReason::none;
    }
    if (!apply_side(Side::buy, rows.bids, changes) || !apply_side(Side::sell, rows.asks, changes)) {
        take_back(changes);
        changes.clear();
        const bool negative = any_negative(rows.bids) || any_negative(rows.asks);
        return refuse(negative ? SyncReason::bad_number : SyncReason::too_many_levels);
    }
    if (rows.depth != 0) {
        cut(Side::buy, rows.depth, changes);
        cut(Side::sell, rows.depth, changes);
    }
    if (rows.checksum && !checksum_holds(rows)) {
        take_back(changes);
        changes.clear();
        return refuse(SyncReason::checksum);
    }
    position_ = {id, false};
    return SyncReason::none;
}

/// False, and nothing done, where it might have to be taken back or rows are out of order.
bool BookSync::apply_unwatched(const SyncRows& rows, SyncChanges& changes) {
    if (rows.checksum || rows.depth != 0 || !put_best_first(Side::buy, rows.bids) ||
        !put_best_first(Side::sell, rows.asks) || !book_.takes_sorted(Side::buy, rows.bids) ||
        !book_.takes_sorted(Side::sell, rows.asks))
        return false;
    const bool bid_changed = book_.set_unwatched(Side::buy, rows.bids);
    const bool ask_changed = book_.set_unwatched(Side::sell, rows.asks);
    changes.touch_changed = bid_changed || ask_changed;
    return true;
}

bool BookSync::apply_side(Side side, std::span<SyncRow> rows, SyncChanges& changes) {
    if (put_best_first(side, rows) && book_.set_sorted(side, rows, changes)) return true;
    for (const SyncRow& row : rows)
        if (!apply_row(side, row, changes)) return false;
    return true;
}

bool BookSync::apply_row(Side side, const SyncRow& row, SyncChanges& changes) {
    const LevelBookChange change = book_.set(side, row.price, row.open, 0);
    if (change.changed()) {
        changes.add(change, book_.before());
        return true;
    }
    return change.status != book::LevelApplied::negative_quantity &&
           change.status != book::LevelApplied::over_limit;
}

/// Not by the book's own truncation: a change may first push a level out and then remove a better
/// one, and the venue cuts only behind all of it.
void BookSync::cut(Side side, std::uint32_t depth, SyncChanges& changes) {
    while (book_.count(side) > depth) {
        const Level worst = book_.levels(side).front();
        apply_row(side, {worst.price, {0}}, changes);
    }
}

void BookSync::take_back(const SyncChanges& changes) {
    for (std::size_t i = changes.made.size(); i-- > 0;) {
        const LevelBookChange& change = changes.made[i];
        const Level& before = changes.before[i];
        if (change.status == book::LevelApplied::inserted)
            book_.set(change.side, change.level.price, {0}, 0);
        else
            book_.set(change.side, before.price, before.open, before.order_count);
    }
}

bool BookSync::checksum_holds(const SyncRows& rows) const {
    return book_checksum(rules_.checksum, book_.levels(Side::buy), book_.levels(Side::sell),
                         rows.price, rows.quantity) == rows.checksum;
}

// ----------------------------------------------------------------------------------- snapshots

SyncReason BookSync::replace(std::uint64_t id, const SyncRows& rows) {
    if (any_negative(rows.bids) || any_negative(rows.asks)) return refuse(SyncReason::bad_number);
    std::span<SyncRow> bids = arrange(Side::buy, rows.bids);
    std::span<SyncRow> asks = arrange(Side::sell, rows.asks);
    if (rows.depth != 0) {
        bids = bids.last(std::min<std::size_t>(bids.size(), rows.depth));
        asks = asks.last(std::min<std::size_t>(asks.size(), rows.depth));
    }
    if (std::max(bids.size(), asks.size()) > book_.limits().levels)
        return refuse(SyncReason::too_many_levels);
    if (rows.checksum &&
        book_checksum(rules_.checksum, bids, asks, rows.price, rows.quantity) != rows.checksum)
        return refuse(SyncReason::checksum);
    book_.clear();
    if (!fill(Side::buy, bids) || !fill(Side::sell, asks)) {
        book_.clear();
        return refuse(SyncReason::too_many_levels);  // its memory budget is used up
    }
    position_ = {id, true};
    state_ = SyncState::in_sync;
    reason_ = SyncReason::none;
    return SyncReason::none;
}

bool BookSync::fill(Side side, std::span<const SyncRow> worst_first) {
    for (const SyncRow& row : worst_first)
        if (!book_.set(side, row.price, row.open, 0).changed()) return false;
    return true;
}

// --------------------------------------------------------------------------------------- scale

bool BookSync::rescale(std::int64_t price_factor, std::int64_t quantity_factor,
                       std::vector<Level>& scratch) {
    scratch.clear();
    for (const Side side : {Side::buy, Side::sell})
        for (Level level : book_.levels(side)) {
            if (__builtin_mul_overflow(level.price.ticks, price_factor, &level.price.ticks) ||
                __builtin_mul_overflow(level.open.lots, quantity_factor, &level.open.lots))
                return false;
            scratch.push_back(level);
        }
    const std::size_t bids = book_.count(Side::buy);
    book_.clear();
    for (std::size_t i = 0; i < scratch.size(); ++i)
        book_.set(i < bids ? Side::buy : Side::sell, scratch[i].price, scratch[i].open,
                  scratch[i].order_count);
    return true;
}

bool BookSync::is_crossed() const {
    const book::LevelRows bids = book_.levels(Side::buy);
    const book::LevelRows asks = book_.levels(Side::sell);
    return !bids.empty() && !asks.empty() && bids.back().price >= asks.back().price;
}

}  // namespace tickweir::gateway
