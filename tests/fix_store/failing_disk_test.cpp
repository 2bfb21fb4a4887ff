// A disk that refuses: the session goes on, what is missing is counted, and all is well again once
// the disk is.
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "gateway/fix/message_store.hpp"
#include "tests/fix_store/store_world.hpp"

namespace tickweir::gateway::fix {
namespace {

using txn::io::IoErrorKind;
using txn::io::IoOperation;

constexpr StoreLimits small{.retained_bytes = 32 << 10, .message_bytes = 2 << 10};

TEST(FailingDiskTest, GoesOnWithAFullDiskAndAfterIt) {
    World world;
    ASSERT_TRUE(world.open());
    world.send(1);
    world.store->flush();
    world.files.set_capacity(4'096);
    for (std::uint64_t number = 2; number <= 60; ++number) {
        world.send(number);
        world.store->flush();
    }
    ASSERT_TRUE(world.store->failure());
    EXPECT_EQ(world.store->failure()->kind, IoErrorKind::no_space);
    const std::size_t kept = world.all().size();
    EXPECT_GT(kept, 5u);
    EXPECT_LT(kept, 30u);
    EXPECT_EQ(world.store->counts().appended, kept);
    EXPECT_EQ(world.store->counts().not_kept, 60 - kept);
    // Numbers are written in place: a full disk keeps none of them back.
    world.kill();
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.store->next_outbound(), 61u);
    EXPECT_EQ(world.all().size(), kept);

    world.files.set_capacity(1 << 20);
    EXPECT_EQ(world.send(61), Appended::stored);
    world.store->flush();
    EXPECT_FALSE(world.store->failure());
    EXPECT_EQ(world.all().size(), kept + 1);
    EXPECT_EQ(world.all().rbegin()->first, 61u);
}

TEST(FailingDiskTest, KeepsNoMoreOnceNoFileCanBeMade) {
    World world;
    ASSERT_TRUE(world.open());
    world.files.fail_next(IoOperation::open, EMFILE);
    EXPECT_EQ(world.send(1), Appended::not_kept);
    const std::uint64_t before = world.files.operations();
    EXPECT_EQ(world.send(2), Appended::not_kept);  // one try a turn
    EXPECT_EQ(world.files.operations(), before);
    world.store->flush();
    EXPECT_TRUE(world.store->failure());
    EXPECT_EQ(world.send(3), Appended::stored);
    world.store->flush();
    EXPECT_FALSE(world.store->failure());
    EXPECT_EQ(world.all(), (Messages{{3, message_of(3)}}));
    EXPECT_EQ(world.store->counts().not_kept, 2u);
}

TEST(FailingDiskTest, ForgetsWhereMessagesWouldHaveBeen) {
    World world;
    ASSERT_TRUE(world.open());
    world.send(1);
    world.store->flush();
    // Several stretches of the index.
    for (std::uint64_t number = 2; number <= 250; ++number)
        world.send(number, 200);
    world.files.fail_next(IoOperation::write, EIO);
    world.store->flush();
    EXPECT_EQ(world.store->counts().not_kept, 249u);
    for (std::uint64_t number = 251; number <= 600; ++number)
        world.send(number, 333);
    for (std::uint64_t number = 251; number <= 600; ++number)
        EXPECT_EQ(world.all(number, number), (Messages{{number, message_of(number, 333)}}));
    for (std::uint64_t number = 2; number <= 250; number += 31)
        EXPECT_EQ(world.all(number, 250), Messages{});
    EXPECT_EQ(world.all().size(), 351u);
    EXPECT_EQ(world.store->counts().damaged, 0u);
}

TEST(FailingDiskTest, TellsOfNumbersThatAreNotWritten) {
    World world;
    ASSERT_TRUE(world.open());
    world.store->set_next_inbound(7);
    world.files.fail_next(IoOperation::write, EIO);
    world.store->flush();
    ASSERT_TRUE(world.store->failure());
    EXPECT_EQ(world.store->failure()->error_number, EIO);
    EXPECT_EQ(world.store->next_inbound(), 7u);
    world.store->flush();
    EXPECT_FALSE(world.store->failure());
    world.kill();
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.store->next_inbound(), 7u);
}

TEST(FailingDiskTest, IsNotClosedWhereTheLastSyncFails) {
    for (std::uint64_t after = 0; after < 3; ++after) {
        World world;
        ASSERT_TRUE(world.open());
        world.send(1);
        const bool of_directory = after == 2;
        world.files.fail_next(of_directory ? IoOperation::sync_directory : IoOperation::sync, EIO,
                              of_directory ? 0 : after);
        EXPECT_FALSE(world.store->close()) << after;
        EXPECT_TRUE(world.store->failure()) << after;
    }
}

TEST(FailingDiskTest, OutlivesAnyOneFailure) {
    World whole;
    whole.limits = small;
    ASSERT_TRUE(whole.open());
    const auto live = [](World& world) {
        for (std::uint64_t number = 1; number <= 120; ++number) {
            world.send(number, 30 + number * 37 % 900);
            if (number % 4 == 0) world.store->flush();
            if (number % 40 == 0) (void)World::read(*world.store, number - 30, number, 2'000);
        }
    };
    const std::uint64_t first = whole.files.operations();
    live(whole);
    const std::uint64_t last = whole.files.operations();
    const std::size_t kept = whole.all().size();
    for (std::uint64_t at = first; at < last; ++at) {
        World world;
        world.limits = small;
        ASSERT_TRUE(world.open());
        world.files.fail_at(at, EIO);
        live(world);
        world.store->flush();
        EXPECT_GE(world.store->counts().io_errors, 1u) << at;
        const Messages found = world.all();
        EXPECT_GE(found.size() + 20, kept) << at;
        for (const auto& [number, wire] : found)
            ASSERT_EQ(wire, message_of(number, 30 + number * 37 % 900)) << at;
        const StoreCounts& counts = world.store->counts();
        EXPECT_EQ(counts.appended + counts.not_kept, 120u) << at;
        ASSERT_EQ(world.send(121), Appended::stored) << at;
        world.store->flush();
        EXPECT_FALSE(world.store->failure()) << at << ": " << to_string(*world.store->failure());
        world.kill();
        ASSERT_TRUE(world.open()) << at;
        EXPECT_EQ(world.store->next_outbound(), 122u) << at;
        EXPECT_EQ(world.all().rbegin()->first, 121u) << at;
    }
}

TEST(FailingDiskTest, OpensNoStoreThatItCannotRead) {
    World world;
    ASSERT_TRUE(world.open());
    world.send(1);
    ASSERT_TRUE(world.close());
    const auto count_opening = [&] {
        const std::uint64_t before = world.files.operations();
        EXPECT_TRUE(world.open());
        const std::uint64_t operations = world.files.operations() - before;
        world.kill();
        return operations;
    };
    (void)count_opening();
    const std::uint64_t operations = count_opening();
    for (std::uint64_t i = 0; i < operations; ++i) {
        world.files.fail_at(world.files.operations() + i, EIO);
        if (world.open()) {
            // Then messages alone are missing.
            EXPECT_EQ(world.store->next_outbound(), 2u) << i;
        }
        world.kill();
        ASSERT_TRUE(world.open()) << i;
        EXPECT_EQ(world.store->next_outbound(), 2u) << i;
        world.kill();
    }
}

}  // namespace
}  // namespace tickweir::gateway::fix
