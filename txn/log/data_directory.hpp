// The directory of a venue's log and snapshots: whose it is, and that nobody else has it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "txn/io/files.hpp"
#include "txn/log/format.hpp"

namespace tickweir::txn::log {

/// Stands in the file `tickweir.id` of a data directory.
struct Identity {
    LogId id;                  ///< random
    std::uint16_t log_number;  ///< part of every id that the venue gives: no two logs share one
    friend bool operator==(const Identity&, const Identity&) = default;
};

enum class DirectoryState : std::uint8_t {
    ours,
    empty,          ///< nothing in it, or no such directory: may be created
    in_use,         ///< another process has it
    foreign,        ///< holds files, but is no data directory
    newer_version,  ///< of a program newer than this one
    damaged,        ///< the identity is not as it was written, or missing beside a log
    unreadable,
};

/// A directory with its lock, held as long as this lives, if it is ours or empty.
struct DataDirectory {
    DirectoryState state = DirectoryState::unreadable;
    std::string what;  ///< for all but ours and empty: a sentence for the operator
    Identity identity{};
    std::unique_ptr<io::DirectoryLock> lock;
};

/// Where in a data directory the log's segments lie.
std::string log_directory(const std::string& data);

/// Looks at a directory and takes it; changes nothing in it.
[[nodiscard]] DataDirectory open_data_directory(io::Files& files, const std::string& data);

/// Makes an empty one ours, durably, and takes it. Whatever is not empty is left alone: `state`
/// then says what it is, `ours` included. After a crash in between it is empty or ours.
[[nodiscard]] DataDirectory create_data_directory(io::Files& files, const std::string& data,
                                                  const Identity& identity);

}  // namespace tickweir::txn::log
