#include "book/level_book.hpp"

#include <algorithm>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::book {

namespace {

constexpr std::uint32_t smallest_capacity = 16;

}  // namespace

std::string_view to_string(LevelApplied applied) {
    switch (applied) {
        case LevelApplied::inserted:
            return "inserted";
        case LevelApplied::updated:
            return "updated";
        case LevelApplied::removed:
            return "removed";
        case LevelApplied::unchanged:
            return "unchanged";
        case LevelApplied::absent:
            return "absent";
        case LevelApplied::beyond_limit:
            return "beyond_limit";
        case LevelApplied::negative_quantity:
            return "negative_quantity";
        case LevelApplied::over_limit:
            return "over_limit";
    }
    return "?";
}

LevelBook::LevelBook(const LevelBookLimits& limits, MemoryBudget* budget)
    : limits_(limits), budget_(budget) {
    // Capacities double, and must not run out of 32 bits on the way to the limit.
    ensure(limits.levels >= 1 && limits.levels <= std::uint32_t{1} << 29);
}

LevelBook::Place LevelBook::find(const Rows& rows, Side side, Price price) {
    constexpr std::uint32_t near_touch = 16;
    const Level* const best = rows.memory.get() + rows.end;  // behind it, that is
    const std::uint32_t count = rows.count();
    const std::uint32_t near = std::min(count, near_touch);
    std::uint32_t rank = 0;
    while (rank < near && better(side, (best - rank - 1)->price, price))
        ++rank;
    if (rank == near && rank < count) [[unlikely]] {
        const Level* const place = std::lower_bound(
            best - count, best - rank, price,
            [side](const Level& row, Price p) { return better(side, p, row.price); });
        // The first that is not worse: the level itself, or the worst of those better than it.
        if (place != best - rank && place->price == price)
            return {static_cast<std::uint32_t>(best - place) - 1, true};
        return {static_cast<std::uint32_t>(best - place), false};
    }
    return {rank, rank < count && (best - rank - 1)->price == price};
}

LevelBookChange LevelBook::set(Side side, Price price, Quantity open, std::uint32_t order_count) {
    last_.reset();
    const Level level{price, open, order_count};
    if (open.lots < 0) return {LevelApplied::negative_quantity, side, false, 0, level, {}};
    const Place place = find(of(side), side, price);
    LevelBookChange change;
    if (open.lots == 0)
        change = remove(side, place, price);
    else if (place.found)
        change = update(side, place.rank, level);
    else
        change = insert(side, place.rank, level);
    if (change.changed()) last_ = change;
    return change;
}

LevelBookChange LevelBook::insert(Side side, std::uint32_t rank, const Level& level) {
    Rows& rows = of(side);
    const bool full = rows.count() >= limits_.levels;
    if (full && limits_.truncates && rank == rows.count())
        return {LevelApplied::beyond_limit, side, false, rank, level, {}};
    if ((full && !limits_.truncates) || !ready(rows))
        return {LevelApplied::over_limit, side, false, rank, level, {}};

    std::optional<Level> edge;
    if (full) edge = rows.memory[rows.begin++];
    put(rows, rank, level);
    return changed({LevelApplied::inserted, side, rank == 0, rank, level, edge});
}

LevelBookChange LevelBook::update(Side side, std::uint32_t rank, const Level& level) {
    Level& row = of(side).row(rank);
    if (row == level) return {LevelApplied::unchanged, side, false, rank, level, {}};
    before_ = std::exchange(row, level);
    const bool touch = rank == 0 && before_.open != level.open;
    return changed({LevelApplied::updated, side, touch, rank, level, {}});
}

LevelBookChange LevelBook::remove(Side side, const Place& place, Price price) {
    const Level gone{price, {0}, 0};
    if (!place.found) return {LevelApplied::absent, side, false, place.rank, gone, {}};
    Rows& rows = of(side);
    before_ = rows.row(place.rank);
    take_out(rows, place.rank);
    return changed({LevelApplied::removed, side, place.rank == 0, place.rank, gone, {}});
}

LevelBookChange LevelBook::undo() {
    if (!last_) return {};
    const LevelBookChange last = *std::exchange(last_, std::nullopt);
    Rows& rows = of(last.side);
    if (last.status == LevelApplied::updated) return update(last.side, last.rank, Level{before_});
    if (last.status == LevelApplied::removed) {
        put(rows, last.rank, before_);  // its old place is still there
        return changed({LevelApplied::inserted, last.side, last.rank == 0, last.rank, before_, {}});
    }
    take_out(rows, last.rank);
    if (last.edge) rows.memory[--rows.begin] = *last.edge;  // likewise
    const Level gone{last.level.price, {0}, 0};
    return changed({LevelApplied::removed, last.side, last.rank == 0, last.rank, gone, last.edge});
}

void LevelBook::clear() {
    for (Rows& rows : sides_)
        rows.begin = rows.end = 0;
    last_.reset();
    ++version_;
}

std::size_t LevelBook::bytes() const {
    return (std::size_t{sides_[0].capacity} + sides_[1].capacity) * sizeof(Level);
}

std::optional<Level> LevelBook::find(Side side, Price price) const {
    const Place place = find(of(side), side, price);
    if (!place.found) return std::nullopt;
    return level(side, place.rank);
}

std::optional<std::uint32_t> LevelBook::rank(Side side, Price price) const {
    const Place place = find(of(side), side, price);
    if (!place.found) return std::nullopt;
    return place.rank;
}

std::size_t LevelBook::top(Side side, std::span<Level> out) const {
    const std::span<const Level> rows = levels(side);
    const std::size_t count = std::min(rows.size(), out.size());
    std::reverse_copy(rows.end() - static_cast<std::ptrdiff_t>(count), rows.end(), out.begin());
    return count;
}

LevelBookChange LevelBook::changed(const LevelBookChange& change) {
    ++version_;
    return change;
}

void LevelBook::put(Rows& rows, std::uint32_t rank, const Level& level) {
    Level* const end = rows.memory.get() + rows.end++;
    std::move_backward(end - rank, end, end + 1);
    *(end - rank) = level;
}

void LevelBook::take_out(Rows& rows, std::uint32_t rank) {
    Level* const end = rows.memory.get() + rows.end--;
    std::move(end - rank, end, end - rank - 1);
}

// Makes room for one level behind the best one. Levels that were truncated have left room before
// the worst one; once it is half of all, sliding back costs no more than the truncations did.
bool LevelBook::ready(Rows& rows) {
    if (rows.end < rows.capacity) [[likely]]
        return true;
    const bool mostly_used = rows.begin < std::max(rows.capacity / 2, 1U);
    if (mostly_used && grow(rows)) return true;
    if (rows.begin == 0) return false;
    Level* const first = rows.memory.get();
    std::move(first + rows.begin, first + rows.end, first);
    rows.end -= std::exchange(rows.begin, 0);
    return true;
}

bool LevelBook::grow(Rows& rows) {
    const std::uint32_t capacity = std::max(rows.capacity * 2, smallest_capacity);
    Charge charge;
    if (budget_ != nullptr) {
        auto granted = budget_->charge(capacity * sizeof(Level));
        if (!granted) return false;
        charge = *std::move(granted);
    }
    auto memory = std::make_unique_for_overwrite<Level[]>(capacity);
    const Level* const old = rows.memory.get();
    std::copy(old + rows.begin, old + rows.end, memory.get());
    rows.end -= std::exchange(rows.begin, 0);
    rows.memory = std::move(memory);
    rows.charge = std::move(charge);
    rows.capacity = capacity;
    return true;
}

}  // namespace tickweir::book
