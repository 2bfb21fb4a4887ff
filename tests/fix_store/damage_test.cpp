// What damage on disk does to a store: what is given is always what was kept, the rest is missing,
// and it is told.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "gateway/fix/message_store.hpp"
#include "tests/fix_store/store_world.hpp"

namespace tickweir::gateway::fix {
namespace {

const std::string messages_path = "stores/CLIENT1/1-1.messages";
const std::string numbers_path = "stores/CLIENT1/numbers";

/// A store of ten messages, closed.
Messages fill(World& world) {
    Messages sent;
    EXPECT_TRUE(world.open());
    for (std::uint64_t number = 1; number <= 10; ++number) {
        world.send(number, 30 + number * 7);
        sent[number] = message_of(number, 30 + number * 7);
    }
    world.store->set_next_inbound(77);
    EXPECT_TRUE(world.close());
    return sent;
}

void cut(World& world, const std::string& path, std::uint64_t length) {
    auto file = world.files.open(path, {.mode = txn::io::OpenMode::append});
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->truncate(length));
}

bool is_part_of(const Messages& part, const Messages& whole) {
    return std::ranges::all_of(part, [&](const auto& message) {
        const auto found = whole.find(message.first);
        return found != whole.end() && found->second == message.second;
    });
}

TEST(StoreDamageTest, CutsATornTailOfAnyLength) {
    World first;
    const Messages sent = fill(first);
    const std::size_t length = first.files.content(messages_path)->size();
    for (std::uint64_t left = 0; left < length; ++left) {
        World world;
        fill(world);
        cut(world, messages_path, left);
        ASSERT_TRUE(world.open());
        const Messages kept = world.all();
        EXPECT_TRUE(is_part_of(kept, sent)) << left;
        EXPECT_LT(kept.size(), sent.size());
        if (!kept.empty()) {
            EXPECT_EQ(kept.rbegin()->first, kept.size()) << left;
        }
        EXPECT_EQ(world.store->found().damaged_places, 0u) << world.store->found().text;
        // The numbers have their own file: none is given twice.
        EXPECT_EQ(world.store->next_outbound(), 11u);
        EXPECT_EQ(world.send(11), Appended::stored);
        EXPECT_EQ(world.all().size(), kept.size() + 1) << left;
        ASSERT_TRUE(world.close());
        ASSERT_TRUE(world.open());
        EXPECT_EQ(world.all().size(), kept.size() + 1) << left;
        EXPECT_EQ(world.store->found().text, "") << left;
    }
}

TEST(StoreDamageTest, LosesOneMessageToAFlippedBit) {
    World first;
    const Messages sent = fill(first);
    const std::uint64_t bits = first.files.content(messages_path)->size() * 8;
    for (std::uint64_t bit = 0; bit < bits; bit += 3) {
        World world;
        fill(world);
        ASSERT_TRUE(world.files.flip_bit(messages_path, bit));
        ASSERT_TRUE(world.open());
        const Messages kept = world.all();
        EXPECT_TRUE(is_part_of(kept, sent)) << bit;
        const bool in_head = bit < sizeof(SegmentHead) * 8;
        EXPECT_EQ(kept.size(), in_head ? 10u : 9u) << bit;
        EXPECT_NE(world.store->found().text, "") << bit;
        EXPECT_NE(world.store->found().text.find(messages_path), std::string::npos);
        EXPECT_EQ(world.store->next_outbound(), 11u);
    }
}

TEST(StoreDamageTest, MeetsDamageWhileItRuns) {
    World world;
    const Messages sent = fill(world);
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.files.flip_bit(messages_path, (sizeof(SegmentHead) + 100) * 8));
    RangeRead range;
    Messages got;
    range = world.store->read(1, 10, 1 << 20,
                              [&](auto number, auto wire) { got.emplace(number, wire); });
    EXPECT_EQ(range.status, ReadStatus::done);
    EXPECT_EQ(range.next, 11u);
    EXPECT_EQ(range.damaged, 1u);
    EXPECT_EQ(world.store->counts().damaged, 1u);
    EXPECT_TRUE(is_part_of(got, sent));
    EXPECT_EQ(got.size(), sent.size() - 1);
    // What follows is not held up.
    EXPECT_EQ(world.send(11), Appended::stored);
    EXPECT_EQ(world.all(11, 11).size(), 1u);
}

TEST(StoreDamageTest, GoesOnBehindDamageInALongJournal) {
    World world;
    ASSERT_TRUE(world.open());
    for (std::uint64_t number = 1; number <= 5'000; ++number)
        world.send(number);
    world.store->flush();
    ASSERT_TRUE(world.files.flip_bit(messages_path, 100'000 * 8));
    const Messages got = world.all();
    EXPECT_EQ(got.begin()->first, 1u);
    EXPECT_EQ(got.rbegin()->first, 5'000u);
    EXPECT_EQ(got.size(), 4'999u);
    world.kill();
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.all().size(), 4'999u);
}

TEST(StoreDamageTest, ReadsNothingOfAnotherGenerationsFile) {
    World world;
    fill(world);
    const auto bytes = *world.files.content(messages_path);
    ASSERT_TRUE(world.open());
    world.store->reset(start + std::chrono::hours{1});
    world.send(1);
    ASSERT_TRUE(world.close());
    // As if the removed file came back under the new one's name.
    ASSERT_TRUE(world.files.remove("stores/CLIENT1/2-1.messages"));
    {
        auto file =
            world.files.open("stores/CLIENT1/2-1.messages", {.mode = txn::io::OpenMode::create});
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->append(bytes));
    }
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.all(), Messages{});
    EXPECT_NE(world.store->found().text, "");
}

TEST(StoreDamageTest, TakesNoQuotedRecordForOne) {
    World world;
    ASSERT_TRUE(world.open());
    // A message that quotes a record, as a client could make us send one.
    std::string quoted(200, '\0');
    const std::size_t length = put_record(reinterpret_cast<std::byte*>(quoted.data()),
                                          segment_head(1, book::TimeNs{}, 1).check, 5, 0, "forged");
    quoted.resize(length);
    ASSERT_EQ(world.store->append(1, "before " + quoted + " behind"), Appended::stored);
    ASSERT_EQ(world.store->append(9, "nine"), Appended::stored);
    ASSERT_TRUE(world.close());
    ASSERT_TRUE(world.files.flip_bit(messages_path, sizeof(SegmentHead) * 8 + 1));
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.all(), (Messages{{9, "nine"}}));
}

TEST(StoreDamageTest, HasTheNumbersTwice) {
    for (std::uint64_t bit = 0; bit < 1'024 * 8; bit += 5) {
        World world;
        fill(world);
        ASSERT_TRUE(world.files.flip_bit(numbers_path, bit));
        ASSERT_TRUE(world.open());
        EXPECT_FALSE(world.store->found().numbers_lost);
        EXPECT_EQ(world.store->next_outbound(), 11u);
        const std::uint64_t inbound = world.store->next_inbound();
        EXPECT_TRUE(inbound == 77 || inbound == 1) << inbound;
    }
}

TEST(StoreDamageTest, BeginsAnewAndSaysSoWhereTheNumbersAreLost) {
    World world;
    fill(world);
    ASSERT_TRUE(world.files.flip_bit(numbers_path, 9));
    ASSERT_TRUE(world.files.flip_bit(numbers_path, 512 * 8 + 9));
    ASSERT_TRUE(world.open());
    EXPECT_TRUE(world.store->found().numbers_lost);
    EXPECT_NE(world.store->found().text, "");
    EXPECT_EQ(world.store->next_outbound(), 1u);
    EXPECT_EQ(world.all(), Messages{});
    EXPECT_TRUE(world.files.content(numbers_path + ".damaged"));
    EXPECT_EQ(world.send(1), Appended::stored);
    ASSERT_TRUE(world.close());
    ASSERT_TRUE(world.open());
    EXPECT_FALSE(world.store->found().numbers_lost);
    EXPECT_EQ(world.all().size(), 1u);
}

TEST(StoreDamageTest, LeavesOtherFilesAlone) {
    World world;
    fill(world);
    for (const std::string name : {"notes.txt", "1-x.messages", "-1.messages", "1-2.messagesx"}) {
        ASSERT_TRUE(
            world.files.open("stores/CLIENT1/" + name, {.mode = txn::io::OpenMode::create}));
    }
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.all().size(), 10u);
    EXPECT_EQ(world.files.list("stores/CLIENT1")->size(), 6u);
}

}  // namespace
}  // namespace tickweir::gateway::fix
