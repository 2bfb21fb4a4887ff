#include "txn/io/io_error.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace tickweir::txn::io {

IoErrorKind kind_of(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
            return IoErrorKind::no_space;
        case ENOENT:
        case ENOTDIR:
            return IoErrorKind::not_found;
        case EEXIST:
        case ENOTEMPTY:
            return IoErrorKind::exists;
        case EACCES:
        case EPERM:
        case EROFS:
        case EBADF:
            return IoErrorKind::denied;
        case EWOULDBLOCK:
            return IoErrorKind::in_use;
        case EINVAL:
        case EOPNOTSUPP:
        case ENOSYS:
            return IoErrorKind::unsupported;
        default:
            return IoErrorKind::other;
    }
}

IoError io_error(IoOperation operation, std::string path, int error_number,
                 std::optional<std::uint64_t> offset) {
    return {operation, kind_of(error_number), error_number, std::move(path), offset};
}

std::string_view to_string(IoOperation operation) {
    switch (operation) {
        case IoOperation::open:
            return "open";
        case IoOperation::read:
            return "read";
        case IoOperation::write:
            return "write";
        case IoOperation::sync:
            return "sync";
        case IoOperation::preallocate:
            return "preallocate";
        case IoOperation::truncate:
            return "truncate";
        case IoOperation::size:
            return "size of";
        case IoOperation::rename:
            return "rename";
        case IoOperation::remove:
            return "remove";
        case IoOperation::list:
            return "list";
        case IoOperation::lock_directory:
            return "lock directory";
        case IoOperation::sync_directory:
            return "sync directory";
        case IoOperation::make_directory:
            return "make directory";
        case IoOperation::free_space:
            return "free space of";
    }
    return "?";
}

std::string_view to_string(IoErrorKind kind) {
    switch (kind) {
        case IoErrorKind::no_space:
            return "no_space";
        case IoErrorKind::not_found:
            return "not_found";
        case IoErrorKind::exists:
            return "exists";
        case IoErrorKind::denied:
            return "denied";
        case IoErrorKind::in_use:
            return "in_use";
        case IoErrorKind::misaligned:
            return "misaligned";
        case IoErrorKind::unsupported:
            return "unsupported";
        case IoErrorKind::failed_before:
            return "failed_before";
        case IoErrorKind::other:
            return "other";
    }
    return "?";
}

std::string to_string(const IoError& error) {
    std::string text{to_string(error.operation)};
    text.append(" ").append(error.path);
    if (error.offset) text.append(" at byte ").append(std::to_string(*error.offset));
    text += ": ";
    if (error.kind == IoErrorKind::failed_before) text += "refused after an earlier failure: ";
    if (error.kind == IoErrorKind::misaligned) text += "not aligned for direct access: ";
    if (error.kind == IoErrorKind::in_use) text += "in use by another holder: ";
    text += std::generic_category().message(error.error_number);
    text.append(" (errno ").append(std::to_string(error.error_number)).append(")");
    return text;
}

}  // namespace tickweir::txn::io
