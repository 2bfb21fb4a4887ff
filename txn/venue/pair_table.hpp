// Values by pairs of ids, such as an account and an asset. Rows never move and never go, so that
// whoever uses one often keeps its number.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "book/arena.hpp"
#include "book/prefetch.hpp"

namespace tickweir::txn {

/// The number of a row; 0 is none.
using Row = std::uint32_t;

/// Rows in the order in which they came; a hash table beside them leads to them. Expected constant
/// time; allocates nothing but pages. One owner thread.
template <class Value>
class PairTable {
public:
    struct Entry {
        std::uint32_t first = 0;
        std::uint32_t second = 0;
        Value value{};
    };

    explicit PairTable(std::size_t limit)
        : entries_{limit + 1},
          places_{std::bit_ceil(2 * limit + 2)},
          mask_{places_.limit() - 1},
          limit_{limit} {
        if (!places_.commit(places_.limit())) throw std::bad_alloc{};
    }

    Row find(std::uint32_t first, std::uint32_t second) const {
        for (std::size_t i = home(first, second);; i = (i + 1) & mask_) {
            const Row row = places_[i];
            if (row == 0) return 0;
            if (entries_[row].first == first && entries_[row].second == second) return row;
        }
    }

    /// The row, made of zeros where there was none; 0 at the limit.
    Row find_or_add(std::uint32_t first, std::uint32_t second) {
        std::size_t i = home(first, second);
        for (; places_[i] != 0; i = (i + 1) & mask_)
            if (const Entry& entry = entries_[places_[i]];
                entry.first == first && entry.second == second)
                return places_[i];
        if (size_ == limit_ || !entries_.commit(size_ + 2)) return 0;
        const auto row = static_cast<Row>(++size_);
        entries_[row].first = first;
        entries_[row].second = second;
        places_[i] = row;
        return row;
    }

    /// Look-ahead in two steps: the place of a pair, then its row, which is the answer.
    void prefetch(std::uint32_t first, std::uint32_t second) const {
        book::prefetch(places_.data() + home(first, second));
    }
    Row prefetch_row(std::uint32_t first, std::uint32_t second) const {
        const Row row = places_[home(first, second)];
        book::prefetch(entries_.data() + row);
        return row;
    }
    void prefetch(Row row) const { book::prefetch(entries_.data() + row); }

    Value& operator[](Row row) { return entries_[row].value; }
    const Value& operator[](Row row) const { return entries_[row].value; }
    const Entry& entry(Row row) const { return entries_[row]; }

    /// Rows are numbered from 1 to this.
    std::size_t size() const { return size_; }
    std::size_t limit() const { return limit_; }

private:
    static_assert(std::is_trivially_copyable_v<Value>);

    std::size_t home(std::uint32_t first, std::uint32_t second) const {
        const std::uint64_t key = std::uint64_t{first} << 32 | second;
        const std::uint64_t mixed = (key ^ (key >> 29)) * 0xbf58476d1ce4e5b9U;
        return (mixed ^ (mixed >> 32)) & mask_;
    }

    book::ReservedArray<Entry> entries_;
    book::ReservedArray<Row> places_;
    std::size_t mask_;
    std::size_t limit_;
    std::size_t size_ = 0;
};

}  // namespace tickweir::txn
