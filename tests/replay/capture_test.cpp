#include "replay/capture.hpp"

#include <chrono>
#include <map>

#include "codecs/itch/framing.hpp"
#include "replay/byte_sink.hpp"
#include "tests/replay/packets.hpp"

namespace tickweir::replay::tests {
namespace {

using namespace std::chrono_literals;

/// Messages by type, read as a replay reads.
struct Counted {
    std::map<char, int> by_type;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::vector<std::optional<book::TimeNs>> times;
    CaptureStatus status = CaptureStatus::failed;
    CaptureTotals totals;
    Damage damage;
};

Counted count(Capture capture) {
    Counted counted;
    Block block;
    while ((counted.status = capture.next(block)) == CaptureStatus::block) {
        const auto input =
            block.complete ? codecs::itch::Input::complete : codecs::itch::Input::growing;
        codecs::itch::FrameCursor cursor{block.frames, input};
        Bytes message;
        while (cursor.next(message) == codecs::itch::FrameStatus::message) {
            ++counted.by_type[std::to_integer<char>(message[0])];
            ++counted.messages;
        }
        counted.bytes += cursor.position();
        counted.times.push_back(block.received);
        capture.consumed(cursor.position());
    }
    counted.totals = capture.totals();
    counted.damage = capture.damage();
    return counted;
}

Counted count(const fs::path& path, std::optional<CaptureFormat> format = std::nullopt) {
    auto capture = Capture::open(path, format);
    EXPECT_TRUE(capture) << capture.error();
    return capture ? count(std::move(*capture)) : Counted{};
}

const fs::path data = fs::path{TICKWEIR_DATA} / "itch";

TEST(DetectFormat, KnowsPcapByItsMagic) {
    for (const auto magic : {0xa1b2c3d4U, 0xd4c3b2a1U, 0xa1b23c4dU, 0x4d3cb2a1U, 0x0a0d0d0aU}) {
        Buffer bytes;
        append_big(bytes, magic);
        EXPECT_EQ(detect_format(bytes), CaptureFormat::pcap);
        EXPECT_EQ(detect_format(Bytes{bytes}.first(3)), std::nullopt);
    }
}

TEST(DetectFormat, KnowsItchByTheLengthsOfItsFirstTwoMessages) {
    Buffer two = frame(message('S', 12));
    append(two, frame(message('R', 39)));
    EXPECT_EQ(detect_format(two), CaptureFormat::itch);
    for (std::size_t size = 0; size < two.size(); ++size)
        EXPECT_EQ(detect_format(Bytes{two}.first(size)).has_value(), size >= 3) << size;

    const auto after_first = [](Bytes rest) {
        Buffer bytes = frame(message('S', 12));
        append(bytes, rest);
        return detect_format(bytes);
    };
    EXPECT_EQ(after_first(frame(message('R', 38))), std::nullopt);
    EXPECT_EQ(after_first(frame(message('!', 12))), std::nullopt);
    EXPECT_EQ(after_first(to_bytes({0, 0, 'S'})), std::nullopt);
    EXPECT_EQ(after_first(to_bytes({0, 0})), CaptureFormat::itch) << "the end of a session";
    EXPECT_EQ(detect_format(frame(message('S', 13))), std::nullopt);
    EXPECT_EQ(detect_format(to_bytes("%PDF-1.4 and so on")), std::nullopt);
}

TEST(Capture, NamesTheFileAndWhatItFound) {
    const TempDir dir;
    const auto error = [&](std::string_view name, std::optional<CaptureFormat> format = {}) {
        const fs::path path = dir / name;
        const auto text = Capture::open(path, format).error();
        EXPECT_THAT(text, testing::StartsWith(path.string() + ": "));
        EXPECT_THAT(text, testing::Not(testing::HasSubstr("\n")));
        return text.substr(path.string().size() + 2);
    };
    EXPECT_EQ(error("missing"), "No such file or directory");
    fs::create_directory(dir / "folder");
    EXPECT_EQ(error("folder"), "Is a directory");
    write_file(dir / "empty.itch", {});
    EXPECT_EQ(error("empty.itch"), "empty file");
    EXPECT_EQ(error("empty.itch", CaptureFormat::itch), "empty file");
    write_file(dir / "paper.itch", to_bytes("%PDF-1.4\n%x"));
    EXPECT_EQ(
        error("paper.itch"),
        "neither ITCH, pcap, a JSON capture nor a FIX log: begins with 25 50 44 46 2d 31 2e 34 "
        "(\"%PDF-1.4\")");
    EXPECT_EQ(error("paper.itch", CaptureFormat::pcap), "pcap: unknown file format");
    write_file(dir / "short.gz", to_bytes({0x1f, 0x8b, 8}));
    EXPECT_EQ(error("short.gz"), "gzip: data stop early");
    auto sink = ByteSink::create(dir / "text.gz");
    ASSERT_TRUE(sink);
    sink->write(to_bytes("hello\n"));
    ASSERT_TRUE(sink->finish());
    EXPECT_EQ(error("text.gz"),
              "neither ITCH, pcap, a JSON capture nor a FIX log: unpacked (gzip), begins with 68 "
              "65 6c 6c 6f "
              "0a (\"hello.\")");
    if (::geteuid() == 0) return;  // who may read everything
    write_file(dir / "secret", frames(1));
    fs::permissions(dir / "secret", fs::perms::none);
    EXPECT_EQ(error("secret"), "Permission denied");
}

TEST(Capture, ReadsACutFileThatBeginsPlausibly) {
    const TempDir dir;
    const Buffer one = frames(1);
    for (std::size_t size = 3; size < one.size(); ++size) {
        write_file(dir / "cut.itch", Bytes{one}.first(size));
        const Counted counted = count(dir / "cut.itch");
        EXPECT_EQ(counted.messages, 0U);
        EXPECT_EQ(counted.status, CaptureStatus::truncated);
        EXPECT_EQ(counted.damage.offset, 0U);
        EXPECT_EQ(counted.damage.what,
                  "itch: the last frame is cut off after " + std::to_string(size) + " bytes of 14");
    }
}

TEST(Capture, BelievesTheFormatItIsToldWhereContentDoesNotSay) {
    const Buffer odd = frame(message('!', 5));
    EXPECT_FALSE(Capture::over(odd, "odd"));
    auto capture = Capture::over(odd, "odd", CaptureFormat::itch);
    ASSERT_TRUE(capture);
    EXPECT_EQ(count(std::move(*capture)).messages, 1U);
}

TEST(Capture, ReadsAClosingLengthOfZeroAsTheEnd) {
    Buffer bytes = frames(2);
    append(bytes, to_bytes({0, 0}));
    auto capture = Capture::over(bytes, "closed");
    ASSERT_TRUE(capture);
    const Counted counted = count(std::move(*capture));
    EXPECT_EQ(counted.messages, 2U);
    EXPECT_EQ(counted.bytes, bytes.size());
    EXPECT_EQ(counted.status, CaptureStatus::end);
}

TEST(Capture, ReadsTheStartOfARealDay) {
    const auto path = data / "nasdaq-start-of-day.itch";
    if (!fs::exists(path)) GTEST_SKIP() << path << " is not there";
    const Counted counted = count(path);
    EXPECT_EQ(counted.by_type, (std::map<char, int>{{'H', 3}, {'R', 993}, {'S', 1}, {'Y', 3}}));
    EXPECT_EQ(counted.bytes, fs::file_size(path));
    EXPECT_EQ(counted.status, CaptureStatus::end);
    EXPECT_EQ(counted.totals, (CaptureTotals{.sessions = 1}));
}

TEST(Capture, ReadsADayOfRealOrderFlow) {
    const auto path = data / "bitstamp-btcusd-2015-05-01.itch.gz";
    if (!fs::exists(path)) GTEST_SKIP() << path << " is not there";
    const Counted counted = count(path);
    EXPECT_EQ(
        counted.by_type,
        (std::map<char, int>{{'A', 118'955}, {'D', 114'349}, {'E', 8'309}, {'R', 1}, {'S', 3}}));
    EXPECT_EQ(counted.bytes, 7'195'899U);
    EXPECT_EQ(counted.status, CaptureStatus::end);
}

TEST(Capture, ReadsRealPackets) {
    if (!fs::exists(data / "nasdaq-2023")) GTEST_SKIP() << data << " is not there";
    // Five messages of its type a file, except where the recording has fewer.
    const std::map<std::string, char> files{{"AddOrderNoMPID", 'A'},
                                            {"AddOrderWithMPID", 'F'},
                                            {"CrossTrade", 'Q'},
                                            {"LULDAuctionCollar", 'J'},
                                            {"MarketParticipantPosition", 'L'},
                                            {"NetOrderImbalanceIndicator", 'I'},
                                            {"NonCrossTrade", 'P'},
                                            {"OrderCancel", 'X'},
                                            {"OrderDelete", 'D'},
                                            {"OrderExecuted", 'E'},
                                            {"OrderExecutedWithPrice", 'C'},
                                            {"OrderReplace", 'U'},
                                            {"RegSHORestriction", 'Y'},
                                            {"StockTradingAction", 'H'},
                                            {"SystemEvent", 'S'}};
    for (const auto& [name, type] : files) {
        const Counted counted = count(data / "nasdaq-2023" / (name + ".pcap"));
        const int messages = name == "SystemEvent" ? 1 : 5;
        EXPECT_EQ(counted.by_type, (std::map<char, int>{{type, messages}})) << name;
        EXPECT_EQ(counted.status, CaptureStatus::end) << name;
        const auto packets = static_cast<std::uint64_t>(messages);
        EXPECT_EQ(counted.totals,
                  (CaptureTotals{.sessions = 1, .packets = packets, .mold_packets = packets}));
        for (const auto& time : counted.times) {
            ASSERT_TRUE(time);
            EXPECT_EQ(std::chrono::floor<std::chrono::days>(*time),
                      std::chrono::sys_days{std::chrono::year{2023} / 8 / 22});
        }
    }
}

TEST(Capture, TellsSessionsAndProgress) {
    const TempDir dir;
    Buffer file;
    append_little(file, 0xa1b23c4dU);
    append(file, to_bytes({2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0}));
    for (const Buffer& payload : {mold_events("ONE", 1, 1), mold_events("TWO", 5, 2)}) {
        const Buffer packet = ethernet_udp(payload);
        append(file, to_bytes({0, 0, 0, 0, 0, 0, 0, 0}));
        append_little(file, static_cast<std::uint32_t>(packet.size()));
        append_little(file, static_cast<std::uint32_t>(packet.size()));
        append(file, packet);
    }
    write_file(dir / "two.pcap", file);
    auto capture = Capture::open(dir / "two.pcap");
    ASSERT_TRUE(capture) << capture.error();
    Block block;
    while (capture->next(block) == CaptureStatus::block)
        capture->consumed(block.frames.size());
    ASSERT_EQ(capture->sessions().size(), 2U);
    EXPECT_EQ(capture->sessions()[0].id, "ONE");
    EXPECT_EQ(capture->sessions()[1].id, "TWO");
    EXPECT_EQ(capture->sessions()[1].first_sequence, 5U);
    EXPECT_EQ(capture->sessions()[1].next_sequence, 7U);
    EXPECT_EQ(capture->file_position(), file.size());
    EXPECT_EQ(capture->file_bytes(), file.size());
    EXPECT_EQ(capture->compression(), Compression::none);
    EXPECT_EQ(to_string(capture->format()), "pcap");
}

}  // namespace
}  // namespace tickweir::replay::tests
