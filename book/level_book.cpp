#include "book/level_book.hpp"

#include <algorithm>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::book {

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

LevelBook::Place LevelBook::place_of(Side side, Price price) const {
    const LevelSlots& slots = of(side);
    const std::int64_t key = slots.key(price);
    const LevelSlots::Slot slot = slots.find(key);
    const bool found = slots.holds(slot, key);
    return {slot, slots.taken_from(slot) - (found ? 1 : 0), found};
}

LevelBookChange LevelBook::set(Side side, Price price, Quantity open, std::uint32_t order_count) {
    last_.reset();
    const Level level{price, open, order_count};
    if (open.lots < 0) return {LevelApplied::negative_quantity, side, false, 0, level, {}};
    const Place place = place_of(side, price);
    LevelBookChange change;
    if (open.lots == 0)
        change = remove(side, place, price);
    else if (place.found)
        change = update(side, place, level);
    else
        change = insert(side, place, level);
    if (change.changed()) last_ = change;
    return change;
}

LevelBookChange LevelBook::insert(Side side, const Place& place, const Level& level) {
    LevelSlots& slots = of(side);
    const bool full = slots.count() >= limits_.levels;
    if (full && limits_.truncates && place.rank == slots.count())
        return {LevelApplied::beyond_limit, side, false, place.rank, level, {}};
    if (full && !limits_.truncates)
        return {LevelApplied::over_limit, side, false, place.rank, level, {}};
    LevelSlots::Slot at = place.slot;
    if (!slots.is_ready(1)) {
        if (!slots.reserve(1, budget_))
            return {LevelApplied::over_limit, side, false, place.rank, level, {}};
        at = slots.find(slots.key(level.price));
    }
    std::optional<Level> edge;
    if (full) {
        edge = slots.level(slots.begin());
        slots.remove(slots.begin());
        at = slots.near(at, slots.key(level.price));
    }
    slots.insert(at, level);
    return changed({LevelApplied::inserted, side, place.rank == 0, place.rank, level, edge});
}

LevelBookChange LevelBook::update(Side side, const Place& place, const Level& level) {
    LevelSlots& slots = of(side);
    const Level there = slots.level(place.slot);
    if (there == level) return {LevelApplied::unchanged, side, false, place.rank, level, {}};
    before_ = there;
    slots.set(place.slot, level.open, level.order_count);
    const bool touch = place.rank == 0 && before_.open != level.open;
    return changed({LevelApplied::updated, side, touch, place.rank, level, {}});
}

LevelBookChange LevelBook::remove(Side side, const Place& place, Price price) {
    const Level gone{price, {0}, 0};
    if (!place.found) return {LevelApplied::absent, side, false, place.rank, gone, {}};
    LevelSlots& slots = of(side);
    before_ = slots.level(place.slot);
    slots.remove(place.slot);
    return changed({LevelApplied::removed, side, place.rank == 0, place.rank, gone, {}});
}

LevelBookChange LevelBook::undo() {
    if (!last_) return {};
    const LevelBookChange last = *std::exchange(last_, std::nullopt);
    LevelSlots& slots = of(last.side);
    const Place place = place_of(last.side, last.level.price);
    if (last.status == LevelApplied::updated) return update(last.side, place, Level{before_});
    if (last.status == LevelApplied::removed) {
        slots.insert(place.slot, before_);  // there is room: it had some
        return changed({LevelApplied::inserted, last.side, last.rank == 0, last.rank, before_, {}});
    }
    slots.remove(place.slot);
    if (last.edge) slots.insert(slots.begin(), *last.edge);  // likewise
    const Level gone{last.level.price, {0}, 0};
    return changed({LevelApplied::removed, last.side, last.rank == 0, last.rank, gone, last.edge});
}

void LevelBook::clear() {
    for (LevelSlots& slots : sides_)
        slots.clear();
    last_.reset();
    ++version_;
}

std::size_t LevelBook::bytes() const {
    return LevelSlots::bytes_for(sides_[0].capacity()) +
           LevelSlots::bytes_for(sides_[1].capacity());
}

std::optional<Level> LevelBook::find(Side side, Price price) const {
    const LevelSlots& slots = of(side);
    const std::int64_t key = slots.key(price);
    const LevelSlots::Slot slot = slots.find(key);
    if (!slots.holds(slot, key)) return std::nullopt;
    return slots.level(slot);
}

std::optional<std::uint32_t> LevelBook::rank(Side side, Price price) const {
    const Place place = place_of(side, price);
    if (!place.found) return std::nullopt;
    return place.rank;
}

std::size_t LevelBook::top(Side side, std::span<Level> out) const {
    const LevelRows rows = levels(side);
    const std::size_t count = std::min(rows.size(), out.size());
    std::copy_n(rows.rbegin(), count, out.begin());
    return count;
}

LevelBookChange LevelBook::changed(const LevelBookChange& change) {
    ++version_;
    return change;
}

}  // namespace tickweir::book
