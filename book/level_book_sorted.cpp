// Setting several levels of one side together: they are looked for together, and what each row is
// costs no branch where its price has a slot.
#include <algorithm>
#include <array>
#include <bit>

#include "book/level_book.hpp"

namespace tickweir::book {
namespace {

/// Prices that are looked for together.
constexpr std::size_t group = std::tuple_size_v<LevelSlots::Wanted>;

/// What a row does to a slot of its price: by whether a level is there, and whether one stays.
constexpr std::array kinds{LevelApplied::absent, LevelApplied::inserted, LevelApplied::removed,
                           LevelApplied::updated};

/// Of each of these places, best first, how many levels stand there or better.
void find_ranks(const LevelSlots& slots, std::span<const std::int64_t> places,
                std::array<std::uint32_t, group>& ranks, std::vector<std::uint32_t>& better) {
    const std::span<const std::uint64_t> taken = slots.taken();
    if (better.size() < taken.size()) better.resize(taken.size());
    // `better`: how many stand in better words. The last place may be behind the last word.
    std::uint32_t count = 0;
    const auto worst = static_cast<std::size_t>(places.back()) / 64;
    for (std::size_t word = (slots.end() + 63) / 64; word-- > worst;) {
        better[word] = count;
        count += static_cast<std::uint32_t>(std::popcount(taken[word]));
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto slot = static_cast<std::size_t>(places[i]);
        ranks[i] = slot >= slots.end()
                       ? 0
                       : better[slot / 64] + static_cast<std::uint32_t>(
                                                 std::popcount(taken[slot / 64] >> slot % 64));
    }
}

}  // namespace

bool LevelBook::set_sorted(Side side, std::span<const LevelSet> best_first,
                           LevelBookChanges& changes) {
    LevelSlots& slots = of(side);
    if (limits_.truncates || slots.count() > limits_.levels ||
        best_first.size() > limits_.levels - slots.count())
        return false;
    std::int64_t signs = 0;
    for (const LevelSet& row : best_first)
        signs |= row.open.lots;
    if (signs < 0) return false;
    if (!slots.reserve(static_cast<std::uint32_t>(best_first.size()), budget_)) return false;
    last_.reset();
    const std::size_t made_before = changes.made.size();
    changes.made.reserve(made_before + best_first.size());
    changes.before.reserve(made_before + best_first.size());
    for (; !best_first.empty(); best_first = best_first.subspan(std::min(group, best_first.size())))
        set_group(side, best_first.first(std::min(group, best_first.size())), changes);
    version_ += changes.made.size() - made_before;
    return true;
}

/// Two passes, since nothing tells what the next row is: the first writes what each changes and
/// does what needs no new slot, without a branch on it; the second inserts. Ranks are those that
/// calls of set() one after the other would find: the levels better than the row's as they stood
/// before the group, and what came and went since.
void LevelBook::set_group(Side side, std::span<const LevelSet> best_first,
                          LevelBookChanges& changes) {
    LevelSlots& slots = of(side);
    LevelSlots::Wanted keys{};
    LevelSlots::Wanted places;
    std::array<std::uint32_t, group> ranks;
    std::array<std::uint32_t, group> inserted;
    for (std::size_t i = 0; i < best_first.size(); ++i)
        keys[i] = slots.key(best_first[i].price);
    slots.find_together(keys, best_first.size(), places);
    find_ranks(slots, {places.data(), best_first.size()}, ranks, changes.better);
    std::size_t insertions = 0;
    std::uint32_t shift = 0;  // insertions less removals; may wrap, as sums of it do back
    for (std::size_t i = 0; i < best_first.size(); ++i) {
        const LevelSet& set = best_first[i];
        const auto [had_slot, found, was] =
            slots.put(static_cast<LevelSlots::Slot>(places[i]), keys[i], set.open);
        const unsigned stays = set.open.lots != 0 ? 1 : 0;
        inserted[insertions] = static_cast<std::uint32_t>(i);
        insertions += stays & ~had_slot;
        const unsigned comes_or_goes = found ^ stays;
        const unsigned other_open = unsigned{was.open != set.open};
        const unsigned differs = other_open | unsigned{was.order_count != 0};
        if ((comes_or_goes | (found & differs)) == 0) continue;
        const std::uint32_t rank = ranks[i] - found + shift;
        const unsigned touch = unsigned{rank == 0} & (comes_or_goes | other_open);
        changes.made.emplace_back(kinds[2 * found + stays], side, touch != 0, rank,
                                  Level{set.price, set.open, 0}, std::nullopt);
        changes.before.emplace_back(set.price, was.open, was.order_count);
        changes.touch_changed |= touch != 0;
        shift += stays - found;
    }
    for (std::size_t n = 0; n < insertions; ++n) {
        const std::size_t i = inserted[n];
        const LevelSlots::Slot at = slots.near(static_cast<LevelSlots::Slot>(places[i]), keys[i]);
        slots.insert(at, {best_first[i].price, best_first[i].open, 0});
    }
    slots.trim();
}

}  // namespace tickweir::book
