// That no update and no question allocates. An executable of its own, for it counts every use of
// operator new in the process.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <new>
#include <string>

#include "store/market_store.hpp"
#include "tests/store/values.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::store {
namespace {

using book::InstrumentId;

template <class Work>
std::uint64_t allocations_of(Work&& work) {
    const std::uint64_t before = tests::allocations();
    work();
    return tests::allocations() - before;
}

constexpr std::uint32_t instruments = 8;

// Overrides nothing.
class Listener final : public StoreListener {};

class Store : public testing::Test {
protected:
    Store() {
        for (std::uint32_t n = 0; n < instruments; ++n) {
            Instrument instrument;
            instrument.venue = "nasdaq";
            instrument.symbol = "S" + std::to_string(n);
            (void)store_.instruments().add(instrument);
        }
        store_.listen(listener_);
    }

    Listener listener_;
    MarketStore store_{
        {.instruments = instruments, .active_instruments = instruments / 2}, nullptr, nullptr};
};

TEST(Allocations, AreSeenByThisTest) {
    EXPECT_EQ(allocations_of([] { ::operator delete(::operator new(8)); }), 1U);
}

// The first updates among them, which take rings from the pool, or find it empty.
TEST_F(Store, AllocatesNothingPerUpdate) {
    EXPECT_EQ(allocations_of([&] {
                  for (std::int64_t n = 0; n < 10'000; ++n) {
                      const InstrumentId id{static_cast<std::uint32_t>(n) % instruments};
                      store_.put_quote(id, tests::quote_of(n));
                      (void)store_.put_trade(id, tests::trade_of(n));
                      store_.put_depth(id, tests::depth_of(n));
                      store_.put_status(id, tests::status_of(n));
                  }
              }),
              0U);
    EXPECT_EQ(store_.active_instruments(), instruments / 2);
    EXPECT_EQ(store_.rings_refused(), instruments / 2);
}

TEST_F(Store, AllocatesNothingPerQuestion) {
    for (std::int64_t n = 0; n < 1'000; ++n)
        (void)store_.put_trade(InstrumentId{0}, tests::trade_of(n));
    std::array<Trade, 100> trades{};
    std::array<Quote, 100> quotes{};
    EXPECT_EQ(allocations_of([&] {
                  (void)store_.latest_quote(InstrumentId{0});
                  (void)store_.latest_trade(InstrumentId{0});
                  (void)store_.latest_depth(InstrumentId{0});
                  (void)store_.latest_status(InstrumentId{0});
                  (void)store_.recent_trades(InstrumentId{0}, trades);
                  (void)store_.recent_quotes(InstrumentId{0}, quotes);
                  (void)store_.instruments()[InstrumentId{0}].symbol;
                  (void)store_.instruments().find("nasdaq", "S0");
              }),
              0U);
}

}  // namespace
}  // namespace tickweir::store
