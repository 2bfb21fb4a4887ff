// One side of an L2 book as a sorted array with gaps: a level that goes leaves its slot where it
// is, and a level that comes takes a free slot near by, so that hardly anything moves. Owned by
// LevelBook; knows neither limits nor what anybody is told.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <utility>

#include "book/budget.hpp"
#include "book/types.hpp"

namespace tickweir::book {

/// A level that is to stand in a book like that; nothing open removes it.
struct LevelSet {
    Price price;
    Quantity open;
    friend constexpr bool operator==(const LevelSet&, const LevelSet&) = default;
};

/// Slots by ascending key, best last; a free slot keeps its key, so that the search needs no case
/// for it:
///
///     [ free.. | worst .. free .. free .. best | free.. ]
///                ^ begin                         ^ end     the outermost ones are taken
///
/// Of slots with one key only the first can be taken. Memory grows only where told.
class LevelSlots {
public:
    using Slot = std::uint32_t;

    explicit LevelSlots(Side side) : flip_{side == Side::buy ? 0 : -1} {}

    /// What slots are sorted by: the better a price, the greater.
    std::int64_t key(Price price) const { return price.ticks ^ flip_; }

    std::uint32_t count() const { return count_; }  ///< levels: slots taken
    std::uint32_t capacity() const { return capacity_; }
    Slot begin() const { return begin_; }
    Slot end() const { return end_; }
    /// Bytes that so many slots take.
    static constexpr std::size_t bytes_for(std::uint32_t capacity) {
        return capacity == 0
                   ? 0
                   : (capacity + step) * (2 * sizeof(std::int64_t) + sizeof(std::uint32_t)) +
                         (words_for(capacity) + 1) * sizeof(std::uint64_t);
    }

    bool is_taken(Slot slot) const { return (taken_[slot / 64] >> slot % 64 & 1) != 0; }
    bool holds(Slot slot, std::int64_t key) const {
        return slot < end_ && keys_[slot] == key && is_taken(slot);
    }
    /// Whether a slot, taken or free, has this key.
    bool has_slot(Slot slot, std::int64_t key) const { return slot < end_ && keys_[slot] == key; }
    Level level(Slot slot) const {
        return {{keys_[slot] ^ flip_}, {opens_[slot]}, counted_ ? counts_[slot] : 0};
    }

    /// The first slot whose key is not less; end() if all are. Linear from the best one for a few
    /// slots, then by halves.
    Slot find(std::int64_t key) const;
    /// Levels from `slot` up: the rank of what would stand before it.
    std::uint32_t taken_from(Slot slot) const;
    /// The level of that rank; requires rank < count().
    Slot at_rank(std::size_t rank) const;

    /// Whether `more` levels can be inserted without reserve(), and it is not time to spread them.
    bool is_ready(std::uint32_t more) const {
        const std::uint32_t gaps = end_ - begin_ - count_;
        return more <= capacity_ - end_ && gaps <= count_ + few &&
               (moved_ <= 8 * std::size_t{count_} + 8 * few || gaps > count_ / 4);
    }
    /// Makes room for `more` levels, so that each can be inserted; false where memory lacks.
    /// Slots may move.
    bool reserve(std::uint32_t more, MemoryBudget* budget);
    /// A level at `at`, which find() answered for its key; requires room and that no level has the
    /// key. Answers where it stands.
    Slot insert(Slot at, const Level& level);
    void set(Slot slot, Quantity open, std::uint32_t order_count) {
        opens_[slot] = open.lots;
        if (counted_ || order_count != 0) set_count(slot, order_count);
    }
    /// Keys that are looked for together, or their slots.
    using Wanted = std::array<std::int64_t, 32>;
    /// What was at a key's place.
    struct Found {
        Quantity open;              ///< of the level, if there was one
        std::uint32_t order_count;  ///< likewise
        std::uint8_t had_slot;      ///< 1: a slot, taken or free, of the key
        std::uint8_t taken;         ///< 1: a level of the key
        std::uint8_t changed;       ///< 1: the level is to be another than it was
    };
    /// Where places, which find() answered, are the slots of their keys, the levels are to be like
    /// that, without order counts; nothing open takes them away. Free outermost slots are left to
    /// trim(). No branch depends on what is there. Answers how many levels are to change, those
    /// without a slot among them.
    std::size_t put_together(const Wanted& keys, const Wanted& places,
                             std::span<const LevelSet> levels,
                             std::span<Found, std::tuple_size_v<Wanted>> found);
    /// Leaves free outermost slots out.
    void trim();
    void remove(Slot slot) {
        opens_[slot] = 0;
        taken_[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
        --count_;
        if (slot + 1 == end_ || slot == begin_) trim();
    }
    void clear();

    /// Finds the first `count` keys, greatest first, as find() does. All of them one half further
    /// before the next: the loads of one search wait for each other, those of several do not, and
    /// no branch depends on a key.
    void find_together(const Wanted& keys, std::size_t count, Wanted& slots) const;
    /// What find() would answer, from a place near by.
    Slot near(Slot slot, std::int64_t key) const {
        slot = std::clamp(slot, begin_, end_);
        while (slot > begin_ && keys_[slot - 1] >= key)
            --slot;
        while (slot < end_ && keys_[slot] < key)
            ++slot;
        return slot;
    }
    std::span<const std::uint64_t> taken() const { return {taken_.get(), words_for(capacity_)}; }

private:
    static constexpr std::uint32_t few = 64;
    /// Slots that are moved at once; arrays have as much room behind the last slot, and a word of
    /// bits.
    static constexpr std::uint32_t step = 16;

    static constexpr std::size_t words_for(std::uint32_t capacity) {
        return (std::size_t{capacity} + 63) / 64;
    }
    Slot make_room(Slot at);
    void shift_few(Slot from, Slot to, std::uint32_t count);
    Slot free_near(Slot slot) const;
    Slot free_from(Slot slot) const;
    std::int64_t free_below(Slot slot) const;
    void shift(Slot from, Slot to, std::uint32_t count);
    void set_count(Slot slot, std::uint32_t order_count);
    void spread(std::uint32_t more);
    void pack();
    bool grow(MemoryBudget* budget);

    std::unique_ptr<std::int64_t[]> keys_;
    std::unique_ptr<std::int64_t[]> opens_;
    std::unique_ptr<std::uint32_t[]> counts_;
    std::unique_ptr<std::uint64_t[]> taken_;  // a bit a slot; where not, `opens_` may be anything
    Charge charge_;
    std::int64_t flip_;  // all bits of the keys of asks are turned: the lower one is better
    Slot begin_ = 0;
    Slot end_ = 0;
    std::uint32_t count_ = 0;
    std::uint32_t capacity_ = 0;
    std::size_t moved_ = 0;  // slots, since they were spread
    bool counted_ = false;   // any order count was not 0; until then counts_ holds nothing
};

/// The levels of a side, best last; good until the next change.
class LevelRows {
public:
    class Iterator {
    public:
        using iterator_concept = std::bidirectional_iterator_tag;
        using iterator_category = std::input_iterator_tag;
        using value_type = Level;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = Level;

        Iterator() = default;
        Iterator(const LevelSlots& slots, LevelSlots::Slot slot) : slots_{&slots}, slot_{slot} {}
        Level operator*() const { return slots_->level(slot_); }
        Iterator& operator++() {
            do
                ++slot_;
            while (slot_ < slots_->end() && !slots_->is_taken(slot_));
            return *this;
        }
        Iterator& operator--() {
            do
                --slot_;
            while (!slots_->is_taken(slot_));
            return *this;
        }
        Iterator operator++(int) {
            Iterator before = *this;
            ++*this;
            return before;
        }
        Iterator operator--(int) {
            Iterator before = *this;
            --*this;
            return before;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.slot_ == b.slot_; }

    private:
        const LevelSlots* slots_ = nullptr;
        LevelSlots::Slot slot_ = 0;
    };

    explicit LevelRows(const LevelSlots& slots) : slots_{&slots} {}

    std::size_t size() const { return slots_->count(); }
    bool empty() const { return size() == 0; }
    Iterator begin() const { return {*slots_, slots_->begin()}; }
    Iterator end() const { return {*slots_, slots_->end()}; }
    std::reverse_iterator<Iterator> rbegin() const { return std::reverse_iterator{end()}; }
    std::reverse_iterator<Iterator> rend() const { return std::reverse_iterator{begin()}; }
    Level front() const { return slots_->level(slots_->begin()); }   ///< the worst; of a side
    Level back() const { return slots_->level(slots_->end() - 1); }  ///< the best; not empty

private:
    const LevelSlots* slots_;
};

}  // namespace tickweir::book
