// Disks that are full or gone, and processes that are killed: what was written stays usable, and
// the rings go on being emptied.
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/record/support.hpp"

namespace tickweir::gateway::tests {
namespace {

using replay::tests::frames;
using replay::tests::mold_events;
using testing::HasSubstr;
using testing::StartsWith;
using Names = std::vector<std::string>;

/// No file of this process gets longer while it lives.
class FileLimit {
public:
    explicit FileLimit(rlim_t bytes) {
        EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;
    ~FileLimit() { EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before_), 0); }

private:
    rlimit before_{};
};

TEST(RecordFaults, AFailingDiskStopsOneRecordingUntilItIsTriedAgain) {
    const TempDir dir;
    Rig rig{config_for(dir)};
    std::uint64_t sent = 0;
    const auto send = [&](int packets) {
        for (int i = 0; i < packets; ++i, sent += 10)
            rig.datagram(mold_events("A", sent + 1, 10));
        rig.pass(1s);
    };
    {
        const FileLimit limit{20'000};
        send(50);
        EXPECT_EQ(rig.counts().failures, 0U);
        send(100);
        EXPECT_EQ(rig.counts().failures, 1U);
        EXPECT_THAT(rig.metrics_text(), HasSubstr("tickweir_record_failed{feed=\"line\"} 1\n"));
        const std::uint64_t records = rig.counts().records;
        send(200);
        EXPECT_EQ(rig.counts().records, records);
        EXPECT_EQ(rig.counts().lost, 200U) << "emptied all the same";
    }
    EXPECT_EQ(names_in(dir.path()), Names{"line-20240102T093000.pcap.part"});
    const Recorded before = read_recording(dir / "line-20240102T093000.pcap.part");
    EXPECT_EQ(before.status, CaptureStatus::truncated);
    EXPECT_EQ(before.lost, 0U);
    EXPECT_GE(before.frames.size(), 500U * 14) << "what had been flushed";

    const std::uint64_t resumed = sent;
    rig.pass(60s);
    send(10);
    EXPECT_THAT(rig.metrics_text(), HasSubstr("tickweir_record_failed{feed=\"line\"} 0\n"));
    rig.stop();
    EXPECT_EQ(names_in(dir.path()).size(), 2U);
    const Recorded after = read_recording(dir / names_in(dir.path())[1]);
    EXPECT_EQ(after.frames, frames(100, static_cast<unsigned>(resumed + 1)));
    EXPECT_EQ(rig.counts().files, 2U);
}

TEST(RecordFaults, ADiskThatStaysFullIsTriedWithoutLeavingFiles) {
    for (const auto compression :
         {RecordCompression::none, RecordCompression::gzip, RecordCompression::zstd}) {
        const TempDir dir;
        Rig rig{config_for(dir, RecordFormat::pcap, compression)};
        {
            const FileLimit limit{5};
            for (int minute = 0; minute < 5; ++minute) {
                rig.datagram(mold_events("A", 1, 1));
                rig.pass(60s);
            }
        }
        EXPECT_TRUE(names_in(dir.path()).empty());
        EXPECT_EQ(rig.counts(), (RecordingCounts{.lost = 5, .failures = 1}));
    }
}

TEST(RecordFaults, AFileThatCannotBeEndedIsTold) {
    const TempDir dir;
    Rig rig{config_for(dir)};
    rig.datagram(mold_events("A", 1, 1));
    rig.pass();
    {
        const FileLimit limit{30};
        rig.stop();
    }
    EXPECT_EQ(rig.counts().failures, 1U);
    EXPECT_EQ(names_in(dir.path()), Names{"line-20240102T093000.pcap.part"});
}

TEST(RecordFaults, AFullFileSystemHurtsNothingElse) {
    const TempDir dir;
    if (::mount("none", dir.path().c_str(), "tmpfs", 0, "size=256k") != 0)
        GTEST_SKIP() << "may not mount";
    struct Unmount {
        std::string path;
        ~Unmount() { ::umount2(path.c_str(), MNT_DETACH); }
    } const unmount{dir.path().string()};
    {
        Rig rig{config_for(dir), {"one", "two"}};
        for (int i = 0; i < 300; ++i) {
            rig.datagram(mold_events("A", static_cast<unsigned>(100 * i + 1), 100), 0);
            if (i == 0) rig.datagram(mold_events("B", 1, 1), 1);
            rig.pass(10ms);
        }
        EXPECT_EQ(rig.counts(0).failures, 1U);
        EXPECT_GT(rig.counts(0).lost, 50U);
        EXPECT_EQ(rig.counts(1).failures, 0U);
    }
    EXPECT_EQ(read_recording(dir / "two-20240102T093000.pcap").frames, frames(1));
    EXPECT_EQ(read_recording(dir / "one-20240102T093000.pcap.part").lost, 0U);
}

TEST(RecordFaults, ADirectoryThatIsRemovedIsNoticedAndMadeAgain) {
    const TempDir dir;
    RecordConfig config = config_for(dir);
    config.directory = (dir / "records").string();
    Rig rig{config};
    rig.datagram(mold_events("A", 1, 1));
    rig.pass();
    fs::remove_all(config.directory);
    rig.datagram(mold_events("A", 2, 1));
    rig.pass(1s);
    EXPECT_EQ(rig.counts().failures, 1U);
    rig.pass(60s);
    rig.datagram(mold_events("A", 3, 1));
    rig.stop();
    EXPECT_EQ(read_recording(dir / "records" / "line-20240102T093101.pcap").frames, frames(1, 3));
}

TEST(RecordFaults, ADirectoryThatTurnsIntoAFileIsTold) {
    const TempDir dir;
    RecordConfig config = config_for(dir);
    config.directory = (dir / "records").string();
    Rig rig{config};
    fs::remove_all(config.directory);
    replay::tests::write_file(config.directory, {});
    rig.datagram(mold_events("A", 1, 1));
    rig.pass();
    EXPECT_EQ(rig.counts(), (RecordingCounts{.lost = 1, .failures = 1}));
}

TEST(RecordFaults, WhatAnItchRecordingMissesEndsItsFile) {
    const TempDir dir;
    Rig rig{config_for(dir, RecordFormat::itch), {"line"}, 4'096};
    std::uint64_t next = 1;
    while (rig.taps[0].lost() < 3)
        rig.messages("A", next++, 1);
    rig.pass();
    rig.messages("A", next, 1);
    rig.stop();
    EXPECT_EQ(names_in(dir.path()),
              (Names{"line-20240102T093000.itch", "line-20240102T093000_02.itch"}));
    EXPECT_EQ(read_recording(dir / "line-20240102T093000_02.itch").frames,
              frames(1, static_cast<unsigned>(next)));
    EXPECT_EQ(read_recording(dir / "line-20240102T093000.itch").frames,
              frames(static_cast<unsigned>(next - 4)));
    EXPECT_EQ(rig.counts().lost, 3U);
}

/// A child records until it is killed in the middle of it.
void record_and_die(const TempDir& dir, RecordFormat format, RecordCompression compression) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        Rig rig{config_for(dir, format, compression)};
        for (unsigned at = 0; at < 50'000; at += 10) {
            if (at == 30'000) rig.now += 1s;
            if (format == RecordFormat::pcap)
                rig.datagram(mold_events("A", at + 1, 10));
            else
                rig.messages("A", at + 1, 10);
            rig.pass(0ms);
            if (at == 30'000) rig.pass(100ms);
        }
        rig.pass(100ms);
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << status;
}

TEST(RecordFaults, AKilledProcessLeavesFilesThatCanBeReplayed) {
    for (const auto format : {RecordFormat::pcap, RecordFormat::itch}) {
        for (const auto compression :
             {RecordCompression::none, RecordCompression::gzip, RecordCompression::zstd}) {
            const TempDir dir;
            record_and_die(dir, format, compression);
            ASSERT_EQ(names_in(dir.path()).size(), 1U);
            const std::string name = names_in(dir.path())[0];
            EXPECT_THAT(name, StartsWith("line-20240102T093000.")) << "the day is told";
            EXPECT_THAT(name, testing::EndsWith(".part"));
            const Recorded got = read_recording(dir / name);
            EXPECT_THAT(got.status, testing::AnyOf(CaptureStatus::truncated, CaptureStatus::end));
            const auto count = static_cast<unsigned>(got.frames.size() / 14);
            EXPECT_GE(count, 30'000U) << "what was flushed a second before the end";
            EXPECT_TRUE(Buffer(got.frames.begin(), got.frames.begin() + count * 14) ==
                        frames(count));
        }
    }
}

}  // namespace
}  // namespace tickweir::gateway::tests
