// Which day a session has, and how its times read.
#include "gateway/commands/session_clock.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year;

SessionClock clock_of(const std::filesystem::path& capture,
                      std::optional<std::chrono::year_month_day> option = std::nullopt,
                      std::string_view zone = "America/New_York") {
    auto clock = SessionClock::make(zone, option, capture);
    if (!clock) ADD_FAILURE() << clock.error();
    return *clock;
}

TEST(SessionClock, TakesTheDateFromTheBestSource) {
    const auto packets = book::TimeNs{sys_days{year{2023} / 8 / 23} + 2h};
    const SessionDate given = clock_of("20190130.itch", year{2020} / 1 / 2).date_of(packets);
    EXPECT_EQ(given.date, year{2020} / 1 / 2);
    EXPECT_EQ(given.source, DateSource::option);
    const SessionDate named = clock_of("dir/20190130.itch").date_of(packets);
    EXPECT_EQ(named.date, year{2019} / 1 / 30);
    EXPECT_EQ(named.source, DateSource::file_name);
    const SessionDate received = clock_of("x.pcap").date_of(packets);
    EXPECT_EQ(received.date, year{2023} / 8 / 22) << "it is still the day before in New York";
    EXPECT_EQ(received.source, DateSource::packets);
    const SessionDate guessed = clock_of("x.itch").date_of(std::nullopt);
    EXPECT_EQ(guessed.date, year{1970} / 1 / 1);
    EXPECT_EQ(guessed.source, DateSource::unknown);
}

TEST(SessionClock, WritesTimesInUtcAndOfTheExchange) {
    const SessionClock clock = clock_of("x.itch", year{2019} / 7 / 1);
    const book::TimeNs time = clock.to_utc(clock.date_of(std::nullopt), 34'200'000'000'001);
    EXPECT_EQ(time, (book::TimeNs{sys_days{year{2019} / 7 / 1} + 13h + 30min + 1ns}));
    EXPECT_EQ(SessionClock::utc_text(time), "2019-07-01T13:30:00.000000001Z");
    EXPECT_EQ(clock.local_text(time), "2019-07-01T09:30:00.000000001-04:00");
    const auto winter = book::TimeNs{sys_days{year{2019} / 12 / 31} + 3h};
    EXPECT_EQ(clock.local_text(winter), "2019-12-30T22:00:00.000000000-05:00");
    EXPECT_EQ(clock_of("x", {}, "UTC").local_text(winter), "2019-12-31T03:00:00.000000000+00:00");
    EXPECT_EQ(SessionClock::utc_text(book::TimeNs{-1ns}), "1969-12-31T23:59:59.999999999Z");
    EXPECT_EQ(to_text(year{987} / 6 / 5), "0987-06-05");
}

TEST(SessionClock, NamesAnUnknownZone) {
    const auto clock = SessionClock::make("Mars/Olympus", std::nullopt, "x");
    ASSERT_FALSE(clock);
    EXPECT_NE(clock.error().find("Mars/Olympus"), std::string::npos);
}

}  // namespace
}  // namespace tickweir::gateway
