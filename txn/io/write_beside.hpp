// Atomic replacement of a file: the new content is written beside the target under another name,
// synced, and renamed over it. Whoever opens the target finds the old or the new content, whole,
// after any crash.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "txn/io/file.hpp"
#include "txn/io/files.hpp"
#include "txn/io/io_error.hpp"

namespace tickweir::txn::io {

/// What the name of the temporary ends in. After a crash one may be left over; it means nothing,
/// and the next replacement of the same target removes it.
inline constexpr std::string_view temporary_suffix = ".tmp";

/// A file that is being written to replace `target`. Until `commit` the target is untouched; one
/// that is dropped uncommitted removes its temporary. `files` outlives it. One replacement of a
/// target at a time.
class Replacement {
public:
    /// Opens the temporary, empty, beside the target.
    [[nodiscard]] static Result<Replacement> begin(Files& files, std::string target);

    Replacement(Replacement&&) noexcept = default;
    Replacement& operator=(Replacement&&) = delete;
    ~Replacement();

    /// The new content, to be appended to; until commit is called.
    File& file() { return *file_; }

    /// To be called once. Syncs the content, gives it the target's name and syncs the directory;
    /// the file is closed. An error up to the renaming leaves the old content. After an error of
    /// the last step the new content is seen, and which of both survives a power failure is open.
    [[nodiscard]] Result<void> commit();

private:
    Replacement(Files& files, std::string target, std::string temporary, std::unique_ptr<File> file)
        : files_(&files),
          target_(std::move(target)),
          temporary_(std::move(temporary)),
          file_(std::move(file)) {}

    Files* files_;
    std::string target_;
    std::string temporary_;
    std::unique_ptr<File> file_;  // gone once renamed or given up
};

/// Replaces the file `path` by these bytes, durably, or leaves it as it was (see
/// Replacement::commit for the one exception). The temporary is removed on failure.
[[nodiscard]] Result<void> write_beside(Files& files, const std::string& path, Bytes bytes);

}  // namespace tickweir::txn::io
