// From a 64-bit key to the number of a slot: a hash table without nodes. One owner thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "gateway/replica/budget_use.hpp"

namespace tickweir::gateway::replica {

/// Linear probing, at most half full; erasing shifts back, so there are no tombstones. Keys are
/// mixed with a seed, since strangers may choose them. Expected constant time; grows by doubling
/// and is charged to the budget.
class FlatIndex {
public:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    explicit FlatIndex(book::MemoryBudget* budget, std::uint64_t seed = 0x9e3779b97f4a7c15)
        : budget_{budget}, seed_{seed} {}

    /// The value, or `none`.
    std::uint32_t find(std::uint64_t key) const {
        if (size_ == 0) return none;
        for (std::size_t i = home(key);; i = (i + 1) & mask_) {
            if (places_[i].value == none) return none;
            if (places_[i].key == key) return places_[i].value;
        }
    }

    /// Whether one more fits; grows if need be.
    [[nodiscard]] bool ready() { return (size_ + 1) * 2 <= capacity() || grow(); }

    /// Requires ready(), that `key` is absent and that `value` is not `none`.
    void insert(std::uint64_t key, std::uint32_t value) {
        std::size_t i = home(key);
        while (places_[i].value != none)
            i = (i + 1) & mask_;
        places_[i] = {key, value};
        ++size_;
    }

    /// False when it was not there.
    bool erase(std::uint64_t key);
    void clear();

    std::size_t size() const { return size_; }

private:
    struct Place {
        std::uint64_t key = 0;
        std::uint32_t value = none;
    };

    std::size_t capacity() const { return places_ ? mask_ + 1 : 0; }
    std::size_t home(std::uint64_t key) const {
        std::uint64_t mixed = (key ^ seed_) * 0xbf58476d1ce4e5b9;
        mixed ^= mixed >> 32;
        mixed *= 0x94d049bb133111eb;
        return static_cast<std::size_t>(mixed >> 32) & mask_;
    }
    bool grow();

    BudgetUse budget_;
    std::uint64_t seed_;
    std::unique_ptr<Place[]> places_;
    std::size_t mask_ = 0;
    std::size_t size_ = 0;
};

}  // namespace tickweir::gateway::replica
