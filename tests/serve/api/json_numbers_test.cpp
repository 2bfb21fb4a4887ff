// Numbers and text as they stand in JSON.
#include "gateway/serve/json_numbers.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "gateway/json_writer.hpp"

namespace tickweir::gateway {
namespace {

std::string decimal(std::int64_t coefficient, unsigned decimals) {
    std::string out;
    append_decimal(out, coefficient, decimals);
    return out;
}

std::string text(std::string_view given) {
    std::string out;
    append_json_string(out, given);
    return out;
}

TEST(JsonNumbers, WriteExactDecimalsWithoutTrailingZeros) {
    EXPECT_EQ(decimal(2'341'000, 4), R"("234.1")");
    EXPECT_EQ(decimal(1, 8), R"("0.00000001")");
    EXPECT_EQ(decimal(0, 4), R"("0")");
    EXPECT_EQ(decimal(-50, 1), R"("-5")");
    EXPECT_EQ(decimal(std::numeric_limits<std::int64_t>::min(), 18), R"("-9.223372036854775808")");
    EXPECT_EQ(decimal(std::numeric_limits<std::int64_t>::max(), 0), R"("9223372036854775807")");
}

TEST(JsonNumbers, WritePricesAndQuantitiesInTheirUnits) {
    std::string out;
    append_price(out, book::Price{15}, 1);
    out += ',';
    append_quantity(out, book::Quantity{300}, 2);
    EXPECT_EQ(out, R"("1.5","3")");
}

TEST(JsonNumbers, WriteWholeNumbersOfAnyWidth) {
    std::string out;
    append_number(out, std::numeric_limits<std::uint64_t>::max());
    out += ' ';
    append_number(out, std::numeric_limits<std::int64_t>::min());
    out += ' ';
    append_number(out, std::uint16_t{7});
    EXPECT_EQ(out, "18446744073709551615 -9223372036854775808 7");
}

TEST(JsonNumbers, QuoteAndEscapeText) {
    EXPECT_EQ(text(""), R"("")");
    EXPECT_EQ(text("XBT/USD"), R"("XBT/USD")");
    EXPECT_EQ(text("a\"b\\c\n"), R"("a\"b\\c\n")");
    EXPECT_EQ(text("\xc3\xa9"), "\"\xc3\xa9\"");
    EXPECT_EQ(text("\xff"), R"("\u00ff")");
}

TEST(JsonNumbers, WriteTextAsTheWriterOfWholeDocumentsDoes) {
    for (int c = 0; c < 256; ++c) {
        const std::string given{'a', static_cast<char>(c), 'b'};
        std::string expected;
        JsonWriter{expected}.string(given);
        EXPECT_EQ(text(given), expected) << c;
    }
}

}  // namespace
}  // namespace tickweir::gateway
