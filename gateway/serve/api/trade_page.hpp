// Which of an instrument's kept trades one answer shows, and how the next answer continues. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "store/values.hpp"

namespace tickweir::gateway {

/// One end of a range, inclusive: by the exchange's time, by the trade's number, or both.
struct TradeBound {
    std::optional<std::int64_t> time_ns;
    std::optional<std::uint64_t> number;  ///< store::Trade::index
    friend bool operator==(const TradeBound&, const TradeBound&) = default;
};

/// `TIME`, `:NUMBER` or `TIME:NUMBER`; none for anything else.
std::optional<TradeBound> parse_trade_bound(std::string_view text);
std::string to_text(const TradeBound& bound);

struct TradeRange {
    std::optional<TradeBound> from;
    std::optional<TradeBound> to;
    std::size_t limit = 0;
};

struct TradePage {
    std::span<const store::Trade> trades;  ///< oldest first
    std::optional<TradeBound> next;        ///< as described at MarketApi; none: nothing was cut
};

/// Moves the trades within the range to the front of `kept` and answers those that are shown.
/// Linear in `kept`, whose order of numbers is kept.
TradePage select_trades(std::span<store::Trade> kept, const TradeRange& range);

}  // namespace tickweir::gateway
