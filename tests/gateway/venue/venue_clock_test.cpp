// The venue's day in places where clocks change, and ticks.
#include "gateway/venue/venue_clock.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using TimeNs = book::TimeNs;

replay::TimeZone zone(const char* name) {
    auto loaded = replay::TimeZone::load(name);
    if (!loaded) throw std::runtime_error{loaded.error()};
    return *std::move(loaded);
}

constexpr TimeNs utc(int year, unsigned month, unsigned day, std::chrono::nanoseconds time) {
    return sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} +
           time;
}

constexpr year_month_day date(int year, unsigned month, unsigned day) {
    return std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day);
}

TEST(VenueClockTest, KnowsADaysEndInUtc) {
    const auto place = zone("UTC");
    EXPECT_EQ(first_instant(place, date(2024, 3, 1), 17h), utc(2024, 3, 1, 17h));
    EXPECT_EQ(next_instant(place, 17h, utc(2024, 3, 1, 17h)), utc(2024, 3, 2, 17h));
    EXPECT_EQ(next_instant(place, 17h, utc(2024, 3, 1, 17h) - 1ns), utc(2024, 3, 1, 17h));
    EXPECT_EQ(last_instant(place, 17h, utc(2024, 3, 1, 17h)), utc(2024, 3, 1, 17h));
    EXPECT_EQ(last_instant(place, 17h, utc(2024, 3, 1, 17h) - 1ns), utc(2024, 2, 29, 17h));
    EXPECT_EQ(first_instant(place, date(2024, 1, 1), 0s), utc(2024, 1, 1, 0h));
}

TEST(VenueClockTest, FollowsSummerTime) {
    const auto place = zone("America/New_York");
    EXPECT_EQ(first_instant(place, date(2024, 3, 9), 17h), utc(2024, 3, 9, 22h));
    EXPECT_EQ(first_instant(place, date(2024, 3, 10), 17h), utc(2024, 3, 10, 21h));
    EXPECT_EQ(first_instant(place, date(2024, 11, 2), 17h), utc(2024, 11, 2, 21h));
    EXPECT_EQ(first_instant(place, date(2024, 11, 3), 17h), utc(2024, 11, 3, 22h));
    // Midnight of the days themselves.
    EXPECT_EQ(first_instant(place, date(2024, 3, 10), 0s), utc(2024, 3, 10, 5h));
    EXPECT_EQ(first_instant(place, date(2024, 3, 11), 0s), utc(2024, 3, 11, 4h));
}

TEST(VenueClockTest, TakesTheMomentAtWhichClocksAreSetForwardOverIt) {
    const auto place = zone("America/New_York");
    // From 02:00 to 03:00 at 07:00 UTC.
    for (const std::chrono::seconds skipped : {2h + 0s, 2h + 1s, 2h + 30min + 0s, 3h - 1s, 3h + 0s})
        EXPECT_EQ(first_instant(place, date(2024, 3, 10), skipped), utc(2024, 3, 10, 7h))
            << skipped.count();
    EXPECT_EQ(first_instant(place, date(2024, 3, 10), 2h - 1s), utc(2024, 3, 10, 7h) - 1s);
    EXPECT_EQ(first_instant(place, date(2024, 3, 10), 3h + 1s), utc(2024, 3, 10, 7h) + 1s);
}

TEST(VenueClockTest, TakesTheFirstOfTwoTimes) {
    const auto place = zone("America/New_York");
    // From 02:00 back to 01:00 at 06:00 UTC.
    EXPECT_EQ(first_instant(place, date(2024, 11, 3), 1h), utc(2024, 11, 3, 5h));
    EXPECT_EQ(first_instant(place, date(2024, 11, 3), 1h + 30min), utc(2024, 11, 3, 5h + 30min));
    EXPECT_EQ(first_instant(place, date(2024, 11, 3), 2h), utc(2024, 11, 3, 7h));
    EXPECT_EQ(next_instant(place, 1h + 30min, utc(2024, 11, 3, 5h + 30min)),
              utc(2024, 11, 4, 6h + 30min));
}

TEST(VenueClockTest, ComesOnceADayInAllPlaces) {
    for (const char* name : {"UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe",
                             "Asia/Kathmandu", "Pacific/Auckland", "America/Sao_Paulo"}) {
        const auto place = zone(name);
        for (const std::chrono::seconds time : {0s, 7200s, 5400s, 61200s, 86399s}) {
            TimeNs at = utc(2023, 12, 30, 0h);
            for (int day = 0; day < 800; ++day) {
                const TimeNs next = next_instant(place, time, at);
                EXPECT_EQ(last_instant(place, time, next), next);
                EXPECT_LE(last_instant(place, time, next - 1ns), at) << name;
                if (day != 0) {
                    EXPECT_GE(next - at, 22h) << name;
                    EXPECT_LE(next - at, 26h) << name;
                }
                at = next;
            }
        }
    }
}

TEST(VenueClockTest, EndsTheDayOnce) {
    const TimeNs start = utc(2024, 6, 1, 12h);
    VenueClock clock{zone("UTC"), 17h, 100ms, std::nullopt, start};
    EXPECT_EQ(clock.ended(), utc(2024, 5, 31, 17h));
    EXPECT_FALSE(clock.day_end_due(start));
    EXPECT_FALSE(clock.day_end_due(utc(2024, 6, 1, 17h) - 1ns));
    EXPECT_EQ(clock.next_due(std::nullopt), utc(2024, 6, 1, 17h));
    EXPECT_EQ(clock.day_end_due(utc(2024, 6, 1, 18h)), utc(2024, 6, 1, 17h));
    EXPECT_EQ(clock.day_end_due(utc(2024, 6, 1, 19h)), utc(2024, 6, 1, 17h));  // not carried out
    clock.day_ended(utc(2024, 6, 1, 17h));
    EXPECT_FALSE(clock.day_end_due(utc(2024, 6, 1, 19h)));
    EXPECT_EQ(clock.next_due(std::nullopt), utc(2024, 6, 2, 17h));
}

TEST(VenueClockTest, EndsOneDayForAllThatWereMissed) {
    VenueClock clock{zone("UTC"), 0s, 100ms, utc(2024, 6, 1, 0h), utc(2024, 6, 9, 5h)};
    EXPECT_EQ(clock.day_end_due(utc(2024, 6, 9, 5h)), utc(2024, 6, 9, 0h));
    clock.day_ended(utc(2024, 6, 9, 0h));
    EXPECT_FALSE(clock.day_end_due(utc(2024, 6, 9, 6h)));
    // The system's clock is set back: no day ends twice.
    EXPECT_FALSE(clock.day_end_due(utc(2024, 6, 8, 23h)));
    EXPECT_EQ(clock.ended(), utc(2024, 6, 9, 0h));
}

TEST(VenueClockTest, TicksOnlyWhereItHasAnEffectAndNotTooOften) {
    const TimeNs now = utc(2024, 6, 1, 12h);
    VenueClock clock{zone("UTC"), 17h, 100ms, std::nullopt, now};
    EXPECT_FALSE(clock.tick_due(now, std::nullopt));
    EXPECT_FALSE(clock.tick_due(now, now + 1ns));
    EXPECT_TRUE(clock.tick_due(now, now));
    EXPECT_EQ(clock.next_due(now + 1s), now + 1s);
    clock.ticked(now);
    EXPECT_FALSE(clock.tick_due(now + 99ms, now));
    EXPECT_TRUE(clock.tick_due(now + 100ms, now));
    EXPECT_TRUE(clock.tick_due(now - 1h, now - 2h));  // set back
    EXPECT_EQ(clock.next_due(now + 1ms), now + 100ms);
    EXPECT_EQ(clock.next_due(now + 24h), utc(2024, 6, 1, 17h));
}

}  // namespace
}  // namespace tickweir::gateway
