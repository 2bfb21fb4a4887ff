// Replacing a file: the new content is there whole or the old one is, whatever fails and whenever
// the power goes.
#include "txn/io/write_beside.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "tests/support/fault_files.hpp"
#include "tests/support/seed.hpp"
#include "tests/txn/worlds.hpp"

namespace tickweir::txn::io {
namespace {

using tests::bytes_of;
using tests::FaultFiles;
using tests::text_in;
using tests::why;

template <class World>
class WriteBesideTest : public testing::Test {
protected:
    World world_;
    std::string path_ = world_.root + "/state";
    Files& files_ = world_.files;

    std::size_t files_there() {
        const auto listed = files_.list(world_.root);
        return listed ? listed->size() : 99;
    }
};
TYPED_TEST_SUITE(WriteBesideTest, tests::Worlds, tests::WorldNames);

TYPED_TEST(WriteBesideTest, MakesAndReplacesAFileAndLeavesNothingElse) {
    EXPECT_EQ(why(write_beside(this->files_, this->path_, bytes_of("first"))), "");
    EXPECT_EQ(text_in(this->files_, this->path_), "first");
    EXPECT_EQ(why(write_beside(this->files_, this->path_, bytes_of("2"))), "");
    EXPECT_EQ(text_in(this->files_, this->path_), "2");
    EXPECT_EQ(why(write_beside(this->files_, this->path_, {})), "");
    EXPECT_EQ(text_in(this->files_, this->path_), "");
    EXPECT_EQ(this->files_there(), 1u);
}

TYPED_TEST(WriteBesideTest, OverwritesWhatACrashLeftBeside) {
    auto left = this->files_.open(this->path_ + ".tmp", {.mode = OpenMode::create});
    ASSERT_TRUE(left) << why(left);
    ASSERT_TRUE((*left)->append(bytes_of("half of something longer")));
    EXPECT_EQ(why(write_beside(this->files_, this->path_, bytes_of("whole"))), "");
    EXPECT_EQ(text_in(this->files_, this->path_), "whole");
    EXPECT_EQ(this->files_there(), 1u);
}

TYPED_TEST(WriteBesideTest, FailsWhereThereIsNoDirectoryOrADirectoryHasTheName) {
    EXPECT_FALSE(write_beside(this->files_, this->path_ + "/x/y", bytes_of("a")));
    ASSERT_TRUE(this->files_.make_directories(this->path_ + "/in"));
    EXPECT_FALSE(write_beside(this->files_, this->path_, bytes_of("a")));
    EXPECT_EQ(this->files_there(), 1u);
}

TYPED_TEST(WriteBesideTest, LeavesTheTargetUntilItIsCommitted) {
    ASSERT_TRUE(write_beside(this->files_, this->path_, bytes_of("old")));
    {
        auto replacement = Replacement::begin(this->files_, this->path_);
        ASSERT_TRUE(replacement) << why(replacement);
        ASSERT_TRUE(replacement->file().append(bytes_of("new")));
        EXPECT_EQ(text_in(this->files_, this->path_), "old");
    }
    EXPECT_EQ(text_in(this->files_, this->path_), "old");
    EXPECT_EQ(this->files_there(), 1u);
    auto replacement = Replacement::begin(this->files_, this->path_);
    ASSERT_TRUE(replacement) << why(replacement);
    ASSERT_TRUE(replacement->file().append(bytes_of("ne")));
    ASSERT_TRUE(replacement->file().append(bytes_of("w")));
    EXPECT_EQ(why(replacement->commit()), "");
    EXPECT_EQ(text_in(this->files_, this->path_), "new");
}

// ---------------------------------------------------------------- faults

const std::string old_content(700, 'o');
const std::string new_content(2'500, 'n');

/// A disk on which `state` durably holds the old content.
void prepare(FaultFiles& files) {
    ASSERT_TRUE(files.make_directories("d"));
    ASSERT_TRUE(write_beside(files, "d/state", bytes_of(old_content)));
}

/// How many operations one replacement takes.
std::uint64_t operations_of_one() {
    FaultFiles files;
    prepare(files);
    const std::uint64_t before = files.operations();
    EXPECT_TRUE(write_beside(files, "d/state", bytes_of(new_content)));
    return files.operations() - before;
}

TEST(WriteBeside, RemovesTheTemporaryWhenAnyStepFails) {
    const std::uint64_t steps = operations_of_one();
    ASSERT_EQ(steps, 6u) << "remove, open, write, sync, rename, sync of the directory";
    for (std::uint64_t step = 1; step < steps; ++step) {
        FaultFiles files;
        prepare(files);
        files.fail_at(files.operations() + step, EIO);
        EXPECT_FALSE(write_beside(files, "d/state", bytes_of(new_content))) << step;
        EXPECT_EQ(files.list("d")->size(), 1u) << step;
        EXPECT_EQ(text_in(files, "d/state"), step == steps - 1 ? new_content : old_content) << step;
    }
}

TEST(WriteBeside, TellsThatTheDiskIsFull) {
    FaultFiles files;
    prepare(files);
    files.set_capacity(2'000);
    EXPECT_EQ(why(write_beside(files, "d/state", bytes_of(new_content))),
              "write d/state.tmp at byte 1300: No space left on device (errno 28)");
    EXPECT_EQ(files.free_space("d")->free_bytes, 1'300u);
}

TEST(WriteBeside, IsWholeAfterACrashAtAnyStep) {
    const std::uint64_t seed = tests::test_seed();
    const std::uint64_t steps = operations_of_one();
    for (std::uint64_t step = 0; step < steps; ++step) {
        std::set<std::string> seen;
        for (std::uint64_t variant = 0; variant < 60; ++variant) {
            FaultFiles files;
            prepare(files);
            files.stop_at(files.operations() + step);
            EXPECT_FALSE(write_beside(files, "d/state", bytes_of(new_content))) << step;
            ASSERT_TRUE(files.stopped());
            files.crash(seed + variant);
            const std::string content = text_in(files, "d/state");
            ASSERT_TRUE(content == old_content || content == new_content)
                << "step " << step << ", variant " << variant << ": " << content.substr(0, 80);
            seen.insert(content);
            ASSERT_EQ(why(write_beside(files, "d/state", bytes_of("after"))), "");
            ASSERT_EQ(text_in(files, "d/state"), "after");
        }
        // Only between the rename and the sync of the directory is it open which one survives.
        EXPECT_EQ(seen.size(), step < 4 ? 1u : 2u) << step;
    }
}

TEST(WriteBeside, SurvivesAnyCrashOnceItHasSucceeded) {
    const std::uint64_t seed = tests::test_seed();
    for (std::uint64_t variant = 0; variant < 60; ++variant) {
        FaultFiles files;
        prepare(files);
        ASSERT_TRUE(write_beside(files, "d/state", bytes_of(new_content)));
        files.crash(seed + variant);
        ASSERT_EQ(text_in(files, "d/state"), new_content);
        ASSERT_EQ(files.list("d")->size(), 1u);
    }
}

TEST(WriteBeside, WouldBeCaughtWithoutItsSync) {
    const std::uint64_t seed = tests::test_seed();
    bool torn = false;
    for (std::uint64_t variant = 0; variant < 60 && !torn; ++variant) {
        FaultFiles files;
        prepare(files);
        {
            auto file = files.open("d/t", {.mode = OpenMode::create});
            ASSERT_TRUE(file && (*file)->append(bytes_of(new_content)));
        }
        ASSERT_TRUE(files.rename("d/t", "d/state"));
        ASSERT_TRUE(files.sync_directory("d"));
        files.crash(seed + variant);
        torn = text_in(files, "d/state") != new_content;
    }
    EXPECT_TRUE(torn) << "the twin lost nothing of what was never synced";
}

}  // namespace
}  // namespace tickweir::txn::io
