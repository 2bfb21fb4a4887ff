// Where messages are found in a journal: one place for each stretch of bytes, in a ring of fixed
// size, so that memory does not grow with messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "book/ensure.hpp"

namespace tickweir::gateway::fix {

/// A record's place: the file and the byte that it begins at.
struct JournalPlace {
    std::uint32_t segment = 0;
    std::uint64_t offset = 0;
    friend auto operator<=>(const JournalPlace&, const JournalPlace&) = default;
};

/// Places by ascending number and place. Memory is taken once, and touched as it fills.
class JournalIndex {
public:
    explicit JournalIndex(std::size_t capacity)
        : entries_{std::make_unique_for_overwrite<Entry[]>(capacity)}, capacity_{capacity} {}

    bool empty() const { return count_ == 0; }

    /// Behind all others. There is room.
    void add(std::uint64_t number, JournalPlace place) {
        book::ensure(count_ < capacity_);
        entries_[slot(count_++)] = {number, place.offset, place.segment};
    }

    /// The last place.
    JournalPlace back() const { return place_of(at(count_ - 1)); }

    /// Where to begin for the first message numbered at least `number`: at most a stretch before
    /// it; of an empty index nothing. Logarithmic.
    std::optional<JournalPlace> find(std::uint64_t number) const {
        if (empty()) return std::nullopt;
        const std::size_t behind = first([&](const Entry& entry) { return entry.number > number; });
        return place_of(at(behind == 0 ? 0 : behind - 1));
    }

    /// The first place behind another one. Logarithmic.
    std::optional<JournalPlace> behind(JournalPlace place) const {
        const std::size_t next = first([&](const Entry& entry) { return place_of(entry) > place; });
        if (next == count_) return std::nullopt;
        return place_of(at(next));
    }

    /// Forgets the places of the files before `segment`.
    void forget_before(std::uint32_t segment) {
        while (!empty() && at(0).segment < segment) {
            first_ = (first_ + 1) % capacity_;
            --count_;
        }
    }
    /// Forgets those from a place on; tells how many.
    std::size_t forget_from(JournalPlace place) {
        const std::size_t before = count_;
        while (!empty() && back() >= place)
            --count_;
        return before - count_;
    }
    void clear() { count_ = 0; }

private:
    struct Entry {
        std::uint64_t number;
        std::uint64_t offset;
        std::uint32_t segment;
    };

    static JournalPlace place_of(const Entry& entry) { return {entry.segment, entry.offset}; }
    std::size_t slot(std::size_t i) const { return (first_ + i) % capacity_; }
    const Entry& at(std::size_t i) const { return entries_[slot(i)]; }

    /// The first entry that `is` true for, which it stays; count_ where there is none.
    template <class Is>
    std::size_t first(Is&& is) const {
        std::size_t low = 0;
        std::size_t high = count_;
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if (is(at(middle)))
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    std::unique_ptr<Entry[]> entries_;
    std::size_t capacity_;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

}  // namespace tickweir::gateway::fix
