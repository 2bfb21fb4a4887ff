// A bounded queue between exactly one producer thread and one consumer thread. Neither ever waits:
// a full ring refuses, an empty one yields nothing, and what to do about it is the caller's choice.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "book/budget.hpp"
#include "book/ensure.hpp"

namespace tickweir::book {

/// Bytes that two cores cannot write without disturbing each other.
inline constexpr std::size_t cache_line_bytes = 64;

/// Single-producer single-consumer ring of a power of two of slots. Indices count up for ever; the
/// slot of index i is i & (capacity - 1), so a full ring uses every slot.
///
///     slots      | . | . | c | d | e | f | . | . |      capacity 8, four values
///                          ^               ^
///                        head            tail
///                 consumer writes it     producer writes it
///
///     line 0     slots, mask                  written once
///     line 1     tail (atomic), head as the producer last saw it
///     line 2     head (atomic), tail as the consumer last saw it
///
/// Each side reads the other's index only when its own copy says full (or empty), so that a line
/// moves between the cores once a batch and not once a value.
template <class T>
class SpscRing {
    static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>);

public:
    /// A batch to push: copied where a copy is as good as a move, else moved from.
    using Batch = std::span<std::conditional_t<std::is_trivially_copyable_v<T>, const T, T>>;

    /// What the slots of a ring of this capacity take; to be charged before it is made.
    static constexpr std::size_t bytes_for(std::size_t capacity) { return capacity * sizeof(Slot); }

    /// Allocates all slots; `capacity` is a power of two. The charge, unless empty, covers
    /// bytes_for(capacity) and is held as long as the ring lives.
    explicit SpscRing(std::size_t capacity, Charge charge = {})
        : charge_(std::move(charge)), mask_(capacity - 1) {
        ensure(std::has_single_bit(capacity));
        ensure(charge_.budget() == nullptr || charge_.bytes() >= bytes_for(capacity));
        // Zeroed, so that its memory is there from the start, and not once it has gone round.
        slots_ = std::make_unique<Slot[]>(capacity);
    }
    SpscRing(const SpscRing&) = delete;
    SpscRing& operator=(const SpscRing&) = delete;
    /// Destroys what was not popped. Both threads have let go of the ring.
    ~SpscRing() {
        while (try_pop()) {
        }
    }

    /// Producer only. False when the ring is full; the value is then left untouched.
    template <class Value>
    requires std::constructible_from<T, Value&&>
    [[nodiscard]] bool try_push(Value&& value) {
        const std::size_t tail = tail_.load(std::memory_order_relaxed);  // our own
        if (free_slots(tail, 1) == 0) return false;
        std::construct_at(slot(tail), std::forward<Value>(value));
        publish_tail(tail + 1);
        return true;
    }

    /// Producer only. Pushes as many as fit, in order, and answers how many.
    [[nodiscard]] std::size_t push_some(Batch values) {
        const std::size_t tail = tail_.load(std::memory_order_relaxed);
        const std::size_t count = std::min(values.size(), free_slots(tail, values.size()));
        for (std::size_t i = 0; i < count; ++i)
            std::construct_at(slot(tail + i), std::move(values[i]));
        publish_tail(tail + count);
        return count;
    }

    /// Consumer only. The oldest value, or nothing when the ring is empty.
    [[nodiscard]] std::optional<T> try_pop() {
        const std::size_t head = head_.load(std::memory_order_relaxed);  // our own
        if (filled_slots(head, 1) == 0) return std::nullopt;
        T* const oldest = slot(head);
        std::optional<T> value{std::move(*oldest)};
        std::destroy_at(oldest);
        publish_head(head + 1);
        return value;
    }

    /// Consumer only. Moves as many as there are, in order, into `values`; answers how many.
    [[nodiscard]] std::size_t pop_some(std::span<T> values) requires std::is_move_assignable_v<T> {
        const std::size_t head = head_.load(std::memory_order_relaxed);
        const std::size_t count = std::min(values.size(), filled_slots(head, values.size()));
        for (std::size_t i = 0; i < count; ++i) {
            T* const oldest = slot(head + i);
            values[i] = std::move(*oldest);
            std::destroy_at(oldest);
        }
        publish_head(head + count);
        return count;
    }

    std::size_t capacity() const { return mask_ + 1; }

    /// Values in the ring at some moment during the call. Any thread; exact while both sides rest.
    std::size_t size_approx() const {
        // Head first: it cannot be ahead of a tail read later. It may be old by then, though, and
        // the difference more than the ring ever held.
        const std::size_t head = head_.load(std::memory_order_acquire);
        const std::size_t tail = tail_.load(std::memory_order_relaxed);
        return std::min(tail - head, capacity());
    }

private:
    struct Slot {
        alignas(T) std::byte bytes[sizeof(T)];
    };

    T* slot(std::size_t index) { return reinterpret_cast<T*>(slots_[index & mask_].bytes); }

    // Acquire, paired with publish_head: the consumer's reads and destruction of the slots that we
    // are about to reuse happened before it gave them back.
    std::size_t free_slots(std::size_t tail, std::size_t wanted) {
        if (capacity() - (tail - seen_head_) < wanted)
            seen_head_ = head_.load(std::memory_order_acquire);
        return capacity() - (tail - seen_head_);
    }

    // Acquire, paired with publish_tail: the values up to that tail are fully constructed for us.
    std::size_t filled_slots(std::size_t head, std::size_t wanted) {
        if (seen_tail_ - head < wanted) seen_tail_ = tail_.load(std::memory_order_acquire);
        return seen_tail_ - head;
    }

    // Release: publishes the values just constructed to the consumer.
    void publish_tail(std::size_t tail) { tail_.store(tail, std::memory_order_release); }
    // Release: tells the producer that the slots below are no longer read.
    void publish_head(std::size_t head) { head_.store(head, std::memory_order_release); }

    Charge charge_;
    std::size_t mask_;
    std::unique_ptr<Slot[]> slots_;
    alignas(cache_line_bytes) std::atomic<std::size_t> tail_{0};  // the producer writes it
    std::size_t seen_head_ = 0;                                   // producer only
    alignas(cache_line_bytes) std::atomic<std::size_t> head_{0};  // the consumer writes it
    std::size_t seen_tail_ = 0;                                   // consumer only
};

}  // namespace tickweir::book
