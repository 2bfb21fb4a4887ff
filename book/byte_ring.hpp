// A bounded queue of byte records of any length between exactly one producer thread and one
// consumer thread. Records are written and read in place: nothing is copied on the way through.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "book/budget.hpp"
#include "book/ensure.hpp"
#include "book/ring.hpp"

namespace tickweir::book {

/// Single-producer single-consumer ring of records. A record is contiguous: one that does not fit
/// before the end of the buffer starts again at its beginning, behind a filler.
///
///     | .. | length payload pad | length payload pad | filler |      lengths and payloads lie on
///            ^ head                      ^ tail                      multiples of 8 bytes
///
/// Neither side ever waits: a full ring gives no room, an empty one no record. Records become
/// visible to the consumer with publish(), and their room to the producer with release(), so that
/// the shared lines move between the cores once a batch.
class ByteRing {
public:
    /// What a ring of this capacity takes; to be charged before it is made.
    static constexpr std::size_t bytes_for(std::size_t capacity) { return capacity; }

    /// `capacity` is a power of two, at least 64 bytes. The charge, unless empty, covers it.
    explicit ByteRing(std::size_t capacity, Charge charge = {})
        : charge_(std::move(charge)), mask_(capacity - 1) {
        ensure(capacity >= 64 && (capacity & mask_) == 0);
        ensure(charge_.budget() == nullptr || charge_.bytes() >= bytes_for(capacity));
        // Zeroed, so that its memory is there from the start, and not once it has gone round.
        bytes_ = std::make_unique<Word[]>(capacity / sizeof(Word));
    }
    ByteRing(const ByteRing&) = delete;
    ByteRing& operator=(const ByteRing&) = delete;

    std::size_t capacity() const { return mask_ + 1; }
    /// The longest record that an empty ring takes wherever its ends stand.
    std::size_t record_bytes_max() const { return capacity() / 2 - sizeof(Word); }

    // ---------------------------------------------------------------------------- producer thread

    /// Whether records of `bytes` in all surely fit, each counted with record_bytes() and none
    /// longer than `longest`.
    [[nodiscard]] bool fits(std::size_t bytes, std::size_t longest) {
        return has_room(bytes + record_bytes(longest));  // the last one's worth may become filler
    }
    /// What a record of so many bytes takes in the ring.
    static constexpr std::size_t record_bytes(std::size_t bytes) {
        return sizeof(Word) + padded(bytes);
    }

    /// Room for a record of up to `bytes`, aligned to 8; empty when the ring is full. Calling again
    /// without commit() gives the same place.
    [[nodiscard]] std::span<std::byte> reserve(std::size_t bytes) {
        ensure(bytes <= record_bytes_max());
        const std::size_t wanted = sizeof(Word) + padded(bytes);
        const std::size_t to_end = capacity() - (written_ & mask_);
        const std::size_t filler = to_end < wanted ? to_end : 0;
        if (!has_room(filler + wanted)) return {};
        if (filler != 0) {
            length_at(written_) = filler_mark;
            written_ += filler;
        }
        return {at(written_ + sizeof(Word)), bytes};
    }

    /// Ends the record that reserve() gave room for; `bytes` is at most what was reserved. The
    /// consumer sees it after publish().
    void commit(std::size_t bytes) {
        length_at(written_) = bytes;
        written_ += sizeof(Word) + padded(bytes);
    }

    /// Shows everything committed to the consumer.
    void publish() {
        // Release: the records' bytes happen before the consumer reads them.
        tail_.store(written_, std::memory_order_release);
    }

    // ---------------------------------------------------------------------------- consumer thread

    /// The oldest record not yet passed by advance(), valid until release(); `data() == nullptr`
    /// when there is none.
    [[nodiscard]] std::span<const std::byte> front() {
        for (;;) {
            if (read_ == seen_tail_) {
                // Acquire, paired with publish(): the bytes below that tail are whole for us.
                seen_tail_ = tail_.load(std::memory_order_acquire);
                if (read_ == seen_tail_) return {};
            }
            const std::uint64_t length = length_at(read_);
            if (length != filler_mark) return {at(read_ + sizeof(Word)), length};
            read_ += capacity() - (read_ & mask_);
        }
    }

    /// Goes past the record that front() gave.
    void advance() { read_ += sizeof(Word) + padded(length_at(read_)); }

    /// Gives the room of everything passed back to the producer.
    void release() {
        // Release: our reads of the records happened before the producer writes there again.
        head_.store(read_, std::memory_order_release);
    }

    // --------------------------------------------------------------------------------- any thread

    /// Bytes between the ends at some moment during the call.
    std::size_t bytes_approx() const {
        const std::size_t head = head_.load(std::memory_order_acquire);
        const std::size_t tail = tail_.load(std::memory_order_relaxed);
        return std::min(tail - head, capacity());
    }
    bool empty_approx() const { return bytes_approx() == 0; }

private:
    using Word = std::uint64_t;
    static constexpr Word filler_mark = ~Word{0};

    static constexpr std::size_t padded(std::size_t bytes) {
        return (bytes + sizeof(Word) - 1) & ~(sizeof(Word) - 1);
    }
    Word& length_at(std::size_t index) { return bytes_[(index & mask_) / sizeof(Word)]; }
    std::byte* at(std::size_t index) {
        return reinterpret_cast<std::byte*>(bytes_.get()) + (index & mask_);
    }
    bool has_room(std::size_t bytes) {
        if (capacity() - (written_ - seen_head_) < bytes)
            // Acquire, paired with release(): the consumer is done with what lies below that head.
            seen_head_ = head_.load(std::memory_order_acquire);
        return capacity() - (written_ - seen_head_) >= bytes;
    }

    Charge charge_;
    std::size_t mask_;
    std::unique_ptr<Word[]> bytes_;
    alignas(cache_line_bytes) std::atomic<std::size_t> tail_{0};  // the producer writes it
    std::size_t written_ = 0;                                     // producer only
    std::size_t seen_head_ = 0;                                   // producer only
    alignas(cache_line_bytes) std::atomic<std::size_t> head_{0};  // the consumer writes it
    std::size_t read_ = 0;                                        // consumer only
    std::size_t seen_tail_ = 0;                                   // consumer only
};

}  // namespace tickweir::book
