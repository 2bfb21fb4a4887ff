// Records by 64-bit keys, found by any thread while others are added. A record never moves and
// never goes.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "book/arena.hpp"
#include "book/prefetch.hpp"
#include "txn/occ/record.hpp"

namespace tickweir::txn::occ {

/// The number of a record in its table; 0 is none.
using Row = std::uint32_t;

/// Expected constant time. Finding takes no lock; adding does, once in a key's life, and allocates
/// nothing but pages.
class RecordTable {
public:
    /// At most `limit` records. Throws std::bad_alloc.
    explicit RecordTable(std::size_t limit)
        : records_{limit + 1},
          places_{std::bit_ceil(2 * limit + 2)},
          mask_{places_.limit() - 1},
          limit_{limit} {
        if (!places_.commit(places_.limit())) throw std::bad_alloc{};
    }

    Row find(std::uint64_t key) const {
        for (std::size_t i = home(key);; i = (i + 1) & mask_) {
            // Acquire: the record behind a row has its key.
            const Row row = place(i).load(std::memory_order_acquire);
            if (row == 0 || records_[row].key() == key) return row;
        }
    }

    /// The row, made of zeros where there was none; 0 at the limit.
    Row find_or_add(std::uint64_t key) {
        const Row known = find(key);
        return known != 0 ? known : add(key);
    }

    /// Look-ahead.
    void prefetch(Row row) const { book::prefetch(records_.data() + row); }

    Record& operator[](Row row) { return records_[row]; }
    const Record& operator[](Row row) const { return records_[row]; }

    /// Rows are numbered from 1 to this.
    std::size_t size() const { return size_.load(std::memory_order_acquire); }
    std::size_t limit() const { return limit_; }

private:
    std::atomic_ref<Row> place(std::size_t i) const {
        return std::atomic_ref{const_cast<Row&>(places_[i])};
    }
    std::size_t home(std::uint64_t key) const {
        const std::uint64_t mixed = (key ^ (key >> 29)) * 0xbf58476d1ce4e5b9U;
        return (mixed ^ (mixed >> 32)) & mask_;
    }

    Row add(std::uint64_t key) {
        const std::lock_guard lock{adding_};
        std::size_t i = home(key);
        for (; place(i).load(std::memory_order_relaxed) != 0; i = (i + 1) & mask_)
            if (const Row row = place(i).load(std::memory_order_relaxed);
                records_[row].key() == key)
                return row;
        const std::size_t row = size() + 1;
        if (row > limit_ || !records_.commit(row + 1)) return 0;
        records_[row].set_key(key);
        place(i).store(static_cast<Row>(row), std::memory_order_release);
        size_.store(row, std::memory_order_release);
        return static_cast<Row>(row);
    }

    book::ReservedArray<Record> records_;
    book::ReservedArray<Row> places_;
    std::size_t mask_;
    std::size_t limit_;
    std::atomic<std::size_t> size_{0};
    std::mutex adding_;
};

}  // namespace tickweir::txn::occ
