// The price levels of one side of a book, kept as rows sorted by priority with the best one last:
// activity near the touch moves few bytes and stays in cache.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "book/prefetch.hpp"
#include "book/row_arena.hpp"
#include "book/row_search.hpp"
#include "book/slots.hpp"
#include "book/types.hpp"

namespace tickweir::book {

/// One level's place among its side's rows. `key` grows with priority on both sides: the price of a
/// bid, the complement of an ask's (which, unlike the negative, cannot overflow).
struct LevelRow {
    std::int64_t key;
    Handle level;
};

constexpr std::int64_t key_of(Side side, Price price) {
    return side == Side::buy ? price.ticks : ~price.ticks;
}

/// One side's sorted rows: an array of keys, which is searched, and one of handles behind it.
/// Finding goes from the touch in steps of eight rows and halves the rest; inserting and erasing
/// move the rows between the place and the touch. All zero bytes are an empty side.
class SideRows {
public:
    using Arena = RowArena;

    struct Place {
        std::uint32_t index;  ///< of the level, or where it belongs
        bool found;
    };

    [[gnu::always_inline]] Place find(std::int64_t key) const {
        std::uint32_t i = count_;
        for (unsigned step = 0; i >= keys_at_once; ++step) {
            const std::uint32_t above = count_above(keys_ + i - keys_at_once, key);
            i -= above;
            if (above != keys_at_once) [[likely]]
                return placed(i, key);
            if (step == steps_from_touch) [[unlikely]] {
                i = static_cast<std::uint32_t>(std::upper_bound(keys_, keys_ + i, key) - keys_);
                return placed(i, key);
            }
        }
        while (i > 0 && keys_[i - 1] > key)
            --i;
        return placed(i, key);
    }

    /// Makes room for one more row; false when the arena has none left.
    [[nodiscard]] bool ready(RowArena& arena) {
        if (count_ < capacity()) [[likely]]
            return true;
        return resize(arena, capacity() == 0 ? RowArena::smallest : capacity() * 2);
    }

    /// Requires `ready()` and a place where nothing was found.
    void insert(const Place& place, LevelRow row) {
        const std::size_t behind = count_ - place.index;
        std::int64_t* const key = keys_ + place.index;
        Handle* const level = levels() + place.index;
        std::memmove(key + 1, key, behind * sizeof *key);
        std::memmove(level + 1, level, behind * sizeof *level);
        *key = row.key;
        *level = row.level;
        if (behind == 0) best_ = row.level;
        ++count_;
    }

    /// Requires a place where something was found, and nothing inserted or erased since.
    void erase(const Place& place, RowArena& arena) {
        --count_;
        const std::size_t behind = count_ - place.index;
        std::int64_t* const key = keys_ + place.index;
        Handle* const level = levels() + place.index;
        std::memmove(key, key + 1, behind * sizeof *key);
        std::memmove(level, level + 1, behind * sizeof *level);
        if (behind == 0) best_ = count_ == 0 ? 0 : level[-1];
        if (count_ <= capacity() / 4 && capacity() > RowArena::smallest) [[unlikely]]
            (void)resize(arena, capacity() / 2);
    }

    Handle at(Place place) const { return levels()[place.index]; }
    /// Whether the level at the place (just found or inserted) is the best one.
    bool is_best(Place place) const { return place.index + 1 == count_; }

    bool empty() const { return count_ == 0; }
    std::uint32_t size() const { return count_; }
    void clear() {
        count_ = 0;
        best_ = 0;
    }
    /// The best level, or 0.
    Handle best() const { return best_; }

    /// The levels' handles, worst first.
    const Handle* levels() const {
        return static_cast<const Handle*>(static_cast<const void*>(keys_ + capacity()));
    }

    /// Look-ahead: brings the rows next to the touch towards the cache, if they are `wanted`.
    /// Without a branch, for nobody can foretell whether they are.
    [[gnu::always_inline]] void prefetch(bool wanted = true) const {
        const std::uint32_t last = count_ == 0 ? 0 : count_ - 1;
        book::prefetch(wanted ? static_cast<const void*>(keys_ + last) : this);
        book::prefetch(wanted ? static_cast<const void*>(levels() + last) : this);
    }

    /// Look-ahead: the level next to where that key belongs, if that is among the eight best; if
    /// not, 0, and the next rows on the way are brought towards the cache.
    [[gnu::always_inline]] Handle guess(std::int64_t key) const {
        if (count_ < keys_at_once) [[unlikely]]
            return best_;
        const std::uint32_t rest = count_ - keys_at_once;
        const std::uint32_t above = count_above(keys_ + rest, key);
        if (above < keys_at_once) [[likely]]
            return levels()[count_ - above - 1];
        for (std::uint32_t step = keys_at_once; step <= 4 * keys_at_once; step += keys_at_once)
            book::prefetch(keys_ + (rest > step ? rest - step : 0));
        return 0;
    }

private:
    static constexpr unsigned steps_from_touch = 8;

    Place placed(std::uint32_t i, std::int64_t key) const {
        if (i > 0 && keys_[i - 1] == key) return {i - 1, true};
        return {i, false};
    }

    /// 0 when there is no block yet.
    std::uint32_t capacity() const { return (std::uint32_t{1} << capacity_log2_) & ~1U; }
    Handle* levels() { return static_cast<Handle*>(static_cast<void*>(keys_ + capacity())); }

    [[gnu::noinline]] bool resize(RowArena& arena, std::uint32_t rows_wanted) {
        std::int64_t* const block = arena.take(rows_wanted);
        if (block == nullptr) return false;
        SideRows moved = *this;
        moved.keys_ = block;
        moved.capacity_log2_ = static_cast<std::uint32_t>(std::countr_zero(rows_wanted)) & 31U;
        if (capacity() != 0) {
            std::copy_n(keys_, count_, moved.keys_);
            std::copy_n(levels(), count_, moved.levels());
            arena.give_back(keys_, capacity());
        }
        *this = moved;
        return true;
    }

    std::int64_t* keys_;
    std::uint32_t count_ : 27;
    std::uint32_t capacity_log2_ : 5;
    Handle best_;
};
static_assert(sizeof(SideRows) == 16);

}  // namespace tickweir::book
