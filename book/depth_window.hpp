// What to tell somebody who holds exactly the best N levels of a side: the rows that a change of
// the book adds to, changes in or takes from that window. Pure arithmetic on ranks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "book/level_book.hpp"
#include "book/types.hpp"

namespace tickweir::book {

/// Absolute levels of one side, to be applied in this order; `open` 0 removes the level.
struct DepthRows {
    std::array<Level, 2> rows{};
    std::size_t count = 0;

    std::span<const Level> all() const { return {rows.data(), count}; }
};

struct DepthWindow {
    std::size_t levels = 10;  ///< N, of each side; at least 1

    /// The rows for one who holds the window as it was before `change`, the last one of `book`.
    /// A level that leaves comes first, so that never more than N are held. Several changes' rows
    /// are applied one after the other, and may name a price twice. Constant time; allocates
    /// nothing.
    DepthRows rows(const LevelBook& book, const LevelBookChange& change) const {
        DepthRows told;
        if (!change.changed() || change.rank >= levels) return told;
        switch (change.status) {
            case LevelApplied::inserted:
                // What stood last in the window now stands behind it, or was truncated.
                if (auto pushed = or_edge(book.level(change.side, levels), change))
                    told.rows[told.count++] = {pushed->price, {0}, 0};
                told.rows[told.count++] = change.level;
                break;
            case LevelApplied::removed:
                told.rows[told.count++] = change.level;
                // What stood behind the window now stands last in it, or is back in the book.
                if (auto entered = or_edge(book.level(change.side, levels - 1), change))
                    told.rows[told.count++] = *entered;
                break;
            case LevelApplied::updated:
                told.rows[told.count++] = change.level;
                break;
            case LevelApplied::unchanged:
            case LevelApplied::absent:
            case LevelApplied::beyond_limit:
            case LevelApplied::negative_quantity:
            case LevelApplied::over_limit:
                break;
        }
        return told;
    }

private:
    // A window wider than a truncated side reaches over its edge; a narrower one never sees it.
    static std::optional<Level> or_edge(const std::optional<Level>& level,
                                        const LevelBookChange& change) {
        return level ? level : change.edge;
    }
};

}  // namespace tickweir::book
