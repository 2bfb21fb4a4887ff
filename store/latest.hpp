// The newest value of something that one thread writes and any threads read. Nobody takes a lock,
// and a reader needs nothing of the writer: one that was preempted or died in the middle of a store
// leaves the value before it readable.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "book/ring.hpp"

namespace tickweir::store {

/// Whether T can pass through atomic words: no padding whose bytes would be indeterminate.
template <class T>
concept Words = std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T> &&
                    sizeof(T) %
                    sizeof(std::uint64_t) ==
                0;

/// Slots of atomic words and a version that counts the stores; version n lies in slot n % Slots.
///
///     version  n
///     slots    [ n - 1 ][ n ][ n + 1, partly ][ n - 2 ]      a new value takes the oldest slot,
///                                                            then the version moves on
///
/// All orders below serve one argument. Version n sends a reader to its slot. The first stores that
/// could tear the reader's copy are those of version n + Slots, and the writer makes them after it
/// has published n + Slots - 1. Thus if the reader meets a single word of that version or a later
/// one, it also finds the version at n + Slots - 1 or beyond afterwards, and drops the copy. No
/// fence is involved.
///
/// Two slots suffice for all of this; but then a copy is dropped as soon as one store is completed
/// during it, and the next one meets lines that the writer has just taken away. Of a value that is
/// stored millions of times a second, more slots let nearly every first copy stand.
template <Words T, std::size_t Slots = 2>
class Latest {
    static_assert(Slots >= 2 && std::has_single_bit(Slots));

public:
    /// Holds `T{}` as version 0.
    Latest() { fill(slots_[0], T{}); }
    Latest(const Latest&) = delete;
    Latest& operator=(const Latest&) = delete;

    /// The one writer only. Wait-free.
    void store(const T& value) {
        const std::uint64_t next = version_.load(std::memory_order_relaxed) + 1;  // our own
        fill(slots_[next % Slots], value);
        // Release: a reader that acquires this version sees every word of its slot.
        version_.store(next, std::memory_order_release);
    }

    /// Any thread. The newest value, whole. Copies again only if a store was completed during the
    /// copy, so each repetition is a step forward of the writer; a writer that stands still is
    /// never waited for.
    T load() const {
        for (;;)
            if (const std::optional<T> value = attempt()) return *value;
    }

    /// Any thread. The same in at most `attempts` copies; nothing if the writer overtook each of
    /// them. For those that must have a bound.
    [[nodiscard]] std::optional<T> try_load(unsigned attempts) const {
        for (; attempts > 0; --attempts)
            if (const std::optional<T> value = attempt()) return value;
        return std::nullopt;
    }

    /// Stores so far. Whoever sees it sees at least that value.
    std::uint64_t version() const { return version_.load(std::memory_order_acquire); }

private:
    static constexpr std::size_t word_count = sizeof(T) / sizeof(std::uint64_t);
    using Plain = std::array<std::uint64_t, word_count>;
    // A value as long as a cache line gets lines of its own; shorter ones share them with the
    // version, so that a reader fetches one line less.
    static constexpr std::size_t alignment =
        sizeof(T) >= book::cache_line_bytes ? book::cache_line_bytes : sizeof(std::uint64_t);
    struct alignas(alignment) Slot {
        std::array<std::atomic<std::uint64_t>, word_count> words;
    };

    static void fill(Slot& slot, const T& value) {
        const Plain plain = std::bit_cast<Plain>(value);
        for (std::size_t i = 0; i < word_count; ++i)
            // Release: carries the version published before it along to a reader of this word.
            slot.words[i].store(plain[i], std::memory_order_release);
    }

    std::optional<T> attempt() const {
        // Acquire: the words of this version, or of a later one, are there.
        const std::uint64_t before = version_.load(std::memory_order_acquire);
        const Slot& slot = slots_[before % Slots];
        Plain plain;
        for (std::size_t i = 0; i < word_count; ++i)
            // Acquire: a word of a later version brings the version before that one with it.
            plain[i] = slot.words[i].load(std::memory_order_acquire);
        // Relaxed: the acquiring loads above keep it behind them, and coherence does the rest.
        const std::uint64_t after = version_.load(std::memory_order_relaxed);
        if (after - before >= Slots - 1) return std::nullopt;
        return std::bit_cast<T>(plain);
    }

    std::atomic<std::uint64_t> version_{0};
    std::array<Slot, Slots> slots_;
};

}  // namespace tickweir::store
