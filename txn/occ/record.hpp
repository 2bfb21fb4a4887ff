// Records that several threads change at one time, each behind a version word: odd while it is
// locked, and another one after every change. One line of cache each.
//
// Memory orders. Who locks acquires what the last holder released by unlocking. A reader that sees
// one word of a change also sees, by the word's release and its own acquire, that the record was
// locked for it: the version read again then differs. So two equal, even versions around the words
// mean that no change lies between.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "book/exact/wide.hpp"

namespace tickweir::txn::occ {

using book::exact::Int128;
using book::exact::Uint128;

/// What a record says: numbers whose meaning is its owner's.
struct Value {
    std::array<Int128, 3> fields{};
    friend bool operator==(const Value&, const Value&) = default;
};

/// No sum of a transaction takes a field further out than this: 10^37.
inline constexpr Int128 field_max = static_cast<Int128>(book::exact::power_of_ten(37));

class alignas(64) Record {
public:
    /// Steps of waiting for a lock before it counts as a conflict: about a microsecond.
    static constexpr unsigned patience = 100;

    std::uint64_t key() const { return key_; }
    /// Before anyone else sees the record.
    void set_key(std::uint64_t key) { key_ = key; }

    std::uint64_t version() const { return word(version_).load(std::memory_order_seq_cst); }
    static bool is_locked(std::uint64_t version) { return (version & 1) != 0; }

    /// The value as of one moment, and its version; false if the record stayed locked.
    bool read(Value& value, std::uint64_t& version) const {
        for (unsigned i = 0; i < patience; ++i) {
            version = this->version();
            if (is_locked(version)) {
                pause();
                continue;
            }
            value = load();
            if (this->version() == version) return true;
        }
        return false;
    }

    /// Sequentially consistent, as reserving in the log is: see Transaction.
    bool try_lock() {
        std::uint64_t seen = word(version_).load(std::memory_order_relaxed);
        return !is_locked(seen) &&
               word(version_).compare_exchange_strong(seen, seen + 1, std::memory_order_seq_cst,
                                                      std::memory_order_relaxed);
    }
    bool lock_patiently() {
        for (unsigned i = 0; i < patience; ++i) {
            if (try_lock()) return true;
            pause();
        }
        return false;
    }

    /// Where nobody else changes it: recovery.
    void set(const Value& value) {
        store(value);
        unlock(2);
    }

    // For the holder of the lock.

    Value load() const {
        Value value;
        for (std::size_t i = 0; i < value.fields.size(); ++i) {
            const Uint128 low = word(words_[2 * i]).load(std::memory_order_acquire);
            const Uint128 high = word(words_[2 * i + 1]).load(std::memory_order_acquire);
            value.fields[i] = static_cast<Int128>(high << 64 | low);
        }
        return value;
    }
    void store(const Value& value) {
        for (std::size_t i = 0; i < value.fields.size(); ++i) {
            const auto bits = static_cast<Uint128>(value.fields[i]);
            word(words_[2 * i]).store(static_cast<std::uint64_t>(bits), std::memory_order_release);
            word(words_[2 * i + 1])
                .store(static_cast<std::uint64_t>(bits >> 64), std::memory_order_release);
        }
    }
    /// As it was.
    void unlock_unchanged() { unlock(-1); }
    /// As another version.
    void unlock_changed() { unlock(1); }

private:
    static std::atomic_ref<std::uint64_t> word(const std::uint64_t& word) {
        return std::atomic_ref{const_cast<std::uint64_t&>(word)};
    }
    static void pause() {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
    void unlock(int change) {
        // Others only try meanwhile, and change nothing.
        const std::uint64_t locked = word(version_).load(std::memory_order_relaxed);
        word(version_).store(locked + static_cast<std::uint64_t>(change),
                             std::memory_order_release);
    }

    std::uint64_t version_;
    std::uint64_t key_;
    std::array<std::uint64_t, 6> words_;
};
static_assert(sizeof(Record) == 64);

/// A part of the sum that a state's hash is; zeros have none, so that a record that was never there
/// and one that is empty again are the same.
inline Uint128 hash_of(std::uint64_t key, const Value& value) {
    if (value == Value{}) return 0;
    const auto folded = [](std::uint64_t a, std::uint64_t b) {
        const Uint128 product = Uint128{a} * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    std::uint64_t low = key ^ 0xa0761d6478bd642f;
    std::uint64_t high = key ^ 0xe7037ed1a0b428db;
    for (const Int128 field : value.fields) {
        const auto bits = static_cast<Uint128>(field);
        const auto first = static_cast<std::uint64_t>(bits);
        const auto second = static_cast<std::uint64_t>(bits >> 64);
        low = folded(low ^ first, 0x8ebc6af09c88c6e3 ^ second);
        high = folded(high ^ second, 0x589965cc75374cc3 ^ first) + low;
    }
    return Uint128{high} << 64 | folded(low ^ high, 0x1d8e4e27c47d124f);
}

}  // namespace tickweir::txn::occ
