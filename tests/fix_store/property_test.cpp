// A store against a map: the same random life, the same messages and numbers, but for those that
// are too old to be kept.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "gateway/fix/message_store.hpp"
#include "tests/fix_store/store_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway::fix {
namespace {

/// Everything a session ever sent since its numbers began.
struct NaiveStore {
    Messages messages;
    std::uint64_t next_outbound = 1;
    std::uint64_t next_inbound = 1;
    book::TimeNs created = start;

    Messages range(std::uint64_t from, std::uint64_t to) const {
        return {messages.lower_bound(from), messages.upper_bound(to)};
    }
};

class TwoStores {
public:
    explicit TwoStores(std::uint64_t seed) : random_{seed} {
        world_.limits = {.retained_bytes = 48 << 10, .message_bytes = 3 << 10};
        world_.files.limit_transfer(1 + random_() % 5'000);
        world_.files.interrupt_every(2 + random_() % 5);
        EXPECT_TRUE(world_.open());
    }

    void step() {
        const std::uint64_t choice = random_() % 1'000;
        if (choice < 800)
            send();
        else if (choice < 850)
            set_inbound();
        else if (choice < 900)
            world_.store->flush();
        else if (choice < 970)
            read();
        else if (choice < 985)
            reopen();
        else if (choice < 993)
            leave_numbers_out();
        else
            begin_anew();
        ASSERT_EQ(world_.store->next_outbound(), naive_.next_outbound);
        ASSERT_EQ(world_.store->next_inbound(), naive_.next_inbound);
        ASSERT_EQ(world_.store->created(), naive_.created);
    }

private:
    void send() {
        const std::uint64_t number = naive_.next_outbound++;
        std::string wire(random_() % 20 == 0 ? random_() % 3'073 : random_() % 300, '\0');
        for (char& c : wire)
            c = static_cast<char>(random_());
        ASSERT_EQ(world_.store->append(number, wire), Appended::stored);
        world_.store->set_next_outbound(number + 1);
        naive_.messages[number] = wire;
    }
    void set_inbound() {
        naive_.next_inbound = 1 + random_() % 1'000'000;
        world_.store->set_next_inbound(naive_.next_inbound);
    }
    void leave_numbers_out() {
        naive_.next_outbound += 1 + random_() % 50;
        world_.store->set_next_outbound(naive_.next_outbound);
    }
    void begin_anew() {
        const bool back = random_() % 2 == 0;
        naive_.messages.clear();
        if (back) {
            naive_.next_outbound = 1 + random_() % naive_.next_outbound;
            // So that something was stored at or above it.
            ASSERT_EQ(world_.store->append(1'000'000'000, "last"), Appended::stored);
            world_.store->set_next_outbound(1'000'000'001);
            world_.store->set_next_outbound(naive_.next_outbound);
        } else {
            const book::TimeNs now = naive_.created + std::chrono::seconds{1};
            naive_ = {};
            naive_.created = now;
            world_.store->reset(naive_.created);
        }
    }
    void reopen() {
        const bool in_order = random_() % 2 == 0;
        if (in_order)
            ASSERT_TRUE(world_.close());
        else
            world_.kill();
        ASSERT_TRUE(world_.open());
        ASSERT_EQ(world_.store->found().closed, in_order);
        ASSERT_EQ(world_.store->found().text, "");
    }
    void read() {
        const std::uint64_t from = 1 + random_() % naive_.next_outbound;
        const std::uint64_t to = from + random_() % (random_() % 2 == 0 ? 20 : 2'000);
        const std::size_t budget = random_() % 3 == 0 ? random_() % 100'000 : random_() % 1'000;
        const Messages found = World::read(*world_.store, from, to, budget);
        const Messages expected = naive_.range(from, to);
        ASSERT_LE(found.size(), expected.size());
        // What is missing is the oldest, and not more than there is no room for.
        const auto kept = std::prev(expected.end(), static_cast<std::ptrdiff_t>(found.size()));
        ASSERT_EQ(found, (Messages{kept, expected.end()}));
        if (kept == expected.begin()) return;
        std::size_t newer = 0;
        for (auto message = naive_.messages.find(std::prev(kept)->first);
             message != naive_.messages.end(); ++message)
            newer += message->second.size() + sizeof(RecordHead);
        ASSERT_GT(newer, world_.limits.retained_bytes / 2);
    }

    std::mt19937_64 random_;
    World world_;
    NaiveStore naive_;
};

TEST(MessageStoreProperty, HasWhatAMapHasButForTheOldest) {
    const std::uint64_t seed = tests::test_seed();
    for (std::uint64_t round = 0; round < 10; ++round) {
        TwoStores stores{seed + round};
        for (int i = 0; i < 4'000; ++i) {
            stores.step();
            if (testing::Test::HasFatalFailure()) return;
        }
    }
}

}  // namespace
}  // namespace tickweir::gateway::fix
