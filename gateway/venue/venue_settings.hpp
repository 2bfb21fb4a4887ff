// From the configuration to the venue's settings. Ids are places in lists, and the log is full of
// ids: so a venue that has run before keeps the places it gave, and the new ones come behind them.
#pragma once

#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/venue/stored_settings.hpp"
#include "txn/engine/engine.hpp"

namespace tickweir::gateway {

struct VenueSettingsPlan {
    StoredSettings settings;
    std::vector<std::string> faults;  ///< each names a key; then the settings are not to be used
    std::vector<std::string> notes;   ///< for the log: what is kept though nobody names it
};

/// What a venue runs with whose settings were `before`; none: it is new. The configuration has been
/// checked. What cannot change any more is a fault; what is gone from the configuration stays as it
/// was. Pure.
VenueSettingsPlan plan_settings(const StoredSettings* before, const Config& config);

/// Everything else that the engine is told; its settings are set, and no identity.
txn::EngineOptions engine_options(const Config& config, StoredSettings settings);

/// A balance that an account begins with.
struct OpeningBalance {
    txn::AccountId account{};
    txn::AssetId asset{};
    txn::Int128 amount = 0;
    friend bool operator==(const OpeningBalance&, const OpeningBalance&) = default;
};

/// Of all configured balances above zero those that the ledger has no row of: the accounts never
/// had anything of that asset. So each is given once, whenever power fails.
std::vector<OpeningBalance> missing_balances(const Config& config, const txn::Ledger& ledger,
                                             const txn::VenueSettings& settings);

}  // namespace tickweir::gateway
