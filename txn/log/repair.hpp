// What is done to a log before it is written on: what the system may still hold back is made
// durable, and a write that power cut off is kept aside and made zeros again. And the offline check
// that does nothing at all.
#pragma once

#include <cstdint>
#include <string>

#include "txn/io/files.hpp"
#include "txn/log/log_reader.hpp"

namespace tickweir::txn::log {

/// Makes durable what lies in a log's segments, so that nothing is taken for safe that only the
/// page cache has: to be called before a log is read to be written on. What a sync before a crash
/// of the process failed to write cannot be told; that is why reading goes past the page cache.
[[nodiscard]] io::Result<void> settle_segments(io::Files& files, const std::string& directory);

/// Copies a torn tail to `torn/SEGMENT-OFFSET.torn` in the log's directory and fills its place with
/// zeros. Answers the copy's path. Power may fail at any step: the tail is then found again.
[[nodiscard]] io::Result<std::string> repair_torn_tail(io::Files& files,
                                                       const std::string& directory,
                                                       const TornTail& torn);

struct LogReport {
    ReadOutcome outcome = ReadOutcome::end;  ///< end, torn_tail or corrupt
    Finding finding;                         ///< what is wrong, if anything is
    Lsn first{1};                            ///< the oldest there is
    Lsn last{};                              ///< of the last good record; before `first` for none
    Lsn durable{};                           ///< highest that the log itself says was durable
    std::uint64_t term = 0;
    ReadCounts counts;
};

/// Reads a whole log and changes nothing.
LogReport verify_log(io::Files& files, const std::string& directory, const LogId& id,
                     Lsn known_durable = {});

}  // namespace tickweir::txn::log
