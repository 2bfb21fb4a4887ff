// Whose turn it is, request by request, as strings of class digits.
#include "gateway/shield/class_schedule.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tickweir::gateway::shield {
namespace {

ClassSet set_of(std::string_view digits) {
    ClassSet set;
    for (const char digit : digits)
        set.add(priority_classes[static_cast<std::size_t>(digit - '0')]);
    return set;
}

/// The next `count` turns while all these classes always have something waiting.
std::string turns(ClassSchedule& schedule, std::string_view waiting, int count) {
    std::string digits;
    for (int i = 0; i < count; ++i) {
        const auto next = schedule.next(set_of(waiting));
        digits += next ? static_cast<char>('0' + class_index(*next)) : '-';
    }
    return digits;
}

TEST(ClassScheduleTest, AnswersNothingWhereNothingWaits) {
    ClassSchedule schedule;
    EXPECT_EQ(turns(schedule, "", 2), "--");
    EXPECT_EQ(turns(schedule, "5", 2), "55");
    EXPECT_EQ(turns(schedule, "", 1), "-");
}

TEST(ClassScheduleTest, SharesOutEightFourTwoOne) {
    ClassSchedule schedule;
    EXPECT_EQ(turns(schedule, "2345", 30), "222222223333445222222223333445");
}

TEST(ClassScheduleTest, GivesAnAbsentClassesTurnToTheOthers) {
    ClassSchedule schedule;
    EXPECT_EQ(turns(schedule, "35", 10), "3333533335");
    EXPECT_EQ(turns(schedule, "4", 5), "44444");
}

TEST(ClassScheduleTest, EndsABatchWhoseClassHasNothingLeft) {
    ClassSchedule schedule;
    EXPECT_EQ(turns(schedule, "23", 3), "222");
    EXPECT_EQ(turns(schedule, "3", 2), "33");
    // P2 begins a batch of its own after P3's, not what it left of the last one.
    EXPECT_EQ(turns(schedule, "23", 12), "332222222233");
}

TEST(ClassScheduleTest, ServesControlBeforeAnythingElse) {
    ClassSchedule schedule;
    EXPECT_EQ(turns(schedule, "012345", 200), std::string(200, '0'));
    EXPECT_EQ(turns(schedule, "12345", 1), "1");
}

TEST(ClassScheduleTest, ServesUrgentOnesBeforeTheOthersUpToABurst) {
    ClassSchedule schedule{{.urgent_burst = 3}};
    EXPECT_EQ(turns(schedule, "12345", 30),
              "111"
              "22222222"
              "111"
              "3333"
              "111"
              "44"
              "111"
              "5"
              "111");
}

TEST(ClassScheduleTest, HasABurstOfSixtyFourUnlessToldOtherwise) {
    ClassSchedule schedule;
    EXPECT_EQ(turns(schedule, "15", 130), std::string(64, '1') + "5" + std::string(64, '1') + "5");
}

TEST(ClassScheduleTest, CountsABurstOnlyWhileSomethingLowerWaits) {
    ClassSchedule schedule{{.urgent_burst = 3}};
    EXPECT_EQ(turns(schedule, "1", 100), std::string(100, '1'));
    EXPECT_EQ(turns(schedule, "15", 4), "1115");
    EXPECT_EQ(turns(schedule, "15", 2), "11");
    EXPECT_EQ(turns(schedule, "1", 1), "1");
    EXPECT_EQ(turns(schedule, "15", 4), "1115");
}

TEST(ClassScheduleTest, BeginsABurstAnewWhenTheOthersWereServed) {
    ClassSchedule schedule{{.urgent_burst = 3}};
    EXPECT_EQ(turns(schedule, "12", 2), "11");
    EXPECT_EQ(turns(schedule, "2", 1), "2");
    EXPECT_EQ(turns(schedule, "12", 4), "1112");
}

TEST(ClassScheduleTest, LetsUrgentOnesOvertakeABatchThatIsNotOwed) {
    ClassSchedule schedule{{.urgent_burst = 3}};
    EXPECT_EQ(turns(schedule, "3", 1), "3");
    EXPECT_EQ(turns(schedule, "13", 2), "11");
    EXPECT_EQ(turns(schedule, "3", 1), "3");
}

TEST(ClassScheduleTest, EndsAnOwedBatchWithTheClassThatItIsFor) {
    ClassSchedule schedule{{.urgent_burst = 2}};
    EXPECT_EQ(turns(schedule, "123", 4), "1122");
    EXPECT_EQ(turns(schedule, "13", 3), "113");
}

TEST(ClassScheduleTest, InterruptsAnOwedBatchForControlOnly) {
    ClassSchedule schedule{{.urgent_burst = 1}};
    EXPECT_EQ(turns(schedule, "13", 3), "133");
    EXPECT_EQ(turns(schedule, "013", 2), "00");
    EXPECT_EQ(turns(schedule, "13", 4), "3313");
}

TEST(ClassScheduleTest, HasAFloorOfOneForEachClass) {
    ClassSchedule schedule{{.urgent_burst = 0, .batch = {}}};
    EXPECT_EQ(turns(schedule, "12345", 10), "1213141512");
}

}  // namespace
}  // namespace tickweir::gateway::shield
