// The in-memory database of market data: for each instrument the latest values and its recent
// trades and quotes. Writers are the market shards, each for its own instruments; readers are any
// threads, and never wait.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "book/arena.hpp"
#include "book/budget.hpp"
#include "book/ensure.hpp"
#include "book/ring.hpp"
#include "book/types.hpp"
#include "store/instruments.hpp"
#include "store/latest.hpp"
#include "store/recent_ring.hpp"
#include "store/values.hpp"

namespace tickweir::store {

/// What a store may grow to.
struct Limits {
    std::size_t instruments = 10'000;
    std::size_t active_instruments = 10'000;  ///< that may have rings, given at first update
    std::size_t trades_per_instrument = 256;  ///< kept; a power of two
    std::size_t quotes_per_instrument = 256;  ///< kept; a power of two
    std::size_t listeners = 16;
};

/// In-process users that want every update as it is written. Called by the writer of the
/// instrument, so it must be quick, must not block and must not call the store's writing functions.
class StoreListener {
public:
    virtual void on_quote(book::InstrumentId, const Quote&) {}
    virtual void on_trade(book::InstrumentId, const Trade&) {}
    virtual void on_depth(book::InstrumentId, const Depth&) {}
    virtual void on_status(book::InstrumentId, const InstrumentStatus&) {}

protected:
    ~StoreListener() = default;
};

class MarketStore {
public:
    /// Takes the cells of all instruments at once, and reserves addresses for the rings; throws
    /// std::bad_alloc where addresses or the budget of the cells do not suffice. `cells` is charged
    /// with limits.instruments * idle_instrument_bytes(), `rings` with ring_bytes() at each
    /// instrument's first trade or quote. The budgets outlive the store.
    MarketStore(const Limits& limits, book::MemoryBudget* cells, book::MemoryBudget* rings);
    MarketStore(const MarketStore&) = delete;
    MarketStore& operator=(const MarketStore&) = delete;
    ~MarketStore();

    /// The registry: adding is rare, takes a lock, and is safe on any thread.
    Instruments& instruments() { return instruments_; }
    const Instruments& instruments() const { return instruments_; }

    // --------------------------------------------- writing: the one owner of the instrument only
    // Constant time. Nothing is allocated; the first trade or quote takes the rings from the pool.

    void put_quote(book::InstrumentId, const Quote&);
    /// Numbers the trade (index, counted from 1) and answers it as stored.
    Trade put_trade(book::InstrumentId, const Trade&);
    void put_depth(book::InstrumentId, const Depth&);
    void put_status(book::InstrumentId, const InstrumentStatus&);

    // ------------------------------------------------------------ reading: any thread, lock-free
    /// All of these need an id below instruments().count(). Each value is whole; two values read
    /// one after the other need not be of one moment.
    Quote latest_quote(book::InstrumentId id) const { return cell(id).quote.load(); }
    Trade latest_trade(book::InstrumentId id) const {  ///< index 0: none yet
        return cell(id).trade.load();
    }
    Depth latest_depth(book::InstrumentId id) const { return cell(id).depth.load(); }
    InstrumentStatus latest_status(book::InstrumentId id) const { return cell(id).status.load(); }

    /// Copies the newest trades (or quotes) that are still kept, oldest first and without a gap, at
    /// most `into.size()`; answers how many. What latest_trade() has shown is among them or was
    /// overwritten. None for an instrument that got no rings.
    std::size_t recent_trades(book::InstrumentId, std::span<Trade> into) const;
    std::size_t recent_quotes(book::InstrumentId, std::span<Quote> into) const;

    /// Before the writers start; throws std::length_error beyond limits.listeners. The listener
    /// must outlive the store's use.
    void listen(StoreListener& listener);

    const Limits& limits() const { return limits_; }
    /// Bytes that one instrument takes that was never updated.
    static std::size_t idle_instrument_bytes();
    /// Bytes that an instrument's rings take in addition.
    std::size_t ring_bytes() const { return ring_words_ * sizeof(std::uint64_t); }
    /// Instruments that have rings.
    std::size_t active_instruments() const;
    /// Instruments that got no rings because the pool or its budget was used up. They have latest
    /// values all the same.
    std::uint64_t rings_refused() const { return rings_refused_.load(std::memory_order_relaxed); }

private:
    /// All of one instrument. Cells begin on a line of their own: writers of neighbours do not
    /// disturb each other.
    struct alignas(book::cache_line_bytes) Cell {
        // First, as the writer needs them at each update.
        std::atomic<std::uint64_t*> rings{nullptr};  // set once
        std::uint64_t trade_count = 0;               // writer only
        bool rings_refused = false;                  // writer only
        Latest<InstrumentStatus> status;
        // As many slots as keep readers below a microsecond (p99) beside a writer that does nothing
        // else, without spending on an idle instrument what most never need; bench/store_bench.
        Latest<Trade, 8> trade;
        Latest<Quote, 8> quote;
        Latest<Depth, 4> depth;
    };

    Cell& cell(book::InstrumentId id) {
        const auto index = static_cast<std::size_t>(id);
        book::ensure(index < limits_.instruments);
        return cells_[index];
    }
    const Cell& cell(book::InstrumentId id) const {
        const auto index = static_cast<std::size_t>(id);
        book::ensure(index < limits_.instruments);
        return cells_[index];
    }

    /// The instrument's rings, taken from the pool if it has none; nullptr where that was refused.
    std::uint64_t* rings_for_writer(Cell& cell) {
        // Relaxed: set by this thread alone.
        if (std::uint64_t* const rings = cell.rings.load(std::memory_order_relaxed)) [[likely]]
            return rings;
        return cell.rings_refused ? nullptr : take_rings(cell);
    }
    std::uint64_t* take_rings(Cell& cell);

    RecentRing<Trade> trade_ring(std::uint64_t* rings) const {
        return {rings, limits_.trades_per_instrument};
    }
    RecentRing<Quote> quote_ring(std::uint64_t* rings) const {
        return {rings + trade_ring_words_, limits_.quotes_per_instrument};
    }

    Limits limits_;
    std::size_t trade_ring_words_;
    std::size_t ring_words_;  // of both rings of an instrument
    book::Charge cells_charge_;
    Instruments instruments_;
    std::unique_ptr<Cell[]> cells_;
    // Committed whole, so that it never changes while several writers hand out parts of it; what is
    // in use is charged by the part.
    book::ReservedArray<std::uint64_t> pool_;
    book::MemoryBudget* rings_budget_;
    std::vector<StoreListener*> listeners_;
    alignas(book::cache_line_bytes) std::atomic<std::size_t> rings_taken_{0};
    std::atomic<std::uint64_t> rings_refused_{0};
};

// Here and not in the source file, so that a writer's loop has them inline. Each raises the ring
// before the latest value: whoever has seen the latter finds it in the former.

inline void MarketStore::put_quote(book::InstrumentId id, const Quote& quote) {
    Cell& to = cell(id);
    if (std::uint64_t* const rings = rings_for_writer(to)) quote_ring(rings).push(quote);
    to.quote.store(quote);
    for (StoreListener* const listener : listeners_)
        listener->on_quote(id, quote);
}

inline Trade MarketStore::put_trade(book::InstrumentId id, const Trade& trade) {
    Cell& to = cell(id);
    Trade stored = trade;
    stored.index = ++to.trade_count;
    if (std::uint64_t* const rings = rings_for_writer(to)) trade_ring(rings).push(stored);
    to.trade.store(stored);
    for (StoreListener* const listener : listeners_)
        listener->on_trade(id, stored);
    return stored;
}

inline void MarketStore::put_depth(book::InstrumentId id, const Depth& depth) {
    cell(id).depth.store(depth);
    for (StoreListener* const listener : listeners_)
        listener->on_depth(id, depth);
}

inline void MarketStore::put_status(book::InstrumentId id, const InstrumentStatus& status) {
    cell(id).status.store(status);
    for (StoreListener* const listener : listeners_)
        listener->on_status(id, status);
}

}  // namespace tickweir::store
