// Arithmetic of 256 bits against one that takes a bit at a time, over numbers whose digits of 64
// bits are often all zeros, all ones or like those of the divisor: there a quotient's digit is
// guessed wrong.
#include "book/exact/wide.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/seed.hpp"

namespace tickweir::book::exact {
namespace {

constexpr Uint128 all_ones = ~Uint128{0};

Quotient divide_by_bits(const Uint256& n, Uint128 d) {
    Quotient out;
    for (int bit = 255; bit >= 0; --bit) {
        const Uint128 half = bit >= 128 ? n.high : n.low;
        const bool carry = out.remainder >> 127 != 0;
        out.remainder = out.remainder << 1 | (half >> (bit % 128) & 1);
        const bool goes = carry || out.remainder >= d;
        if (goes) out.remainder -= d;
        Uint128& place = bit >= 128 ? out.quotient.high : out.quotient.low;
        place |= Uint128{goes} << (bit % 128);
    }
    return out;
}

class Digits {
public:
    explicit Digits(std::uint64_t seed) : random_{seed} {}

    std::uint64_t digit() {
        switch (random_() % 6) {
            case 0:
                return 0;
            case 1:
                return ~std::uint64_t{0};
            case 2:
                return std::uint64_t{1} << 63;
            case 3:
                return last_;
            case 4:
                return random_() >> random_() % 64;
            default:
                return last_ = random_();
        }
    }
    Uint128 number() { return Uint128{digit()} << 64 | digit(); }

private:
    std::mt19937_64 random_;
    std::uint64_t last_ = 0;
};

TEST(Wide, DividesAsOneBitAtATimeDoes) {
    Digits digits{tests::test_seed()};
    for (int i = 0; i < 100'000; ++i) {
        const Uint256 n{digits.number(), digits.number()};
        const Uint128 d = std::max<Uint128>(digits.number(), 1);
        const Quotient expected = divide_by_bits(n, d);
        const Quotient quotient = divide(n, d);
        ASSERT_TRUE(quotient.quotient == expected.quotient) << "case " << i;
        ASSERT_TRUE(quotient.remainder == expected.remainder) << "case " << i;
    }
}

TEST(Wide, DividesWhereTheFirstDigitsAreAlike) {
    constexpr Uint128 top = Uint128{1} << 127;
    for (const Uint128 d : {top, top | 1, top | 0xffff'ffff'ffff'ffff, all_ones}) {
        const Uint256 n{d - 1, all_ones};
        const Quotient expected = divide_by_bits(n, d);
        EXPECT_TRUE(divide(n, d).quotient == expected.quotient);
        EXPECT_TRUE(divide(n, d).remainder == expected.remainder);
    }
}

TEST(Wide, GivesBackWhatWasMultiplied) {
    Digits digits{tests::test_seed()};
    for (int i = 0; i < 100'000; ++i) {
        const Uint128 a = digits.number();
        const Uint128 b = std::max<Uint128>(digits.number(), 1);
        const Uint128 more = digits.number() % b;
        const Quotient quotient = divide(add(multiply(a, b), more), b);
        ASSERT_TRUE(quotient.quotient == (Uint256{0, a})) << "case " << i;
        ASSERT_TRUE(quotient.remainder == more) << "case " << i;
    }
}

TEST(Wide, SaysWhatAProductOf256BitsCannotHold) {
    const Uint256 third{all_ones / 3, 0};
    EXPECT_TRUE(multiply(third, 3) == (Uint256{all_ones, 0}));
    EXPECT_FALSE(multiply(Uint256{third.high, all_ones}, 3)) << "the carry of the lower half";
    EXPECT_FALSE(multiply(third, 4)) << "the upper half alone";
    EXPECT_TRUE(multiply(Uint256{all_ones, all_ones}, 1) == (Uint256{all_ones, all_ones}));
    EXPECT_TRUE(multiply(Uint256{all_ones, all_ones}, 0) == Uint256{});
}

}  // namespace
}  // namespace tickweir::book::exact
