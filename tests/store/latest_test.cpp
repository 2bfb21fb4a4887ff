#include "store/latest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "store/values.hpp"
#include "tests/store/values.hpp"

namespace tickweir::store {
namespace {

using tests::quote_of;
using tests::status_of;

struct Padded {
    std::uint64_t wide;
    std::uint32_t narrow;
};
static_assert(Words<Quote> && Words<Trade> && Words<Depth> && Words<InstrumentStatus>);
static_assert(!Words<Padded> && !Words<double> && !Words<std::uint32_t>);

static_assert(sizeof(Latest<InstrumentStatus>) <= 64, "one cache line");
static_assert(sizeof(Latest<Quote>) == 192 && alignof(Latest<Quote>) == 64);

TEST(Latest, BeginsWithTheDefaultValueAsVersionZero) {
    const Latest<InstrumentStatus> cell;
    EXPECT_EQ(cell.load(), InstrumentStatus{});
    EXPECT_EQ(cell.try_load(1), InstrumentStatus{});
    EXPECT_EQ(cell.version(), 0U);
}

TEST(Latest, GivesWhatWasStoredLast) {
    Latest<Quote> cell;
    for (std::int64_t n = 1; n <= 9; ++n) {
        cell.store(quote_of(n));
        EXPECT_EQ(cell.load(), quote_of(n));
        EXPECT_EQ(cell.try_load(1), quote_of(n));
        EXPECT_EQ(cell.version(), static_cast<std::uint64_t>(n));
    }
}

TEST(Latest, GivesTheSameWithMoreSlots) {
    Latest<InstrumentStatus, 4> cell;
    for (std::int64_t n = 1; n <= 9; ++n) {
        cell.store(status_of(n));
        EXPECT_EQ(cell.load(), status_of(n));
    }
    EXPECT_EQ(cell.version(), 9U);
}

TEST(Latest, GivesNothingInNoAttempts) {
    const Latest<std::uint64_t> cell;
    EXPECT_EQ(cell.try_load(0), std::nullopt);
}

}  // namespace
}  // namespace tickweir::store
