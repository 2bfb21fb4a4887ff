// The parts of a replica one by one: numbers of slots, windows of levels, orders.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <unordered_map>
#include <vector>

#include "gateway/replica/flat_index.hpp"
#include "gateway/replica/level_changes.hpp"
#include "gateway/replica/order_replica.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway::replica {
namespace {

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
    OrderReplica orders_kept{allowance, nullptr};
    EXPECT_TRUE(orders_kept.apply(item(OrderAction::add, 1, 100, 5)));
    EXPECT_TRUE(orders_kept.apply(item(OrderAction::add, 2, 101, 5)));
    EXPECT_TRUE(orders_kept.apply(item(OrderAction::add, 3, 100, 5)));
    EXPECT_TRUE(orders_kept.apply(item(OrderAction::reduce, 1, 100, 2)));
    EXPECT_TRUE(orders_kept.apply(item(OrderAction::replace, 3, 100, 9, 4)));
    EXPECT_TRUE(orders_kept.apply(item(OrderAction::add, 5, 100, 1)));
    EXPECT_TRUE(orders_kept.apply(item(OrderAction::remove, 2, 101, 0)));
    std::vector<OrderReplica::Order> orders;
    orders_kept.in_priority(orders);
    std::vector<std::pair<std::uint64_t, std::int64_t>> seen;
    for (const auto& order : orders)
        seen.emplace_back(static_cast<std::uint64_t>(order.id), order.open.lots);
    EXPECT_EQ(seen, (std::vector<std::pair<std::uint64_t, std::int64_t>>{{1, 2}, {4, 9}, {5, 1}}));
    EXPECT_EQ(allowance.used, 3u);
    orders_kept.clear();
    EXPECT_EQ(allowance.used, 0u);
}

TEST(OrderReplica, SaysWhyItIsNoLongerWhole) {
    OrderAllowance allowance{1, 0};
    OrderReplica orders_kept{allowance, nullptr};
    EXPECT_FALSE(orders_kept.apply(item(OrderAction::remove, 1, 100, 0)));
    EXPECT_FALSE(orders_kept.whole() || orders_kept.out_of_room());
    EXPECT_FALSE(orders_kept.apply(item(OrderAction::add, 1, 100, 1)));
    orders_kept.clear();
    EXPECT_TRUE(orders_kept.apply(item(OrderAction::add, 1, 100, 1)));
    EXPECT_FALSE(orders_kept.apply(item(OrderAction::add, 2, 100, 1)));
    EXPECT_TRUE(orders_kept.out_of_room());
    orders_kept.clear();
    EXPECT_TRUE(orders_kept.whole());
    EXPECT_TRUE(orders_kept.apply(item(OrderAction::add, 1, 100, 1)));
    EXPECT_FALSE(orders_kept.apply(item(OrderAction::add, 1, 100, 1)));
    EXPECT_FALSE(orders_kept.out_of_room());
}

}  // namespace
}  // namespace tickweir::gateway::replica
