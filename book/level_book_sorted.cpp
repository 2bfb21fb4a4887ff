// Setting several levels of one side together: they are found one behind the other, and what has to
// make room or to close up moves once, not once a level.
#include <algorithm>
#include <array>
#include <cstring>

#include "book/level_book.hpp"

namespace tickweir::book {
namespace {

using Move = LevelBookChanges::Move;

/// Prices that are looked for together.
constexpr std::size_t group = 32;

/// Finds for each price the first rank below `count` whose level is not better; `count` if all are.
/// By halves, all of them one half further before the next: the loads of one search wait for each
/// other, those of several do not, and no branch depends on a price.
template <Side side>
void find_together(const Level* behind_best, std::uint32_t count, std::span<const LevelSet> wanted,
                   std::array<std::uint32_t, group>& ranks) {
    const auto is_better = [&](std::uint32_t rank, Price price) {
        const Price there = (behind_best - 1 - rank)->price;
        return static_cast<std::uint32_t>(side == Side::buy ? there > price : there < price);
    };
    for (std::size_t i = 0; i < wanted.size(); ++i)
        ranks[i] = 0;
    std::uint32_t left = count;
    for (; left > 1; left -= left / 2) {
        const std::uint32_t half = left / 2;
        for (std::size_t i = 0; i < wanted.size(); ++i)
            ranks[i] += half & (0U - is_better(ranks[i] + half - 1, wanted[i].price));
    }
    if (left == 0) return;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        ranks[i] += is_better(ranks[i], wanted[i].price);
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
    Level nobody;
    for (std::size_t i = made_before; i < changes.made.size(); ++i) {
        const LevelBookChange& change = changes.made[i];
        const bool inserted = change.status == LevelApplied::inserted;
        // The place is final: what came behind was worse.
        const std::uint32_t place = (rows.end - 1 - change.rank) & (0U - std::uint32_t{inserted});
        Level* const places[]{&nobody, rows.memory.get() + place};
        *places[inserted] = change.level;
    }
    version_ += changes.made.size() - made_before;
    return true;
}

/// Updates levels where they are, and notes what is to be inserted and removed, with the ranks that
/// calls of set() one after the other would find. What each row is cannot be foretold either, so
/// everything is written and then kept or not.
template <Side side>
void LevelBook::note_sorted(Rows& rows, std::span<const LevelSet> best_first,
                            LevelBookChanges& changes) {
    constexpr std::array kinds{LevelApplied::absent, LevelApplied::inserted, LevelApplied::removed,
                               LevelApplied::updated};
    std::size_t made = changes.made.size();
    std::size_t moved = 0;
    changes.made.resize(made + best_first.size());
    changes.before.resize(made + best_first.size());
    changes.moves.resize(best_first.size());
    Level* const behind_best = rows.memory.get() + rows.end;
    const std::uint32_t count = rows.count();
    std::array<std::uint32_t, group> ranks;
    std::uint32_t shift = 0;  // insertions less removals; may wrap, as sums of it do back
    unsigned touched = 0;
    for (std::size_t i = 0; i < best_first.size(); ++i) {
        if (i % group == 0)
            find_together<side>(behind_best, count,
                                best_first.subspan(i, std::min(group, best_first.size() - i)),
                                ranks);
        const LevelSet& set = best_first[i];
        const std::uint32_t at = ranks[i % group];
        Level nobody;
        Level* const there = at < count ? behind_best - 1 - at : &nobody;
        const unsigned found = unsigned{at < count} & unsigned{there->price == set.price};
        const unsigned stays = set.open.lots != 0 ? 1 : 0;
        const unsigned comes_or_goes = found ^ stays;
        const unsigned other_open = there->open != set.open ? 1 : 0;
        const unsigned differs = other_open | unsigned{there->order_count != 0};
        const unsigned changed = comes_or_goes | (found & differs);
        const std::uint32_t rank = at + shift;
        const unsigned touch = unsigned{rank == 0} & changed & (comes_or_goes | other_open);
        const Level level{set.price, set.open, 0};
        changes.before[made] = *there;
        changes.made[made] = {kinds[2 * found + stays], side, touch != 0, rank, level, {}};
        changes.moves[moved] = {at, rank, stays != 0};
        made += changed;
        moved += comes_or_goes;
        Level* const places[]{&nobody, there};
        *places[found & stays] = level;
        shift += comes_or_goes * (2 * stays - 1);
        touched |= touch;
    }
    changes.made.resize(made);
    changes.before.resize(made);
    changes.moves.resize(moved);
    changes.touch_changed |= touched != 0;
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
