// Snapshots of a whole EngineState: written beside the log, found again, given up when newer ones
// stand in for them. What a snapshot's file looks like is told in txn/snapshot.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "txn/engine/engine_state.hpp"
#include "txn/io/files.hpp"
#include "txn/log/format.hpp"

namespace tickweir::txn {

/// A state and where it is from.
struct FoundState {
    std::unique_ptr<EngineState> state;  ///< never none: without a snapshot as before the log
    std::string file;                    ///< empty: without a snapshot
    std::vector<std::string> bad;        ///< what is wrong with newer ones, newest first
};

/// The newest snapshot in a data directory that is whole and fits the settings, at most `most`.
/// Throws what EngineState's constructor throws.
[[nodiscard]] FoundState newest_state(io::Files& files, const std::string& data,
                                      const log::LogId& id, const VenueSettings& settings,
                                      std::uint16_t shards, std::optional<log::Lsn> most);

/// Writes a snapshot, durably, and reads it again; what went wrong, or an empty text.
[[nodiscard]] std::string write_state(io::Files& files, const std::string& data,
                                      const log::LogId& id, std::uint64_t term,
                                      const EngineState& state, book::TimeNs now);

/// Removes all but the two newest good ones; `newest` has been verified. Answers the older of the
/// two, if it is verified, too: the log up to it is not needed any more. 0, and perhaps `fault`, if
/// it is not so.
[[nodiscard]] log::Lsn retire_states(io::Files& files, const std::string& data,
                                     const log::LogId& id, log::Lsn newest, std::string& fault);

}  // namespace tickweir::txn
