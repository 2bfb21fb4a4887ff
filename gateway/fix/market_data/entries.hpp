// Entries of W and X as text: levels and trades of one instrument.
#pragma once

#include <cstdint>
#include <string_view>

#include "book/types.hpp"
#include "gateway/fix/market_data/body.hpp"
#include "store/values.hpp"

namespace tickweir::gateway::fix::market_data {

/// MDUpdateAction (279).
enum class Action : char { add = '0', change = '1', remove = '2' };

/// What the entries of a message have in common.
struct EntryShape {
    bool incremental = false;     ///< entries of X: with an action and their instrument
    bool positions = false;       ///< with their place among the best (290)
    store::Scale scale{};         ///< of prices and quantities
    std::string_view instrument;  ///< fields of it
    std::string_view time;        ///< fields of it; may be empty
};

/// One level as it stands, or its removal; `rank` 0 is best. Of a removal price and side are told.
void append_level(Body& body, const EntryShape& shape, Action action, book::Side side,
                  const book::Level& level, std::size_t rank, bool with_time);

/// A trade, with its own time and scale: in X as a new entry with its id (278), in W, which has no
/// field for that, with the id as text (58). Where the venue gives no id it is our number of it.
void append_trade(Body& body, bool incremental, std::string_view instrument,
                  const store::Trade& trade);

}  // namespace tickweir::gateway::fix::market_data
