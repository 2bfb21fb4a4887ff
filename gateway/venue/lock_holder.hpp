// Who has a directory that is locked: for a message to the operator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tickweir::gateway {

/// A file as the system names it in its table of locks.
struct LockedFile {
    unsigned major = 0;
    unsigned minor = 0;
    std::uint64_t inode = 0;
};

/// The process that a table of locks (/proc/locks) says has a file; nothing if none does.
std::optional<std::uint64_t> holder_in(std::string_view locks, const LockedFile& file);

/// "process 1234 (tickweir)", or "another process" where the system does not tell. Takes no lock.
std::string lock_holder(const std::string& directory);

}  // namespace tickweir::gateway
