// Writes snapshot files: beside their name, so that one of that name is whole after any crash.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "txn/io/files.hpp"
#include "txn/snapshot/snapshot_format.hpp"
#include "txn/venue/state_stream.hpp"

namespace tickweir::txn::snapshot {

/// Writes the state of one section: 0 is the ledger, from 1 on the shards.
using SaveSection = std::function<void(StateWriter& writer, std::uint32_t section)>;

/// Writes a snapshot into the snapshot directory of a data directory, durably. Memory: one chunk.
/// An error leaves what was there; after one of the last step, the directory's sync, the file is
/// there and whole, and whether it survives a power failure is open.
[[nodiscard]] io::Result<SnapshotInfo> write_snapshot(io::Files& files, const std::string& data,
                                                      const SnapshotHeader& header,
                                                      const SaveSection& save,
                                                      std::size_t chunk_bytes = chunk_bytes_max);

}  // namespace tickweir::txn::snapshot
