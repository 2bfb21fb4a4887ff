// CRC-32C against the published vectors, its two implementations against each other and against the
// definition computed bit by bit.
#include "txn/io/crc32c.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <string_view>
#include <vector>

#include "tests/support/seed.hpp"

namespace tickweir::txn::io {
namespace {

using Bytes = std::vector<std::byte>;

/// The definition: one bit a step.
std::uint32_t bit_by_bit(std::span<const std::byte> bytes, std::uint32_t seed) {
    std::uint32_t state = ~seed;
    for (const std::byte byte : bytes) {
        state ^= std::to_integer<std::uint32_t>(byte);
        for (int i = 0; i < 8; ++i)
            state = (state >> 1) ^ ((state & 1) != 0 ? 0x82F63B78 : 0);
    }
    return ~state;
}

Bytes random_bytes(std::size_t length, std::mt19937_64& random) {
    Bytes bytes(length);
    std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random()); });
    return bytes;
}

Bytes counting(unsigned first, int step) {
    Bytes bytes;
    for (int i = 0; i < 32; ++i) {
        bytes.push_back(static_cast<std::byte>(static_cast<int>(first) + step * i));
    }
    return bytes;
}

/// An iSCSI read command, the last of the RFC's examples.
Bytes scsi_read() {
    constexpr std::array<unsigned char, 48> pdu{
        0x01, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00,
        0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18, 0x28, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
    Bytes bytes;
    for (const unsigned char byte : pdu)
        bytes.push_back(std::byte{byte});
    return bytes;
}

struct Vector {
    Bytes bytes;
    std::uint32_t crc;
};

/// RFC 3720 B.4, which prints the checksums byte by byte as sent, and the usual check value.
std::vector<Vector> published() {
    Bytes digits;
    for (const char c : std::string_view{"123456789"})
        digits.push_back(static_cast<std::byte>(c));
    return {{Bytes(32, std::byte{0}), 0x8a9136aa},
            {Bytes(32, std::byte{0xff}), 0x62a8ab43},
            {counting(0, 1), 0x46dd794e},
            {counting(31, -1), 0x113fdb5c},
            {scsi_read(), 0xd9963a56},
            {digits, 0xe3069283},
            {{}, 0}};
}

TEST(Crc32c, HasThePublishedValues) {
    for (const auto& [bytes, crc] : published()) {
        EXPECT_EQ(crc32c(bytes), crc);
        EXPECT_EQ(crc32c_by_table(bytes, 0), crc);
        if (!has_crc32c_instruction()) continue;
        EXPECT_EQ(crc32c_by_instruction(bytes, 0), crc);
    }
}

TEST(Crc32c, IsTheSameByInstructionByTableAndByDefinition) {
    if (!has_crc32c_instruction()) GTEST_SKIP() << "this processor has no SSE 4.2";
    std::mt19937_64 random{tests::test_seed()};
    const Bytes bytes = random_bytes(60'000, random);
    for (int round = 0; round < 400; ++round) {
        const std::size_t bound = round % 4 == 0 ? bytes.size() : 1'200;
        const std::size_t length = random() % bound;
        const std::size_t start = random() % std::min<std::size_t>(64, bytes.size() - length);
        const auto part = std::span{bytes}.subspan(start, length);
        const auto seed = static_cast<std::uint32_t>(random());
        const std::uint32_t expected = bit_by_bit(part, seed);
        ASSERT_EQ(crc32c_by_table(part, seed), expected) << length << " bytes from " << start;
        ASSERT_EQ(crc32c_by_instruction(part, seed), expected) << length << " bytes from " << start;
        ASSERT_EQ(crc32c(part, seed), expected);
    }
}

TEST(Crc32c, AgreesAtTheEdgesOfItsBlocks) {
    if (!has_crc32c_instruction()) GTEST_SKIP() << "this processor has no SSE 4.2";
    std::mt19937_64 random{tests::test_seed()};
    const Bytes bytes = random_bytes(2 * 3 * 4096 + 1, random);
    for (const std::size_t edge : {std::size_t{768}, std::size_t{1536}, std::size_t{3 * 4096},
                                   std::size_t{3 * 4096 + 768}, std::size_t{2 * 3 * 4096}}) {
        for (const std::size_t length : {edge - 1, edge, edge + 1}) {
            const auto part = std::span{bytes}.first(length);
            EXPECT_EQ(crc32c_by_instruction(part, 7), crc32c_by_table(part, 7)) << length;
        }
    }
}

TEST(Crc32c, GoesOnFromTheChecksumOfWhatCameBefore) {
    std::mt19937_64 random{tests::test_seed()};
    const Bytes bytes = random_bytes(5'000, random);
    for (int round = 0; round < 100; ++round) {
        const std::size_t cut = random() % (bytes.size() + 1);
        const auto before = std::span{bytes}.first(cut);
        const auto after = std::span{bytes}.subspan(cut);
        EXPECT_EQ(crc32c(after, crc32c(before)), crc32c(bytes)) << cut;
        EXPECT_EQ(crc32c_combine(crc32c(before), crc32c(after), after.size()), crc32c(bytes))
            << cut;
    }
}

TEST(Crc32c, SeesEveryFlippedBit) {
    std::mt19937_64 random{tests::test_seed()};
    Bytes bytes = random_bytes(1'000, random);
    const std::uint32_t whole = crc32c(bytes);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        const std::byte mask{static_cast<unsigned char>(1U << (bit % 8))};
        bytes[bit / 8] ^= mask;
        ASSERT_NE(crc32c(bytes), whole) << bit;
        bytes[bit / 8] ^= mask;
    }
}

}  // namespace
}  // namespace tickweir::txn::io
