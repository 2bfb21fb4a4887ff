// Values for tests whose every number follows from one, so that a torn one shows.
#pragma once

#include <cstdint>
#include <ostream>

#include "store/values.hpp"

namespace tickweir::tests {

inline store::Scale scale_of(std::int64_t n) {
    return {static_cast<std::uint8_t>(n % 19), static_cast<std::uint8_t>(n % 18)};
}

inline store::Quote quote_of(std::int64_t n) {
    return {.bid = {n},
            .bid_open = {n + 1},
            .ask = {n + 2},
            .ask_open = {n + 3},
            .times = {n + 4, n + 5},
            .version = static_cast<std::uint64_t>(n),
            .has_bid = 1,
            .has_ask = 1,
            .scale = scale_of(n)};
}

inline store::Trade trade_of(std::int64_t n) {
    const auto id = static_cast<std::uint64_t>(n);
    return {.price = {n},
            .quantity = {n + 1},
            .times = {n + 2, n + 3},
            .trade_id = id,
            .trade_id_more = ~id,
            .index = id,
            .aggressor = store::Aggressor::buy,
            .scale = scale_of(n)};
}

inline store::Depth depth_of(std::int64_t n) {
    store::Depth depth;
    depth.bids.fill({{n}, {n + 1}, static_cast<std::uint64_t>(n)});
    depth.asks.fill({{n + 2}, {n + 3}, static_cast<std::uint64_t>(n)});
    depth.bid_count = depth.ask_count = store::Depth::levels_max;
    depth.scale = scale_of(n);
    depth.version = static_cast<std::uint64_t>(n);
    depth.times = {n, n};
    return depth;
}

inline store::InstrumentStatus status_of(std::int64_t n) {
    return {store::TradingState::halted, store::SyncReason::gap, n, static_cast<std::uint64_t>(n)};
}

}  // namespace tickweir::tests

namespace tickweir::store {

inline std::ostream& operator<<(std::ostream& out, const Quote& quote) {
    return out << "quote " << quote.version << ": " << quote.bid.ticks << " / " << quote.ask.ticks;
}
inline std::ostream& operator<<(std::ostream& out, const Trade& trade) {
    return out << "trade " << trade.index << ": " << trade.price.ticks << " x "
               << trade.quantity.lots;
}
inline std::ostream& operator<<(std::ostream& out, const Depth& depth) {
    return out << "depth " << depth.version;
}
inline std::ostream& operator<<(std::ostream& out, const InstrumentStatus& status) {
    return out << "status " << status.version << ": " << to_string(status.state) << " "
               << to_string(status.reason);
}

}  // namespace tickweir::store
