// What an error of a file says, and which kind it is.
#include "txn/io/io_error.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace tickweir::txn::io {
namespace {

TEST(IoError, NamesOperationPathPlaceAndReason) {
    EXPECT_EQ(to_string(io_error(IoOperation::write, "data/a.log", ENOSPC, 4096)),
              "write data/a.log at byte 4096: No space left on device (errno 28)");
    EXPECT_EQ(to_string(io_error(IoOperation::open, "x", ENOENT)),
              "open x: No such file or directory (errno 2)");
}

TEST(IoError, SaysWhatTheErrnoDoesNot) {
    EXPECT_EQ(to_string(IoError{IoOperation::read, IoErrorKind::misaligned, EINVAL, "a", 5}),
              "read a at byte 5: not aligned for direct access: Invalid argument (errno 22)");
    EXPECT_EQ(to_string(IoError{IoOperation::write, IoErrorKind::failed_before, EIO, "a", {}}),
              "write a: refused after an earlier failure: Input/output error (errno 5)");
    EXPECT_EQ(to_string(io_error(IoOperation::lock_directory, "d", EWOULDBLOCK)),
              "lock directory d: in use by another holder: Resource temporarily unavailable "
              "(errno 11)");
}

TEST(IoError, TellsTheKindsApart) {
    EXPECT_EQ(kind_of(ENOSPC), IoErrorKind::no_space);
    EXPECT_EQ(kind_of(EDQUOT), IoErrorKind::no_space);
    EXPECT_EQ(kind_of(ENOENT), IoErrorKind::not_found);
    EXPECT_EQ(kind_of(ENOTDIR), IoErrorKind::not_found);
    EXPECT_EQ(kind_of(EEXIST), IoErrorKind::exists);
    EXPECT_EQ(kind_of(ENOTEMPTY), IoErrorKind::exists);
    EXPECT_EQ(kind_of(EACCES), IoErrorKind::denied);
    EXPECT_EQ(kind_of(EROFS), IoErrorKind::denied);
    EXPECT_EQ(kind_of(EWOULDBLOCK), IoErrorKind::in_use);
    EXPECT_EQ(kind_of(EINVAL), IoErrorKind::unsupported);
    EXPECT_EQ(kind_of(EOPNOTSUPP), IoErrorKind::unsupported);
    EXPECT_EQ(kind_of(EIO), IoErrorKind::other);
}

TEST(IoError, HasADistinctNameForEachOperationAndKind) {
    std::set<std::string_view> operations;
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(IoOperation::free_space); ++i) {
        operations.insert(to_string(static_cast<IoOperation>(i)));
    }
    EXPECT_EQ(operations.size(), 14u);
    std::set<std::string_view> kinds;
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(IoErrorKind::other); ++i) {
        kinds.insert(to_string(static_cast<IoErrorKind>(i)));
    }
    EXPECT_EQ(kinds.size(), 9u);
    EXPECT_FALSE(operations.contains("?") || kinds.contains("?"));
}

}  // namespace
}  // namespace tickweir::txn::io
