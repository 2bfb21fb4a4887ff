// All balances as bytes and back. Apart from venues, for several of them may share a ledger.
#pragma once

#include <string>

#include "txn/venue/ledger.hpp"
#include "txn/venue/settings.hpp"
#include "txn/venue/state_stream.hpp"

namespace tickweir::txn {

/// By account and asset, wherever the rows lie. Nobody changes the ledger meanwhile. Memory: eight
/// bytes a row.
void save_ledger(const Ledger& ledger, const VenueSettings& settings, StateWriter& writer);

/// Into a fresh ledger of these settings. What is wrong, or an empty text; the ledger is not to be
/// used after a fault.
[[nodiscard]] std::string load_ledger(Ledger& ledger, const VenueSettings& settings,
                                      StateReader& reader);

}  // namespace tickweir::txn
