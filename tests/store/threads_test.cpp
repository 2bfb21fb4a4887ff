// What is shared between threads in this module, run under contention. Built apart so that the
// thread sanitizer can be pointed at it alone.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "book/arena.hpp"
#include "book/budget.hpp"
#include "store/market_store.hpp"
#include "tests/store/values.hpp"

namespace tickweir::store {
namespace {

using tests::depth_of;
using tests::quote_of;
using tests::status_of;
using tests::trade_of;

/// Runs `write(n)` for n = 1, 2, ... `writes` while `read` runs again and again in threads of their
/// own, each from before the first write to after the last. `read` answers how many mistakes it
/// saw.
std::uint64_t mistakes_of(std::int64_t writes, const std::function<void(std::int64_t)>& write,
                          const std::vector<std::function<std::uint64_t()>>& readers) {
    std::atomic<bool> done{false};
    std::atomic<std::size_t> started{0};
    std::atomic<std::uint64_t> mistakes{0};
    std::vector<std::thread> threads;
    for (const auto& read : readers) {
        threads.emplace_back([&] {
            std::uint64_t own = read();
            ++started;
            while (!done.load())
                own += read();
            mistakes += own + read();
        });
    }
    while (started.load() < readers.size())
        std::this_thread::yield();
    for (std::int64_t n = 1; n <= writes; ++n) {
        write(n);
        // Lets a reader in where there are fewer cores than threads.
        if (n % 1'024 == 0) std::this_thread::yield();
    }
    done.store(true);
    for (std::thread& thread : threads)
        thread.join();
    return mistakes.load();
}

/// A reader of a cell: every value whole, and none older than the one before.
template <class Cell, class T>
std::function<std::uint64_t()> reader_of(const Cell& cell, T (*make)(std::int64_t)) {
    return [&cell, make, last = std::uint64_t{0}]() mutable -> std::uint64_t {
        const T value = cell.load();
        const bool older = value.version < last;
        last = value.version;
        const bool torn =
            value.version != 0 && value != make(static_cast<std::int64_t>(value.version));
        return older || torn;
    };
}

template <class T, std::size_t Slots>
std::uint64_t mistakes_of_cell(T (*make)(std::int64_t)) {
    constexpr std::int64_t writes = 10'000'000 / sizeof(T);
    Latest<T, Slots> cell;
    const auto reader = reader_of(cell, make);
    const auto bounded = [&cell, make]() -> std::uint64_t {
        const auto value = cell.try_load(1);
        return value && value->version != 0 &&
               *value != make(static_cast<std::int64_t>(value->version));
    };
    const std::uint64_t mistakes = mistakes_of(writes, [&](std::int64_t n) { cell.store(make(n)); },
                                               {reader, reader, bounded});
    EXPECT_EQ(cell.load(), make(writes));
    return mistakes;
}

TEST(LatestThreads, ReadNoTornValueAndNoneOlderThanBefore) {
    EXPECT_EQ((mistakes_of_cell<InstrumentStatus, 2>(status_of)), 0U);
    EXPECT_EQ((mistakes_of_cell<Quote, 2>(quote_of)), 0U);
    EXPECT_EQ((mistakes_of_cell<Quote, 8>(quote_of)), 0U);
    EXPECT_EQ((mistakes_of_cell<Depth, 2>(depth_of)), 0U);
    EXPECT_EQ((mistakes_of_cell<Depth, 4>(depth_of)), 0U);
}

TEST(LatestThreads, SeeAtLeastTheValueOfAVersionTheyWereTold) {
    Latest<Quote> cell;
    const auto read = [&]() -> std::uint64_t {
        const std::uint64_t version = cell.version();
        return cell.load().version < version;
    };
    EXPECT_EQ(mistakes_of(100'000, [&](std::int64_t n) { cell.store(quote_of(n)); }, {read, read}),
              0U);
}

/// A reader of a ring: whole values, each one more than the one before, ending at the newest of
/// some moment of the call.
std::uint64_t mistakes_in(const RecentRing<Trade>& ring, std::span<Trade> room) {
    const std::uint64_t at_least = ring.pushed();
    const std::size_t count = ring.copy_newest(room);
    std::uint64_t mistakes = 0;
    for (std::size_t i = 0; i < count; ++i) {
        mistakes += room[i] != trade_of(static_cast<std::int64_t>(room[i].index));
        if (i > 0) mistakes += room[i].index != room[i - 1].index + 1;
    }
    if (count > 0) mistakes += room[count - 1].index < at_least;
    return mistakes;
}

TEST(RecentRingThreads, CopyNothingTornAndNoGaps) {
    for (const std::size_t kept : {1U, 2U, 16U, 256U}) {
        book::ReservedArray<std::uint64_t> memory{RecentRing<Trade>::words_for(kept)};
        ASSERT_TRUE(memory.commit(memory.limit()));
        RecentRing<Trade> ring{memory.data(), kept};
        std::vector<Trade> all(kept);
        std::vector<Trade> some((kept + 1) / 2);
        const auto read_all = [&] { return mistakes_in(ring, all); };
        const auto read_some = [&] { return mistakes_in(ring, some); };
        EXPECT_EQ(mistakes_of(100'000, [&](std::int64_t n) { ring.push(trade_of(n)); },
                              {read_all, read_some}),
                  0U)
            << kept;
        EXPECT_EQ(ring.copy_newest(all), kept);
        EXPECT_EQ(all.back(), trade_of(100'000));
    }
}

void add(MarketStore& store, std::uint32_t count) {
    for (std::uint32_t n = 0; n < count; ++n) {
        Instrument instrument;
        instrument.venue = "nasdaq";
        instrument.symbol = "S" + std::to_string(n);
        ASSERT_EQ(store.instruments().add(instrument), book::InstrumentId{n});
    }
}

TEST(MarketStoreThreads, FindInTheRingWhatTheLatestTradeShowed) {
    MarketStore store{{.instruments = 1, .active_instruments = 1}, nullptr, nullptr};
    add(store, 1);
    constexpr book::InstrumentId id{0};
    const auto read = [&, room = std::vector<Trade>(256)]() mutable -> std::uint64_t {
        const Trade latest = store.latest_trade(id);
        const std::size_t count = store.recent_trades(id, room);
        std::uint64_t mistakes =
            latest.index != 0 && latest.price.ticks + 1 != latest.quantity.lots;
        if (count > 0) mistakes += room[count - 1].index < latest.index;
        return mistakes;
    };
    EXPECT_EQ(mistakes_of(100'000, [&](std::int64_t n) { (void)store.put_trade(id, trade_of(n)); },
                          {read, read}),
              0U);
}

TEST(MarketStoreThreads, HandRingsToSeveralWritersOnceEach) {
    constexpr std::uint32_t instruments = 400;
    constexpr std::uint32_t writers = 4;
    constexpr std::size_t active = 300;
    const Limits limits{.instruments = instruments,
                        .active_instruments = active,
                        .trades_per_instrument = 4,
                        .quotes_per_instrument = 4};
    book::MemoryBudget rings{"rings", std::size_t{1} << 30};
    MarketStore store{limits, nullptr, &rings};
    add(store, instruments);
    std::vector<std::thread> threads;
    for (std::uint32_t writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&, writer] {
            for (std::int64_t n = 1; n <= 8; ++n) {
                for (std::uint32_t i = writer; i < instruments; i += writers) {
                    (void)store.put_trade(book::InstrumentId{i}, trade_of(1'000 * i + n));
                    store.put_quote(book::InstrumentId{i}, quote_of(1'000 * i + n));
                }
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();

    std::size_t with_rings = 0;
    std::uint64_t mistakes = 0;
    std::vector<Trade> trades(4);
    for (std::uint32_t i = 0; i < instruments; ++i) {
        const book::InstrumentId id{i};
        mistakes += store.latest_quote(id) != quote_of(1'000 * i + 8);
        const std::size_t count = store.recent_trades(id, trades);
        with_rings += count != 0;
        for (std::size_t n = 0; n < count; ++n)
            mistakes += trades[n].price.ticks != static_cast<std::int64_t>(1'000 * i + 5 + n);
    }
    EXPECT_EQ(mistakes, 0U);
    EXPECT_EQ(with_rings, active);
    EXPECT_EQ(store.active_instruments(), active);
    EXPECT_EQ(store.rings_refused(), instruments - active);
    EXPECT_EQ(rings.used(), active * store.ring_bytes());
}

TEST(InstrumentsThreads, ReadWhatIsCountedWhileOthersAdd) {
    constexpr std::uint32_t limit = 2'000;
    Instruments instruments{limit};
    std::atomic<bool> done{false};
    std::uint64_t mistakes = 0;
    std::thread reader{[&] {
        while (!done.load()) {
            for (std::size_t i = instruments.count(); i-- > 0;)
                mistakes +=
                    instruments[book::InstrumentId{static_cast<std::uint32_t>(i)}].symbol.empty();
            std::this_thread::yield();
        }
    }};
    // Both add the same ones: each is known once.
    std::vector<std::thread> adders;
    for (int adder = 0; adder < 2; ++adder) {
        adders.emplace_back([&] {
            for (std::uint32_t n = 0; n < limit; ++n) {
                Instrument instrument;
                instrument.venue = "nasdaq";
                instrument.symbol = "a symbol of some length " + std::to_string(n);
                (void)instruments.add(instrument);
            }
        });
    }
    for (std::thread& adder : adders)
        adder.join();
    done.store(true);
    reader.join();
    EXPECT_EQ(mistakes, 0U);
    EXPECT_EQ(instruments.count(), limit);
    EXPECT_EQ(instruments.refused(), 0U);
}

/// 12.5 and 2.5 in the units of a scale.
std::int64_t in_units(std::int64_t tenths, unsigned decimals) {
    for (; decimals > 1; --decimals)
        tenths *= 10;
    return tenths;
}
bool says_the_same(book::Price price, book::Quantity quantity, Scale scale) {
    return price.ticks == in_units(125, scale.price_decimals) &&
           quantity.lots == in_units(25, scale.quantity_decimals);
}

TEST(StoreThreads, ReadNoNumberWithTheScaleOfAnother) {
    MarketStore store{{.instruments = 1,
                       .active_instruments = 1,
                       .trades_per_instrument = 64,
                       .quotes_per_instrument = 64},
                      nullptr,
                      nullptr};
    Instrument instrument;
    instrument.venue = "okx";
    instrument.symbol = "BTC-USDT";
    const book::InstrumentId id = *store.instruments().add(instrument);
    const auto write = [&](std::int64_t n) {
        const Scale scale{static_cast<std::uint8_t>(1 + n / 10'000),
                          static_cast<std::uint8_t>(1 + n / 7'000)};
        store.instruments().refine(id, scale);
        const book::Price price{in_units(125, scale.price_decimals)};
        const book::Quantity quantity{in_units(25, scale.quantity_decimals)};
        Quote quote{};
        quote.bid = price;
        quote.bid_open = quantity;
        quote.has_bid = 1;
        quote.scale = scale;
        store.put_quote(id, quote);
        store.put_trade(id, {.price = price, .quantity = quantity, .times = {}, .scale = scale});
        Depth depth{};
        depth.bids[0] = {price, quantity, 0};
        depth.bid_count = 1;
        depth.scale = scale;
        store.put_depth(id, depth);
    };
    const auto latest = [&]() -> std::uint64_t {
        const Quote quote = store.latest_quote(id);
        const Trade trade = store.latest_trade(id);
        const Depth depth = store.latest_depth(id);
        std::uint64_t mistakes = 0;
        mistakes += quote.has_bid != 0 && !says_the_same(quote.bid, quote.bid_open, quote.scale);
        mistakes += trade.index != 0 && !says_the_same(trade.price, trade.quantity, trade.scale);
        mistakes += depth.bid_count != 0 &&
                    !says_the_same(depth.bids[0].price, depth.bids[0].open, depth.scale);
        return mistakes;
    };
    const auto recent = [&]() -> std::uint64_t {
        std::array<Trade, 64> trades;
        const std::size_t count = store.recent_trades(id, trades);
        std::uint64_t mistakes = 0;
        for (const Trade& trade : std::span{trades}.first(count))
            mistakes += !says_the_same(trade.price, trade.quantity, trade.scale);
        return mistakes;
    };
    const auto scaling = [&, last = Scaling{}]() mutable -> std::uint64_t {
        const Scaling now = store.instruments().scaling(id);
        const bool coarser = now.version < last.version ||
                             now.scale.price_decimals < last.scale.price_decimals ||
                             now.scale.quantity_decimals < last.scale.quantity_decimals;
        last = now;
        return coarser;
    };
    EXPECT_EQ(mistakes_of(100'000, write, {latest, recent, scaling}), 0U);
}

}  // namespace
}  // namespace tickweir::store
