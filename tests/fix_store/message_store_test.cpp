// A session's store in fair weather: what it keeps, gives back, drops and survives.
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "gateway/fix/message_store.hpp"
#include "tests/fix_store/store_world.hpp"

namespace tickweir::gateway::fix {
namespace {

TEST(MessageStoreTest, BeginsAtOneWithoutMessages) {
    World world;
    ASSERT_TRUE(world.open());
    EXPECT_TRUE(world.store->found().created);
    EXPECT_TRUE(world.store->found().closed);
    EXPECT_EQ(world.store->next_outbound(), 1u);
    EXPECT_EQ(world.store->next_inbound(), 1u);
    EXPECT_EQ(world.store->created(), start);
    EXPECT_EQ(world.all(), Messages{});
}

TEST(MessageStoreTest, GivesBackWhatItWasGiven) {
    World world;
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.store->append(1, "one"), Appended::stored);
    EXPECT_EQ(world.store->append(2, std::string{"t\0wo", 4}), Appended::stored);
    EXPECT_EQ(world.store->append(7, ""), Appended::stored);
    EXPECT_EQ(world.all(), (Messages{{1, "one"}, {2, std::string{"t\0wo", 4}}, {7, ""}}));
    EXPECT_EQ(world.all(2, 6), (Messages{{2, std::string{"t\0wo", 4}}}));
    EXPECT_EQ(world.all(3, 6), Messages{});
    EXPECT_EQ(world.all(8), Messages{});
    EXPECT_EQ(world.all(0, 1), (Messages{{1, "one"}}));
    EXPECT_EQ(world.all(5, 4), Messages{});
}

TEST(MessageStoreTest, TellsWhereARangeEnds) {
    World world;
    ASSERT_TRUE(world.open());
    world.send(1);
    const RangeRead range = world.store->read(1, 9, 1'000'000, [](auto, auto) {});
    EXPECT_EQ(range.status, ReadStatus::done);
    EXPECT_EQ(range.next, 10u);
    EXPECT_EQ(range.messages, 1u);
    EXPECT_EQ(range.damaged, 0u);
}

TEST(MessageStoreTest, GoesOnAfterARestart) {
    World world;
    ASSERT_TRUE(world.open());
    Messages sent;
    for (std::uint64_t number = 1; number <= 40; ++number) {
        EXPECT_EQ(world.send(number), Appended::stored);
        sent[number] = message_of(number);
    }
    world.store->set_next_inbound(17);
    ASSERT_TRUE(world.close());

    ASSERT_TRUE(world.open(start + std::chrono::hours{1}));
    EXPECT_FALSE(world.store->found().created);
    EXPECT_TRUE(world.store->found().closed);
    EXPECT_EQ(world.store->found().messages, 40u);
    EXPECT_EQ(world.store->found().text, "");
    EXPECT_EQ(world.store->next_outbound(), 41u);
    EXPECT_EQ(world.store->next_inbound(), 17u);
    EXPECT_EQ(world.store->created(), start);
    EXPECT_EQ(world.all(), sent);
    EXPECT_EQ(world.send(41), Appended::stored);
    sent[41] = message_of(41);
    EXPECT_EQ(world.all(), sent);
}

TEST(MessageStoreTest, LosesNothingThatWasFlushedWhenTheProcessIsKilled) {
    World world;
    ASSERT_TRUE(world.open());
    world.send(1);
    world.store->set_next_inbound(5);
    world.store->flush();
    // A copy of the disk would be exact; the destructor's flush has nothing left to do.
    const std::uint64_t before = world.files.operations();
    world.kill();
    EXPECT_EQ(world.files.operations(), before);
    ASSERT_TRUE(world.open());
    EXPECT_FALSE(world.store->found().closed);
    EXPECT_EQ(world.store->next_outbound(), 2u);
    EXPECT_EQ(world.store->next_inbound(), 5u);
    EXPECT_EQ(world.all(), (Messages{{1, message_of(1)}}));
}

TEST(MessageStoreTest, MakesDurableWhatAKilledProcessLeft) {
    World world;
    ASSERT_TRUE(world.open());
    world.send(1);
    world.store->set_next_inbound(5);
    world.kill();
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.close());
    world.files.crash(1, tests::Kept::nothing);
    ASSERT_TRUE(world.open());
    EXPECT_TRUE(world.store->found().closed);
    EXPECT_EQ(world.store->next_inbound(), 5u);
    EXPECT_EQ(world.all(), (Messages{{1, message_of(1)}}));
}

TEST(MessageStoreTest, KeepsWhatTheLastLogonWantedThroughKillsAndResets) {
    World world;
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.store->cancel_on_disconnect(), std::nullopt);
    for (const std::optional<bool> wanted : {std::optional{true}, std::optional{false}, {}}) {
        world.store->set_cancel_on_disconnect(wanted);
        world.send(world.store->next_outbound());
        world.store->flush_sent();
        world.kill();
        ASSERT_TRUE(world.open());
        EXPECT_EQ(world.store->cancel_on_disconnect(), wanted);
        world.store->reset(world.store->created() + std::chrono::seconds{1});
        EXPECT_EQ(world.store->cancel_on_disconnect(), wanted);
    }
}

TEST(MessageStoreTest, FindsInMessagesWhatWasExpectedWhenTheyWereSent) {
    World world;
    ASSERT_TRUE(world.open());
    world.store->set_next_inbound(7);
    world.send(1);
    world.store->set_next_inbound(9);
    const std::uint64_t before = world.files.operations();
    world.store->flush_sent();
    EXPECT_EQ(world.files.operations(), before + 1);
    world.store->flush_sent();
    EXPECT_EQ(world.files.operations(), before + 1) << "9 is only ahead of what the disk has";
    world.files.stop_at(world.files.operations());
    (void)world.files.remove("stores/nothing");  // killed here
    world.kill();
    world.files.crash(1, tests::Kept::everything);
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.store->next_outbound(), 2u);
    EXPECT_EQ(world.store->next_inbound(), 7u);
    world.store->set_next_inbound(3);
    world.store->flush_sent();
    world.kill();
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.store->next_inbound(), 3u) << "an operator's";
}

TEST(MessageStoreTest, SyncsNothingWhereNothingHappened) {
    World world;
    ASSERT_TRUE(world.open());
    world.send(1);
    ASSERT_TRUE(world.close());
    ASSERT_TRUE(world.open());
    const std::uint64_t before = world.files.operations();
    EXPECT_TRUE(world.store->close());
    EXPECT_EQ(world.files.operations(), before);
}

TEST(MessageStoreTest, GoesOnBehindMessagesWhoseNumbersWereNotWritten) {
    World world;
    ASSERT_TRUE(world.open());
    ASSERT_EQ(world.store->append(1, "a"), Appended::stored);
    ASSERT_EQ(world.store->append(2, "b"), Appended::stored);
    world.kill();
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.store->next_outbound(), 3u);
}

TEST(MessageStoreTest, WritesOncePerTurnAndOnlyWhatChanged) {
    World world;
    ASSERT_TRUE(world.open());
    world.send(1);
    world.store->flush();
    std::uint64_t before = world.files.operations();
    for (std::uint64_t number = 2; number <= 20; ++number)
        world.send(number);
    EXPECT_EQ(world.files.operations(), before);
    world.store->flush();
    EXPECT_EQ(world.files.operations(), before + 1);  // messages, which say the numbers
    before = world.files.operations();
    world.store->flush();
    world.store->set_next_inbound(world.store->next_inbound());
    world.store->flush();
    EXPECT_EQ(world.files.operations(), before);
}

TEST(MessageStoreTest, RefusesNumbersThatDoNotAscend) {
    World world;
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.store->append(0, "x"), Appended::out_of_order);
    EXPECT_EQ(world.store->append(5, "five"), Appended::stored);
    EXPECT_EQ(world.store->append(5, "again"), Appended::out_of_order);
    EXPECT_EQ(world.store->append(4, "four"), Appended::out_of_order);
    EXPECT_EQ(world.all(), (Messages{{5, "five"}}));
    EXPECT_EQ(world.store->counts().out_of_order, 3u);
}

TEST(MessageStoreTest, LeavesOutWhatIsTooLong) {
    World world;
    world.limits.message_bytes = 1'000;
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.send(1, 1'000), Appended::stored);
    EXPECT_EQ(world.send(2, 1'001), Appended::too_long);
    EXPECT_EQ(world.send(3, 10), Appended::stored);
    EXPECT_EQ(world.all().size(), 2u);
    EXPECT_EQ(world.store->counts().too_long, 1u);
}

TEST(MessageStoreTest, ReadsMessagesBeyondALimitThatWasLoweredSince) {
    World world;
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.send(1, 60'000), Appended::stored);
    ASSERT_TRUE(world.close());
    world.limits.message_bytes = 1'000;
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.all().at(1), message_of(1, 60'000));
}

TEST(MessageStoreTest, DropsTheOldestBeyondItsBytes) {
    World world;
    world.limits = {.retained_bytes = 64 << 10, .message_bytes = 4 << 10};
    ASSERT_TRUE(world.open());
    for (std::uint64_t number = 1; number <= 2'000; ++number)
        EXPECT_EQ(world.send(number), Appended::stored);
    const Messages kept = world.all();
    ASSERT_FALSE(kept.empty());
    EXPECT_EQ(kept.rbegin()->first, 2'000u);
    EXPECT_GT(kept.begin()->first, 1u);
    EXPECT_EQ(kept.size(), 2'000 - kept.begin()->first + 1);
    EXPECT_EQ(world.store->counts().expired, kept.begin()->first - 1);
    EXPECT_GT(kept.size() * 174, (64u << 10) * 3 / 4);
    std::size_t bytes = 0;
    for (const auto& entry : *world.files.list("stores/CLIENT1"))
        bytes += world.files.content("stores/CLIENT1/" + entry.name)->size();
    EXPECT_LE(bytes, (64u << 10) + 1'024);
    ASSERT_TRUE(world.close());
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.all(), kept);
}

TEST(MessageStoreTest, KeepsTheNewestWhenThereMayBeFewerBytes) {
    World world;
    ASSERT_TRUE(world.open());
    for (std::uint64_t number = 1; number <= 50; ++number)
        world.send(number, 60'000);
    ASSERT_TRUE(world.close());
    world.limits.retained_bytes = 1 << 20;
    ASSERT_TRUE(world.open());
    const Messages kept = world.all();
    EXPECT_LE(kept.size(), 18u);
    EXPECT_EQ(world.send(51), Appended::stored);
    EXPECT_EQ(world.all().rbegin()->first, 51u);
}

TEST(MessageStoreTest, ReadsALongRangeInBoundedPieces) {
    World world;
    ASSERT_TRUE(world.open());
    Messages sent;
    for (std::uint64_t number = 1; number <= 20'000; number += 1 + number % 3) {
        world.send(number, 40 + number % 300);
        sent[number] = message_of(number, 40 + number % 300);
    }
    int calls = 0;
    Messages got;
    for (std::uint64_t next = 1;; ++calls) {
        const RangeRead range = world.store->read(
            next, 20'000, 64 << 10,
            [&](std::uint64_t number, std::string_view wire) { got.emplace(number, wire); });
        EXPECT_LE(range.bytes, 2 * SegmentReader::window_bytes);
        next = range.next;
        if (range.status == ReadStatus::done) break;
    }
    EXPECT_EQ(got, sent);
    EXPECT_GT(calls, 10);
    // No call reads from the beginning: a narrow range costs a stretch of the index.
    const RangeRead late = world.store->read(19'000, 19'000, 1 << 20, [](auto, auto) {});
    EXPECT_LE(late.bytes, 2 * SegmentReader::window_bytes);
}

TEST(MessageStoreTest, ReadsWhileMessagesAreAdded) {
    World world;
    world.limits = {.retained_bytes = 256 << 10, .message_bytes = 4 << 10};
    ASSERT_TRUE(world.open());
    std::uint64_t number = 0;
    while (number < 1'000)
        world.send(++number);
    Messages got;
    std::uint64_t next = 1;
    while (next <= number) {
        const RangeRead range = world.store->read(next, number, 1, [&](auto one, auto wire) {
            EXPECT_EQ(wire, message_of(one));
            got.emplace(one, wire);
        });
        next = range.next;
        for (int i = 0; i < 20 && number < 2'500; ++i)
            world.send(++number);
    }
    EXPECT_EQ(got.rbegin()->first, number);
    EXPECT_GE(got.size(), 1'000u);
}

TEST(MessageStoreTest, ForgetsMessagesThatNumbersAreSetBackOver) {
    World world;
    ASSERT_TRUE(world.open());
    for (std::uint64_t number = 1; number <= 9; ++number)
        world.send(number);
    world.store->set_next_inbound(4);
    world.store->set_next_outbound(12);
    EXPECT_EQ(world.all().size(), 9u);
    world.store->set_next_outbound(9);
    EXPECT_EQ(world.all(), Messages{});
    EXPECT_EQ(world.store->next_inbound(), 4u);
    EXPECT_EQ(world.store->created(), start);
    EXPECT_EQ(world.store->append(9, "nine"), Appended::stored);
    world.store->set_next_outbound(10);
    ASSERT_TRUE(world.close());
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.all(), (Messages{{9, "nine"}}));
    EXPECT_EQ(world.store->next_outbound(), 10u);
}

TEST(MessageStoreTest, BeginsAnewWithAReset) {
    World world;
    ASSERT_TRUE(world.open());
    world.send(1);
    world.store->set_next_inbound(9);
    world.store->flush();
    world.send(2);  // waits for its flush
    const book::TimeNs later = start + std::chrono::hours{24};
    world.store->reset(later);
    EXPECT_EQ(world.store->created(), later);
    EXPECT_EQ(world.store->next_outbound(), 1u);
    EXPECT_EQ(world.store->next_inbound(), 1u);
    EXPECT_EQ(world.all(), Messages{});
    EXPECT_EQ(world.files.list("stores/CLIENT1")->size(), 1u);  // the numbers
    EXPECT_EQ(world.store->append(1, "anew"), Appended::stored);
    world.kill();
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.store->created(), later);
    EXPECT_EQ(world.all(), (Messages{{1, "anew"}}));
}

TEST(MessageStoreTest, KeepsSessionsApart) {
    World world;
    ASSERT_TRUE(world.open());
    auto other = MessageStore::open(*world.directory, "CLIENT2", world.limits, start);
    ASSERT_TRUE(other);
    world.send(1);
    EXPECT_EQ((*other)->append(1, "other"), Appended::stored);
    EXPECT_EQ(World::read(**other, 1, 9, 1), (Messages{{1, "other"}}));
    EXPECT_EQ(world.all(), (Messages{{1, message_of(1)}}));
}

TEST(MessageStoreTest, CountsInMemoryWithoutADirectory) {
    const auto store = MessageStore::without_files(start);
    EXPECT_EQ(store->append(1, "x"), Appended::not_kept);
    store->set_next_outbound(2);
    store->set_next_inbound(3);
    store->flush();
    EXPECT_EQ(store->next_outbound(), 2u);
    EXPECT_EQ(store->next_inbound(), 3u);
    const RangeRead range = store->read(1, 1, 100, [](auto, auto) { FAIL(); });
    EXPECT_EQ(range.status, ReadStatus::done);
    EXPECT_EQ(range.next, 2u);
    EXPECT_EQ(store->counts().not_kept, 1u);
    store->reset(start + std::chrono::seconds{1});
    EXPECT_EQ(store->next_inbound(), 1u);
    EXPECT_TRUE(store->close());
    EXPECT_FALSE(store->failure());
}

TEST(StoreDirectoryTest, IsOneProcessAtATime) {
    World world;
    ASSERT_TRUE(world.open());
    const auto second = StoreDirectory::open(world.files, "stores");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, txn::io::IoErrorKind::in_use);
}

TEST(StoreDirectoryTest, KnowsWhetherItWasClosed) {
    World world;
    ASSERT_TRUE(world.open());
    EXPECT_TRUE(world.directory->was_closed());
    world.kill();
    ASSERT_TRUE(world.open());
    EXPECT_FALSE(world.directory->was_closed());
    ASSERT_TRUE(world.close());
    ASSERT_TRUE(world.open());
    EXPECT_TRUE(world.directory->was_closed());
    // A power failure finds it running, whatever it keeps.
    world.kill();
    world.files.crash(1, tests::Kept::nothing);
    ASSERT_TRUE(world.open());
    EXPECT_FALSE(world.directory->was_closed());
}

}  // namespace
}  // namespace tickweir::gateway::fix
