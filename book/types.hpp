// The vocabulary that every module but the codecs shares: what a price, a quantity, an order and a
// level are. Values only; nothing here allocates, reads a clock or knows a wire format.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace tickweir::book {

/// A point in time, nanoseconds since the Unix epoch (UTC).
using TimeNs = std::chrono::sys_time<std::chrono::nanoseconds>;

/// An instrument inside one BookSet or store; dense, below the owner's limit.
enum class InstrumentId : std::uint32_t {};

/// An order as its venue names it (an ITCH order reference, a FIX OrderID). Unique in a session.
enum class OrderId : std::uint64_t {};

/// Who an order is attributed to: up to four characters, first one in the low byte; 0 is nobody.
enum class Participant : std::uint32_t {};

/// The side of an order; as a side of a book, `buy` holds the bids and `sell` the asks.
enum class Side : std::uint8_t { buy = 0, sell = 1 };

constexpr Side opposite(Side side) {
    return side == Side::buy ? Side::sell : Side::buy;
}

/// A price in units of 10^-price_decimals of its instrument; negative for spreads. Exact.
struct Price {
    std::int64_t ticks = 0;
    friend constexpr auto operator<=>(Price, Price) = default;
};

/// A quantity in units of 10^-quantity_decimals of its instrument. Exact.
struct Quantity {
    std::int64_t lots = 0;
    friend constexpr auto operator<=>(Quantity, Quantity) = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.lots + b.lots}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.lots - b.lots}; }
};

/// Whether `a` has priority over `b` on this side: higher for bids, lower for asks.
constexpr bool better(Side side, Price a, Price b) {
    return side == Side::buy ? a > b : a < b;
}

/// One row of an L2 view: everything open at one price.
struct Level {
    Price price;
    Quantity open;
    std::uint32_t order_count = 0;
    friend constexpr bool operator==(const Level&, const Level&) = default;
};

}  // namespace tickweir::book
