// A hash table from order ids to handles, for the ids that cannot be found without a hash.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "book/arena.hpp"
#include "book/prefetch.hpp"
#include "book/slots.hpp"

namespace tickweir::book {

/// Open addressing, at most half full, linear probing under a seeded hash, since a stranger may
/// choose the ids; erasing shifts back, so there are no tombstones. Expected constant time. One
/// owner thread.
class IdTable {
public:
    IdTable(std::size_t limit, std::uint64_t seed, MemoryBudget* budget)
        : limit_{std::bit_ceil(std::max<std::size_t>(smallest, 2 * limit + 2))},
          seed_{seed | 1},
          budget_{budget},
          places_{0} {}

    /// The order's handle, or 0.
    Handle find(OrderId id) const {
        if (count_ == 0) return 0;
        for (std::size_t i = home(id);; i = (i + 1) & mask_) {
            if (places_[i].handle == 0) return 0;
            if (places_[i].id == id) return places_[i].handle;
        }
    }

    /// Whether one more fits; grows the table when it is half full (linear in its size, amortised).
    [[nodiscard]] bool ready() { return (count_ + 1) * 2 <= capacity_ || grow(); }

    /// Requires `ready()` and that `id` is absent.
    void insert(OrderId id, Handle handle) {
        std::size_t i = home(id);
        while (places_[i].handle != 0)
            i = (i + 1) & mask_;
        places_[i] = {id, handle};
        ++count_;
    }

    /// Gives an id another handle. Requires that `id` is present.
    void replace(OrderId id, Handle handle) {
        std::size_t i = home(id);
        while (places_[i].id != id || places_[i].handle == 0)
            i = (i + 1) & mask_;
        places_[i].handle = handle;
    }

    /// Requires that `id` is present.
    void erase(OrderId id) {
        std::size_t hole = home(id);
        while (places_[hole].id != id || places_[hole].handle == 0)
            hole = (hole + 1) & mask_;
        for (std::size_t i = (hole + 1) & mask_; places_[i].handle != 0; i = (i + 1) & mask_) {
            // An entry may fill the hole unless its home lies cyclically behind the hole.
            if (((i - home(places_[i].id)) & mask_) < ((i - hole) & mask_)) continue;
            places_[hole] = places_[i];
            hole = i;
        }
        places_[hole] = {};
        --count_;
    }

    void prefetch(OrderId id) const {
        if (count_ != 0) book::prefetch(&places_[home(id)]);
    }

    void reset() {
        places_.zero(capacity_);
        count_ = 0;
    }

    std::size_t size() const { return count_; }
    std::size_t committed_bytes() const { return places_.committed_bytes(); }

private:
    static constexpr std::size_t smallest = 1024;

    struct Place {
        OrderId id;
        Handle handle;
    };

    std::size_t home(OrderId id) const {
        std::uint64_t x = static_cast<std::uint64_t>(id) ^ seed_;
        x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93U;
        x = (x ^ (x >> 32)) * seed_;
        return (x >> 32 ^ x) & mask_;
    }

    bool grow() {
        const std::size_t bigger = capacity_ == 0 ? smallest : capacity_ * 2;
        if (bigger > limit_) return false;
        ReservedArray<Place> places{bigger, budget_};
        if (!places.commit(bigger)) return false;
        const ReservedArray<Place> old = std::exchange(places_, std::move(places));
        const std::size_t old_capacity = std::exchange(capacity_, bigger);
        mask_ = bigger - 1;
        count_ = 0;
        for (std::size_t i = 0; i < old_capacity; ++i)
            if (old[i].handle != 0) insert(old[i].id, old[i].handle);
        return true;
    }

    std::size_t limit_;
    std::uint64_t seed_;
    MemoryBudget* budget_;
    ReservedArray<Place> places_;
    std::size_t capacity_ = 0;
    std::size_t mask_ = 0;
    std::size_t count_ = 0;
};

}  // namespace tickweir::book
