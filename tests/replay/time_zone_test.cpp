#include "replay/time_zone.hpp"

#include "tests/replay/support.hpp"

namespace tickweir::replay::tests {
namespace {

using namespace std::chrono;

TimeZone zone(std::string_view name) {
    auto loaded = TimeZone::load(name);
    EXPECT_TRUE(loaded) << loaded.error();
    return loaded ? *loaded : TimeZone{};
}

/// The UTC offset of a day, in minutes.
auto offset_on(const TimeZone& zone, year_month_day date) {
    return duration_cast<minutes>(sys_days{date} - zone.to_utc(date, 0ns)).count();
}

bool have_zones() {
    return fs::exists("/usr/share/zoneinfo/America/New_York");
}

TEST(TimeZone, KnowsNewYorkAroundItsClockChanges) {
    if (!have_zones()) GTEST_SKIP() << "no time zone database";
    const TimeZone new_york = zone("America/New_York");
    const auto offset = [&](year_month_day date) { return offset_on(new_york, date); };
    EXPECT_EQ(offset(1970y / January / 1), -300);
    EXPECT_EQ(offset(1970y / July / 1), -240);
    EXPECT_EQ(offset(2015y / May / 1), -240);
    EXPECT_EQ(offset(2020y / January / 30), -300);
    // 2023: March 12 and November 5. The day of the change belongs to what its noon has.
    EXPECT_EQ(offset(2023y / March / 11), -300);
    EXPECT_EQ(offset(2023y / March / 12), -240);
    EXPECT_EQ(offset(2023y / March / 13), -240);
    EXPECT_EQ(offset(2023y / November / 4), -240);
    EXPECT_EQ(offset(2023y / November / 5), -300);
    // Before the rule of 2007 summer began in April.
    EXPECT_EQ(offset(2006y / March / 20), -300);
    EXPECT_EQ(offset(2007y / March / 20), -240);
    // Beyond the table the footer's rule holds.
    EXPECT_EQ(offset(2050y / January / 3), -300);
    EXPECT_EQ(offset(2050y / March / 12), -300);
    EXPECT_EQ(offset(2050y / March / 13), -240);
    EXPECT_EQ(offset(2050y / November / 5), -240);
    EXPECT_EQ(offset(2050y / November / 6), -300);
}

TEST(TimeZone, AddsNanosecondsSinceMidnight) {
    if (!have_zones()) GTEST_SKIP() << "no time zone database";
    const TimeZone new_york = zone("America/New_York");
    EXPECT_EQ(new_york.to_utc(2023y / August / 22, 9h + 30min + 1ns),
              sys_days{2023y / August / 22} + 13h + 30min + 1ns);
    // Feeds count on over midnight and over the hour that is skipped.
    EXPECT_EQ(new_york.to_utc(2023y / August / 22, 24h), sys_days{2023y / August / 23} + 4h);
    EXPECT_EQ(new_york.to_utc(2023y / March / 12, 9h), sys_days{2023y / March / 12} + 13h);
}

TEST(TimeZone, TellsOffsetsAndDatesOfInstants) {
    if (!have_zones()) GTEST_SKIP() << "no time zone database";
    const TimeZone new_york = zone("America/New_York");
    const sys_seconds change = sys_days{2023y / March / 12} + 7h;
    EXPECT_EQ(new_york.offset_at(change - 1s), -5h);
    EXPECT_EQ(new_york.offset_at(change), -4h);
    const sys_seconds later = sys_days{2050y / March / 13} + 7h;
    EXPECT_EQ(new_york.offset_at(later - 1s), -5h);
    EXPECT_EQ(new_york.offset_at(later), -4h);
    EXPECT_EQ(new_york.date_of(sys_days{2023y / August / 22} + 3h + 59min + 59s),
              2023y / August / 21);
    EXPECT_EQ(new_york.date_of(sys_days{2023y / August / 22} + 4h), 2023y / August / 22);
}

TEST(TimeZone, KnowsZonesOfAllKinds) {
    if (!have_zones()) GTEST_SKIP() << "no time zone database";
    EXPECT_EQ(offset_on(zone("Europe/Berlin"), 2050y / July / 1), 120);
    EXPECT_EQ(offset_on(zone("Asia/Tokyo"), 2023y / July / 1), 540);
    EXPECT_EQ(offset_on(zone("Asia/Kolkata"), 2060y / July / 1), 330);
    // South of the equator summer spans the new year.
    EXPECT_EQ(offset_on(zone("Australia/Sydney"), 2050y / January / 1), 660);
    EXPECT_EQ(offset_on(zone("Australia/Sydney"), 2050y / July / 1), 600);
    // Half an hour of summer time, and a name in angle brackets.
    EXPECT_EQ(offset_on(zone("Australia/Lord_Howe"), 2050y / January / 1), 660);
    EXPECT_EQ(offset_on(zone("Australia/Lord_Howe"), 2050y / July / 1), 630);
    EXPECT_EQ(offset_on(zone("America/Sao_Paulo"), 2050y / January / 1), -180);
    EXPECT_EQ(offset_on(zone("Etc/GMT+5"), 2023y / January / 1), -300);
}

TEST(TimeZone, UtcNeedsNoDatabase) {
    const auto utc = TimeZone::load("UTC", "/nonexistent");
    ASSERT_TRUE(utc);
    EXPECT_EQ(utc->to_utc(1970y / January / 1, 5ns), book::TimeNs{5ns});
}

TEST(TimeZone, RefusesNamesThatAreNoZones) {
    const TempDir dir;
    write_file(dir / "Broken", to_bytes("TZif2"));
    const auto error = [&](std::string_view name) {
        return TimeZone::load(name, dir.path()).error();
    };
    EXPECT_EQ(error("Mars/Olympus"), "time zone 'Mars/Olympus': not in " + dir.path().string());
    EXPECT_EQ(error("Broken"), "time zone 'Broken': not a TZif file");
    for (const auto name : {"", "/etc/passwd", "../Broken", "A/../Broken", "A//B", "A/", "A B",
                            "A.B", "EST5EDT,M3.2.0,M11.1.0"})
        EXPECT_EQ(error(name), "time zone '" + std::string{name} + "': not a zone's name");
    EXPECT_EQ(error(std::string(65, 'a')),
              "time zone '" + std::string(65, 'a') + "': not a zone's name");
}

TEST(TimeZone, RefusesEveryTruncationOfAFile) {
    if (!have_zones()) GTEST_SKIP() << "no time zone database";
    const Buffer content = read_file("/usr/share/zoneinfo/America/New_York");
    ASSERT_TRUE(TimeZone::parse(content));
    for (std::size_t size = 0; size < content.size(); ++size)
        EXPECT_FALSE(TimeZone::parse(Bytes{content}.first(size))) << size;
}

TEST(TimeZone, SurvivesEveryFlippedByteOfAFile) {
    if (!have_zones()) GTEST_SKIP() << "no time zone database";
    const Buffer content = read_file("/usr/share/zoneinfo/Australia/Lord_Howe");
    for (std::size_t at = 0; at < content.size(); ++at) {
        for (const auto bits : {std::byte{0x80}, std::byte{0x01}, std::byte{0xff}}) {
            Buffer flipped = content;
            flipped[at] ^= bits;
            const auto parsed = TimeZone::parse(flipped);
            if (!parsed) continue;
            for (const int year_number : {1970, 2023, 2050})
                static_cast<void>(parsed->to_utc(year{year_number} / July / 1, 1h));
        }
    }
}

TEST(ZoneRule, ReadsPosixRules) {
    const auto rule = [](std::string_view text) { return ZoneRule::parse(text).has_value(); };
    for (const auto text :
         {"UTC0", "EST5EDT,M3.2.0,M11.1.0", "<+0330>-3:30", "AAA-1:02:03", "EST5EDT4,J60/1,J300/-2",
          "EST5EDT,59,299/25:30", "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1"})
        EXPECT_TRUE(rule(text)) << text;
    for (const auto text :
         {"", "E", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0",
          "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x", "<+03-3",
          "EST25", "EST5EDT,J0,J1", "EST5EDT,J366,J1", "EST5EDT,366,1", "EST5EDT,1/168,1", "EST 5",
          "EST--5", "EST99999999999999999999"})
        EXPECT_FALSE(rule(text)) << text;
}

TEST(ZoneRule, CountsDaysOfTheYearWithAndWithoutTheLeapDay) {
    const auto start_of_summer = [](std::string_view text, int in) {
        const auto rule = ZoneRule::parse(text);
        sys_seconds at = sys_days{year{in} / January / 1};
        while (rule->offset_at(at) == 0s)
            at += 1h;
        return at;
    };
    const auto march_1 = [](int in) { return sys_seconds{sys_days{year{in} / March / 1}}; };
    EXPECT_EQ(start_of_summer("AAA0BBB,J60/0,J300", 2023), march_1(2023));
    EXPECT_EQ(start_of_summer("AAA0BBB,J60/0,J300", 2024), march_1(2024));
    EXPECT_EQ(start_of_summer("AAA0BBB,59/0,300", 2023), march_1(2023));
    EXPECT_EQ(start_of_summer("AAA0BBB,60/0,300", 2024), march_1(2024));
}

}  // namespace
}  // namespace tickweir::replay::tests
