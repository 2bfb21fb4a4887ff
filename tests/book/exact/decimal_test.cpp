// Exact numbers by hand: every operation, every error, and the edges of 38 digits and 18 decimals.
#include "book/exact/decimal.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "book/exact/money.hpp"

namespace tickweir::book::exact {
namespace {

const std::string nines(38, '9');

Decimal number(std::string_view text) {
    const ParsedNumber parsed = parse_number(text);
    EXPECT_TRUE(parsed.ok()) << text;
    return parsed.value;
}

std::string text(const Checked<Decimal>& result) {
    return result.ok() ? to_fixed_text(result.value) : std::string{to_string(result.error)};
}

std::string zeros(std::size_t count) {
    return std::string(count, '0');
}

TEST(Decimal, AddsAtTheFinerScale) {
    EXPECT_EQ(text(add(number("1.5"), number("2.25"))), "3.75");
    EXPECT_EQ(text(add(number("2.25"), number("-1.5"))), "0.75");
    EXPECT_EQ(text(add(number("1.5"), number("-2.25"))), "-0.75");
    EXPECT_EQ(text(add(number("-1.5"), number("-2.25"))), "-3.75");
    EXPECT_EQ(text(subtract(number("1"), number("0.000000000000000001"))), "0.999999999999999999");
    EXPECT_EQ(text(add(number("1.50"), number("-1.50"))), "0.00");
}

TEST(Decimal, SaysWhenASumNeedsMoreThan38Digits) {
    EXPECT_EQ(text(add(number(nines), number("1"))), "overflow");
    EXPECT_EQ(text(subtract(number("-" + nines), number("1"))), "overflow");
    EXPECT_EQ(text(add(number(nines), number(nines))), "overflow") << "beyond 127 bits, too";
    EXPECT_EQ(text(subtract(number("-" + nines), number(nines))), "overflow");
    EXPECT_EQ(text(add(number(nines), number("0.1"))), "overflow");
    EXPECT_EQ(text(add(number(nines), number("0.000000000000000001"))), "overflow");
    EXPECT_EQ(text(add(number("-" + nines), number("0.1"))), "overflow");
}

TEST(Decimal, FindsItsWayBackFromASumThatIsTooLongOnTheWayOnly) {
    // 11 * 10^36 with one more digit has 39 digits; the difference has 38 again.
    const Decimal large{std::int64_t{11}, 0};
    const Decimal big = multiply(large, number("1" + zeros(36))).value;
    const Decimal small = number("-2" + zeros(36) + ".0");
    EXPECT_EQ(text(add(big, small)), "9" + zeros(36) + ".0");
    EXPECT_EQ(text(add(small, big)), "9" + zeros(36) + ".0");
    EXPECT_EQ(text(add(big, number("-0.1"))), "overflow");
}

TEST(Decimal, MultipliesExactly) {
    EXPECT_EQ(text(multiply(number("1.5"), number("-2.25"))), "-3.375");
    EXPECT_EQ(text(multiply(number("0.000000001"), number("0.000000001"))), "0.000000000000000001");
    EXPECT_EQ(text(multiply(number("0.0000000010"), number("0.000000001"))),
              "0.000000000000000001");
    EXPECT_EQ(text(multiply(number("0.0000000011"), number("0.000000001"))), "inexact");
    EXPECT_EQ(text(multiply(number(nines), number("1"))), nines);
    EXPECT_EQ(text(multiply(number("-" + nines), number("-10"))), "overflow");
    EXPECT_EQ(text(multiply(number(nines), number(nines))), "overflow");
    EXPECT_EQ(text(multiply(number("12345678901234567890.5"), number("1000000000000000.5"))),
              "12345678901234574063339450617283945.25");
}

TEST(Decimal, RoundsInEveryMode) {
    struct Row {
        const char* value;
        std::vector<const char*> rounded;  // by mode, in the order of all_roundings
    };
    // From the definitions of the specification: value to no decimals.
    const std::vector<Row> rows{
        {"2.5", {"2", "3", "2", "3", "2", "3", "2", "2"}},
        {"-2.5", {"-2", "-3", "-2", "-3", "-2", "-2", "-3", "-2"}},
        {"3.5", {"4", "4", "3", "4", "3", "4", "3", "3"}},
        {"2.4", {"2", "2", "2", "3", "2", "3", "2", "2"}},
        {"2.6", {"3", "3", "3", "3", "2", "3", "2", "2"}},
        {"-2.6", {"-3", "-3", "-3", "-3", "-2", "-2", "-3", "-2"}},
        {"5.1", {"5", "5", "5", "6", "5", "6", "5", "6"}},
        {"-10.1", {"-10", "-10", "-10", "-11", "-10", "-10", "-11", "-11"}},
        {"0.5", {"0", "1", "0", "1", "0", "1", "0", "1"}},
        {"7.0", {"7", "7", "7", "7", "7", "7", "7", "7"}},
    };
    for (const Row& row : rows)
        for (std::size_t i = 0; i < all_roundings.size(); ++i) {
            EXPECT_EQ(text(quantize(number(row.value), 0, all_roundings[i])), row.rounded[i])
                << row.value << " mode " << i;
            EXPECT_EQ(text(multiply(number(row.value), number("1.0"), 0, all_roundings[i])),
                      row.rounded[i])
                << row.value << " mode " << i;
        }
}

TEST(Decimal, QuantizesToFinerAndCoarserScales) {
    EXPECT_EQ(text(quantize(number("1.5"), 3, Rounding::down)), "1.500");
    EXPECT_EQ(text(quantize(number("1.5"), 1, Rounding::up)), "1.5");
    EXPECT_EQ(text(quantize(number(nines), 1, Rounding::down)), "overflow");
    EXPECT_EQ(text(quantize(number("1" + zeros(37)), 18, Rounding::down)), "overflow");
    EXPECT_EQ(text(rescaled(number("1.500"), 1)), "1.5");
    EXPECT_EQ(text(rescaled(number("1.55"), 1)), "inexact");
}

TEST(Decimal, DividesWithOneRounding) {
    EXPECT_EQ(text(divide(number("1"), number("3"), 18, Rounding::half_even)),
              "0.333333333333333333");
    EXPECT_EQ(text(divide(number("2"), number("-3"), 4, Rounding::half_up)), "-0.6667");
    EXPECT_EQ(text(divide(number("1"), number("0"), 4, Rounding::half_up)), "division by zero");
    EXPECT_EQ(text(divide(number(nines), number("0.1"), 0, Rounding::down)), "overflow");
    // Cut off in two steps: a half and a little more is above a half.
    EXPECT_EQ(text(divide(number("2.500000000000000001"), number("1"), 0, Rounding::half_down)),
              "3");
    EXPECT_EQ(text(divide(number("2.500000000000000000"), number("1"), 0, Rounding::half_down)),
              "2");
    EXPECT_EQ(text(divide(number(nines), number("99999999999999999999.9"), 2, Rounding::floor)),
              "1000000000000000000.00");
}

TEST(Decimal, MultipliesAndDividesWithOneRounding) {
    EXPECT_EQ(text(multiply_divide(number("10"), number("10"), number("3"), 2, Rounding::up)),
              "33.34");
    EXPECT_EQ(text(multiply_divide(number(nines), number(nines), number(nines), 0, Rounding::up)),
              nines);
    EXPECT_EQ(text(multiply_divide(number(nines), number(nines), number(nines), 18, Rounding::up)),
              "overflow");
    EXPECT_EQ(text(multiply_divide(number("1"), number("1"), number("0.00"), 0, Rounding::up)),
              "division by zero");
}

TEST(Decimal, ComparesByValue) {
    EXPECT_EQ(number("1.50"), number("1.5"));
    EXPECT_NE(number("1.50"), number("1.51"));
    EXPECT_LT(number("-1.5"), number("-1.49"));
    EXPECT_LT(number("-1"), number("0.1"));
    EXPECT_GT(number("0.1"), number("-1"));
    EXPECT_GT(number(nines), number("0.000000000000000001"));
    EXPECT_LT(number("1"), number("2"));
    EXPECT_EQ(number("0.00"), Decimal{});
    EXPECT_TRUE(number("-0").is_zero());
    EXPECT_EQ(-number("2.5"), number("-2.5"));
}

TEST(Decimal, HoldsEveryIntegerOf64BitsAnd38Digits) {
    EXPECT_EQ(to_text(Decimal{std::numeric_limits<std::int64_t>::min(), 18}),
              "-9.223372036854775808");
    EXPECT_EQ(to_text(Decimal{std::numeric_limits<std::int64_t>::max(), 0}), "9223372036854775807");
    EXPECT_TRUE(Decimal::of(Decimal::coefficient_max, 0).ok());
    EXPECT_EQ(Decimal::of(Decimal::coefficient_max + 1, 0).error, ArithmeticError::overflow);
    EXPECT_EQ(Decimal::of(-Decimal::coefficient_max - 1, 0).error, ArithmeticError::overflow);
}

TEST(Decimal, WritesWithAndWithoutZerosAtTheEnd) {
    EXPECT_EQ(to_text(number("234.100")), "234.1");
    EXPECT_EQ(to_fixed_text(number("234.100")), "234.100");
    EXPECT_EQ(to_text(number("0.00000001")), "0.00000001");
    EXPECT_EQ(to_text(number("100")), "100");
    EXPECT_EQ(to_text(number("0.000")), "0");
    EXPECT_EQ(to_fixed_text(number("-0.050")), "-0.050");
    EXPECT_EQ(to_text(number("12345678901234567890123.5000")), "12345678901234567890123.5");
    EXPECT_EQ(to_text(number("-" + nines)), "-" + nines);
    EXPECT_EQ(to_fixed_text(number("20000000000000000000.000000000000000000")),
              "20000000000000000000.000000000000000000");
    EXPECT_EQ(to_text(number("20000000000000000000.000000000000000000")), "20000000000000000000");
    EXPECT_EQ(to_text(number("10")), "10");
    EXPECT_EQ(to_text(number("7")), "7");
}

struct Refused {
    const char* text;
    DecimalStatus status;
    std::size_t offset;
};

TEST(Decimal, SaysWhereATextIsNoNumber) {
    const std::vector<Refused> rows{
        {"", DecimalStatus::empty, 0},
        {"-", DecimalStatus::lone_sign, 0},
        {".", DecimalStatus::lone_point, 0},
        {"-.", DecimalStatus::lone_point, 1},
        {"1.", DecimalStatus::lone_point, 1},
        {".5", DecimalStatus::lone_point, 0},
        {"+1", DecimalStatus::bad_character, 0},
        {" 1", DecimalStatus::bad_character, 0},
        {"1 ", DecimalStatus::bad_character, 1},
        {"1e3", DecimalStatus::bad_character, 1},
        {"1.2.3", DecimalStatus::bad_character, 3},
        {"-x", DecimalStatus::bad_character, 1},
        {"0.0000000000000000001", DecimalStatus::too_many_decimals, 20},
        {"100000000000000000000000000000000000000", DecimalStatus::overflow, 0},
        {"-100000000000000000000000000000000000000.5", DecimalStatus::overflow, 1},
    };
    for (const Refused& row : rows) {
        const ParsedNumber parsed = parse_number(row.text);
        EXPECT_EQ(parsed.status, row.status) << row.text;
        EXPECT_EQ(parsed.offset, row.offset) << row.text;
        EXPECT_EQ(parsed.value, Decimal{}) << row.text;
    }
}

TEST(Decimal, TakesZerosInAnyNumber) {
    EXPECT_EQ(number(zeros(60) + "1.5" + zeros(60)), Decimal(15, 1));
    EXPECT_EQ(number(zeros(60) + "1.5" + zeros(60)).scale(), 18u);
    EXPECT_EQ(number("0." + zeros(60)), Decimal{});
    EXPECT_EQ(number("-" + zeros(100)), Decimal{});
    EXPECT_EQ(number("1.50").scale(), 2u);
}

TEST(Decimal, TakesExponentsAndPlusWhereAskedTo) {
    const NumberSyntax all{.exponent = true, .plus = true};
    const auto value = [&](std::string_view given) {
        const ParsedNumber parsed = parse_number(given, all);
        return parsed.ok() ? to_fixed_text(parsed.value) : std::string{to_string(parsed.status)};
    };
    EXPECT_EQ(value("+1.5e3"), "1500");
    EXPECT_EQ(value("1.5E-1"), "0.15");
    EXPECT_EQ(value("1.5e+1"), "15");
    EXPECT_EQ(value("-1.25e1"), "-12.5");
    EXPECT_EQ(value("5.0e-18"), "0.000000000000000005");
    EXPECT_EQ(value("5e-19"), "too_many_decimals");
    EXPECT_EQ(value("500e-20"), "0.000000000000000005");
    EXPECT_EQ(value("0e999999999999999999999"), "0");
    EXPECT_EQ(value("0e-999999999999999999999"), "0");
    EXPECT_EQ(value("1e38"), "overflow");
    EXPECT_EQ(value("1e37"), "1" + zeros(37));
    EXPECT_EQ(value("1e99999999999999999999"), "overflow");
    EXPECT_EQ(value("1e"), "bad_character");
    EXPECT_EQ(value("1e-"), "bad_character");
    EXPECT_EQ(value("1e5x"), "bad_character");
    EXPECT_EQ(value("1.5x"), "bad_character");
    EXPECT_EQ(value("+"), "lone_sign");
    EXPECT_EQ(value("e5"), "bad_character");
}

TEST(Decimal, IsOrderedByItsValueAtAnyScale) {
    const Decimal ordered[]{number("-" + nines), number("-1.5"), number("-1.25"), number("-1"),
                            number("0"),         number("0.5"),  number("1"),     number("1.25"),
                            number("1.50"),      number("2"),    number(nines)};
    for (const Decimal& a : ordered) {
        for (const Decimal& b : ordered) {
            EXPECT_EQ(a <=> b, &a <=> &b) << to_fixed_text(a) << " " << to_fixed_text(b);
            EXPECT_EQ(a == b, &a == &b);
        }
    }
    EXPECT_EQ(number("1.50") <=> number("1.5"), std::weak_ordering::equivalent);
    EXPECT_EQ(number("-1.50") <=> number("-1.5"), std::weak_ordering::equivalent);
    EXPECT_TRUE(number("0.00") == number("-0"));
}

TEST(Decimal, NamesItsErrors) {
    EXPECT_EQ(to_string(ArithmeticError::none), "none");
    EXPECT_EQ(to_string(ArithmeticError::overflow), "overflow");
    EXPECT_EQ(to_string(ArithmeticError::division_by_zero), "division by zero");
    EXPECT_EQ(to_string(ArithmeticError::inexact), "inexact");
    EXPECT_EQ(to_string(ArithmeticError::different_assets), "different assets");
    EXPECT_EQ(to_string(static_cast<ArithmeticError>(99)), "?");
}

TEST(Money, IsTheSameWhereAssetAndAmountAre) {
    const Money dollar{AssetId{1}, number("1")};
    EXPECT_TRUE(dollar == (Money{AssetId{1}, number("1.00")}));
    EXPECT_FALSE(dollar == (Money{AssetId{2}, number("1")}));
    EXPECT_FALSE(dollar == (Money{AssetId{1}, number("2")}));
}

TEST(Money, RefusesToMixAssets) {
    const Money dollars{AssetId{1}, number("10.50")};
    EXPECT_EQ(add(dollars, Money{AssetId{2}, number("1")}).error,
              ArithmeticError::different_assets);
    EXPECT_EQ(subtract(dollars, Money{AssetId{1}, number("0.25")}).value,
              (Money{AssetId{1}, number("10.25")}));
    EXPECT_EQ(add(dollars, Money{AssetId{1}, number(nines)}).error, ArithmeticError::overflow);
}

TEST(Money, ComputesWhatATradeIsWorthExactly) {
    EXPECT_EQ(text(notional({2, 0}, Price{18'995}, Quantity{300})), "56985.00");
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(text(notional({8, 8}, Price{most}, Quantity{most})),
              "8507059173023461584739.6907784232501249");
    EXPECT_EQ(text(notional({9, 10}, Price{1}, Quantity{1})), "inexact");
    EXPECT_EQ(text(notional({9, 10}, Price{10}, Quantity{1})), "0.000000000000000001");
    EXPECT_EQ(text(notional({2, 0}, Price{-5}, Quantity{3})), "-0.15");
}

}  // namespace
}  // namespace tickweir::book::exact
