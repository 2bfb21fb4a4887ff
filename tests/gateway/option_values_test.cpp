// The values of options, at their limits.
#include "gateway/commands/option_values.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

/// The value of an answer that has one.
template <class Value>
Value of(const replay::Result<Value>& answer) {
    if (answer) return *answer;
    ADD_FAILURE() << answer.error();
    return {};
}

TEST(OptionValues, CountsReachFromTheLeastToTheMost) {
    EXPECT_EQ(of(parse_count("0", 0, 5)), 0u);
    EXPECT_EQ(of(parse_count("5", 5, 5)), 5u);
    EXPECT_EQ(of(parse_count("007", 0, 7)), 7u);
    EXPECT_EQ(of(parse_count("18446744073709551615", 0, ~std::uint64_t{0})), ~std::uint64_t{0});
    EXPECT_EQ(parse_count("6", 0, 5).error(), "6 is not between 0 and 5");
    EXPECT_EQ(parse_count("4", 5, 9).error(), "4 is not between 5 and 9");
    EXPECT_EQ(parse_count("99999999999999999999", 1, 2).error(),
              "99999999999999999999 is not between 1 and 2");
    for (const char* const text : {"", " 1", "1 ", "+1", "-1", "1.0", "1e3", "0x10", "1,000", "x"})
        EXPECT_FALSE(parse_count(text, 0, 100'000)) << text;
}

TEST(OptionValues, DatesExist) {
    EXPECT_EQ(of(parse_date("2024-02-29")), std::chrono::year{2024} / 2 / 29);
    EXPECT_EQ(of(parse_date("1970-01-01")), std::chrono::year{1970} / 1 / 1);
    EXPECT_EQ(of(parse_date("2261-12-31")), std::chrono::year{2261} / 12 / 31);
    for (const char* const text :
         {"", "2024", "2024-2-29", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-01",
          "2024-01-00", "2024/01/01", "20240101", "-024-01-01", "2024-01-1 ", "2024-01-011",
          "1969-12-31", "2262-01-01", "9999-12-31", "0000-01-01"})
        EXPECT_FALSE(parse_date(text)) << text;
}

TEST(OptionValues, ProbabilitiesAreExactAndBelowOne) {
    EXPECT_EQ(of(parse_probability("0")), Probability{0});
    EXPECT_EQ(of(parse_probability("0.5")), Probability{500'000'000});
    EXPECT_EQ(of(parse_probability("0.999999999")), Probability{999'999'999});
    EXPECT_EQ(of(parse_probability("0.000000001")), Probability{1});
    EXPECT_EQ(of(parse_probability("0.1000000000")), Probability{100'000'000});
    for (const char* const text : {"", "1", "1.0", "-0.1", "2", "0.0000000001", "50%", "1e-3", ".",
                                   "nan", "99999999999999999999"})
        EXPECT_FALSE(parse_probability(text)) << text;
}

TEST(OptionValues, ListsHaveDistinctParts) {
    EXPECT_EQ(of(parse_list("A")), std::vector<std::string>{"A"});
    EXPECT_EQ(of(parse_list("BRK.A,a b,x")), (std::vector<std::string>{"BRK.A", "a b", "x"}));
    for (const char* const text : {"", ",", "A,", ",A", "A,,B", "A,B,A"})
        EXPECT_FALSE(parse_list(text)) << text;
}

}  // namespace
}  // namespace tickweir::gateway
