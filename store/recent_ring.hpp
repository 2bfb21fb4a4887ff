// The newest values of a series that one thread writes and any threads read, in memory of a fixed
// size that somebody else owns. Old values are overwritten without asking; a reader that was
// overtaken gets fewer values, never a torn one.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

#include "book/ring.hpp"
#include "store/latest.hpp"

namespace tickweir::store {

/// A view of a ring in zeroed memory; copies of it are the same ring. Values are numbered from 0;
/// value i lies in slot i & (capacity - 1).
///
///     line 0    begun, done        counts of the values whose writing has begun, and is done
///     line 1..  slots              a power of two of them, a whole number of cache lines each
///
/// The writer raises `begun` to i + 1, fills the slot of value i (and so destroys value
/// i - capacity), and raises `done`. A reader copies, then looks at `begun` once more: all values
/// from begun - capacity on were whole while it copied. For if it met a word of value i, it also
/// finds `begun` beyond i, by the release of the word and its own acquire.
template <Words T>
class RecentRing {
public:
    /// What a ring takes, in words; whole cache lines.
    static constexpr std::size_t words_for(std::size_t capacity) {
        return line_words + capacity * slot_words;
    }

    /// `memory` begins a cache line and has words_for(capacity) words: all zero, or those of a ring
    /// of this type and capacity. `capacity` is a power of two.
    RecentRing(std::uint64_t* memory, std::size_t capacity)
        : memory_(memory), mask_(capacity - 1) {}

    std::size_t capacity() const { return mask_ + 1; }

    /// The one writer only. Wait-free.
    void push(const T& value) {
        const std::uint64_t index = done().load(std::memory_order_relaxed);  // our own
        // Relaxed: the releasing stores of the words publish it.
        begun().store(index + 1, std::memory_order_relaxed);
        const Plain plain = std::bit_cast<Plain>(value);
        std::uint64_t* const words = slot(index);
        for (std::size_t i = 0; i < plain.size(); ++i)
            // Release: a reader of this word sees that its value was begun.
            word(words[i]).store(plain[i], std::memory_order_release);
        // Release: a reader that acquires the count sees every word below it.
        done().store(index + 1, std::memory_order_release);
    }

    /// Values pushed so far.
    std::uint64_t pushed() const { return done().load(std::memory_order_acquire); }

    /// Any thread. Copies the newest values, oldest first, at most `into.size()` of them and at
    /// most the capacity; answers how many. They follow each other without a gap, and the last one
    /// is the newest at some moment of the call. Fewer than there are only if the writer overtook
    /// each of several copies; it is never waited for.
    std::size_t copy_newest(std::span<T> into) const {
        std::size_t copied = 0;
        for (int attempt = 0; attempt < attempts_max; ++attempt) {
            // Acquire: all values below are there, or newer ones in their place.
            const std::uint64_t end = done().load(std::memory_order_acquire);
            const std::size_t wanted =
                static_cast<std::size_t>(std::min<std::uint64_t>({end, capacity(), into.size()}));
            copied = copy(end - wanted, into.first(wanted));
            if (copied == wanted) break;
        }
        return copied;
    }

private:
    static constexpr int attempts_max = 4;
    using Plain = std::array<std::uint64_t, sizeof(T) / sizeof(std::uint64_t)>;
    static constexpr std::size_t line_words = book::cache_line_bytes / sizeof(std::uint64_t);
    static constexpr std::size_t slot_words =
        (std::tuple_size_v<Plain> + line_words - 1) / line_words * line_words;
    using Word = std::atomic_ref<std::uint64_t>;
    static_assert(Word::is_always_lock_free);

    static Word word(std::uint64_t& plain) { return Word{plain}; }
    Word begun() const { return Word{memory_[0]}; }
    Word done() const { return Word{memory_[1]}; }
    std::uint64_t* slot(std::uint64_t index) const {
        return memory_ + line_words + (index & mask_) * slot_words;
    }

    // Copies the values from `first` on and keeps those that were whole, at the front of `into`.
    // The oldest ones go first, for they are the next to be overwritten.
    std::size_t copy(std::uint64_t first, std::span<T> into) const {
        for (std::size_t n = 0; n < into.size(); ++n) {
            std::uint64_t* const words = slot(first + n);
            Plain plain;
            for (std::size_t i = 0; i < plain.size(); ++i)
                // Acquire: a word of a newer value brings along that it was begun.
                plain[i] = word(words[i]).load(std::memory_order_acquire);
            into[n] = std::bit_cast<T>(plain);
        }
        // Relaxed: the acquiring loads above keep it behind them.
        const std::uint64_t begun_now = begun().load(std::memory_order_relaxed);
        const std::uint64_t whole_from = begun_now > capacity() ? begun_now - capacity() : 0;
        if (whole_from <= first) return into.size();
        const std::size_t lost =
            static_cast<std::size_t>(std::min<std::uint64_t>(whole_from - first, into.size()));
        std::ranges::copy(into.subspan(lost), into.begin());
        return into.size() - lost;
    }

    std::uint64_t* memory_;
    std::size_t mask_;
};

}  // namespace tickweir::store
