#include "replay/itch_file.hpp"

#include <optional>
#include <random>

#include "replay/byte_sink.hpp"
#include "tests/replay/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay::tests {
namespace {

/// The bytes of the whole frames at the beginning.
std::size_t whole_frames(Bytes bytes) {
    std::size_t at = 0;
    while (bytes.size() - at >= 2) {
        const auto length = std::to_integer<std::size_t>(bytes[at]) << 8 |
                            std::to_integer<std::size_t>(bytes[at + 1]);
        if (bytes.size() - at - 2 < length) break;
        at += 2 + length;
    }
    return at;
}

struct Read {
    Buffer frames;  // whole ones
    CaptureStatus status = CaptureStatus::block;
    Damage damage;
};

/// Reads as a replay does: consumes the whole frames of each block.
Read read_all(ItchFile file) {
    Read read;
    Block block;
    bool first = true;
    while ((read.status = file.next(block)) == CaptureStatus::block) {
        EXPECT_EQ(block.offset, read.frames.size());
        EXPECT_EQ(block.new_session, first);
        EXPECT_EQ(block.received, std::nullopt);
        EXPECT_EQ(block.lost_before, 0U);
        first = false;
        const std::size_t whole = whole_frames(block.frames);
        append(read.frames, block.frames.first(whole));
        // The guaranteed room behind a block must be readable; sanitizers watch.
        std::byte sum{};
        for (std::size_t i = 0; i < Block::padding; ++i)
            sum ^= *(block.frames.data() + block.frames.size() + i);
        static_cast<void>(sum);
        file.consumed(whole);
    }
    Block after;
    EXPECT_EQ(file.next(after), read.status);
    read.damage = file.damage();
    return read;
}

Buffer random_frames(std::size_t bytes, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    Buffer all;
    while (all.size() < bytes) {
        const bool huge = random() % 50 == 0;
        const std::size_t length = huge ? 65'535 - random() % 3 : random() % 60;
        append(all, frame(Buffer(length, static_cast<std::byte>(random()))));
    }
    return all;
}

TEST(ItchFile, GivesAllFramesOfAFileLargerThanABlock) {
    const Buffer bytes = random_frames(3'000'000, tickweir::tests::test_seed());
    const Read read = read_all(ItchFile{ByteSource{bytes}});
    EXPECT_TRUE(read.frames == bytes);
    EXPECT_EQ(read.status, CaptureStatus::end);
    EXPECT_EQ(read.damage, Damage{});
}

TEST(ItchFile, FitsFramesOfTheGreatestLength) {
    Buffer bytes;
    for (int i = 0; i < 20; ++i)
        append(bytes, frame(Buffer(65'535, static_cast<std::byte>(i))));
    EXPECT_TRUE(read_all(ItchFile{ByteSource{bytes}}).frames == bytes);
}

TEST(ItchFile, SaysOfTheLastBlockThatNothingFollows) {
    const Buffer bytes = frames(3);
    ItchFile file{ByteSource{bytes}};
    Block block;
    ASSERT_EQ(file.next(block), CaptureStatus::block);
    EXPECT_EQ(block.frames.size(), bytes.size());
    EXPECT_TRUE(block.complete);
    file.consumed(block.frames.size());
    EXPECT_EQ(file.next(block), CaptureStatus::end);
}

TEST(ItchFile, GivesAgainWhatWasNotConsumed) {
    const Buffer bytes = random_frames(1'500'000, 7);
    std::mt19937_64 random{tickweir::tests::test_seed()};
    ItchFile file{ByteSource{bytes}};
    Block block;
    std::size_t at = 0;
    CaptureStatus status;
    while ((status = file.next(block)) == CaptureStatus::block) {
        ASSERT_EQ(block.offset, at);
        ASSERT_TRUE(
            std::ranges::equal(block.frames, Bytes{bytes}.subspan(at).first(block.frames.size())));
        const std::size_t used = 1 + random() % block.frames.size();
        file.consumed(used);
        at += used;
    }
    EXPECT_EQ(status, CaptureStatus::end);
    EXPECT_EQ(at, bytes.size());
}

TEST(ItchFile, EveryTruncationGivesTheWholeFramesAndSaysWhere) {
    Buffer bytes = frames(3);
    append(bytes, frame(message('A', 36)));
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const Bytes cut = Bytes{bytes}.first(size);
        const Read read = read_all(ItchFile{ByteSource{cut}});
        const std::size_t whole = whole_frames(cut);
        EXPECT_TRUE(std::ranges::equal(read.frames, cut.first(whole))) << size;
        EXPECT_EQ(read.status, whole == size ? CaptureStatus::end : CaptureStatus::truncated);
        EXPECT_EQ(read.damage.offset, whole == size ? 0 : whole);
        if (size != 47) continue;
        EXPECT_EQ(read.damage,
                  (Damage{"itch: the last frame is cut off after 5 bytes of 38", 42, 42}));
    }
}

TEST(ItchFile, EveryTruncationOfACompressedFileGivesWhatStandsBeforeIt) {
    const TempDir dir;
    Buffer bytes = frames(40);
    for (const std::string name : {"a.itch.gz", "a.itch.zst"}) {
        auto sink = ByteSink::create(dir / name);
        ASSERT_TRUE(sink);
        sink->write(bytes);
        ASSERT_TRUE(sink->finish());
        const Buffer packed = read_file(dir / name);
        for (std::size_t size = 4; size < packed.size(); ++size) {
            const Read read = read_all(ItchFile{ByteSource{Bytes{packed}.first(size)}});
            EXPECT_EQ(read.status, CaptureStatus::truncated) << size;
            EXPECT_TRUE(std::ranges::equal(read.frames, Bytes{bytes}.first(read.frames.size())));
            EXPECT_EQ(read.damage.file_offset, size);
            EXPECT_GE(read.damage.offset, read.frames.size());
            EXPECT_LT(read.damage.offset, read.frames.size() + 14);
        }
    }
}

}  // namespace
}  // namespace tickweir::replay::tests
