// That encoding and decoding a record allocate nothing.
#include <gtest/gtest.h>

#include "tests/support/counted_new.hpp"
#include "tests/support/seed.hpp"
#include "tests/venue_record/records.hpp"

namespace tickweir::tests {
namespace {

TEST(RecordAllocationTest, EncodingAndDecodingAllocateNothing) {
    std::vector<std::byte> memory(txn::log::payload_bytes_max);
    for_each_executed(test_seed(), 3'000,
                      [&](const txn::Command& command, const txn::Outcome& outcome) {
                          txn::DecodedCommand decoded;
                          const std::uint64_t before = allocations();
                          const std::size_t bytes = txn::encode_record(memory, command, outcome);
                          const bool is_whole =
                              txn::decode_record(std::span{memory}.first(bytes), decoded).empty();
                          txn::encode_effects(memory, command, outcome);
                          ASSERT_EQ(allocations(), before);
                          ASSERT_TRUE(is_whole);
                      });
}

}  // namespace
}  // namespace tickweir::tests
