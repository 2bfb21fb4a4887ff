#include "gateway/market/capture_feed.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "gateway/feeds/itch_books_impl.hpp"
#include "tests/market/day.hpp"

namespace tickweir::tests {
namespace {

namespace fs = std::filesystem;
using gateway::CaptureFeed;
using gateway::CaptureFeedOptions;
using gateway::FeedRecordHeader;
using gateway::FeedRecordKind;
using gateway::FeedState;

book::TimeNs at(std::int64_t ns) {
    return book::TimeNs{std::chrono::nanoseconds{ns}};
}

/// What one record was, its frames apart.
struct Record {
    FeedRecordHeader header;
    std::vector<std::byte> frames;
};

class CaptureFeedPlays : public testing::Test {
protected:
    void SetUp() override {
        directory_ = fs::temp_directory_path() /
                     ("tickweir-feed-" + std::to_string(::getpid()) + "-" +
                      testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::create_directories(directory_);
    }
    void TearDown() override { fs::remove_all(directory_); }

    fs::path write(const std::string& name, std::span<const std::vector<std::byte>> frames) {
        const fs::path path = directory_ / name;
        std::ofstream file{path, std::ios::binary};
        for (const auto& frame : frames)
            file.write(reinterpret_cast<const char*>(frame.data()),
                       static_cast<std::streamsize>(frame.size()));
        return path;
    }

    CaptureFeed feed(CaptureFeedOptions options) {
        return CaptureFeed{std::move(options), {{&ring_, nullptr}, {&other_, nullptr}}, at(0)};
    }

    std::vector<Record> take(book::ByteRing& ring) {
        std::vector<Record> records;
        for (auto record = ring.front(); record.data() != nullptr; record = ring.front()) {
            Record& into = records.emplace_back();
            std::memcpy(&into.header, record.data(), sizeof into.header);
            const auto frames =
                record.subspan(sizeof into.header,
                               record.size() - sizeof into.header - gateway::feed_record_padding);
            into.frames.assign(frames.begin(), frames.end());
            ring.advance();
        }
        ring.release();
        return records;
    }

    /// Plays until the feed has ended or nothing more is due at `now`.
    std::vector<Record> play(CaptureFeed& feed, book::TimeNs now) {
        std::vector<Record> all;
        for (;;) {
            const bool worked = feed.turn(now);
            for (Record& record : take(ring_))
                all.push_back(std::move(record));
            (void)take(other_);
            const auto due = feed.next_due();
            if (!worked && (!due || *due > now + std::chrono::milliseconds{1})) return all;
            if (!worked) now = *due;
        }
    }

    static std::vector<std::byte> joined(const std::vector<Record>& records) {
        std::vector<std::byte> all;
        for (const Record& record : records)
            all.insert(all.end(), record.frames.begin(), record.frames.end());
        return all;
    }

    static std::vector<std::byte> joined(std::span<const std::vector<std::byte>> frames) {
        std::vector<std::byte> all;
        for (const auto& frame : frames)
            all.insert(all.end(), frame.begin(), frame.end());
        return all;
    }

    static std::vector<FeedRecordKind> kinds(const std::vector<Record>& records) {
        std::vector<FeedRecordKind> all;
        for (const Record& record : records)
            if (all.empty() || all.back() != record.header.kind) all.push_back(record.header.kind);
        return all;
    }

    fs::path directory_;
    book::ByteRing ring_{1 << 18};
    book::ByteRing other_{1 << 18};
};

TEST_F(CaptureFeedPlays, EverythingOnceAndThenEnds) {
    const auto frames = simulated_frames(1, 5'000);
    CaptureFeed played =
        feed({.name = "test", .paths = {write("a.itch", frames)}, .speed = std::nullopt});
    const auto records = play(played, at(1'000));
    EXPECT_EQ(joined(records), joined(frames));
    EXPECT_THAT(kinds(records),
                testing::ElementsAre(FeedRecordKind::session, FeedRecordKind::messages,
                                     FeedRecordKind::ended));
    const auto report = played.status().load();
    EXPECT_EQ(report.messages, 5'000U);
    EXPECT_EQ(report.sessions, 1U);
    EXPECT_EQ(static_cast<FeedState>(report.state), FeedState::ended);
    EXPECT_EQ(played.trouble(), "");
    EXPECT_FALSE(played.next_due().has_value());
    for (const Record& record : records)
        EXPECT_LE(record.header.messages, gateway::feed_record_messages_max);
}

TEST_F(CaptureFeedPlays, NothingBeforeItIsDue) {
    const auto frames = simulated_frames(2, 2'000);
    CaptureFeed played = feed({.name = "test", .paths = {write("a.itch", frames)}});
    const auto time_of = [&](std::size_t i) {
        return static_cast<std::int64_t>(
            *gateway::itch_peek::time(codecs::Bytes{frames[i]}.subspan(2)));
    };
    const std::int64_t start = 77;
    std::size_t played_frames = 0;
    for (std::int64_t now = start; played_frames < frames.size();) {
        while (played.turn(at(now)))
            (void)take(other_);
        for (const Record& record : take(ring_)) {
            for (std::size_t n = 0; n < record.header.messages; ++n, ++played_frames)
                EXPECT_LE(time_of(played_frames) - time_of(0), now - start);
        }
        const auto due = played.next_due();
        if (!due) break;
        EXPECT_GT(due->time_since_epoch().count(), now);
        EXPECT_EQ(due->time_since_epoch().count(), start + time_of(played_frames) - time_of(0));
        now = due->time_since_epoch().count();
    }
    EXPECT_EQ(played_frames, frames.size());
}

TEST_F(CaptureFeedPlays, AgainInALoopWithTimesMovedToNow) {
    const auto frames = simulated_frames(3, 500);
    CaptureFeed played = feed({.name = "test",
                               .paths = {write("2024-01-02.itch", frames)},
                               .speed = std::nullopt,
                               .loop = true});
    std::vector<Record> records;
    constexpr std::int64_t now_ns = 1'800'000'000'000'000'000;
    while (played.status().load().sessions < 3) {
        played.turn(at(now_ns));
        for (Record& record : take(ring_))
            records.push_back(std::move(record));
        (void)take(other_);
    }
    std::vector<const Record*> sessions;
    for (const Record& record : records)
        if (record.header.kind == FeedRecordKind::session) sessions.push_back(&record);
    ASSERT_GE(sessions.size(), 3U);
    const auto first =
        static_cast<std::int64_t>(*gateway::itch_peek::time(codecs::Bytes{frames[0]}.subspan(2)));
    for (const Record* session : sessions)
        EXPECT_EQ(session->header.midnight_ns + first, now_ns);
    const auto all = joined(records);
    const auto once = joined(frames);
    ASSERT_GE(all.size(), 2 * once.size());
    EXPECT_TRUE(std::equal(once.begin(), once.end(),
                           all.begin() + static_cast<std::ptrdiff_t>(once.size())));
}

TEST_F(CaptureFeedPlays, WithoutLossThoughARingIsFull) {
    const auto frames = simulated_frames(4, 20'000);
    CaptureFeed played =
        feed({.name = "test", .paths = {write("a.itch", frames)}, .speed = std::nullopt});
    std::vector<Record> seen;
    std::vector<Record> slow;
    std::int64_t now = 0;
    for (unsigned round = 0; round < 100'000; ++round) {
        played.turn(at(now));
        now += 1'000'000;
        for (Record& record : take(ring_))
            seen.push_back(std::move(record));
        if (round % 7 == 0)
            for (Record& record : take(other_))
                slow.push_back(std::move(record));
        if (static_cast<FeedState>(played.status().load().state) == FeedState::ended &&
            round % 7 == 0)
            break;
    }
    EXPECT_EQ(joined(seen), joined(frames));
    EXPECT_EQ(joined(slow), joined(frames));
    EXPECT_GT(played.status().load().waits, 0U);
}

TEST_F(CaptureFeedPlays, OneFileBehindTheOtherAsSessions) {
    const auto first = simulated_frames(5, 300);
    const auto second = simulated_frames(6, 400);
    CaptureFeed played = feed({.name = "test",
                               .paths = {write("a.itch", first), write("b.itch", second)},
                               .speed = std::nullopt});
    const auto records = play(played, at(9));
    EXPECT_EQ(played.status().load().sessions, 2U);
    auto both = joined(first);
    const auto rest = joined(second);
    both.insert(both.end(), rest.begin(), rest.end());
    EXPECT_EQ(joined(records), both);
}

TEST_F(CaptureFeedPlays, WhatComesBeforeDamageAndSaysWhere) {
    auto frames = simulated_frames(8, 1'000);
    const auto whole = joined(frames);
    frames.push_back({std::byte{0}, std::byte{0}, std::byte{'A'}, std::byte{1}, std::byte{2}});
    CaptureFeed played =
        feed({.name = "test", .paths = {write("a.itch", frames)}, .speed = std::nullopt});
    EXPECT_EQ(joined(play(played, at(1))), whole);
    EXPECT_THAT(played.trouble(), testing::HasSubstr(std::to_string(whole.size())));
    EXPECT_EQ(static_cast<FeedState>(played.status().load().state), FeedState::ended);
}

TEST_F(CaptureFeedPlays, AndEndsWhereTheNextFileCannotBeOpened) {
    const auto frames = simulated_frames(10, 300);
    const fs::path second = write("b.itch", frames);
    CaptureFeed played =
        feed({.name = "test", .paths = {write("a.itch", frames), second}, .speed = std::nullopt});
    fs::remove(second);
    const auto records = play(played, at(1));
    EXPECT_EQ(joined(records), joined(frames));
    ASSERT_FALSE(records.empty());
    EXPECT_EQ(records.back().header.kind, FeedRecordKind::ended);
    EXPECT_THAT(played.trouble(), testing::HasSubstr("b.itch"));
    EXPECT_EQ(static_cast<FeedState>(played.status().load().state), FeedState::ended);
    EXPECT_FALSE(played.next_due().has_value());
}

TEST_F(CaptureFeedPlays, OnlyWhatExists) {
    try {
        feed({.name = "test", .paths = {directory_ / "nowhere.itch"}});
        FAIL() << "opened a file that is not there";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("nowhere.itch"));
        EXPECT_THAT(error.what(), testing::HasSubstr("test"));
    }
}

TEST_F(CaptureFeedPlays, NothingMoreOnceStopped) {
    const auto frames = simulated_frames(9, 500);
    CaptureFeed played =
        feed({.name = "test", .paths = {write("a.itch", frames)}, .speed = std::nullopt});
    played.stop(at(1));
    EXPECT_TRUE(played.stopped());
    EXPECT_FALSE(played.turn(at(2)));
    EXPECT_TRUE(take(ring_).empty());
}

TEST_F(CaptureFeedPlays, AndSaysThatItIsStaleUntilSomethingComes) {
    const auto frames = simulated_frames(11, 400);
    CaptureFeed played = feed({.name = "test",
                               .paths = {write("a.itch", frames)},
                               .stale_after = std::chrono::milliseconds{1}});
    std::vector<Record> records;
    std::int64_t now = 5;
    while (static_cast<FeedState>(played.status().load().state) != FeedState::ended) {
        played.turn(at(now));
        for (Record& record : take(ring_))
            records.push_back(std::move(record));
        (void)take(other_);
        if (const auto due = played.next_due()) now = due->time_since_epoch().count();
    }
    EXPECT_EQ(joined(records), joined(frames));
    bool stale = false;
    std::size_t times = 0;
    for (const Record& record : records) {
        if (record.header.kind == FeedRecordKind::stale) {
            EXPECT_FALSE(stale);
            stale = true;
            ++times;
        }
        if (record.header.kind == FeedRecordKind::live) {
            EXPECT_TRUE(stale);
            stale = false;
        }
    }
    EXPECT_GT(times, 0U);
}

TEST_F(CaptureFeedPlays, ARecordedPcapWithItsGaps) {
    const fs::path capture = fs::path{TICKWEIR_SOURCE} / "captures/feed-2024-01-02.pcap.gz";
    CaptureFeed played = feed({.name = "test", .paths = {capture}, .speed = std::nullopt});
    const auto records = play(played, at(1));
    const auto report = played.status().load();
    std::uint64_t lost = 0;
    for (const Record& record : records)
        lost += record.header.kind == FeedRecordKind::lost;
    EXPECT_EQ(lost, report.gaps);
    EXPECT_GT(report.messages, 0U);
}

}  // namespace
}  // namespace tickweir::tests
