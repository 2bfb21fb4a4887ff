// Checks a venue's data directory: identity, snapshots, log, and the log executed again behind the
// newest good snapshot. Opens nothing for writing and keeps no lock.
#pragma once

#include <functional>
#include <string>

#include "gateway/commands/verify_report.hpp"
#include "gateway/config/config.hpp"
#include "txn/io/files.hpp"

namespace tickweir::gateway {

/// Told now and then how many records have been read.
using VerifyProgress = std::function<void(std::uint64_t records)>;

/// Reads all of it. `config`, unless none, tells the settings in place of the stored ones, which
/// still tell the order of what both name. Linear in the files and in the work of executing again.
/// Throws std::bad_alloc.
VerifyReport verify_data(txn::io::Files& files, const std::string& data,
                         const Config* config = nullptr, const VerifyProgress& progress = {});

/// The state behind a record as text; nothing and `fault` if it is not to be had.
std::optional<std::string> dump_state(txn::io::Files& files, const std::string& data,
                                      const Config* config, txn::log::Lsn lsn, std::string& fault);

}  // namespace tickweir::gateway
