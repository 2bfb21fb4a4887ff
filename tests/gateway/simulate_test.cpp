// What `tickweir simulate` writes: the same bytes again, a feed that reads back as the market, and
// damage that shows as gaps.
#include "gateway/commands/simulate.hpp"

#include <gmock/gmock.h>

#include <sstream>
#include <string>
#include <string_view>

#include "replay/capture.hpp"
#include "tests/replay/support.hpp"

namespace tickweir::gateway {
namespace {

using replay::tests::Buffer;
using replay::tests::read_file;
using replay::tests::TempDir;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr Probability percent(std::uint32_t value) {
    return {value * (Probability::one / 100)};
}

SimulateOptions small(const fs::path& out) {
    SimulateOptions options;
    options.out = out;
    const fs::path packed = out.extension() == ".gz" ? out.stem() : out;
    if (packed.extension() == ".pcap") options.format = SimulateOptions::Format::pcap;
    options.market.seed = 7;
    options.market.instruments = 5;
    options.market.messages = 20'000;
    return options;
}

struct Simulated {
    int status = 0;
    std::string out;
    std::string err;
};

Simulated simulate(const SimulateOptions& options) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = run_simulate(options, out, err);
    return {status, out.str(), err.str()};
}

/// All that a capture delivers, framed, and its counts.
struct Read {
    Buffer frames;
    replay::CaptureTotals totals;
    std::size_t largest_block = 0;
    bool in_order = true;  ///< packets by time
    replay::CaptureStatus status = replay::CaptureStatus::failed;
};

Read read(const fs::path& path) {
    Read read;
    auto capture = replay::Capture::open(path);
    if (!capture) {
        ADD_FAILURE() << capture.error();
        return read;
    }
    replay::Block block;
    std::optional<book::TimeNs> before;
    while ((read.status = capture->next(block)) == replay::CaptureStatus::block) {
        replay::tests::append(read.frames, block.frames);
        capture->consumed(block.frames.size());
        read.largest_block = std::max(read.largest_block, block.frames.size());
        if (before && *block.received < *before) read.in_order = false;
        before = block.received;
    }
    read.totals = capture->totals();
    return read;
}

TEST(Simulate, GivesTheSameBytesAgain) {
    const TempDir directory;
    for (const std::string_view name : {"x.itch", "x.pcap", "x.itch.gz", "x.pcap.gz"}) {
        SimulateOptions options = small(directory / name);
        options.faults = {percent(2), percent(2), percent(2)};
        options.second_line = true;
        const Simulated got = simulate(options);
        EXPECT_EQ(got.status, 0) << got.err;
        EXPECT_THAT(got.out, HasSubstr(options.out.string() + ": 20000 messages, "));
        EXPECT_EQ(got.err, "");
        const Buffer first = read_file(options.out);
        EXPECT_EQ(simulate(options).status, 0);
        EXPECT_TRUE(first == read_file(options.out)) << name;
        options.market.seed = 8;
        EXPECT_EQ(simulate(options).status, 0);
        EXPECT_FALSE(first == read_file(options.out)) << name;
    }
}

TEST(Simulate, APerfectFeedReadsBackAsTheMarket) {
    const TempDir directory;
    SimulateOptions plain = small(directory / "x.itch");
    ASSERT_EQ(simulate(plain).status, 0);
    const Buffer market = read_file(plain.out);
    for (const bool second_line : {false, true}) {
        SimulateOptions feed = small(directory / "x.pcap");
        feed.second_line = second_line;
        ASSERT_EQ(simulate(feed).status, 0);
        const Read got = read(feed.out);
        EXPECT_EQ(got.status, replay::CaptureStatus::end);
        EXPECT_TRUE(got.frames == market);
        EXPECT_TRUE(got.in_order);
        EXPECT_LE(got.largest_block, 1380u) << "a packet has a head of 20 bytes";
        EXPECT_EQ(got.totals.gaps, 0u);
        EXPECT_EQ(got.totals.sessions, 1u);
        EXPECT_EQ(got.totals.ends_of_session, second_line ? 6u : 3u);
        EXPECT_EQ(got.totals.duplicate_messages, second_line ? 20'000u : 0u);
        EXPECT_EQ(got.totals.packets, got.totals.mold_packets);
    }
}

TEST(Simulate, LossOnOneLineIsMadeGoodByTheOther) {
    const TempDir directory;
    SimulateOptions options = small(directory / "x.pcap");
    options.faults.loss = percent(5);
    ASSERT_EQ(simulate(options).status, 0);
    const Read one = read(options.out);
    EXPECT_EQ(one.status, replay::CaptureStatus::end);
    EXPECT_GT(one.totals.lost_messages, 500u);
    EXPECT_LT(one.totals.lost_messages, 2'000u);
    options.second_line = true;
    ASSERT_EQ(simulate(options).status, 0);
    const Read two = read(options.out);
    EXPECT_GT(two.totals.lost_messages, 0u);
    EXPECT_LT(two.totals.lost_messages, 200u);
}

TEST(Simulate, ASecondLineLeavesTheFirstAsItIs) {
    const TempDir directory;
    SimulateOptions options = small(directory / "x.pcap");
    options.faults = {percent(3), percent(3), percent(3)};
    const auto line_a_packets = [&](bool second_line) {
        options.second_line = second_line;
        EXPECT_EQ(simulate(options).status, 0);
        return read(options.out).totals.packets;
    };
    const std::uint64_t alone = line_a_packets(false);
    const std::uint64_t both = line_a_packets(true);
    EXPECT_GT(both, alone + alone / 2);
    EXPECT_EQ(line_a_packets(false), alone);
}

TEST(Simulate, CopiesAreDroppedAndLateOnesPutInTheirPlace) {
    const TempDir directory;
    SimulateOptions options = small(directory / "x.pcap");
    options.faults.duplicate = percent(10);
    ASSERT_EQ(simulate(options).status, 0);
    const Read doubled = read(options.out);
    EXPECT_EQ(doubled.totals.lost_messages, 0u);
    EXPECT_GT(doubled.totals.duplicate_packets, 100u);
    EXPECT_TRUE(doubled.in_order);

    options.faults = {.loss = {}, .duplicate = {}, .reorder = percent(10)};
    ASSERT_EQ(simulate(options).status, 0);
    const Read late = read(options.out);
    EXPECT_EQ(late.totals.lost_messages, 0u);
    EXPECT_EQ(late.totals.duplicate_messages, 0u);
    EXPECT_TRUE(late.frames == doubled.frames);
}

TEST(Simulate, TimesOfPacketsAreOfTheDateAsked) {
    const TempDir directory;
    SimulateOptions options = small(directory / "x.pcap");
    options.date = std::chrono::year{2019} / 7 / 1;
    ASSERT_EQ(simulate(options).status, 0);
    auto capture = replay::Capture::open(options.out);
    ASSERT_TRUE(capture);
    replay::Block block;
    ASSERT_EQ(capture->next(block), replay::CaptureStatus::block);
    using namespace std::chrono_literals;
    const auto directory_time =
        book::TimeNs{std::chrono::sys_days{options.date} + 13h + 29min + 30s};
    EXPECT_GE(*block.received, directory_time);
    EXPECT_LT(*block.received, directory_time + 1ms);
}

TEST(Simulate, SaysWhyAFileCannotBeWritten) {
    const TempDir directory;
    for (const std::string_view name : {"absent/x.itch", "absent/x.pcap"}) {
        const Simulated got = simulate(small(directory / name));
        EXPECT_EQ(got.status, 1);
        EXPECT_EQ(got.out, "");
        EXPECT_THAT(got.err, HasSubstr("tickweir simulate: "));
        EXPECT_THAT(got.err, HasSubstr(std::string{name}));
    }
    SimulateOptions late = small(directory / "late.pcap");
    late.date = std::chrono::year{2200} / 1 / 1;
    EXPECT_EQ(simulate(late).status, 1);
    EXPECT_TRUE(fs::is_empty(directory.path())) << "half a file was left behind";
}

TEST(Simulate, RefusesFewerMessagesThanADayTakes) {
    const TempDir directory;
    SimulateOptions options = small(directory / "x.itch");
    options.market.messages = 10;
    const Simulated got = simulate(options);
    EXPECT_EQ(got.status, 2);
    EXPECT_THAT(got.err, HasSubstr("10"));
    EXPECT_TRUE(fs::is_empty(directory.path()));
}

}  // namespace
}  // namespace tickweir::gateway
