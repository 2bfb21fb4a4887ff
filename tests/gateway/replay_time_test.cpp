// Times and durations of the command line.
#include <gtest/gtest.h>

#include "gateway/commands/session_time.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

std::optional<std::chrono::nanoseconds> clock_time(std::string_view text) {
    const auto time = parse_session_time(text);
    if (!time || !std::holds_alternative<SinceMidnight>(*time)) return std::nullopt;
    return std::get<SinceMidnight>(*time).time;
}

TEST(SessionTime, IsNanosecondsOfTheEpochOrATimeOfTheDay) {
    EXPECT_EQ(*parse_session_time("1430452804518000000"),
              SessionTime{book::TimeNs{1430452804518000000ns}});
    EXPECT_EQ(*parse_session_time("0"), SessionTime{book::TimeNs{}});
    EXPECT_EQ(clock_time("00:00:00"), 0ns);
    EXPECT_EQ(clock_time("09:30:00"), 9h + 30min);
    EXPECT_EQ(clock_time("16:00:59.5"), 16h + 59s + 500ms);
    EXPECT_EQ(clock_time("16:00:00.000000001"), 16h + 1ns);
    EXPECT_EQ(clock_time("24:00:00"), 24h);
}

TEST(SessionTime, RefusesWhatIsNeither) {
    for (const char* const text :
         {"", "-1", "+1", " 1", "9:30:00", "09:30", "09:30:00.", "09:30:00.1234567890", "09-30-00",
          "09:3x:00", "aa:bb:cc", "09:30:00,5", "99999999999999999999"})
        EXPECT_FALSE(parse_session_time(text).has_value()) << text;
    EXPECT_EQ(parse_session_time("09:30").error(),
              "'09:30' is not a time (nanoseconds since the epoch, or HH:MM:SS[.n])");
    for (const char* const text : {"24:00:00.1", "25:00:00", "12:60:00", "12:00:60", "99:99:99"})
        EXPECT_EQ(parse_session_time(text).error(),
                  '\'' + std::string{text} + "' is no time of a day");
}

TEST(SessionTime, CountsFromTheMidnightGiven) {
    const book::TimeNs midnight{1000h};
    EXPECT_EQ(since_midnight(SessionTime{SinceMidnight{5s}}, midnight), 5s);
    EXPECT_EQ(since_midnight(SessionTime{book::TimeNs{1001h}}, midnight), 1h);
    EXPECT_EQ(since_midnight(SessionTime{book::TimeNs{999h}}, midnight), -1h);
}

TEST(Duration, IsAWholeNumberWithAUnit) {
    EXPECT_EQ(*parse_duration("250ns"), 250ns);
    EXPECT_EQ(*parse_duration("500us"), 500us);
    EXPECT_EQ(*parse_duration("100ms"), 100ms);
    EXPECT_EQ(*parse_duration("1s"), 1s);
    EXPECT_EQ(*parse_duration("5m"), 5min);
    EXPECT_EQ(*parse_duration("24h"), 24h);
}

TEST(Duration, RefusesNothingMoreThanADayAndOtherTexts) {
    for (const char* const text : {"", "s", "1", "1.5s", "-1s", "1 s", "1d", "1S", "1ss"})
        EXPECT_EQ(parse_duration(text).error(),
                  '\'' + std::string{text} +
                      "' is not a duration (a whole number and ns, us, ms, s, m or h)");
    for (const char* const text : {"0s", "25h", "86401s", "99999999999999999999ns"})
        EXPECT_EQ(parse_duration(text).error(),
                  '\'' + std::string{text} + "' is not between 1ns and 24h");
}

}  // namespace
}  // namespace tickweir::gateway
