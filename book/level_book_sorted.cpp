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

/// How many levels stand in words of bits above each, down to the one of `slot`.
void count_better(const LevelSlots& slots, LevelSlots::Slot slot,
                  std::vector<std::uint32_t>& better) {
    const std::span<const std::uint64_t> taken = slots.taken();
    if (better.size() < taken.size()) better.resize(taken.size());
    std::uint32_t count = 0;
    for (std::size_t word = (slots.end() + 63) / 64; word-- > slot / 64;) {
        better[word] = count;
        count += static_cast<std::uint32_t>(std::popcount(taken[word]));
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

/// Ranks are those that calls of set() one after the other would find: levels better than the row
/// as they stood before the group, and what came and went since. Slots move meanwhile, but little.
void LevelBook::set_group(Side side, std::span<const LevelSet> best_first,
                          LevelBookChanges& changes) {
    LevelSlots& slots = of(side);
    LevelSlots::Wanted keys{};
    LevelSlots::Wanted places;
    std::array<std::uint32_t, group> ranks;
    for (std::size_t i = 0; i < best_first.size(); ++i)
        keys[i] = slots.key(best_first[i].price);
    slots.find_together(keys, best_first.size(), places);
    count_better(slots, static_cast<LevelSlots::Slot>(places[best_first.size() - 1]),
                 changes.better);
    const std::span<const std::uint64_t> taken = slots.taken();
    for (std::size_t i = 0; i < best_first.size(); ++i) {
        const auto slot = static_cast<LevelSlots::Slot>(places[i]);
        ranks[i] = 0;
        if (slot < slots.end())
            ranks[i] = changes.better[slot / 64] +
                       static_cast<std::uint32_t>(std::popcount(taken[slot / 64] >> slot % 64));
    }
    std::uint32_t shift = 0;  // insertions less removals; may wrap, as sums of it do back
    for (std::size_t i = 0; i < best_first.size(); ++i) {
        const LevelSet& set = best_first[i];
        const LevelSlots::Slot at = slots.near(static_cast<LevelSlots::Slot>(places[i]), keys[i]);
        const bool stays = set.open.lots != 0;
        const Level level{set.price, set.open, 0};
        if (!slots.has_slot(at, keys[i])) {
            if (!stays) continue;
            const std::uint32_t rank = ranks[i] + shift++;
            slots.insert(at, level);
            changes.add(LevelApplied::inserted, side, rank == 0, rank, level, {});
            continue;
        }
        const bool found = slots.is_taken(at);
        const Level was = slots.level(at);
        const bool other_open = !found || was.open != set.open;
        if (!(found || stays) || !(other_open || was.order_count != 0)) continue;
        const std::uint32_t rank = ranks[i] + shift - (found ? 1 : 0);
        const bool touch = rank == 0 && other_open;
        slots.put(at, set.open);
        shift += (stays ? 1U : 0U) - (found ? 1U : 0U);
        changes.add(kinds[(found ? 2U : 0U) + (stays ? 1U : 0U)], side, touch, rank, level, was);
    }
}

}  // namespace tickweir::book
