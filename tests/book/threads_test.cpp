// What is shared between threads in this module, run under contention. Built apart so that the
// thread sanitizer can be pointed at it alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "book/budget.hpp"
#include "book/ring.hpp"

namespace tickweir::book {
namespace {

constexpr std::uint64_t items = 1'000'000;

TEST(SpscRing, CarriesAMillionValuesInOrderBetweenTwoThreads) {
    SpscRing<std::uint64_t> ring{256};
    std::thread producer{[&ring] {
        for (std::uint64_t next = 0; next < items;)
            if (ring.try_push(next))
                ++next;
            else
                std::this_thread::yield();
    }};
    std::uint64_t expected = 0;
    std::uint64_t wrong = 0;
    while (expected < items) {
        if (const auto value = ring.try_pop())
            wrong += *value != expected++;
        else
            std::this_thread::yield();
    }
    producer.join();
    EXPECT_EQ(wrong, 0U);
    EXPECT_EQ(ring.size_approx(), 0U);
}

TEST(SpscRing, CarriesBatchesInOrderBetweenTwoThreads) {
    SpscRing<std::uint64_t> ring{64};
    std::thread producer{[&ring] {
        std::array<std::uint64_t, 48> batch{};
        std::uint64_t next = 0;
        while (next < items) {
            const auto count = std::min<std::uint64_t>(1 + next % batch.size(), items - next);
            for (std::uint64_t i = 0; i < count; ++i)
                batch[i] = next + i;
            const std::size_t pushed = ring.push_some(std::span{batch}.first(count));
            next += pushed;
            if (pushed == 0) std::this_thread::yield();
        }
    }};
    std::array<std::uint64_t, 40> out{};
    std::uint64_t expected = 0;
    std::uint64_t wrong = 0;
    while (expected < items) {
        const std::size_t popped = ring.pop_some(out);
        for (std::size_t i = 0; i < popped; ++i)
            wrong += out[i] != expected++;
        if (popped == 0) std::this_thread::yield();
    }
    producer.join();
    EXPECT_EQ(wrong, 0U);
}

TEST(SpscRing, HandsOverOwnershipBetweenTwoThreads) {
    constexpr std::uint64_t pointers = 100'000;
    SpscRing<std::unique_ptr<std::uint64_t>> ring{32};
    std::thread producer{[&ring] {
        for (std::uint64_t next = 0; next < pointers; ++next) {
            auto value = std::make_unique<std::uint64_t>(next);
            while (!ring.try_push(std::move(value)))
                std::this_thread::yield();
        }
    }};
    std::uint64_t wrong = 0;
    for (std::uint64_t expected = 0; expected < pointers;) {
        if (const auto value = ring.try_pop())
            wrong += **value != expected++;
        else
            std::this_thread::yield();
    }
    producer.join();
    EXPECT_EQ(wrong, 0U);
}

TEST(SpscRing, TellsAThirdThreadAFillThatWasPossible) {
    SpscRing<std::uint64_t> ring{16};
    std::atomic<bool> done{false};
    std::thread observer{[&] {
        while (!done.load())
            EXPECT_LE(ring.size_approx(), ring.capacity());
    }};
    std::thread producer{[&ring] {
        for (std::uint64_t next = 0; next < 10'000;)
            if (ring.try_push(next))
                ++next;
            else
                std::this_thread::yield();
    }};
    for (std::uint64_t popped = 0; popped < 10'000;)
        if (ring.try_pop())
            ++popped;
        else
            std::this_thread::yield();
    producer.join();
    done.store(true);
    observer.join();
}

TEST(MemoryBudget, NeverExceedsItsLimitUnderContention) {
    constexpr std::size_t limit = 1'000;
    MemoryBudget budget{"shared", limit};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> exceeded{0};
    std::vector<std::thread> threads;
    for (std::size_t id = 0; id < 4; ++id) {
        threads.emplace_back([&, id] {
            for (std::size_t i = 0; i < 50'000; ++i) {
                const auto charge = budget.charge(1 + (i * 37 + id * 101) % 600);
                refused += !charge;
                exceeded += budget.used() > limit;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(exceeded.load(), 0U);
    EXPECT_EQ(budget.used(), 0U);
    EXPECT_LE(budget.high_water(), limit);
    EXPECT_EQ(budget.refusals(), refused.load());
}

TEST(MemoryBudget, GrantsEveryChargeThatFitsWhileOthersAreRefused) {
    MemoryBudget budget{"shared", 1'000};
    std::atomic<bool> done{false};
    // Far too much, over and over: it must not keep out the small charges, even for a moment.
    std::thread greedy{[&] {
        while (!done.load())
            EXPECT_FALSE(budget.try_charge(5'000));
    }};
    std::uint64_t refused = 0;
    for (int i = 0; i < 100'000; ++i) {
        const auto charge = budget.charge(1'000);
        refused += !charge;
    }
    done.store(true);
    greedy.join();
    EXPECT_EQ(refused, 0U);
}

}  // namespace
}  // namespace tickweir::book
