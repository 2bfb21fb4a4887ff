// What a MoldUDP64 feed does about messages that are missing.
#include <gmock/gmock.h>

#include "gateway/live/mold_feed.hpp"
#include "tests/live/mold_bed.hpp"

namespace tickweir::tests {
namespace {

using gateway::FeedReason;
using gateway::FeedState;
using gateway::MoldFeedOptions;
using Asked = FakeServer::Asked;
using namespace std::chrono_literals;

/// A feed that has one server to ask.
struct Asking {
    explicit Asking(MoldFeedOptions options = patient_options()) : bed{with(options, server)} {}

    static MoldFeedOptions with(MoldFeedOptions options, const FakeServer& server) {
        options.servers = {server.address()};
        return options;
    }
    void answer(std::uint64_t first, std::uint64_t last) {
        server.answer(bed.sender.packet(first, last));
        bed.settle();
    }

    FakeServer server;
    MoldBed bed;
};

TEST(MoldFeedGaps, AreFilledByLateness) {
    MoldBed bed;
    bed.send(1, 2);
    bed.send(5, 6);
    EXPECT_EQ(bed.report().mold.missing, 2U);
    EXPECT_EQ(bed.told.text(), "session 1-2");
    bed.send(3, 4);
    EXPECT_EQ(bed.told.text(), "3-6");
    EXPECT_EQ(bed.report().mold.reordered, 1U);
    EXPECT_EQ(bed.report().gaps, 0U);
    EXPECT_EQ(bed.state(), FeedState::live);
}

TEST(MoldFeedGaps, AreFilledFromTheOtherLineBeforeAnybodyIsAsked) {
    FakeServer server;
    MoldBed bed{Asking::with(patient_options(2), server)};
    bed.send(1, 2, 0);
    bed.send(1, 2, 1);
    bed.send(5, 6, 0);
    bed.send(3, 4, 1);
    EXPECT_EQ(bed.told.text(), "session 1-6");
    bed.pass(20s);
    EXPECT_TRUE(server.asked().empty());
    EXPECT_EQ(bed.report().mold.requests, 0U);
}

TEST(MoldFeedGaps, AreFilledByAServer) {
    Asking with;
    with.bed.send(1, 2);
    with.bed.send(5, 6);
    EXPECT_TRUE(with.server.asked().empty());
    with.bed.pass(11s);
    EXPECT_THAT(with.server.asked(), testing::ElementsAre(Asked{3, 2}));
    EXPECT_EQ(with.bed.state(), FeedState::live);
    with.answer(3, 4);
    EXPECT_EQ(with.bed.told.text(), "session 1-6");
    const auto report = with.bed.report();
    EXPECT_EQ(report.gaps, 1U);
    EXPECT_EQ(report.mold.filled, 2U);
    EXPECT_EQ(report.mold.requests, 1U);
    EXPECT_EQ(report.mold.missing, 0U);
    EXPECT_GT(report.mold.last_recovery_ns, 0);
    const auto recoveries =
        with.bed.metrics.latency_of("tickweir_feed_recovery_seconds", {{"feed", "test"}});
    ASSERT_TRUE(recoveries.has_value());
    EXPECT_EQ(recoveries->count(), 1U);
}

TEST(MoldFeedGaps, AreAskedForAgainAfterATime) {
    Asking with;
    with.bed.send(1, 2);
    with.bed.send(4, 4);
    with.bed.pass(11s);
    EXPECT_EQ(with.server.asked().size(), 1U);
    with.bed.pass(61s);
    EXPECT_EQ(with.server.asked().size(), 1U);
    EXPECT_EQ(with.bed.report().mold.timeouts, 1U);
}

TEST(MoldFeedGaps, OnesThatAreGivenUpFreezeTheFeedUntilTheyAreFilled) {
    Asking with;
    with.bed.send(1, 2);
    with.bed.send(5, 6);
    with.bed.pass(301s);
    EXPECT_EQ(with.bed.told.text(), "session 1-2 gap");
    EXPECT_EQ(with.bed.state(), FeedState::recovering);
    EXPECT_EQ(static_cast<FeedReason>(with.bed.report().reason), FeedReason::recovering);
    EXPECT_EQ(with.bed.report().mold.frozen, 1U);
    with.bed.send(7, 8);
    EXPECT_EQ(with.bed.told.text(), "");
    EXPECT_EQ(with.bed.state(), FeedState::recovering);
    with.bed.pass(61s);
    ASSERT_FALSE(with.server.asked().empty());
    with.answer(3, 4);
    EXPECT_EQ(with.bed.told.text(), "3-8 live");
    EXPECT_EQ(with.bed.state(), FeedState::live);
}

TEST(MoldFeedGaps, LoseTheirMessagesWhereNobodyCanBeAsked) {
    MoldBed bed;
    bed.send(1, 2);
    bed.send(5, 6);
    bed.pass(301s);
    EXPECT_EQ(bed.told.text(), "session 1-2 lost 5-6");
    EXPECT_EQ(bed.state(), FeedState::gap);
    bed.send(7, 8);
    EXPECT_EQ(bed.told.text(), "7-8");
    EXPECT_EQ(bed.state(), FeedState::gap);
    EXPECT_EQ(static_cast<FeedReason>(bed.report().reason), FeedReason::lost_messages);
    EXPECT_EQ(bed.report().gaps, 1U);
    EXPECT_EQ(bed.report().lost, 2U);
    bed.sender.set_session("S2");
    bed.send(1, 1);
    EXPECT_EQ(bed.told.text(), "session 1");
    EXPECT_EQ(bed.state(), FeedState::live);
}

TEST(MoldFeedGaps, ALossIsNotForgottenInASilence) {
    MoldFeedOptions options = patient_options();
    options.stale_after = 1000s;
    MoldBed bed{options};
    bed.send(1, 2);
    bed.send(5, 6);
    bed.pass(301s);
    bed.pass(1001s);
    EXPECT_EQ(bed.told.text(), "session 1-2 lost 5-6");
    EXPECT_EQ(bed.state(), FeedState::stale);
    bed.send(7, 7);
    EXPECT_EQ(bed.told.text(), "7");
    EXPECT_EQ(bed.state(), FeedState::gap);
}

TEST(MoldFeedGaps, ASessionThatIsJoinedLateIsFetchedFromItsBeginning) {
    Asking with;
    with.bed.send(101, 102);
    EXPECT_EQ(with.bed.told.text(), "session gap");
    EXPECT_EQ(with.bed.state(), FeedState::recovering);
    EXPECT_THAT(with.server.asked(), testing::ElementsAre(Asked{1, 100}));
    with.answer(1, 60);
    EXPECT_EQ(with.bed.told.text(), "1-60");
    with.answer(61, 100);
    EXPECT_EQ(with.bed.told.text(), "61-102 live");
    EXPECT_EQ(with.bed.state(), FeedState::live);
}

TEST(MoldFeedGaps, ASessionThatIsJoinedLateIsNeverRightWhereNobodyCanBeAsked) {
    MoldBed bed;
    bed.send(101, 102);
    EXPECT_EQ(bed.told.text(), "session lost 101-102");
    EXPECT_EQ(bed.state(), FeedState::gap);
    EXPECT_EQ(bed.report().lost, 100U);
    EXPECT_EQ(bed.report().gaps, 1U);
    bed.send(103, 103);
    EXPECT_EQ(bed.told.text(), "103");
    EXPECT_EQ(bed.state(), FeedState::gap);
}

TEST(MoldFeedGaps, ASilenceDoesNotEndInAHole) {
    MoldFeedOptions options = patient_options();
    options.stale_after = 5s;
    Asking with{options};
    with.bed.send(1, 2);
    with.bed.pass(6s);
    EXPECT_EQ(with.bed.told.text(), "session 1-2 stale");
    with.bed.send(5, 6);
    EXPECT_EQ(with.bed.told.text(), "");
    EXPECT_EQ(with.bed.state(), FeedState::recovering);
    with.bed.send(3, 4);
    EXPECT_EQ(with.bed.told.text(), "3-6 live");
    EXPECT_EQ(with.bed.state(), FeedState::live);
}

TEST(MoldFeedGaps, AHoleAfterASilenceMayBeFilledByAServer) {
    MoldFeedOptions options = patient_options();
    options.stale_after = 20s;
    Asking with{options};
    with.bed.send(1, 2);
    with.bed.pass(21s);
    with.bed.send(5, 6);
    with.bed.pass(11s);
    EXPECT_EQ(with.bed.told.text(), "session 1-2 stale");
    ASSERT_FALSE(with.server.asked().empty());
    with.answer(3, 4);
    EXPECT_EQ(with.bed.told.text(), "3-6 live");
    EXPECT_EQ(with.bed.state(), FeedState::live);
}

TEST(MoldFeedGaps, AFeedThatIsWholeAgainIsNotLiveWhileItsLinesAreSilent) {
    MoldFeedOptions options = patient_options();
    options.stale_after = 1000s;
    Asking with{options};
    with.bed.send(1, 2);
    with.bed.send(5, 6);
    with.bed.pass(301s);
    with.bed.pass(1001s);
    EXPECT_EQ(with.bed.told.text(), "session 1-2 gap");
    EXPECT_EQ(with.bed.state(), FeedState::stale);
    ASSERT_FALSE(with.server.asked().empty());
    with.answer(3, 4);
    EXPECT_EQ(with.bed.told.text(), "3-6 stale");
    EXPECT_EQ(with.bed.state(), FeedState::stale);
    with.bed.send(7, 7);
    EXPECT_EQ(with.bed.told.text(), "7 live");
    EXPECT_EQ(with.bed.state(), FeedState::live);
}

TEST(MoldFeedGaps, AHeartbeatRevealsAHoleAtTheTail) {
    Asking with;
    with.bed.send(1, 2);
    with.bed.send(5, 4);
    EXPECT_EQ(with.bed.report().mold.missing, 2U);
    with.bed.pass(11s);
    EXPECT_THAT(with.server.asked(), testing::ElementsAre(Asked{3, 2}));
}

TEST(MoldFeedGaps, AnswersOfNobodyWhoWasAskedAreDropped) {
    Asking with;
    with.bed.send(1, 2);
    with.bed.send(5, 6);
    with.bed.pass(11s);
    ASSERT_EQ(with.server.asked().size(), 1U);
    with.bed.sender.send({gateway::ipv4_loopback, with.server.client()->port}, 3, 4);
    with.bed.settle();
    EXPECT_EQ(with.bed.report().mold.foreign_answers, 1U);
    EXPECT_EQ(with.bed.told.text(), "session 1-2");
    with.answer(30, 40);
    EXPECT_EQ(with.bed.report().mold.wrong_answers, 1U);
    with.answer(3, 4);
    EXPECT_EQ(with.bed.told.text(), "3-6");
}

TEST(MoldFeedGaps, ANewSessionEndsTheGapOfTheOldOne) {
    Asking with;
    with.bed.send(1, 2);
    with.bed.send(5, 6);
    with.bed.pass(301s);
    EXPECT_EQ(with.bed.told.text(), "session 1-2 gap");
    with.bed.sender.set_session("S2");
    with.bed.send(1, 1);
    EXPECT_EQ(with.bed.told.text(), "session 1");
    EXPECT_EQ(with.bed.state(), FeedState::live);
    EXPECT_EQ(with.bed.report().lost, 2U);
}

TEST(MoldFeedGaps, CountsRequestsThatCannotBeSent) {
    MoldFeedOptions options = patient_options();
    options.servers = {{gateway::Ipv4{0xFF'FF'FF'FF}, 9}};  // broadcast, which is not permitted
    MoldBed bed{options};
    bed.send(1, 2);
    bed.send(5, 6);
    bed.pass(11s);
    EXPECT_EQ(bed.report().mold.requests, 1U);
    EXPECT_EQ(bed.report().mold.requests_failed, 1U);
}

}  // namespace
}  // namespace tickweir::tests
