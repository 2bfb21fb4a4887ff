// The order of parts in a venue's saved state. Each begins with its mark, so that a reader that has
// lost its way says so at once.
//
//   head, settings | counters | instruments | positions | orders by OrderID | queues | lines |
//   what is pending | client ids | trades | end
//
// Not saved, for it follows from the rest: numbers of rows and records, links, sums of what is
// open, times of expiry. `queues`: an order stands behind the earlier ones of its level but for
// those named there, which go to the end of theirs one after another.
#pragma once

#include <cstdint>

namespace tickweir::txn {

inline constexpr std::uint32_t venue_state_version = 1;

enum class StatePart : std::uint32_t {
    head = 0x4E45'5654,  // "TVEN"
    counters = 1,
    instruments,
    positions,
    orders,
    queues,
    lines,
    rest,
    client_ids,
    trades,
    end,
};

/// An order's or position's bits.
enum StateBit : std::uint16_t {
    side_bit = 1,
    post_only_bit = 2,
    stop_bit = 4,  // among the stops
    triggered_bit = 8,
    waiting_bit = 16,
    order_bits = 32,

    base_row_bit = 1,
    quote_row_bit = 2,
};

}  // namespace tickweir::txn
