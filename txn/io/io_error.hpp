// What went wrong with a file, as a value: which operation, on what, where, and the system's
// reason.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tickweir::txn::io {

/// What was asked of a file or directory.
enum class IoOperation : std::uint8_t {
    open,
    read,
    write,
    sync,
    preallocate,
    truncate,
    size,
    rename,
    remove,
    list,
    lock_directory,
    sync_directory,
    make_directory,
    free_space,
};

/// The errors that callers act upon differently.
enum class IoErrorKind : std::uint8_t {
    no_space,       ///< the disk or the quota is full
    not_found,      ///< no such file or directory
    exists,         ///< a name that was to be new is taken
    denied,         ///< permissions, a read-only file or file system
    in_use,         ///< another holder has the lock
    misaligned,     ///< direct input and output asked for with an unfit address, offset or length
    unsupported,    ///< the file system cannot do this (direct input and output, for one)
    failed_before,  ///< refused because of an earlier failure of this file, whose reason it carries
    other,          ///< anything else, the device's errors among them
};

struct IoError {
    IoOperation operation = IoOperation::open;
    IoErrorKind kind = IoErrorKind::other;
    int error_number = 0;  ///< errno of the system call; of the first failure for failed_before
    std::string path;
    std::optional<std::uint64_t> offset;  ///< the byte where it happened, if it has a place
    friend bool operator==(const IoError&, const IoError&) = default;
};

/// An answer or what went wrong. Test it before `*`; `value()` is not to be used (it would throw).
template <class T>
using Result = boost::system::result<T, IoError>;

/// The kind that belongs to an errno.
IoErrorKind kind_of(int error_number);

/// An error whose kind follows from the errno.
IoError io_error(IoOperation operation, std::string path, int error_number,
                 std::optional<std::uint64_t> offset = std::nullopt);

std::string_view to_string(IoOperation operation);
std::string_view to_string(IoErrorKind kind);

/// For a log line: "write data/a.log at byte 4096: No space left on device (errno 28)".
std::string to_string(const IoError& error);

}  // namespace tickweir::txn::io
