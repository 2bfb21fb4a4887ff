// A venue's state as text, for who looks for a fault: every balance, position, instrument and open
// order, in an order that depends on the state alone. Two equal states give equal texts.
#pragma once

#include <string>

#include "txn/engine/engine_state.hpp"

namespace tickweir::txn {

/// Lines, of which the first tells LSN and hash. Amounts in whole units, prices and quantities by
/// the instrument's decimals. Linear in the state, and in accounts times assets.
std::string state_text(const EngineState& state);

/// Where two such texts differ first: "line 7: ... | ...", or an empty text.
std::string first_different_line(const std::string& first, const std::string& second);

}  // namespace tickweir::txn
