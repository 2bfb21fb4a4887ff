// The trades of the day, so that one can be taken back. Only the newest are kept.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "book/arena.hpp"
#include "txn/venue/order_pool.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

/// One side of a trade.
struct TradeSide {
    OrderId order{};
    Int128 due;  ///< exact fee, 10^-24
    Int128 fee;  ///< taken, 10^-18
    AccountId account{};
    SessionId session{};
    Row position_row = 0;
    bool is_maker = false;
};

struct TradeRecord {
    TradeId id{};
    InstrumentId instrument{};
    bool busted = false;
    Price price;
    Quantity quantity;
    TradeSide buyer;
    TradeSide seller;
};

/// A ring. Constant time. One owner thread.
class TradeLog {
public:
    TradeLog(std::size_t limit, std::uint8_t shard)
        : base_{std::uint64_t{shard} << 40},
          trades_{std::bit_ceil(limit + 1), nullptr, book::Pages::small},
          mask_{trades_.limit() - 1},
          limit_{limit} {
        if (!trades_.commit(trades_.limit())) throw std::bad_alloc{};
    }

    /// Memory behind every place now.
    void populate() { trades_.populate(trades_.limit()); }

    /// Room for the next trade, whose id is set.
    TradeRecord& add() {
        TradeRecord& trade = trades_[++count_ & mask_];
        trade = {};
        trade.id = TradeId{base_ | count_};
        return trade;
    }

    /// The trade, unless it is not known (any more).
    const TradeRecord* find(TradeId id) const {
        const std::uint64_t number = static_cast<std::uint64_t>(id) - base_;
        if (number > count_ || number <= forgotten_ || count_ - number >= limit_) return nullptr;
        const TradeRecord& trade = trades_[number & mask_];
        return trade.id == id ? &trade : nullptr;  // a log that was restored may have held fewer
    }
    TradeRecord* find(TradeId id) {
        return const_cast<TradeRecord*>(static_cast<const TradeLog&>(*this).find(id));
    }

    /// Calls visit(const TradeRecord&) for each that find() knows, oldest first.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (std::uint64_t number = count_ - known() + 1; number <= count_; ++number)
            visit(trades_[number & mask_]);
    }
    /// How many those are.
    std::uint64_t known() const {
        std::uint64_t known = std::min<std::uint64_t>(count_ - forgotten_, limit_);
        while (known != 0 &&
               trades_[(count_ - known + 1) & mask_].id != TradeId{base_ | (count_ - known + 1)})
            --known;
        return known;
    }
    /// Of a fresh log: goes on after so many trades. Those known are put in with set().
    void restore(std::uint64_t count, std::uint64_t forgotten) {
        count_ = count;
        forgotten_ = forgotten;
    }
    void set(std::uint64_t number, const TradeRecord& trade) {
        trades_[number & mask_] = trade;
        trades_[number & mask_].id = TradeId{base_ | number};
    }

    void forget_all() { forgotten_ = count_; }
    std::uint64_t count() const { return count_; }
    std::uint64_t forgotten() const { return forgotten_; }
    std::size_t limit() const { return limit_; }

private:
    std::uint64_t base_;
    book::ReservedArray<TradeRecord> trades_;
    std::size_t mask_;
    std::size_t limit_;
    std::uint64_t count_ = 0;
    std::uint64_t forgotten_ = 0;
};

}  // namespace tickweir::txn
