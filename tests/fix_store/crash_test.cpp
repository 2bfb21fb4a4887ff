// Power that fails at every operation of a store's life: what is found then is whole, is from one
// moment of that life, and can be gone on with.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>

#include "gateway/fix/message_store.hpp"
#include "tests/fix_store/store_world.hpp"

namespace tickweir::gateway::fix {
namespace {

constexpr StoreLimits small{.retained_bytes = 32 << 10, .message_bytes = 2 << 10};

/// The numbers as some turn left them.
struct Turn {
    book::TimeNs created = start;
    std::uint64_t next_outbound = 1;
    std::uint64_t next_inbound = 1;
};

/// A session's life of two days; remembers all it ever sent and what it last flushed.
class Life {
public:
    explicit Life(World& world) : world_{world} { world.limits = small; }

    void run() {
        if (!world_.open()) return;
        for (std::uint64_t day = 0; day < 2; ++day) {
            for (std::uint64_t number = 1; number <= 90; ++number)
                turn(number);
            if (day == 1) break;
            world_.store->reset(start + std::chrono::hours{24});
            remember();
        }
        (void)world_.close();
    }

    const Messages& sent(book::TimeNs created) { return sent_[created]; }
    const Turn& flushed() const { return flushed_; }

private:
    void turn(std::uint64_t number) {
        const std::size_t bytes = 30 + number * 37 % 900;
        sent_[world_.store->created()][number] = message_of(number, bytes);
        world_.send(number, bytes);
        if (number == 50) (void)world_.all(20, 40);
        world_.store->set_next_inbound(number * 2);
        if (number % 5 != 0) return;
        world_.store->flush();
        remember();
    }
    void remember() {
        if (world_.files.stopped()) return;
        flushed_ = {world_.store->created(), world_.store->next_outbound(),
                    world_.store->next_inbound()};
    }

    World& world_;
    std::map<book::TimeNs, Messages> sent_;
    Turn flushed_;
};

void check_found(World& world, Life& life, const std::string& where) {
    ASSERT_TRUE(world.open(start + std::chrono::hours{48})) << where;
    MessageStore& store = *world.store;
    EXPECT_FALSE(store.found().numbers_lost) << where;
    const Messages& sent = life.sent(store.created());
    const Messages found = world.all();
    for (const auto& [number, wire] : found) {
        ASSERT_TRUE(sent.contains(number)) << where << ": " << number;
        ASSERT_EQ(wire, sent.at(number)) << where;
        ASSERT_LT(number, store.next_outbound()) << where;
    }
    EXPECT_LE(store.next_outbound(), 91u) << where;
    EXPECT_LE(store.next_inbound(), 180u) << where;
    // And it goes on.
    const std::uint64_t number = store.next_outbound();
    ASSERT_EQ(world.send(number), Appended::stored) << where;
    ASSERT_TRUE(world.close()) << where;
    ASSERT_TRUE(world.open()) << where;
    EXPECT_TRUE(world.store->found().closed) << where;
    EXPECT_EQ(world.store->found().torn_bytes, 0u) << where;
    EXPECT_EQ(world.all(number), (Messages{{number, message_of(number)}})) << where;
    EXPECT_GE(world.all().size(), std::min<std::size_t>(found.size(), 1)) << where;
}

std::uint64_t operations_of_a_life() {
    World world;
    Life life{world};
    life.run();
    return world.files.operations();
}

TEST(StoreCrashTest, FindsAWholeStoreWhereverThePowerFails) {
    const std::uint64_t operations = operations_of_a_life();
    ASSERT_GT(operations, 50u);
    for (std::uint64_t stop = 0; stop < operations; ++stop) {
        for (const std::uint64_t seed : {1u, 2u, 3u, 4u}) {
            World world;
            Life life{world};
            world.files.stop_at(stop);
            life.run();
            world.kill();
            world.files.crash(seed * 1'000 + stop,
                              seed == 1 ? tests::Kept::nothing : tests::Kept::any);
            check_found(world, life,
                        "at " + std::to_string(stop) + " of " + std::to_string(operations) +
                            ", seed " + std::to_string(seed));
            if (HasFatalFailure()) return;
        }
    }
}

TEST(StoreCrashTest, LosesNoFlushedNumberWhereOnlyTheProcessEnds) {
    const std::uint64_t operations = operations_of_a_life();
    for (std::uint64_t stop = 0; stop < operations; ++stop) {
        World world;
        Life life{world};
        world.files.stop_at(stop);
        life.run();
        world.kill();
        world.files.crash(stop, tests::Kept::everything);
        ASSERT_TRUE(world.open(start + std::chrono::hours{48})) << stop;
        const MessageStore& store = *world.store;
        const Turn& flushed = life.flushed();
        ASSERT_GE(store.created(), flushed.created) << stop;
        if (store.created() > flushed.created) continue;
        EXPECT_GE(store.next_outbound(), flushed.next_outbound) << stop;
        EXPECT_GE(store.next_inbound(), flushed.next_inbound) << stop;
        const Messages found = world.all();
        EXPECT_EQ(found.empty() ? 1 : found.rbegin()->first + 1, store.next_outbound()) << stop;
        if (!found.empty()) {
            EXPECT_EQ(found.size(), found.rbegin()->first - found.begin()->first + 1) << stop;
        }
    }
}

}  // namespace
}  // namespace tickweir::gateway::fix
