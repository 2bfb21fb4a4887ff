// That nothing on the hot paths of this module allocates. An executable of its own, for it counts
// every use of operator new in the process.
#include <gtest/gtest.h>

#include <array>
#include <new>
#include <random>
#include <string_view>

#include "book/book_set.hpp"
#include "book/budget.hpp"
#include "book/decimal.hpp"
#include "book/ring.hpp"
#include "tests/support/counted_new.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::book {
namespace {

template <class Work>
std::uint64_t allocations_of(Work&& work) {
    const std::uint64_t before = tests::allocations();
    work();
    return tests::allocations() - before;
}

// The same trading day every time it is called with the same seed: a few thousand open orders, many
// of them older than the window.
void trade(BookSet& set, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    std::uint64_t newest = 0;
    for (int event = 0; event < 200'000; ++event) {
        const InstrumentId instrument{static_cast<std::uint32_t>(random() % 8)};
        const OrderId id{newest - std::min(newest, random() % 6'000)};
        const auto offset = static_cast<std::int64_t>(random() % 300);
        const auto side = static_cast<Side>(random() % 2);
        const Price price{side == Side::buy ? 1'000 - offset : 1'001 + offset};
        const Quantity quantity{1 + static_cast<std::int64_t>(random() % 50)};
        set.prefetch_index(instrument, id);
        switch (random() % 8) {
            case 0:
                (void)set.execute(instrument, id, quantity);
                break;
            case 1:
                (void)set.reduce(instrument, id, quantity);
                break;
            case 2:
            case 3:
                (void)set.remove(instrument, id);
                break;
            case 4:
                (void)set.replace(instrument, id, OrderId{++newest}, price, quantity);
                break;
            default:
                (void)set.add(instrument, OrderId{++newest}, side, price, quantity);
        }
    }
}

TEST(Allocations, AreSeenByThisTest) {
    EXPECT_EQ(allocations_of([] { ::operator delete(::operator new(8)); }), 1U);
}

TEST(BookSet, AllocatesNothingOnTheHeapAtAll) {
    BookSet set{{.instruments = 8, .orders = 1 << 18, .levels = 1 << 14, .window = 1'024}};
    const std::uint64_t seed = tests::test_seed();
    EXPECT_EQ(allocations_of([&] { trade(set, seed); }), 0U);
    EXPECT_GT(set.open_orders(), 1'000U);
}

TEST(BookSet, CommitsNoMemoryOnceItsPoolsHaveTheirSize) {
    MemoryBudget budget{"books", std::size_t{1} << 30};
    BookSet set{{.instruments = 8, .orders = 1 << 18, .levels = 1 << 14, .window = 1'024}, &budget};
    const std::uint64_t seed = tests::test_seed();
    trade(set, seed);
    EXPECT_GT(set.elder_orders(), 1'000U);
    const std::size_t warm = set.committed_bytes();
    const std::size_t peak = budget.high_water();
    set.reset();
    trade(set, seed);
    EXPECT_EQ(set.committed_bytes(), warm);
    EXPECT_EQ(budget.high_water(), peak);
}

TEST(SpscRing, AllocatesOnlyWhenMade) {
    SpscRing<std::uint64_t> ring{64};
    std::array<std::uint64_t, 16> batch{};
    EXPECT_EQ(allocations_of([&] {
                  for (std::uint64_t i = 0; i < 1'000; ++i) {
                      (void)ring.try_push(i);
                      (void)ring.push_some(batch);
                      (void)ring.try_pop();
                      (void)ring.pop_some(batch);
                  }
              }),
              0U);
}

TEST(WriteDecimal, AllocatesNothing) {
    std::array<char, decimal_text_max> text{};
    EXPECT_EQ(allocations_of([&] {
                  for (unsigned decimals = 0; decimals <= decimals_max; ++decimals)
                      (void)write_decimal(-1'234'567'890'123'456'789, decimals, text.data());
              }),
              0U);
}

TEST(ParseDecimal, AllocatesNothing) {
    EXPECT_EQ(allocations_of([] {
                  for (const std::string_view text : {"-123.456", "1e5", "99999999999999999999"})
                      (void)parse_decimal(text, 3);
              }),
              0U);
}

TEST(MemoryBudget, AllocatesNothingForACharge) {
    MemoryBudget budget{"a name longer than any small string optimisation", 100};
    EXPECT_EQ(allocations_of([&] { (void)budget.charge(50); }), 0U);
}

}  // namespace
}  // namespace tickweir::book
