// The parts of the hub one by one: frames and queues, classes of depths, the rate of requests.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "gateway/serve/hub/channels.hpp"
#include "gateway/serve/hub/client_queue.hpp"
#include "gateway/serve/hub/frame_pool.hpp"
#include "gateway/serve/hub/request_rate.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway::hub {
namespace {

using namespace std::chrono_literals;

std::string text_of(const FramePool& pool, const Frame& frame) {
    std::string text;
    for (const Piece& piece : frame.pieces)
        text.append(reinterpret_cast<const char*>(pool.at(piece)), piece.bytes());
    return text;
}

std::string text_of(const FramePool& pool, const ClientQueue& queue) {
    std::vector<iovec> parts(queue.piece_count());
    queue.gather(pool, parts);
    std::string text;
    for (const iovec& part : parts)
        text.append(static_cast<const char*>(part.iov_base), part.iov_len);
    return text;
}

TEST(FramePool, WritesTheShortestHeader) {
    FramePool pool{nullptr};
    const auto header = [&](std::size_t length) {
        const std::string text = text_of(pool, *pool.write_text(std::string(length, 'x')));
        return text.substr(0, text.size() - length);
    };
    using namespace std::string_literals;
    EXPECT_EQ(header(0), "\x81\x00"s);
    EXPECT_EQ(header(125), "\x81\x7d"s);
    EXPECT_EQ(header(126), "\x81\x7e\x00\x7e"s);
    EXPECT_EQ(header(65'535), "\x81\x7e\xff\xff"s);
    EXPECT_EQ(header(65'536), "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
}

TEST(FramePool, GoesOnInTheNextChunk) {
    FramePool pool{nullptr};
    std::string payload;
    for (std::size_t i = 0; i < 200'000; ++i)
        payload += static_cast<char>('a' + i % 26);
    const auto frame = pool.write_text(payload);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->pieces.size(), 4u);
    EXPECT_EQ(frame->bytes, payload.size() + 10);
    EXPECT_EQ(text_of(pool, *frame).substr(10), payload);
    EXPECT_EQ(frame->pieces.back().frames, 1u);
    EXPECT_EQ(frame->pieces.front().frames, 0u);
}

TEST(FramePool, ReusesChunksNobodyNeeds) {
    book::MemoryBudget budget{"clients", 3 * FramePool::chunk_bytes};
    FramePool pool{&budget};
    for (int i = 0; i < 1'000; ++i)
        ASSERT_TRUE(pool.write_text(std::string(1'000, 'x')));
    EXPECT_LE(budget.used(), 2 * FramePool::chunk_bytes);
    EXPECT_FALSE(pool.write_text(std::string(4 * FramePool::chunk_bytes, 'x')));
    EXPECT_TRUE(pool.write_text("x"));
}

TEST(FramePool, GivesBackWhatIsMoreThanItsSpares) {
    book::MemoryBudget budget{"clients", std::size_t{1} << 30};
    FramePool pool{&budget};
    BudgetUse rings{nullptr};
    ClientQueue queue;
    for (int i = 0; i < 400; ++i)
        ASSERT_TRUE(queue.append(*pool.write_text(std::string(65'000, 'x')), pool, rings));
    EXPECT_GE(pool.chunks_in_use(), 390u);
    queue.clear(pool, rings);
    // The open one, and those of the last frame until the next is written.
    EXPECT_LE(pool.chunks_in_use(), 2u);
    EXPECT_LE(budget.used(), (FramePool::spare_chunks + 2) * FramePool::chunk_bytes);
    // Their numbers come into use again.
    for (int i = 0; i < 400; ++i)
        ASSERT_TRUE(queue.append(*pool.write_text(std::string(65'000, 'y')), pool, rings));
    queue.clear(pool, rings);
}

TEST(ClientQueue, GivesBytesInOrderThroughAnyPartialSends) {
    const std::uint64_t seed = tests::test_seed();
    std::mt19937_64 random{seed};
    FramePool pool{nullptr};
    BudgetUse budget{nullptr};
    ClientQueue queue;
    std::string expected;
    std::string got;
    std::uint32_t frames = 0;
    for (int step = 0; step < 20'000; ++step) {
        const auto frame = pool.write_text(std::string(random() % 400, static_cast<char>(step)));
        if (random() % 3 != 0) {
            ASSERT_TRUE(queue.append(*frame, pool, budget));
            expected += text_of(pool, *frame);
            ++frames;
        }
        if (random() % 50 == 0 && queue.piece_count() >= 2 && queue.chunks_spanned() >= 4) {
            ASSERT_TRUE(queue.pack(pool, budget));
        }
        if (random() % 4 != 0) continue;
        std::array<iovec, 3> parts;
        const std::size_t count = queue.gather(pool, parts);
        std::size_t sent = 0;
        for (std::size_t i = 0; i < count && random() % 8 != 0; ++i) {
            const std::size_t part =
                random() % 2 == 0 ? parts[i].iov_len : random() % (parts[i].iov_len + 1);
            got.append(static_cast<const char*>(parts[i].iov_base), part);
            sent += part;
            if (part < parts[i].iov_len) break;
        }
        queue.consume(sent, pool);
        ASSERT_EQ(queue.bytes(), expected.size() - got.size());
        ASSERT_LE(queue.frames(), frames);
    }
    got += text_of(pool, queue);
    EXPECT_TRUE(got == expected);
    queue.consume(queue.bytes(), pool);
    EXPECT_EQ(queue.frames(), 0u);
    EXPECT_EQ(queue.piece_count(), 0u);
    queue.clear(pool, budget);
    // One that the last frame filled up is the pool's until the next frame.
    if (pool.chunks_in_use() > 1) {
        ASSERT_TRUE(pool.write_text("x"));
    }
    EXPECT_LE(pool.chunks_in_use(), 1u);
}

TEST(ClientQueue, IsLeftAsItWasWhenTheBudgetRefusesItsRing) {
    book::MemoryBudget small{"clients", 100};
    BudgetUse budget{&small};
    FramePool pool{nullptr};
    ClientQueue queue;
    std::vector<Frame> frames;
    ASSERT_TRUE(queue.append(*pool.write_text("one"), pool, budget));
    static_cast<void>(pool.write_text("not for us"));
    EXPECT_FALSE(queue.append(*pool.write_text("two"), pool, budget));
    static_cast<void>(pool.write_text("x"));
    EXPECT_FALSE(queue.append(*pool.write_text(std::string(100'000, 'x')), pool, budget));
    EXPECT_EQ(text_of(pool, queue), std::string("\x81\x03one"));
    EXPECT_EQ(queue.frames(), 1u);
    EXPECT_EQ(queue.ring_bytes(), 0u);
}

TEST(ClientQueue, HoldsFramesOfSeveralPieces) {
    FramePool pool{nullptr};
    BudgetUse budget{nullptr};
    ClientQueue queue;
    std::string expected;
    for (int i = 0; i < 5; ++i) {
        const auto frame = pool.write_text(std::string(150'000, static_cast<char>('a' + i)));
        ASSERT_TRUE(queue.append(*frame, pool, budget));
        expected += text_of(pool, *frame);
    }
    EXPECT_TRUE(text_of(pool, queue) == expected);
    EXPECT_EQ(queue.frames(), 5u);
    EXPECT_GE(queue.chunks_spanned(), 11u);
    queue.consume(300'000, pool);
    EXPECT_EQ(queue.frames(), 4u);
    EXPECT_TRUE(text_of(pool, queue) == expected.substr(300'000));
}

TEST(DepthClass, IsTheNextOneThatIsEnough) {
    const std::map<unsigned, unsigned> expected{{1, 1},     {2, 5},      {5, 5},      {6, 10},
                                                {10, 10},   {11, 25},    {26, 50},    {51, 100},
                                                {101, 500}, {501, 1000}, {1000, 1000}};
    for (const auto& [depth, rounded] : expected)
        EXPECT_EQ(depth_classes[depth_class_of(depth)], rounded) << depth;
}

TEST(RequestRate, AdmitsABurstAndThenTheRate) {
    RequestRate rate;
    book::TimeNs now{1'000s};
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(rate.admit(now, 4)) << i;
    EXPECT_FALSE(rate.admit(now, 4));
    EXPECT_FALSE(rate.admit(now + 249ms, 4));
    EXPECT_TRUE(rate.admit(now + 250ms, 4));
    EXPECT_FALSE(rate.admit(now + 250ms, 4));
    now += 100s;
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(rate.admit(now, 4)) << i;
    EXPECT_FALSE(rate.admit(now, 4));
    EXPECT_FALSE(RequestRate{}.admit(now, 0));
}

}  // namespace
}  // namespace tickweir::gateway::hub
