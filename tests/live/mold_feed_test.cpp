#include "gateway/live/mold_feed.hpp"

#include <gmock/gmock.h>
#include <netinet/in.h>

#include "gateway/commands/session_clock.hpp"
#include "tests/live/mold_bed.hpp"

namespace tickweir::tests {
namespace {

using gateway::FeedReason;
using gateway::FeedState;
using gateway::MoldFeed;
using gateway::MoldFeedOptions;
using namespace std::chrono_literals;

TEST(MoldFeed, FollowsAStreamFromItsFirstMessage) {
    MoldBed bed;
    EXPECT_EQ(bed.state(), FeedState::connecting);
    const auto before = gateway::wall_clock_now();
    bed.send(1, 5);
    bed.send(6, 9);
    bed.send(10, 9);  // a heartbeat
    EXPECT_EQ(bed.told.text(), "session 1-9");
    EXPECT_EQ(bed.state(), FeedState::live);
    const auto report = bed.report();
    EXPECT_EQ(report.messages, 9U);
    EXPECT_EQ(report.sessions, 1U);
    EXPECT_EQ(report.next_sequence, 10U);
    EXPECT_EQ(report.session(), "S1");
    EXPECT_EQ(report.mold.lines[0].packets, 3U);
    EXPECT_EQ(report.mold.lines[0].first, 9U);
    EXPECT_EQ(report.gaps, 0U);
    EXPECT_GE(bed.last_header.received_ns, before.time_since_epoch().count());
    EXPECT_LE(bed.last_header.received_ns, gateway::wall_clock_now().time_since_epoch().count());
}

TEST(MoldFeed, CountsTimesFromTheExchangesMidnight) {
    MoldFeedOptions options = patient_options();
    options.timezone = "Asia/Tokyo";
    MoldBed bed{options};
    bed.send(1, 1);
    const auto clock = gateway::SessionClock::make("Asia/Tokyo", std::nullopt, {});
    ASSERT_TRUE(clock);
    const book::TimeNs received{std::chrono::nanoseconds{bed.last_header.received_ns}};
    EXPECT_EQ(bed.last_header.midnight_ns,
              clock->to_utc(clock->date_of(received), 0).time_since_epoch().count());
}

TEST(MoldFeed, TakesTheFirstCopyOfTwoLines) {
    MoldBed bed{patient_options(2)};
    bed.send(1, 3, 0);
    bed.send(1, 3, 1);
    bed.send(4, 6, 1);
    bed.send(4, 6, 0);
    EXPECT_EQ(bed.told.text(), "session 1-6");
    const auto report = bed.report();
    EXPECT_EQ(report.mold.lines[0].first, 3U);
    EXPECT_EQ(report.mold.lines[1].first, 3U);
    EXPECT_EQ(report.mold.duplicates, 6U);
}

TEST(MoldFeed, TakesPacketsInTheOrderInWhichTheKernelHadThem) {
    const KernelStamps stamps;
    ASSERT_TRUE(stamps.begun());
    MoldBed bed{patient_options(2)};
    // All of it waits in the sockets before the feed has a turn.
    for (std::uint64_t n = 1; n <= 200; ++n)
        bed.sender.send(bed.line(n % 2), n, n);
    bed.settle();
    EXPECT_EQ(bed.told.text(), "session 1-200");
    EXPECT_EQ(bed.report().mold.reordered, 0U);
}

TEST(MoldFeed, DoesABoundedAmountInATurn) {
    MoldBed bed;
    for (std::uint64_t n = 1; n <= 100; ++n)
        bed.sender.send(bed.line(), n, n);
    bed.reactor.poll();
    EXPECT_TRUE(bed.feed.has_work());
    EXPECT_TRUE(bed.feed.turn(bed.now));
    EXPECT_EQ(bed.report().messages, 16U);
    EXPECT_TRUE(bed.feed.has_work());
    bed.settle();
    EXPECT_EQ(bed.report().messages, 100U);
    EXPECT_FALSE(bed.feed.has_work());
}

TEST(MoldFeed, LeavesOutMessagesOfLengthZero) {
    MoldBed bed;
    std::vector<std::byte> room(256);
    codecs::mold::PacketWriter writer{room, codecs::Alpha<10>{"S1"}, 1};
    ASSERT_TRUE(writer.append(numbered(1)));
    ASSERT_TRUE(writer.append({}));
    ASSERT_TRUE(writer.append(numbered(3)));
    const codecs::Bytes packet = writer.finish();
    bed.sender.send(bed.line(), {packet.begin(), packet.end()});
    bed.settle();
    bed.send(4, 4);
    EXPECT_EQ(bed.told.text(), "session 1 3-4");
    EXPECT_EQ(bed.report().next_sequence, 5U);
}

TEST(MoldFeed, CountsWhatIsNoPacketAndDoesNotTakeItForASignOfLife) {
    MoldBed bed;
    bed.sender.send(bed.line(), std::vector<std::byte>(5));
    bed.sender.send(bed.line(), std::vector<std::byte>{});
    bed.settle();
    EXPECT_EQ(bed.report().mold.bad_packets, 2U);
    EXPECT_EQ(bed.state(), FeedState::connecting);
    EXPECT_EQ(bed.report().last_data_ns, 0);
    EXPECT_EQ(bed.told.text(), "");
}

TEST(MoldFeed, IsStaleWhileNothingComesAndLiveAgainWithTheNextPacket) {
    MoldFeedOptions options = patient_options();
    options.stale_after = 5s;
    MoldBed bed{options};
    bed.send(1, 3);
    bed.pass(4s);
    EXPECT_EQ(bed.told.text(), "session 1-3");
    ASSERT_TRUE(bed.feed.next_due().has_value());
    bed.pass(6s);
    EXPECT_EQ(bed.told.text(), "stale");
    EXPECT_EQ(bed.state(), FeedState::stale);
    EXPECT_EQ(static_cast<FeedReason>(bed.report().reason), FeedReason::silent);
    bed.send(4, 3);
    EXPECT_EQ(bed.told.text(), "live");
    EXPECT_EQ(bed.state(), FeedState::live);
    bed.send(4, 4);
    EXPECT_EQ(bed.told.text(), "4");
}

TEST(MoldFeed, IsNotStaleBecauseItWasItselfThatDidNotRead) {
    MoldFeedOptions options = patient_options();
    options.stale_after = 5s;
    MoldBed bed{options};
    bed.send(1, 1);
    for (std::uint64_t n = 2; n <= 60; ++n)
        bed.sender.send(bed.line(), n, n);
    bed.now += 1h;
    bed.reactor.poll();
    bed.feed.turn(bed.now);
    bed.take();
    EXPECT_EQ(bed.told.text(), "session 1-17");
    EXPECT_EQ(bed.state(), FeedState::live);
}

TEST(MoldFeed, NeverIsStaleWhereThatIsSwitchedOff) {
    MoldFeedOptions options = patient_options();
    options.stale_after = 0ms;
    MoldBed bed{options};
    bed.send(1, 3);
    EXPECT_FALSE(bed.feed.next_due().has_value());
    bed.pass(std::chrono::hours{24});
    EXPECT_EQ(bed.told.text(), "session 1-3");
    EXPECT_EQ(bed.state(), FeedState::live);
}

TEST(MoldFeed, EndsWithItsSessionAndBeginsWithTheNext) {
    MoldFeedOptions options = patient_options();
    options.stale_after = 5s;
    MoldBed bed{options};
    bed.send(1, 3);
    bed.sender.end(bed.line(), 4);
    bed.sender.end(bed.line(), 4);
    bed.settle();
    EXPECT_EQ(bed.told.text(), "session 1-3 ended");
    EXPECT_EQ(bed.state(), FeedState::ended);
    bed.pass(10s);
    EXPECT_EQ(bed.told.text(), "");
    EXPECT_EQ(bed.state(), FeedState::ended);
    bed.sender.set_session("S2");
    bed.send(1, 2);
    EXPECT_EQ(bed.told.text(), "session 1-2");
    EXPECT_EQ(bed.state(), FeedState::live);
    EXPECT_EQ(bed.report().session(), "S2");
    EXPECT_EQ(bed.report().sessions, 2U);
    bed.sender.set_session("S1");
    bed.send(9, 9);
    EXPECT_EQ(bed.report().mold.other_session, 1U);
    EXPECT_EQ(bed.told.text(), "");
}

TEST(MoldFeed, WaitsForAShardThatHasNoRoomAndLosesNothing) {
    MoldBed bed;
    constexpr std::uint64_t packet_messages = 4'000;
    constexpr std::uint64_t packets = 40;
    for (std::uint64_t i = 0; i < packets; ++i) {
        bed.sender.send(bed.line(), i * packet_messages + 1, (i + 1) * packet_messages);
        bed.reactor.poll();
        bed.feed.turn(bed.now);
    }
    EXPECT_GT(bed.report().waits, 0U);
    EXPECT_LT(bed.report().messages, packets * packet_messages);
    EXPECT_FALSE(bed.feed.has_work());
    ASSERT_TRUE(bed.feed.next_due().has_value());
    EXPECT_GT(*bed.feed.next_due(), bed.now);
    EXPECT_FALSE(bed.reactor.poll());  // a thread could sleep although packets wait
    for (unsigned round = 0; round < 1'000 && bed.report().messages < packets * packet_messages;
         ++round) {
        bed.take();
        bed.pass(1ms);
    }
    EXPECT_EQ(bed.told.text(), "session 1-" + std::to_string(packets * packet_messages));
    EXPECT_EQ(bed.report().gaps, 0U);
    EXPECT_EQ(bed.report().mold.lines[0].kernel_drops, 0U);
}

TEST(MoldFeed, CountsWhatTheKernelDroppedAndAsksForIt) {
    FakeServer server;
    MoldFeedOptions options = patient_options();
    options.receive_buffer_bytes = 16U << 10;
    options.servers = {server.address()};
    MoldBed bed{options};
    for (std::uint64_t i = 0; i < 100; ++i)
        bed.sender.send(bed.line(), i * 100 + 1, (i + 1) * 100);
    bed.settle();
    bed.send(10'001, 10'001);
    const auto drops = bed.report().mold.lines[0].kernel_drops;
    EXPECT_GT(drops, 0U);
    EXPECT_EQ(bed.report().mold.missing, drops * 100);
    bed.pass(11s);
    std::uint64_t asked = 0;
    for (const auto& request : server.asked())
        asked += request.count;
    EXPECT_EQ(asked, bed.report().mold.missing);
    EXPECT_EQ(bed.report().gaps, 1U);
}

TEST(MoldFeed, HandsEveryDatagramToTheRecorder) {
    book::ByteRing recorded{1U << 20};
    gateway::RecordTap tap{3, recorded, nullptr, gateway::RecordFormat::pcap};
    MoldBed bed{patient_options(2), &tap};
    bed.send(1, 3, 0);
    bed.send(1, 3, 1);
    bed.sender.send(bed.line(), std::vector<std::byte>(5));
    bed.settle();
    std::vector<std::pair<gateway::TapHeader, std::size_t>> seen;
    for (auto record = recorded.front(); record.data() != nullptr; record = recorded.front()) {
        gateway::TapHeader header;
        std::memcpy(&header, record.data(), sizeof header);
        seen.emplace_back(header, record.size() - sizeof header);
        recorded.advance();
    }
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0].first.feed, 3U);
    EXPECT_EQ(seen[0].first.destination_port, bed.line(0).port);
    EXPECT_EQ(seen[1].first.destination_port, bed.line(1).port);
    EXPECT_EQ(seen[0].first.destination_address, gateway::ipv4_loopback.number);
    EXPECT_EQ(seen[0].first.source_port, bed.sender.socket().address().port);
    EXPECT_GT(seen[0].first.received_ns, 0);
    EXPECT_EQ(seen[0].second, bed.sender.packet(1, 3).size());
    EXPECT_EQ(seen[2].second, 5U);
}

TEST(MoldFeed, HandsMessagesInSequenceToARecorderThatWantsThose) {
    book::ByteRing recorded{1U << 20};
    gateway::RecordTap tap{0, recorded, nullptr, gateway::RecordFormat::itch};
    MoldBed bed{patient_options(), &tap};
    bed.send(1, 2);
    bed.send(5, 6);
    bed.send(3, 4);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> runs;
    for (auto record = recorded.front(); record.data() != nullptr; record = recorded.front()) {
        gateway::TapHeader header;
        std::memcpy(&header, record.data(), sizeof header);
        EXPECT_EQ(header.destination_port, 0U);
        EXPECT_EQ(header.session.view(), "S1");
        runs.emplace_back(header.sequence, header.count);
        recorded.advance();
    }
    EXPECT_THAT(runs,
                testing::ElementsAre(std::pair{1U, 2U}, std::pair{3U, 2U}, std::pair{5U, 2U}));
}

TEST(MoldFeed, NamesTheAddressThatCannotBeOpened) {
    gateway::UdpSocket taken = loopback_socket();
    MoldFeedOptions options = patient_options();
    options.lines[0].address = taken.address();
    try {
        MoldBed bed{options};
        FAIL() << "opened an address that is in use";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("feed test"));
        EXPECT_THAT(error.what(), testing::HasSubstr(gateway::udp_url(taken.address())));
        EXPECT_THAT(error.what(), testing::HasSubstr("in use"));
    }
}

TEST(MoldFeed, RefusesAnUnknownTimeZone) {
    MoldFeedOptions options = patient_options();
    options.timezone = "Mars/Olympus";
    try {
        MoldBed bed{options};
        FAIL() << "took a time zone that is not there";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("Mars/Olympus"));
    }
}

TEST(MoldFeed, TakesNothingMoreOnceStopped) {
    MoldBed bed;
    bed.send(1, 1);
    bed.feed.stop(bed.now);
    EXPECT_TRUE(bed.feed.stopped());
    bed.send(2, 2);
    EXPECT_EQ(bed.told.text(), "session 1");
    EXPECT_FALSE(bed.feed.has_work());
    EXPECT_FALSE(bed.feed.next_due().has_value());
}

TEST(MoldFeed, JoinsAMulticastGroup) {
    constexpr gateway::UdpAddress group{gateway::Ipv4{0xEF'FF'4D'4D}, 0};
    MoldFeedOptions options = patient_options();
    options.lines[0] = {group, gateway::ipv4_loopback};
    std::unique_ptr<MoldBed> bed;
    try {
        bed = std::make_unique<MoldBed>(options);
    } catch (const std::runtime_error& error) {
        GTEST_SKIP() << "no multicast here: " << error.what();
    }
    in_addr loopback{};
    loopback.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::setsockopt(bed->sender.socket().fd(), IPPROTO_IP, IP_MULTICAST_IF, &loopback,
                           sizeof loopback),
              0);
    if (!bed->sender.socket().send(bed->sender.packet(1, 4), bed->line()))
        GTEST_SKIP() << "no multicast over loopback here";
    bed->settle();
    EXPECT_EQ(bed->told.text(), "session 1-4");
}

}  // namespace
}  // namespace tickweir::tests
