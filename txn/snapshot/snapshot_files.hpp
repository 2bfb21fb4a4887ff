// What snapshots of a data directory are called, which of them are there, which is the newest good
// one, and which may go.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "txn/io/files.hpp"
#include "txn/snapshot/snapshot_reader.hpp"

namespace tickweir::txn::snapshot {

/// Where in a data directory its snapshots lie.
std::string snapshot_directory(const std::string& data);
/// "DATA/snapshots/00000000000000000007.snapshot": sorts as its LSN does.
std::string snapshot_path(const std::string& data, log::Lsn lsn);
/// The LSN in a snapshot's name; nothing for any other name.
std::optional<log::Lsn> snapshot_of(std::string_view name);

struct SnapshotFiles {
    std::vector<log::Lsn> snapshots;       ///< ascending
    std::vector<std::string> temporaries;  ///< names; left over by a crash they mean nothing
};

/// What lies there by its name; names that are none of ours are passed over, and no directory is an
/// empty one.
[[nodiscard]] io::Result<SnapshotFiles> list_snapshots(io::Files& files, const std::string& data);

struct NewestGood {
    std::optional<SnapshotInfo> snapshot;
    std::vector<Finding> findings;  ///< of the newer ones, newest first
};

/// The newest snapshot that is whole; reads from the newest on until one is. Changes nothing.
[[nodiscard]] io::Result<NewestGood> newest_good(io::Files& files, const std::string& data,
                                                 const log::LogId& id);

struct Pruned {
    std::vector<std::string> removed;  ///< paths, in that order
    std::vector<Finding> findings;     ///< of those that were looked at and are not whole
};

/// Removes temporaries, and snapshots that are older than the `keep` newest whole ones, oldest
/// first. Where there are not so many whole ones nothing goes. Not while one is being written.
[[nodiscard]] io::Result<Pruned> prune_snapshots(io::Files& files, const std::string& data,
                                                 const log::LogId& id, std::size_t keep = 2);

}  // namespace tickweir::txn::snapshot
