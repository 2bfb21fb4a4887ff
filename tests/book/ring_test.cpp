#include "book/ring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <vector>

#include "tests/support/seed.hpp"

namespace tickweir::book {
namespace {

using testing::ElementsAre;
using tests::test_seed;

static_assert(!std::is_copy_constructible_v<SpscRing<int>>);
static_assert(!std::is_move_constructible_v<SpscRing<int>>);

// Counts its living instances: a ring must neither lose nor double one.
class Counted {
public:
    explicit Counted(int& living) : living_(&living) { ++*living_; }
    Counted(Counted&& other) noexcept : living_(other.living_) { ++*living_; }
    Counted& operator=(Counted&&) noexcept = default;
    ~Counted() { --*living_; }

private:
    int* living_;
};

TEST(SpscRing, YieldsValuesInTheOrderPushed) {
    SpscRing<int> ring{4};
    EXPECT_TRUE(ring.try_push(1));
    EXPECT_TRUE(ring.try_push(2));
    EXPECT_EQ(ring.try_pop(), 1);
    EXPECT_TRUE(ring.try_push(3));
    EXPECT_EQ(ring.try_pop(), 2);
    EXPECT_EQ(ring.try_pop(), 3);
    EXPECT_EQ(ring.try_pop(), std::nullopt);
}

TEST(SpscRing, UsesEverySlotAndThenRefuses) {
    SpscRing<int> ring{4};
    for (int value = 0; value < 4; ++value)
        EXPECT_TRUE(ring.try_push(value));
    EXPECT_FALSE(ring.try_push(4));
    EXPECT_EQ(ring.size_approx(), 4U);
    EXPECT_EQ(ring.try_pop(), 0);
    EXPECT_TRUE(ring.try_push(4));
    EXPECT_FALSE(ring.try_push(5));
}

TEST(SpscRing, WorksWithASingleSlot) {
    SpscRing<int> ring{1};
    for (int value = 0; value < 5; ++value) {
        EXPECT_TRUE(ring.try_push(value));
        EXPECT_FALSE(ring.try_push(-1));
        EXPECT_EQ(ring.try_pop(), value);
        EXPECT_EQ(ring.try_pop(), std::nullopt);
    }
}

TEST(SpscRing, ReportsItsCapacityAndFill) {
    SpscRing<int> ring{8};
    EXPECT_EQ(ring.capacity(), 8U);
    EXPECT_EQ(ring.size_approx(), 0U);
    ASSERT_TRUE(ring.try_push(1));
    EXPECT_EQ(ring.size_approx(), 1U);
}

TEST(SpscRing, AbortsUnlessTheCapacityIsAPowerOfTwo) {
    EXPECT_DEATH(SpscRing<int>{0}, "invariant broken");
    EXPECT_DEATH(SpscRing<int>{6}, "invariant broken");
}

TEST(SpscRing, PushesABatchAsFarAsItFits) {
    SpscRing<int> ring{4};
    ASSERT_TRUE(ring.try_push(0));
    const std::vector<int> batch{1, 2, 3, 4, 5};
    EXPECT_EQ(ring.push_some(batch), 3U);
    EXPECT_EQ(ring.push_some(batch), 0U);
    std::vector<int> out(6, -1);
    EXPECT_EQ(ring.pop_some(out), 4U);
    EXPECT_THAT(out, ElementsAre(0, 1, 2, 3, -1, -1));
    EXPECT_EQ(ring.pop_some(out), 0U);
}

TEST(SpscRing, PopsABatchAcrossTheEndOfTheSlots) {
    SpscRing<int> ring{4};
    std::vector<int> out(3);
    ASSERT_EQ(ring.push_some(std::vector{1, 2, 3}), 3U);
    ASSERT_EQ(ring.pop_some(out), 3U);
    ASSERT_EQ(ring.push_some(std::vector{4, 5, 6, 7}), 4U);
    EXPECT_EQ(ring.pop_some(out), 3U);
    EXPECT_THAT(out, ElementsAre(4, 5, 6));
    EXPECT_EQ(ring.try_pop(), 7);
}

TEST(SpscRing, AcceptsAnEmptyBatch) {
    SpscRing<int> ring{2};
    EXPECT_EQ(ring.push_some({}), 0U);
    EXPECT_EQ(ring.pop_some({}), 0U);
}

TEST(SpscRing, CarriesValuesThatOnlyMove) {
    SpscRing<std::unique_ptr<int>> ring{2};
    ASSERT_TRUE(ring.try_push(std::make_unique<int>(1)));
    std::vector<std::unique_ptr<int>> batch;
    batch.push_back(std::make_unique<int>(2));
    batch.push_back(std::make_unique<int>(3));
    EXPECT_EQ(ring.push_some(batch), 1U);
    EXPECT_EQ(batch[0], nullptr);
    EXPECT_NE(batch[1], nullptr);
    std::vector<std::unique_ptr<int>> out(2);
    ASSERT_EQ(ring.pop_some(out), 2U);
    EXPECT_EQ(*out[0] + *out[1], 3);
}

TEST(SpscRing, LeavesARefusedValueUntouched) {
    SpscRing<std::unique_ptr<int>> ring{1};
    ASSERT_TRUE(ring.try_push(nullptr));
    auto value = std::make_unique<int>(7);
    EXPECT_FALSE(ring.try_push(std::move(value)));
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(*value, 7);
}

TEST(SpscRing, DestroysEveryValueExactlyOnce) {
    int living = 0;
    {
        SpscRing<Counted> ring{8};
        for (int i = 0; i < 6; ++i)
            ASSERT_TRUE(ring.try_push(Counted{living}));
        EXPECT_EQ(living, 6);
        EXPECT_TRUE(ring.try_pop().has_value());
        EXPECT_EQ(living, 5);
    }
    EXPECT_EQ(living, 0);
}

TEST(SpscRing, HoldsItsChargeAsLongAsItLives) {
    MemoryBudget budget{"rings", 1'000};
    {
        auto charge = budget.charge(SpscRing<std::uint64_t>::bytes_for(64));
        ASSERT_TRUE(charge.has_value());
        const SpscRing<std::uint64_t> ring{64, std::move(*charge)};
        EXPECT_EQ(budget.used(), 512U);
        EXPECT_FALSE(budget.charge(SpscRing<std::uint64_t>::bytes_for(64)).has_value());
    }
    EXPECT_EQ(budget.used(), 0U);
}

TEST(SpscRing, AbortsWhenTheChargeDoesNotCoverItsSlots) {
    MemoryBudget budget{"rings", 1'000};
    EXPECT_DEATH((SpscRing<std::uint64_t>{64, std::move(*budget.charge(511))}), "invariant broken");
}

TEST(SpscRing, AgreesWithADequeUnderRandomCalls) {
    std::mt19937_64 random{test_seed()};
    SpscRing<std::uint64_t> ring{16};
    std::deque<std::uint64_t> twin;
    std::uint64_t next = 0;
    std::vector<std::uint64_t> batch;
    for (int step = 0; step < 100'000; ++step) {
        batch.resize(random() % 20);
        switch (random() % 4) {
            case 0:
                ASSERT_EQ(ring.try_push(next), twin.size() < 16);
                if (twin.size() < 16) twin.push_back(next++);
                break;
            case 1: {
                std::iota(batch.begin(), batch.end(), next);
                const std::size_t fits = std::min(batch.size(), 16 - twin.size());
                ASSERT_EQ(ring.push_some(batch), fits);
                for (std::size_t i = 0; i < fits; ++i)
                    twin.push_back(next++);
                break;
            }
            case 2: {
                const auto expected = twin.empty() ? std::nullopt : std::optional{twin.front()};
                ASSERT_EQ(ring.try_pop(), expected);
                if (!twin.empty()) twin.pop_front();
                break;
            }
            default: {
                const std::size_t there = std::min(batch.size(), twin.size());
                ASSERT_EQ(ring.pop_some(batch), there);
                for (std::size_t i = 0; i < there; ++i, twin.pop_front())
                    ASSERT_EQ(batch[i], twin.front());
            }
        }
        ASSERT_EQ(ring.size_approx(), twin.size());
    }
}

}  // namespace
}  // namespace tickweir::book
