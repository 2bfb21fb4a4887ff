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

namespace tickweir::store {

/// What does not change while an instrument is known.
struct Instrument {
    std::string venue;               ///< such as `nasdaq`
    std::string symbol;              ///< the venue's own
    std::string base;                ///< asset that is traded; empty where not known
    std::string quote;               ///< asset that is paid
    unsigned price_decimals = 0;     ///< a Price is in units of 10^-price_decimals
    unsigned quantity_decimals = 0;  ///< likewise
    book::Price tick{1};             ///< least difference of prices
    book::Quantity lot{1};           ///< least difference of quantities
    std::uint32_t writer = 0;        ///< the market shard that writes its values
    friend bool operator==(const Instrument&, const Instrument&) = default;
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

    std::size_t limit_;
    std::unique_ptr<Instrument[]> entries_;
    // Release after the entry is written: readers that see the count see the entry.
    std::atomic<std::size_t> count_{0};
    std::atomic<std::uint64_t> refused_{0};
    mutable std::mutex adding_;
    Ids by_name_;  // guarded by adding_; its names are those of the entries, which never move
};

}  // namespace tickweir::store
