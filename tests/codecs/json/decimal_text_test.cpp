// Numbers as venues write them: digits behind the point as many as wanted, or as many as needed.
#include "codecs/json/decimal_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace tickweir::codecs::json {
namespace {

TEST(DecimalText, WritesNumbersWithAsManyDecimalsAsTheVenue) {
    const auto fixed = [](std::int64_t number, unsigned held, unsigned written) {
        std::string out;
        append_fixed(out, number, held, written);
        return out;
    };
    EXPECT_EQ(fixed(12'345, 2, 2), "123.45");
    EXPECT_EQ(fixed(12'345, 2, 5), "123.45000");
    EXPECT_EQ(fixed(5, 3, 0), "0.005");
    EXPECT_EQ(fixed(1'500, 3, 0), "1.5");
    EXPECT_EQ(fixed(2'000, 3, 0), "2");
    EXPECT_EQ(fixed(2'000, 3, 1), "2.0");
    EXPECT_EQ(fixed(0, 8, 8), "0.00000000");
    EXPECT_EQ(fixed(0, 8, 0), "0");
    EXPECT_EQ(fixed(-250, 2, 0), "-2.5");
    EXPECT_EQ(fixed(1, 30, 0), "0.000000000000000000000000000001");
    EXPECT_EQ(fixed(std::numeric_limits<std::int64_t>::min(), 0, 0), "-9223372036854775808");
}

}  // namespace
}  // namespace tickweir::codecs::json
