#include "book/level_slots.hpp"

#include <bit>
#include <cstring>
#include <utility>

namespace tickweir::book {

// --------------------------------------------------------------------------------------- finding

LevelSlots::Slot LevelSlots::find(std::int64_t key) const {
    constexpr std::uint32_t near_touch = 16;
    const Slot stop = end_ - std::min(end_ - begin_, near_touch);
    Slot slot = end_;
    while (slot > stop && keys_[slot - 1] >= key)
        --slot;
    if (slot > stop || slot == begin_) return slot;
    const std::int64_t* const all = keys_.get();
    return static_cast<Slot>(std::lower_bound(all + begin_, all + slot, key) - all);
}

void LevelSlots::find_together(const Wanted& keys, std::size_t count, Wanted& slots) const {
    constexpr std::size_t width = 8;  // as many as registers hold
    constexpr std::int64_t near_by = 127;
    const std::int64_t* const all = keys_.get();
    std::int64_t high = end_;
    for (std::size_t i = 0; i < count; i += width) {
        // None of them is above the last one found, nor most of them far below it.
        const std::int64_t least = keys[std::min(i + width, count) - 1];
        std::int64_t window = near_by;
        while (high - begin_ > window && all[high - window] >= least)
            window = 4 * window + 3;
        const std::int64_t low = std::max<std::int64_t>(begin_, high - window);
        std::array<std::int64_t, width> at;
        at.fill(low);
        std::int64_t left = high - low;
        for (; left > 1; left -= left / 2) {
            const std::int64_t half = left / 2;
            for (std::size_t j = 0; j < width; ++j)
                at[j] += all[at[j] + half - 1] < keys[i + j] ? half : 0;
        }
        for (std::size_t j = 0; j < width; ++j)
            slots[i + j] = at[j] + (left == 1 && all[at[j]] < keys[i + j] ? 1 : 0);
        high = slots[std::min(i + width, count) - 1];
    }
}

std::uint32_t LevelSlots::taken_from(Slot slot) const {
    if (slot >= end_) return 0;
    std::size_t word = slot / 64;
    std::uint64_t bits = taken_[word] >> slot % 64;
    auto count = static_cast<std::uint32_t>(std::popcount(bits));
    for (const std::size_t last = (end_ - 1) / 64; word < last;)
        count += static_cast<std::uint32_t>(std::popcount(taken_[++word]));
    return count;
}

LevelSlots::Slot LevelSlots::at_rank(std::size_t rank) const {
    std::size_t word = (end_ - 1) / 64;
    std::uint64_t bits = taken_[word];
    for (;;) {
        const auto here = static_cast<std::size_t>(std::popcount(bits));
        if (rank < here) break;
        rank -= here;
        bits = taken_[--word];
    }
    for (; rank > 0; --rank)
        bits &= ~(std::uint64_t{1} << (63 - std::countl_zero(bits)));
    return static_cast<Slot>(word * 64 + 63 - static_cast<unsigned>(std::countl_zero(bits)));
}

// -------------------------------------------------------------------------------------- changing

std::size_t LevelSlots::put_together(const Wanted& keys, const Wanted& places,
                                     std::span<const LevelSet> levels,
                                     std::span<Found, std::tuple_size_v<Wanted>> found) {
    const std::int64_t* const all_keys = keys_.get();
    std::int64_t* const all_opens = opens_.get();
    std::uint64_t* const all_taken = taken_.get();
    const std::int64_t end = end_;
    std::uint32_t count = count_;
    std::size_t all_changed = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const auto at = static_cast<std::size_t>(places[i]);
        const std::int64_t open = levels[i].open.lots;
        std::uint64_t& word = all_taken[at / 64];
        const std::uint64_t before = word >> at % 64 & 1;
        const std::uint64_t stays{open != 0};
        // In masks, or compilers make branches of it, of which half are foretold wrongly.
        const std::uint64_t there =
            std::uint64_t{places[i] < end} & std::uint64_t{all_keys[at] == keys[i]};
        const std::uint64_t flips = (before ^ stays) & there;
        const std::uint64_t taken = before & there;
        const std::int64_t was = all_opens[at];
        word ^= flips << at % 64;
        all_opens[at] = was ^ ((was ^ open) & -static_cast<std::int64_t>(there));
        count += static_cast<std::uint32_t>(flips) - 2 * static_cast<std::uint32_t>(flips & before);
        std::uint32_t orders = 0;
        if (counted_ && taken != 0) orders = std::exchange(counts_[at], 0U);
        const std::uint64_t differs = std::uint64_t{was != open} | std::uint64_t{orders != 0};
        const std::uint64_t changed = (taken ^ stays) | (taken & differs);
        all_changed += changed;
        found[i] = {{was},
                    orders,
                    static_cast<std::uint8_t>(there),
                    static_cast<std::uint8_t>(taken),
                    static_cast<std::uint8_t>(changed)};
    }
    count_ = count;
    return all_changed;
}

/// As shift(), of step slots at most, and always at that cost: how many there are cannot be
/// foretold.
inline void LevelSlots::shift_few(Slot from, Slot to, std::uint32_t count) {
    moved_ += count;
    std::array<std::int64_t, step> keys;
    std::array<std::int64_t, step> opens;
    std::array<std::int64_t, step> keys_there;
    std::array<std::int64_t, step> opens_there;
    std::memcpy(keys.data(), keys_.get() + from, sizeof keys);
    std::memcpy(keys_there.data(), keys_.get() + to, sizeof keys);
    std::memcpy(opens.data(), opens_.get() + from, sizeof opens);
    std::memcpy(opens_there.data(), opens_.get() + to, sizeof opens);
    for (std::size_t i = 0; i < step; ++i) {
        keys_there[i] = i < count ? keys[i] : keys_there[i];
        opens_there[i] = i < count ? opens[i] : opens_there[i];
    }
    std::memcpy(keys_.get() + to, keys_there.data(), sizeof keys);
    std::memcpy(opens_.get() + to, opens_there.data(), sizeof opens);
    if (counted_) std::memmove(counts_.get() + to, counts_.get() + from, count * sizeof counts_[0]);
}

LevelSlots::Slot LevelSlots::insert(Slot at, const Level& level) {
    at = make_room(at);
    keys_[at] = key(level.price);
    set(at, level.open, level.order_count);
    ++count_;
    return at;
}

/// Takes the nearest free slot and moves what is between by one. Up, if it is near: then places
/// that were found below stay right. All between is taken, so of the bits only that slot's changes.
LevelSlots::Slot LevelSlots::make_room(Slot at) {
    Slot above = free_near(at);
    bool up = above - at <= step && above < capacity_;
    std::uint32_t count = above - at;
    Slot free = above;
    if (!up) [[unlikely]] {
        above = free_from(at);
        const std::int64_t below = free_below(at);
        up = above < capacity_ && (below < 0 || above - at < at - static_cast<Slot>(below));
        free = up ? above : static_cast<Slot>(below);
        count = up ? above - at : at - 1 - free;
    }
    const Slot from = up ? at : free + 1;
    const Slot to = up ? at + 1 : free;
    if (count <= step) [[likely]]
        shift_few(from, to, count);
    else
        shift(from, to, count);
    taken_[free / 64] |= std::uint64_t{1} << free % 64;
    begin_ = count_ == 0 ? free : std::min(begin_, free);
    end_ = count_ == 0 ? free + 1 : std::max(end_, free + 1);
    return up ? at : at - 1;
}

/// The first free slot of the 64 from that one up; beyond them if there is none.
LevelSlots::Slot LevelSlots::free_near(Slot slot) const {
    const std::uint64_t* const words = taken_.get() + slot / 64;
    const unsigned bit = slot % 64;
    const std::uint64_t taken = words[0] >> bit | words[1] << 1 << (63 - bit);
    return slot + static_cast<Slot>(std::countr_one(taken));
}

/// The first free slot from that one up; capacity() or more if there is none.
LevelSlots::Slot LevelSlots::free_from(Slot slot) const {
    if (slot >= capacity_) return capacity_;
    std::size_t word = slot / 64;
    std::uint64_t free = ~taken_[word] & ~std::uint64_t{0} << slot % 64;
    while (free == 0) {
        if (++word == words_for(capacity_)) return capacity_;
        free = ~taken_[word];
    }
    return static_cast<Slot>(word * 64) + static_cast<Slot>(std::countr_zero(free));
}

/// The last free slot below that one; -1 if there is none.
std::int64_t LevelSlots::free_below(Slot slot) const {
    if (slot == 0) return -1;
    std::size_t word = (slot - 1) / 64;
    std::uint64_t free = ~taken_[word] & ~std::uint64_t{0} >> (63 - (slot - 1) % 64);
    while (free == 0) {
        if (word-- == 0) return -1;
        free = ~taken_[word];
    }
    return static_cast<std::int64_t>(word * 64) + 63 - std::countl_zero(free);
}

void LevelSlots::shift(Slot from, Slot to, std::uint32_t count) {
    moved_ += count;
    const auto move = [&](auto* all) { std::memmove(all + to, all + from, count * sizeof(*all)); };
    move(keys_.get());
    move(opens_.get());
    if (counted_) move(counts_.get());
}

void LevelSlots::set_count(Slot slot, std::uint32_t order_count) {
    if (!std::exchange(counted_, true)) std::fill_n(counts_.get(), capacity_, 0U);
    counts_[slot] = order_count;
}

void LevelSlots::trim() {
    while (end_ > begin_ && !is_taken(end_ - 1))
        --end_;
    while (begin_ < end_ && !is_taken(begin_))
        ++begin_;
}

void LevelSlots::clear() {
    std::fill_n(taken_.get(), words_for(capacity_), std::uint64_t{0});
    begin_ = end_ = count_ = 0;
    moved_ = 0;
    counted_ = false;
}

}  // namespace tickweir::book
