// From a data directory to a venue that goes on where it was: the newest good snapshot, then every
// record behind it executed again and held against what the log says it did. What differs is
// refused, with the record's number and both texts; nothing is passed over.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "txn/engine/engine_state.hpp"
#include "txn/engine/reexecution.hpp"
#include "txn/log/data_directory.hpp"
#include "txn/log/log.hpp"

namespace tickweir::txn {

struct RecoveryProgress {
    log::Lsn snapshot{};  ///< 0: from the log's begin
    log::Lsn applied{};
    std::uint64_t records = 0;  ///< behind the snapshot, so far
};
/// Called at the begin, every 16,384 records, and at the end.
using Progress = std::function<void(const RecoveryProgress&)>;

/// What recovery did, or why it did not.
struct EngineRecovery {
    std::string refused;  ///< why the directory is not to be run; empty if it is
    log::Lsn snapshot{};  ///< that it began with; 0: none
    std::string snapshot_file;
    std::vector<std::string> bad_snapshots;  ///< what is wrong with each, newest first
    log::RecoveryReport log;                 ///< `kept_aside`: where a torn tail is kept
    ReexecutionCounts applied;
    std::chrono::nanoseconds took{};
};

struct RecoveredVenue {
    std::unique_ptr<EngineState> state;
    std::unique_ptr<log::Log> log;
};

/// Recovers what lies in a data directory that is ours, whose lock the caller holds. Neither is set
/// if it is refused; then nothing was changed (see Log::open). The same directory gives the same
/// state, as often as it is done. `files` and `listener` outlive what is returned. Linear in the
/// snapshot and the records behind it. Throws what EngineState's constructor throws.
[[nodiscard]] RecoveredVenue recover(io::Files& files, const std::string& data,
                                     const log::LogId& id, const VenueSettings& settings,
                                     std::uint16_t shards, const log::LogOptions& options,
                                     log::LogListener* listener, const HostRecords& host,
                                     const Progress& progress, EngineRecovery& report);

/// The state as it was behind the record `lsn`, from the newest good snapshot before it and the
/// log; nothing, and `fault`, if that is not kept any more. Changes nothing on disk.
[[nodiscard]] std::unique_ptr<EngineState> state_at(io::Files& files, const std::string& data,
                                                    const log::LogId& id,
                                                    const VenueSettings& settings,
                                                    std::uint16_t shards, log::Lsn lsn,
                                                    std::string& fault);

}  // namespace tickweir::txn
