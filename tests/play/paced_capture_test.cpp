// Captures as sources: all their messages in order, each when it is due, and what is told of
// damage.
#include "gateway/play/paced_capture.hpp"

#include <gmock/gmock.h>

#include "codecs/itch/messages.hpp"
#include "codecs/mold/packet.hpp"
#include "replay/pcap_writer.hpp"
#include "tests/play/support.hpp"
#include "tests/replay/support.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using replay::tests::append;
using replay::tests::append_big;
using replay::tests::Buffer;
using replay::tests::TempDir;
using replay::tests::write_file;
using testing::HasSubstr;
using tests::after;
using Step = PacedCapture::Step;

/// A system event at a time since midnight.
Buffer event_at(std::chrono::nanoseconds time) {
    codecs::itch::SystemEvent event{};
    event.type = 'S';
    event.timestamp_ns = static_cast<std::uint64_t>(time.count());
    event.event_code = 'O';
    const codecs::Bytes bytes = codecs::as_bytes(event);
    return {bytes.begin(), bytes.end()};
}

Buffer framed(const std::vector<Buffer>& messages) {
    Buffer frames;
    for (const Buffer& message : messages) {
        append_big(frames, static_cast<std::uint16_t>(message.size()));
        append(frames, message);
    }
    return frames;
}

PacedCapture open(const std::filesystem::path& path, const PublishPace& pace) {
    auto capture = PacedCapture::open(path, std::nullopt, pace);
    EXPECT_TRUE(capture) << capture.error();
    return std::move(*capture);
}

/// Steps until nothing is due any more; gives the last answer.
Step run(PacedCapture& capture, MessageArchive& archive, std::chrono::nanoseconds at) {
    for (;;) {
        const Step step = capture.step(archive, after(at), 1'000);
        if (step != Step::worked) return step;
    }
}

TEST(PacedCapture, GivesMessagesWhenTheyAreDue) {
    const TempDir directory;
    write_file(directory / "x.itch",
               framed({event_at(9h), event_at(9h + 1s), event_at(9h + 1s), event_at(9h + 3s)}));
    PacedCapture capture = open(directory / "x.itch", {.speed = 2'000'000});
    MessageArchive archive{{}};
    EXPECT_EQ(run(capture, archive, 0s), Step::not_due);
    EXPECT_EQ(archive.next_sequence(), 2u);
    EXPECT_EQ(capture.next_due(), after(500ms));
    EXPECT_EQ(run(capture, archive, 499ms), Step::not_due);
    EXPECT_EQ(archive.next_sequence(), 2u);
    EXPECT_EQ(run(capture, archive, 500ms), Step::not_due);
    EXPECT_EQ(archive.next_sequence(), 4u);
    EXPECT_EQ(capture.next_due(), after(1'500ms));
    EXPECT_EQ(run(capture, archive, 9s), Step::over);
    EXPECT_EQ(run(capture, archive, 9s), Step::over);
    EXPECT_EQ(capture.messages(), 4u);
    EXPECT_EQ(capture.trouble(), "");
    EXPECT_EQ(capture.file_position(), capture.file_bytes());
}

TEST(PacedCapture, AtARateTimesDoNotMatter) {
    const TempDir directory;
    std::vector<Buffer> messages;
    for (int i = 0; i < 1'000; ++i)
        messages.push_back(event_at(i % 3 * 1h));
    write_file(directory / "x.itch", framed(messages));
    PacedCapture capture = open(directory / "x.itch", {.rate = 300});
    MessageArchive archive{{}};
    EXPECT_EQ(run(capture, archive, 0s), Step::not_due);
    EXPECT_EQ(archive.next_sequence(), 2u);
    EXPECT_EQ(capture.next_due(), after(3'333'333ns));
    EXPECT_EQ(run(capture, archive, 1s), Step::not_due);
    EXPECT_EQ(archive.next_sequence(), 302u);
    EXPECT_EQ(run(capture, archive, 3s), Step::not_due);
    EXPECT_EQ(archive.next_sequence(), 902u);
    EXPECT_EQ(run(capture, archive, 4s), Step::over);
}

TEST(PacedCapture, AsFastAsItGoesEverythingIsDue) {
    const TempDir directory;
    write_file(directory / "x.itch", framed({event_at(9h), event_at(20h), event_at(1h)}));
    PacedCapture capture = open(directory / "x.itch", {.speed = std::nullopt});
    MessageArchive archive{{}};
    EXPECT_EQ(run(capture, archive, 0s), Step::over);
    EXPECT_EQ(archive.next_sequence(), 4u);
}

TEST(PacedCapture, StopsAtDamageAndSaysWhere) {
    const TempDir directory;
    Buffer frames = framed({event_at(9h), event_at(9h)});
    const std::size_t at = frames.size();
    append_big(frames, std::uint16_t{0});
    append(frames, event_at(9h));
    write_file(directory / "x.itch", frames);
    PacedCapture capture = open(directory / "x.itch", {.speed = std::nullopt});
    MessageArchive archive{{}};
    EXPECT_EQ(run(capture, archive, 0s), Step::over);
    EXPECT_EQ(archive.next_sequence(), 3u);
    EXPECT_EQ(capture.trouble(), (directory / "x.itch").string() + ": damaged framing at offset " +
                                     std::to_string(at));
}

TEST(PacedCapture, TellsOfATruncatedFile) {
    const TempDir directory;
    Buffer frames = framed({event_at(9h), event_at(9h)});
    frames.pop_back();
    write_file(directory / "x.itch", frames);
    PacedCapture capture = open(directory / "x.itch", {.speed = std::nullopt});
    MessageArchive archive{{}};
    EXPECT_EQ(run(capture, archive, 0s), Step::over);
    EXPECT_EQ(archive.next_sequence(), 2u);
    EXPECT_THAT(capture.trouble(), HasSubstr("x.itch: "));
    EXPECT_FALSE(PacedCapture::open(directory / "absent", std::nullopt, {}));
}

/// A pcap of packets, each of a session and with one event, a second apart.
void write_pcap(const std::filesystem::path& path,
                const std::vector<std::pair<std::string, std::uint64_t>>& packets) {
    auto file = replay::PcapWriter::create(path);
    ASSERT_TRUE(file) << file.error();
    book::TimeNs time = after(0s);
    for (const auto& [session, sequence] : packets) {
        std::array<std::byte, 100> bytes;
        codecs::mold::PacketWriter packet{bytes, codecs::Alpha<10>{std::string_view{session}},
                                          sequence};
        ASSERT_TRUE(packet.append(event_at(9h)));
        file->write(time, packet.finish(), {});
        time += 1s;
    }
    ASSERT_TRUE(file->finish());
}

TEST(PacedCapture, PacketsAreDueByTheirOwnTimesAndSessionsAreTold) {
    const TempDir directory;
    write_pcap(directory / "x.pcap", {{"ONE", 1}, {"ONE", 2}, {"ONE", 5}, {"TWO", 1}, {"TWO", 2}});
    PacedCapture capture = open(directory / "x.pcap", {});
    MessageArchive archive{{}};
    EXPECT_EQ(run(capture, archive, 0s), Step::not_due);
    EXPECT_EQ(capture.next_due(), after(1s));
    EXPECT_EQ(run(capture, archive, 2s), Step::new_session);
    EXPECT_EQ(archive.next_sequence(), 4u);
    EXPECT_EQ(capture.lost(), 2u);
    archive.clear();
    EXPECT_EQ(run(capture, archive, 10s), Step::not_due) << "its first message is due at once";
    EXPECT_EQ(archive.next_sequence(), 2u);
    EXPECT_EQ(run(capture, archive, 11s), Step::over);
    EXPECT_EQ(archive.next_sequence(), 3u);
}

}  // namespace
}  // namespace tickweir::gateway
