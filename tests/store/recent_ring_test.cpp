#include "store/recent_ring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "book/arena.hpp"
#include "store/values.hpp"
#include "tests/store/values.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

template <class T>
struct Memory {
    explicit Memory(std::size_t kept)
        : words(RecentRing<T>::words_for(kept)), ring{words.data(), kept} {
        EXPECT_TRUE(words.commit(words.limit()));
    }
    book::ReservedArray<std::uint64_t> words;
    RecentRing<T> ring;
};

template <class T>
std::vector<T> newest(const RecentRing<T>& ring, std::size_t count) {
    std::vector<T> values(count);
    values.resize(ring.copy_newest(values));
    return values;
}

TEST(RecentRing, BeginsEmpty) {
    const Memory<std::uint64_t> memory{4};
    EXPECT_THAT(newest(memory.ring, 4), IsEmpty());
    EXPECT_EQ(memory.ring.pushed(), 0U);
    EXPECT_EQ(memory.ring.capacity(), 4U);
}

TEST(RecentRing, KeepsAsManyAsItsCapacityOldestFirst) {
    Memory<std::uint64_t> memory{4};
    for (std::uint64_t n = 1; n <= 3; ++n)
        memory.ring.push(n);
    EXPECT_THAT(newest(memory.ring, 9), ElementsAre(1, 2, 3));
    for (std::uint64_t n = 4; n <= 6; ++n)
        memory.ring.push(n);
    EXPECT_THAT(newest(memory.ring, 9), ElementsAre(3, 4, 5, 6));
    EXPECT_EQ(memory.ring.pushed(), 6U);
}

TEST(RecentRing, GivesTheNewestWhereThereIsNotRoomForAll) {
    Memory<std::uint64_t> memory{8};
    for (std::uint64_t n = 1; n <= 5; ++n)
        memory.ring.push(n);
    EXPECT_THAT(newest(memory.ring, 2), ElementsAre(4, 5));
    EXPECT_THAT(newest(memory.ring, 0), IsEmpty());
}

TEST(RecentRing, WorksWithASingleSlot) {
    Memory<std::uint64_t> memory{1};
    for (std::uint64_t n = 1; n <= 3; ++n) {
        memory.ring.push(n);
        EXPECT_THAT(newest(memory.ring, 2), ElementsAre(n));
    }
}

TEST(RecentRing, IsTheSameRingInEveryView) {
    Memory<Trade> memory{2};
    memory.ring.push(tests::trade_of(7));
    const RecentRing<Trade> other{memory.words.data(), 2};
    EXPECT_THAT(newest(other, 2), ElementsAre(tests::trade_of(7)));
}

TEST(RecentRing, TakesWholeLinesPerValueOfAnyLength) {
    EXPECT_EQ(RecentRing<std::uint64_t>::words_for(4), 8U + 4 * 8);
    EXPECT_EQ(RecentRing<Trade>::words_for(4), 8U + 4 * 8);
    EXPECT_EQ(RecentRing<Depth>::words_for(2), 8U + 2 * sizeof(Depth) / 8);
    Memory<Depth> memory{2};
    for (std::int64_t n = 0; n < 5; ++n)
        memory.ring.push(tests::depth_of(n));
    EXPECT_THAT(newest(memory.ring, 5), ElementsAre(tests::depth_of(3), tests::depth_of(4)));
}

// The first word of the memory counts the values whose writing has begun.
TEST(RecentRing, LeavesOutOnlyTheValueThatAWriterHadBegunToOverwriteWhenItDied) {
    Memory<Trade> memory{4};
    for (std::int64_t n = 0; n < 6; ++n)
        memory.ring.push(tests::trade_of(n));
    std::uint64_t* const words = memory.words.data();
    ASSERT_EQ(words[0], 6U);
    words[0] = 7;                         // value 6 is begun,
    words[8 + (6 % 4) * 8] = 1'000'000;   // its first word is written over value 2,
    ASSERT_EQ(memory.ring.pushed(), 6U);  // and it is not done.
    EXPECT_THAT(newest(memory.ring, 4),
                ElementsAre(tests::trade_of(3), tests::trade_of(4), tests::trade_of(5)));
}

TEST(RecentRing, EqualsTheEndOfAListUnderRandomUse) {
    std::mt19937_64 random{tests::test_seed()};
    Memory<Quote> memory{16};
    std::vector<Quote> all;
    for (int step = 0; step < 5'000; ++step) {
        all.push_back(tests::quote_of(static_cast<std::int64_t>(random() >> 8)));
        memory.ring.push(all.back());
        const std::size_t wanted = random() % 20;
        const std::size_t there = std::min({wanted, all.size(), memory.ring.capacity()});
        ASSERT_EQ(newest(memory.ring, wanted),
                  std::vector<Quote>(all.end() - static_cast<std::ptrdiff_t>(there), all.end()));
    }
}

}  // namespace
}  // namespace tickweir::store
