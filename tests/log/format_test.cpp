// The log's bytes: what is written is read back, what was changed is seen, and what was written
// never looks like what was not.
#include "txn/log/format.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/support/seed.hpp"
#include "txn/log/batch_buffer.hpp"
#include "txn/log/log_end.hpp"

namespace tickweir::txn::log {
namespace {

const LogId id{{std::byte{7}, std::byte{1}}};
const std::uint32_t seed = seed_of(id);
constexpr std::size_t batch_max = least_batch_bytes_max;

std::vector<std::byte> payload_of(std::size_t length, std::byte value) {
    return std::vector<std::byte>(length, value);
}

std::size_t longest_run_of_zeros(Bytes bytes) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const std::byte byte : bytes) {
        run = byte == std::byte{} ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

std::vector<std::byte> copy_of(Bytes bytes) {
    return {bytes.begin(), bytes.end()};
}

TEST(LogFormat, ReadsBackEveryLengthOfPayload) {
    std::vector<std::byte> room(record_bytes_max);
    std::vector<std::byte> scratch(payload_bytes_max);
    std::mt19937_64 random{tests::test_seed()};
    std::vector<std::size_t> lengths{payload_bytes_max, payload_bytes_max - 1, 511 * 5,
                                     511 * 5 + 1};
    for (std::size_t length = 0; length < 1'100; ++length)
        lengths.push_back(length);
    for (const std::size_t length : lengths) {
        auto payload = payload_of(length, {});
        for (std::byte& byte : payload)
            byte = static_cast<std::byte>(random());
        const RecordView record{Lsn{random()}, 12, length % 2 == 0, payload};
        const std::size_t bytes = encode_record(room, record, seed);
        ASSERT_EQ(bytes, encoded_bytes(length));
        const auto back = decode_record(Bytes{room}.first(bytes), seed, scratch);
        ASSERT_EQ(back.fault, Fault::none) << length;
        ASSERT_EQ(back.bytes, bytes);
        ASSERT_EQ(back.record.lsn, record.lsn);
        ASSERT_EQ(back.record.type, record.type);
        ASSERT_EQ(back.record.aborted, record.aborted);
        ASSERT_TRUE(std::ranges::equal(back.record.payload, payload)) << length;
    }
}

TEST(LogFormat, RefusesARecordCutAnywhere) {
    std::vector<std::byte> room(record_bytes_max);
    std::vector<std::byte> scratch(payload_bytes_max);
    const auto payload = payload_of(1'300, std::byte{3});
    const std::size_t bytes = encode_record(room, {Lsn{5}, 1, false, payload}, seed);
    for (std::size_t length = 0; length < bytes; ++length) {
        const auto cut = copy_of(Bytes{room}.first(length));
        ASSERT_EQ(decode_record(cut, seed, scratch).fault, Fault::record) << length;
    }
    EXPECT_EQ(decode_record(room, seed + 1, scratch).fault, Fault::record) << "of another log";
}

TEST(LogFormat, SeesEveryFlippedBitOfARecord) {
    std::vector<std::byte> scratch(payload_bytes_max);
    for (const std::size_t length : {0u, 20u, 600u}) {
        std::vector<std::byte> room(encoded_bytes(length));
        const auto payload = payload_of(length, std::byte{0});
        (void)encode_record(room, {Lsn{5}, 1, false, payload}, seed);
        for (std::size_t bit = 0; bit < room.size() * 8; ++bit) {
            const std::byte mask{static_cast<unsigned char>(1U << (bit % 8))};
            room[bit / 8] ^= mask;
            ASSERT_EQ(decode_record(room, seed, scratch).fault, Fault::record) << bit;
            room[bit / 8] ^= mask;
        }
    }
}

TEST(LogFormat, WritesNo512BytesOfZerosWhateverThePayload) {
    // Zeros all over: payloads, types, chain and LSNs with many zero bytes.
    const auto longest = [](const std::vector<std::size_t>& lengths, Lsn first) {
        BatchBuffer batch{id, 4 * batch_max};
        batch.start(first);
        for (const std::size_t length : lengths) {
            if (!batch.fits(length)) break;
            batch.add(0, false, payload_of(length, {}));
        }
        LogEnd end{.segment = 0, .offset = 0, .next = first, .durable = {}, .term = 0, .chain = 0};
        const Bytes written =
            write_batch(end, batch.memory(), batch.empty() ? BatchKind::seal : BatchKind::records,
                        batch.count(), batch.body_bytes(), seed);
        return longest_run_of_zeros(written);
    };
    EXPECT_LT(longest({}, Lsn{1}), sector_bytes);
    EXPECT_LT(longest({payload_bytes_max}, Lsn{1}), sector_bytes);
    for (std::size_t length = 0; length < 1'600; ++length) {
        ASSERT_LT(longest({length, length, 0, 0, length}, Lsn{1}), sector_bytes) << length;
    }
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 200; ++round) {
        std::vector<std::size_t> lengths;
        for (int i = 0; i < 40; ++i)
            lengths.push_back(random() % (random() % 4 == 0 ? 20'000 : 1'100));
        ASSERT_LT(longest(lengths, Lsn{1ULL << (random() % 63)}), sector_bytes);
    }
    std::vector<std::byte> block(block_bytes);
    LogEnd end;
    write_segment_header(end, block, LogId{}, 1 << 20, batch_max);
    EXPECT_LT(longest_run_of_zeros(block), sector_bytes);
}

TEST(LogFormat, SeesEveryFlippedBitOfABatch) {
    BatchBuffer batch{id, batch_max};
    batch.start(Lsn{9});
    batch.add(1, false, payload_of(40, std::byte{1}));
    batch.add(2, true, {});
    LogEnd end{
        .segment = 3, .offset = 4096, .next = Lsn{9}, .durable = Lsn{8}, .term = 2, .chain = 5};
    auto written = copy_of(write_batch(end, batch.memory(), BatchKind::records, batch.count(),
                                       batch.body_bytes(), seed));
    BatchHeader header{};
    ASSERT_EQ(get_batch_header(written, seed, header), Fault::none);
    ASSERT_EQ(check_body(written, header, seed), Fault::none);
    for (std::size_t bit = 0; bit < written.size() * 8; ++bit) {
        const std::byte mask{static_cast<unsigned char>(1U << (bit % 8))};
        written[bit / 8] ^= mask;
        ASSERT_TRUE(get_batch_header(written, seed, header) != Fault::none ||
                    check_body(written, header, seed) != Fault::none)
            << bit;
        written[bit / 8] ^= mask;
    }
    EXPECT_EQ(get_batch_header(written, seed + 1, header), Fault::header_checksum);
}

TEST(LogFormat, SeesEveryFlippedBitOfASegmentHeader) {
    std::vector<std::byte> block(block_bytes);
    LogEnd end{
        .segment = 4, .offset = 0, .next = Lsn{70}, .durable = Lsn{69}, .term = 1, .chain = 9};
    write_segment_header(end, block, id, 1 << 20, batch_max);
    SegmentHeader header{};
    ASSERT_EQ(get_segment_header(block, seed, header), Fault::none);
    EXPECT_EQ(place_of(header).next, Lsn{70});
    for (std::size_t bit = 0; bit < block.size() * 8; ++bit) {
        const std::byte mask{static_cast<unsigned char>(1U << (bit % 8))};
        block[bit / 8] ^= mask;
        ASSERT_NE(get_segment_header(block, seed, header), Fault::none) << bit;
        block[bit / 8] ^= mask;
    }
}

/// The header that follows `end`.
BatchHeader header_at(LogEnd end) {
    BatchBuffer batch{id, batch_max};
    batch.start(end.next);
    batch.add(1, false, {});
    const Bytes written =
        write_batch(end, batch.memory(), BatchKind::records, 1, batch.body_bytes(), seed);
    BatchHeader header{};
    EXPECT_EQ(get_batch_header(written, seed, header), Fault::none);
    return header;
}

TEST(LogEnd, TakesOnlyWhatFollows) {
    const LogEnd end{
        .segment = 3, .offset = 4096, .next = Lsn{9}, .durable = Lsn{6}, .term = 2, .chain = 5};
    const auto fault_of = [&](LogEnd from) {
        LogEnd at = end;
        const Fault fault = follow_batch(at, header_at(from));
        EXPECT_EQ(fault == Fault::none, at != end) << "a refused batch moved the end";
        return fault;
    };
    const auto changed = [&](auto member, auto value) {
        LogEnd other = end;
        other.*member = value;
        return other;
    };
    EXPECT_EQ(fault_of(end), Fault::none);
    EXPECT_EQ(fault_of(changed(&LogEnd::segment, 2u)), Fault::segment_number);
    EXPECT_EQ(fault_of(changed(&LogEnd::chain, 6u)), Fault::chain);
    EXPECT_EQ(fault_of(changed(&LogEnd::next, Lsn{8})), Fault::lsn);
    EXPECT_EQ(fault_of(changed(&LogEnd::next, Lsn{10})), Fault::lsn);
    EXPECT_EQ(fault_of(changed(&LogEnd::term, 1u)), Fault::term);
    EXPECT_EQ(fault_of(changed(&LogEnd::term, 3u)), Fault::none);
    EXPECT_EQ(fault_of(changed(&LogEnd::durable, Lsn{9})), Fault::durable_lsn);
}

}  // namespace
}  // namespace tickweir::txn::log
