// The scalars of the wire formats: byte order, width, padding.
#include "codecs/bytes.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "tests/codecs/wire.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs {
namespace {

using tests::copy_of;
using tests::hex_bytes;

TEST(BigEndian, PutsTheMostSignificantByteFirst) {
    EXPECT_EQ(copy_of(as_bytes(be16{0x0102})), hex_bytes("0102"));
    EXPECT_EQ(copy_of(as_bytes(be32{0x01020304})), hex_bytes("01020304"));
    EXPECT_EQ(copy_of(as_bytes(be48{0x010203040506})), hex_bytes("010203040506"));
    EXPECT_EQ(copy_of(as_bytes(be64{0x0102030405060708})), hex_bytes("0102030405060708"));
}

TEST(BigEndian, IsTheSameInConstantExpressions) {
    static constexpr be16 two{0xF1F2};
    static constexpr be32 four{0xF1F2F3F4};
    static constexpr be48 six{0xF1F2F3F4F5F6};
    static constexpr be64 eight{0xF1F2F3F4F5F6F7F8};
    static_assert(two == 0xF1F2 && four == 0xF1F2F3F4);
    static_assert(six == 0xF1F2F3F4F5F6 && eight == 0xF1F2F3F4F5F6F7F8);
    EXPECT_EQ(copy_of(as_bytes(two)), hex_bytes("f1f2"));
    EXPECT_EQ(copy_of(as_bytes(four)), hex_bytes("f1f2f3f4"));
    EXPECT_EQ(copy_of(as_bytes(six)), hex_bytes("f1f2f3f4f5f6"));
    EXPECT_EQ(copy_of(as_bytes(eight)), hex_bytes("f1f2f3f4f5f6f7f8"));
}

TEST(BigEndian, IsZeroByDefault) {
    EXPECT_EQ(be16{}, 0u);
    EXPECT_EQ(be48{}, 0u);
    EXPECT_EQ(be64{}, 0u);
}

TEST(BigEndian, DropsTheBitsBeyondItsWidth) {
    EXPECT_EQ(be48{0xABCD'FFFF'FFFF'FFFF}, 0xFFFF'FFFF'FFFFu);
}

TEST(BigEndian, GivesBackWhatWasPutInAtAnyAlignment) {
    tests::Random random{tests::test_seed()};
    struct Packed {
        char before = ' ';
        be16 two{};
        be32 four{};
        be48 six{};
        be64 eight{};
    };
    static_assert(sizeof(Packed) == 21);
    for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t value = random() >> tests::below(random, 64);
        const Packed packed{.two = static_cast<std::uint16_t>(value),
                            .four = static_cast<std::uint32_t>(value),
                            .six = value,
                            .eight = value};
        ASSERT_EQ(packed.two, static_cast<std::uint16_t>(value));
        ASSERT_EQ(packed.four, static_cast<std::uint32_t>(value));
        ASSERT_EQ(packed.six, value & 0xFFFF'FFFF'FFFF);
        ASSERT_EQ(packed.eight, value);
    }
}

TEST(BigEndian, ReadsNoByteBeyondItself) {
    const auto six = hex_bytes("ffffffffffff");
    EXPECT_EQ(*reinterpret_cast<const be48*>(six.data()), 0xFFFF'FFFF'FFFFu);
}

TEST(Alpha, IsPaddedWithBlanks) {
    EXPECT_EQ(copy_of(as_bytes(Alpha<8>{"AAPL"})), tests::text_bytes("AAPL    "));
    EXPECT_EQ(copy_of(as_bytes(Alpha<4>{})), tests::text_bytes("    "));
    EXPECT_EQ(copy_of(as_bytes(Alpha<4>{"LUDP"})), tests::text_bytes("LUDP"));
}

TEST(Alpha, ShowsItsTextWithoutThePadding) {
    EXPECT_EQ(Alpha<8>{"AAPL"}.view(), "AAPL");
    EXPECT_EQ(Alpha<8>{}.view(), "");
    EXPECT_EQ(Alpha<8>{" A B "}.view(), " A B");
    EXPECT_EQ(Alpha<8>{"AAPL"}.raw(), "AAPL    ");
}

TEST(Alpha, CutsOffWhatDoesNotFit) {
    EXPECT_EQ(Alpha<4>{std::string_view{"ABCDEFG"}}.view(), "ABCD");
}

TEST(Alpha, EqualsTextOfTheSameCharactersOnly) {
    static_assert(Alpha<8>{"AAPL"} == "AAPL");
    EXPECT_TRUE(Alpha<8>{"AAPL"} == std::string_view{"AAPL"});
    EXPECT_TRUE(Alpha<8>{"AAPL"} == Alpha<8>{"AAPL"});
    EXPECT_FALSE(Alpha<8>{"AAPL"} == "AAP");
    EXPECT_FALSE(Alpha<8>{"ABCDEFGH"} == "ABCDEFGHI");
    EXPECT_FALSE(Alpha<8>{"AAPL"} == Alpha<8>{"AAPM"});
}

}  // namespace
}  // namespace tickweir::codecs
