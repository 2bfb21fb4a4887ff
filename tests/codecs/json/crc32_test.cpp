// The checksum against zlib's.
#include "codecs/json/crc32.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

#include "tests/support/seed.hpp"

namespace tickweir::codecs::json {
namespace {

std::uint32_t zlib_of(std::string_view text, std::uint32_t before = 0) {
    return static_cast<std::uint32_t>(::crc32(before, reinterpret_cast<const Bytef*>(text.data()),
                                              static_cast<uInt>(text.size())));
}

std::string random_text(std::size_t length, std::mt19937_64& random) {
    std::string text(length, '\0');
    for (char& c : text)
        c = static_cast<char>(random());
    return text;
}

TEST(Crc32, HasItsPublishedCheckValue) {
    EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
    EXPECT_EQ(crc32(""), 0U);
    EXPECT_EQ(crc32("", 5), 5U);
}

TEST(Crc32, EqualsZlibAtEveryLengthAndAlignment) {
    std::mt19937_64 random{tests::test_seed()};
    const std::string text = random_text(700, random);
    for (std::size_t begin = 0; begin < 17; ++begin)
        for (std::size_t length = 0; begin + length <= text.size(); length += 1 + length / 200) {
            const std::string_view part = std::string_view{text}.substr(begin, length);
            ASSERT_EQ(crc32(part), zlib_of(part)) << begin << ' ' << length;
            ASSERT_EQ(detail::crc32_by_tables(part, 0), zlib_of(part)) << begin << ' ' << length;
        }
}

TEST(Crc32, GoesOnWhereItStopped) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 500; ++round) {
        const std::string text = random_text(random() % 500, random);
        const std::size_t cut = text.empty() ? 0 : random() % text.size();
        const std::string_view first = std::string_view{text}.substr(0, cut);
        const std::string_view second = std::string_view{text}.substr(cut);
        ASSERT_EQ(crc32(second, crc32(first)), zlib_of(text));
        ASSERT_EQ(detail::crc32_by_tables(second, detail::crc32_by_tables(first, 0)),
                  zlib_of(text));
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
