// Where the sides of all books keep their rows: blocks of a power of two of rows, cut from one
// range of addresses, with a free list a size.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "book/arena.hpp"
#include "book/slots.hpp"

namespace tickweir::book {

/// Blocks of rows. One owner thread.
class RowArena {
public:
    static constexpr std::uint32_t smallest = 16;

    /// Room for `levels` levels spread over `sides` sides in any way. A block above the smallest is
    /// more than a quarter full, so each size can take at most four rows a level; as much again for
    /// blocks that a reset left emptier. Addresses only: memory comes with use.
    RowArena(std::size_t levels, std::size_t sides, MemoryBudget* budget)
        : lines_{lines_of(8 * levels * static_cast<std::size_t>(std::bit_width(levels)) +
                          sides * smallest) +
                     1,
                 budget} {}

    /// A block of `capacity` rows (a power of two), or nullptr when there is no room.
    std::int64_t* take(std::uint32_t capacity) {
        Free& list = free_[static_cast<std::size_t>(std::countr_zero(capacity))];
        if (list.first != nullptr) {
            std::int64_t* block = list.first;
            std::memcpy(static_cast<void*>(&list.first), block, link_bytes);
            return block;
        }
        if (!lines_.commit(used_ + lines_of(capacity))) return nullptr;
        std::int64_t* block = lines_[used_].rows.data();
        used_ += lines_of(capacity);
        return block;
    }

    void give_back(std::int64_t* block, std::uint32_t capacity) {
        Free& list = free_[static_cast<std::size_t>(std::countr_zero(capacity))];
        std::memcpy(static_cast<void*>(block), &list.first, link_bytes);
        list.first = block;
    }

    std::size_t committed_bytes() const { return lines_.committed_bytes(); }

private:
    static constexpr std::size_t link_bytes = sizeof(std::int64_t*);
    struct alignas(64) Line {
        std::array<std::int64_t, 8> rows;
    };
    struct Free {
        std::int64_t* first = nullptr;  // each free block starts with the address of the next one
    };

    /// Lines of cache that so many rows take.
    static constexpr std::size_t lines_of(std::size_t rows) {
        return rows * sizeof(std::int64_t) / sizeof(Line);
    }
    static_assert(smallest * sizeof(std::int64_t) % sizeof(Line) == 0);

    ReservedArray<Line> lines_;
    std::size_t used_ = 0;
    std::array<Free, 32> free_{};
};

}  // namespace tickweir::book
