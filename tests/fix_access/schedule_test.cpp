// When sessions are open and begin anew, on the clocks of a place.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "gateway/fix/schedule.hpp"
#include "gateway/venue/venue_clock.hpp"

namespace tickweir::gateway::fix {
namespace {

using namespace std::chrono;

replay::TimeZone zone(const std::string& name) {
    const auto loaded = replay::TimeZone::load(name);
    EXPECT_TRUE(loaded) << name;
    return *loaded;
}

/// UTC, in March 2026, where nothing else is said; the 1st is a Sunday.
book::TimeNs at(int day, int hour, int minute = 0, month of = March) {
    return sys_days{year{2026} / of / day} + hours{hour} + minutes{minute};
}

Schedule daily(hours reset, const std::string& place = "UTC") {
    ScheduleRule rule;
    rule.reset = SessionReset::daily;
    rule.reset_time = reset;
    return {rule, zone(place)};
}

Schedule hours_of(seconds opens, seconds closes, const std::string& place = "UTC") {
    ScheduleRule rule;
    rule.opens = opens;
    rule.closes = closes;
    return {rule, zone(place)};
}

TEST(ScheduleTest, NeverResetsAndIsAlwaysOpenByDefault) {
    const Schedule schedule;
    EXPECT_FALSE(schedule.reset_due(book::TimeNs{}, at(1, 0)));
    EXPECT_EQ(schedule.next_reset(at(1, 0)), std::nullopt);
    EXPECT_TRUE(schedule.is_open(at(1, 0)));
    EXPECT_EQ(schedule.next_change(at(1, 0)), std::nullopt);
}

TEST(ScheduleTest, ResetsOnceADay) {
    const Schedule schedule = daily(hours{17});
    EXPECT_FALSE(schedule.reset_due(at(2, 17), at(3, 16, 59)));
    EXPECT_TRUE(schedule.reset_due(at(2, 17), at(3, 17)));
    EXPECT_FALSE(schedule.reset_due(at(3, 17), at(3, 17)));
    EXPECT_TRUE(schedule.reset_due(at(2, 16, 59), at(2, 17)));
    // Days that passed unseen are one reset.
    EXPECT_TRUE(schedule.reset_due(at(1, 12), at(20, 9)));
    EXPECT_EQ(schedule.next_reset(at(3, 16, 59)), at(3, 17));
    EXPECT_EQ(schedule.next_reset(at(3, 17)), at(4, 17));
    // A clock that was set back resets nothing.
    EXPECT_FALSE(schedule.reset_due(at(9, 0), at(3, 18)));
}

TEST(ScheduleTest, ResetsAtThePlacesTimeInSummerAndWinter) {
    const Schedule schedule = daily(hours{17}, "America/New_York");
    EXPECT_EQ(schedule.next_reset(at(7, 0)), at(7, 22));   // EST
    EXPECT_EQ(schedule.next_reset(at(8, 12)), at(8, 21));  // EDT, from that morning on
}

TEST(ScheduleTest, ResetsOnceAWeek) {
    ScheduleRule rule;
    rule.reset = SessionReset::weekly;
    rule.reset_day = Sunday;
    rule.reset_time = hours{17};
    const Schedule schedule{rule, zone("America/New_York")};
    EXPECT_EQ(schedule.next_reset(at(2, 0)), at(8, 21));
    EXPECT_EQ(schedule.next_reset(at(8, 21)), at(15, 21));
    EXPECT_FALSE(schedule.reset_due(at(1, 22), at(8, 20, 59)));
    EXPECT_TRUE(schedule.reset_due(at(1, 22), at(8, 21)));
    EXPECT_FALSE(schedule.reset_due(at(8, 21), at(15, 20)));
    for (int hour = 0; hour < 24 * 15; ++hour) {
        const book::TimeNs time = at(1, 22) + hours{hour};
        EXPECT_EQ(schedule.reset_due(at(1, 22), time), time >= at(8, 21)) << hour;
        EXPECT_GT(*schedule.next_reset(time), time);
        EXPECT_LE(*schedule.next_reset(time), time + days{7} + hours{1});
    }
}

TEST(ScheduleTest, OpensAndCloses) {
    const Schedule schedule = hours_of(hours{8}, hours{17} + minutes{30});
    EXPECT_FALSE(schedule.is_open(at(3, 7, 59)));
    EXPECT_TRUE(schedule.is_open(at(3, 8)));
    EXPECT_TRUE(schedule.is_open(at(3, 17, 29)));
    EXPECT_FALSE(schedule.is_open(at(3, 17, 30)));
    EXPECT_EQ(schedule.next_change(at(3, 7)), at(3, 8));
    EXPECT_EQ(schedule.next_change(at(3, 8)), at(3, 17, 30));
    EXPECT_EQ(schedule.next_change(at(3, 20)), at(4, 8));
}

TEST(ScheduleTest, IsOpenOverMidnight) {
    const Schedule schedule = hours_of(hours{18}, hours{17}, "America/New_York");
    EXPECT_TRUE(schedule.is_open(at(3, 12)));
    EXPECT_FALSE(schedule.is_open(at(3, 22)));
    EXPECT_TRUE(schedule.is_open(at(3, 23)));
    EXPECT_TRUE(schedule.is_open(at(4, 3)));
}

TEST(ScheduleTest, IsOpenOnTheDayOnWhichClocksAreSet) {
    // 02:30 does not exist on the 8th: it opens at 03:00 EDT, which is 07:00 UTC.
    const Schedule schedule = hours_of(hours{2} + minutes{30}, hours{9}, "America/New_York");
    EXPECT_FALSE(schedule.is_open(at(8, 6, 59)));
    EXPECT_TRUE(schedule.is_open(at(8, 7)));
    EXPECT_EQ(schedule.next_change(at(8, 6)), at(8, 7));
}

}  // namespace
}  // namespace tickweir::gateway::fix
