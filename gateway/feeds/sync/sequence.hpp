// The venues' rules about the numbers of changes: whether a change is the next one, old, or shows
// that something is missing. A rule a struct, all of them pure.
#pragma once

#include <cstdint>
#include <utility>

#include "codecs/json/market_frame.hpp"
#include "gateway/feeds/sync/venue_rules.hpp"

namespace tickweir::gateway {

/// What a change is to a book that stands at a position.
enum class SequenceVerdict : std::uint8_t {
    next,     ///< to be applied
    stale,    ///< at or before what the book holds
    gap,      ///< something is missing in between
    restart,  ///< the venue starts again: to be taken as a snapshot
};

/// Where a book stands in its venue's numbering.
struct SequencePosition {
    std::uint64_t last = 0;  ///< id of the last change or snapshot; 0: the venue tells none
    bool joining = false;    ///< nothing was applied since the snapshot
    friend constexpr bool operator==(const SequencePosition&, const SequencePosition&) = default;
};

/// Binance spot: ranges [first, last] without holes; the first one after the snapshot may begin
/// before its end.
struct RangeRule {
    static constexpr SequenceVerdict judge(const codecs::json::BookEvent& change,
                                           SequencePosition at) {
        if (change.last_id <= at.last) return SequenceVerdict::stale;
        const bool follows =
            at.joining ? change.first_id <= at.last + 1 : change.first_id == at.last + 1;
        return follows ? SequenceVerdict::next : SequenceVerdict::gap;
    }
};

/// Binance futures: each names the last id of the one before. The first one after the snapshot
/// holds the snapshot's id, or names it: the documented rule alone is not always satisfiable.
struct FuturesChainRule {
    static constexpr SequenceVerdict judge(const codecs::json::BookEvent& change,
                                           SequencePosition at) {
        if (at.joining ? change.last_id < at.last : change.last_id <= at.last)
            return SequenceVerdict::stale;
        const bool named = change.has_previous && change.previous_id == at.last;
        const bool holds = at.joining && change.first_id <= at.last;
        return named || holds ? SequenceVerdict::next : SequenceVerdict::gap;
    }
};

/// OKX: each names the last id of the one before. Two exceptions need no more than that: the sign
/// of life of a quiet book (its own id named) and the smaller id after maintenance. Streams of
/// before the ids existed have none at all; then only the checksum tells.
struct OkxChainRule {
    static constexpr SequenceVerdict judge(const codecs::json::BookEvent& change,
                                           SequencePosition at) {
        const bool without_ids = change.last_id == 0 && !change.has_previous;
        if (without_ids && at.last == 0) return SequenceVerdict::next;
        if (change.has_previous && change.previous_id == at.last) return SequenceVerdict::next;
        return change.last_id == at.last && !without_ids ? SequenceVerdict::stale
                                                         : SequenceVerdict::gap;
    }
};

/// Deribit: each names the last id of the one before.
struct DeribitChainRule {
    static constexpr SequenceVerdict judge(const codecs::json::BookEvent& change,
                                           SequencePosition at) {
        if (change.has_previous && change.previous_id == at.last) return SequenceVerdict::next;
        return change.last_id <= at.last ? SequenceVerdict::stale : SequenceVerdict::gap;
    }
};

/// Kraken futures: one more with each change of the product.
struct CounterRule {
    static constexpr SequenceVerdict judge(const codecs::json::BookEvent& change,
                                           SequencePosition at) {
        if (change.last_id <= at.last) return SequenceVerdict::stale;
        return change.last_id - at.last == 1 ? SequenceVerdict::next : SequenceVerdict::gap;
    }
};

/// Bybit: likewise, but 1 says that the service restarted and that this is the whole book.
struct RestartingCounterRule {
    static constexpr SequenceVerdict judge(const codecs::json::BookEvent& change,
                                           SequencePosition at) {
        if (change.last_id == 1) return SequenceVerdict::restart;
        return CounterRule::judge(change, at);
    }
};

/// Bitstamp: microseconds; what is not later than the book is in it already.
struct TimeStampRule {
    static constexpr SequenceVerdict judge(const codecs::json::BookEvent& change,
                                           SequencePosition at) {
        return change.last_id <= at.last ? SequenceVerdict::stale : SequenceVerdict::next;
    }
};

constexpr SequenceVerdict judge(SequenceStyle style, const codecs::json::BookEvent& change,
                                SequencePosition at) {
    switch (style) {
        case SequenceStyle::none:
            return SequenceVerdict::next;
        case SequenceStyle::ranges:
            return RangeRule::judge(change, at);
        case SequenceStyle::futures_chain:
            return FuturesChainRule::judge(change, at);
        case SequenceStyle::okx_chain:
            return OkxChainRule::judge(change, at);
        case SequenceStyle::deribit_chain:
            return DeribitChainRule::judge(change, at);
        case SequenceStyle::counter:
            return CounterRule::judge(change, at);
        case SequenceStyle::restarting_counter:
            return RestartingCounterRule::judge(change, at);
        case SequenceStyle::time_stamps:
            return TimeStampRule::judge(change, at);
    }
    return SequenceVerdict::gap;
}

/// Coinbase Advanced: every frame of a connection has the number behind that of the one before,
/// whatever its channel and product.
class ConnectionSequence {
public:
    /// Another connection begins: its first number may be any.
    void restart() { *this = {}; }

    /// What follows may be of another connection: then its first number shows it.
    void may_restart() { may_restart_ = true; }

    /// `gap` where numbers are missing; the position is behind `number` then, too.
    constexpr SequenceVerdict take(std::uint64_t number) {
        const bool other = std::exchange(may_restart_, false);
        if (known_ && !other && number <= last_) return SequenceVerdict::stale;
        const bool follows = !known_ || number - last_ == 1;
        last_ = number;
        known_ = true;
        return follows ? SequenceVerdict::next : SequenceVerdict::gap;
    }

private:
    std::uint64_t last_ = 0;
    bool known_ = false;
    bool may_restart_ = false;
};

}  // namespace tickweir::gateway
