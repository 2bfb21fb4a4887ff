// Which file of a log holds a record: for messages to operators.
#pragma once

#include <string>

#include "txn/io/files.hpp"
#include "txn/log/format.hpp"

namespace tickweir::txn {

/// The path of the segment whose first record is the last one not behind `lsn`; empty if none of
/// those that can be read is. Reads a block of each segment.
std::string segment_holding(io::Files& files, const std::string& directory, const log::LogId& id,
                            log::Lsn lsn);

}  // namespace tickweir::txn
