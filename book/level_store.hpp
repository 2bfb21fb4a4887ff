// The price levels of one side of a book, kept as rows sorted by priority with the best one last:
// activity near the touch moves few bytes and stays in cache. Rows live in one shared arena.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "book/arena.hpp"
#include "book/order_pool.hpp"
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
constexpr Price price_of(Side side, std::int64_t key) {
    return {side == Side::buy ? key : ~key};
}

/// Blocks of rows, a power of two each, with a free list a size. One owner thread.
class RowArena {
public:
    static constexpr std::uint32_t smallest = 16;

    /// Room for `levels` levels spread over `sides` sides in any way. A block above the smallest is
    /// more than a quarter full, so each size can take at most four rows a level; as much again for
    /// blocks that a reset left emptier. Addresses only: memory comes with use.
    RowArena(std::size_t levels, std::size_t sides, MemoryBudget* budget)
        : rows_{8 * levels * static_cast<std::size_t>(std::bit_width(levels)) + sides * smallest,
                budget} {}

    /// A block of `capacity` rows (a power of two), or nullptr when there is no room.
    LevelRow* take(std::uint32_t capacity) {
        Free& list = free_[static_cast<std::size_t>(std::countr_zero(capacity))];
        if (list.first != nullptr) {
            LevelRow* block = list.first;
            std::memcpy(static_cast<void*>(&list.first), block, link_bytes);
            return block;
        }
        if (!rows_.commit(used_ + capacity)) return nullptr;
        LevelRow* block = rows_.data() + used_;
        used_ += capacity;
        return block;
    }

    void give_back(LevelRow* block, std::uint32_t capacity) {
        Free& list = free_[static_cast<std::size_t>(std::countr_zero(capacity))];
        std::memcpy(static_cast<void*>(block), &list.first, link_bytes);
        list.first = block;
    }

    std::size_t committed_bytes() const { return rows_.committed_bytes(); }

private:
    static constexpr std::size_t link_bytes = sizeof(LevelRow*);
    struct Free {
        LevelRow* first = nullptr;  // each free block starts with the address of the next one
    };
    ReservedArray<LevelRow> rows_;
    std::size_t used_ = 0;
    std::array<Free, 32> free_{};
};

/// One side's sorted rows. Finding is linear from the touch, then binary; inserting and erasing
/// move the rows between the place and the touch. All zero bytes are an empty side.
struct SideRows {
    using Arena = RowArena;

    struct Place {
        std::uint32_t index;  ///< of the level, or where it belongs
        bool found;
    };

    LevelRow* rows;
    std::uint32_t count;
    std::uint32_t capacity;

    Place find(std::int64_t key) const {
        constexpr std::uint32_t near_touch = 16;
        std::uint32_t i = count;
        const std::uint32_t stop = count > near_touch ? count - near_touch : 0;
        while (i > stop && rows[i - 1].key > key)
            --i;
        if (i == stop && i > 0 && rows[i - 1].key > key) [[unlikely]] {
            const LevelRow* row = std::upper_bound(
                rows, rows + i, key, [](std::int64_t k, const LevelRow& r) { return k < r.key; });
            i = static_cast<std::uint32_t>(row - rows);
        }
        if (i > 0 && rows[i - 1].key == key) return {i - 1, true};
        return {i, false};
    }

    /// Makes room for one more row; false when the arena has none left.
    [[nodiscard]] bool ready(RowArena& arena) {
        if (count < capacity) [[likely]]
            return true;
        return resize(arena, capacity == 0 ? RowArena::smallest : capacity * 2);
    }

    /// Requires `ready()` and a place where nothing was found.
    void insert(const Place& place, LevelRow row) {
        for (std::uint32_t i = count; i > place.index; --i)
            rows[i] = rows[i - 1];
        rows[place.index] = row;
        ++count;
    }

    /// Requires a place where something was found, and nothing inserted or erased since.
    void erase(const Place& place, RowArena& arena) {
        --count;
        for (std::uint32_t i = place.index; i < count; ++i)
            rows[i] = rows[i + 1];
        if (count <= capacity / 4 && capacity > RowArena::smallest) [[unlikely]]
            (void)resize(arena, capacity / 2);
    }

    Handle at(Place place) const { return rows[place.index].level; }
    /// Whether the level at the place (just found or inserted) is the best one.
    bool is_best(Place place) const { return place.index + 1 == count; }

    bool empty() const { return count == 0; }
    void clear() { count = 0; }
    /// Look-ahead: brings the rows next to the touch towards the cache.
    void prefetch() const {
        if (count != 0) __builtin_prefetch(rows + count - 1);
    }

    /// The best level, or 0.
    Handle best() const { return count == 0 ? 0 : rows[count - 1].level; }

private:
    bool resize(RowArena& arena, std::uint32_t rows_wanted) {
        LevelRow* block = arena.take(rows_wanted);
        if (block == nullptr) return false;
        if (capacity != 0) {
            std::copy_n(rows, count, block);
            arena.give_back(rows, capacity);
        }
        rows = block;
        capacity = rows_wanted;
        return true;
    }
};
static_assert(sizeof(SideRows) == 16);

}  // namespace tickweir::book
