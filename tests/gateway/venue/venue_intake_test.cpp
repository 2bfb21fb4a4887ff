// From two rings into queues and answers: the order of arrival, cancels of what still waits,
// limits and modes.
#include "tests/gateway/venue/venue_intake_bed.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using tests::cancel;
using tests::line_of;
using tests::mass_cancel;
using tests::new_order;
using tests::replace;
using tests::RequestRings;
using txn::CommandClass;
using Lines = std::vector<std::string>;

TEST_F(VenueIntakeTest, ExecutesUrgentOnesFirstAndOthersInTheOrderOfTheirArrival) {
    push(new_order("a"));
    push(new_order("b"));
    push(cancel("c", "x"));
    push(new_order("d"));
    drain();
    EXPECT_EQ(executed(), (Lines{"c", "a", "b", "d"}));
    EXPECT_EQ(told(), Lines{});
    EXPECT_TRUE(intake_.empty());
}

TEST_F(VenueIntakeTest, TakesAnOrderThatIsCancelledOutOfItsQueue) {
    push(new_order("a"));
    push(new_order("b"));
    push(cancel("c", "a"));
    drain();
    EXPECT_EQ(executed(), Lines{"b"});
    EXPECT_EQ(told(), Lines{"withdrawn 1 a by c"});
    EXPECT_EQ(intake_.counts().withdrawn, 1u);
}

TEST_F(VenueIntakeTest, FindsWhatWasQueuedInAnEarlierTurn) {
    push(new_order("a"));
    drain();
    push(cancel("c", "a"));
    drain();
    EXPECT_EQ(executed(), Lines{});
    EXPECT_EQ(told(), Lines{"withdrawn 1 a by c"});
}

TEST_F(VenueIntakeTest, LeavesAnOrderThatIsBeingExecutedToTheVenue) {
    push(new_order("a"));
    drain();
    ASSERT_NE(intake_.next(now_), nullptr);
    push(cancel("c", "a"));
    drain();
    EXPECT_EQ(executed(), (Lines{"a", "c"}));
    EXPECT_EQ(told(), Lines{});
}

TEST_F(VenueIntakeTest, KeepsSessionsApart) {
    push(new_order("a", 1));
    push(new_order("a", 2));
    push(cancel("c", "a", 2));
    drain();
    EXPECT_EQ(executed(), Lines{"a"});
    EXPECT_EQ(told(), Lines{"withdrawn 2 a by c"});
}

TEST_F(VenueIntakeTest, DoesNotCancelWhatCameLater) {
    push(cancel("c", "a"));
    push(new_order("a"));
    drain();
    EXPECT_EQ(executed(), (Lines{"c", "a"}));
    EXPECT_EQ(told(), Lines{});
}

TEST_F(VenueIntakeTest, CancelsTheOrderBehindAReplaceThatStillWaits) {
    push(replace("r", "a"));
    push(cancel("c", "r"));
    drain();
    const VenueRequest* const request = intake_.next(now_);
    ASSERT_NE(request, nullptr);
    EXPECT_EQ(original_of(request->command.body).view(), "a");
    EXPECT_EQ(request_id_of(request->command.body).view(), "c");
    intake_.done();
    EXPECT_EQ(executed(), Lines{});
    EXPECT_EQ(told(), Lines{"withdrawn 1 r by c"});
}

TEST_F(VenueIntakeTest, CancelsAChainOfReplacesDownToTheOrderThatWaits) {
    push(new_order("a"));
    push(replace("r", "a"));
    push(replace("s", "r"));
    push(cancel("c", "s"));
    drain();
    EXPECT_EQ(executed(), Lines{});
    EXPECT_EQ(told(), (Lines{"withdrawn 1 s by c", "withdrawn 1 r by c", "withdrawn 1 a by c"}));
}

TEST_F(VenueIntakeTest, LetsNoReplaceOvertakeItsOrder) {
    push(new_order("a"));
    push(replace("r", "a", CommandClass::risk_reducing));
    push(replace("s", "x", CommandClass::risk_reducing));
    drain();
    EXPECT_EQ(executed(), (Lines{"s", "a", "r"}));
}

TEST_F(VenueIntakeTest, TakesAllThatAMassCancelMatchesOutOfTheQueues) {
    push(new_order("a", 1));
    push(new_order("b", 2));
    VenueRequest sell = new_order("d", 1);
    std::get<txn::NewOrder>(sell.command.body).side = txn::Side::sell;
    push(sell);
    VenueRequest mass = mass_cancel("q", 1);
    std::get<txn::MassCancel>(mass.command.body).side = txn::Side::buy;
    push(mass);
    push(new_order("e", 1));
    drain();
    EXPECT_EQ(executed(), (Lines{"q", "b", "d", "e"}));
    EXPECT_EQ(told(), Lines{"withdrawn 1 a by q"});
}

TEST_F(VenueIntakeTest, KeepsLongLivedOrdersWhereADisconnectionDoes) {
    VenueRequest gtc = new_order("g", 1);
    std::get<txn::NewOrder>(gtc.command.body).time_in_force = txn::TimeInForce::gtc;
    push(gtc);
    push(new_order("d", 1));
    VenueRequest mass = mass_cancel("", 0);  // the operator's
    std::get<txn::MassCancel>(mass.command.body).session = txn::SessionId{1};
    std::get<txn::MassCancel>(mass.command.body).keep_long_lived = true;
    push(mass);
    drain();
    EXPECT_EQ(executed(), (Lines{"", "g"}));
    EXPECT_EQ(told(), Lines{"withdrawn 1 d by "});
}

TEST_F(VenueIntakeTest, AnswersWhatItsClassHasNoRoomFor) {
    for (const char* const id : {"a", "b", "c", "d", "e", "f"})
        push(new_order(id));
    drain();
    EXPECT_EQ(told(), (Lines{"shed queue_full 1 e", "shed queue_full 1 f"}));
    EXPECT_EQ(executed(), (Lines{"a", "b", "c", "d"}));
    EXPECT_EQ(intake_.counts().shed[3][static_cast<std::size_t>(ShedCause::queue_full)], 2u);
}

TEST_F(VenueIntakeTest, LeavesUrgentOnesInTheirRingWhereThereIsNoRoom) {
    for (const char* const id : {"a", "b", "c", "d", "e", "f"})
        push(cancel(id, "x"));
    drain();
    EXPECT_EQ(told(), Lines{});
    EXPECT_EQ(intake_.counts().blocked, 1u);
    EXPECT_EQ(executed(), (Lines{"a", "b", "c", "d"}));
    drain();
    EXPECT_EQ(executed(), (Lines{"e", "f"}));
}

TEST_F(VenueIntakeTest, AnswersWhatWaitedTooLongAndNeverCancels) {
    push(new_order("a"));
    push(cancel("c", "x"));
    drain();
    now_ += 100ms;
    EXPECT_EQ(intake_.expire(now_, 10), 0u);
    now_ += 1ns;
    EXPECT_EQ(intake_.expire(now_, 10), 1u);
    EXPECT_EQ(told(), Lines{"shed queue_delay 1 a"});
    EXPECT_EQ(executed(), Lines{"c"});
}

TEST_F(VenueIntakeTest, AnswersWhatTheModeRefusesWithItsCause) {
    push(new_order("a"));
    drain();
    intake_.set_mode(LoadMode::cancel_only, ShedCause::disk_full);
    push(new_order("b"));
    push(cancel("c", "x"));
    drain();
    EXPECT_EQ(intake_.expire(now_, 10), 1u);
    EXPECT_EQ(told(), (Lines{"shed disk_full 1 b", "shed disk_full 1 a"}));
    EXPECT_EQ(executed(), Lines{"c"});
}

TEST_F(VenueIntakeTest, AnswersEverythingOnceItIsStopped) {
    push(new_order("a"));
    push(cancel("c", "x"));
    drain();
    intake_.set_mode(LoadMode::stopped, ShedCause::stopped);
    push(cancel("d", "a"));
    drain();
    EXPECT_EQ(intake_.expire(now_, 10), 2u);
    EXPECT_EQ(executed(), Lines{});
    EXPECT_EQ(told(), (Lines{"shed stopped 1 d", "shed stopped 1 c", "shed stopped 1 a"}));
}

TEST_F(VenueIntakeTest, NamesTheOrderThatARefusedReplaceIsOf) {
    VenueRequest request = replace("r", "a");
    request.command.envelope.sequence = 17;
    std::get<txn::ReplaceOrder>(request.command.body).order = txn::OrderId{99};
    push(request);
    drain();
    ASSERT_NE(intake_.next(now_), nullptr);
    intake_.shed(ShedCause::log_behind);
    ASSERT_TRUE(intake_.tell(rings_.report_ring()));
    const auto reports = rings_.reports();
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_EQ(reports[0].shed, ShedCause::log_behind);
    EXPECT_EQ(reports[0].event.original.view(), "a");
    EXPECT_EQ(reports[0].event.order.order, txn::OrderId{99});
    EXPECT_EQ(reports[0].event.sequence, 17u);
    EXPECT_EQ(reports[0].lsn, txn::log::Lsn{});
}

TEST_F(VenueIntakeTest, KeepsAnswersThatFindNoRoomAndThenLeavesTheRings) {
    RequestRings narrow{64, 1};
    for (int i = 0; i < 60; ++i)
        ASSERT_TRUE(narrow.push(new_order(std::to_string(i))));
    (void)intake_.drain(narrow.input(), now_);
    EXPECT_FALSE(intake_.tell(narrow.report_ring()));
    EXPECT_GT(narrow.input().ordinary->size_approx(), 0u);
    // However long it takes, nothing is lost, and in the order in which it came.
    std::vector<std::string> lines;
    for (int i = 0; i < 100; ++i) {
        (void)intake_.drain(narrow.input(), now_);
        (void)intake_.tell(narrow.report_ring());
        for (const VenueReport& report : narrow.reports())
            lines.push_back(line_of(report));
    }
    ASSERT_EQ(lines.size(), 56u);
    EXPECT_EQ(lines.front(), "shed queue_full 1 4");
    EXPECT_EQ(lines.back(), "shed queue_full 1 59");
    EXPECT_EQ(executed(), (Lines{"0", "1", "2", "3"}));
}

}  // namespace
}  // namespace tickweir::gateway
