// Values to chunks and back.
#include "txn/venue/state_stream.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/snapshot/state_bytes.hpp"

namespace tickweir::txn {
namespace {

using tests::PiecewiseSource;
using tests::StateBytes;

constexpr Int128 wide = -(Int128{0x0123'4567'89AB'CDEF} << 62) - 5;

StateBytes one_of_each(std::size_t chunk_bytes) {
    return tests::saved_by(
        [](StateWriter& out) {
            out.put(std::uint8_t{250});
            out.put(std::int64_t{-7});
            out.put(wide);
            out.text("ACME");
            out.flag(true);
            out.put(Price{-3});
            out.put(TimeNs{std::chrono::nanoseconds{99}});
            out.text(std::string(state_text_bytes_max + 10, 'x'));
            out.put(OrderId{77});
        },
        chunk_bytes);
}

TEST(StateStream, GivesBackWhatWasPutWhereverChunksEnd) {
    const StateBytes whole = one_of_each(state_chunk_bytes);
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 64u, 10'000u}) {
        ASSERT_EQ(one_of_each(piece), whole);
        PiecewiseSource source{whole, piece};
        StateReader in{source};
        EXPECT_EQ(in.get<std::uint8_t>(), 250);
        EXPECT_EQ(in.get<std::int64_t>(), -7);
        EXPECT_TRUE(in.wide() == wide);
        EXPECT_EQ(in.text(), "ACME");
        EXPECT_TRUE(in.flag("a flag"));
        EXPECT_EQ(in.price(), Price{-3});
        EXPECT_EQ(in.time(), TimeNs{std::chrono::nanoseconds{99}});
        EXPECT_EQ(in.text(), std::string(state_text_bytes_max, 'x'));
        EXPECT_EQ(in.get<OrderId>(), OrderId{77});
        in.expect_end();
        EXPECT_EQ(in.fault(), "");
        EXPECT_EQ(in.position(), whole.size());
    }
}

TEST(StateStream, HandsOnFullChunks) {
    std::vector<std::size_t> sizes;
    StateWriter writer{[&](io::Bytes chunk) {
                           sizes.push_back(chunk.size());
                           return true;
                       },
                       100};
    for (int i = 0; i < 33; ++i)
        writer.put(std::uint64_t{1});
    ASSERT_TRUE(writer.finish());
    EXPECT_EQ(sizes, (std::vector<std::size_t>{100, 100, 64}));
}

TEST(StateStream, GoesNowhereOnceItsSinkHasRefused) {
    int chunks = 0;
    StateWriter writer{[&](io::Bytes) { return ++chunks < 2; }, 8};
    for (int i = 0; i < 10; ++i)
        writer.put(std::uint64_t{1});
    EXPECT_FALSE(writer.ok());
    EXPECT_FALSE(writer.finish());
    EXPECT_EQ(chunks, 2);
}

TEST(StateStream, KeepsItsFirstFailureWithItsPlace) {
    const StateBytes bytes(20, std::byte{9});
    PiecewiseSource source{bytes, 6};
    StateReader in{source};
    (void)in.get<std::uint64_t>();
    EXPECT_EQ(in.below<std::uint8_t>(9, "a side"), 0);
    EXPECT_EQ(in.fault(), "a side is 9, which is not below 9 (at byte 9 of the state)");
    EXPECT_EQ(in.get<std::uint64_t>(), 0u);
    EXPECT_EQ(in.text(), "");
    in.fail("another");
    EXPECT_EQ(in.fault(), "a side is 9, which is not below 9 (at byte 9 of the state)");
}

TEST(StateStream, HoldsCountsAgainstWhatThereIsRoomFor) {
    const StateBytes bytes(8, std::byte{1});
    PiecewiseSource source{bytes, 8};
    StateReader in{source};
    EXPECT_EQ(in.count(1'000, "orders"), 0u);
    EXPECT_EQ(in.fault(),
              "it has 72340172838076673 orders, and there is room for 1000 (at byte 8 of the "
              "state)");
}

TEST(StateStream, SaysWhereItEndsTooEarlyOrTooLate) {
    const StateBytes bytes(5, std::byte{});
    PiecewiseSource source{bytes, 2};
    StateReader in{source};
    EXPECT_EQ(in.get<std::uint64_t>(), 0u);
    EXPECT_EQ(in.fault(), "it ends too early (at byte 5 of the state)");
    PiecewiseSource again{bytes, 2};
    StateReader longer{again};
    (void)longer.get<std::uint32_t>();
    longer.expect_end();
    EXPECT_EQ(longer.fault(), "more follows where it should end (at byte 4 of the state)");
}

}  // namespace
}  // namespace tickweir::txn
