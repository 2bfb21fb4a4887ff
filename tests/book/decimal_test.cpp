// Exact decimal text, against hand-written cases and against slow string arithmetic that shares no
// line with the code under test.
#include "book/decimal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "tests/support/literals.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::book {

std::ostream& operator<<(std::ostream& out, const ParsedDecimal& parsed) {
    return out << to_string(parsed.status) << " value " << parsed.value << " offset "
               << parsed.offset;
}

namespace {

using namespace tickweir::tests;

constexpr std::int64_t int64_min = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();

std::string written(std::int64_t coefficient, unsigned decimals) {
    std::array<char, decimal_text_max> text{};
    return {text.data(), write_decimal(coefficient, decimals, text.data())};
}

constexpr ParsedDecimal value(std::int64_t coefficient) {
    return {DecimalStatus::ok, coefficient, 0};
}
constexpr ParsedDecimal error(DecimalStatus status, std::size_t offset) {
    return {status, 0, offset};
}

// ---------------------------------------------------------------------------- the slow twin

std::string without_leading_zeros(std::string digits) {
    const auto first = digits.find_first_not_of('0');
    return first == std::string::npos ? "" : digits.substr(first);
}

std::string without_trailing_zeros(std::string digits) {
    const auto last = digits.find_last_not_of('0');
    return last == std::string::npos ? "" : digits.substr(0, last + 1);
}

std::string slow_text(std::int64_t coefficient, unsigned decimals) {
    std::string digits = std::to_string(coefficient);
    const std::string sign = digits.front() == '-' ? "-" : "";
    digits.erase(0, sign.size());
    digits.insert(0, decimals, '0');
    std::string whole = without_leading_zeros(digits.substr(0, digits.size() - decimals));
    const std::string fraction = without_trailing_zeros(digits.substr(digits.size() - decimals));
    if (whole.empty()) whole = "0";
    return sign + whole + (fraction.empty() ? "" : "." + fraction);
}

// The status and value of a well-formed text; offsets are checked by hand-written cases.
ParsedDecimal slow_parse(const std::string& text, unsigned decimals) {
    const bool negative = text.front() == '-';
    const std::string body = text.substr(negative ? 1 : 0);
    const auto point = body.find('.');
    std::string fraction =
        point == std::string::npos ? "" : without_trailing_zeros(body.substr(point + 1));
    if (fraction.size() > decimals) return error(DecimalStatus::too_many_decimals, 0);
    fraction.append(decimals - fraction.size(), '0');
    const std::string digits = without_leading_zeros(body.substr(0, point) + fraction);
    const std::string limit = negative ? "9223372036854775808" : "9223372036854775807";
    if (digits.size() > limit.size() || (digits.size() == limit.size() && digits > limit))
        return error(DecimalStatus::overflow, 0);
    return value(digits.empty() ? 0 : std::stoll((negative ? "-" : "") + digits));
}

bool all_digits(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

bool well_formed(std::string text) {
    if (text.starts_with('-')) text.erase(0, 1);
    const auto point = text.find('.');
    return all_digits(text.substr(0, point)) &&
           (point == std::string::npos || all_digits(text.substr(point + 1)));
}

std::vector<std::int64_t> edge_values() {
    std::vector<std::int64_t> values{0, int64_min, int64_min + 1, int64_max, int64_max - 1};
    std::int64_t power = 1;
    for (unsigned digits = 0; digits <= decimals_max; ++digits) {
        for (const std::int64_t near : {power - 1, power, power + 1}) {
            values.push_back(near);
            values.push_back(-near);
        }
        if (digits < decimals_max) power *= 10;
    }
    return values;
}

// Numbers of every length are equally likely.
std::int64_t any_value(std::mt19937_64& random) {
    return static_cast<std::int64_t>(random()) >> (random() % 64);
}

std::string any_digits(std::mt19937_64& random, std::size_t at_least, std::size_t at_most) {
    std::string digits(at_least + random() % (at_most - at_least + 1), '0');
    for (char& digit : digits)
        if (random() % 3 != 0) digit = static_cast<char>('0' + random() % 10);
    return digits;
}

// ---------------------------------------------------------------------------- claims

TEST(WriteDecimal, GivesPlainNotationWithoutTrailingZeros) {
    EXPECT_EQ(written(2'341'000, 4), "234.1");
    EXPECT_EQ(written(1, 8), "0.00000001");
    EXPECT_EQ(written(-5, 0), "-5");
    EXPECT_EQ(written(0, 0), "0");
    EXPECT_EQ(written(0, 18), "0");
    EXPECT_EQ(written(100, 2), "1");
    EXPECT_EQ(written(-50, 2), "-0.5");
    EXPECT_EQ(written(12'345, 0), "12345");
    EXPECT_EQ(written(1'000, 0), "1000");
    EXPECT_EQ(written(100'010, 4), "10.001");
}

TEST(WriteDecimal, WritesTheSmallestAndLargestCoefficientAtBothScales) {
    EXPECT_EQ(written(int64_min, 0), "-9223372036854775808");
    EXPECT_EQ(written(int64_min, 18), "-9.223372036854775808");
    EXPECT_EQ(written(int64_max, 0), "9223372036854775807");
    EXPECT_EQ(written(int64_max, 18), "9.223372036854775807");
    EXPECT_EQ(written(int64_min, 18).size(), decimal_text_max);
}

TEST(WriteDecimal, TouchesNoByteBehindTheText) {
    std::array<char, decimal_text_max> text;
    text.fill('#');
    ASSERT_EQ(write_decimal(-125, 2, text.data()), 5U);
    EXPECT_EQ(std::string(text.data(), text.size()), "-1.25" + std::string(16, '#'));
}

TEST(WriteDecimal, AgreesWithStringArithmetic) {
    std::vector<std::int64_t> values = edge_values();
    std::mt19937_64 random{test_seed()};
    for (int i = 0; i < 5'000; ++i)
        values.push_back(any_value(random));
    for (const std::int64_t coefficient : values)
        for (unsigned decimals = 0; decimals <= decimals_max; ++decimals)
            ASSERT_EQ(written(coefficient, decimals), slow_text(coefficient, decimals));
}

TEST(WriteDecimal, AbortsBeyondEighteenDecimals) {
    std::array<char, decimal_text_max> text;
    EXPECT_DEATH((void)write_decimal(1, 19, text.data()), "invariant broken");
}

TEST(ToText, WritesPricesAndQuantitiesAtTheirScale) {
    EXPECT_EQ(to_text(2'346'900_ticks, 4), "234.69");
    EXPECT_EQ(to_text(Price{-1}, 2), "-0.01");
    EXPECT_EQ(to_text(300_lots, 0), "300");
    EXPECT_EQ(to_text(150'000'000_lots, 8), "1.5");
}

TEST(ParseDecimal, ReadsPlainNotation) {
    EXPECT_EQ(parse_decimal("234.1", 4), value(2'341'000));
    EXPECT_EQ(parse_decimal("0.00000001", 8), value(1));
    EXPECT_EQ(parse_decimal("-5", 0), value(-5));
    EXPECT_EQ(parse_decimal("0", 18), value(0));
    EXPECT_EQ(parse_decimal("-0", 3), value(0));
    EXPECT_EQ(parse_decimal("-0.00", 0), value(0));
    EXPECT_EQ(parse_decimal("007", 1), value(70));
}

TEST(ParseDecimal, CountsDigitsAfterTrailingZerosAreStripped) {
    EXPECT_EQ(parse_decimal("1.500", 1), value(15));
    EXPECT_EQ(parse_decimal("1.0000000000000000000000000", 0), value(1));
    EXPECT_EQ(parse_decimal("1.501", 1), error(DecimalStatus::too_many_decimals, 4));
    EXPECT_EQ(parse_decimal("1.50001", 1), error(DecimalStatus::too_many_decimals, 6));
    EXPECT_EQ(parse_decimal("-1.5", 0), error(DecimalStatus::too_many_decimals, 3));
}

TEST(ParseDecimal, NamesWhatIsMalformedAndWhere) {
    EXPECT_EQ(parse_decimal("", 2), error(DecimalStatus::empty, 0));
    EXPECT_EQ(parse_decimal("-", 2), error(DecimalStatus::lone_sign, 0));
    EXPECT_EQ(parse_decimal(".", 2), error(DecimalStatus::lone_point, 0));
    EXPECT_EQ(parse_decimal("-.", 2), error(DecimalStatus::lone_point, 1));
    EXPECT_EQ(parse_decimal(".5", 2), error(DecimalStatus::lone_point, 0));
    EXPECT_EQ(parse_decimal("15.", 2), error(DecimalStatus::lone_point, 2));
    EXPECT_EQ(parse_decimal("+5", 2), error(DecimalStatus::bad_character, 0));
    EXPECT_EQ(parse_decimal("--5", 2), error(DecimalStatus::bad_character, 1));
    EXPECT_EQ(parse_decimal("1.2.3", 2), error(DecimalStatus::bad_character, 3));
    EXPECT_EQ(parse_decimal("1.x", 2), error(DecimalStatus::bad_character, 2));
    EXPECT_EQ(parse_decimal(" 1", 2), error(DecimalStatus::bad_character, 0));
    EXPECT_EQ(parse_decimal("1 ", 2), error(DecimalStatus::bad_character, 1));
    EXPECT_EQ(parse_decimal("1,5", 2), error(DecimalStatus::bad_character, 1));
    EXPECT_EQ(parse_decimal(std::string_view{"1\0", 2}, 2), error(DecimalStatus::bad_character, 1));
}

TEST(ParseDecimal, RefusesExponentsAndSpecialValues) {
    EXPECT_EQ(parse_decimal("1e5", 2), error(DecimalStatus::bad_character, 1));
    EXPECT_EQ(parse_decimal("1.5E-3", 8), error(DecimalStatus::bad_character, 3));
    EXPECT_EQ(parse_decimal("NaN", 2), error(DecimalStatus::bad_character, 0));
    EXPECT_EQ(parse_decimal("-inf", 2), error(DecimalStatus::bad_character, 1));
    EXPECT_EQ(parse_decimal("0x10", 2), error(DecimalStatus::bad_character, 1));
}

TEST(ParseDecimal, ReadsUpToTheLimitsAndNoFurther) {
    EXPECT_EQ(parse_decimal("9223372036854775807", 0), value(int64_max));
    EXPECT_EQ(parse_decimal("-9223372036854775808", 0), value(int64_min));
    EXPECT_EQ(parse_decimal("9.223372036854775807", 18), value(int64_max));
    EXPECT_EQ(parse_decimal("-9.223372036854775808", 18), value(int64_min));
    EXPECT_EQ(parse_decimal("9223372036854775808", 0), error(DecimalStatus::overflow, 0));
    EXPECT_EQ(parse_decimal("-9223372036854775809", 0), error(DecimalStatus::overflow, 1));
    EXPECT_EQ(parse_decimal("922337203685477580.8", 1), error(DecimalStatus::overflow, 0));
    EXPECT_EQ(parse_decimal("-922337203685477580.8", 1), value(int64_min));
    EXPECT_EQ(parse_decimal("10", 18), error(DecimalStatus::overflow, 0));
}

TEST(ParseDecimal, RefusesMagnitudesBeyondSixtyFourBits) {
    EXPECT_EQ(parse_decimal("18446744073709551615", 0), error(DecimalStatus::overflow, 0));
    EXPECT_EQ(parse_decimal("18446744073709551616", 0), error(DecimalStatus::overflow, 0));
    EXPECT_EQ(parse_decimal("18446744073709551617", 0), error(DecimalStatus::overflow, 0));
    EXPECT_EQ(parse_decimal(std::string(4'000, '9'), 0), error(DecimalStatus::overflow, 0));
}

TEST(ParseDecimal, JudgesShapeBeforeDecimalsBeforeRange) {
    EXPECT_EQ(parse_decimal("99999999999999999999.99x", 1),
              error(DecimalStatus::bad_character, 23));
    EXPECT_EQ(parse_decimal("99999999999999999999.99", 1),
              error(DecimalStatus::too_many_decimals, 22));
}

TEST(ParseDecimal, ReadsBackWhatIsWritten) {
    std::vector<std::int64_t> values = edge_values();
    std::mt19937_64 random{test_seed()};
    for (int i = 0; i < 5'000; ++i)
        values.push_back(any_value(random));
    for (const std::int64_t coefficient : values)
        for (unsigned decimals = 0; decimals <= decimals_max; ++decimals)
            ASSERT_EQ(parse_decimal(written(coefficient, decimals), decimals), value(coefficient))
                << coefficient << " at " << decimals;
}

TEST(ParseDecimal, AgreesWithStringArithmeticOnWellFormedText) {
    std::mt19937_64 random{test_seed()};
    for (int i = 0; i < 100'000; ++i) {
        std::string text = random() % 2 == 0 ? "" : "-";
        text += any_digits(random, 1, 1 + random() % 22);
        if (random() % 4 != 0) text.append(1, '.').append(any_digits(random, 1, 1 + random() % 22));
        const auto decimals = static_cast<unsigned>(random() % (decimals_max + 1));
        const ParsedDecimal parsed = parse_decimal(text, decimals);
        const ParsedDecimal expected = slow_parse(text, decimals);
        ASSERT_EQ(parsed.status, expected.status) << text << " at " << decimals;
        ASSERT_EQ(parsed.value, expected.value) << text << " at " << decimals;
    }
}

TEST(ParseDecimal, AcceptsExactlyTheGrammar) {
    constexpr std::string_view alphabet = "0011239..--+eE x\n";
    std::mt19937_64 random{test_seed()};
    for (int i = 0; i < 20'000; ++i) {
        std::string text(random() % 8, ' ');
        for (char& c : text)
            c = alphabet[random() % alphabet.size()];
        ASSERT_EQ(parse_decimal(text, decimals_max - 8).ok(), well_formed(text))
            << '"' << text << '"';
    }
}

TEST(ParseDecimal, AbortsBeyondEighteenDecimals) {
    EXPECT_DEATH((void)parse_decimal("1", 19), "invariant broken");
}

TEST(ParsedDecimal, DiffersInAnyField) {
    const ParsedDecimal parsed = value(5);
    EXPECT_EQ(parsed, parse_decimal("5", 0));
    EXPECT_NE(parsed, value(6));
    EXPECT_NE(parsed, error(DecimalStatus::overflow, 0));
    EXPECT_NE(error(DecimalStatus::overflow, 0), error(DecimalStatus::overflow, 1));
}

TEST(Rescale, MultipliesUpExactly) {
    EXPECT_EQ(rescale(15, 1, 4), 15'000);
    EXPECT_EQ(rescale(-15, 0, 18), std::nullopt);
    EXPECT_EQ(rescale(-9, 0, 18), -9'000'000'000'000'000'000);
    EXPECT_EQ(rescale(int64_min, 7, 7), int64_min);
    EXPECT_EQ(rescale(0, 0, 18), 0);
}

TEST(Rescale, DividesOnlyWithoutLoss) {
    EXPECT_EQ(rescale(15'000, 4, 1), 15);
    EXPECT_EQ(rescale(15'010, 4, 1), std::nullopt);
    EXPECT_EQ(rescale(-10, 1, 0), -1);
    EXPECT_EQ(rescale(int64_min, 1, 0), std::nullopt);
    EXPECT_EQ(rescale(1'000'000'000'000'000'000, 18, 0), 1);
}

TEST(Rescale, RefusesOverflow) {
    EXPECT_EQ(rescale(int64_max / 10, 0, 1), int64_max / 10 * 10);
    EXPECT_EQ(rescale(int64_max / 10 + 1, 0, 1), std::nullopt);
    EXPECT_EQ(rescale(int64_min / 10, 0, 1), int64_min / 10 * 10);
    EXPECT_EQ(rescale(int64_min / 10 - 1, 0, 1), std::nullopt);
}

TEST(Rescale, AgreesWithStringArithmetic) {
    std::vector<std::int64_t> values = edge_values();
    std::mt19937_64 random{test_seed()};
    for (int i = 0; i < 200; ++i)
        values.push_back(any_value(random));
    for (const std::int64_t coefficient : values)
        for (unsigned from = 0; from <= decimals_max; ++from)
            for (unsigned to = 0; to <= decimals_max; ++to) {
                const ParsedDecimal expected = slow_parse(slow_text(coefficient, from), to);
                const auto scaled = rescale(coefficient, from, to);
                ASSERT_EQ(scaled.has_value(), expected.ok());
                ASSERT_EQ(scaled.value_or(0), expected.value);
            }
}

TEST(Rescale, AbortsBeyondEighteenDecimals) {
    EXPECT_DEATH((void)rescale(1, 19, 0), "invariant broken");
    EXPECT_DEATH((void)rescale(1, 0, 19), "invariant broken");
}

TEST(DecimalStatus, EveryStatusHasItsOwnName) {
    EXPECT_EQ(to_string(DecimalStatus::ok), "ok");
    EXPECT_EQ(to_string(DecimalStatus::empty), "empty");
    EXPECT_EQ(to_string(DecimalStatus::lone_sign), "lone_sign");
    EXPECT_EQ(to_string(DecimalStatus::lone_point), "lone_point");
    EXPECT_EQ(to_string(DecimalStatus::bad_character), "bad_character");
    EXPECT_EQ(to_string(DecimalStatus::too_many_decimals), "too_many_decimals");
    EXPECT_EQ(to_string(DecimalStatus::overflow), "overflow");
    EXPECT_EQ(to_string(static_cast<DecimalStatus>(255)), "?");
}

}  // namespace
}  // namespace tickweir::book
