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

/// Ranks are those that calls of set() one after the other would find: the levels better than the
/// row's as they stood before the group, and what came and went since.
void add_changes(Side side, std::span<const LevelSet> best_first,
                 std::span<const LevelSlots::Found, group> found_all,
                 const std::array<std::uint32_t, group>& ranks, LevelBookChanges& changes) {
    std::uint32_t shift = 0;  // insertions less removals; may wrap, as sums of it do back
    unsigned touched = 0;
    for (std::size_t i = 0; i < best_first.size(); ++i) {
        const LevelSlots::Found& found = found_all[i];
        if (found.changed == 0) continue;
        const LevelSet& set = best_first[i];
        const unsigned stays = set.open.lots != 0 ? 1 : 0;
        const std::uint32_t rank = ranks[i] - found.taken + shift;
        const unsigned other = (found.taken ^ stays) | unsigned{found.open != set.open};
        const unsigned touch = unsigned{rank == 0} & other;
        changes.made.emplace_back(kinds[2 * found.taken + stays], side, touch != 0, rank,
                                  Level{set.price, set.open, 0}, std::nullopt);
        changes.before.emplace_back(set.price, found.open, found.order_count);
        touched |= touch;
        shift += stays - found.taken;
    }
    changes.touch_changed |= touched != 0;
}

}  // namespace

bool LevelBook::takes_sorted(Side side, std::span<const LevelSet> best_first) {
    LevelSlots& slots = of(side);
    if (limits_.truncates || slots.count() > limits_.levels ||
        best_first.size() > limits_.levels - slots.count())
        return false;
    std::int64_t signs = 0;
    for (const LevelSet& row : best_first)
        signs |= row.open.lots;
    return signs >= 0 && slots.reserve(static_cast<std::uint32_t>(best_first.size()), budget_);
}

bool LevelBook::set_sorted(Side side, std::span<const LevelSet> best_first,
                           LevelBookChanges& changes) {
    if (!takes_sorted(side, best_first)) return false;
    last_.reset();
    const std::size_t made_before = changes.made.size();
    changes.made.reserve(made_before + best_first.size());
    changes.before.reserve(made_before + best_first.size());
    for (; !best_first.empty(); best_first = best_first.subspan(std::min(group, best_first.size())))
        set_group(side, best_first.first(std::min(group, best_first.size())), &changes);
    return true;
}

bool LevelBook::set_unwatched(Side side, std::span<const LevelSet> best_first) {
    last_.reset();
    const std::optional<Level> before = best(side);
    for (; !best_first.empty(); best_first = best_first.subspan(std::min(group, best_first.size())))
        set_group(side, best_first.first(std::min(group, best_first.size())), nullptr);
    const std::optional<Level> after = best(side);
    if (!before || !after) return before.has_value() != after.has_value();
    return before->price != after->price || before->open != after->open;
}

/// Two passes, since nothing tells what the next row is: the first does what needs no new slot,
/// without a branch on it; the second inserts.
void LevelBook::set_group(Side side, std::span<const LevelSet> best_first,
                          LevelBookChanges* changes) {
    LevelSlots& slots = of(side);
    LevelSlots::Wanted keys{};
    LevelSlots::Wanted places;
    std::array<LevelSlots::Found, group> found;
    std::array<std::uint32_t, group> ranks;
    std::array<std::uint32_t, group> inserted;
    for (std::size_t i = 0; i < best_first.size(); ++i)
        keys[i] = slots.key(best_first[i].price);
    slots.find_together(keys, best_first.size(), places);
    if (changes != nullptr)
        find_ranks(slots, {places.data(), best_first.size()}, ranks, changes->better);
    const std::size_t changed = slots.put_together(keys, places, best_first, found);
    version_ += changed;
    if (changes != nullptr && changed != 0) add_changes(side, best_first, found, ranks, *changes);
    std::size_t insertions = 0;
    for (std::size_t i = 0; i < best_first.size(); ++i) {
        inserted[insertions] = static_cast<std::uint32_t>(i);
        insertions += unsigned{best_first[i].open.lots != 0} & ~found[i].had_slot;
    }
    for (std::size_t n = 0; n < insertions; ++n) {
        const std::size_t i = inserted[n];
        const LevelSlots::Slot at = slots.near(static_cast<LevelSlots::Slot>(places[i]), keys[i]);
        slots.insert(at, {best_first[i].price, best_first[i].open, 0});
    }
    slots.trim();
}

}  // namespace tickweir::book
