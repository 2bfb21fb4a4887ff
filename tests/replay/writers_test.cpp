// What the writers write, read back with our readers and byte for byte.
#include <array>
#include <chrono>

#include "replay/byte_sink.hpp"
#include "replay/capture.hpp"
#include "replay/itch_writer.hpp"
#include "replay/pcap_writer.hpp"
#include "tests/replay/support.hpp"

namespace tickweir::replay::tests {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> names_in(const fs::path& directory) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{directory})
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

Buffer unpacked(const fs::path& path) {
    auto source = ByteSource::open(path);
    EXPECT_TRUE(source);
    Buffer bytes(4'000'000);
    const auto got = source->read(bytes);
    EXPECT_EQ(got.status, ReadStatus::end);
    bytes.resize(got.bytes);
    return bytes;
}

TEST(ByteSink, CompressesAsTheNameEnds) {
    const TempDir dir;
    const std::pair<std::string, Compression> kinds[]{{"a.bin", Compression::none},
                                                      {"a.bin.gz", Compression::gzip},
                                                      {"a.bin.zst", Compression::zstd}};
    Buffer bytes;
    for (std::uint32_t i = 0; i < 300'000; ++i)
        append_big(bytes, i * i);
    for (const auto& [name, compression] : kinds) {
        auto sink = ByteSink::create(dir / name);
        ASSERT_TRUE(sink) << sink.error();
        sink->write(Bytes{bytes}.first(5));
        sink->write(Bytes{bytes}.subspan(5));
        EXPECT_EQ(sink->position(), bytes.size());
        ASSERT_TRUE(sink->finish());
        EXPECT_EQ(ByteSource::open(dir / name)->compression(), compression);
        EXPECT_TRUE(unpacked(dir / name) == bytes) << name;
    }
    EXPECT_EQ(names_in(dir.path()), (std::vector<std::string>{"a.bin", "a.bin.gz", "a.bin.zst"}));
}

TEST(ByteSink, GivesTheSameFileForTheSameBytes) {
    const TempDir dir;
    for (const std::string name : {"one.gz", "two.gz", "one.zst", "two.zst"}) {
        auto sink = ByteSink::create(dir / name);
        ASSERT_TRUE(sink);
        sink->write(frames(1'000));
        ASSERT_TRUE(sink->finish());
    }
    const Buffer gzip = read_file(dir / "one.gz");
    EXPECT_EQ(gzip, read_file(dir / "two.gz"));
    EXPECT_EQ(read_file(dir / "one.zst"), read_file(dir / "two.zst"));
    // No flags, so no name, and no time (RFC 1952 §2.3).
    EXPECT_EQ(Buffer(gzip.begin() + 3, gzip.begin() + 8), to_bytes({0, 0, 0, 0, 0}));
}

TEST(ByteSink, ShowsTheNameOnlyWhenTheFileIsWhole) {
    const TempDir dir;
    write_file(dir / "file", to_bytes("old"));
    {
        auto abandoned = ByteSink::create(dir / "file");
        ASSERT_TRUE(abandoned);
        abandoned->write(Buffer(1'000'000));
        EXPECT_EQ(to_text(read_file(dir / "file")), "old");
    }
    EXPECT_EQ(names_in(dir.path()), std::vector<std::string>{"file"});
    auto sink = ByteSink::create(dir / "file");
    ASSERT_TRUE(sink);
    sink->write(to_bytes("new"));
    EXPECT_EQ(to_text(read_file(dir / "file")), "old");
    ASSERT_TRUE(sink->finish());
    EXPECT_EQ(to_text(read_file(dir / "file")), "new");
}

TEST(ByteSink, FollowsSymbolicLinksAndKeepsThem) {
    const TempDir dir;
    write_file(dir / "file", to_bytes("old"));
    fs::create_symlink(dir / "file", dir / "link");
    auto sink = ByteSink::create(dir / "link");
    ASSERT_TRUE(sink);
    sink->write(to_bytes("new"));
    ASSERT_TRUE(sink->finish());
    EXPECT_TRUE(fs::is_symlink(dir / "link"));
    EXPECT_EQ(to_text(read_file(dir / "file")), "new");
}

TEST(ByteSink, WritesToDevicesDirectlyAndTellsTheirFailure) {
    auto null = ByteSink::create("/dev/null");
    ASSERT_TRUE(null) << null.error();
    null->write(Buffer(1'000'000));
    EXPECT_TRUE(null->finish());
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
    auto full = ByteSink::create("/dev/full");
    ASSERT_TRUE(full) << full.error();
    full->write(Buffer(1'000'000));
    EXPECT_FALSE(full->ok());
    EXPECT_EQ(full->finish().error(), "/dev/full: No space left on device");
}

TEST(ByteSink, NamesThePathThatCannotBeWritten) {
    const TempDir dir;
    const auto error = [](const fs::path& path) { return ByteSink::create(path).error(); };
    EXPECT_EQ(error(dir / "no/file"), (dir / "no/file").string() + ": No such file or directory");
    EXPECT_EQ(error(dir.path()), dir.path().string() + ": Is a directory");
    EXPECT_EQ(error(""), "No such file or directory: the name is empty");
}

TEST(ByteSink, KeepsTheFirstFailureAndLeavesNothingBehind) {
    const TempDir dir;
    {
        auto sink = ByteSink::create(dir / "file");
        ASSERT_TRUE(sink);
        sink->fail("first");
        sink->fail("second");
        sink->write(to_bytes("x"));
        EXPECT_EQ(sink->finish().error(), (dir / "file").string() + ": first");
    }
    EXPECT_TRUE(names_in(dir.path()).empty());
}

constexpr SinkOptions recording{.keep_unfinished = true, .fast = true};

TEST(ByteSink, KeepsWhatIsUnfinishedWhereItIsAskedTo) {
    const TempDir dir;
    for (const std::string name : {"a", "b.gz", "c.zst"}) {
        {
            auto sink = ByteSink::create(dir / name, recording);
            ASSERT_TRUE(sink) << sink.error();
            sink->write(frames(1'000));
            sink->flush();
            sink->flush();
            sink->write(frames(500));
        }
        ASSERT_EQ(names_in(dir.path()), std::vector<std::string>{name + ".part"});
        auto source = ByteSource::open(dir / (name + ".part"));
        ASSERT_TRUE(source);
        Buffer bytes(100'000);
        const ReadResult got = source->read(bytes);
        EXPECT_EQ(got.status, name == "a" ? ReadStatus::end : ReadStatus::truncated);
        bytes.resize(got.bytes);
        EXPECT_TRUE(bytes == frames(1'000)) << name;
        fs::remove(dir / (name + ".part"));
    }
}

TEST(ByteSink, GivesAKeptFileItsNameWhenItIsWhole) {
    const TempDir dir;
    for (const std::string name : {"a", "b.gz", "c.zst"}) {
        auto sink = ByteSink::create(dir / name, recording);
        ASSERT_TRUE(sink) << sink.error();
        sink->write(frames(1'000));
        sink->flush();
        sink->write(frames(1'000));
        ASSERT_TRUE(sink->finish());
        Buffer expected = frames(1'000);
        append(expected, frames(1'000));
        EXPECT_TRUE(unpacked(dir / name) == expected);
    }
    EXPECT_EQ(names_in(dir.path()), (std::vector<std::string>{"a", "b.gz", "c.zst"}));
}

TEST(ByteSink, ReplacesNothingWhereWhatIsUnfinishedIsKept) {
    const TempDir dir;
    write_file(dir / "whole", to_bytes("old"));
    write_file(dir / "cut.part", to_bytes("old"));
    for (const std::string name : {"whole", "cut"})
        EXPECT_EQ(ByteSink::create(dir / name, recording).error(),
                  (dir / name).string() + ": File exists");
    EXPECT_EQ(names_in(dir.path()), (std::vector<std::string>{"cut.part", "whole"}));
    EXPECT_EQ(to_text(read_file(dir / "cut.part")), "old");
}

TEST(ByteSink, LeavesNothingWhereThatIsDiscarded) {
    const TempDir dir;
    {
        auto sink = ByteSink::create(dir / "a", recording);
        ASSERT_TRUE(sink);
        sink->flush();
        sink->discard();
    }
    EXPECT_TRUE(names_in(dir.path()).empty());
}

TEST(ByteSink, NoticesThatAKeptFileWasRemoved) {
    const TempDir dir;
    auto sink = ByteSink::create(dir / "a", recording);
    ASSERT_TRUE(sink);
    sink->write(frames(1));
    fs::remove(dir / "a.part");
    sink->flush();
    EXPECT_FALSE(sink->ok());
    sink->flush();
    EXPECT_EQ(sink->finish().error(), (dir / "a").string() + ": somebody removed it");
}

TEST(ItchWriter, WritesEachMessageBehindItsLength) {
    const TempDir dir;
    auto writer = ItchWriter::create(dir / "a.itch");
    ASSERT_TRUE(writer) << writer.error();
    const Buffer big(65'535);
    writer->write(message('S', 12, 1));
    writer->write(big);
    writer->write_frames(frames(2, 7));
    ASSERT_TRUE(writer->finish());
    Buffer expected = frames(1);
    append(expected, frame(big));
    append(expected, frames(2, 7));
    EXPECT_TRUE(read_file(dir / "a.itch") == expected);
}

TEST(ItchWriter, RefusesMessagesBeyondTheLengthField) {
    const TempDir dir;
    auto writer = ItchWriter::create(dir / "a.itch");
    ASSERT_TRUE(writer);
    writer->write(Buffer(65'536));
    EXPECT_FALSE(writer->ok());
    EXPECT_EQ(writer->finish().error(),
              (dir / "a.itch").string() + ": message of 65536 bytes: the length field holds 65535");
    EXPECT_FALSE(fs::exists(dir / "a.itch"));
}

TEST(PcapWriter, WritesAKnownPacketByteForByte) {
    const TempDir dir;
    auto writer = PcapWriter::create(dir / "a.pcap");
    ASSERT_TRUE(writer) << writer.error();
    const UdpRoute route{.source_address = 0xc0a80001,
                         .destination_address = 0xe9360c6f,
                         .source_port = 0x1234,
                         .destination_port = 0x676d,
                         .ttl = 5};
    writer->write(book::TimeNs{0x01020304s + 5ns}, to_bytes("abc"), route);
    ASSERT_TRUE(writer->finish());
    const Buffer expected = to_bytes({
        0x4d, 0x3c, 0xb2, 0xa1, 2,    0,    4,    0,    0,  0,  0,    0,
        0,    0,    0,    0,                          // file header
        0,    0,    4,    0,    1,    0,    0,    0,  //
        4,    3,    2,    1,    5,    0,    0,    0,    45, 0,  0,    0,
        45,   0,    0,    0,                                                 // record header
        0x01, 0x00, 0x5e, 0x36, 0x0c, 0x6f,                                  // group address
        0x02, 0x00, 0xc0, 0xa8, 0x00, 0x01, 0x08, 0x00,                      //
        0x45, 0,    0,    31,   0,    0,    0x40, 0,    5,  17, 0xbf, 0x7f,  // IPv4
        0xc0, 0xa8, 0x00, 0x01, 0xe9, 0x36, 0x0c, 0x6f,                      //
        0x12, 0x34, 0x67, 0x6d, 0,    11,   0x0b, 0x85,                      // UDP
        'a',  'b',  'c',
    });
    EXPECT_EQ(read_file(dir / "a.pcap"), expected);
}

/// The ones' complement sum over whole words, with which a receiver checks (RFC 1071).
std::uint32_t folded(Bytes bytes, std::uint32_t sum = 0) {
    for (std::size_t i = 0; i < bytes.size(); ++i)
        sum += std::to_integer<std::uint32_t>(bytes[i]) << (i % 2 == 0 ? 8 : 0);
    while (sum > 0xffff)
        sum = (sum >> 16) + (sum & 0xffff);
    return sum;
}

TEST(PcapWriter, WritesChecksumsThatReceiversAccept) {
    const TempDir dir;
    for (std::size_t size = 0; size < 300; ++size) {
        auto writer = PcapWriter::create(dir / "a.pcap");
        ASSERT_TRUE(writer);
        writer->write(book::TimeNs{}, Buffer(size, std::byte{0xfe}));
        ASSERT_TRUE(writer->finish());
        const Buffer file = read_file(dir / "a.pcap");
        const Bytes ip = Bytes{file}.subspan(24 + 16 + 14);
        EXPECT_EQ(folded(ip.first(20)), 0xffffU);
        const auto udp_length = static_cast<std::uint32_t>(8 + size);
        EXPECT_EQ(folded(ip.subspan(20), folded(ip.subspan(12, 8)) + 17 + udp_length), 0xffffU);
    }
}

TEST(PcapWriter, IsReadBackWithTimesAndOffsets) {
    const TempDir dir;
    for (const std::string name : {"a.pcap", "a.pcap.gz", "a.pcap.zst"}) {
        auto writer = PcapWriter::create(dir / name);
        ASSERT_TRUE(writer);
        const book::TimeNs start{1'692'710'488s + 123'456'789ns};
        for (unsigned i = 0; i < 3; ++i)
            writer->write(start + i * 1ns, mold_events("SESSION", 1 + i * 2, 2));
        ASSERT_TRUE(writer->finish());

        auto capture = Capture::open(dir / name);
        ASSERT_TRUE(capture) << capture.error();
        EXPECT_EQ(capture->format(), CaptureFormat::pcap);
        Block block;
        for (unsigned i = 0; i < 3; ++i) {
            ASSERT_EQ(capture->next(block), CaptureStatus::block);
            EXPECT_EQ(Buffer(block.frames.begin(), block.frames.end()), frames(2, 1 + i * 2));
            EXPECT_EQ(block.received, start + i * 1ns);
            EXPECT_EQ(block.offset, 24 + i * (16 + 42 + 20 + 28));
            EXPECT_EQ(block.new_session, i == 0);
        }
        EXPECT_EQ(capture->next(block), CaptureStatus::end);
        EXPECT_EQ(capture->damage(), Damage{});
    }
}

TEST(PcapWriter, RefusesWhatTheFormatDoesNotHold) {
    const TempDir dir;
    const auto error = [&](book::TimeNs time, std::size_t payload) {
        auto writer = PcapWriter::create(dir / "a");
        writer->write(time, Buffer(payload));
        const auto result = writer->finish();
        return result ? std::string{} : result.error().substr((dir / "a").string().size());
    };
    EXPECT_EQ(error(book::TimeNs{}, 65'507), "");
    EXPECT_EQ(error(book::TimeNs{}, 65'508), ": UDP payload of 65508 bytes");
    EXPECT_EQ(error(book::TimeNs{-1ns}, 1), ": time -1 ns does not fit a pcap file");
    EXPECT_EQ(error(book::TimeNs{4'294'967'295s}, 1), "");
    EXPECT_EQ(error(book::TimeNs{4'294'967'296s}, 1),
              ": time 4294967296000000000 ns does not fit a pcap file");
}

}  // namespace
}  // namespace tickweir::replay::tests
