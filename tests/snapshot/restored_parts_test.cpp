// Parts of a state that are put back one by one: what they tell does not depend on how they came to
// be as they are.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/seed.hpp"
#include "txn/venue/client_ids.hpp"
#include "txn/venue/trade_log.hpp"

namespace tickweir::txn {
namespace {

using Places = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

Places places_of(const ClientIds& ids) {
    Places places;
    ids.for_each(
        [&](std::uint64_t first, std::uint64_t rest) { places.emplace_back(first, rest); });
    return places;
}

ClientOrderId name(std::uint64_t number) {
    return ClientOrderId{"N" + std::to_string(number)};
}

TEST(ClientIds, AreToldInOneOrderHoweverTheyCame) {
    std::mt19937_64 random{tests::test_seed()};
    for (const std::uint64_t limit : {1u, 2u, 5u, 40u, 1'000u}) {
        std::vector<std::uint64_t> numbers;
        for (std::uint64_t i = 1; i <= limit; ++i)
            numbers.push_back(i);
        ClientIds one{limit, 7};
        for (const std::uint64_t number : numbers)
            one.add(SessionId{1}, name(number), number);
        std::ranges::shuffle(numbers, random);
        ClientIds other{limit, 7};
        for (const std::uint64_t number : numbers)
            other.add(SessionId{1}, name(number), number);
        const Places places = places_of(one);
        EXPECT_EQ(places.size(), limit);
        EXPECT_EQ(places_of(other), places);
    }
}

TEST(ClientIds, AreFoundAgainInATableThatHasGrown) {
    ClientIds small{100, 7};
    for (std::uint64_t number = 1; number <= 100; ++number)
        small.add(SessionId{3}, name(number), number);
    ClientIds large{1'000, 7};
    for (const auto& [first, rest] : places_of(small)) {
        EXPECT_TRUE(large.restore(first, rest));
        EXPECT_FALSE(large.restore(first, rest));
    }
    EXPECT_EQ(large.size(), 100u);
    for (std::uint64_t number = 1; number <= 100; ++number)
        EXPECT_EQ(large.find(SessionId{3}, name(number)), number);
    EXPECT_FALSE(large.find(SessionId{3}, name(101)));
}

TEST(ClientIds, AreNotPutBackBeyondTheLimitOrWithoutANumber) {
    ClientIds ids{1, 7};
    EXPECT_FALSE(ids.restore(5, std::uint64_t{9} << 40));
    EXPECT_TRUE(ids.restore(5, std::uint64_t{9} << 40 | 1));
    EXPECT_FALSE(ids.restore(6, std::uint64_t{9} << 40 | 1));
}

TradeRecord trade_of(std::uint64_t number) {
    TradeRecord trade{};
    trade.quantity = Quantity{static_cast<std::int64_t>(number)};
    return trade;
}

TEST(TradeLog, KnowsAfterARestoreWhatWasPutBackAndNoMore) {
    TradeLog log{100, 0};
    log.restore(50, 20);
    for (std::uint64_t number = 46; number <= 50; ++number)
        log.set(number, trade_of(number));
    EXPECT_EQ(log.find(TradeId{45}), nullptr);
    EXPECT_EQ(log.find(TradeId{20}), nullptr);
    EXPECT_EQ(log.find(TradeId{51}), nullptr);
    ASSERT_NE(log.find(TradeId{46}), nullptr);
    EXPECT_EQ(log.find(TradeId{46})->quantity, Quantity{46});
    EXPECT_EQ(log.known(), 5u);
    EXPECT_EQ(log.add().id, TradeId{51});
    std::vector<TradeId> told;
    log.for_each([&](const TradeRecord& trade) { told.push_back(trade.id); });
    EXPECT_EQ(told, (std::vector{TradeId{46}, TradeId{47}, TradeId{48}, TradeId{49}, TradeId{50},
                                 TradeId{51}}));
}

TEST(TradeLog, TellsOnlyTheNewestOnes) {
    TradeLog log{3, 0};
    for (int i = 0; i < 10; ++i)
        (void)log.add();
    EXPECT_EQ(log.known(), 3u);
    log.forget_all();
    EXPECT_EQ(log.known(), 0u);
    log.for_each([](const TradeRecord&) { FAIL(); });
}

}  // namespace
}  // namespace tickweir::txn
