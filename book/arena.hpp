// Memory that grows without moving: one reserved range of addresses whose pages come into being
// when they are first charged. Pools stand on it, so that a handle is an index and growth copies
// nothing.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "book/budget.hpp"

namespace tickweir::book {

/// What an array's memory comes in.
enum class Pages : unsigned char {
    huge,   ///< 2 MiB where the system has them: for what is touched all over all the time, and
            ///< large
    small,  ///< for what is touched here and there: each first touch clears 4 KiB and not 2 MiB
};

/// An array of up to `limit` zeroed elements at a fixed address. Only what was committed may be
/// touched; committing is charged to the budget in steps of 2 MiB, the size of a huge page.
/// One owner thread. The constructor throws std::bad_alloc when the range cannot be reserved.
template <class T>
class ReservedArray {
    static_assert(std::is_trivially_copyable_v<T>, "zero bytes must be a valid element");

public:
    static constexpr std::size_t step_bytes = std::size_t{2} << 20;

    explicit ReservedArray(std::size_t limit, MemoryBudget* budget = nullptr,
                           Pages pages = Pages::huge)
        : limit_{limit},
          reserved_bytes_{round_up(std::max<std::size_t>(limit, 1) * sizeof(T))},
          budget_{budget} {
        // A step more than needed, so that the array can start on a huge page.
        mapped_bytes_ = reserved_bytes_ + step_bytes;
        mapping_ = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (mapping_ == MAP_FAILED) throw std::bad_alloc{};
        void* aligned = mapping_;
        std::size_t space = mapped_bytes_;
        std::align(step_bytes, reserved_bytes_, aligned, space);
        data_ = static_cast<T*>(aligned);
        // What is small would have all of a huge page cleared at its first touch.
        const bool huge = pages == Pages::huge && limit * sizeof(T) > step_bytes / 2;
        // Best effort: without huge pages the array is as right, and slower.
        madvise(data_, reserved_bytes_, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    }

    ReservedArray(ReservedArray&& other) noexcept { swap(other); }
    ReservedArray& operator=(ReservedArray&& other) noexcept {
        swap(other);
        return *this;
    }
    ReservedArray(const ReservedArray&) = delete;
    ReservedArray& operator=(const ReservedArray&) = delete;

    ~ReservedArray() {
        if (mapping_ == nullptr) return;
        munmap(mapping_, mapped_bytes_);
        if (budget_ != nullptr) budget_->release(committed_bytes_);
    }

    T* data() { return data_; }
    const T* data() const { return data_; }
    T& operator[](std::size_t i) { return data_[i]; }
    const T& operator[](std::size_t i) const { return data_[i]; }

    /// Elements that may be touched.
    std::size_t committed() const { return committed_; }
    std::size_t limit() const { return limit_; }
    std::size_t committed_bytes() const { return committed_bytes_; }

    /// Makes the first `count` elements usable. False, and nothing changed, beyond the limit or
    /// when the budget refuses. Constant time; a system call never, a page fault at the first
    /// touch.
    [[nodiscard]] bool commit(std::size_t count) {
        if (count <= committed_) return true;
        if (count > limit_) return false;
        const std::size_t bytes = round_up(count * sizeof(T));
        if (budget_ != nullptr && !budget_->try_charge(bytes - committed_bytes_)) return false;
        committed_bytes_ = bytes;
        committed_ = std::min(limit_, bytes / sizeof(T));
        return true;
    }

    /// Puts memory behind the first `count` elements now, whether or not they are committed: what
    /// is used then does not grow with what comes, and no first touch waits for a page. Charges
    /// nothing. Best effort: where the system cannot, pages come into being as ever. Linear in the
    /// bytes.
    void populate(std::size_t count) {
        madvise(data_, std::min(count, limit_) * sizeof(T), MADV_POPULATE_WRITE);
    }

    /// Zeroes the first `count` elements and keeps them committed.
    void zero(std::size_t count) {
        std::fill_n(static_cast<std::byte*>(static_cast<void*>(data_)), count * sizeof(T),
                    std::byte{0});
    }

private:
    static constexpr std::size_t round_up(std::size_t bytes) {
        return (bytes + step_bytes - 1) / step_bytes * step_bytes;
    }

    void swap(ReservedArray& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(mapping_, other.mapping_);
        std::swap(mapped_bytes_, other.mapped_bytes_);
        std::swap(limit_, other.limit_);
        std::swap(reserved_bytes_, other.reserved_bytes_);
        std::swap(committed_, other.committed_);
        std::swap(committed_bytes_, other.committed_bytes_);
        std::swap(budget_, other.budget_);
    }

    T* data_ = nullptr;
    void* mapping_ = nullptr;
    std::size_t mapped_bytes_ = 0;
    std::size_t limit_ = 0;
    std::size_t reserved_bytes_ = 0;
    std::size_t committed_ = 0;
    std::size_t committed_bytes_ = 0;
    MemoryBudget* budget_ = nullptr;
};

}  // namespace tickweir::book
