// The L2 book of one instrument: absolute levels, as venues that publish no orders send them. Knows
// nothing of orders, sequence numbers or whether what it is told is true. One owner thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "book/budget.hpp"
#include "book/level_slots.hpp"
#include "book/types.hpp"

namespace tickweir::book {

/// What became of a level that a book was told.
enum class LevelApplied : std::uint8_t {
    inserted,           ///< a price that was not there
    updated,            ///< another quantity or count of orders at a price that was there
    removed,            ///< the price is gone
    unchanged,          ///< it stood like that already
    absent,             ///< nothing was there to remove
    beyond_limit,       ///< worse than the best levels that a truncated side keeps
    negative_quantity,  ///< refused
    over_limit,         ///< refused: the side is full, or its memory budget is
};
/// The name of a status as it stands in reports and metrics.
std::string_view to_string(LevelApplied applied);

/// What one call changed; built in registers. Unless `changed()`, the book is as it was.
struct LevelBookChange {
    LevelApplied status = LevelApplied::unchanged;
    Side side = Side::buy;
    bool touch_changed = false;  ///< the best price of the side, or what is open there, moved
    std::uint32_t rank = 0;      ///< 0 is best: where the level stands, or stood if it was removed
    Level level;                 ///< as it stands now; `open` 0: gone
    /// At the other end of a truncated side: the level that an insertion pushed out or, after the
    /// undoing of such an insertion (`removed`), the one that is back.
    std::optional<Level> edge;

    constexpr bool changed() const { return status <= LevelApplied::removed; }
    friend constexpr bool operator==(const LevelBookChange&, const LevelBookChange&) = default;
};

/// What several levels set together changed. Kept by the caller, so that it is allocated once.
struct LevelBookChanges {
    std::vector<LevelBookChange> made;
    std::vector<Level> before;  ///< of each the level as it was; of an insertion anything
    bool touch_changed = false;
    std::vector<std::uint32_t> better;  ///< for ranks while levels are set; its own business

    void clear() {
        made.clear();
        before.clear();
        touch_changed = false;
    }
    void add(const LevelBookChange& change, const Level& was) {
        made.push_back(change);
        before.push_back(was);
        touch_changed |= change.touch_changed;
    }
};

/// What a book may grow to.
struct LevelBookLimits {
    std::uint32_t levels = 65'536;  ///< a side; at least 1
    /// At the limit: true, and the worst level makes room for a better one, as a venue's book of a
    /// fixed depth does; false, and the newcomer is refused.
    bool truncates = false;
};

/// Two sides of levels, each sorted with gaps (LevelSlots): where levels come and go near each
/// other, as they do, a change moves a few of them. A side without levels yet takes no memory; then
/// it doubles.
class LevelBook {
public:
    /// The budget, if given, is charged with what the levels take, and outlives the book.
    explicit LevelBook(const LevelBookLimits& limits = {}, MemoryBudget* budget = nullptr);

    /// The side now has `open` at that price, in `order_count` orders (0 where the venue does not
    /// say); 0 open removes the level.
    LevelBookChange set(Side side, Price price, Quantity open, std::uint32_t order_count);

    /// Sets several levels, strictly best first and without order counts, as that many calls of
    /// set() would, and adds what they changed. False, and nothing changed, where the side's limit
    /// or memory might not hold them, where it truncates, or where a quantity is negative: set()
    /// knows better. What it changed undo() does not take back.
    bool set_sorted(Side side, std::span<const LevelSet> best_first, LevelBookChanges& changes);

    /// Whether set_sorted() would set them; makes the room.
    bool takes_sorted(Side side, std::span<const LevelSet> best_first);

    /// What takes_sorted() just answered true for, where nobody wants to know what changes: answers
    /// only whether the best price, or what is open there, did.
    bool set_unwatched(Side side, std::span<const LevelSet> best_first);

    /// Takes the last call of set() back and answers what that changed; `unchanged` if it had
    /// changed nothing, or if undo() or clear() came since.
    LevelBookChange undo();

    /// The level as it was before the last call of set() that updated or removed one.
    const Level& before() const { return before_; }

    /// Empties both sides and keeps their memory.
    void clear();

    /// Changes so far, those of undo() and clear() too.
    std::uint64_t version() const { return version_; }
    std::size_t count(Side side) const { return of(side).count(); }
    const LevelBookLimits& limits() const { return limits_; }
    /// Bytes that the levels' memory takes.
    std::size_t bytes() const;

    std::optional<Level> best(Side side) const { return level(side, 0); }
    /// The level of that rank; 0 is best.
    std::optional<Level> level(Side side, std::size_t rank) const {
        const LevelSlots& slots = of(side);
        if (rank >= slots.count()) return std::nullopt;
        return slots.level(rank == 0 ? slots.end() - 1 : slots.at_rank(rank));
    }
    std::optional<Level> find(Side side, Price price) const;
    /// The rank of the level at that price.
    std::optional<std::uint32_t> rank(Side side, Price price) const;
    /// Copies the best levels, best first, as many as there are and `out` has room for.
    std::size_t top(Side side, std::span<Level> out) const;
    /// All levels, best last; valid until the next change.
    LevelRows levels(Side side) const { return LevelRows{of(side)}; }

private:
    struct Place {
        LevelSlots::Slot slot;  // of the level, or before which it would stand
        std::uint32_t rank;
        bool found;
    };

    LevelSlots& of(Side side) { return sides_[static_cast<std::size_t>(side)]; }
    const LevelSlots& of(Side side) const { return sides_[static_cast<std::size_t>(side)]; }

    Place place_of(Side side, Price price) const;
    LevelBookChange insert(Side side, const Place& place, const Level& level);
    LevelBookChange update(Side side, const Place& place, const Level& level);
    LevelBookChange remove(Side side, const Place& place, Price price);
    LevelBookChange changed(const LevelBookChange& change);
    void set_group(Side side, std::span<const LevelSet> best_first, LevelBookChanges* changes);

    LevelBookLimits limits_;
    MemoryBudget* budget_;
    std::array<LevelSlots, 2> sides_{LevelSlots{Side::buy}, LevelSlots{Side::sell}};
    std::uint64_t version_ = 0;
    // The last change, if it can be undone, and the level before it (of an update or a removal).
    std::optional<LevelBookChange> last_;
    Level before_;
};

}  // namespace tickweir::book
