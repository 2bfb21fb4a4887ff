#include "gateway/market/json_capture_feed.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/market/json_bed.hpp"

namespace tickweir::tests {
namespace {

namespace fs = std::filesystem;
using gateway::CaptureFeedOptions;
using gateway::FeedState;
using gateway::JsonCaptureFeed;
using gateway::JsonRecordHeader;
using gateway::JsonRecordKind;

constexpr std::int64_t second = 1'000'000'000;

book::TimeNs at(std::int64_t ns) {
    return book::TimeNs{std::chrono::nanoseconds{ns}};
}

struct Record {
    JsonRecordHeader header;
    std::string text;
};

class JsonCaptureFeedPlays : public testing::Test {
protected:
    void SetUp() override {
        directory_ = fs::temp_directory_path() /
                     ("tickweir-json-feed-" + std::to_string(::getpid()) + "-" +
                      testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::create_directories(directory_);
    }
    void TearDown() override { fs::remove_all(directory_); }

    fs::path write(const std::string& name, const std::string& text) {
        std::ofstream{directory_ / name, std::ios::binary} << text;
        return directory_ / name;
    }

    JsonCaptureFeed feed(CaptureFeedOptions options, std::int64_t now = 0) {
        auto first = replay::JsonCapture::open(options.paths.front());
        EXPECT_TRUE(first) << (first ? "" : first.error());
        return JsonCaptureFeed{std::move(options), {&ring_, nullptr}, std::move(*first), at(now)};
    }

    std::vector<Record> take() {
        std::vector<Record> records;
        for (auto record = ring_.front(); record.data() != nullptr; record = ring_.front()) {
            Record& into = records.emplace_back();
            std::memcpy(&into.header, record.data(), sizeof into.header);
            into.text.assign(reinterpret_cast<const char*>(record.data()) + sizeof into.header,
                             into.header.bytes);
            ring_.advance();
        }
        ring_.release();
        return records;
    }

    /// Plays what is due at `now`, and short pauses.
    std::vector<Record> play(JsonCaptureFeed& feed, std::int64_t now) {
        std::vector<Record> all;
        for (;;) {
            const bool worked = feed.turn(at(now));
            for (Record& record : take())
                all.push_back(std::move(record));
            const auto due = feed.next_due();
            if (worked) continue;
            if (!due || *due > at(now + 1'000'000)) return all;
            now = due->time_since_epoch().count();
        }
    }

    static std::vector<JsonRecordKind> kinds(const std::vector<Record>& records) {
        std::vector<JsonRecordKind> all;
        for (const Record& record : records)
            all.push_back(record.header.kind);
        return all;
    }

    fs::path directory_;
    book::ByteRing ring_{1 << 18};
};

constexpr const char* three_lines =
    "# venue: bybit\n# a comment\n"
    "1000000000 SEND {\"op\":\"subscribe\"}\n"
    "1000000000 {\"a\":1}\n"
    "1500000000 GET /depth?symbol=X {\"b\":2}\n"
    "3000000000 {\"c\":3}\n";

TEST_F(JsonCaptureFeedPlays, FramesAndAnswersInTheirPlaces) {
    auto played = feed({.name = "t", .paths = {write("a.jsonl", three_lines)}, .speed = {}});
    const auto records = play(played, 7 * second);
    EXPECT_THAT(
        kinds(records),
        testing::ElementsAre(JsonRecordKind::session, JsonRecordKind::connected,
                             JsonRecordKind::frame, JsonRecordKind::tick, JsonRecordKind::answer,
                             JsonRecordKind::tick, JsonRecordKind::frame, JsonRecordKind::ended));
    EXPECT_EQ(records[2].text, "{\"a\":1}");
    EXPECT_EQ(records[2].header.received_ns, 7 * second);
    EXPECT_EQ(records[2].header.time_ns, second);
    EXPECT_EQ(records[4].text, "/depth?symbol=X{\"b\":2}");
    EXPECT_EQ(records[4].header.target_bytes, 15U);
    const auto report = played.status().load();
    EXPECT_EQ(report.messages, 3U);
    EXPECT_EQ(report.bytes, 21U);
    EXPECT_EQ(report.sessions, 1U);
    EXPECT_EQ(report.state, static_cast<std::uint32_t>(FeedState::ended));
    EXPECT_EQ(played.venue(), codecs::json::VenueId::bybit);
}

TEST_F(JsonCaptureFeedPlays, LinesWhenTheyAreDue) {
    auto played = feed({.name = "t", .paths = {write("a.jsonl", three_lines)}, .speed = 500'000});
    EXPECT_EQ(play(played, 10 * second).size(), 3U);
    EXPECT_EQ(played.next_due(), at(11 * second));
    EXPECT_EQ(play(played, 11 * second).size(), 2U);
    EXPECT_EQ(play(played, 13 * second).size(), 0U);
    EXPECT_THAT(
        kinds(play(played, 14 * second)),
        testing::ElementsAre(JsonRecordKind::tick, JsonRecordKind::frame, JsonRecordKind::ended));
}

TEST_F(JsonCaptureFeedPlays, RoundsWithTheirTimesMovedToNow) {
    auto played = feed(
        {.name = "t", .paths = {write("a.jsonl", three_lines)}, .speed = 1'000'000, .loop = true});
    play(played, 100 * second);
    const auto round = play(played, 110 * second);
    std::vector<const Record*> sessions;
    for (const Record& record : round)
        if (record.header.kind == JsonRecordKind::session) sessions.push_back(&record);
    ASSERT_FALSE(sessions.empty());
    EXPECT_EQ(sessions[0]->header.time_ns, 110 * second);
    EXPECT_EQ(sessions[0]->header.shift_ns, 109 * second);
    EXPECT_EQ(played.status().load().sessions, 2U);
}

TEST_F(JsonCaptureFeedPlays, NothingTwiceWhenItsRingIsFull) {
    std::string text = "# venue: bybit\n";
    std::string wanted;
    for (int i = 0; i < 40; ++i) {
        const std::string frame =
            "{\"n\":\"" + std::string(static_cast<std::size_t>(i) * 9'000, 'x') + "\"}";
        text += std::to_string(i + 1) + " " + frame + "\n";
        wanted += frame;
    }
    auto played = feed({.name = "t", .paths = {write("a.jsonl", text)}, .speed = {}});
    std::string seen;
    for (const Record& record : play(played, second))
        seen += record.text;
    EXPECT_TRUE(seen == wanted);
    EXPECT_GT(played.status().load().waits, 0U);
}

TEST_F(JsonCaptureFeedPlays, OnBehindOneAnotherOfOneVenueOnly) {
    const fs::path one = write("a.jsonl", three_lines);
    const fs::path two = write("b.jsonl", "# venue: bybit\n5000000000 {\"d\":4}\n");
    auto played = feed({.name = "t", .paths = {one, two}, .speed = {}});
    EXPECT_EQ(std::ranges::count(kinds(play(played, second)), JsonRecordKind::session), 2);
    const fs::path other = write("c.jsonl", "# venue: okx\n5000000000 {\"d\":4}\n");
    auto mixed = feed({.name = "t", .paths = {one, other}, .speed = {}});
    EXPECT_EQ(kinds(play(mixed, second)).back(), JsonRecordKind::ended);
    EXPECT_THAT(mixed.trouble(), testing::HasSubstr("c.jsonl"));
}

TEST_F(JsonCaptureFeedPlays, DamageEndsItWithItsPlace) {
    auto played = feed({.name = "t",
                        .paths = {write("a.jsonl", "# venue: bybit\n1 {\"a\":1}\nnonsense\n")},
                        .speed = {}});
    EXPECT_EQ(kinds(play(played, second)).back(), JsonRecordKind::ended);
    EXPECT_THAT(played.trouble(), testing::HasSubstr("(byte 25)"));
}

TEST_F(JsonCaptureFeedPlays, SilenceIsToldAndItsEndToo) {
    auto played = feed({.name = "t",
                        .paths = {write("a.jsonl", three_lines)},
                        .speed = 1'000'000,
                        .stale_after = std::chrono::seconds{1}},
                       10 * second);
    play(played, 10 * second);
    play(played, 10 * second + second / 2);
    const auto silent = play(played, 11 * second + 3 * second / 4);
    EXPECT_THAT(kinds(silent), testing::ElementsAre(JsonRecordKind::stale));
    EXPECT_THAT(kinds(play(played, 12 * second)),
                testing::ElementsAre(JsonRecordKind::tick, JsonRecordKind::frame,
                                     JsonRecordKind::live, JsonRecordKind::ended));
}

}  // namespace
}  // namespace tickweir::tests
