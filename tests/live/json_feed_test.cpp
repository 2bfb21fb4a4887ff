// A JSON feed and a local exchange in one thread, with loopback between them: what the shard and
// the recorder are told, a ring that is full, connections that are cut.
#include "gateway/live/json/json_feed.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "gateway/market/json_assembly.hpp"
#include "gateway/play/venue/venue_server.hpp"
#include "gateway/runtime/host.hpp"

namespace tickweir::gateway {
namespace {

using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

/// A change of the best bid, the `number`-th.
std::string change(unsigned number) {
    return R"({"topic":"orderbook.200.AB","ts":1,"type":"delta","data":{"s":"AB","b":[["1.5",")" +
           std::to_string(number) + R"("]],"a":[],"u":)" + std::to_string(number) +
           R"(,"seq":1},"cts":1})";
}

/// A capture of Bybit: a snapshot, then `count` changes, 20 ms apart.
std::filesystem::path make_capture(unsigned count, std::size_t levels = 1) {
    const std::filesystem::path path =
        std::filesystem::path{::testing::TempDir()} /
        (std::string{"json_feed_"} +
         ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".jsonl");
    std::ofstream file{path};
    file << "# venue: bybit\n1000000000000000000 "
         << R"({"topic":"orderbook.200.AB","ts":1,"type":"snapshot","data":{"s":"AB","b":[)";
    for (std::size_t i = 0; i < levels; ++i)
        file << (i == 0 ? "" : ",") << R"(["0.)" << 1'000'000 + i << R"(","1"])";
    file << R"(],"a":[["2.5","1"]],"u":1,"seq":1},"cts":1})" << '\n';
    for (unsigned i = 0; i < count; ++i)
        file << 1'000'000'000'000'000'000 + (i + 1) * 20'000'000ULL << ' ' << change(i + 2) << '\n';
    return path;
}

venue::VenueServerOptions playing(std::filesystem::path capture,
                                  std::chrono::milliseconds kill_every = 0ms) {
    venue::VenueServerOptions options;
    options.capture = std::move(capture);
    options.kill_every = kill_every;
    return options;
}

/// The feed, the exchange, and the ring in between; time is passed in steps.
class JsonBed {
public:
    explicit JsonBed(venue::VenueServerOptions venue_options, std::size_t ring_bytes = 1 << 20,
                     std::function<void(JsonFeedOptions&)> adapt = {})
        : exchange{venue_options, reactor}, ring{ring_bytes} {
        std::filesystem::remove(venue_options.capture);
        JsonFeedOptions options;
        options.name = "test";
        options.session.venue = VenueId::bybit;
        options.session.symbols = {"AB"};
        options.session.channels = {StreamChannel::book};
        options.session.times.reconnect = 5ms;
        options.stream = {false, "127.0.0.1", exchange.port(), "/v5/public/spot"};
        if (adapt) adapt(options);
        feed.emplace(std::move(options), MarketInput{&ring, nullptr}, &wishes, reactor, 1, now);
    }

    /// Turns of both sides until `done`; records are taken out while `taking`.
    bool until(const std::function<bool()>& done) {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!done()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            now += 100us;
            reactor.poll();
            exchange.turn(now);
            feed->turn(now + set_by);
            if (taking) take();
        }
        return true;
    }

    void take() {
        for (auto record = ring.front(); record.data() != nullptr; record = ring.front()) {
            JsonRecordHeader header;
            std::memcpy(&header, record.data(), sizeof header);
            note(header, record);
            ring.advance();
        }
        ring.release();
    }

    FeedReport report() const { return feed->status().load(); }
    FeedState state() const { return static_cast<FeedState>(report().state); }

    book::TimeNs now = wall_clock_now();
    std::chrono::nanoseconds set_by{0};  // that the feed's clock was
    Reactor reactor;
    venue::VenueServer exchange;
    book::ByteRing ring;
    ResyncRing wishes{16};
    std::optional<JsonFeed> feed;
    bool taking = true;
    Lines marks;    // what is no frame
    Lines changes;  // frames that are changes
    std::size_t snapshots = 0;

private:
    void note(const JsonRecordHeader& header, std::span<const std::byte> record) {
        constexpr const char* kinds[]{"session", "connected", "lost",  "expected", "frame",
                                      "answer",  "tick",      "stale", "live",     "ended"};
        JsonText text;
        const bool has_text = header.kind == JsonRecordKind::frame ||
                              header.kind == JsonRecordKind::answer ||
                              header.kind == JsonRecordKind::expected;
        if (has_text && assembly_.take(header, record, text) != JsonAssembly::Status::whole) return;
        if (header.kind == JsonRecordKind::tick) return;
        if (header.kind == JsonRecordKind::frame) {
            if (text.text.find(R"("delta")") != text.text.npos) changes.emplace_back(text.text);
            snapshots += text.text.find(R"("type":"snapshot")") != text.text.npos ? 1U : 0U;
            return;
        }
        marks.push_back(kinds[static_cast<std::size_t>(header.kind)] +
                        (text.text.empty() ? "" : ' ' + std::string{text.text}));
    }

    JsonAssembly assembly_{std::size_t{32} << 20, nullptr};
};

Lines expected_changes(unsigned first, unsigned last) {
    Lines lines;
    for (unsigned i = first; i <= last; ++i)
        lines.push_back(change(i));
    return lines;
}

TEST(JsonFeed, HandsFramesOverVerbatimAndInOrder) {
    JsonBed bed{playing(make_capture(200))};
    ASSERT_TRUE(bed.until([&] { return bed.exchange.over() && bed.changes.size() >= 150; }));
    ASSERT_TRUE(
        bed.until([&] { return !bed.changes.empty() && bed.changes.back() == change(201); }));
    EXPECT_EQ(bed.marks, (Lines{"session", "connected", "expected AB"}));
    EXPECT_EQ(bed.snapshots, 1U);
    // From the moment at which it joined, nothing is missing.
    const auto first = 202 - static_cast<unsigned>(bed.changes.size());
    EXPECT_EQ(bed.changes, expected_changes(first, 201));
    EXPECT_EQ(bed.state(), FeedState::live);
    EXPECT_EQ(bed.report().json.connections, 1U);
    EXPECT_EQ(bed.report().json.streams, 1U);
    bed.feed->stop(bed.now);
    EXPECT_TRUE(bed.feed->stopped());
}

TEST(JsonFeed, WaitsForAShardWithoutRoomAndLosesNothing) {
    // The exchange is as silent as 2 s without a look at it make it.
    JsonBed bed{playing(make_capture(3'000, 20'000)), 1 << 18, [](JsonFeedOptions& feed) {
                    feed.session.times.probe = 100ms;
                    feed.session.times.silence = 500ms;
                }};
    bed.taking = false;
    ASSERT_TRUE(bed.until([&] { return bed.report().waits > 0; }));
    const std::uint64_t before = bed.report().messages;
    for (int i = 0; i < 2'000; ++i) {
        bed.now += 1ms;
        bed.reactor.poll();
        bed.exchange.turn(bed.now);
        bed.feed->turn(bed.now);
    }
    EXPECT_LE(bed.report().messages, before + 1);  // nothing is read meanwhile
    bed.taking = true;
    ASSERT_TRUE(
        bed.until([&] { return !bed.changes.empty() && bed.changes.back() == change(3'001); }));
    const auto first = 3'002 - static_cast<unsigned>(bed.changes.size());
    EXPECT_EQ(bed.changes, expected_changes(first, 3'001));
    EXPECT_EQ(bed.report().json.disconnects, 0U);
}

TEST(JsonFeed, GoesOnWhenTheClockIsSetBack) {
    JsonBed bed{playing(make_capture(500, 20'000)), 1 << 18};
    bed.taking = false;
    ASSERT_TRUE(bed.until([&] { return bed.report().waits > 0; }));
    const std::int64_t before = bed.report().last_data_ns;
    bed.set_by = -1h;
    bed.taking = true;
    ASSERT_TRUE(
        bed.until([&] { return !bed.changes.empty() && bed.changes.back() == change(501); }));
    EXPECT_GT(bed.report().last_data_ns, before) << "its time does not go back";
    EXPECT_LT(*bed.feed->next_due(), bed.now + bed.set_by + 1s) << "nor is it waited for";
    const auto ahead = [&] {
        return bed.report().last_data_ns - (bed.now + bed.set_by).time_since_epoch().count();
    };
    // It is caught up with, slowly.
    EXPECT_LT(ahead(), std::chrono::nanoseconds{1h}.count());
    EXPECT_GT(ahead(), std::chrono::nanoseconds{59min}.count());
}

TEST(JsonFeed, HasNothingLeftToDoAfterATick) {
    JsonBed bed{playing(make_capture(1))};
    ASSERT_TRUE(bed.until([&] { return !bed.changes.empty() && bed.state() == FeedState::live; }));
    ASSERT_TRUE(bed.until([&] { return !bed.feed->has_work() && !bed.reactor.poll(); }));
    bed.now += 300ms;
    EXPECT_TRUE(bed.feed->turn(bed.now));
    EXPECT_FALSE(bed.feed->has_work());
}

TEST(JsonFeed, ComesBackAfterEveryCut) {
    JsonBed bed{playing(make_capture(2'000), 500ms)};
    ASSERT_TRUE(
        bed.until([&] { return bed.report().json.disconnects >= 3 && bed.snapshots >= 4; }));
    ASSERT_GE(bed.marks.size(), 9U);
    EXPECT_EQ(
        Lines(bed.marks.begin(), bed.marks.begin() + 7),
        (Lines{"session", "connected", "expected AB", "lost", "connected", "expected AB", "lost"}));
}

TEST(JsonFeed, AsksTheVenueForWhatTheShardMisses) {
    JsonBed bed{playing(make_capture(3'000))};
    ASSERT_TRUE(bed.until([&] { return bed.snapshots == 1 && bed.state() == FeedState::live; }));
    ASSERT_TRUE(bed.wishes.try_push(ResyncWish::make(ResyncKind::resubscribe, 0, "AB")));
    ASSERT_TRUE(bed.until([&] { return bed.snapshots == 2; }));
    EXPECT_EQ(bed.report().json.resubscribes, 1U);
    ASSERT_TRUE(bed.until([&] { return bed.report().json.streams == 1; }));
    // A wish of the connection just opened could be about the one before: it waits a second.
    bed.now += 2s;
    ASSERT_TRUE(bed.wishes.try_push(ResyncWish::make(ResyncKind::reconnect, 0, "AB")));
    ASSERT_TRUE(bed.until([&] { return bed.snapshots == 3; }));
    EXPECT_EQ(bed.report().json.disconnects, 1U);
}

TEST(JsonFeed, TellsOfSilenceAndOfItsEnd) {
    venue::VenueServerOptions options = playing(make_capture(200));
    options.faults.drop_after = 20;
    JsonBed bed{options, 1 << 20, [](JsonFeedOptions& feed) {
                    feed.stale_after = 600ms;
                    feed.session.times.probe = 200ms;
                    feed.session.times.silence = 2s;
                }};
    ASSERT_TRUE(bed.until([&] { return bed.state() == FeedState::live; }));
    ASSERT_TRUE(bed.until([&] { return bed.state() == FeedState::stale; }));
    ASSERT_TRUE(bed.until([&] { return bed.report().json.silences > 0; }));
    ASSERT_TRUE(bed.until([&] { return bed.state() == FeedState::live; }));
    EXPECT_EQ(std::ranges::count(bed.marks, "stale"), 1);
    EXPECT_EQ(std::ranges::count(bed.marks, "live"), 1);
}

TEST(JsonFeed, EndsAConnectionWithTooLongAMessage) {
    JsonBed bed{playing(make_capture(100, 20'000)), 1 << 20,
                [](JsonFeedOptions& feed) { feed.message_bytes_max = 64U << 10; }};
    ASSERT_TRUE(bed.until([&] { return bed.report().json.disconnects > 0; }));
    EXPECT_EQ(bed.snapshots, 0U);
}

TEST(JsonFeed, KeepsTryingWhereTheOtherSideSpeaksNoTls) {
    JsonBed bed{playing(make_capture(1)), 1 << 20,
                [](JsonFeedOptions& feed) { feed.stream.secure = true; }};
    ASSERT_TRUE(bed.until([&] { return bed.report().json.connects > 2; }));
    EXPECT_EQ(bed.state(), FeedState::connecting);
    EXPECT_EQ(bed.marks, Lines{"session"});
}

}  // namespace
}  // namespace tickweir::gateway
