// What the books of JSON venues tell whoever listens to them, and what they count.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "book/types.hpp"

namespace tickweir::gateway {

/// Nanoseconds since the epoch.
struct JsonTimes {
    std::int64_t exchange_ns = 0;  ///< the venue's clock; 0: not told
    std::int64_t received_ns = 0;  ///< ours, or the recorder's
    friend bool operator==(const JsonTimes&, const JsonTimes&) = default;
};

struct JsonTrade {
    book::Price price;  ///< in the instrument's scale
    book::Quantity quantity;
    std::optional<book::Side> aggressor;
    std::string_view id;  ///< the venue's; good during the call
    JsonTimes times;
    friend bool operator==(const JsonTrade&, const JsonTrade&) = default;
};

/// Counts of one instrument. `book_updates + stale_ignored + unapplied` are all its readable
/// changes, those that still wait for a snapshot among the last.
struct JsonBookCounts {
    std::uint64_t book_updates = 0;   ///< changes applied; snapshots are not among them
    std::uint64_t stale_ignored = 0;  ///< at or before what is held already
    std::uint64_t unapplied = 0;      ///< not in sync, or what showed the loss
    std::uint64_t snapshots = 0;      ///< taken
    std::uint64_t snapshots_too_old = 0;
    std::uint64_t gaps = 0;  ///< sequence breaks that took a book in sync out of it
    std::uint64_t checksums_verified = 0;
    std::uint64_t checksums_failed = 0;
    std::uint64_t join_equal_id = 0;  ///< Binance futures: applied with the snapshot's own id
    std::uint64_t join_overflows = 0;
    std::uint64_t bad_numbers = 0;      ///< events refused for a number
    std::uint64_t too_many_levels = 0;  ///< events refused for their number of levels
    std::uint64_t crossed = 0;          ///< times that the bid came to stand at or above the ask
    std::uint64_t touches_checked = 0;  ///< against the venue's own best bid and ask
    std::uint64_t touches_differ = 0;
    std::uint64_t trades = 0;
    std::optional<std::int64_t> first_time_ns;  ///< received: first text with its book or a trade
    std::optional<std::int64_t> last_time_ns;
};

/// Listens to nothing that books tell.
struct NoJsonListener {};

inline constexpr std::size_t frame_status_kinds = 5;

/// Counts of all instruments of a venue together.
struct JsonCounts {
    std::uint64_t frames = 0;
    std::uint64_t answers = 0;
    std::uint64_t bytes = 0;                                    ///< of both
    std::array<std::uint64_t, frame_status_kinds> by_status{};  ///< by codecs::json::FrameStatus
    std::uint64_t bad_frames = 0;    ///< refused, or with a number that its instrument cannot hold
    std::uint64_t bad_answers = 0;   ///< likewise
    std::uint64_t stale_frames = 0;  ///< numbers of a connection that came before
    std::uint64_t connection_gaps = 0;  ///< breaks in the numbers of a connection
    std::uint64_t other_trades = 0;     ///< the same trades again on a second channel
    std::uint64_t over_limit = 0;       ///< events of instruments or connections beyond the limits
};

}  // namespace tickweir::gateway
