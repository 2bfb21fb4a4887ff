// The registry of instruments: who they are and in which units their numbers are. Grows only; an
// instrument keeps its id as long as the store lives.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "book/ensure.hpp"
#include "book/types.hpp"
#include "store/values.hpp"

namespace tickweir::store {

/// What does not change while an instrument is known.
struct Instrument {
    std::string venue;               ///< such as `nasdaq`
    std::string symbol;              ///< the venue's own
    std::string base;                ///< asset that is traded; empty where not known
    std::string quote;               ///< asset that is paid
    unsigned price_decimals = 0;     ///< when it became known: Instruments::scaling() has today's
    unsigned quantity_decimals = 0;  ///< likewise
    book::Price tick{1};             ///< least difference of prices, in units of price_decimals
    book::Quantity lot{1};           ///< least difference of quantities, likewise
    std::uint32_t writer = 0;        ///< the market shard that writes its values
    bool has_orders = true;          ///< its feed tells single orders (L3), not only levels
    friend bool operator==(const Instrument&, const Instrument&) = default;
};

/// In which units an instrument's newest numbers are. A reader of a value needs it not: each value
/// carries its own scale, which may be an older one.
struct Scaling {
    Scale scale;
    std::uint32_t version = 0;  ///< times that it became finer
    friend bool operator==(const Scaling&, const Scaling&) = default;
};

/// Ids are dense from 0. Reading is lock-free on any thread; adding and finding take a lock.
class Instruments {
public:
    /// The longest venue, symbol, base or quote, in bytes.
    static constexpr std::size_t name_bytes_max = 64;

    /// Takes the entries of `limit` instruments at once; their names are allocated as they come.
    explicit Instruments(std::size_t limit);
    Instruments(const Instruments&) = delete;
    Instruments& operator=(const Instruments&) = delete;

    /// The id of (venue, symbol), new or known; what a known one was added with stays. None when
    /// the limit is reached, a name is too long or venue or symbol is empty (counted).
    std::optional<book::InstrumentId> add(const Instrument& instrument);

    /// The id of (venue, symbol), if known. Takes the lock; for questions, not for updates.
    std::optional<book::InstrumentId> find(std::string_view venue, std::string_view symbol) const;

    /// Instruments so far; those below it may be read.
    std::size_t count() const { return count_.load(std::memory_order_acquire); }
    /// Requires an id below count().
    const Instrument& operator[](book::InstrumentId id) const {
        const auto index = static_cast<std::size_t>(id);
        book::ensure(index < count());
        return entries_[index];
    }

    /// Requires an id below count(). Lock-free.
    Scaling scaling(book::InstrumentId id) const {
        const auto index = static_cast<std::size_t>(id);
        book::ensure(index < count());
        // Relaxed: one word says all, and nothing else is read by it.
        return unpack(scalings_[index].load(std::memory_order_relaxed));
    }

    /// The instrument's numbers have at least so many decimals from now on. False where they had
    /// before. The instrument's writer only.
    bool refine(book::InstrumentId id, Scale scale);

    std::size_t limit() const { return limit_; }
    std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

    /// What one instrument takes here, names longer than std::string's own room apart.
    static std::size_t instrument_bytes();

private:
    using Name = std::pair<std::string_view, std::string_view>;  // venue, symbol
    struct NameHash {
        std::size_t operator()(const Name& name) const;
    };
    using Ids = std::unordered_map<Name, book::InstrumentId, NameHash>;

    static constexpr Scaling unpack(std::uint64_t word) {
        return {{static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(word >> 8)},
                static_cast<std::uint32_t>(word >> 32)};
    }
    static constexpr std::uint64_t pack(const Scaling& scaling) {
        return std::uint64_t{scaling.version} << 32 |
               std::uint64_t{scaling.scale.quantity_decimals} << 8 | scaling.scale.price_decimals;
    }

    std::size_t limit_;
    std::unique_ptr<Instrument[]> entries_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> scalings_;
    // Release after the entry is written: readers that see the count see the entry.
    std::atomic<std::size_t> count_{0};
    std::atomic<std::uint64_t> refused_{0};
    mutable std::mutex adding_;
    Ids by_name_;  // guarded by adding_; its names are those of the entries, which never move
};

}  // namespace tickweir::store
