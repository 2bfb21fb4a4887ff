// What every file system promises, asked of the machine's and of its fault-injecting twin.
#include "txn/io/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <limits>
#include <random>

#include "tests/support/seed.hpp"
#include "tests/txn/worlds.hpp"
#include "txn/io/aligned_buffer.hpp"

namespace tickweir::txn::io {
namespace {

using tests::bytes_of;
using tests::kind;
using tests::text_in;
using tests::text_of;
using tests::why;

constexpr OpenOptions reading{.mode = OpenMode::read};
constexpr OpenOptions creating{.mode = OpenMode::create};
constexpr OpenOptions appending{.mode = OpenMode::append};

template <class World>
class FilesTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_FALSE(world_.root.empty()); }

    std::string path(const std::string& name) const { return world_.root + "/" + name; }
    Files& files() { return world_.files; }

    std::unique_ptr<File> open(const std::string& name, OpenOptions options) {
        auto file = files().open(path(name), options);
        EXPECT_TRUE(file) << why(file);
        return file ? *std::move(file) : nullptr;
    }

    void write(const std::string& name, const std::string& text) {
        EXPECT_EQ(why(open(name, creating)->append(bytes_of(text))), "");
    }

    World world_;
};
TYPED_TEST_SUITE(FilesTest, tests::Worlds, tests::WorldNames);

TYPED_TEST(FilesTest, ReadsBackWhatWasWrittenAnywhere) {
    auto file = this->open("a", creating);
    EXPECT_EQ(why(file->write_at(3, bytes_of("def"))), "");
    EXPECT_EQ(why(file->write_at(0, bytes_of("abc"))), "");
    EXPECT_EQ(why(file->sync()), "");
    EXPECT_EQ(*file->size(), 6u);
    EXPECT_EQ(text_in(this->files(), this->path("a")), "abcdef");
    EXPECT_EQ(file->path(), this->path("a"));
    EXPECT_FALSE(file->failure());
}

TYPED_TEST(FilesTest, ReadsLessThanAskedOnlyAtTheEnd) {
    auto file = this->open("a", creating);
    ASSERT_TRUE(file->append(bytes_of("0123456789")));
    std::array<std::byte, 4> into{};
    EXPECT_EQ(*file->read_at(2, into), 4u);
    EXPECT_EQ(text_of(into), "2345");
    EXPECT_EQ(*file->read_at(8, into), 2u);
    EXPECT_EQ(*file->read_at(10, into), 0u);
    EXPECT_EQ(*file->read_at(1'000, into), 0u);
    EXPECT_EQ(*file->read_at(0, {}), 0u);
}

TYPED_TEST(FilesTest, FillsTheHoleBeforeALaterWriteWithZeros) {
    auto file = this->open("a", creating);
    ASSERT_TRUE(file->write_at(3, bytes_of("x")));
    EXPECT_EQ(text_in(this->files(), this->path("a")), std::string("\0\0\0x", 4));
}

TYPED_TEST(FilesTest, WritesManyPartsAsOne) {
    std::vector<std::vector<std::byte>> texts;
    std::vector<Bytes> parts;
    std::string expected;
    for (std::size_t i = 0; i < 300; ++i) {
        texts.push_back(bytes_of(std::string(i % 5, static_cast<char>('a' + i % 26))));
        expected += text_of(texts.back());
    }
    for (const auto& text : texts)
        parts.emplace_back(text);
    auto file = this->open("a", creating);
    EXPECT_EQ(why(file->write_at(0, parts)), "");
    EXPECT_EQ(*file->append(parts), expected.size());
    EXPECT_EQ(text_in(this->files(), this->path("a")), expected + expected);
}

TYPED_TEST(FilesTest, TakesNothingToWriteForWritten) {
    auto file = this->open("a", creating);
    EXPECT_EQ(why(file->write_at(100, Bytes{})), "");
    EXPECT_EQ(*file->append(Bytes{}), 0u);
    EXPECT_EQ(why(file->preallocate(100, 0)), "");
    EXPECT_EQ(*file->size(), 0u);
}

TYPED_TEST(FilesTest, AppendsAfterWhatIsThere) {
    {
        auto file = this->open("a", appending);
        EXPECT_EQ(*file->append(bytes_of("one")), 0u);
        EXPECT_EQ(*file->append(bytes_of("two")), 3u);
    }
    auto file = this->open("a", appending);
    EXPECT_EQ(*file->append(bytes_of("three")), 6u);
    EXPECT_EQ(why(file->write_at(20, bytes_of("x"))), "");
    EXPECT_EQ(*file->append(bytes_of("y")), 21u);
    EXPECT_EQ(why(file->truncate(3)), "");
    EXPECT_EQ(*file->append(bytes_of("2")), 3u);
    EXPECT_EQ(text_in(this->files(), this->path("a")), "one2");
}

TYPED_TEST(FilesTest, CreatesOnlyWhatIsNotThere) {
    this->write("a", "kept");
    const auto again = this->files().open(this->path("a"), creating);
    EXPECT_EQ(kind(again), IoErrorKind::exists);
    EXPECT_EQ(text_in(this->files(), this->path("a")), "kept");
}

TYPED_TEST(FilesTest, RefusesToOpenWhatIsMissingOrADirectory) {
    const auto missing = this->files().open(this->path("a"), reading);
    EXPECT_EQ(why(missing), "open " + this->path("a") + ": No such file or directory (errno 2)");
    EXPECT_EQ(kind(missing), IoErrorKind::not_found);
    EXPECT_EQ(kind(this->files().open(this->path("b/c"), creating)), IoErrorKind::not_found);
    EXPECT_EQ(this->files().open(this->world_.root, reading).error().error_number, EISDIR);
    EXPECT_EQ(this->files().open(this->world_.root, appending).error().error_number, EISDIR);
    this->write("a", "");
    EXPECT_EQ(this->files().open(this->path("a/b"), creating).error().error_number, ENOTDIR);
}

TYPED_TEST(FilesTest, RefusesToChangeWhatIsOpenForReading) {
    this->write("a", "kept");
    auto file = this->open("a", reading);
    EXPECT_EQ(kind(file->write_at(0, bytes_of("x"))), IoErrorKind::denied);
    EXPECT_EQ(kind(file->append(bytes_of("x"))), IoErrorKind::denied);
    EXPECT_EQ(kind(file->truncate(0)), IoErrorKind::denied);
    EXPECT_EQ(kind(file->preallocate(0, 1)), IoErrorKind::denied);
    EXPECT_EQ(why(file->sync()), "");
    EXPECT_EQ(text_in(this->files(), this->path("a")), "kept");
}

TYPED_TEST(FilesTest, RefusesOffsetsThatNoFileHas) {
    auto file = this->open("a", creating);
    constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
    std::array<std::byte, 2> into{};
    EXPECT_EQ(file->write_at(largest, bytes_of("ab")).error().error_number, EFBIG);
    EXPECT_EQ(file->read_at(largest / 2, into).error().error_number, EFBIG);
    EXPECT_EQ(file->preallocate(1, largest).error().error_number, EFBIG);
    EXPECT_EQ(file->truncate(largest).error().error_number, EFBIG);
    EXPECT_EQ(*file->size(), 0u);
}

TYPED_TEST(FilesTest, PreallocatesZerosOverWhatTheRangeHeld) {
    constexpr std::size_t length = 3'000'001;
    auto file = this->open("a", creating);
    ASSERT_TRUE(file->append(std::vector(1'000, std::byte{'x'})));
    EXPECT_EQ(why(file->preallocate(10, length)), "");
    EXPECT_EQ(*file->size(), length + 10);
    std::vector<std::byte> content(length + 10);
    EXPECT_EQ(*file->read_at(0, content), content.size());
    EXPECT_EQ(std::ranges::count(content, std::byte{'x'}), 10);
    EXPECT_EQ(std::ranges::count(content, std::byte{0}), length);
    EXPECT_EQ(*file->append(bytes_of("e")), length + 10);
}

TYPED_TEST(FilesTest, ReservesBlocksAndLeavesWhatTheyHold) {
    auto file = this->open("a", creating);
    ASSERT_TRUE(file->append(bytes_of("abc")));
    EXPECT_EQ(why(file->reserve(1, 4)), "");
    EXPECT_EQ(*file->append(bytes_of("e")), 5u);
    EXPECT_EQ(text_in(this->files(), this->path("a")), std::string("abc\0\0e", 6));
}

TYPED_TEST(FilesTest, TruncatesAndLengthensWithZeros) {
    auto file = this->open("a", creating);
    ASSERT_TRUE(file->append(bytes_of("abcdef")));
    EXPECT_EQ(why(file->truncate(2)), "");
    EXPECT_EQ(why(file->truncate(4)), "");
    EXPECT_EQ(text_in(this->files(), this->path("a")), std::string("ab\0\0", 4));
}

TYPED_TEST(FilesTest, WritesAndReadsPastTheCache) {
    auto opened = this->files().open(this->path("a"), {.mode = OpenMode::create, .direct = true});
    if (kind(opened) == IoErrorKind::unsupported) {
        GTEST_SKIP() << "the file system of the temporary directory has no direct access";
    }
    ASSERT_TRUE(opened) << why(opened);
    auto file = *std::move(opened);
    AlignedBuffer block{2 * direct_alignment};
    std::ranges::fill(block.bytes(), std::byte{'d'});
    EXPECT_EQ(why(file->preallocate(0, 4 * direct_alignment)), "");
    EXPECT_EQ(why(file->write_at(direct_alignment, block.bytes())), "");
    AlignedBuffer back{8 * direct_alignment};
    EXPECT_EQ(*file->read_at(0, back.bytes()), 4 * direct_alignment);
    EXPECT_EQ(std::ranges::count(back.bytes(), std::byte{'d'}), 2 * direct_alignment);
    EXPECT_EQ(back.bytes()[direct_alignment], std::byte{'d'});
}

TYPED_TEST(FilesTest, RefusesDirectAccessThatIsNotAligned) {
    auto opened = this->files().open(this->path("a"), {.mode = OpenMode::create, .direct = true});
    if (kind(opened) == IoErrorKind::unsupported) {
        GTEST_SKIP() << "the file system of the temporary directory has no direct access";
    }
    ASSERT_TRUE(opened) << why(opened);
    auto file = *std::move(opened);
    AlignedBuffer block{direct_alignment + 1};
    ASSERT_EQ(block.bytes().size(), 2 * direct_alignment);
    const auto one = block.bytes().first(direct_alignment);
    EXPECT_EQ(kind(file->write_at(512, one)), IoErrorKind::misaligned);
    EXPECT_EQ(kind(file->write_at(0, one.first(100))), IoErrorKind::misaligned);
    EXPECT_EQ(kind(file->append(block.bytes().subspan(8, direct_alignment))),
              IoErrorKind::misaligned);
    EXPECT_EQ(kind(file->read_at(1, one)), IoErrorKind::misaligned);
    EXPECT_EQ(kind(file->preallocate(0, 100)), IoErrorKind::misaligned);
    EXPECT_EQ(*file->size(), 0u);
    EXPECT_FALSE(file->failure());
    EXPECT_EQ(why(file->append(one)), "");
}

TYPED_TEST(FilesTest, ReadsAnUnalignedTailPastTheCache) {
    this->write("a", std::string(direct_alignment + 100, 't'));
    auto opened = this->files().open(this->path("a"), {.mode = OpenMode::read, .direct = true});
    if (kind(opened) == IoErrorKind::unsupported) {
        GTEST_SKIP() << "the file system of the temporary directory has no direct access";
    }
    ASSERT_TRUE(opened) << why(opened);
    AlignedBuffer back{4 * direct_alignment};
    EXPECT_EQ(*(*opened)->read_at(0, back.bytes()), direct_alignment + 100);
    EXPECT_EQ(*(*opened)->read_at(direct_alignment, back.bytes()), 100u);
}

TYPED_TEST(FilesTest, RenamesOverWhatHadTheName) {
    this->write("old", "old");
    this->write("new", "new");
    EXPECT_EQ(why(this->files().rename(this->path("new"), this->path("old"))), "");
    EXPECT_EQ(text_in(this->files(), this->path("old")), "new");
    EXPECT_EQ(text_in(this->files(), this->path("new")), "<not_found>");
    EXPECT_EQ(why(this->files().rename(this->path("old"), this->path("old"))), "");
    EXPECT_EQ(text_in(this->files(), this->path("old")), "new");
}

TYPED_TEST(FilesTest, RefusesRenamesThatMakeNoSense) {
    ASSERT_TRUE(this->files().make_directories(this->path("d/e")));
    this->write("f", "f");
    const auto error = [&](const std::string& from, const std::string& to) {
        const auto renamed = this->files().rename(this->path(from), this->path(to));
        return renamed ? 0 : renamed.error().error_number;
    };
    EXPECT_EQ(error("missing", "x"), ENOENT);
    EXPECT_EQ(error("f", "missing/x"), ENOENT);
    EXPECT_EQ(error("f", "d"), EISDIR);
    EXPECT_EQ(error("d", "f"), ENOTDIR);
    EXPECT_EQ(error("d", "d/e/x"), EINVAL);
    ASSERT_TRUE(this->files().make_directories(this->path("other")));
    EXPECT_EQ(error("other", "d"), ENOTEMPTY);
    EXPECT_EQ(error("d", "other"), 0);
    EXPECT_TRUE(this->files().list(this->path("other/e")));
}

TYPED_TEST(FilesTest, RemovesFilesAndEmptyDirectories) {
    ASSERT_TRUE(this->files().make_directories(this->path("d/e")));
    this->write("f", "f");
    EXPECT_EQ(why(this->files().remove(this->path("f"))), "");
    EXPECT_EQ(kind(this->files().remove(this->path("f"))), IoErrorKind::not_found);
    EXPECT_EQ(kind(this->files().remove(this->path("d"))), IoErrorKind::exists);
    EXPECT_EQ(why(this->files().remove(this->path("d/e"))), "");
    EXPECT_EQ(why(this->files().remove(this->path("d"))), "");
    EXPECT_TRUE(this->files().list(this->world_.root)->empty());
}

TYPED_TEST(FilesTest, KeepsAnOpenFileWhoseNameIsGone) {
    auto file = this->open("a", creating);
    ASSERT_TRUE(file->append(bytes_of("still")));
    ASSERT_TRUE(this->files().remove(this->path("a")));
    EXPECT_EQ(why(file->append(bytes_of("here"))), "");
    EXPECT_EQ(*file->size(), 9u);
}

TYPED_TEST(FilesTest, ListsADirectoryByName) {
    ASSERT_TRUE(this->files().make_directories(this->path("m")));
    this->write("z", "");
    this->write("a", "");
    const std::vector<DirectoryEntry> expected{{"a", false}, {"m", true}, {"z", false}};
    EXPECT_EQ(*this->files().list(this->world_.root), expected);
    EXPECT_EQ(kind(this->files().list(this->path("missing"))), IoErrorKind::not_found);
    EXPECT_EQ(kind(this->files().list(this->path("a"))), IoErrorKind::not_found);
}

TYPED_TEST(FilesTest, MakesDirectoriesThatAreNotThere) {
    EXPECT_EQ(why(this->files().make_directories(this->path("a/b/../b/c/"))), "");
    EXPECT_EQ(why(this->files().make_directories(this->path("a/b/c"))), "");
    this->write("a/b/c/f", "deep");
    EXPECT_EQ(text_in(this->files(), this->path("a/b/c/f")), "deep");
    EXPECT_EQ(kind(this->files().make_directories(this->path("a/b/c/f"))), IoErrorKind::exists);
    EXPECT_FALSE(this->files().make_directories(this->path("a/b/c/f/g")));
}

TYPED_TEST(FilesTest, SyncsDirectoriesOnly) {
    this->write("a", "");
    EXPECT_EQ(why(this->files().sync_directory(this->world_.root)), "");
    EXPECT_EQ(kind(this->files().sync_directory(this->path("b"))), IoErrorKind::not_found);
    EXPECT_EQ(kind(this->files().sync_directory(this->path("a"))), IoErrorKind::not_found);
}

TYPED_TEST(FilesTest, TellsHowMuchRoomThereIs) {
    const auto space = this->files().free_space(this->world_.root);
    ASSERT_TRUE(space) << why(space);
    EXPECT_GT(space->total_bytes, 0u);
    EXPECT_LE(space->free_bytes, space->total_bytes);
    EXPECT_EQ(kind(this->files().free_space(this->path("b"))), IoErrorKind::not_found);
}

TYPED_TEST(FilesTest, LocksADirectoryForOneHolder) {
    auto first = this->files().lock_directory(this->world_.root);
    ASSERT_TRUE(first) << why(first);
    const auto second = this->files().lock_directory(this->world_.root);
    EXPECT_EQ(kind(second), IoErrorKind::in_use);
    (*first).reset();
    EXPECT_EQ(why(this->files().lock_directory(this->world_.root)), "");
    EXPECT_EQ(kind(this->files().lock_directory(this->path("b"))), IoErrorKind::not_found);
    this->write("a", "");
    EXPECT_EQ(kind(this->files().lock_directory(this->path("a"))), IoErrorKind::not_found);
}

TYPED_TEST(FilesTest, BehavesLikeAVectorOfBytes) {
    std::mt19937_64 random{tests::test_seed()};
    auto file = this->open("a", creating);
    std::vector<std::byte> twin;
    for (int step = 0; step < 600; ++step) {
        const std::size_t at = random() % 6'000;
        const std::size_t length = random() % 3'000;
        const std::vector<std::byte> bytes(length, static_cast<std::byte>(random()));
        switch (random() % 5) {
            case 0:
                ASSERT_EQ(*file->append(bytes), twin.size());
                twin.insert(twin.end(), bytes.begin(), bytes.end());
                break;
            case 1:
                ASSERT_EQ(why(file->truncate(at)), "");
                twin.resize(at);
                break;
            case 2:
                ASSERT_EQ(why(file->preallocate(at, length)), "");
                if (length > 0) twin.resize(std::max(twin.size(), at + length));
                std::fill_n(twin.begin() + static_cast<std::ptrdiff_t>(at), length, std::byte{0});
                break;
            case 3:
                ASSERT_EQ(why(file->sync()), "");
                break;
            default:
                ASSERT_EQ(why(file->write_at(at, bytes)), "");
                if (length > 0) twin.resize(std::max(twin.size(), at + length));
                std::ranges::copy(bytes, twin.begin() + static_cast<std::ptrdiff_t>(at));
        }
        std::vector<std::byte> content(twin.size() + 1);
        ASSERT_EQ(*file->read_at(0, content), twin.size()) << step;
        content.pop_back();
        ASSERT_EQ(content, twin) << step;
    }
}

TEST(PosixFiles, OpensRegularFilesOnly) {
    tests::PosixWorld world;
    const std::string pipe = world.root + "/pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(kind(world.files.open(pipe, reading)), IoErrorKind::unsupported);
    EXPECT_EQ(kind(world.files.open("/dev/null", reading)), IoErrorKind::unsupported);
}

TEST(Files, KnowTheDirectoryOfAPath) {
    EXPECT_EQ(directory_of("a/b"), "a");
    EXPECT_EQ(directory_of("/a"), "/");
    EXPECT_EQ(directory_of("a"), ".");
    EXPECT_EQ(directory_of("a//b"), "a");
}

}  // namespace
}  // namespace tickweir::txn::io
