// The naive twin of the L2 book: two sorted maps, copied whole before each change. The oracle of
// the random tests of books and windows; it shares the vocabulary with them and none of their
// parts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <ostream>
#include <vector>

#include "book/level_book.hpp"
#include "book/types.hpp"
#include "tests/support/book_text.hpp"

namespace tickweir::book {

inline std::ostream& operator<<(std::ostream& out, const LevelBookChange& change) {
    out << to_string(change.status) << " " << change.side << " " << change.level << " at "
        << change.rank << (change.touch_changed ? ", touch" : "");
    if (change.edge) out << ", edge " << *change.edge;
    return out;
}

}  // namespace tickweir::book

namespace tickweir::tests {

class NaiveLevelBook {
public:
    NaiveLevelBook(std::size_t levels, bool truncates) : levels_(levels), truncates_(truncates) {}

    book::LevelBookChange set(book::Side side, book::Price price, book::Quantity open,
                              std::uint32_t order_count) {
        before_.clear();
        using book::LevelApplied;
        const book::Level level{price, open, order_count};
        const auto answer = [&](LevelApplied status) {
            book::LevelBookChange change;
            change.status = status;
            change.side = side;
            change.level = level;
            change.rank = rank_of(side, price);
            return change;
        };
        if (open.lots < 0) {
            book::LevelBookChange refused = answer(LevelApplied::negative_quantity);
            refused.rank = 0;
            return refused;
        }
        const Rows& rows = sides_[index(side)];
        const auto there = rows.find(key(side, price));
        if (open.lots == 0) {
            book::LevelBookChange change = answer(LevelApplied::absent);
            change.level = {price, {0}, 0};
            return there == rows.end() ? change : apply(change, LevelApplied::removed);
        }
        if (there != rows.end())
            return there->second == level
                       ? answer(LevelApplied::unchanged)
                       : apply(answer(LevelApplied::updated), LevelApplied::updated);
        const bool full = rows.size() == levels_;
        if (full && !truncates_) return answer(LevelApplied::over_limit);
        if (full && rank_of(side, price) == levels_) return answer(LevelApplied::beyond_limit);
        book::LevelBookChange change = answer(LevelApplied::inserted);
        if (full) change.edge = std::prev(rows.end())->second;
        return apply(change, LevelApplied::inserted);
    }

    /// Whether there was something to take back.
    bool undo() {
        if (before_.empty()) return false;
        for (const Before& before : before_) {
            Rows& rows = sides_[index(before.side)];
            if (before.level)
                rows[before.key] = *before.level;
            else
                rows.erase(before.key);
        }
        before_.clear();
        return true;
    }

    void clear() {
        for (Rows& rows : sides_)
            rows.clear();
        before_.clear();
    }

    /// The best levels, best first.
    std::vector<book::Level> top(book::Side side, std::size_t levels) const {
        std::vector<book::Level> best;
        for (const auto& [unused, level] : sides_[index(side)]) {
            if (best.size() == levels) break;
            best.push_back(level);
        }
        return best;
    }

private:
    // Ascending keys are descending priority, so that the maps are sorted best first.
    using Rows = std::map<std::int64_t, book::Level>;

    static std::size_t index(book::Side side) { return side == book::Side::buy ? 0 : 1; }
    static std::int64_t key(book::Side side, book::Price price) {
        return side == book::Side::buy ? ~price.ticks : price.ticks;
    }
    std::uint32_t rank_of(book::Side side, book::Price price) const {
        const Rows& rows = sides_[index(side)];
        return static_cast<std::uint32_t>(
            std::distance(rows.begin(), rows.lower_bound(key(side, price))));
    }

    // Makes the levels at these prices what they are to be, and notes what they were.
    book::LevelBookChange apply(book::LevelBookChange change, book::LevelApplied status) {
        const auto touch = top(change.side, 1);
        if (change.edge) replace(change.side, change.edge->price, std::nullopt);
        if (change.level.open.lots == 0)
            replace(change.side, change.level.price, std::nullopt);
        else
            replace(change.side, change.level.price, change.level);
        change.status = status;
        const auto now = top(change.side, 1);
        change.touch_changed =
            touch.size() != now.size() ||
            (!now.empty() && (touch[0].price != now[0].price || touch[0].open != now[0].open));
        return change;
    }

    void replace(book::Side side, book::Price price, const std::optional<book::Level>& level) {
        Rows& rows = sides_[index(side)];
        const auto there = rows.find(key(side, price));
        before_.push_back({side, key(side, price),
                           there == rows.end() ? std::nullopt : std::optional{there->second}});
        if (level)
            rows[key(side, price)] = *level;
        else
            rows.erase(there);
    }

    struct Before {
        book::Side side;
        std::int64_t key;
        std::optional<book::Level> level;
    };

    std::size_t levels_;
    bool truncates_;
    std::array<Rows, 2> sides_;
    std::vector<Before> before_;  // what the last change replaced
};

}  // namespace tickweir::tests
