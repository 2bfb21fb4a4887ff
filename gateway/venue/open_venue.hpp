// From a configuration and a data directory to a running engine: what is to be done is looked at
// first, quickly and without changing anything; the rest may take long.
//
//   settings as stored ══ settings as configured ──► recover
//                      ≠  ──► recover with the stored ones ─► snapshot ─► store the new ones ─► ..
//
// A record does what its settings say: under other ones it would be refused as damage. So a log
// ends, behind a snapshot, with the settings that it was written with.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "gateway/venue/venue_settings.hpp"
#include "txn/engine/engine.hpp"

namespace tickweir::gateway {

struct VenuePlan {
    std::string data;
    std::optional<txn::log::Identity> identity;  ///< none: the directory is to be made
    std::optional<StoredSettings> before;        ///< none: nothing was stored yet
    VenueSettingsPlan settings;
};

/// Looks at the directory. Throws std::runtime_error with one line that says why the venue cannot
/// be run so; several faults of the configuration are in it, one behind the other.
VenuePlan plan_venue(txn::io::Files& files, const Config& config);

/// What the engine's progress throws when it is to give up.
struct OpeningStopped {};

struct OpenedVenue {
    std::unique_ptr<txn::Engine> engine;  ///< none: `report.refused` says why
    txn::EngineRecovery report;
};

/// Recovers, and makes what has to be made. `files` and `listener` outlive the engine. Throws what
/// `progress` throws, std::invalid_argument for settings that make no sense, std::bad_alloc.
OpenedVenue open_venue(txn::io::Files& files, const Config& config, const VenuePlan& plan,
                       txn::log::LogListener* listener, const txn::Progress& progress);

// ------------------------------------------------------------------------------- the day's end

/// Up to where days have ended, as it was written down last; nothing for never, or for a text that
/// is not as it was written: the log tells then.
std::optional<book::TimeNs> read_day_end(txn::io::Files& files, const std::string& data);
/// What went wrong, or an empty text.
[[nodiscard]] std::string write_day_end(txn::io::Files& files, const std::string& data,
                                        book::TimeNs ended);
/// When the last day's end in what is kept of the log was executed. Reads all of it; nobody writes
/// it meanwhile.
std::optional<book::TimeNs> last_logged_day_end(txn::io::Files& files, const std::string& data,
                                                const txn::log::LogId& id);

}  // namespace tickweir::gateway
