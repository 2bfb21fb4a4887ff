// The price levels of one side of a book, kept as rows sorted by priority with the best one last:
// activity near the touch moves few bytes and stays in cache.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

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

/// One side's sorted rows, eight to a line of cache: the key in the upper half, the level's handle
/// in the lower. A key beyond 32 bits stands as the nearest one that is not, and the price of its
/// level decides. Finding goes from the touch in steps of eight rows, and to an eighth of the rest
/// again and again; inserting and erasing move the rows between the place and the touch. All zero
/// bytes are an empty side.
class SideRows {
public:
    using Arena = RowArena;

    struct Place {
        std::uint32_t index;  ///< of the level, or where it belongs
        bool found;
    };

    /// `levels` is where the handles lead.
    [[gnu::always_inline]] Place find(std::int64_t key, const LevelSlot* levels) const {
        if (!is_short(key)) [[unlikely]]
            return find_long(key, levels);
        const std::int64_t last = last_row_of(key);
        std::uint32_t i = count_;
        for (unsigned step = 0; i >= rows_at_once; ++step) {
            if (step == steps_from_touch) [[unlikely]]
                return placed(first_above({0, i}, last), key);
            const std::uint32_t above = count_above(rows_ + i - rows_at_once, last);
            i -= above;
            if (above != rows_at_once) [[likely]]
                return placed(i, key);
        }
        while (i > 0 && rows_[i - 1] > last)
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
        std::int64_t* const at = rows_ + place.index;
        std::memmove(at + 1, at, behind * sizeof *at);
        *at = packed(row);
        if (behind == 0) best_ = row.level;
        ++count_;
    }

    /// Requires a place where something was found, and nothing inserted or erased since.
    void erase(const Place& place, RowArena& arena) {
        --count_;
        const std::size_t behind = count_ - place.index;
        std::int64_t* const at = rows_ + place.index;
        std::memmove(at, at + 1, behind * sizeof *at);
        if (behind == 0) best_ = count_ == 0 ? 0 : handle_of(at[-1]);
        if (count_ <= capacity() / 4 && capacity() > RowArena::smallest) [[unlikely]]
            (void)resize(arena, capacity() / 2);
    }

    Handle at(Place place) const { return level(place.index); }
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

    /// The level of a row, the worst one first.
    Handle level(std::size_t index) const { return handle_of(rows_[index]); }

    /// Look-ahead: brings the rows next to the touch towards the cache, if they are `wanted`.
    /// Without a branch, for nobody can foretell whether they are.
    [[gnu::always_inline]] void prefetch(bool wanted = true) const {
        const std::uint32_t last = count_ == 0 ? 0 : count_ - 1;
        const std::uint32_t first = last < rows_at_once ? 0 : last + 1 - rows_at_once;
        book::prefetch(wanted ? static_cast<const void*>(rows_ + last) : this);
        book::prefetch(wanted ? static_cast<const void*>(rows_ + first) : this);
    }

    // The look-ahead of a level by its key, in steps, each of which reads what the one before has
    // brought. Each gives the level next to where the key belongs; if it cannot be seen yet, 0, and
    // the next rows on the way are brought towards the cache.

    /// First step: the eight rows next to the touch.
    [[gnu::always_inline]] Handle guess(std::int64_t key) const {
        if (count_ < rows_at_once) [[unlikely]]
            return best_;
        const std::uint32_t rest = count_ - rows_at_once;
        const std::uint32_t above = count_above(rows_ + rest, last_row_of(key));
        if (above < rows_at_once) [[likely]]
            return level(count_ - above - 1);
        prefetch_far();
        return 0;
    }

    /// Second step: as far as `find` goes one by one, then which part of the rest.
    [[gnu::always_inline]] Handle guess_far(std::int64_t key) const {
        const std::int64_t last = last_row_of(key);
        std::uint32_t i = count_;
        for (unsigned step = 0; i >= rows_at_once; ++step) {
            if (step == steps_from_touch) {
                prefetch_parts(part_of({0, i}, last));
                return 0;
            }
            const std::uint32_t above = count_above(rows_ + i - rows_at_once, last);
            i -= above;
            if (above != rows_at_once) return i == 0 ? 0 : level(i - 1);
        }
        return 0;
    }

    /// Third step: wherever it is.
    [[gnu::noinline]] Handle guess_anywhere(std::int64_t key) const {
        constexpr std::uint32_t seen = steps_from_touch * rows_at_once;
        const std::uint32_t end = count_ > seen ? count_ - seen : count_;
        const std::uint32_t i = first_above({0, end}, last_row_of(key));
        return i == 0 ? 0 : level(i - 1);
    }

    /// Of a row that is going to leave, if it is `wanted`: the first step, without an answer.
    [[gnu::always_inline]] void prefetch_leaving(std::int64_t key, bool wanted) const {
        const std::uint32_t rest = count_ < rows_at_once ? 0 : count_ - rows_at_once;
        if (wanted && count_ >= rows_at_once && rows_[rest] > last_row_of(key)) [[unlikely]]
            prefetch_far();
    }

private:
    static constexpr unsigned steps_from_touch = 5;
    static constexpr std::uint32_t parts = 8;

    struct Range {
        std::uint32_t begin, end;
    };

    static std::uint32_t part_length(Range range) {
        return (range.end - range.begin + parts - 1) / parts;
    }

    /// The one of eight parts in which the first row above `last` is; the last one if none is.
    /// What it reads does not hang on each other, unlike the steps of halving.
    Range part_of(Range range, std::int64_t last) const {
        const std::uint32_t length = part_length(range);
        std::uint32_t begin = range.begin;
        for (std::uint32_t i = 1; i < parts; ++i) {
            const std::uint32_t at = range.begin + i * length - 1;
            begin += at < range.end && rows_[at] <= last ? length : 0;
        }
        begin = std::min(begin, range.end);
        return {begin, std::min(begin + length, range.end)};
    }

    std::uint32_t first_above(Range range, std::int64_t last) const {
        while (range.end - range.begin > rows_at_once)
            range = part_of(range, last);
        while (range.begin < range.end && rows_[range.begin] <= last)
            ++range.begin;
        return range.begin;
    }

    void prefetch_parts(Range range) const {
        const std::uint32_t length = part_length(range);
        for (std::uint32_t i = 1; i <= parts; ++i)
            book::prefetch(rows_ + std::min(range.begin + i * length, range.end) - 1);
    }

    /// What `find` reads behind the eight rows next to the touch.
    [[gnu::noinline]] void prefetch_far() const {
        std::uint32_t i = count_ - rows_at_once;
        for (unsigned step = 1; step < steps_from_touch && i >= rows_at_once; ++step) {
            i -= rows_at_once;
            book::prefetch(rows_ + i);
        }
        if (i > rows_at_once) prefetch_parts({0, i});
    }

    static Handle handle_of(std::int64_t row) { return static_cast<Handle>(row); }
    static bool is_short(std::int64_t key) { return key > shortest && key < longest; }
    static std::int64_t shortened(std::int64_t key) { return std::clamp(key, shortest, longest); }
    static std::int64_t packed(LevelRow row) {
        return shortened(row.key) * (std::int64_t{1} << 32) + row.level;
    }
    /// No row of that key or a lesser one is above.
    static std::int64_t last_row_of(std::int64_t key) {
        return packed({key, std::numeric_limits<Handle>::max()});
    }

    Place placed(std::uint32_t i, std::int64_t key) const {
        if (i > 0 && rows_[i - 1] >> 32 == key) return {i - 1, true};
        return {i, false};
    }

    /// Among the rows of long keys, which their levels tell apart.
    [[gnu::noinline]] Place find_long(std::int64_t key, const LevelSlot* levels) const {
        const auto key_at = [levels](std::int64_t row) {
            const LevelSlot& slot = levels[handle_of(row)];
            return key_of(static_cast<Side>(slot.owner & 1), slot.price);
        };
        const auto* const behind = std::partition_point(
            rows_, rows_ + count_, [&](std::int64_t row) { return key_at(row) <= key; });
        const auto i = static_cast<std::uint32_t>(behind - rows_);
        if (i > 0 && key_at(rows_[i - 1]) == key) return {i - 1, true};
        return {i, false};
    }

    /// 0 when there is no block yet.
    std::uint32_t capacity() const { return (std::uint32_t{1} << capacity_log2_) & ~1U; }

    [[gnu::noinline]] bool resize(RowArena& arena, std::uint32_t rows_wanted) {
        std::int64_t* const block = arena.take(rows_wanted);
        if (block == nullptr) return false;
        SideRows moved = *this;
        moved.rows_ = block;
        moved.capacity_log2_ = static_cast<std::uint32_t>(std::countr_zero(rows_wanted)) & 31U;
        if (capacity() != 0) {
            std::copy_n(rows_, count_, moved.rows_);
            arena.give_back(rows_, capacity());
        }
        *this = moved;
        return true;
    }

    // Keys between these are short.
    static constexpr std::int64_t shortest = std::numeric_limits<std::int32_t>::min();
    static constexpr std::int64_t longest = std::numeric_limits<std::int32_t>::max();

    std::int64_t* rows_;
    std::uint32_t count_ : 27;
    std::uint32_t capacity_log2_ : 5;
    Handle best_;
};
static_assert(sizeof(SideRows) == 16);

}  // namespace tickweir::book
