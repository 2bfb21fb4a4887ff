// Setting several levels of one side together: they are found one behind the other, and what has to
// make room or to close up moves once, not once a level.
#include <algorithm>
#include <cstring>

#include "book/level_book.hpp"

namespace tickweir::book {
namespace {

using Move = LevelBookChanges::Move;

/// The first rank from `from` on whose level is not better than `price`: in steps that double, then
/// by halves without branches, for how far it is cannot be foretold.
template <Side side>
std::uint32_t first_not_better(const Level* behind_best, std::uint32_t from, std::uint32_t count,
                               Price price) {
    const auto is_better = [&](std::uint32_t rank) {
        const Price there = (behind_best - 1 - rank)->price;
        return side == Side::buy ? there > price : there < price;
    };
    std::uint32_t width = 4;
    while (width <= count - from && is_better(from + width - 1)) {
        from += width;
        width *= 2;
    }
    std::uint32_t left = std::min(width, count - from);
    while (left > 1) {
        const std::uint32_t half = left / 2;
        from += is_better(from + half - 1) ? half : 0;
        left -= half;
    }
    return from + (left == 1 && is_better(from) ? 1 : 0);
}

}  // namespace

bool LevelBook::set_sorted(Side side, std::span<const LevelSet> best_first,
                           LevelBookChanges& changes) {
    Rows& rows = of(side);
    if (limits_.truncates || rows.count() > limits_.levels ||
        best_first.size() > limits_.levels - rows.count())
        return false;
    for (const LevelSet& row : best_first)
        if (row.open.lots < 0) return false;
    while (best_first.size() > rows.capacity - rows.end)
        if (!grow(rows)) return false;
    last_.reset();
    const std::size_t made_before = changes.made.size();
    changes.moves.clear();
    if (side == Side::buy)
        note_sorted<Side::buy>(rows, best_first, changes);
    else
        note_sorted<Side::sell>(rows, best_first, changes);
    move_levels(rows, changes.moves);
    for (std::size_t i = made_before; i < changes.made.size(); ++i) {
        const LevelBookChange& change = changes.made[i];
        // The place is final: what came behind was worse.
        if (change.status == LevelApplied::inserted) rows.row(change.rank) = change.level;
    }
    version_ += changes.made.size() - made_before;
    return true;
}

/// Updates levels where they are, and notes what is to be inserted and removed, with the ranks that
/// calls of set() one after the other would find.
template <Side side>
void LevelBook::note_sorted(Rows& rows, std::span<const LevelSet> best_first,
                            LevelBookChanges& changes) {
    Level* const behind_best = rows.memory.get() + rows.end;
    const std::uint32_t count = rows.count();
    std::uint32_t from = 0;
    std::uint32_t inserted = 0;
    std::uint32_t removed = 0;
    for (const LevelSet& set : best_first) {
        const std::uint32_t at = first_not_better<side>(behind_best, from, count, set.price);
        const std::uint32_t rank = at + inserted - removed;
        const Level level{set.price, set.open, 0};
        const bool found = at < count && (behind_best - 1 - at)->price == set.price;
        from = at;
        if (!found) {
            if (set.open.lots == 0) continue;
            changes.add({LevelApplied::inserted, side, rank == 0, rank, level, {}}, {});
            changes.moves.push_back({at, rank, true});
            ++inserted;
            continue;
        }
        ++from;
        Level& there = *(behind_best - 1 - at);
        if (set.open.lots == 0) {
            changes.add({LevelApplied::removed, side, rank == 0, rank, level, {}}, there);
            changes.moves.push_back({at, rank, false});
            ++removed;
        } else if (there != level) {
            const bool touch = rank == 0 && there.open != level.open;
            changes.add({LevelApplied::updated, side, touch, rank, level, {}}, there);
            there = level;
        }
    }
}

/// Levels between two moves go as far as there are more insertions than removals behind them
/// (worse): worse ones than all stay. In memory the best is last:
///
///     | stay | segment n | ... | segment 0 | free     up: the best ones first,
///            ^ the worst move                         down: the worst ones first
///
/// Neighbours differ by one step, so that no segment goes over one that has not gone yet.
void LevelBook::move_levels(Rows& rows, std::span<const Move> moves) {
    std::int64_t total = 0;
    for (const Move& move : moves)
        total += move.inserted ? 1 : -1;
    Level* const behind_best = rows.memory.get() + rows.end;
    const auto shift = [&](std::uint32_t begin, std::uint32_t end, std::int64_t by) {
        if (begin != end)
            std::memmove(behind_best - end + by, behind_best - end, (end - begin) * sizeof(Level));
    };
    std::int64_t by = total;
    std::uint32_t begin = 0;
    for (const Move& move : moves) {
        if (by > 0) shift(begin, move.old_rank, by);
        begin = move.old_rank + (move.inserted ? 0 : 1);
        by -= move.inserted ? 1 : -1;
    }
    for (std::size_t i = moves.size(); i-- > 0;) {
        by += moves[i].inserted ? 1 : -1;
        const bool first = i == 0;
        const std::uint32_t from =
            first ? 0 : moves[i - 1].old_rank + (moves[i - 1].inserted ? 0 : 1);
        if (by < 0) shift(from, moves[i].old_rank, by);
    }
    rows.end = static_cast<std::uint32_t>(rows.end + total);
}

}  // namespace tickweir::book
