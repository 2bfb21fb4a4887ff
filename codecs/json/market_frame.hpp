// What a venue's WebSocket frame, or the answer to one of its HTTP requests, says about the market:
// typed events with exact numbers. Says what was sent, not whether it fits what was sent before:
// that is for whoever keeps the books.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tickweir::codecs::json {

/// A number as its text says it: mantissa * 10^-decimals, zeros at the end of a fraction stripped
/// ("0.50930100" is 509301 and 6; "100" is 100 and 0; "0.000" is 0 and 0). At most 18 decimals.
struct Number {
    std::int64_t mantissa = 0;
    std::uint32_t decimals = 0;
    friend constexpr bool operator==(const Number&, const Number&) = default;
};

/// One price level, absolute: quantity 0 removes it.
struct LevelRow {
    Number price;
    Number quantity;
    friend constexpr bool operator==(const LevelRow&, const LevelRow&) = default;
};

/// One row of a book that is keyed by id (BitMEX). A price of an update or a deletion is not sent.
struct KeyedRow {
    std::uint64_t id = 0;
    Number price;
    Number quantity;
    bool is_buy = false;
    bool has_price = false;
    bool has_quantity = false;
    friend constexpr bool operator==(const KeyedRow&, const KeyedRow&) = default;
};

enum class BookKind : std::uint8_t {
    snapshot,        ///< the book is this and nothing else
    delta,           ///< these levels changed
    keyed_snapshot,  ///< likewise, of a book keyed by id
    keyed_insert,
    keyed_update,
    keyed_remove,
};

/// A part of one of MarketFrame's row vectors.
struct RowRange {
    std::uint32_t begin = 0;
    std::uint32_t count = 0;
    friend constexpr bool operator==(const RowRange&, const RowRange&) = default;
};

struct BookEvent {
    BookKind kind = BookKind::delta;
    bool has_checksum = false;
    bool has_previous = false;
    /// How its first row's price and quantity are written: digits behind the point, zeros included.
    /// Told where checksums are over such text (Kraken), which is the same of all of an
    /// instrument's rows.
    std::uint8_t price_decimals = 0;
    std::uint8_t quantity_decimals = 0;
    std::string_view symbol;     ///< the venue's own
    RowRange bids;               ///< of `levels`; of a keyed kind: all rows, of `keyed`
    RowRange asks;               ///< of `levels`
    std::uint64_t first_id = 0;  ///< Binance U; else equal to last_id
    std::uint64_t last_id = 0;  ///< u, lastUpdateId, seqId, seq, change_id, microtimestamp; 0: none
    std::uint64_t previous_id = 0;  ///< pu, prevSeqId, prev_change_id; see has_previous
    std::uint32_t checksum = 0;     ///< OKX's signed one as its bits
    std::uint32_t depth = 0;        ///< levels a side that the channel has; 0: not told
    std::int64_t time_ns = 0;       ///< the venue's clock, since the epoch; 0: not told
    friend constexpr bool operator==(const BookEvent&, const BookEvent&) = default;
};

enum class TradeSide : std::uint8_t { unknown, buy, sell };

struct TradeEvent {
    std::string_view symbol;
    Number price;
    Number quantity;
    TradeSide aggressor = TradeSide::unknown;
    bool is_history = false;    ///< of before the subscription: not to be counted
    bool is_aggregate = false;  ///< Binance aggTrade: several of its trades in one
    std::string_view id;        ///< as text
    std::int64_t time_ns = 0;
    friend constexpr bool operator==(const TradeEvent&, const TradeEvent&) = default;
};

/// The best bid and ask as the venue itself gives them.
struct TouchEvent {
    std::string_view symbol;
    LevelRow bid;  ///< quantity 0: no bid
    LevelRow ask;
    std::uint64_t id = 0;  ///< in the numbering of BookEvent::last_id; 0: cannot be ordered
    std::int64_t time_ns = 0;
    friend constexpr bool operator==(const TouchEvent&, const TouchEvent&) = default;
};

enum class ControlKind : std::uint8_t {
    sequence,      ///< `number`: this frame's number on its connection (Coinbase Advanced)
    heartbeat,     ///< the connection lives
    subscribed,    ///< to `channel` of `symbol`, `number` levels deep where told
    unsubscribed,  ///< likewise
    refused,       ///< a request of ours: `text` says why
    ping,          ///< to be answered (`text`: what the answer has to carry)
    going_down,    ///< the venue is about to close the connection
};

struct ControlEvent {
    ControlKind kind = ControlKind::heartbeat;
    std::string_view channel;
    std::string_view symbol;
    std::string_view text;
    std::uint64_t number = 0;
    std::string_view request;  ///< the id of the request that was refused; empty: not told
    friend constexpr bool operator==(const ControlEvent&, const ControlEvent&) = default;
};

/// How an instrument's numbers are made, where the venue says so.
struct DefinitionEvent {
    std::string_view symbol;
    Number tick;
    Number lot;
    std::string_view base;
    std::string_view quote;
    friend constexpr bool operator==(const DefinitionEvent&, const DefinitionEvent&) = default;
};

enum class EventType : std::uint8_t { book, trade, touch, control, definition };

/// An event's place: `index` into the vector of its type.
struct EventPlace {
    EventType type{};
    std::uint32_t index = 0;
    friend constexpr bool operator==(const EventPlace&, const EventPlace&) = default;
};

/// Everything of one frame, in the order in which it stands there. Views point into the frame's
/// text or into `unescaped`. Cleared and filled again for each frame, so that nothing is allocated
/// once it has been large enough.
struct MarketFrame {
    std::vector<EventPlace> events;
    std::vector<BookEvent> books;
    std::vector<LevelRow> levels;
    std::vector<KeyedRow> keyed;
    std::vector<TradeEvent> trades;
    std::vector<TouchEvent> touches;
    std::vector<ControlEvent> controls;
    std::vector<DefinitionEvent> definitions;
    std::vector<char> unescaped;  ///< room for strings that have escapes

    void clear();
};

/// What became of a text.
enum class FrameStatus : std::uint8_t {
    ok,           ///< understood, also where it says nothing about the market
    malformed,    ///< no JSON, or more than one value
    wrong_shape,  ///< JSON, but not as the venue documents it: a field missing or of another type
    bad_number,   ///< a number that no fixed-point value holds
    too_large,    ///< longer, or with more rows, than the limits
};
std::string_view to_string(FrameStatus status);
std::string_view to_string(ControlKind kind);

/// Why a text was refused. Views live as long as those of the frame.
struct FrameError {
    FrameStatus status = FrameStatus::ok;
    std::string_view field;  ///< the key at which it failed; empty: the text as a whole
    std::size_t offset = 0;  ///< about where in the text
};

struct FrameLimits {
    std::size_t bytes = std::size_t{32} << 20;
    std::size_t rows = 1'000'000;
};

}  // namespace tickweir::codecs::json
