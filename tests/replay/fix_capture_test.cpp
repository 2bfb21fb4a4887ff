// FIX captures, made by hand and recorded by others.
#include "replay/fix_capture.hpp"

#include <map>

#include "replay/capture.hpp"
#include "replay/fix_reader.hpp"
#include "tests/replay/fix_texts.hpp"
#include "tests/replay/packets.hpp"

namespace tickweir::replay::tests {
namespace {

const fs::path recorded = fs::path{TICKWEIR_DATA} / "fix";

struct ReadFix {
    std::map<std::string, std::uint64_t> types;
    std::map<std::string, std::uint64_t> damage;  // by reason
    std::uint64_t wrong_trailers = 0;
    std::uint64_t lost = 0;
    std::uint64_t messages = 0;
    CaptureStatus status = CaptureStatus::failed;
    TcpTotals tcp;
    std::uint32_t streams = 0;
};

ReadFix read_all(const fs::path& path, FixFraming framing = FixFraming::automatic) {
    ReadFix read;
    auto capture = FixCapture::open(path);
    EXPECT_TRUE(capture.has_value()) << (capture ? "" : capture.error());
    if (!capture) return read;
    FixReader reader{framing};
    FixBlock block;
    while ((read.status = capture->next(block)) == CaptureStatus::block) {
        reader.begin(block);
        FixItem item;
        while (reader.next(item)) {
            read.streams = std::max(read.streams, item.stream + 1);
            if (item.kind == FixItemKind::loss) read.lost += item.bytes;
            if (item.kind == FixItemKind::damage) ++read.damage[std::string{item.reason}];
            if (item.kind != FixItemKind::message) continue;
            ++read.messages;
            ++read.types[std::string{item.message->msg_type()}];
            if (item.wrong_body_length && item.wrong_checksum) ++read.wrong_trailers;
        }
    }
    read.tcp = capture->tcp();
    return read;
}

class RecordedFix : public testing::Test {
protected:
    void SetUp() override {
        if (!fs::exists(recorded)) GTEST_SKIP() << "no recorded captures in " << recorded;
    }
};

TEST_F(RecordedFix, EveryMessageOfTheIndexFeedIsValid) {
    const ReadFix read = read_all(recorded / "index-feed-2011-11-24.fix.gz");
    EXPECT_EQ(read.status, CaptureStatus::end);
    EXPECT_EQ(read.types, (std::map<std::string, std::uint64_t>{{"0", 2'523}, {"X", 11'365}}));
    EXPECT_TRUE(read.damage.empty());
}

TEST_F(RecordedFix, UncheckedMessagesAreRefusedStrictlyAndReadAsALog) {
    const fs::path path = recorded / "orders-unchecked.log";
    const ReadFix strict = read_all(path, FixFraming::strict);
    EXPECT_EQ(strict.messages, 0U);
    EXPECT_EQ(strict.damage.at("bad BodyLength"), 100U);
    const ReadFix log = read_all(path);
    EXPECT_EQ(log.types, (std::map<std::string, std::uint64_t>{{"8", 25}, {"D", 75}}));
    EXPECT_EQ(log.wrong_trailers, 100U);
    EXPECT_TRUE(log.damage.empty());
}

TEST_F(RecordedFix, RetransmittedSegmentsGiveEveryMessageOnce) {
    const fs::path path = recorded / "retransmissions.pcap";
    EXPECT_TRUE(holds_fix_packets(path));
    const ReadFix read = read_all(path);
    EXPECT_EQ(read.status, CaptureStatus::end);
    EXPECT_EQ(read.messages, 374U);
    EXPECT_EQ(read.streams, 4U);
    EXPECT_TRUE(read.damage.empty());
    EXPECT_EQ(read.tcp.connections, 2U);
    EXPECT_EQ(read.tcp.lost_bytes, 0U);
    EXPECT_EQ(read.tcp.conflicting_bytes, 0U);
    EXPECT_EQ(read.tcp.repeated_bytes, 32'206U);
    EXPECT_EQ(read.tcp.resets, 11U);
}

// ------------------------------------------------------------------------------------ made by hand

TEST(FixCapture, IsToldByItsContent) {
    const auto format_of = [](std::string_view text) { return detect_format(to_bytes(text)); };
    EXPECT_EQ(format_of(fix("35=0|")), CaptureFormat::fix);
    EXPECT_EQ(format_of("20240102 in: " + with_bars(fix("35=0|"))), CaptureFormat::fix);
    EXPECT_EQ(format_of("x 8=FIXT.1.1^A9=5^A"), CaptureFormat::fix);
    EXPECT_EQ(format_of("the text 8=FIX and nothing"), std::nullopt);
    EXPECT_EQ(to_string(CaptureFormat::fix), "fix");
}

TEST(FixCapture, CaptureRefusesItByName) {
    const Buffer bytes = to_bytes(fix("35=0|"));
    EXPECT_EQ(Capture::over(bytes, "x.fix").error(), "x.fix: a FIX log: no ITCH messages");
}

TEST(FixCapture, ReadsWhatStandsBeforeDamage) {
    TempDir directory;
    std::string text;
    for (int i = 0; i < 10'000; ++i)
        text += fix("35=0|34=" + std::to_string(i) + "|");
    const fs::path path = directory / "log.fix";
    write_file(path, to_bytes(text.substr(0, text.size() - 5)));
    const ReadFix read = read_all(path);
    EXPECT_EQ(read.messages, 9'999U);
    EXPECT_EQ(read.damage, (std::map<std::string, std::uint64_t>{{"cut off", 1}}));
}

}  // namespace
}  // namespace tickweir::replay::tests
