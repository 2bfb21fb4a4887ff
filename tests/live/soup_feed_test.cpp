#include "gateway/live/soup_feed.hpp"

#include <gmock/gmock.h>

#include "tests/live/soup_bed.hpp"

namespace tickweir::tests {
namespace {

using codecs::soup::RejectReason;
using codecs::soup::Sent;
using gateway::FeedReason;
using gateway::FeedState;
using gateway::SoupFeedOptions;
using namespace std::chrono_literals;

const Login first_login{"USER", "SECRET", "", 1};

/// Logged in to S1, with the first messages taken.
struct Following : SoupBed {
    explicit Following(std::uint64_t messages, SoupFeedOptions options = soup_options(),
                       gateway::RecordTap* tap = nullptr)
        : SoupBed{std::move(options), tap} {
        expect_login(first_login);
        peer->accept("S1", 1, now);
        peer->send(messages, now);
        const std::string run = messages == 1 ? "1" : "1-" + std::to_string(messages);
        expect_told("session stale " + run + " live");
        expect_state(FeedState::live);
    }
};

TEST(SoupFeed, LogsInAndFollowsTheSession) {
    Following bed{3};
    bed.peer->send(2, bed.now);
    bed.expect_told("4-5");
    const auto report = bed.report();
    EXPECT_EQ(report.messages, 5U);
    EXPECT_EQ(report.sessions, 1U);
    EXPECT_EQ(report.session(), "S1");
    EXPECT_EQ(report.next_sequence, 6U);
    EXPECT_EQ(report.soup.connects, 1U);
    EXPECT_EQ(report.soup.logins, 1U);
    EXPECT_GT(report.last_data_ns, 0);
}

TEST(SoupFeed, IsNotLiveBeforeSomethingFollowsTheLogin) {
    SoupBed bed;
    EXPECT_EQ(bed.state(), FeedState::connecting);
    bed.expect_login(first_login);
    bed.peer->accept("S1", 1, bed.now);
    bed.expect_told("session stale");
    EXPECT_EQ(bed.state(), FeedState::recovering);
    EXPECT_TRUE(bed.peer->server().on_tick(bed.now + 2s).ok());  // a heartbeat
    bed.expect_told("live");
    EXPECT_EQ(bed.state(), FeedState::live);
}

TEST(SoupFeed, ComesBackToWhereItWas) {
    Following bed{3};
    bed.cut();
    EXPECT_EQ(bed.told.text(), "stale");
    EXPECT_EQ(bed.state(), FeedState::connecting);
    EXPECT_EQ(static_cast<FeedReason>(bed.report().reason), FeedReason::disconnected);
    bed.pass(1s);
    bed.expect_login({"USER", "SECRET", "S1", 4});
    bed.peer->accept("S1", 4, bed.now);
    bed.peer->send(2, bed.now);
    bed.expect_told("4-5 live");
    EXPECT_EQ(bed.state(), FeedState::live);
    EXPECT_EQ(bed.report().soup.disconnects, 1U);
    EXPECT_EQ(bed.report().sessions, 1U);
}

TEST(SoupFeed, DropsWhatAServerSendsAgain) {
    Following bed{3};
    bed.cut();
    bed.pass(1s);
    bed.expect_login({"USER", "SECRET", "S1", 4});
    bed.peer->accept("S1", 2, bed.now);
    bed.peer->send(4, bed.now);
    bed.expect_told("stale 4-5 live");
    EXPECT_EQ(bed.report().soup.repeated, 2U);
}

TEST(SoupFeed, SaysThatMessagesAreLostWhichTheServerDoesNotHaveAnyMore) {
    Following bed{3};
    bed.cut();
    EXPECT_EQ(bed.told.text(), "stale");
    bed.pass(1s);
    bed.expect_login({"USER", "SECRET", "S1", 4});
    bed.peer->accept("S1", 10, bed.now);
    bed.peer->send(1, bed.now);
    bed.expect_told("lost 10 live");
    EXPECT_EQ(bed.state(), FeedState::gap);
    EXPECT_EQ(bed.report().gaps, 1U);
    EXPECT_EQ(bed.report().lost, 6U);
    // Nor is it forgotten when the connection is lost once more.
    bed.cut();
    bed.pass(1s);
    bed.expect_login({"USER", "SECRET", "S1", 11});
    bed.peer->accept("S1", 11, bed.now);
    bed.peer->send(1, bed.now);
    EXPECT_TRUE(bed.until([&] { return bed.report().messages == 5; }));
    EXPECT_EQ(bed.state(), FeedState::gap);
}

TEST(SoupFeed, TakesUpAnotherSessionThatTheServerGivesInstead) {
    Following bed{3};
    bed.cut();
    bed.pass(1s);
    bed.expect_login({"USER", "SECRET", "S1", 4});
    bed.peer->accept("S2", 1, bed.now);
    bed.peer->send(2, bed.now);
    bed.expect_told("stale session stale 1-2 live");
    EXPECT_EQ(bed.state(), FeedState::live);
    EXPECT_EQ(bed.report().sessions, 2U);
    EXPECT_EQ(bed.report().session(), "S2");
}

TEST(SoupFeed, AsksForTheCurrentSessionWhereItsOwnIsNotAvailableAnyMore) {
    Following bed{3};
    bed.cut();
    bed.pass(1s);
    bed.expect_login({"USER", "SECRET", "S1", 4});
    ASSERT_EQ(bed.peer->server().reject(RejectReason::session_not_available, bed.now), Sent::ok);
    EXPECT_TRUE(bed.until([&] { return bed.report().soup.rejected == 1; }));
    bed.pass(1s);
    bed.expect_login(first_login);
    bed.peer->accept("S2", 1, bed.now);
    bed.peer->send(1, bed.now);
    bed.expect_told("stale session stale 1 live");
    EXPECT_EQ(bed.report().session(), "S2");
}

TEST(SoupFeed, EndsWithTheSessionAndLooksForTheNextOne) {
    Following bed{3};
    bed.peer->send(1, bed.now);
    ASSERT_EQ(bed.peer->server().end_of_session(bed.now), Sent::ok);
    bed.expect_told("4 ended");
    EXPECT_EQ(bed.state(), FeedState::ended);
    EXPECT_EQ(bed.report().soup.disconnects, 0U);
    for (unsigned round = 0; round < 2; ++round) {
        bed.pass(10s);
        bed.expect_login({"USER", "SECRET", "S1", 5});
        bed.peer->accept("S1", 5, bed.now);
        ASSERT_EQ(bed.peer->server().end_of_session(bed.now), Sent::ok);
        EXPECT_TRUE(bed.until([&] { return bed.peer->closed(); }));
        EXPECT_EQ(bed.told.text(), "");
        EXPECT_EQ(bed.state(), FeedState::ended);
    }
    bed.pass(10s);
    bed.expect_login({"USER", "SECRET", "S1", 5});
    bed.peer->accept("S2", 1, bed.now);
    bed.peer->send(1, bed.now);
    bed.expect_told("session stale 1 live");
    EXPECT_EQ(bed.state(), FeedState::live);
}

TEST(SoupFeed, GoesOnWithASessionThatWasSaidToBeOver) {
    Following bed{3};
    ASSERT_EQ(bed.peer->server().end_of_session(bed.now), Sent::ok);
    bed.expect_told("ended");
    bed.pass(10s);
    bed.expect_login({"USER", "SECRET", "S1", 4});
    bed.peer->accept("S1", 4, bed.now);
    bed.peer->send(1, bed.now);
    bed.expect_told("4 live");
    EXPECT_EQ(bed.state(), FeedState::live);
}

TEST(SoupFeed, TriesSeldomWhereItIsNotLetIn) {
    SoupFeedOptions options = soup_options();
    options.reconnect = 100ms;
    options.reconnect_max = 10s;
    SoupBed bed{options};
    bed.expect_login(first_login);
    ASSERT_EQ(bed.peer->server().reject(RejectReason::not_authorised, bed.now), Sent::ok);
    EXPECT_TRUE(bed.until([&] { return bed.report().soup.rejected == 1; }));
    ASSERT_TRUE(bed.feed.next_due().has_value());
    EXPECT_GE(*bed.feed.next_due() - bed.now, 4s);
    EXPECT_EQ(bed.told.text(), "");
    bed.pass(10s);
    bed.expect_login(first_login);
}

TEST(SoupFeed, TriesAgainAndAgainWhereNobodyListens) {
    SoupFeedOptions options = soup_options();
    {
        SoupListener gone;
        options.server = gone.address();
    }
    FeedBed bed;
    gateway::SoupFeed feed{options, bed.inputs(), bed.reactor, 7, bed.now};
    EXPECT_TRUE(bed.until(feed, [&] { return feed.status().load().soup.connects >= 1; }));
    std::chrono::nanoseconds longest{};
    for (unsigned attempt = 0; attempt < 12; ++attempt) {
        ASSERT_TRUE(feed.next_due().has_value());
        const auto before = feed.status().load().soup.connects;
        bed.now = std::max(bed.now, *feed.next_due());
        EXPECT_TRUE(bed.until(feed, [&] { return feed.status().load().soup.connects > before; }));
        longest = std::max(longest, *feed.next_due() - bed.now);
    }
    EXPECT_GE(longest, 5s);
    EXPECT_LE(longest, 15s);
    EXPECT_EQ(bed.state(feed), FeedState::connecting);
    EXPECT_EQ(bed.told.text(), "");
}

TEST(SoupFeed, IsStaleInASilence) {
    SoupFeedOptions options = soup_options();
    options.stale_after = 5s;
    Following bed{2, options};
    bed.pass(6s);
    EXPECT_EQ(bed.told.text(), "stale");
    EXPECT_EQ(bed.state(), FeedState::stale);
    bed.peer->send(1, bed.now);
    bed.expect_told("3 live");
    EXPECT_EQ(bed.state(), FeedState::live);
}

TEST(SoupFeed, LeavesAServerThatIsSilentForTooLong) {
    SoupFeedOptions options = soup_options();
    options.login.limits.silence = 15s;
    Following bed{2, options};
    bed.pass(16s);
    EXPECT_EQ(bed.told.text(), "stale");
    EXPECT_EQ(bed.report().soup.faults, 1U);
    EXPECT_EQ(bed.report().soup.disconnects, 1U);
    EXPECT_EQ(bed.state(), FeedState::connecting);
}

TEST(SoupFeed, LeavesAServerThatBreaksTheProtocol) {
    Following bed{2};
    // A second answer to the login.
    const SoupPeer* const before = bed.peer.get();
    ASSERT_NE(before, nullptr);
    ASSERT_EQ(bed.peer->server().send_debug({}, bed.now), Sent::ok);
    bed.settle();
    EXPECT_EQ(bed.report().soup.faults, 0U);
    ASSERT_EQ(bed.peer->server().send_unsequenced(numbered(1), bed.now), Sent::ok);
    EXPECT_TRUE(bed.until([&] { return bed.report().soup.unsequenced == 1; }));
    bed.peer->send_raw({std::byte{0}, std::byte{1}, std::byte{'?'}});
    EXPECT_TRUE(bed.until([&] { return bed.report().soup.faults == 1; }));
    EXPECT_EQ(bed.told.text(), "stale");
}

TEST(SoupFeed, GivesUpALoginThatIsNotAnswered) {
    SoupBed bed;
    bed.expect_login(first_login);
    bed.pass(16s);
    EXPECT_EQ(bed.report().soup.faults, 1U);
    EXPECT_EQ(bed.report().soup.disconnects, 0U);
    bed.pass(1s);
    bed.expect_login(first_login);
}

TEST(SoupFeed, KeepsTheServerFromTakingItForDead) {
    Following bed{1};
    bed.pass(2s);
    EXPECT_TRUE(bed.until([&] { return bed.peer->heartbeats() > 0; }));
}

TEST(SoupFeed, WaitsForAShardThatHasNoRoomAndLosesNothing) {
    Following bed{1};
    constexpr std::uint64_t messages = 40'000;
    std::uint64_t sent = 1;
    const auto push = [&] {
        while (sent < messages) {
            if (bed.peer->server().send_sequenced(numbered(sent + 1), bed.now) != Sent::ok) break;
            ++sent;
        }
        bed.peer->pump(bed.now);
    };
    for (unsigned round = 0; round < 100'000 && bed.report().waits == 0; ++round) {
        push();
        bed.now += 1ms;
        bed.reactor.poll();
        bed.feed.turn(bed.now);  // nobody takes what it sends
    }
    EXPECT_GT(bed.report().waits, 0U);
    EXPECT_FALSE(bed.feed.has_work());
    std::string told;
    EXPECT_TRUE(bed.until([&] {
        bed.now += 1ms;
        push();
        return bed.report().messages == messages;
    }));
    EXPECT_EQ(bed.told.text(), "2-" + std::to_string(messages));
}

TEST(SoupFeed, TakesMessagesOfAnyLength) {
    Following bed{1};
    // A message that is longer than what records hold otherwise, and one of no length.
    std::vector<std::byte> message(60'000, std::byte{'0'});
    message[0] = std::byte{'T'};
    message.back() = std::byte{'2'};
    ASSERT_EQ(bed.peer->server().send_sequenced(message, bed.now), Sent::ok);
    EXPECT_TRUE(bed.until([&] { return bed.report().messages == 2; }));
    ASSERT_EQ(bed.peer->server().send_sequenced({}, bed.now), Sent::ok);
    EXPECT_TRUE(bed.until([&] { return bed.report().next_sequence == 4; }));
    EXPECT_EQ(bed.report().messages, 2U);
    EXPECT_EQ(bed.told.text(), "2");
}

TEST(SoupFeed, HandsMessagesToTheRecorder) {
    book::ByteRing recorded{1U << 20};
    gateway::RecordTap tap{2, recorded, nullptr, gateway::RecordFormat::pcap};
    Following bed{3, soup_options(), &tap};
    const auto record = recorded.front();
    ASSERT_NE(record.data(), nullptr);
    gateway::TapHeader header;
    std::memcpy(&header, record.data(), sizeof header);
    EXPECT_EQ(header.feed, 2U);
    EXPECT_EQ(header.destination_port, 0U);
    EXPECT_EQ(header.sequence, 1U);
    EXPECT_EQ(header.count, 3U);
    EXPECT_EQ(header.session.view(), "S1");
}

TEST(SoupFeed, LogsOutWhenItIsStopped) {
    Following bed{1};
    bed.feed.stop(bed.now);
    EXPECT_TRUE(bed.feed.stopped());
    EXPECT_TRUE(bed.until([&] { return bed.peer->logged_out(); }));
    EXPECT_FALSE(bed.feed.has_work());
    EXPECT_FALSE(bed.feed.next_due().has_value());
}

}  // namespace
}  // namespace tickweir::tests
