#include "replay/byte_source.hpp"

#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include <random>
#include <thread>

#include "tests/replay/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay {

void PrintTo(const ReadResult& result, std::ostream* out) {
    *out << result.bytes << " bytes, status " << static_cast<int>(result.status);
}

namespace tests {
namespace {

/// Compressed by the libraries themselves, not by ByteSink.
Buffer gzip(Bytes bytes) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    Buffer in{bytes.begin(), bytes.end()};
    Buffer out(deflateBound(&stream, in.size()) + 64);
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

Buffer zstd(Bytes bytes) {
    Buffer out(ZSTD_compressBound(bytes.size()));
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    out.resize(ZSTD_compress2(context, out.data(), out.size(), bytes.data(), bytes.size()));
    ZSTD_freeCCtx(context);
    return out;
}

Buffer noise(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    Buffer bytes(count);
    // Few values, so that there is something to compress.
    std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random() % 7); });
    return bytes;
}

struct All {
    Buffer bytes;
    ReadStatus status = ReadStatus::ok;
    Damage damage;
};

/// Reads to the end in pieces of `piece` bytes.
All read_all(ByteSource source, std::size_t piece = 1000) {
    All all;
    Buffer buffer(piece);
    const auto before = source.position();
    while (all.status == ReadStatus::ok) {
        const auto got = source.read(buffer);
        append(all.bytes, Bytes{buffer}.first(got.bytes));
        all.status = got.status;
        EXPECT_TRUE(got.bytes == piece || got.status != ReadStatus::ok);
    }
    EXPECT_EQ(source.position(), before + all.bytes.size());
    EXPECT_EQ(source.read(buffer), (ReadResult{0, all.status}));
    all.damage = source.damage();
    return all;
}

bool is_prefix(Bytes part, Bytes whole) {
    return part.size() <= whole.size() && std::ranges::equal(part, whole.first(part.size()));
}

TEST(ByteSource, TellsCompressionByContentNotByName) {
    const TempDir dir;
    const Buffer bytes = to_bytes("some bytes");
    const std::pair<Buffer, Compression> kinds[]{{bytes, Compression::none},
                                                 {gzip(bytes), Compression::gzip},
                                                 {zstd(bytes), Compression::zstd}};
    for (const auto& [content, compression] : kinds) {
        write_file(dir / "misleading.zst", content);
        auto source = ByteSource::open(dir / "misleading.zst");
        ASSERT_TRUE(source) << source.error();
        EXPECT_EQ(source->compression(), compression);
        EXPECT_EQ(source->file_bytes(), content.size());
        const auto all = read_all(std::move(*source));
        EXPECT_EQ(all.bytes, bytes);
        EXPECT_EQ(all.status, ReadStatus::end);
        EXPECT_EQ(all.damage, Damage{});
    }
}

TEST(ByteSource, GivesTheSameBytesWhateverThePiecesAskedFor) {
    const Buffer bytes = noise(700'000, tickweir::tests::test_seed());
    for (const Buffer& content : {bytes, gzip(bytes), zstd(bytes)}) {
        for (const std::size_t piece : {999UL, 65'536UL, 262'144UL, 700'000UL, 1'000'000UL}) {
            const auto all = read_all(ByteSource{content}, piece);
            EXPECT_TRUE(all.bytes == bytes) << piece;
            EXPECT_EQ(all.status, ReadStatus::end);
        }
    }
}

TEST(ByteSource, PeeksWithoutTaking) {
    const Buffer bytes = noise(10'000, 1);
    for (const Buffer& content : {bytes, gzip(bytes), zstd(bytes)}) {
        ByteSource source{content};
        const auto first = [&](std::size_t from) {
            return std::ranges::equal(source.peek(),
                                      Bytes{bytes}.subspan(from).first(ByteSource::peek_bytes_max));
        };
        EXPECT_TRUE(first(0));
        EXPECT_TRUE(first(0));
        Buffer taken(100);
        EXPECT_EQ(source.read(taken), (ReadResult{100, ReadStatus::ok}));
        EXPECT_TRUE(first(100));
        EXPECT_EQ(source.position(), 100U);
        const auto rest = read_all(std::move(source));
        EXPECT_EQ(rest.bytes.size(), 9'900U);
        EXPECT_TRUE(std::ranges::equal(rest.bytes, Bytes{bytes}.subspan(100)));
    }
}

TEST(ByteSource, PeekOfAShortFileIsTheFile) {
    ByteSource source{Bytes{}};
    EXPECT_TRUE(source.peek().empty());
    const Buffer three = to_bytes("abc");
    ByteSource short_source{three};
    EXPECT_EQ(to_text(short_source.peek()), "abc");
    EXPECT_EQ(to_text(read_all(std::move(short_source)).bytes), "abc");
}

TEST(ByteSource, ReadsAllMembersOfAGzipFileAndAllFramesOfAZstdFile) {
    const Buffer one = to_bytes("one "), two = to_bytes("two");
    Buffer members = gzip(one);
    append(members, gzip(two));
    EXPECT_EQ(to_text(read_all(ByteSource{members}, 3).bytes), "one two");
    members.resize(members.size() + 600'000);  // padding, as tape archivers leave it
    const auto padded = read_all(ByteSource{members});
    EXPECT_EQ(to_text(padded.bytes), "one two");
    EXPECT_EQ(padded.status, ReadStatus::end);

    Buffer frames = to_bytes({0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9});  // skippable
    append(frames, zstd(one));
    append(frames, zstd(two));
    const auto all = read_all(ByteSource{frames}, 3);
    EXPECT_EQ(to_text(all.bytes), "one two");
    EXPECT_EQ(all.status, ReadStatus::end);
}

TEST(ByteSource, EveryTruncationGivesWhatStandsBeforeItAndSaysWhere) {
    const Buffer bytes = noise(3'000, 2);
    for (const Buffer& content : {gzip(bytes), zstd(bytes)}) {
        const std::size_t magic = content[0] == std::byte{0x1f} ? 2 : 4;
        std::size_t given = 0;
        for (std::size_t size = magic; size < content.size(); ++size) {
            const auto all = read_all(ByteSource{Bytes{content}.first(size)});
            EXPECT_EQ(all.status, ReadStatus::truncated) << size;
            EXPECT_TRUE(is_prefix(all.bytes, bytes)) << size;
            EXPECT_GE(all.bytes.size(), given) << size;
            EXPECT_EQ(all.damage.offset, all.bytes.size());
            EXPECT_EQ(all.damage.file_offset, size);
            EXPECT_THAT(all.damage.what, testing::HasSubstr("data stop early"));
            given = all.bytes.size();
        }
        EXPECT_EQ(given, bytes.size()) << "without the checksum behind them all bytes are there";
    }
}

TEST(ByteSource, FlippedBytesInGzipAreDamageOrChangeNothing) {
    const Buffer bytes = noise(2'000, 3);
    const Buffer content = gzip(bytes);
    for (std::size_t at = 2; at < content.size(); ++at) {
        Buffer flipped = content;
        flipped[at] ^= std::byte{0x10};
        const auto all = read_all(ByteSource{flipped});
        if (all.status == ReadStatus::end) {  // a time in the header, a bit of padding
            EXPECT_EQ(all.bytes, bytes) << at;
            continue;
        }
        EXPECT_TRUE(all.status == ReadStatus::damaged || all.status == ReadStatus::truncated) << at;
        EXPECT_EQ(all.damage.offset, all.bytes.size()) << at;
        EXPECT_LE(all.damage.file_offset, content.size());
        EXPECT_TRUE(all.damage.what.starts_with("gzip: ")) << all.damage.what;
    }
    Buffer wrong_sum = content;
    wrong_sum[content.size() - 6] ^= std::byte{1};
    const auto all = read_all(ByteSource{wrong_sum});
    EXPECT_EQ(all.bytes, bytes);
    EXPECT_EQ(all.damage.what, "gzip: incorrect data check");
}

TEST(ByteSource, FlippedBytesInZstdAreDamageOrChangeNothing) {
    const Buffer bytes = noise(2'000, 4);
    const Buffer content = zstd(bytes);
    for (std::size_t at = 4; at < content.size(); ++at) {
        Buffer flipped = content;
        flipped[at] ^= std::byte{0x10};
        const auto all = read_all(ByteSource{flipped});
        if (all.status == ReadStatus::end)  // a bit that the format leaves unused
            EXPECT_EQ(all.bytes, bytes) << at;
        else
            EXPECT_EQ(all.damage.offset, all.bytes.size()) << at;
    }
}

TEST(ByteSource, GivesAllZstdBlocksBeforeTheDamagedOne) {
    const Buffer bytes = noise(1'000'000, 5);
    const Buffer content = zstd(bytes);
    Buffer wrong_sum = content;
    wrong_sum.back() ^= std::byte{1};
    const auto all = read_all(ByteSource{wrong_sum}, 2'000'000);
    EXPECT_EQ(all.status, ReadStatus::damaged);
    EXPECT_TRUE(all.bytes == bytes) << all.bytes.size();
    EXPECT_EQ(all.damage.what, "zstd: Restored data doesn't match checksum");
    for (const std::size_t eighth : {1U, 4U, 7U}) {
        Buffer flipped = content;
        for (std::size_t i = 0; i < 100; ++i)
            flipped[content.size() / 8 * eighth + i] ^= std::byte{0xff};
        const auto part = read_all(ByteSource{flipped}, 2'000'000);
        constexpr std::size_t block = 128 * 1024;
        EXPECT_EQ(part.status, ReadStatus::damaged);
        EXPECT_GE(part.bytes.size() + 2 * block, bytes.size() / 8 * eighth);
    }
}

TEST(ByteSource, GarbageBehindTheLastGzipMemberIsDamage) {
    Buffer content = gzip(to_bytes("whole"));
    const std::size_t size = content.size();
    append(content, to_bytes({0, 0, 7}));
    const auto all = read_all(ByteSource{content});
    EXPECT_EQ(to_text(all.bytes), "whole");
    EXPECT_EQ(all.status, ReadStatus::damaged);
    EXPECT_EQ(all.damage, (Damage{"gzip: garbage behind the last member", 5, size + 2}));
}

TEST(ByteSource, NamesThePathThatCannotBeRead) {
    const TempDir dir;
    const auto error = [](const fs::path& path) { return ByteSource::open(path).error(); };
    EXPECT_EQ(error(dir / "nothing"), (dir / "nothing").string() + ": No such file or directory");
    EXPECT_EQ(error(dir.path()), dir.path().string() + ": Is a directory");
    EXPECT_EQ(error(""), ": No such file or directory");
}

TEST(ByteSource, ReadsPipesWhoseWriterIsSlow) {
    const TempDir dir;
    ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
    const Buffer bytes = noise(300'000, 5);
    std::jthread writer{[&] { write_file(dir / "pipe", gzip(bytes)); }};
    auto source = ByteSource::open(dir / "pipe");
    ASSERT_TRUE(source) << source.error();
    EXPECT_EQ(source->file_bytes(), std::nullopt);
    EXPECT_TRUE(read_all(std::move(*source)).bytes == bytes);
}

TEST(ByteSource, RandomBytesBehindAMagicNeverGoWrong) {
    std::mt19937_64 random{tickweir::tests::test_seed()};
    for (int round = 0; round < 2'000; ++round) {
        Buffer content =
            round % 2 == 0 ? to_bytes({0x1f, 0x8b, 8, 0}) : to_bytes({0x28, 0xb5, 0x2f, 0xfd});
        const std::size_t size = random() % 200;
        for (std::size_t i = 0; i < size; ++i)
            content.push_back(static_cast<std::byte>(random()));
        const auto all = read_all(ByteSource{content}, 1 + random() % 5'000);
        EXPECT_EQ(all.damage.what.empty(), all.status == ReadStatus::end);
    }
}

}  // namespace
}  // namespace tests
}  // namespace tickweir::replay
