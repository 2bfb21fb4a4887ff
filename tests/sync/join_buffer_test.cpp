#include "gateway/feeds/sync/join_buffer.hpp"

#include <gtest/gtest.h>

#include "codecs/json/frame_decoder.hpp"

namespace tickweir::gateway {
namespace {

TEST(JoinBuffer, KeepsFramesInOrderWithRoomBehindThem) {
    JoinRoom room{1'000'000, 0, nullptr};
    JoinBuffer buffer;
    EXPECT_TRUE(buffer.push("one", 1, 1'000'000, room));
    EXPECT_TRUE(buffer.push("three", 3, 1'000'000, room));
    ASSERT_EQ(buffer.size(), 2U);
    EXPECT_EQ(buffer.at(0).text, "one");
    EXPECT_EQ(buffer.at(1).text, "three");
    EXPECT_EQ(buffer.at(1).received_ns, 3);
    EXPECT_EQ(buffer.bytes(), 3 + 5 + 2 * codecs::json::text_padding);
    EXPECT_EQ(room.bytes, buffer.bytes());
}

TEST(JoinBuffer, RefusesWhatExceedsItsOwnOrTheCommonRoom) {
    constexpr std::size_t one = 1 + codecs::json::text_padding;
    JoinRoom room{3 * one, 0, nullptr};
    JoinBuffer first;
    EXPECT_TRUE(first.push("1", 1, 2 * one, room));
    EXPECT_TRUE(first.push("2", 2, 2 * one, room));
    EXPECT_FALSE(first.push("3", 3, 2 * one, room)) << "its own";
    EXPECT_EQ(first.size(), 2U);
    JoinBuffer second;
    EXPECT_TRUE(second.push("1", 1, 2 * one, room));
    EXPECT_FALSE(second.push("2", 2, 2 * one, room)) << "that of all";
    first.clear(room);
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(room.bytes, one);
    EXPECT_TRUE(second.push("2", 2, 2 * one, room));
}

TEST(JoinBuffer, IsChargedToTheBudgetUntilItIsGone) {
    constexpr std::size_t one = 1 + codecs::json::text_padding;
    book::MemoryBudget budget{"test", 20 * one};
    JoinRoom room{1'000'000, 0, &budget};
    JoinBuffer buffer;
    while (buffer.push("1", 1, 1'000'000, room)) {
    }
    EXPECT_EQ(buffer.size(), 8U) << "the next ones would take twice as much, and be copied";
    EXPECT_EQ(room.bytes, 8 * one);
    EXPECT_EQ(budget.used(), 8 * one);
    {
        const JoinBuffer taken = buffer.take(room);
        EXPECT_EQ(taken.size(), 8U);
        EXPECT_TRUE(buffer.empty());
        EXPECT_EQ(room.bytes, 0U);
        EXPECT_EQ(budget.used(), 8 * one) << "as long as it is read";
    }
    EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace tickweir::gateway
