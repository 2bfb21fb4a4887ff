// A reserved array's memory, as the system counts it.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "book/arena.hpp"
#include "book/budget.hpp"

namespace tickweir::tests {
namespace {

using book::MemoryBudget;
using book::Pages;
using Array = book::ReservedArray<std::uint64_t>;

constexpr std::size_t limit = std::size_t{1} << 20;  // 8 MiB

/// Pages behind the first `count` elements that have memory.
std::size_t resident(Array& array, std::size_t count) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t bytes = count * sizeof(std::uint64_t);
    std::vector<unsigned char> pages((bytes + page - 1) / page);
    EXPECT_EQ(::mincore(array.data(), bytes, pages.data()), 0);
    return static_cast<std::size_t>(
        std::ranges::count_if(pages, [](unsigned char flags) { return (flags & 1U) != 0; }));
}

std::size_t pages_of(std::size_t count) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return (count * sizeof(std::uint64_t) + page - 1) / page;
}

TEST(ReservedArrayTest, HasNoMemoryBeforeItIsTouched) {
    Array array{limit, nullptr, Pages::small};
    ASSERT_TRUE(array.commit(limit));
    EXPECT_EQ(resident(array, limit), 0U);
    array[limit - 1] = 1;
    EXPECT_EQ(resident(array, limit), 1U);
}

TEST(ReservedArrayTest, HasMemoryBehindWhatIsPopulatedAndNoMore) {
    Array array{limit, nullptr, Pages::small};
    array.populate(limit / 2);
    if (resident(array, 1) == 0) GTEST_SKIP() << "the system populates nothing on request";
    EXPECT_EQ(resident(array, limit / 2), pages_of(limit / 2));
    EXPECT_EQ(resident(array, limit), pages_of(limit / 2));
}

TEST(ReservedArrayTest, PopulatesNothingBeyondItsLimit) {
    Array array{100, nullptr, Pages::small};
    array.populate(limit);
    EXPECT_LE(resident(array, limit / 8), pages_of(100));
}

TEST(ReservedArrayTest, ChargesForWhatIsCommittedAndNotForWhatIsPopulated) {
    MemoryBudget budget{"test", Array::step_bytes};
    Array array{limit, &budget, Pages::small};
    array.populate(limit);
    EXPECT_EQ(budget.used(), 0U);
    EXPECT_TRUE(array.commit(1));
    EXPECT_EQ(budget.used(), Array::step_bytes);
    EXPECT_FALSE(array.commit(limit));
    EXPECT_EQ(array[0], 0U);
}

}  // namespace
}  // namespace tickweir::tests
