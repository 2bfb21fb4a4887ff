// When the slots of a side are spread anew, and when their memory grows.
#include <algorithm>
#include <utility>

#include "book/level_slots.hpp"

namespace tickweir::book {

namespace {

constexpr std::uint32_t smallest_capacity = 16;

}  // namespace

/// Where a quarter is free, spreading levels costs no more than filling the gaps again; else memory
/// doubles, and only where that is refused they are spread over less.
bool LevelSlots::reserve(std::uint32_t more, MemoryBudget* budget) {
    while (!is_ready(more)) {
        const std::uint32_t free = capacity_ - count_;
        const bool fits = more <= free;
        if (!(fits && free >= capacity_ / 4 && capacity_ != 0) && grow(budget)) continue;
        if (!fits) return false;
        spread(more);
    }
    return true;
}

/// A free slot behind each second level, where there are as many; of the others a quarter before
/// the worst level and the rest behind the best one, `more` at least.
void LevelSlots::spread(std::uint32_t more) {
    const std::uint32_t gaps = std::min((capacity_ - count_ - more) / 2, count_ / 2);
    const std::uint32_t outside = capacity_ - count_ - gaps;
    const std::uint32_t first = std::min(outside / 4, outside - more);
    pack();
    std::fill_n(taken_.get(), words_for(capacity_), std::uint64_t{0});
    begin_ = first;
    end_ = first + count_ + gaps;
    moved_ = 0;
    Slot to = end_;
    std::uint32_t gaps_left = gaps;
    for (Slot from = count_; from-- > 0;) {
        // Gaps among the levels below: as many as are their share.
        const auto below =
            static_cast<std::uint32_t>(std::uint64_t{gaps} * from / std::max(count_, 1U));
        for (; gaps_left > below; --gaps_left)
            keys_[--to] = keys_[from];
        --to;
        keys_[to] = keys_[from];
        opens_[to] = opens_[from];
        if (counted_) counts_[to] = counts_[from];
        taken_[to / 64] |= std::uint64_t{1} << to % 64;
    }
    trim();
}

/// All levels without gaps, from the first slot on; says nothing of them yet.
void LevelSlots::pack() {
    Slot to = 0;
    for (Slot from = begin_; from < end_; ++from) {
        if (!is_taken(from)) continue;
        keys_[to] = keys_[from];
        opens_[to] = opens_[from];
        if (counted_) counts_[to] = counts_[from];
        ++to;
    }
}

bool LevelSlots::grow(MemoryBudget* budget) {
    if (capacity_ > std::uint32_t{1} << 30) return false;
    const std::uint32_t capacity = std::max(capacity_ * 2, smallest_capacity);
    Charge charge;
    if (budget != nullptr) {
        auto granted = budget->charge(bytes_for(capacity));
        if (!granted) return false;
        charge = *std::move(granted);
    }
    auto keys = std::make_unique<std::int64_t[]>(capacity + step);
    auto opens = std::make_unique<std::int64_t[]>(capacity + step);
    auto counts = std::make_unique<std::uint32_t[]>(capacity + step);
    auto taken = std::make_unique<std::uint64_t[]>(words_for(capacity) + 1);
    std::copy_n(keys_.get(), end_, keys.get());
    std::copy_n(opens_.get(), end_, opens.get());
    if (counted_) std::copy_n(counts_.get(), end_, counts.get());
    std::copy_n(taken_.get(), words_for(capacity_), taken.get());
    keys_ = std::move(keys);
    opens_ = std::move(opens);
    counts_ = std::move(counts);
    taken_ = std::move(taken);
    charge_ = std::move(charge);
    capacity_ = capacity;
    return true;
}

}  // namespace tickweir::book
