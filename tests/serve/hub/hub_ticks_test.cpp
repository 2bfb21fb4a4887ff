// What ticks are made of: when they come, who waits for them, whom they are for, and frames that go
// to the same clients.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "gateway/serve/hub/cadence.hpp"
#include "gateway/serve/hub/client_queue.hpp"
#include "gateway/serve/hub/conflation_grid.hpp"
#include "gateway/serve/hub/frame_pool.hpp"
#include "gateway/serve/hub/frame_run.hpp"
#include "gateway/serve/hub/member_list.hpp"

namespace tickweir::gateway::hub {
namespace {

using namespace std::chrono_literals;

TEST(Cadence, SpreadsClientsOverTheIntervalAndKeepsThemThere) {
    EXPECT_EQ(Cadence::phases(1), 1u);
    EXPECT_EQ(Cadence::phases(10), 10u);
    EXPECT_EQ(Cadence::phases(60'000), Cadence::phases_max);
    const book::TimeNs start{10s};
    for (const std::uint32_t conflate_ms : {1u, 7u, 10u, 60'000u}) {
        const std::chrono::milliseconds interval{conflate_ms};
        for (std::uint32_t client = 0; client < 40; ++client) {
            const Cadence cadence = Cadence::of(client, conflate_ms);
            const book::TimeNs first{std::chrono::nanoseconds{cadence.next_tick_ns(start)}};
            EXPECT_GT(first, start);
            EXPECT_LE(first, start + interval);
            EXPECT_EQ(cadence.next_tick_ns(first - 1ns), first.time_since_epoch().count());
            EXPECT_EQ(cadence.next_tick_ns(first), (first + interval).time_since_epoch().count());
            // Neighbours come one after the other, at least a millisecond apart.
            const Cadence next = Cadence::of(client + 1, conflate_ms);
            if (next.phase == 0) continue;
            EXPECT_EQ(next.phase, cadence.phase + 1);
            const std::chrono::nanoseconds apart{next.next_tick_ns(start) -
                                                 cadence.next_tick_ns(start)};
            EXPECT_GE((apart + interval) % interval, 1ms);
        }
    }
}

TEST(ConflationGrid, SendsAllOfACadenceTogetherAndTicksInOrderOfTime) {
    constexpr Cadence ten{10, 0};
    constexpr Cadence later{10, 5};
    ConflationGrid grid;
    EXPECT_FALSE(grid.next_due());
    const book::TimeNs start{10s};
    grid.add(3, {25, 0}, start + 4ms);
    grid.add(4, later, start + 5ms);
    grid.add(1, ten, start + 6ms);
    grid.add(2, ten, start + 9ms);
    EXPECT_EQ(grid.next_due(), start + 10ms);
    std::vector<std::uint32_t> sent;
    const auto send = [&](std::uint32_t group) {
        sent.push_back(group);
        if (group == 1) grid.add(1, ten, start + 16ms);
    };
    EXPECT_FALSE(grid.run(start + 9ms, send));
    EXPECT_TRUE(grid.ran().empty());
    EXPECT_TRUE(grid.run(start + 16ms, send));
    EXPECT_EQ(sent, (std::vector<std::uint32_t>{1, 2, 4}));
    ASSERT_EQ(grid.ran().size(), 2u);
    EXPECT_EQ(grid.ran()[1].due_ns, (start + 15ms).time_since_epoch().count());
    EXPECT_EQ(grid.ran()[1].interval_ns, 10'000'000);
    EXPECT_EQ(grid.next_due(), start + 20ms);
    sent.clear();
    EXPECT_TRUE(grid.run(start + 30ms, [&](std::uint32_t group) { sent.push_back(group); }));
    EXPECT_EQ(sent, (std::vector<std::uint32_t>{1, 3}));
    EXPECT_FALSE(grid.next_due());
    EXPECT_FALSE(grid.run(start + 40ms, send));
    EXPECT_TRUE(grid.ran().empty());
}

TEST(MemberList, IsTheSameForTheSameClientsWhateverTheOrder) {
    MemberList list;
    MemberList other;
    for (const std::uint32_t client : {7u, 3u, 9u, 1u})
        list.insert(client, 100 + client);
    for (const std::uint32_t client : {1u, 9u, 5u, 7u, 3u})
        other.insert(client, 200 + client);
    other.erase(5);
    EXPECT_TRUE(std::ranges::equal(list.clients(), std::array{1u, 3u, 7u, 9u}));
    EXPECT_TRUE(std::ranges::equal(list.clients(), other.clients()));
    for (const std::uint32_t client : list.clients()) {
        EXPECT_EQ(list.subscription_of(client), 100 + client);
        EXPECT_EQ(other.subscription_of(client), 200 + client);
    }
    for (const std::uint32_t client : {9u, 1u, 7u, 3u})
        list.erase(client);
    EXPECT_TRUE(list.empty());
}

TEST(FrameRun, JoinsFramesAndHoldsTheirBytes) {
    FramePool pool{nullptr};
    FrameRun run{pool};
    const std::array clients{2u, 5u};
    run.begin(clients);
    std::string expected;
    // Into a second chunk, so that one frame lies in both.
    for (std::uint32_t i = 0; expected.size() < FramePool::chunk_bytes + 5'000; ++i) {
        const auto frame = *pool.write_text(std::string(1'000, static_cast<char>('a' + i % 26)));
        for (const Piece& piece : frame.pieces)
            expected.append(reinterpret_cast<const char*>(pool.at(piece)), piece.bytes());
        run.add(frame, {i, i}, 2);
    }
    EXPECT_TRUE(run.is_for(clients));
    EXPECT_FALSE(run.is_for(std::array{2u}));
    EXPECT_EQ(run.conflated(), 2 * run.parts().size());
    const Frame whole = run.whole();
    EXPECT_EQ(whole.bytes, expected.size());
    ASSERT_EQ(whole.pieces.size(), 2u);
    EXPECT_EQ(whole.pieces[0].frames + whole.pieces[1].frames, run.parts().size());
    BudgetUse budget{nullptr};
    ClientQueue queue;
    ASSERT_TRUE(queue.append(whole, pool, budget));
    run.clear();
    EXPECT_TRUE(run.empty());
    std::vector<iovec> parts(queue.piece_count());
    queue.gather(pool, parts);
    std::string queued;
    for (const iovec& part : parts)
        queued.append(static_cast<const char*>(part.iov_base), part.iov_len);
    EXPECT_EQ(queued, expected);
    queue.clear(pool, budget);
    EXPECT_EQ(pool.chunks_in_use(), 1u);  // the open one
}

}  // namespace
}  // namespace tickweir::gateway::hub
