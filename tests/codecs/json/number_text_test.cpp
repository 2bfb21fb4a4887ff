// Number text: what each form accepts, what fits, and that the short way and the long way agree.
#include "codecs/json/number_text.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/seed.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr NumberForm quoted = NumberForm::quoted;
constexpr NumberForm bare = NumberForm::bare;

/// Both ways of reading, which have to agree; the number and what became of it.
std::pair<NumberRead, Number> read(std::string_view text, NumberForm form) {
    Number number;
    const NumberRead result = read_number(text, form, number);
    const std::string padded = std::string{text} + "9999999999999999.9e9";
    Number other;
    EXPECT_EQ(read_padded_number(std::string_view{padded}.substr(0, text.size()), form, other),
              result)
        << text;
    if (result != NumberRead::ok) return {result, {}};
    EXPECT_EQ(other, number) << text;
    return {result, number};
}

std::pair<NumberRead, Number> good(std::int64_t mantissa, std::uint32_t decimals) {
    return {NumberRead::ok, {mantissa, decimals}};
}
const std::pair<NumberRead, Number> no_number{NumberRead::not_a_number, {}};
const std::pair<NumberRead, Number> no_fit{NumberRead::does_not_fit, {}};

TEST(NumberText, StripsZerosAtTheEndOfAFraction) {
    for (const NumberForm form : {quoted, bare}) {
        EXPECT_EQ(read("0.50930100", form), good(509301, 6));
        EXPECT_EQ(read("100", form), good(100, 0));
        EXPECT_EQ(read("100.00", form), good(100, 0));
        EXPECT_EQ(read("0.000", form), good(0, 0));
        EXPECT_EQ(read("0", form), good(0, 0));
        EXPECT_EQ(read("61837.63000000", form), good(6183763, 2));
        EXPECT_EQ(read("1234567.12345678", form), good(123456712345678, 8));
        EXPECT_EQ(read("9999999999999999", form), good(9'999'999'999'999'999, 0));
        EXPECT_EQ(read("12345678901.12345678", form), good(1'234'567'890'112'345'678, 8));
    }
}

TEST(NumberText, ReadsNegativeNumbers) {
    EXPECT_EQ(read("-1.50", quoted), good(-15, 1));
    EXPECT_EQ(read("-0.0", bare), good(0, 0));
    EXPECT_EQ(read("-9223372036854775808", bare),
              good(std::numeric_limits<std::int64_t>::min(), 0));
    EXPECT_EQ(read("-9223372036854775809", bare), no_fit);
}

TEST(NumberText, TakesWhatFitsSixtyThreeBitsAndEighteenDecimals) {
    EXPECT_EQ(read("9223372036854775807", quoted),
              good(std::numeric_limits<std::int64_t>::max(), 0));
    EXPECT_EQ(read("9223372036854775808", quoted), no_fit);
    EXPECT_EQ(read("0.000000000000000001", quoted), good(1, 18));
    EXPECT_EQ(read("0.0000000000000000001", quoted), no_fit);
    EXPECT_EQ(read("0.0000000000000000010000000000", quoted), good(1, 18));
    EXPECT_EQ(read("0.0001800000000000000000000000000000000001", quoted), no_fit);
    EXPECT_EQ(read(std::string(500, '9'), quoted), no_fit);
    EXPECT_EQ(read(std::string(500, '0') + "7", quoted), good(7, 0));
    EXPECT_EQ(read("1." + std::string(500, '0'), quoted), good(1, 0));
}

TEST(NumberText, TakesExponentsOfBareNumbersOnly) {
    EXPECT_EQ(read("1e-08", bare), good(1, 8));
    EXPECT_EQ(read("0.1e-2", bare), good(1, 3));
    EXPECT_EQ(read("0.27e1", bare), good(27, 1));
    EXPECT_EQ(read("1.5E+3", bare), good(1500, 0));
    EXPECT_EQ(read("1e18", bare), good(1'000'000'000'000'000'000, 0));
    EXPECT_EQ(read("1e19", bare), no_fit);
    EXPECT_EQ(read("1e-19", bare), no_fit);
    EXPECT_EQ(read("10e-19", bare), good(1, 18));
    EXPECT_EQ(read("0e99999999999999999999999", bare), good(0, 0));
    EXPECT_EQ(read("1e99999999999999999999999", bare), no_fit);
    EXPECT_EQ(read("1e-99999999999999999999999", bare), no_fit);
    for (const char* text : {"1e-08", "1E5", "0.27e1"})
        EXPECT_EQ(read(text, quoted), no_number) << text;
}

TEST(NumberText, RefusesWhatIsNoNumber) {
    for (const char* text : {"", "-", ".", "1.", ".5", "+1", " 1", "1 ", "1.2.3", "1,5", "abc",
                             "0x10", "1..2", "--1", "1-", "NaN", "Infinity", "١", "1_000"}) {
        EXPECT_EQ(read(text, quoted), no_number) << text;
        EXPECT_EQ(read(text, bare), no_number) << text;
    }
    for (const char* text : {"1e", "1e+", "e5", "1e5.0", "1e5e5"})
        EXPECT_EQ(read(text, bare), no_number) << text;
}

TEST(NumberText, TakesLeadingZerosInStringsOnly) {
    EXPECT_EQ(read("007", quoted), good(7, 0));
    EXPECT_EQ(read("00.50", quoted), good(5, 1));
    for (const char* text : {"007", "00.5", "00", "-01"})
        EXPECT_EQ(read(text, bare), no_number) << text;
}

TEST(NumberText, IsReadAlikeInBothWays) {
    std::mt19937_64 random{tests::test_seed()};
    constexpr std::string_view characters = "0123456789000999..-e+ /:";
    for (int round = 0; round < 200'000; ++round) {
        std::string text;
        for (auto length = random() % 22; length > 0; --length)
            text += characters[random() % (random() % 8 == 0 ? characters.size() : 17)];
        read(text, quoted);
        const auto [result, number] = read(text, bare);
        EXPECT_EQ(result != NumberRead::not_a_number, is_json_number(text)) << text;
    }
}

TEST(NumberText, GivesBackWhatWasWritten) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 100'000; ++round) {
        const auto mantissa = static_cast<std::int64_t>(random() >> (1 + random() % 63));
        const auto decimals = static_cast<std::uint32_t>(random() % 19);
        std::string text = std::to_string(mantissa);
        if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
        if (decimals != 0) text.insert(text.size() - decimals, ".");
        Number expected{mantissa, decimals};
        while (expected.decimals != 0 && expected.mantissa % 10 == 0)
            expected = {expected.mantissa / 10, expected.decimals - 1};
        if (mantissa == 0) expected = {};
        EXPECT_EQ(read(text, quoted), std::pair(NumberRead::ok, expected)) << text;
        EXPECT_EQ(read(text, bare), std::pair(NumberRead::ok, expected)) << text;
    }
}

std::optional<std::uint64_t> read_whole(std::string_view text, NumberForm form) {
    std::uint64_t number = 0;
    const bool fine = read_unsigned(text, form, number);
    const std::string padded = std::string{text} + "9999999999999999";
    std::uint64_t other = 0;
    EXPECT_EQ(read_padded_unsigned(std::string_view{padded}.substr(0, text.size()), form, other),
              fine);
    EXPECT_EQ(number, other);
    return fine ? std::optional{number} : std::nullopt;
}

TEST(NumberText, ReadsUnsignedIntegers) {
    EXPECT_EQ(read_whole("0", bare), 0u);
    EXPECT_EQ(read_whole("50093239202", bare), 50'093'239'202u);
    EXPECT_EQ(read_whole("9999999999999999", bare), 9'999'999'999'999'999u);
    EXPECT_EQ(read_whole("18446744073709551615", quoted), 18'446'744'073'709'551'615u);
    EXPECT_EQ(read_whole("18446744073709551616", quoted), std::nullopt);
    EXPECT_EQ(read_whole("007", quoted), 7u);
    for (const char* text : {"", "-1", "1.0", "1e3", " 1", "007", "12345678901234567x"})
        EXPECT_EQ(read_whole(text, bare), std::nullopt) << text;
}

std::optional<std::int64_t> time_of(std::string_view text) {
    std::int64_t time = 0;
    return read_rfc3339(text, time) ? std::optional{time} : std::nullopt;
}

TEST(NumberText, ReadsTimesOfRfc3339) {
    EXPECT_EQ(time_of("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(time_of("2024-02-29T23:59:59.123456789Z"), 1'709'251'199'123'456'789);
    EXPECT_EQ(time_of("2026-08-09T01:02:03.5Z"), 1'786'237'323'500'000'000);
    EXPECT_EQ(time_of("2026-08-09T01:02:03.000000+00:00"), 1'786'237'323'000'000'000);
    EXPECT_EQ(time_of("2261-12-31T23:59:59.999999999Z"), 9'214'646'399'999'999'999);
    for (const char* text :
         {"", "Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-00T00:00:00Z",
          "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z",
          "2024-01-01 00:00:00Z", "2024-01-01T00:00:00", "2024-01-01T00:00:00.Z",
          "2024-01-01T00:00:00.1234567890Z", "2024-01-01T00:00:00+01:00", "1969-12-31T23:59:59Z",
          "2262-01-01T00:00:00Z", "2024-01-01T00:00:00ZZ", "2024-01-01T00:00:00x",
          "20x4-01-01T00:00:00Z"})
        EXPECT_EQ(time_of(text), std::nullopt) << text;
}

}  // namespace
}  // namespace tickweir::codecs::json
