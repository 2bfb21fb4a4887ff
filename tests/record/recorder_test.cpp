// The recorder as a role: rings, turns, counts, the directory.
#include "gateway/record/recorder.hpp"

#include "gateway/record/taken.hpp"
#include "tests/record/support.hpp"

namespace tickweir::gateway::tests {
namespace {

using replay::tests::frames;
using replay::tests::mold;
using replay::tests::mold_events;
using testing::HasSubstr;
using Names = std::vector<std::string>;

TEST(Recorder, KeepsFeedsApart) {
    const TempDir dir;
    Rig rig{config_for(dir), {"one", "two"}};
    rig.datagram(mold_events("A", 1, 1), 0);
    rig.datagram(mold_events("B", 1, 2), 1);
    rig.stop();
    EXPECT_EQ(read_recording(dir / "one-20240102T093000.pcap").frames, frames(1));
    EXPECT_EQ(read_recording(dir / "two-20240102T093000.pcap").frames, frames(2));
}

TEST(Recorder, LooksAtItsRingsInTimeAndSoonerWhereOneGetsFull) {
    const TempDir dir;
    Rig rig{config_for(dir), {"line"}, 4'096};
    rig.pass();
    rig.datagram(mold_events("A", 1, 1));
    EXPECT_FALSE(rig.recorder->has_work());
    EXPECT_EQ(rig.recorder->next_due(), rig.now + 100ms);
    rig.recorder->turn(rig.now + 99ms);
    EXPECT_EQ(rig.counts().records, 0U);
    rig.pass();
    EXPECT_EQ(rig.counts().records, 1U);
    for (unsigned at = 2; at <= 12; ++at)
        rig.datagram(mold_events("A", at, 1));
    EXPECT_TRUE(rig.recorder->has_work());
    rig.recorder->turn(rig.now);
    EXPECT_EQ(rig.counts().records, 12U);
    rig.stop();
    EXPECT_EQ(rig.recorder->next_due(), std::nullopt);
    EXPECT_FALSE(rig.recorder->has_work());
    EXPECT_FALSE(rig.recorder->turn(rig.now + 1h));
}

TEST(Recorder, TakesABoundedAmountInATurn) {
    const TempDir dir;
    Rig rig{config_for(dir), {"line"}, 16 << 20};
    const Buffer payload = mold_events("A", 1, 100);
    for (int i = 0; i < 6'000; ++i)
        rig.datagram(payload);
    EXPECT_TRUE(rig.recorder->turn(rig.now)) << "more is there";
    EXPECT_LT(rig.counts().records, 3'500U);
    rig.pass(0ms);
    EXPECT_EQ(rig.counts().records, 6'000U);
}

TEST(Recorder, EmptiesItsRingsBeforeItStops) {
    const TempDir dir;
    Rig rig{config_for(dir), {"line"}, 16 << 20};
    for (unsigned at = 0; at < 6'000; ++at)
        rig.datagram(mold_events("A", 1 + 100 * at, 100));
    rig.stop();
    EXPECT_TRUE(read_recording(dir / "line-20240102T093000.pcap").frames == frames(600'000));
}

TEST(Recorder, CountsWhatTheRingHadNoRoomFor) {
    const TempDir dir;
    Rig rig{config_for(dir), {"line"}, 4'096};
    unsigned put = 0;
    while (rig.taps[0].lost() < 5)
        rig.datagram(mold_events("A", ++put, 1));
    rig.pass();
    rig.datagram(mold_events("A", put + 1, 1));
    rig.pass();
    EXPECT_EQ(rig.counts().records, put - 5 + 1);
    EXPECT_EQ(rig.counts().lost, 5U);
    rig.put({}, Buffer(4'096));
    EXPECT_EQ(rig.taps[0].lost(), 6U) << "never fits";
    rig.stop();
    EXPECT_EQ(read_recording(dir / "line-20240102T093000.pcap").lost, 5U);
    EXPECT_THAT(rig.metrics_text(),
                HasSubstr("tickweir_record_lost_records_total{feed=\"line\"} 5\n"));
}

TEST(Recorder, ShowsItsCounts) {
    const TempDir dir;
    Rig rig{config_for(dir)};
    rig.datagram(mold_events("A", 1, 1));
    rig.stop();
    const std::string text = rig.metrics_text();
    for (const std::string line : {"records_total{feed=\"line\"} 1",
                                   "bytes_total{feed=\"line\"} 116", "files_total{feed=\"line\"} 1",
                                   "failures_total{feed=\"line\"} 0", "failed{feed=\"line\"} 0"})
        EXPECT_THAT(text, HasSubstr("tickweir_record_" + line + "\n"));
    EXPECT_EQ(rig.recorder->name(), "record");
}

std::string refusal(const RecordConfig& config, std::string timezone = "UTC") {
    Metrics metrics;
    book::ByteRing ring{4'096};
    try {
        const Recorder recorder{config,
                                {{.name = "line", .ring = &ring, .timezone = std::move(timezone)}},
                                metrics,
                                opening};
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

TEST(Recorder, MakesItsDirectory) {
    const TempDir dir;
    RecordConfig config = config_for(dir);
    config.directory = (dir / "a/b").string();
    EXPECT_EQ(refusal(config), "");
    EXPECT_TRUE(fs::is_directory(dir / "a/b"));
    EXPECT_TRUE(names_in(dir / "a/b").empty());
}

TEST(Recorder, RefusesADirectoryThatCannotBeWrittenTo) {
    const TempDir dir;
    RecordConfig config;
    config.directory = (dir / "file").string();
    replay::tests::write_file(dir / "file", {});
    EXPECT_EQ(refusal(config), "record.directory " + config.directory + ": Not a directory");
    config.directory += "/below";
    EXPECT_THAT(refusal(config), HasSubstr(": Not a directory"));
    fs::create_symlink("/dev/full", dir / "link");
    config.directory = (dir / "link").string();
    EXPECT_THAT(refusal(config), HasSubstr("record.directory "));
    config.directory = "/proc/tickweir";
    EXPECT_THAT(refusal(config), HasSubstr("record.directory /proc/tickweir: "));
    config.directory = dir.path().string();
    EXPECT_THAT(refusal(config, "Atlantis/Capital"), HasSubstr("feeds.line.timezone: "));
}

TEST(Taken, IsWhatTheReceiverDidNotDropOrRefuse) {
    const codecs::mold::ReceiverCounts before;
    const Buffer sound = mold_events("A", 1, 1);
    const Buffer cut(5);
    const auto is_taken = [&](auto change, const Buffer& datagram) {
        codecs::mold::ReceiverCounts after;
        change(after);
        return taken(before, after, datagram);
    };
    using Counts = codecs::mold::ReceiverCounts;
    EXPECT_TRUE(is_taken([](Counts&) {}, sound));
    EXPECT_TRUE(is_taken([](Counts& c) { c.duplicates = 3; }, sound));
    EXPECT_FALSE(is_taken([](Counts& c) { c.dropped = 3; }, sound));
    EXPECT_TRUE(is_taken([](Counts& c) { c.dropped = 3, c.first[0] = 1; }, sound));
    EXPECT_TRUE(is_taken([](Counts& c) { c.dropped = 3, c.first[1] = 1; }, sound));
    EXPECT_TRUE(is_taken([](Counts& c) { c.dropped = 3, c.filled = 1; }, sound));
    EXPECT_FALSE(is_taken([](Counts& c) { c.other_session = 1; }, sound));
    EXPECT_FALSE(is_taken([](Counts& c) { c.wrong_answers = 1; }, sound));
    EXPECT_FALSE(is_taken([](Counts& c) { c.bad_packets = 1; }, sound));
    EXPECT_TRUE(is_taken([](Counts& c) { c.bad_packets = 1; }, cut));
}

}  // namespace
}  // namespace tickweir::gateway::tests
