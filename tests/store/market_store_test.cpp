#include "store/market_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "store/values.hpp"
#include "tests/store/values.hpp"
#include "tests/support/literals.hpp"

namespace tickweir::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::depth_of;
using tests::quote_of;
using tests::status_of;
using tests::trade_of;
using tests::operator""_instrument;

constexpr Limits small{.instruments = 4,
                       .active_instruments = 4,
                       .trades_per_instrument = 4,
                       .quotes_per_instrument = 2,
                       .listeners = 2};

void add(MarketStore& store, int count) {
    for (int n = 0; n < count; ++n) {
        Instrument instrument;
        instrument.venue = "nasdaq";
        instrument.symbol = "S" + std::to_string(n);
        ASSERT_TRUE(store.instruments().add(instrument));
    }
}

std::vector<Trade> trades(const MarketStore& store, book::InstrumentId id, std::size_t count = 9) {
    std::vector<Trade> all(count);
    all.resize(store.recent_trades(id, all));
    return all;
}
std::vector<Quote> quotes(const MarketStore& store, book::InstrumentId id, std::size_t count = 9) {
    std::vector<Quote> all(count);
    all.resize(store.recent_quotes(id, all));
    return all;
}
Trade numbered(std::int64_t n, std::uint64_t index) {
    Trade trade = trade_of(n);
    trade.index = index;
    return trade;
}

TEST(MarketStore, KnowsNothingOfAnInstrumentNeverUpdated) {
    MarketStore store{small, nullptr, nullptr};
    add(store, 1);
    EXPECT_EQ(store.latest_quote(0_instrument), Quote{});
    EXPECT_EQ(store.latest_trade(0_instrument), Trade{});
    EXPECT_EQ(store.latest_depth(0_instrument), Depth{});
    EXPECT_EQ(store.latest_status(0_instrument), InstrumentStatus{});
    EXPECT_FALSE(store.latest_status(0_instrument).in_sync());
    EXPECT_THAT(trades(store, 0_instrument), IsEmpty());
    EXPECT_THAT(quotes(store, 0_instrument), IsEmpty());
    EXPECT_EQ(store.active_instruments(), 0U);
}

TEST(MarketStore, GivesTheLatestOfEachKindAndInstrument) {
    MarketStore store{small, nullptr, nullptr};
    add(store, 2);
    store.put_quote(0_instrument, quote_of(1));
    store.put_quote(1_instrument, quote_of(2));
    store.put_depth(0_instrument, depth_of(3));
    store.put_status(1_instrument, status_of(4));
    EXPECT_EQ(store.put_trade(0_instrument, trade_of(5)), numbered(5, 1));
    EXPECT_EQ(store.latest_quote(0_instrument), quote_of(1));
    EXPECT_EQ(store.latest_quote(1_instrument), quote_of(2));
    EXPECT_EQ(store.latest_depth(0_instrument), depth_of(3));
    EXPECT_EQ(store.latest_depth(1_instrument), Depth{});
    EXPECT_EQ(store.latest_status(1_instrument), status_of(4));
    EXPECT_EQ(store.latest_trade(0_instrument), numbered(5, 1));
}

TEST(MarketStore, KeepsTheNewestTradesAndQuotes) {
    MarketStore store{small, nullptr, nullptr};
    add(store, 1);
    for (std::int64_t n = 1; n <= 6; ++n) {
        (void)store.put_trade(0_instrument, trade_of(10 * n));
        store.put_quote(0_instrument, quote_of(n));
    }
    EXPECT_THAT(trades(store, 0_instrument),
                ElementsAre(numbered(30, 3), numbered(40, 4), numbered(50, 5), numbered(60, 6)));
    EXPECT_THAT(trades(store, 0_instrument, 1), ElementsAre(numbered(60, 6)));
    EXPECT_THAT(quotes(store, 0_instrument), ElementsAre(quote_of(5), quote_of(6)));
}

TEST(MarketStore, KeepsInstrumentsApart) {
    MarketStore store{small, nullptr, nullptr};
    add(store, 4);
    for (std::uint32_t id = 0; id < 4; ++id)
        for (std::int64_t n = 1; n <= 4; ++n)
            (void)store.put_trade(book::InstrumentId{id}, trade_of(100 * id + n));
    for (std::uint32_t id = 0; id < 4; ++id) {
        const std::vector<Trade> kept = trades(store, book::InstrumentId{id});
        ASSERT_EQ(kept.size(), 4U);
        for (std::int64_t n = 1; n <= 4; ++n)
            EXPECT_EQ(kept[static_cast<std::size_t>(n - 1)],
                      numbered(100 * id + n, static_cast<std::uint64_t>(n)));
    }
}

// Overrides nothing.
class Deaf final : public StoreListener {};

class Recorder final : public StoreListener {
public:
    void on_quote(book::InstrumentId id, const Quote& quote) override {
        note(id, "quote", quote.version);
    }
    void on_trade(book::InstrumentId id, const Trade& trade) override {
        note(id, "trade", trade.index);
    }
    void on_depth(book::InstrumentId id, const Depth& depth) override {
        note(id, "depth", depth.version);
    }
    void on_status(book::InstrumentId id, const InstrumentStatus& status) override {
        note(id, "status", status.version);
    }
    const std::vector<std::string>& heard() const { return heard_; }

private:
    void note(book::InstrumentId id, const char* what, std::uint64_t number) {
        heard_.push_back(std::to_string(static_cast<std::uint32_t>(id)) + " " + what + " " +
                         std::to_string(number));
    }
    std::vector<std::string> heard_;
};

TEST(MarketStore, TellsEveryListenerEveryUpdateAsItIsWritten) {
    MarketStore store{small, nullptr, nullptr};
    add(store, 2);
    Recorder one;
    Recorder two;
    Deaf none;
    store.listen(one);
    store.listen(two);
    EXPECT_THROW(store.listen(none), std::length_error);
    store.put_quote(0_instrument, quote_of(7));
    (void)store.put_trade(1_instrument, trade_of(9));
    store.put_depth(0_instrument, depth_of(3));
    store.put_status(1_instrument, status_of(4));
    EXPECT_THAT(one.heard(), ElementsAre("0 quote 7", "1 trade 1", "0 depth 3", "1 status 4"));
    EXPECT_EQ(one.heard(), two.heard());
}

TEST(StoreListener, MayListenToNothing) {
    MarketStore store{small, nullptr, nullptr};
    add(store, 1);
    Deaf none;
    store.listen(none);
    store.put_quote(0_instrument, quote_of(7));
    (void)store.put_trade(0_instrument, trade_of(9));
    store.put_depth(0_instrument, depth_of(3));
    store.put_status(0_instrument, status_of(4));
    EXPECT_EQ(store.latest_quote(0_instrument), quote_of(7));
}

TEST(MarketStore, TakesLessThanEightKilobytesForAnIdleInstrument) {
    EXPECT_LT(MarketStore::idle_instrument_bytes(), 8'192U);
    EXPECT_GT(MarketStore::idle_instrument_bytes(), 2 * sizeof(Depth));
}

TEST(MarketStore, ChargesCellsAtOnceAndRingsAtTheFirstTradeOrQuote) {
    book::MemoryBudget cells{"store", 1 << 20};
    book::MemoryBudget rings{"rings", 1 << 20};
    {
        MarketStore store{small, &cells, &rings};
        add(store, 2);
        EXPECT_EQ(cells.used(), 4 * MarketStore::idle_instrument_bytes());
        store.put_depth(0_instrument, depth_of(1));
        store.put_status(0_instrument, status_of(1));
        EXPECT_EQ(rings.used(), 0U);
        store.put_quote(0_instrument, quote_of(1));
        (void)store.put_trade(0_instrument, trade_of(1));
        EXPECT_EQ(rings.used(), store.ring_bytes());
        (void)store.put_trade(1_instrument, trade_of(1));
        EXPECT_EQ(rings.used(), 2 * store.ring_bytes());
        EXPECT_EQ(store.active_instruments(), 2U);
        EXPECT_GE(store.ring_bytes(), 4 * sizeof(Trade) + 2 * sizeof(Quote));
    }
    EXPECT_EQ(cells.used(), 0U);
    EXPECT_EQ(rings.used(), 0U);
}

TEST(MarketStore, KeepsLatestValuesOfInstrumentsThatThePoolHasNoRingsFor) {
    Limits limits = small;
    limits.active_instruments = 1;
    book::MemoryBudget rings{"rings", 1 << 20};
    MarketStore store{limits, nullptr, &rings};
    add(store, 2);
    store.put_quote(0_instrument, quote_of(1));
    for (std::int64_t n = 1; n <= 3; ++n) {
        store.put_quote(1_instrument, quote_of(n));
        EXPECT_EQ(store.put_trade(1_instrument, trade_of(n)).index, static_cast<std::uint64_t>(n));
    }
    EXPECT_EQ(store.latest_quote(1_instrument), quote_of(3));
    EXPECT_THAT(quotes(store, 1_instrument), IsEmpty());
    EXPECT_THAT(trades(store, 1_instrument), IsEmpty());
    EXPECT_EQ(store.rings_refused(), 1U);
    EXPECT_EQ(store.active_instruments(), 1U);
    EXPECT_EQ(rings.used(), store.ring_bytes());
}

TEST(MarketStore, GivesNoRingsBeyondTheirBudget) {
    book::MemoryBudget rings{"rings", 1'000};
    MarketStore store{small, nullptr, &rings};
    add(store, 2);
    store.put_quote(0_instrument, quote_of(1));
    store.put_quote(1_instrument, quote_of(2));
    EXPECT_THAT(quotes(store, 0_instrument), ElementsAre(quote_of(1)));
    EXPECT_THAT(quotes(store, 1_instrument), IsEmpty());
    EXPECT_EQ(store.latest_quote(1_instrument), quote_of(2));
    EXPECT_EQ(store.rings_refused(), 1U);
    EXPECT_EQ(store.limits().quotes_per_instrument, 2U);
}

TEST(MarketStore, ThrowsWhereItsCellsOrAddressesDoNotFit) {
    book::MemoryBudget cells{"store", 100};
    EXPECT_THROW((MarketStore{small, &cells, nullptr}), std::bad_alloc);
    EXPECT_EQ(cells.used(), 0U);

    Limits limits = small;
    limits.active_instruments = std::size_t{1} << 50;
    EXPECT_THROW((MarketStore{limits, nullptr, nullptr}), std::bad_alloc);
    limits.active_instruments = std::numeric_limits<std::size_t>::max();
    EXPECT_THROW((MarketStore{limits, nullptr, nullptr}), std::bad_alloc);
}

TEST(MarketStore, AbortsOnRingsThatAreNoPowerOfTwoAndOnIdsBeyondItsLimit) {
    Limits limits = small;
    limits.trades_per_instrument = 3;
    EXPECT_DEATH((MarketStore{limits, nullptr, nullptr}), "invariant broken");
    const MarketStore store{small, nullptr, nullptr};
    EXPECT_DEATH((void)store.latest_quote(4_instrument), "invariant broken");
}

TEST(TradingState, HasANameForEachValue) {
    EXPECT_EQ(to_string(TradingState::unknown), "unknown");
    EXPECT_EQ(to_string(TradingState::trading), "trading");
    EXPECT_EQ(to_string(TradingState::halted), "halted");
    EXPECT_EQ(to_string(TradingState::paused), "paused");
    EXPECT_EQ(to_string(TradingState::closed), "closed");
    EXPECT_EQ(to_string(TradingState{99}), "?");
}

TEST(SyncReason, HasANameForEachValueAndNoneWhenInSync) {
    EXPECT_EQ(to_string(SyncReason::none), "");
    EXPECT_EQ(to_string(SyncReason::awaiting_snapshot), "awaiting_snapshot");
    EXPECT_EQ(to_string(SyncReason::gap), "gap");
    EXPECT_EQ(to_string(SyncReason::refused_message), "refused_message");
    EXPECT_EQ(to_string(SyncReason::feed_stale), "feed_stale");
    EXPECT_EQ(to_string(SyncReason::feed_ended), "feed_ended");
    EXPECT_EQ(to_string(SyncReason::overload), "overload");
    EXPECT_EQ(to_string(SyncReason{99}), "?");
}

TEST(Aggressor, HasANameForEachValue) {
    EXPECT_EQ(to_string(Aggressor::unknown), "unknown");
    EXPECT_EQ(to_string(Aggressor::buy), "buy");
    EXPECT_EQ(to_string(Aggressor::sell), "sell");
    EXPECT_EQ(to_string(Aggressor{99}), "?");
}

}  // namespace
}  // namespace tickweir::store
