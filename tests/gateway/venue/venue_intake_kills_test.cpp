// Kills: what they take out of queues and rings, however long it waits there.
#include "tests/gateway/venue/venue_intake_bed.hpp"

namespace tickweir::gateway {
namespace {

using tests::new_order;
using Lines = std::vector<std::string>;

TEST_F(VenueIntakeTest, KillsTheOneThatIsNextToo) {
    push(new_order("a", 1));
    push(new_order("b", 2));
    push(new_order("c", 1));
    drain();
    ASSERT_NE(intake_.next(now_), nullptr);
    const auto under_way = intake_.begin_kill(kill_of(1));
    ASSERT_TRUE(under_way);
    EXPECT_EQ(intake_.end_kill(*under_way, 0), 2u);
    EXPECT_EQ(executed(), Lines{"b"});
    EXPECT_EQ(told(), (Lines{"withdrawn 1 c by ", "withdrawn 1 a by "}));
}

TEST_F(VenueIntakeTest, KillsWhatComesOutOfARingUntilItIsAnsweredAndWhatIsInItThen) {
    push(new_order("a", 1));
    const auto kill = intake_.begin_kill(kill_of(1));
    ASSERT_TRUE(kill);
    push(new_order("b", 2));
    push(new_order("c", 1));
    drain();
    EXPECT_EQ(told(), (Lines{"withdrawn 1 a by ", "withdrawn 1 c by "}));
    push(new_order("d", 1));
    push(new_order("e", 2));
    push(new_order("f", 1));
    EXPECT_EQ(intake_.end_kill(*kill, rings_.input().ordinary->size_approx()), 2u);
    push(new_order("g", 1));
    drain();
    EXPECT_EQ(told(), (Lines{"withdrawn 1 d by ", "withdrawn 1 f by "}));
    EXPECT_EQ(executed(), (Lines{"b", "e", "g"}));
}

TEST_F(VenueIntakeTest, KillsWhatHasNoRoomToBeAnsweredForALongTime) {
    intake_.set_mode(LoadMode::cancel_only, ShedCause::mode);
    for (int i = 0; i < 40; ++i)
        push(new_order(std::to_string(i)));
    drain();  // every answer's place is taken
    intake_.set_mode(LoadMode::normal, ShedCause::mode);
    EXPECT_EQ(intake_.counts().blocked, 1u);
    const std::size_t left = rings_.input().ordinary->size_approx() + 1;  // and the one in hand
    ASSERT_GT(left, 10u);
    const auto kill = intake_.begin_kill({});
    ASSERT_TRUE(kill);
    drain();
    EXPECT_EQ(intake_.end_kill(*kill, left - 1), 0u);
    push(new_order("later"));
    for (int i = 0; i < 3; ++i) {
        (void)told();
        drain();
    }
    EXPECT_EQ(intake_.counts().withdrawn, left);
    EXPECT_EQ(executed(), Lines{"later"});
}

TEST_F(VenueIntakeTest, BoundsTheKillsThatAreUnderWay) {
    std::vector<VenueIntake::Kill> kills;
    for (std::size_t i = 0; i < VenueIntake::kills_max; ++i) {
        const auto kill = intake_.begin_kill(kill_of(2));
        ASSERT_TRUE(kill);
        kills.push_back(*kill);
    }
    EXPECT_FALSE(intake_.begin_kill({}));
    push(new_order("a", 2));
    for (const VenueIntake::Kill kill : kills)
        EXPECT_EQ(intake_.end_kill(kill, 1), 0u);
    EXPECT_FALSE(intake_.begin_kill({})) << "what they are for is in the ring still";
    drain();
    EXPECT_EQ(told(), Lines{"withdrawn 2 a by "});
    EXPECT_TRUE(intake_.begin_kill({}));
}

}  // namespace
}  // namespace tickweir::gateway
