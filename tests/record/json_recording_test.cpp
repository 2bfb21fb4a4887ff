// Recordings of feeds of JSON: verbatim, a file a connection, and none of it but JSON.
#include <gtest/gtest.h>

#include "replay/json_capture.hpp"
#include "tests/record/support.hpp"

namespace tickweir::gateway::tests {
namespace {

using codecs::json::VenueId;
using replay::JsonLineKind;
using Names = std::vector<std::string>;

/// A recorder of one connection to OKX.
class JsonRig {
public:
    explicit JsonRig(RecordConfig config, std::size_t ring_bytes = 1 << 20)
        : ring_{ring_bytes}, tap{0, ring_, nullptr, config.format} {
        recorder.emplace(
            config,
            std::vector<RecordedFeed>{
                {.name = "okx", .ring = &ring_, .timezone = "UTC", .venue = VenueId::okx}},
            metrics, now);
    }

    void put(TapKind kind, std::string_view text, std::size_t target_bytes = 0) {
        TapHeader header;
        header.kind = kind;
        header.received_ns = now.time_since_epoch().count();
        header.count = static_cast<std::uint32_t>(target_bytes);
        tap.put(header, std::as_bytes(std::span{text}));
        tap.publish();
        now += 1ns;
    }
    void pass() {
        while (recorder->turn(now += 100ms)) {
        }
    }
    void stop() {
        recorder->stop(now);
        pass();
        EXPECT_TRUE(recorder->stopped());
    }

    book::TimeNs now = opening;
    Metrics metrics;

private:
    book::ByteRing ring_;

public:
    RecordTap tap;
    std::optional<Recorder> recorder;
};

/// The lines of a capture: "TIME KIND TARGET TEXT", times from the opening on.
std::vector<std::string> lines_of(const fs::path& path) {
    std::vector<std::string> lines;
    auto capture = replay::JsonCapture::open(path);
    if (!capture) return {capture.error()};
    EXPECT_EQ(capture->venue(), VenueId::okx);
    replay::JsonLine line;
    while (capture->next(line) == CaptureStatus::block) {
        constexpr const char* kinds[]{"frame", "answer", "sent"};
        lines.push_back(std::to_string((line.time - opening).count()) + ' ' +
                        kinds[static_cast<std::size_t>(line.kind)] + ' ' +
                        std::string{line.target} + ' ' + std::string{line.text});
    }
    return lines;
}

TEST(JsonRecording, IsACaptureOfWhatCameAndWasSent) {
    const TempDir dir;
    JsonRig rig{config_for(dir, RecordFormat::pcap, RecordCompression::gzip)};
    rig.put(TapKind::sent, R"({"op":"subscribe"})");
    rig.put(TapKind::frame, R"({"a" : 0.10})");
    rig.put(TapKind::answer, R"(/depth?x=1{"b":2})", 10);
    rig.put(TapKind::frame, "pong");
    rig.stop();
    ASSERT_EQ(names_in(dir.path()), Names{"okx-20240102T143000.jsonl.gz"});
    EXPECT_EQ(lines_of(dir / "okx-20240102T143000.jsonl.gz"),
              (Names{R"(0 sent  {"op":"subscribe"})", R"(1 frame  {"a" : 0.10})",
                     R"(2 answer /depth?x=1 {"b":2})", "3 frame  pong"}));
    EXPECT_EQ(rig.recorder->counts(0).records, 4U);
}

TEST(JsonRecording, BeginsAFileForEachConnection) {
    const TempDir dir;
    JsonRig rig{config_for(dir)};
    rig.put(TapKind::frame, "[1]");
    rig.put(TapKind::lost, "");
    rig.put(TapKind::lost, "");
    rig.pass();
    rig.put(TapKind::frame, "[2]");
    rig.stop();
    const Names names = names_in(dir.path());
    ASSERT_EQ(names.size(), 2U);
    EXPECT_EQ(lines_of(dir / names[0]), Names{"0 frame  [1]"});
    EXPECT_EQ(lines_of(dir / names[1]).size(), 1U);
}

TEST(JsonRecording, EndsAFileThatIsLongEnough) {
    const TempDir dir;
    RecordConfig config = config_for(dir, RecordFormat::json);
    config.rotate_bytes = 1'000;
    JsonRig rig{config};
    const std::string text = '"' + std::string(400, 'x') + '"';
    for (int i = 0; i < 9; ++i)
        rig.put(TapKind::frame, text);
    rig.stop();
    std::size_t lines = 0;
    const Names names = names_in(dir.path());
    for (const std::string& name : names)
        lines += lines_of(dir / name).size();
    EXPECT_EQ(names.size(), 3U);
    EXPECT_EQ(lines, 9U);
}

TEST(JsonRecording, EndsAFileWhereTheRingHadNoRoom) {
    const TempDir dir;
    JsonRig rig{config_for(dir), 1 << 12};
    rig.put(TapKind::frame, R"({"n":1})");
    rig.put(TapKind::frame, std::string(5'000, ' '));
    rig.put(TapKind::frame, R"({"n":2})");
    rig.put(TapKind::frame, R"({"n":3})");
    rig.stop();
    EXPECT_EQ(rig.tap.lost(), 1U);
    EXPECT_EQ(rig.recorder->counts(0).lost, 1U);
    EXPECT_EQ(rig.recorder->counts(0).records, 3U);
    const Names names = names_in(dir.path());
    ASSERT_EQ(names.size(), 2U);
    EXPECT_EQ(lines_of(dir / names[0]), Names{R"(0 frame  {"n":1})"});
    EXPECT_EQ(lines_of(dir / names[1]), (Names{R"(2 frame  {"n":2})", R"(3 frame  {"n":3})"}));
}

}  // namespace
}  // namespace tickweir::gateway::tests
