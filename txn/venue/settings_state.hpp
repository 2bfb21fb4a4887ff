// What a saved state says of the settings it belongs to, so that it is not loaded into others: what
// ids, amounts and holds in it depend on. What may grow, may have grown.
#pragma once

#include <cstddef>
#include <vector>

#include "txn/venue/settings.hpp"
#include "txn/venue/state_stream.hpp"

namespace tickweir::txn {

/// What was found of the settings that a state was saved with.
struct SavedSettings {
    std::size_t instruments = 0;
    /// By instrument, of those saved: stops without a limit hold by it.
    std::vector<bool> collar_changed;
};

/// Names and decimals of assets, names of accounts: what balances depend on.
void save_parties(const VenueSettings& settings, StateWriter& writer);
/// Fails the reader with all that differs. Appended assets and accounts are fine.
void check_parties(const VenueSettings& settings, StateReader& reader);

/// Those, and instruments, sessions, fees, the log's number, the hashes' seed and limits.
void save_settings(const VenueSettings& settings, StateWriter& writer);
/// Fails the reader with all that differs. Appended instruments and sessions and larger limits are
/// fine; caps, bands, collars, references and limits of single accounts are not looked at.
SavedSettings check_settings(const VenueSettings& settings, StateReader& reader);

}  // namespace tickweir::txn
