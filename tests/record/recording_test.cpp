// Names, contents and ends of the files of a recording.
#include "gateway/record/recording.hpp"

#include "replay/session_date.hpp"
#include "tests/record/support.hpp"

namespace tickweir::gateway::tests {
namespace {

using replay::tests::append;
using replay::tests::frames;
using replay::tests::mold;
using replay::tests::mold_events;
using replay::tests::read_file;
using replay::tests::to_bytes;
using Names = std::vector<std::string>;

RecordFileOptions file_options(std::string feed, RecordFormat format,
                               RecordCompression compression) {
    return {.directory = {},
            .feed = std::move(feed),
            .format = format,
            .compression = compression,
            .zone = *replay::TimeZone::load("America/New_York")};
}

TEST(RecordFile, IsNamedByFeedAndTimeAtTheExchange) {
    const auto pcap = file_options("line", RecordFormat::pcap, RecordCompression::zstd);
    EXPECT_EQ(record_file_name(pcap, opening, 1), "line-20240102T093000.pcap.zst");
    EXPECT_EQ(record_file_name(pcap, opening + 1'001ms, 12), "line-20240102T093001_12.pcap.zst");
    const auto itch = file_options("../a b", RecordFormat::itch, RecordCompression::gzip);
    const std::string evening = record_file_name(itch, opening + 12h, 2);
    EXPECT_EQ(evening, ".._a_b-20240102T213000_02.itch.gz") << "the next day in UTC";
    using namespace std::chrono;
    EXPECT_EQ(replay::date_in_name(evening), (year_month_day{2024y, January, 2d}));
    const auto plain = file_options("line", RecordFormat::itch, RecordCompression::none);
    EXPECT_EQ(record_file_name(plain, opening, 0), "line-20240102T093000.itch");
}

TEST(Recording, WritesDatagramsWithAddressesAndTimes) {
    const TempDir dir;
    Rig rig{config_for(dir)};
    rig.now += 123ns;
    rig.datagram(mold_events("A", 1, 2));
    rig.datagram(to_bytes("damaged"));
    rig.now += 5ns;
    rig.datagram(mold_events("A", 3, 1));
    rig.stop();
    ASSERT_EQ(names_in(dir.path()), Names{"line-20240102T093000.pcap"});
    const fs::path path = dir / "line-20240102T093000.pcap";
    const Recorded got = read_recording(path);
    EXPECT_EQ(got.frames, frames(3));
    EXPECT_EQ(got.times[0], opening + 123ns);
    EXPECT_EQ(got.times[1], opening + 128ns);
    EXPECT_EQ(got.status, CaptureStatus::end);
    EXPECT_EQ(got.totals.packets, 3U);
    EXPECT_EQ(got.totals.not_mold, 1U);
    const Buffer file = read_file(path);
    const auto ip = file.begin() + 24 + 16 + 14;
    EXPECT_EQ(Buffer(ip + 12, ip + 24),
              to_bytes({10, 0, 0, 2, 239, 1, 2, 3, 7'000 >> 8, 7'000 & 255, 8'000 >> 8, 64}));
    EXPECT_EQ(rig.counts(),
              (RecordingCounts{.records = 3, .bytes = file.size(), .lost = 0, .files = 1}));
}

TEST(Recording, CompressesAndReadsBack) {
    for (const auto compression : {RecordCompression::gzip, RecordCompression::zstd}) {
        for (const auto format : {RecordFormat::pcap, RecordFormat::itch}) {
            const TempDir dir;
            Rig rig{config_for(dir, format, compression)};
            for (std::uint64_t at = 1; at < 3'000; at += 3) {
                rig.messages("A", at, 3);
                rig.pass(7ms);
            }
            rig.stop();
            ASSERT_EQ(names_in(dir.path()).size(), 1U);
            const Recorded got = read_recording(dir / names_in(dir.path())[0]);
            EXPECT_EQ(got.status, CaptureStatus::end);
            EXPECT_TRUE(got.frames == frames(3'000));
        }
    }
}

TEST(Recording, PutsFramedMessagesIntoPacketsOfTheirSession) {
    const TempDir dir;
    Rig rig{config_for(dir)};
    rig.messages("SESS", 1, 10);
    rig.messages("SESS", 11, 10'000);  // 140,000 bytes
    rig.messages("NEXT", 1, 1);
    rig.stop();
    const Recorded got = read_recording(dir / "line-20240102T093000.pcap");
    Buffer expected = frames(10'010);
    append(expected, frames(1));
    EXPECT_TRUE(got.frames == expected);
    EXPECT_EQ(got.totals.mold_packets, 1U + 3U + 1U);
    EXPECT_EQ(got.totals.sessions, 2U);
    EXPECT_EQ(got.lost, 0U);
}

TEST(Recording, ShowsTheNameOnlyWhenTheFileIsWhole) {
    const TempDir dir;
    Rig rig{config_for(dir)};
    EXPECT_TRUE(names_in(dir.path()).empty()) << "nothing came";
    rig.datagram(mold_events("A", 1, 1));
    rig.pass();
    EXPECT_EQ(names_in(dir.path()), Names{"line-20240102T093000.pcap.part"});
    rig.recorder.reset();
    EXPECT_EQ(names_in(dir.path()), Names{"line-20240102T093000.pcap"});
}

TEST(Recording, IsReadableUpToTheLastFlushAtAnyTime) {
    for (const auto compression :
         {RecordCompression::none, RecordCompression::gzip, RecordCompression::zstd}) {
        const TempDir dir;
        Rig rig{config_for(dir, RecordFormat::pcap, compression)};
        for (unsigned at = 1; at <= 5; ++at) {
            rig.datagram(mold_events("A", at, 1));
            rig.pass(100ms);
            rig.pass(1s);
            const Recorded got = read_recording(dir / names_in(dir.path()).at(0));
            EXPECT_EQ(got.frames, frames(at));
            EXPECT_EQ(got.status, compression == RecordCompression::none
                                      ? CaptureStatus::end
                                      : CaptureStatus::truncated);
        }
    }
}

TEST(Recording, NeverReplacesAFile) {
    const TempDir dir;
    replay::tests::write_file(dir / "line-20240102T093000.pcap", to_bytes("whole"));
    replay::tests::write_file(dir / "line-20240102T093000_02.pcap.part", to_bytes("of a crash"));
    Rig rig{config_for(dir)};
    rig.datagram(mold_events("A", 1, 1));
    rig.stop();
    EXPECT_EQ(names_in(dir.path()),
              (Names{"line-20240102T093000.pcap", "line-20240102T093000_02.pcap.part",
                     "line-20240102T093000_03.pcap"}));
    EXPECT_EQ(read_file(dir / "line-20240102T093000.pcap"), to_bytes("whole"));
}

TEST(Recording, BeginsAFileWhenOneIsLongEnough) {
    const TempDir dir;
    RecordConfig config = config_for(dir);
    constexpr std::uint64_t packet_bytes = 16 + 42 + 20 + 14;
    config.rotate_bytes = 24 + 10 * packet_bytes;
    Rig rig{config};
    for (std::uint64_t at = 1; at <= 20; ++at)
        rig.datagram(mold_events("A", at, 1));
    rig.pass();
    EXPECT_EQ(names_in(dir.path()),
              (Names{"line-20240102T093000.pcap", "line-20240102T093000_02.pcap"}))
        << "no third one before there is something for it";
    for (const std::string& name : names_in(dir.path()))
        EXPECT_EQ(fs::file_size(dir / name), config.rotate_bytes);
    rig.stop();
    EXPECT_EQ(rig.counts().files, 2U);
}

TEST(Recording, BeginsAFileWhenOneIsOldEnough) {
    const TempDir dir;
    RecordConfig config = config_for(dir);
    config.rotate_minutes = 1;
    Rig rig{config};
    rig.datagram(mold_events("A", 1, 1));
    rig.pass(100ms);
    rig.pass(59s);
    EXPECT_EQ(names_in(dir.path()), Names{"line-20240102T093000.pcap.part"});
    rig.pass(1s);
    EXPECT_EQ(names_in(dir.path()), Names{"line-20240102T093000.pcap"}) << "without traffic, too";
    rig.pass(300s);
    rig.datagram(mold_events("A", 2, 1));
    rig.pass(59s);
    rig.datagram(mold_events("A", 3, 1));
    rig.pass(61s);
    EXPECT_EQ(names_in(dir.path()),
              (Names{"line-20240102T093000.pcap", "line-20240102T093600.pcap"}));
}

TEST(Recording, DoesNotEndAFileWhileMessagesAreMissing) {
    const TempDir dir;
    RecordConfig config = config_for(dir);
    config.rotate_bytes = 1'000;
    Rig rig{config};
    rig.datagram(mold_events("A", 1, 1));
    rig.datagram(mold_events("A", 3, 60));
    rig.pass();
    EXPECT_EQ(names_in(dir.path()), Names{"line-20240102T093000.pcap.part"});
    rig.datagram(mold_events("A", 2, 1));
    rig.pass();
    EXPECT_EQ(names_in(dir.path()), Names{"line-20240102T093000.pcap"});
    EXPECT_EQ(read_recording(dir / "line-20240102T093000.pcap").lost, 0U);
    rig.datagram(mold_events("A", 65, 65));
    rig.pass();
    EXPECT_EQ(names_in(dir.path()).size(), 2U);
    rig.pass(59s);
    rig.datagram(mold_events("A", 130, 10));
    rig.pass();
    EXPECT_EQ(names_in(dir.path()).back(), "line-20240102T093000_02.pcap.part");
    rig.pass(2s);
    EXPECT_EQ(names_in(dir.path()).back(), "line-20240102T093000_02.pcap") << "not for ever";
}

TEST(Recording, EndsAnOverlongFileWhateverIsMissing) {
    const TempDir dir;
    RecordingOptions options{
        .file = file_options("line", RecordFormat::pcap, RecordCompression::none),
        .rotate_bytes = 1'000,
        .overlong_bytes = 2'000};
    options.file.directory = dir.path();
    Metrics metrics;
    Recording recording{options, metrics};
    TapHeader header;
    header.destination_port = 1;
    header.received_ns = opening.time_since_epoch().count();
    recording.on_record(header, mold_events("A", 1, 1), opening);
    for (std::uint64_t at = 3; at < 30; ++at)
        recording.on_record(header, mold_events("A", at, 1), opening);
    ASSERT_EQ(names_in(dir.path()).front(), "line-20240102T093000.pcap");
    EXPECT_EQ(fs::file_size(dir / "line-20240102T093000.pcap"), 24 + 22 * 92);
    EXPECT_FALSE(recording.failed());
}

TEST(Recording, GivesEachSessionAndEachRunWithoutAHoleAnItchFile) {
    const TempDir dir;
    Rig rig{config_for(dir, RecordFormat::itch)};
    rig.messages("A", 1, 2);
    rig.messages("A", 3, 1);
    rig.messages("B", 1, 4);
    rig.messages("B", 5, 1);
    rig.messages("B", 9, 2);
    rig.stop();
    EXPECT_EQ(names_in(dir.path()),
              (Names{"line-20240102T093000.itch", "line-20240102T093000_02.itch",
                     "line-20240102T093000_03.itch"}));
    EXPECT_EQ(read_file(dir / "line-20240102T093000.itch"), frames(3));
    EXPECT_EQ(read_file(dir / "line-20240102T093000_02.itch"), frames(5));
    EXPECT_EQ(read_file(dir / "line-20240102T093000_03.itch"), frames(2, 9));
}

}  // namespace
}  // namespace tickweir::gateway::tests
