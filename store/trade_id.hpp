// Venues' trade ids in the two words of a store::Trade: numbers, UUIDs and short texts, and back to
// exactly the text that they came as.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "store/values.hpp"

namespace tickweir::store {

/// The longest text of an id: a UUID's.
inline constexpr std::size_t trade_id_chars_max = 36;

/// Gives the trade the id that `text` says; false where that is none of the kinds, and then the
/// trade has none. Empty text is no id, and fine.
bool set_trade_id(Trade& trade, std::string_view text);

/// The id as text, in `room`; empty where there is none.
std::string_view trade_id_text(const Trade& trade, std::array<char, trade_id_chars_max>& room);

}  // namespace tickweir::store
