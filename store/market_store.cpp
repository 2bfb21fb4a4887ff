#include "store/market_store.hpp"

#include <algorithm>
#include <bit>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace tickweir::store {

namespace {

// Limits are numbers that somebody configured: their product need not be one.
std::size_t product(std::size_t a, std::size_t b) {
    std::size_t result = 0;
    if (__builtin_mul_overflow(a, b, &result)) throw std::bad_alloc{};
    return result;
}

std::size_t pool_words(std::size_t instruments, std::size_t ring_words) {
    const std::size_t words = product(instruments, ring_words);
    if (words > PTRDIFF_MAX / sizeof(std::uint64_t)) throw std::bad_alloc{};
    return words;
}

book::Charge charged_cells(const Limits& limits, book::MemoryBudget* budget) {
    if (budget == nullptr) return {};
    auto charge = budget->charge(product(limits.instruments, MarketStore::idle_instrument_bytes()));
    if (!charge) throw std::bad_alloc{};
    return *std::move(charge);
}

const Limits& checked(const Limits& limits) {
    constexpr std::size_t ring_max = std::size_t{1} << 32;
    for (const std::size_t kept : {limits.trades_per_instrument, limits.quotes_per_instrument})
        book::ensure(std::has_single_bit(kept) && kept <= ring_max);
    return limits;
}

}  // namespace

MarketStore::MarketStore(const Limits& limits, book::MemoryBudget* cells, book::MemoryBudget* rings)
    : limits_(checked(limits)),
      trade_ring_words_(RecentRing<Trade>::words_for(limits.trades_per_instrument)),
      ring_words_(trade_ring_words_ + RecentRing<Quote>::words_for(limits.quotes_per_instrument)),
      cells_charge_(charged_cells(limits, cells)),
      instruments_(limits.instruments),
      cells_(std::make_unique<Cell[]>(limits.instruments)),
      pool_(pool_words(limits.active_instruments, ring_words_), nullptr, book::Pages::small),
      rings_budget_(rings) {
    book::ensure(pool_.commit(pool_.limit()));
    listeners_.reserve(limits.listeners);
}

MarketStore::~MarketStore() {
    if (rings_budget_ != nullptr) rings_budget_->release(active_instruments() * ring_bytes());
}

std::size_t MarketStore::active_instruments() const {
    // Those beyond the limit were refused after they had been counted.
    return std::min(rings_taken_.load(std::memory_order_relaxed), limits_.active_instruments);
}

std::uint64_t* MarketStore::take_rings(Cell& cell) {
    const auto refuse = [&]() -> std::uint64_t* {
        cell.rings_refused = true;
        rings_refused_.fetch_add(1, std::memory_order_relaxed);
        return nullptr;
    };
    if (rings_budget_ != nullptr && !rings_budget_->try_charge(ring_bytes())) return refuse();
    // Relaxed: numbers are handed out, and what lies behind them is untouched zeroes until now.
    const std::size_t number = rings_taken_.fetch_add(1, std::memory_order_relaxed);
    if (number >= limits_.active_instruments) {
        if (rings_budget_ != nullptr) rings_budget_->release(ring_bytes());
        return refuse();
    }
    std::uint64_t* const rings = pool_.data() + number * ring_words_;
    // Release, though there are only zeroes to see: readers acquire, and need no other argument.
    cell.rings.store(rings, std::memory_order_release);
    return rings;
}

std::size_t MarketStore::recent_trades(book::InstrumentId id, std::span<Trade> into) const {
    std::uint64_t* const rings = cell(id).rings.load(std::memory_order_acquire);
    return rings == nullptr ? 0 : trade_ring(rings).copy_newest(into);
}

std::size_t MarketStore::recent_quotes(book::InstrumentId id, std::span<Quote> into) const {
    std::uint64_t* const rings = cell(id).rings.load(std::memory_order_acquire);
    return rings == nullptr ? 0 : quote_ring(rings).copy_newest(into);
}

void MarketStore::listen(StoreListener& listener) {
    if (listeners_.size() == limits_.listeners)
        throw std::length_error{"store: more listeners than the limit of " +
                                std::to_string(limits_.listeners)};
    listeners_.push_back(&listener);
}

std::size_t MarketStore::idle_instrument_bytes() {
    return sizeof(Cell) + Instruments::instrument_bytes();
}

}  // namespace tickweir::store
