// The parts of the hub one by one: frames and queues, numbers of slots, windows of levels, orders,
// the rate of requests.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/serve/hub/channels.hpp"
#include "gateway/serve/hub/client_queue.hpp"
#include "gateway/serve/hub/flat_index.hpp"
#include "gateway/serve/hub/frame_pool.hpp"
#include "gateway/serve/hub/level_changes.hpp"
#include "gateway/serve/hub/order_replica.hpp"
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

TEST(FlatIndex, EqualsAMap) {
    std::mt19937_64 random{tests::test_seed()};
    book::MemoryBudget budget{"clients", std::size_t{1} << 20};
    std::unordered_map<std::uint64_t, std::uint32_t> map;
    FlatIndex index{&budget, random()};
    EXPECT_FALSE(index.erase(5));
    for (std::uint32_t step = 0; step < 100'000; ++step) {
        const std::uint64_t key = random() % 2'000;
        if (random() % 2 == 0 && !map.contains(key)) {
            ASSERT_TRUE(index.ready());
            index.insert(key, step);
            map[key] = step;
        } else {
            EXPECT_EQ(index.erase(key), map.erase(key) == 1);
        }
        const std::uint64_t other = random() % 2'000;
        const auto found = map.find(other);
        ASSERT_EQ(index.find(other), found == map.end() ? FlatIndex::none : found->second);
        ASSERT_EQ(index.size(), map.size());
    }
    index.clear();
    EXPECT_EQ(index.size(), 0u);
    EXPECT_EQ(index.find(map.begin()->first), FlatIndex::none);
}

TEST(FlatIndex, StaysAsItIsWhenTheBudgetRefuses) {
    book::MemoryBudget budget{"clients", 16 * 16};
    FlatIndex index{&budget};
    std::uint32_t count = 0;
    while (index.ready())
        index.insert(count, count), ++count;
    EXPECT_EQ(count, 8u);
    EXPECT_EQ(index.find(7), 7u);
}

TEST(DepthClass, IsTheNextOneThatIsEnough) {
    const std::map<unsigned, unsigned> expected{{1, 1},     {2, 5},      {5, 5},      {6, 10},
                                                {10, 10},   {11, 25},    {26, 50},    {51, 100},
                                                {101, 500}, {501, 1000}, {1000, 1000}};
    for (const auto& [depth, rounded] : expected)
        EXPECT_EQ(depth_classes[depth_class_of(depth)], rounded) << depth;
}

TEST(LevelChanges, BringAHolderUpToDateFromAnyUpdateTheyCover) {
    std::mt19937_64 random{tests::test_seed()};
    for (const std::size_t depth : {1U, 5U, 25U}) {
        const book::DepthWindow window{depth};
        book::LevelBook book;
        LevelChanges changes;
        using Held = std::map<std::pair<book::Side, std::int64_t>, book::Level>;
        const auto held_now = [&] {
            Held held;
            for (const auto side : {book::Side::buy, book::Side::sell})
                for (std::size_t rank = 0; rank < depth; ++rank)
                    if (const auto level = book.level(side, rank))
                        held[{side, level->price.ticks}] = *level;
            return held;
        };
        std::vector<Held> history{held_now()};  // by seq
        changes.restart(0);
        for (std::uint64_t seq = 1; seq < 600; ++seq) {
            changes.begin_event();
            const auto items = random() % 100 == 0 ? 60 : 1 + random() % 3;
            for (std::uint64_t i = 0; i < items; ++i)
                changes.note(window, book,
                             book.set(static_cast<book::Side>(random() % 2),
                                      {static_cast<std::int64_t>(random() % 60)},
                                      {static_cast<std::int64_t>(random() % 3)}, 1));
            changes.record(seq, window, nullptr);
            history.push_back(held_now());
            const std::uint64_t from = random() % seq;
            if (!changes.covers(from)) continue;
            std::vector<TouchedRow> touched;
            changes.collect(from, touched);
            Held holder = history[from];
            for (const TouchedRow& row : touched) {
                const std::pair key{row.side, row.price.ticks};
                ASSERT_EQ(row.was_absent, !holder.contains(key));
                const auto rank = book.rank(row.side, row.price);
                if (rank && *rank < depth)
                    holder[key] = *book.level(row.side, *rank);
                else
                    holder.erase(key);
            }
            ASSERT_EQ(holder, history.back()) << "depth " << depth << " from " << from;
        }
    }
}

TEST(LevelChanges, ForgetTheOldestAtTheirLimitOrWithoutMemory) {
    const book::DepthWindow window{1};
    book::LevelBook book;
    for (const std::size_t bytes : {std::size_t{1} << 20, std::size_t{0}}) {
        book::MemoryBudget budget{"clients", bytes};
        LevelChanges changes;
        EXPECT_FALSE(changes.covers(0));
        for (std::uint64_t seq = 1; seq <= 100; ++seq) {
            changes.begin_event();
            changes.note(
                window, book,
                book.set(book::Side::buy, {1}, {1 + static_cast<std::int64_t>(seq % 2)}, 1));
            changes.record(seq, window, &budget);
        }
        EXPECT_TRUE(changes.covers(100));
        EXPECT_EQ(changes.covers(40), bytes != 0);
        EXPECT_FALSE(changes.covers(30));
        changes.forget();
        EXPECT_FALSE(changes.covers(100));
    }
}

OrderItem item(OrderAction action, std::uint64_t order, std::int64_t price, std::int64_t open,
               std::uint64_t new_order = 0) {
    return {.action = action,
            .side = book::Side::buy,
            .order = book::OrderId{order},
            .new_order = book::OrderId{new_order},
            .price = {price},
            .open = {open}};
}

TEST(OrderReplica, KeepsPriority) {
    OrderAllowance allowance{10, 0};
    OrderReplica replica{allowance, nullptr};
    EXPECT_TRUE(replica.apply(item(OrderAction::add, 1, 100, 5)));
    EXPECT_TRUE(replica.apply(item(OrderAction::add, 2, 101, 5)));
    EXPECT_TRUE(replica.apply(item(OrderAction::add, 3, 100, 5)));
    EXPECT_TRUE(replica.apply(item(OrderAction::reduce, 1, 100, 2)));
    EXPECT_TRUE(replica.apply(item(OrderAction::replace, 3, 100, 9, 4)));
    EXPECT_TRUE(replica.apply(item(OrderAction::add, 5, 100, 1)));
    EXPECT_TRUE(replica.apply(item(OrderAction::remove, 2, 101, 0)));
    std::vector<OrderReplica::Order> orders;
    replica.in_priority(orders);
    std::vector<std::pair<std::uint64_t, std::int64_t>> seen;
    for (const auto& order : orders)
        seen.emplace_back(static_cast<std::uint64_t>(order.id), order.open.lots);
    EXPECT_EQ(seen, (std::vector<std::pair<std::uint64_t, std::int64_t>>{{1, 2}, {4, 9}, {5, 1}}));
    EXPECT_EQ(allowance.used, 3u);
    replica.clear();
    EXPECT_EQ(allowance.used, 0u);
}

TEST(OrderReplica, SaysWhyItIsNoLongerWhole) {
    OrderAllowance allowance{1, 0};
    OrderReplica replica{allowance, nullptr};
    EXPECT_FALSE(replica.apply(item(OrderAction::remove, 1, 100, 0)));
    EXPECT_FALSE(replica.whole() || replica.out_of_room());
    EXPECT_FALSE(replica.apply(item(OrderAction::add, 1, 100, 1)));
    replica.clear();
    EXPECT_TRUE(replica.apply(item(OrderAction::add, 1, 100, 1)));
    EXPECT_FALSE(replica.apply(item(OrderAction::add, 2, 100, 1)));
    EXPECT_TRUE(replica.out_of_room());
    replica.clear();
    EXPECT_TRUE(replica.whole());
    EXPECT_TRUE(replica.apply(item(OrderAction::add, 1, 100, 1)));
    EXPECT_FALSE(replica.apply(item(OrderAction::add, 1, 100, 1)));
    EXPECT_FALSE(replica.out_of_room());
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
