// The file system of the machine.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "txn/io/files.hpp"

namespace tickweir::txn::io {

/// Files by system calls. Has no state. Files are made readable and writable by the owner and
/// readable by the group (0640), directories 0750, both further restricted by the umask.
class PosixFiles final : public Files {
public:
    Result<std::unique_ptr<File>> open(const std::string& path, OpenOptions options) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> remove(const std::string& path) override;
    Result<std::vector<DirectoryEntry>> list(const std::string& path) override;
    Result<void> sync_directory(const std::string& path) override;
    Result<Space> free_space(const std::string& path) override;
    Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& path) override;

private:
    Result<bool> make_directory(const std::string& path) override;
};

}  // namespace tickweir::txn::io
