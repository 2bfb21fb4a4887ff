// The fault-injecting twin itself: what it keeps and loses at a crash, and that faults come when
// ordered. Tests of durability are worth as much as this.
#include "tests/support/fault_files.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "tests/support/seed.hpp"
#include "tests/txn/worlds.hpp"
#include "txn/io/aligned_buffer.hpp"

namespace tickweir::tests {
namespace {

using txn::io::AlignedBuffer;
using txn::io::direct_alignment;
using txn::io::File;
using txn::io::IoErrorKind;
using txn::io::IoOperation;
using txn::io::OpenMode;

std::unique_ptr<File> open(FaultFiles& files, const std::string& path, bool direct = false) {
    auto file = files.open(path, {.mode = OpenMode::append, .direct = direct});
    EXPECT_TRUE(file) << why(file);
    return *std::move(file);
}

/// A durable file of so many sectors of 'a'.
std::unique_ptr<File> sectors_of_a(FaultFiles& files, std::size_t count) {
    auto file = open(files, "f");
    const std::string text(count * CachedBytes::sector_bytes, 'a');
    EXPECT_TRUE(file->append(bytes_of(text)));
    EXPECT_TRUE(file->sync());
    EXPECT_TRUE(files.sync_directory("/"));
    return file;
}

/// The first byte of each sector; sectors are never mixed.
std::string sectors(FaultFiles& files) {
    const std::string text = text_in(files, "f");
    std::string firsts;
    for (std::size_t at = 0; at < text.size(); at += CachedBytes::sector_bytes) {
        const std::string sector = text.substr(at, CachedBytes::sector_bytes);
        EXPECT_EQ(sector, std::string(sector.size(), sector[0]));
        firsts.push_back(sector[0] == '\0' ? '0' : sector[0]);
    }
    return firsts;
}

TEST(FaultFiles, KeepsWhatWasSynced) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        FaultFiles files;
        sectors_of_a(files, 4);
        files.crash(seed);
        EXPECT_EQ(sectors(files), "aaaa");
    }
}

TEST(FaultFiles, LosesAnySubsetOfUnsyncedSectors) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        FaultFiles files;
        auto file = sectors_of_a(files, 3);
        ASSERT_TRUE(file->write_at(0, bytes_of(std::string(3 * CachedBytes::sector_bytes, 'b'))));
        files.crash(seed);
        seen.insert(sectors(files));
    }
    EXPECT_EQ(seen,
              (std::set<std::string>{"aaa", "aab", "aba", "abb", "baa", "bab", "bba", "bbb"}));
}

TEST(FaultFiles, KeepsAnyVersionOfASectorAndAnyLength) {
    std::set<std::string> seen;
    const std::string sector(CachedBytes::sector_bytes, ' ');
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        FaultFiles files;
        auto file = sectors_of_a(files, 1);
        ASSERT_TRUE(file->write_at(0, bytes_of(std::string(CachedBytes::sector_bytes, 'b'))));
        ASSERT_TRUE(file->write_at(0, bytes_of(std::string(2 * CachedBytes::sector_bytes, 'c'))));
        files.crash(seed);
        seen.insert(sectors(files));
    }
    EXPECT_EQ(seen, (std::set<std::string>{"a", "b", "c", "a0", "b0", "c0", "ac", "bc", "cc"}));
}

TEST(FaultFiles, LosesNamesOfUnsyncedDirectories) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        FaultFiles files;
        sectors_of_a(files, 1);
        ASSERT_TRUE(files.rename("f", "g"));
        EXPECT_TRUE(open(files, "h")->sync());
        files.crash(seed);
        std::string names;
        for (const auto& entry : *files.list("/"))
            names += entry.name;
        seen.insert(names);
    }
    EXPECT_EQ(seen, (std::set<std::string>{"f", "g", "fh", "gh"}));
}

TEST(FaultFiles, KeepsNamesOfSyncedDirectories) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        FaultFiles files;
        sectors_of_a(files, 1);
        ASSERT_TRUE(files.make_directories("d/e"));
        ASSERT_TRUE(files.rename("f", "d/e/g"));
        ASSERT_TRUE(files.sync_directory("d/e"));
        ASSERT_TRUE(files.sync_directory("/"));
        files.crash(seed);
        EXPECT_EQ(files.list("/")->size(), 1u);
        EXPECT_EQ(files.list("d/e")->size(), 1u);
    }
}

TEST(FaultFiles, BringsBackWhatWasRemovedWithoutASync) {
    std::set<std::size_t> seen;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        FaultFiles files;
        sectors_of_a(files, 1);
        ASSERT_TRUE(files.remove("f"));
        EXPECT_EQ(files.list("/")->size(), 0u);
        files.crash(seed);
        seen.insert(files.list("/")->size());
    }
    EXPECT_EQ(seen, (std::set<std::size_t>{0, 1}));
}

TEST(FaultFiles, LiesAboutPagesAfterAFailedSync) {
    bool lost = false;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        FaultFiles files;
        auto file = sectors_of_a(files, 1);
        ASSERT_TRUE(file->write_at(0, bytes_of(std::string(CachedBytes::sector_bytes, 'b'))));
        files.fail_next(IoOperation::sync, EIO);
        EXPECT_FALSE(file->sync());
        auto again = open(files, "f");
        EXPECT_TRUE(again->sync()) << "the system takes the page for clean";
        EXPECT_EQ(sectors(files), "b");
        files.crash(seed);
        lost = lost || sectors(files) == "a";
    }
    EXPECT_TRUE(lost);
}

TEST(FaultFiles, KeepsDirectWritesAndTearsTheOneUnderWay) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        FaultFiles files;
        auto file = open(files, "f", true);
        ASSERT_TRUE(files.sync_directory("/"));
        AlignedBuffer block{direct_alignment};
        std::ranges::fill(block.bytes(), std::byte{'a'});
        ASSERT_TRUE(file->append(block.bytes()));
        std::ranges::fill(block.bytes(), std::byte{'b'});
        files.stop_at(files.operations());
        EXPECT_FALSE(file->append(block.bytes()));
        files.crash(seed);
        const std::string kept = sectors(files);
        EXPECT_EQ(kept.substr(0, 8), "aaaaaaaa");
        seen.insert(kept.substr(8));
    }
    EXPECT_GT(seen.size(), 5u);
    EXPECT_TRUE(seen.contains(""));
}

TEST(FaultFiles, IsTheSameForTheSameSeed) {
    const std::uint64_t seed = test_seed();
    const auto run = [&] {
        FaultFiles files;
        auto file = sectors_of_a(files, 8);
        EXPECT_TRUE(file->write_at(0, bytes_of(std::string(8 * CachedBytes::sector_bytes, 'b'))));
        files.crash(seed);
        return sectors(files);
    };
    EXPECT_EQ(run(), run());
}

TEST(FaultFiles, KillsOpenFilesAndLocksAtACrash) {
    FaultFiles files;
    auto file = sectors_of_a(files, 1);
    auto lock = files.lock_directory("/");
    ASSERT_TRUE(lock);
    files.crash(1);
    EXPECT_FALSE(file->size());
    auto second = files.lock_directory("/");
    ASSERT_TRUE(second);
    (*lock).reset();
    EXPECT_EQ(kind(files.lock_directory("/")), IoErrorKind::in_use);
}

TEST(FaultFiles, FailsEveryKindOfOperationWhenToldTo) {
    FaultFiles files;
    sectors_of_a(files, 1);
    const auto failing = [&](IoOperation kind) -> FaultFiles& {
        files.fail_next(kind, EIO);
        return files;
    };
    EXPECT_FALSE(failing(IoOperation::open).open("f", {}));
    EXPECT_FALSE(failing(IoOperation::rename).rename("f", "g"));
    EXPECT_FALSE(failing(IoOperation::remove).remove("f"));
    EXPECT_FALSE(failing(IoOperation::list).list("/"));
    EXPECT_FALSE(failing(IoOperation::sync_directory).sync_directory("/"));
    EXPECT_FALSE(failing(IoOperation::make_directory).make_directories("d"));
    EXPECT_FALSE(failing(IoOperation::sync_directory).make_directories("d"));
    EXPECT_FALSE(failing(IoOperation::free_space).free_space("/"));
    EXPECT_FALSE(failing(IoOperation::lock_directory).lock_directory("/"));
    EXPECT_EQ(files.list("/")->size(), 2u);
    EXPECT_EQ(sectors(files), "a");
}

TEST(FaultFiles, FailsTheOperationOfANumberOnce) {
    FaultFiles files;
    files.fail_at(1, ENOSPC);
    EXPECT_TRUE(files.list("/"));
    EXPECT_EQ(kind(files.list("/")), IoErrorKind::no_space);
    EXPECT_TRUE(files.list("/"));
    EXPECT_EQ(files.operations(), 3u);
}

TEST(FaultFiles, DoesNothingAnyMoreOncePowerHasGone) {
    FaultFiles files;
    sectors_of_a(files, 1);
    files.stop_at(files.operations());
    EXPECT_FALSE(files.stopped());
    EXPECT_FALSE(files.sync_directory("/"));
    EXPECT_TRUE(files.stopped());
    EXPECT_FALSE(files.list("/"));
    files.crash(3);
    EXPECT_FALSE(files.stopped());
    EXPECT_TRUE(files.list("/"));
}

TEST(FaultFiles, FlipsABitForGood) {
    FaultFiles files;
    sectors_of_a(files, 1);
    EXPECT_TRUE(files.flip_bit("f", 1));
    EXPECT_FALSE(files.flip_bit("f", 8 * CachedBytes::sector_bytes));
    EXPECT_FALSE(files.flip_bit("g", 0));
    files.crash(1);
    EXPECT_EQ(text_in(files, "f").substr(0, 2), "ca");
    EXPECT_EQ(files.content("f")->at(0), std::byte{'c'});
    EXPECT_FALSE(files.content("/"));
}

TEST(FaultFiles, RefusesToTouchTheRoot) {
    FaultFiles files;
    ASSERT_TRUE(files.make_directories("d"));
    EXPECT_FALSE(files.remove("/"));
    EXPECT_FALSE(files.rename("/", "d"));
    EXPECT_FALSE(files.rename("d", "/"));
}

}  // namespace
}  // namespace tickweir::tests
