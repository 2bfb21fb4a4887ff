// Marks: what adds up the same was the same, in the same order; anything else is another sum.
#include "txn/engine/mark.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "tests/support/seed.hpp"

namespace tickweir::txn {
namespace {

using Payloads = std::vector<std::vector<std::byte>>;

ShardSum sum_of(const Payloads& payloads) {
    ShardSum sum;
    for (const auto& payload : payloads)
        sum.add(payload);
    return sum;
}

Payloads random_payloads(std::mt19937_64& random) {
    Payloads payloads(20);
    for (auto& payload : payloads) {
        payload.resize(1 + random() % 90);
        for (std::byte& byte : payload)
            byte = static_cast<std::byte>(random());
    }
    return payloads;
}

TEST(ShardSumTest, DiffersByEveryBitOfEveryRecord) {
    std::mt19937_64 random{tests::test_seed()};
    Payloads payloads = random_payloads(random);
    const ShardSum whole = sum_of(payloads);
    EXPECT_EQ(whole.records, 20u);
    for (auto& payload : payloads) {
        for (std::size_t bit = 0; bit < 8 * payload.size(); ++bit) {
            payload[bit / 8] ^= std::byte{1} << bit % 8;
            ASSERT_NE(sum_of(payloads).sum, whole.sum);
            payload[bit / 8] ^= std::byte{1} << bit % 8;
        }
    }
    EXPECT_EQ(sum_of(payloads), whole);
}

TEST(ShardSumTest, DiffersByOrderLengthAndCount) {
    std::mt19937_64 random{tests::test_seed()};
    const Payloads payloads = random_payloads(random);
    const ShardSum whole = sum_of(payloads);
    Payloads exchanged = payloads;
    std::swap(exchanged[3], exchanged[4]);
    EXPECT_NE(sum_of(exchanged).sum, whole.sum);
    Payloads longer = payloads;
    longer[7].push_back(std::byte{0});
    EXPECT_NE(sum_of(longer).sum, whole.sum);
    Payloads fewer = payloads;
    fewer.pop_back();
    EXPECT_NE(sum_of(fewer), whole);
}

TEST(MarkTest, IsReadAsItWasWritten) {
    Mark mark;
    mark.shard = 513;
    mark.sum.records = 0x0102030405060708;
    mark.sum.sum = Uint128{7} << 64 | 11;
    mark.balances = Uint128{13} << 64 | 17;
    std::array<std::byte, mark_bytes> bytes{};
    encode_mark(bytes, mark);
    EXPECT_EQ(decode_mark(bytes), mark);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(decode_mark(std::span{bytes}.first(length)));
    bytes[0] = std::byte{2};
    EXPECT_FALSE(decode_mark(bytes)) << "another version";
}

}  // namespace
}  // namespace tickweir::txn
