// When orders come up: a wheel of time slots, so that scheduling and expiring take constant time
// however many orders wait. Ties are broken by order, so that the sequence is the same everywhere.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "book/types.hpp"

namespace tickweir::replay::simulator {

/// An order whose time has come.
struct Expiry {
    std::uint64_t time_ns;  ///< since midnight
    book::OrderId order;

    /// Later first: the order of a heap with the earliest on top.
    friend constexpr bool operator<(const Expiry& a, const Expiry& b) {
        return a.time_ns != b.time_ns ? a.time_ns > b.time_ns : a.order > b.order;
    }
};

/// Slots of 131 µs in a ring; what lies in the present slot is a small heap.
///
///   ring  [ . . | now | . . x . x x . . ]    x: list of expiries, unsorted
///                  └► heap, earliest on top
class ExpiryWheel {
public:
    static constexpr std::uint64_t slot_ns = std::uint64_t{1} << 17;
    static constexpr std::size_t slot_count = std::size_t{1} << 19;
    /// How far ahead an expiry may lie.
    static constexpr std::uint64_t horizon_ns = slot_ns * (slot_count - 1);

    ExpiryWheel() : slots_(slot_count, 0), entries_(1) {}

    /// Forgets the time before: nothing may be scheduled earlier.
    void start(std::uint64_t now_ns) { slot_ = now_ns / slot_ns; }

    /// Requires that the expiry lies within the horizon of the last `next_until`.
    void schedule(Expiry expiry) {
        const std::uint64_t slot = expiry.time_ns / slot_ns;
        if (slot <= slot_) {
            due_.push_back(expiry);
            std::push_heap(due_.begin(), due_.end());
            return;
        }
        const std::uint32_t index = take();
        std::uint32_t& head = slots_[slot % slot_count];
        entries_[index] = {expiry, head};
        head = index;
    }

    /// The earliest expiry up to and including `limit_ns`, which never falls from call to call.
    std::optional<Expiry> next_until(std::uint64_t limit_ns) {
        const std::uint64_t last = limit_ns / slot_ns;
        while (due_.empty()) {
            if (slot_ >= last) return std::nullopt;
            ++slot_;
            load(slots_[slot_ % slot_count]);
        }
        if (due_.front().time_ns > limit_ns) return std::nullopt;
        std::pop_heap(due_.begin(), due_.end());
        const Expiry earliest = due_.back();
        due_.pop_back();
        return earliest;
    }

private:
    struct Entry {
        Expiry expiry;
        std::uint32_t next;  ///< in the slot or the free list; 0 ends it
    };

    std::uint32_t take() {
        if (free_ == 0) {
            entries_.push_back({});
            return static_cast<std::uint32_t>(entries_.size() - 1);
        }
        const std::uint32_t index = free_;
        free_ = entries_[index].next;
        return index;
    }

    void load(std::uint32_t& head) {
        while (head != 0) {
            const std::uint32_t index = head;
            due_.push_back(entries_[index].expiry);
            head = entries_[index].next;
            entries_[index].next = free_;
            free_ = index;
        }
        std::make_heap(due_.begin(), due_.end());
    }

    std::vector<std::uint32_t> slots_;
    std::vector<Entry> entries_;
    std::vector<Expiry> due_;
    std::uint64_t slot_ = 0;
    std::uint32_t free_ = 0;
};

}  // namespace tickweir::replay::simulator
