// A file system as the log, snapshots, history and recordings use it: an interface, so that tests
// can put a disk under them that loses, tears and refuses. Only paths and files; no policy of its
// own about what is stored where.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "txn/io/file.hpp"
#include "txn/io/io_error.hpp"

namespace tickweir::txn::io {

struct DirectoryEntry {
    std::string name;
    bool is_directory = false;
    friend bool operator==(const DirectoryEntry&, const DirectoryEntry&) = default;
};

/// Of a file system, in bytes; free is what an unprivileged process may still take.
struct Space {
    std::uint64_t free_bytes = 0;
    std::uint64_t total_bytes = 0;
};

/// Held as long as it lives; given up when it goes or the process ends, however it ends.
class DirectoryLock {
public:
    DirectoryLock() = default;
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;
    virtual ~DirectoryLock() = default;
};

/// Names and directories. An operation on a name is seen by everyone at once, but survives a power
/// failure for certain only after sync_directory of the directory it lies in. Any thread may call.
class Files {
public:
    Files() = default;
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;
    virtual ~Files() = default;

    [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::string& path,
                                                             OpenOptions options) = 0;

    /// Gives a file another name, replacing what had it, in one step.
    [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;

    /// Removes a file or an empty directory.
    [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;

    /// What lies in a directory, ordered by name.
    [[nodiscard]] virtual Result<std::vector<DirectoryEntry>> list(const std::string& path) = 0;

    /// Makes durable which names a directory holds.
    [[nodiscard]] virtual Result<void> sync_directory(const std::string& path) = 0;

    /// Makes a directory with all that lead to it, durably. One that is there already is fine.
    [[nodiscard]] Result<void> make_directories(const std::string& path);

    [[nodiscard]] virtual Result<Space> free_space(const std::string& path) = 0;

    /// Takes a directory for this holder alone, against other processes and other holders in this
    /// one; `in_use` when it is taken. Advisory: who does not ask is not kept out.
    [[nodiscard]] virtual Result<std::unique_ptr<DirectoryLock>> lock_directory(
        const std::string& path) = 0;

private:
    /// Makes one directory in an existing one; `exists` when the name is taken by anything but a
    /// directory. Tells whether it was made.
    virtual Result<bool> make_directory(const std::string& path) = 0;
};

/// The directory that holds a path's last name; "." for a bare name.
std::string directory_of(const std::string& path);

}  // namespace tickweir::txn::io
