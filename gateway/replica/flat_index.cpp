#include "gateway/replica/flat_index.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::gateway::replica {

bool FlatIndex::erase(std::uint64_t key) {
    if (size_ == 0) return false;
    std::size_t hole = home(key);
    while (places_[hole].value != none && places_[hole].key != key)
        hole = (hole + 1) & mask_;
    if (places_[hole].value == none) return false;
    for (std::size_t i = (hole + 1) & mask_; places_[i].value != none; i = (i + 1) & mask_) {
        // An entry may fill the hole unless its home lies cyclically behind the hole.
        if (((i - home(places_[i].key)) & mask_) < ((i - hole) & mask_)) continue;
        places_[hole] = places_[i];
        hole = i;
    }
    places_[hole] = {};
    --size_;
    return true;
}

void FlatIndex::clear() {
    std::fill_n(places_.get(), capacity(), Place{});
    size_ = 0;
}

bool FlatIndex::grow() {
    const std::size_t old_capacity = capacity();
    const std::size_t wanted = old_capacity == 0 ? 16 : old_capacity * 2;
    if (!budget_.try_charge(wanted * sizeof(Place))) return false;
    const auto old = std::exchange(places_, std::make_unique<Place[]>(wanted));
    mask_ = wanted - 1;
    size_ = 0;
    for (std::size_t i = 0; i < old_capacity; ++i)
        if (old[i].value != none) insert(old[i].key, old[i].value);
    budget_.release(old_capacity * sizeof(Place));
    return true;
}

}  // namespace tickweir::gateway::replica
