// Who has a locked directory, from the system's table of locks.
#include "gateway/venue/lock_holder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "txn/io/posix_files.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::string_view table =
    "1: POSIX  ADVISORY  WRITE 100 08:01:77 0 EOF\n"
    "2: FLOCK  ADVISORY  WRITE 200 08:01:78 0 EOF\n"
    "3: FLOCK  ADVISORY  WRITE 300 fe:1f:77 0 EOF\n"
    "3: -> FLOCK  ADVISORY  WRITE 400 08:01:77 0 EOF\n"
    "4: FLOCK  ADVISORY  WRITE 500 08:01:77 0 EOF\n"
    "5: FLOCK  ADVISORY  WRITE 0 08:01:79 0 EOF\n"
    "6: FLOCK";

TEST(LockHolderTest, FindsWhoHasAFileAndNotWhoWaitsForIt) {
    EXPECT_EQ(holder_in(table, {8, 1, 77}), 500u);
    EXPECT_EQ(holder_in(table, {8, 1, 78}), 200u);
    EXPECT_EQ(holder_in(table, {0xfe, 0x1f, 77}), 300u);
}

TEST(LockHolderTest, KnowsNobodyWhereTheTableSaysNothing) {
    EXPECT_EQ(holder_in(table, {8, 1, 7}), std::nullopt);
    EXPECT_EQ(holder_in(table, {8, 1, 79}), std::nullopt);  // of another name space
    EXPECT_EQ(holder_in("", {8, 1, 77}), std::nullopt);
}

TEST(LockHolderTest, TellsOfThisProcessOrOfSomebody) {
    const std::string directory =
        (std::filesystem::temp_directory_path() / ("tickweir-lock-" + std::to_string(getpid())));
    std::filesystem::create_directory(directory);
    txn::io::PosixFiles files;
    const auto lock = files.lock_directory(directory);
    ASSERT_TRUE(lock);
    const std::string holder = lock_holder(directory);
    // Some file systems hide from the table which device they are on.
    EXPECT_TRUE(holder == "another process" ||
                holder.starts_with("process " + std::to_string(getpid()) + " ("))
        << holder;
    std::filesystem::remove_all(directory);
    EXPECT_EQ(lock_holder(directory), "another process");
}

}  // namespace
}  // namespace tickweir::gateway
