// Values from their text: exact at both ends of their range, and told where they are none.
#include "codecs/fix/values.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <string>

#include "tests/codecs/fix/wire.hpp"

namespace tickweir::codecs::fix {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

template <class T>
FieldResult<T> ok(T value) {
    return {value, FieldStatus::ok};
}

UtcTime at(sys_days date, nanoseconds time) {
    return UtcTime{date} + time;
}

TEST(ReadIntTest, TakesAllOf64Bits) {
    EXPECT_EQ(read_int("0"), ok<std::int64_t>(0));
    EXPECT_EQ(read_int("-0012"), ok<std::int64_t>(-12));
    EXPECT_EQ(read_int("9223372036854775807"), ok(std::numeric_limits<std::int64_t>::max()));
    EXPECT_EQ(read_int("-9223372036854775808"), ok(std::numeric_limits<std::int64_t>::min()));
    EXPECT_EQ(read_int("9223372036854775808").status, FieldStatus::out_of_range);
    EXPECT_EQ(read_int("-9223372036854775809").status, FieldStatus::out_of_range);
    EXPECT_EQ(read_int("").status, FieldStatus::empty);
    for (const auto* const text : {"-", "+1", "1.0", " 1", "1 ", "0x1", "--1"})
        EXPECT_EQ(read_int(text).status, FieldStatus::malformed) << text;
}

TEST(ReadUintTest, NeverWraps) {
    EXPECT_EQ(read_uint("18446744073709551615"), ok(std::numeric_limits<std::uint64_t>::max()));
    EXPECT_EQ(read_uint("18446744073709551616").status, FieldStatus::out_of_range);
    EXPECT_EQ(read_uint("99999999999999999999999").status, FieldStatus::out_of_range);
    EXPECT_EQ(read_uint("99999999999999999999999x").status, FieldStatus::malformed);
    EXPECT_EQ(read_uint("-1").status, FieldStatus::malformed);
    EXPECT_EQ(read_uint("").status, FieldStatus::empty);
}

TEST(ReadDecimalTest, IsExact) {
    EXPECT_EQ(read_decimal("101.25"), ok(Decimal{10125, 2}));
    EXPECT_EQ(read_decimal("48.141000"), ok(Decimal{48141, 3}));
    EXPECT_EQ(read_decimal("-0.50"), ok(Decimal{-5, 1}));
    EXPECT_EQ(read_decimal("00023.00"), ok(Decimal{23, 0}));
    EXPECT_EQ(read_decimal("5."), ok(Decimal{5, 0}));
    EXPECT_EQ(read_decimal(".5"), ok(Decimal{5, 1}));
    EXPECT_EQ(read_decimal("-0"), ok(Decimal{0, 0}));
    EXPECT_EQ(read_decimal("0.000000000000000001"), ok(Decimal{1, 18}));
    EXPECT_EQ(read_decimal("9.223372036854775807"),
              ok(Decimal{std::numeric_limits<std::int64_t>::max(), 18}));
    EXPECT_EQ(read_decimal("-9223372036854775808"),
              ok(Decimal{std::numeric_limits<std::int64_t>::min(), 0}));
}

TEST(ReadDecimalTest, RefusesWhatDoesNotFitAndWhatIsNone) {
    EXPECT_EQ(read_decimal("0.0000000000000000001").status, FieldStatus::out_of_range);
    EXPECT_EQ(read_decimal("9.223372036854775808").status, FieldStatus::out_of_range);
    EXPECT_EQ(read_decimal("9223372036854775808").status, FieldStatus::out_of_range);
    EXPECT_EQ(read_decimal("").status, FieldStatus::empty);
    for (const auto* const text : {".", "-", "-.", "1e5", "+1", "1.2.3", "1,5", "nan", "1.5 "})
        EXPECT_EQ(read_decimal(text).status, FieldStatus::malformed) << text;
}

TEST(ReadFlagsTest, TakeOneCharacter) {
    EXPECT_EQ(read_char("2"), ok('2'));
    EXPECT_EQ(read_char("22").status, FieldStatus::malformed);
    EXPECT_EQ(read_char("").status, FieldStatus::empty);
    EXPECT_EQ(read_bool("Y"), ok(true));
    EXPECT_EQ(read_bool("N"), ok(false));
    EXPECT_EQ(read_bool("").status, FieldStatus::empty);
    for (const auto* const text : {"y", "1", "YY", "true"})
        EXPECT_EQ(read_bool(text).status, FieldStatus::malformed) << text;
}

TEST(ReadTimeTest, TakesSecondsToNanoseconds) {
    const sys_days date{2026y / November / 21};
    EXPECT_EQ(read_time("20261121-14:03:07"), ok(at(date, 14h + 3min + 7s)));
    EXPECT_EQ(read_time("20261121-14:03:07.123"), ok(at(date, 14h + 3min + 7s + 123ms)));
    EXPECT_EQ(read_time("20261121-14:03:07.000001"), ok(at(date, 14h + 3min + 7s + 1us)));
    EXPECT_EQ(read_time("20261121-14:03:07.123456789"),
              ok(at(date, 14h + 3min + 7s + 123456789ns)));
    EXPECT_EQ(read_time("19700101-00:00:00"), ok(UtcTime{}));
    EXPECT_EQ(read_time("22611231-23:59:59.999999999"),
              ok(at(sys_days{2262y / January / 1}, -1ns)));
}

TEST(ReadTimeTest, TakesALeapSecondForTheInstantBehind) {
    EXPECT_EQ(read_time("20161231-23:59:60"), ok(at(sys_days{2017y / January / 1}, 0s)));
    EXPECT_EQ(read_time("20161231-23:59:61").status, FieldStatus::malformed);
}

TEST(ReadTimeTest, RefusesWhatIsNoTime) {
    EXPECT_EQ(read_time("").status, FieldStatus::empty);
    for (const auto* const text :
         {"20261121", "20261121-", "20261121 14:03:07", "20261121-14:03", "20261121-24:00:00",
          "20261121-14:60:00", "20261121-14:03:07.", "20261121-14:03:07.1234567890",
          "20261121-14:03:07.12x", "20260229-00:00:00", "20261301-00:00:00", "2026112a-00:00:00",
          "20261121-14-03-07", "20261121-14:03:07Z", "0261121-14:03:07"})
        EXPECT_EQ(read_time(text).status, FieldStatus::malformed) << text;
    EXPECT_EQ(read_time("19691231-23:59:59").status, FieldStatus::out_of_range);
    EXPECT_EQ(read_time("22620101-00:00:00").status, FieldStatus::out_of_range);
}

TEST(ReadDateTest, TakesDatesAndTimesOfDayAlone) {
    EXPECT_EQ(read_date("20240229"), ok(sys_days{2024y / February / 29}));
    EXPECT_EQ(read_date("202402").status, FieldStatus::malformed);
    EXPECT_EQ(read_time_of_day("05:33:31.763"), ok(nanoseconds{5h + 33min + 31s + 763ms}));
    EXPECT_EQ(read_time_of_day("5:33:31").status, FieldStatus::malformed);
}

TEST(FieldViewTest, ReadsValuesByTag) {
    Message message;
    ASSERT_EQ(message.read(order).status, FrameStatus::whole);
    const FieldView view = message.view();
    EXPECT_EQ(view.get_uint(tag::msg_seq_num), ok<std::uint64_t>(12));
    EXPECT_EQ(view.get_int(tag::order_qty), ok<std::int64_t>(500));
    EXPECT_EQ(view.get_decimal(tag::price), ok(Decimal{10125, 2}));
    EXPECT_EQ(view.get_char(tag::side), ok('1'));
    EXPECT_EQ(view.get_string(tag::symbol), ok(std::string_view{"ACME"}));
    EXPECT_EQ(view.get_time(tag::sending_time),
              ok(at(sys_days{2026y / November / 21}, 14h + 3min + 7s + 123ms)));
    EXPECT_EQ(view.get_bool(tag::poss_dup_flag).status, FieldStatus::missing);
    EXPECT_EQ(view.get_bool(tag::side).status, FieldStatus::malformed);
    EXPECT_EQ(view.get_date(tag::side).status, FieldStatus::malformed);
    EXPECT_EQ(view.get_time_of_day(tag::account).status, FieldStatus::missing);
    EXPECT_EQ(view.get_int(tag::account).value_or(7), 7);
}

}  // namespace
}  // namespace tickweir::codecs::fix
