// Snapshot files: what is written is read, and whatever is changed in one is found and named.
#include <gtest/gtest.h>

#include <cerrno>
#include <random>

#include "tests/snapshot/snapshot_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::txn::snapshot {
namespace {

using tests::data_path;
using tests::FaultFiles;
using tests::SnapshotWorld;
using Content = std::vector<std::byte>;

/// Where chunks begin, and where the trailer does.
std::vector<std::size_t> places_of(const Content& content) {
    std::vector<std::size_t> places{0, sizeof(FileHeader)};
    while (places.back() + sizeof(Trailer) < content.size()) {
        ChunkHeader chunk{};
        std::memcpy(&chunk, &content[places.back()], sizeof chunk);
        places.push_back(places.back() + sizeof chunk + chunk.bytes);
    }
    return places;
}

/// All that a reader gives out, and how it ended.
struct Read {
    Content bytes;
    Finding finding;
};

Read read_all(io::Files& files, const std::string& path) {
    SnapshotReader reader{files, path, tests::snapshot_log};
    Read read;
    if (reader.open()) {
        do {
            for (io::Bytes chunk = reader.next(); !chunk.empty(); chunk = reader.next())
                read.bytes.insert(read.bytes.end(), chunk.begin(), chunk.end());
        } while (reader.next_section());
        const bool whole = reader.finish();
        EXPECT_EQ(whole, reader.finding().what.empty());
    }
    read.finding = reader.finding();
    return read;
}

TEST(SnapshotFile, GivesBackTheVenueThatWasSaved) {
    const SnapshotWorld world{tests::test_seed(), 500};
    for (const std::size_t chunk_bytes : {std::size_t{1}, std::size_t{700}, chunk_bytes_max}) {
        FaultFiles files;
        const auto info = world.write(files, 17, chunk_bytes);
        ASSERT_TRUE(info) << io::to_string(info.error());
        EXPECT_EQ(info->path, "data/snapshots/00000000000000000017.snapshot");
        EXPECT_EQ(info->bytes, files.content(info->path)->size());
        const Verified verified = verify_snapshot(files, info->path, tests::snapshot_log);
        ASSERT_TRUE(verified.snapshot) << log::to_string(verified.finding);
        EXPECT_EQ(*verified.snapshot, *info);
        EXPECT_EQ(verified.snapshot->header, world.header(17));
        std::string fault;
        const auto venue = tests::load_snapshot(files, info->path, world.settings(), fault);
        ASSERT_NE(venue, nullptr) << fault;
        EXPECT_TRUE(venue->state_hash() == verified.snapshot->header.state_hash);
        EXPECT_EQ(tests::saved(*venue), tests::saved(world.venue()));
    }
}

TEST(SnapshotFile, KeepsTheSectionsOfShardsApart) {
    FaultFiles files;
    const SnapshotWorld world{1};
    SnapshotHeader header = world.header(5);
    header.shards = 3;
    const auto info = write_snapshot(
        files, data_path, header,
        [](StateWriter& writer, std::uint32_t section) {
            for (std::uint32_t i = 0; i < section * 10; ++i)  // of the ledger nothing
                writer.put(section);
        },
        16);
    ASSERT_TRUE(info);
    SnapshotReader reader{files, info->path, tests::snapshot_log};
    ASSERT_TRUE(reader.open());
    EXPECT_TRUE(reader.next().empty());
    ASSERT_TRUE(reader.next_section());
    ASSERT_TRUE(reader.next_section());  // nobody looked at the first shard's
    StateReader second{reader};
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(second.get<std::uint32_t>(), 2u);
    second.expect_end();
    EXPECT_EQ(second.fault(), "");
    ASSERT_TRUE(reader.next_section());
    EXPECT_EQ(reader.next().size(), 16u);
    EXPECT_TRUE(reader.finish()) << reader.fault();
    EXPECT_FALSE(reader.next_section());
}

TEST(SnapshotFile, IsFoundOutWhicheverByteIsChanged) {
    const SnapshotWorld world{tests::test_seed()};
    FaultFiles files;
    const auto info = world.write(files, 17);
    ASSERT_TRUE(info);
    const Content whole = *files.content(info->path);
    const std::vector<std::size_t> places = places_of(whole);
    const Read good = read_all(files, info->path);
    ASSERT_EQ(good.finding, Finding{});
    std::mt19937_64 random{1};
    for (std::size_t byte = 0; byte < whole.size(); ++byte) {
        const std::uint64_t bit = byte * 8 + random() % 8;
        ASSERT_TRUE(files.flip_bit(info->path, bit));
        const Read read = read_all(files, info->path);
        ASSERT_FALSE(read.finding.what.empty()) << "byte " << byte;
        ASSERT_EQ(read.finding.path, info->path);
        ASSERT_EQ(read.finding.offset, *(std::ranges::upper_bound(places, byte) - 1))
            << read.finding.what;
        ASSERT_TRUE(std::ranges::equal(read.bytes, io::Bytes{good.bytes}.first(read.bytes.size())));
        ASSERT_TRUE(files.flip_bit(info->path, bit));
    }
}

TEST(SnapshotFile, IsFoundOutWhereverItIsCutOff) {
    const SnapshotWorld world{tests::test_seed()};
    FaultFiles files;
    const auto info = world.write(files, 17);
    ASSERT_TRUE(info);
    Content content = *files.content(info->path);
    content.push_back({});
    tests::put_file(files, info->path, content);
    EXPECT_EQ(read_all(files, info->path).finding,
              (Finding{info->path, info->bytes, "more follows where it should end"}));
    auto file = files.open(info->path, {.mode = io::OpenMode::append});
    for (std::size_t length = info->bytes; length-- > 0;) {
        ASSERT_TRUE((*file)->truncate(length));
        const Read read = read_all(files, info->path);
        ASSERT_FALSE(read.finding.what.empty()) << length;
        ASSERT_LE(read.finding.offset, length);
    }
}

TEST(SnapshotFile, TakesNoPartOfAnother) {
    SnapshotWorld world{tests::test_seed()};
    FaultFiles files;
    const auto older = world.write(files, 17);
    const auto newer = world.write(files, 18);
    ASSERT_TRUE(older && newer);
    const Content old_content = *files.content(older->path);
    const Content whole = *files.content(newer->path);
    const std::vector<std::size_t> places = places_of(whole);
    ASSERT_EQ(places, places_of(old_content));
    for (std::size_t i = 0; i + 1 < places.size(); ++i) {
        Content mixed = whole;
        std::copy(old_content.begin() + std::ptrdiff_t(places[i]),
                  old_content.begin() + std::ptrdiff_t(places[i + 1]),
                  mixed.begin() + std::ptrdiff_t(places[i]));
        tests::put_file(files, newer->path, mixed);
        EXPECT_FALSE(read_all(files, newer->path).finding.what.empty()) << i;
    }
    // Whole, and of this log, but not what its name says.
    tests::put_file(files, newer->path, old_content);
    EXPECT_EQ(read_all(files, newer->path).finding.what,
              "it is of LSN 17, and its name says another");
    const Verified foreign = verify_snapshot(files, older->path, log::LogId{});
    EXPECT_EQ(foreign.finding.what, "it belongs to another log");
}

TEST(SnapshotFile, DoesNoHarmWhateverItIs) {
    const std::uint64_t seed = tests::test_seed();
    std::mt19937_64 random{seed};
    const SnapshotWorld world{seed};
    FaultFiles files;
    const auto info = world.write(files, 17);
    ASSERT_TRUE(info);
    const Content whole = *files.content(info->path);
    for (int i = 0; i < 300; ++i) {
        Content content = whole;
        content.resize(random() % (whole.size() + 100), std::byte{1});
        for (std::uint64_t n = random() % 200; n > 0 && content.size() > 100; --n)
            content[80 + random() % (content.size() - 80)] = static_cast<std::byte>(random());
        tests::put_file(files, info->path, content);
        std::string fault;
        if (content != whole) {
            EXPECT_EQ(tests::load_snapshot(files, info->path, world.settings(), fault), nullptr);
            EXPECT_NE(fault.find(info->path), std::string::npos) << fault;
        }
    }
}

TEST(SnapshotFiles, AreListedByTheirNames) {
    FaultFiles files;
    ASSERT_TRUE(list_snapshots(files, data_path));
    EXPECT_TRUE(list_snapshots(files, data_path)->snapshots.empty());
    const SnapshotWorld world{1};
    ASSERT_TRUE(world.write(files, 200) && world.write(files, 30));
    const std::string directory = snapshot_directory(data_path);
    tests::put_file(files, directory + "/00000000000000000031.snapshot.tmp", {});
    tests::put_file(files, directory + "/notes.txt", {});
    tests::put_file(files, directory + "/32.snapshot", {});
    tests::put_file(files, directory + "/000000000000000000+1.snapshot", {});
    const auto found = list_snapshots(files, data_path);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->snapshots, (std::vector{log::Lsn{30}, log::Lsn{200}}));
    EXPECT_EQ(found->temporaries, std::vector<std::string>{"00000000000000000031.snapshot.tmp"});
}

TEST(SnapshotFiles, NameTheNewestGoodOneAndWhatIsWrongWithTheOthers) {
    FaultFiles files;
    const SnapshotWorld world{1};
    ASSERT_TRUE(world.write(files, 1) && world.write(files, 2) && world.write(files, 3));
    ASSERT_TRUE(files.flip_bit(snapshot_path(data_path, log::Lsn{3}), 2'000));
    auto newest = newest_good(files, data_path, tests::snapshot_log);
    ASSERT_TRUE(newest && newest->snapshot);
    EXPECT_EQ(newest->snapshot->header.lsn, log::Lsn{2});
    ASSERT_EQ(newest->findings.size(), 1u);
    EXPECT_EQ(newest->findings[0].path, snapshot_path(data_path, log::Lsn{3}));
    ASSERT_TRUE(files.flip_bit(snapshot_path(data_path, log::Lsn{2}), 2'000));
    ASSERT_TRUE(files.flip_bit(snapshot_path(data_path, log::Lsn{1}), 0));
    newest = newest_good(files, data_path, tests::snapshot_log);
    ASSERT_TRUE(newest);
    EXPECT_FALSE(newest->snapshot);
    EXPECT_EQ(newest->findings.size(), 3u);
}

TEST(SnapshotFiles, GoOldestFirstBehindEnoughGoodOnes) {
    FaultFiles files;
    const SnapshotWorld world{1};
    for (std::uint64_t lsn = 1; lsn <= 5; ++lsn)
        ASSERT_TRUE(world.write(files, lsn));
    const auto path = [](std::uint64_t lsn) { return snapshot_path(data_path, log::Lsn{lsn}); };
    const std::string foreign = snapshot_directory(data_path) + "/notes.txt";
    const std::string temporary = path(9) + ".tmp";
    tests::put_file(files, foreign, {});
    tests::put_file(files, temporary, {});
    ASSERT_TRUE(files.flip_bit(path(4), 2'000));
    auto pruned = prune_snapshots(files, data_path, tests::snapshot_log);
    ASSERT_TRUE(pruned);
    EXPECT_EQ(pruned->removed, (std::vector{temporary, path(1), path(2)}));
    ASSERT_EQ(pruned->findings.size(), 1u);
    EXPECT_EQ(pruned->findings[0].path, path(4));
    EXPECT_TRUE(files.content(foreign));
    // Of three only one is good: none may go.
    ASSERT_TRUE(files.flip_bit(path(5), 2'000));
    pruned = prune_snapshots(files, data_path, tests::snapshot_log);
    ASSERT_TRUE(pruned);
    EXPECT_TRUE(pruned->removed.empty());
    EXPECT_EQ(pruned->findings.size(), 2u);
}

}  // namespace
}  // namespace tickweir::txn::snapshot
