// The latest values the store keeps for each instrument. Plain words only, so that they pass
// through atomic cells: absence is a flag, times are counts, nothing is padded.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "book/types.hpp"

namespace tickweir::store {

/// How many decimals the numbers of a value have: an instrument's may grow, so each value carries
/// those that it was written with. Two bytes, to fit where padding would be.
struct Scale {
    std::uint8_t price_decimals = 0;     ///< a Price is in units of 10^-price_decimals
    std::uint8_t quantity_decimals = 0;  ///< likewise
    friend constexpr bool operator==(const Scale&, const Scale&) = default;
};

/// The exchange's and our clock, nanoseconds since the epoch (UTC); 0 where not known.
struct Times {
    std::int64_t exchange_ns = 0;
    std::int64_t receive_ns = 0;
    friend constexpr bool operator==(const Times&, const Times&) = default;
};

/// Best bid and ask (L1). A side's price and quantity mean something only if it is there.
struct Quote {
    book::Price bid;
    book::Quantity bid_open;
    book::Price ask;
    book::Quantity ask_open;
    Times times;                ///< of the event that moved the touch last
    std::uint64_t version = 0;  ///< changes of the touch so far
    std::uint16_t has_bid = 0;
    std::uint16_t has_ask = 0;
    Scale scale{};
    std::uint16_t reserved = 0;
    friend constexpr bool operator==(const Quote&, const Quote&) = default;
};

/// Who took liquidity.
enum class Aggressor : std::uint32_t { unknown = 0, buy = 1, sell = 2 };
std::string_view to_string(Aggressor aggressor);

/// What the words of a trade's id are.
enum class TradeIdKind : std::uint16_t {
    number = 0,  ///< trade_id
    uuid,        ///< its 128 bits, trade_id first
    text,  ///< up to 16 characters, the first in the lowest byte of trade_id; behind them NULs
    none,  ///< the venue gives none, or a longer text
};

/// A trade as the venue printed it.
struct Trade {
    book::Price price;
    book::Quantity quantity;
    Times times;
    std::uint64_t trade_id = 0;       ///< the venue's; see store/trade_id.hpp
    std::uint64_t trade_id_more = 0;  ///< of a uuid or a text
    std::uint64_t index = 0;          ///< of this instrument, counted from 1; 0: no trade yet
    Aggressor aggressor = Aggressor::unknown;
    Scale scale{};
    TradeIdKind trade_id_kind = TradeIdKind::number;
    friend constexpr bool operator==(const Trade&, const Trade&) = default;
};

/// One row of `Depth`.
struct DepthLevel {
    book::Price price;
    book::Quantity open;
    std::uint64_t order_count = 0;
    friend constexpr bool operator==(const DepthLevel&, const DepthLevel&) = default;
};

/// The best levels of both sides (L2), best first.
struct Depth {
    static constexpr std::size_t levels_max = 10;

    std::array<DepthLevel, levels_max> bids;
    std::array<DepthLevel, levels_max> asks;
    std::uint16_t bid_count = 0;  ///< of those shown
    std::uint16_t ask_count = 0;
    Scale scale{};
    std::uint16_t reserved = 0;
    std::uint64_t version = 0;  ///< applied book events
    Times times;
    friend constexpr bool operator==(const Depth&, const Depth&) = default;
};

/// What may be done with an instrument at its venue.
enum class TradingState : std::uint32_t { unknown = 0, trading, halted, paused, closed };
std::string_view to_string(TradingState state);

/// Why a book may be wrong.
enum class SyncReason : std::uint32_t {
    none = 0,           ///< it is in sync
    awaiting_snapshot,  ///< nothing is known yet
    gap,                ///< messages of the feed are missing
    refused_message,    ///< an event did not fit the book
    feed_stale,         ///< the feed has been silent for too long
    feed_ended,         ///< the feed is over; the book stands as it was left
    overload,           ///< updates were dropped inside the gateway
    checksum,           ///< the venue's checksum of the book is another
    crossed,            ///< its best bid has stood at or above its best ask for too long
    venue_disagrees,    ///< the venue's own best bid and ask are others
    connection_lost,    ///< what its levels came over is gone
    unsubscribed,       ///< the venue sends nothing more about it
    over_limit,         ///< it does not fit our limits
    venue_stopped,      ///< the venue's own log failed: it executes nothing any more
};
/// The reason as clients see it; empty for `none`.
std::string_view to_string(SyncReason reason);

/// Whether an instrument trades and whether its book can be trusted.
struct InstrumentStatus {
    TradingState state = TradingState::unknown;
    SyncReason reason = SyncReason::awaiting_snapshot;
    std::int64_t time_ns = 0;   ///< our clock at the last change
    std::uint64_t version = 0;  ///< changes so far

    constexpr bool in_sync() const { return reason == SyncReason::none; }
    friend constexpr bool operator==(const InstrumentStatus&, const InstrumentStatus&) = default;
};

static_assert(std::has_unique_object_representations_v<Quote>);
static_assert(std::has_unique_object_representations_v<Trade>);
static_assert(std::has_unique_object_representations_v<Depth>);
static_assert(std::has_unique_object_representations_v<InstrumentStatus>);

}  // namespace tickweir::store
