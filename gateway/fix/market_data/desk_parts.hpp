// What the parts of the market data desk share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/budget.hpp"
#include "gateway/fix/market_data/limits.hpp"
#include "gateway/fix/market_data/sender.hpp"
#include "gateway/fix/market_data/subscriptions.hpp"
#include "gateway/replica/instrument_state.hpp"
#include "gateway/replica/watches.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway::fix::market_data {

struct DeskParts {
    const MarketDataLimits& limits;
    const store::MarketStore& store;
    std::vector<replica::InstrumentState>& instruments;
    replica::Watches& watches;
    Subscriptions& subscriptions;
    Sender& sender;
    MarketDataCounts& counts;
    const std::string& own_venue;  ///< that of instruments named without one
    book::MemoryBudget* budget = nullptr;
};

/// Whether a field can hold it: not empty, without control characters.
bool fits_field(std::string_view text);

/// The instrument of (55, 207), where there is one with names that fields can hold.
std::optional<std::uint32_t> find_instrument(const DeskParts& parts, std::string_view symbol,
                                             std::optional<std::string_view> venue);

/// `55=..<SOH>207=..<SOH>` of an instrument, made once.
std::string_view instrument_fields(const DeskParts& parts, std::uint32_t instrument);

}  // namespace tickweir::gateway::fix::market_data
