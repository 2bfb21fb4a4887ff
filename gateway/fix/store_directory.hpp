// The directory that the message stores of all sessions lie in: one process at a time has it, and
// whether the last one ended properly is known when it is opened. Its owner closes it last.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "txn/io/files.hpp"

namespace tickweir::gateway::fix {

/// A directory of a folder a session. One thread; `files` outlives it, and it outlives the stores.
///
/// While a process has it, a file `running` lies in it, durably. Who finds that file knows that
/// what was not synced may be lost: the tail of messages, and of what the numbers had become.
class StoreDirectory {
public:
    /// Makes the directory where there is none, and takes it; `in_use` where another process has
    /// it. Syncs: for the start only.
    [[nodiscard]] static txn::io::Result<std::unique_ptr<StoreDirectory>> open(
        txn::io::Files& files, const std::string& path);

    /// Whether the process before this one closed it, or none had it before.
    bool was_closed() const { return was_closed_; }

    txn::io::Files& files() const { return *files_; }
    const std::string& path() const { return path_; }

    /// To be called once all stores have been closed well: the next process finds it closed.
    /// Without it the next one takes it for crashed.
    [[nodiscard]] txn::io::Result<void> close();

private:
    StoreDirectory(txn::io::Files& files, std::string path,
                   std::unique_ptr<txn::io::DirectoryLock> lock, bool was_closed)
        : files_{&files}, path_{std::move(path)}, lock_{std::move(lock)}, was_closed_{was_closed} {}

    txn::io::Files* files_;
    std::string path_;
    std::unique_ptr<txn::io::DirectoryLock> lock_;
    bool was_closed_;
};

}  // namespace tickweir::gateway::fix
