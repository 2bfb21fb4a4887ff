// What a file does when the disk misbehaves: it goes on after interruptions and halves, tells a
// full disk from a broken one, and after a failed sync is never to be trusted again.
#include "txn/io/file.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/support/fault_files.hpp"
#include "tests/txn/worlds.hpp"
#include "txn/io/aligned_buffer.hpp"

namespace tickweir::txn::io {
namespace {

using tests::bytes_of;
using tests::FaultFiles;
using tests::kind;
using tests::text_in;
using tests::why;

std::unique_ptr<File> create(FaultFiles& files, bool direct = false) {
    auto file = files.open("a", {.mode = OpenMode::create, .direct = direct});
    EXPECT_TRUE(file) << why(file);
    return *std::move(file);
}

TEST(File, GoesOnAfterShortAndInterruptedCalls) {
    FaultFiles files;
    files.limit_transfer(3);
    files.interrupt_every(2);
    auto file = create(files);
    const std::vector<std::vector<std::byte>> texts{bytes_of("0123456"), {}, bytes_of("78")};
    const std::vector<Bytes> parts{texts.begin(), texts.end()};
    EXPECT_EQ(why(file->append(parts)), "");
    EXPECT_EQ(why(file->preallocate(9, 10)), "");
    EXPECT_EQ(why(file->truncate(12)), "");
    EXPECT_EQ(why(file->sync()), "");
    EXPECT_EQ(text_in(files, "a"), "012345678" + std::string(3, '\0'));
}

TEST(File, TellsWhereAWriteFailed) {
    FaultFiles files;
    files.limit_transfer(4);
    auto file = create(files);
    files.fail_next(IoOperation::write, EIO, 2);
    EXPECT_EQ(why(file->write_at(100, bytes_of("0123456789abcdef"))),
              "write a at byte 108: Input/output error (errno 5)");
    EXPECT_EQ(why(file->write_at(100, bytes_of("0123456789abcdef"))), "");
}

TEST(File, TellsWhereAReadFailedAndStaysUsable) {
    FaultFiles files;
    auto file = create(files);
    ASSERT_TRUE(file->append(bytes_of("0123456789")));
    files.limit_transfer(4);
    files.fail_next(IoOperation::read, EIO, 1);
    std::array<std::byte, 10> into{};
    EXPECT_EQ(why(file->read_at(0, into)), "read a at byte 4: Input/output error (errno 5)");
    EXPECT_EQ(*file->read_at(0, into), 10u);
}

TEST(File, TellsThatItsSizeIsUnknown) {
    FaultFiles files;
    auto file = create(files);
    files.fail_next(IoOperation::size, EIO);
    EXPECT_EQ(why(file->size()), "size of a: Input/output error (errno 5)");
    EXPECT_EQ(*file->size(), 0u);
}

TEST(File, TellsAFullDiskFromABrokenOne) {
    FaultFiles files;
    files.set_capacity(10);
    auto file = create(files);
    EXPECT_EQ(kind(file->write_at(0, bytes_of("0123456789ab"))), IoErrorKind::no_space);
    EXPECT_EQ(kind(file->preallocate(0, 11)), IoErrorKind::no_space);
    EXPECT_EQ(kind(file->reserve(0, 11)), IoErrorKind::no_space);
    EXPECT_EQ(why(file->truncate(11)), "") << "a hole takes no blocks";
    EXPECT_EQ(kind(file->write_at(10, bytes_of("a"))), IoErrorKind::no_space);
    EXPECT_EQ(why(file->truncate(10)), "");
    EXPECT_EQ(text_in(files, "a"), "0123456789");
    EXPECT_EQ(files.free_space("/")->free_bytes, 0u);
    files.set_capacity(12);
    EXPECT_EQ(why(file->append(bytes_of("ab"))), "");
}

TEST(File, TakesBackAnAppendThatDidNotFit) {
    FaultFiles files;
    files.set_capacity(8);
    auto file = create(files);
    ASSERT_TRUE(file->append(bytes_of("01234")));
    const auto refused = file->append(bytes_of("56789"));
    EXPECT_EQ(kind(refused), IoErrorKind::no_space);
    EXPECT_EQ(refused.error().offset, 8u);
    EXPECT_EQ(text_in(files, "a"), "01234");
    EXPECT_EQ(*file->append(bytes_of("567")), 5u);
}

TEST(File, IsLostWhenAnAppendCannotBeTakenBack) {
    FaultFiles files;
    files.set_capacity(8);
    auto file = create(files);
    files.fail_next(IoOperation::truncate, EIO);
    EXPECT_EQ(kind(file->append(bytes_of("0123456789"))), IoErrorKind::no_space);
    EXPECT_EQ(kind(file->append(bytes_of("0"))), IoErrorKind::failed_before);
    ASSERT_TRUE(file->failure());
    EXPECT_EQ(file->failure()->operation, IoOperation::truncate);
}

TEST(File, WritesZerosWhereTheFileSystemCannotReserve) {
    FaultFiles files;
    auto file = create(files);
    files.fail_next(IoOperation::preallocate, EOPNOTSUPP);
    EXPECT_EQ(why(file->preallocate(0, 5'000)), "");
    EXPECT_EQ(text_in(files, "a"), std::string(5'000, '\0'));
    files.fail_next(IoOperation::preallocate, EIO);
    EXPECT_EQ(why(file->preallocate(0, 1)),
              "preallocate a at byte 0: Input/output error (errno 5)");
    files.fail_next(IoOperation::write, EIO);
    EXPECT_EQ(why(file->preallocate(0, 1)),
              "preallocate a at byte 0: Input/output error (errno 5)");
}

TEST(File, RefusesEverythingAfterAFailedSync) {
    FaultFiles files;
    auto file = create(files);
    ASSERT_TRUE(file->append(bytes_of("doubtful")));
    files.fail_next(IoOperation::sync, EIO);
    EXPECT_EQ(why(file->sync()), "sync a: Input/output error (errno 5)");

    const std::uint64_t before = files.operations();
    std::array<std::byte, 4> into{};
    EXPECT_EQ(why(file->sync()),
              "sync a: refused after an earlier failure: Input/output error (errno 5)");
    EXPECT_EQ(kind(file->read_at(0, into)), IoErrorKind::failed_before);
    EXPECT_EQ(kind(file->write_at(0, bytes_of("x"))), IoErrorKind::failed_before);
    EXPECT_EQ(kind(file->append(bytes_of("x"))), IoErrorKind::failed_before);
    EXPECT_EQ(kind(file->preallocate(0, 1)), IoErrorKind::failed_before);
    EXPECT_EQ(kind(file->truncate(0)), IoErrorKind::failed_before);
    EXPECT_EQ(kind(file->size()), IoErrorKind::failed_before);
    EXPECT_EQ(files.operations(), before) << "the disk was asked again";
}

TEST(File, TakesAFailedDirectWriteForAFailedSync) {
    FaultFiles files;
    auto file = create(files, true);
    AlignedBuffer block{direct_alignment};
    ASSERT_TRUE(file->append(block.bytes()));
    files.fail_next(IoOperation::write, EIO);
    EXPECT_EQ(kind(file->append(block.bytes())), IoErrorKind::other);
    EXPECT_EQ(kind(file->write_at(0, block.bytes())), IoErrorKind::failed_before);
}

TEST(File, ReadsOnFromTheBlockWhereADirectReadStopped) {
    FaultFiles files;
    auto file = create(files, true);
    AlignedBuffer block{4 * direct_alignment};
    for (std::size_t i = 0; i < block.bytes().size(); ++i) {
        block.bytes()[i] = static_cast<std::byte>(i / 512);
    }
    ASSERT_TRUE(file->append(block.bytes()));
    files.limit_transfer(direct_alignment + 512);
    AlignedBuffer back{4 * direct_alignment};
    EXPECT_EQ(*file->read_at(0, back.bytes()), back.bytes().size());
    EXPECT_TRUE(std::ranges::equal(back.bytes(), block.bytes()));

    files.fail_next(IoOperation::size, EIO);
    EXPECT_EQ(why(file->read_at(0, back.bytes())), "size of a: Input/output error (errno 5)");
    files.limit_transfer(512);
    EXPECT_EQ(why(file->read_at(0, back.bytes())),
              "read a at byte 512: Input/output error (errno 5)");
}

}  // namespace
}  // namespace tickweir::txn::io
