// A data directory: whose it is, and that it is made whole or not at all.
#include "txn/log/data_directory.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>

#include "tests/support/seed.hpp"
#include "tests/txn/worlds.hpp"
#include "txn/log/segment_files.hpp"

namespace tickweir::txn::log {
namespace {

using tests::bytes_of;
using tests::FaultFiles;

const Identity identity{LogId{{std::byte{1}, std::byte{2}, std::byte{3}}}, 77};

template <class World>
class DataDirectoryTest : public testing::Test {
protected:
    World world_;
    io::Files& files_ = world_.files;
    std::string data_ = world_.root + "/venue";

    DirectoryState state() { return open_data_directory(files_, data_).state; }
    void put(const std::string& name, std::string_view text) {
        auto file = files_.open(data_ + '/' + name, {.mode = io::OpenMode::append});
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->truncate(0));
        ASSERT_TRUE((*file)->append(bytes_of(text)));
    }
};
TYPED_TEST_SUITE(DataDirectoryTest, tests::Worlds, tests::WorldNames);

TYPED_TEST(DataDirectoryTest, IsEmptyThenOursThenInUse) {
    EXPECT_EQ(this->state(), DirectoryState::empty) << "not even there";
    ASSERT_TRUE(this->files_.make_directories(this->data_ + "/lost+found"));
    EXPECT_EQ(this->state(), DirectoryState::empty);
    {
        const DataDirectory made = create_data_directory(this->files_, this->data_, identity);
        ASSERT_EQ(made.state, DirectoryState::ours) << made.what;
        EXPECT_EQ(made.identity, identity);
        const DataDirectory second = open_data_directory(this->files_, this->data_);
        EXPECT_EQ(second.state, DirectoryState::in_use);
        EXPECT_NE(second.what.find("in use by another process"), std::string::npos);
    }
    const DataDirectory again = open_data_directory(this->files_, this->data_);
    EXPECT_EQ(again.state, DirectoryState::ours) << again.what;
    EXPECT_EQ(again.identity, identity);
    EXPECT_TRUE(this->files_.list(log_directory(this->data_)));
}

TYPED_TEST(DataDirectoryTest, IsNotMadeOverWhatIsThere) {
    {
        ASSERT_EQ(create_data_directory(this->files_, this->data_, identity).state,
                  DirectoryState::ours);
    }
    const Identity other{LogId{}, 1};
    const DataDirectory made = create_data_directory(this->files_, this->data_, other);
    EXPECT_EQ(made.state, DirectoryState::ours);
    EXPECT_EQ(made.identity, identity) << "kept";
}

TYPED_TEST(DataDirectoryTest, TellsForeignNewerAndDamagedApart) {
    ASSERT_TRUE(this->files_.make_directories(this->data_));
    this->put("letter.txt", "dear");
    EXPECT_EQ(this->state(), DirectoryState::foreign);
    EXPECT_EQ(create_data_directory(this->files_, this->data_, identity).state,
              DirectoryState::foreign);
    ASSERT_TRUE(this->files_.remove(this->data_ + "/letter.txt"));
    {
        ASSERT_EQ(create_data_directory(this->files_, this->data_, identity).state,
                  DirectoryState::ours);
    }

    const std::string good = tests::text_in(this->files_, this->data_ + "/tickweir.id");
    ASSERT_EQ(good.size(), 40u);
    for (std::size_t length = 0; length <= good.size() + 1; ++length) {
        this->put("tickweir.id", (good + "x").substr(0, length));
        EXPECT_EQ(this->state(), length < 12    ? DirectoryState::foreign
                                 : length == 40 ? DirectoryState::ours
                                                : DirectoryState::damaged)
            << length;
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x10);
        this->put("tickweir.id", bad);
        EXPECT_EQ(this->state(), at < 8    ? DirectoryState::foreign
                                 : at < 12 ? DirectoryState::newer_version
                                           : DirectoryState::damaged)
            << at;
    }
    ASSERT_TRUE(this->files_.remove(this->data_ + "/tickweir.id"));
    EXPECT_EQ(this->state(), DirectoryState::empty);
    this->put("log/" + segment_name(1), "x");
    const DataDirectory without = open_data_directory(this->files_, this->data_);
    EXPECT_EQ(without.state, DirectoryState::damaged);
    EXPECT_NE(without.what.find("tickweir.id is missing"), std::string::npos);
}

TEST(DataDirectory, IsEmptyOrOursAfterACrashAtAnyStepOfMakingIt) {
    const std::uint64_t seed = tests::test_seed();
    std::uint64_t steps = 0;
    {
        FaultFiles files;
        ASSERT_EQ(create_data_directory(files, "a/b", identity).state, DirectoryState::ours);
        steps = files.operations();
    }
    std::map<DirectoryState, int> seen;
    for (std::uint64_t step = 0; step < steps; ++step) {
        for (std::uint64_t variant = 0; variant < 30; ++variant) {
            FaultFiles files;
            files.stop_at(step);
            (void)create_data_directory(files, "a/b", identity);
            files.crash(seed + variant);
            const DirectoryState state = open_data_directory(files, "a/b").state;
            ++seen[state];
            ASSERT_TRUE(state == DirectoryState::empty || state == DirectoryState::ours) << step;
            ASSERT_EQ(create_data_directory(files, "a/b", identity).state, DirectoryState::ours);
        }
    }
    EXPECT_EQ(seen.size(), 2u);
}

TEST(DataDirectory, TellsWhatCannotBeRead) {
    FaultFiles files;
    { ASSERT_EQ(create_data_directory(files, "v", identity).state, DirectoryState::ours); }
    for (const auto operation :
         {io::IoOperation::lock_directory, io::IoOperation::open, io::IoOperation::read}) {
        files.fail_next(operation, EIO);
        const DataDirectory found = open_data_directory(files, "v");
        EXPECT_EQ(found.state, DirectoryState::unreadable);
        EXPECT_NE(found.what.find("Input/output error"), std::string::npos) << found.what;
        EXPECT_EQ(open_data_directory(files, "v").state, DirectoryState::ours);
    }
}

}  // namespace
}  // namespace tickweir::txn::log
