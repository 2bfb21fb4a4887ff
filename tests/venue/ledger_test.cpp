// The ledger: changes that happen whole or not at all.
#include "txn/venue/ledger.hpp"

#include <gtest/gtest.h>

namespace tickweir::txn {
namespace {

constexpr AccountId alice{1};
constexpr AccountId bob{2};
constexpr AccountId venue{0};
constexpr AssetId usd{0};

class LedgerTest : public testing::Test {
protected:
    static VenueSettings settings() {
        VenueSettings all;
        all.limits.balances = 3;
        all.short_limits.push_back({bob, usd, 50});
        all.fees.account = venue;
        return all;
    }

    Refusal commit(std::span<const BalanceDelta> deltas) {
        log::SerialPoint nowhere;
        return teller_.commit(deltas, nowhere, 0);
    }
    Refusal commit(const BalanceDelta& delta) { return commit({&delta, 1}); }
    void apply(const BalanceDelta& delta) {
        log::SerialPoint nowhere;
        teller_.apply({&delta, 1}, nowhere, 0);
    }

    Ledger ledger_{settings()};
    Teller teller_{ledger_};
};

TEST_F(LedgerTest, NobodyHasAnythingAtFirst) {
    EXPECT_EQ(ledger_.balance(alice, usd), Balance{});
    EXPECT_EQ(ledger_.available(ledger_.row(alice, usd)), 0);
}

TEST_F(LedgerTest, ANeedIsMetByWhatIsNotHeld) {
    const Row row = ledger_.row(alice, usd);
    ASSERT_EQ(commit({row, 100}), Refusal::none);
    EXPECT_EQ(commit({row, 0, 60, 60}), Refusal::none);
    EXPECT_EQ(commit({row, 0, 41, 41}), Refusal::insufficient);
    EXPECT_EQ(commit({row, 0, 40, 40}), Refusal::none);
    EXPECT_EQ(ledger_.balance(alice, usd), (Balance{100, 100}));
}

TEST_F(LedgerTest, WhatAChangeGivesBackCountsForIt) {
    const Row row = ledger_.row(alice, usd);
    ASSERT_EQ(commit({row, 100, 100}), Refusal::none);
    EXPECT_EQ(commit({row, 0, -20, 80, 100}), Refusal::none);
    EXPECT_EQ(commit({row, 0, 30, 110, 80}), Refusal::insufficient);
}

TEST_F(LedgerTest, AShortLimitMayBeUsed) {
    const Row row = ledger_.row(bob, usd);
    EXPECT_EQ(commit({row, -50, 0, 50}), Refusal::none);
    EXPECT_EQ(commit({row, -1, 0, 1}), Refusal::insufficient);
}

TEST_F(LedgerTest, BelowItsLimitAnAccountMayOnlyReduceRisk) {
    const Row row = ledger_.row(bob, usd);
    apply({row, -60, 0});
    EXPECT_EQ(commit({row, 0, 1, 1}), Refusal::risk_reducing);
    EXPECT_EQ(commit({row, 10, 0, 0}), Refusal::none);
}

TEST_F(LedgerTest, TheAccountOfTheFeesPaysWhateverItHas) {
    EXPECT_EQ(commit({ledger_.row(venue, usd), -1'000, 0, 1'000}), Refusal::none);
    EXPECT_EQ(ledger_.balance(venue, usd).total, -1'000);
}

TEST_F(LedgerTest, WhatAnyoneNeedsTheAccountOfTheFeesNeedsToo) {
    const Row row = ledger_.row(venue, usd);
    EXPECT_EQ(commit({row, -1, 0, 1, 0, true}), Refusal::insufficient);
    apply({row, -5});
    EXPECT_EQ(commit({row, -1, 0, 1, 0, true}), Refusal::insufficient);
    EXPECT_EQ(ledger_.at(row).total, -5);
}

TEST_F(LedgerTest, WhereAChangeCannotBeAnotherTakesItsPlace) {
    const Row row = ledger_.row(alice, usd);
    ASSERT_EQ(commit({row, 100, 80}), Refusal::none);
    const BalanceDelta asked[]{{row, -30, 0, 30}};
    log::SerialPoint nowhere;
    EXPECT_EQ(teller_.commit_or(asked, {row, 0, -80}, nowhere, 0), Refusal::insufficient);
    EXPECT_EQ(ledger_.at(row), (Balance{100, 0}));
    EXPECT_EQ(teller_.commit_or(asked, {row, 0, -80}, nowhere, 0), Refusal::none);
    EXPECT_EQ(ledger_.at(row), (Balance{70, 0}));
    EXPECT_EQ(teller_.after(row), (Balance{70, 0}));
}

TEST_F(LedgerTest, TheAccumulatorIsThatOfTheStateHoweverItCameAbout) {
    const Row row = ledger_.row(alice, usd);
    const auto begin = teller_.accumulator();
    ASSERT_EQ(commit({row, 100, 80}), Refusal::none);
    const auto once = teller_.accumulator();
    ASSERT_EQ(commit({row, 50, -80}), Refusal::none);
    EXPECT_NE(teller_.accumulator(), once);
    ASSERT_EQ(commit({row, -50, 80}), Refusal::none);
    EXPECT_EQ(teller_.accumulator(), once);
    ASSERT_EQ(commit({row, -100, -80}), Refusal::none);
    EXPECT_EQ(teller_.accumulator(), begin);
}

TEST_F(LedgerTest, OneRefusedChangeStopsAll) {
    const Row rich = ledger_.row(alice, usd);
    ASSERT_EQ(commit({rich, 100}), Refusal::none);
    const BalanceDelta deltas[]{{rich, -10, 0, 10}, {ledger_.row(bob, usd), -60, 0, 60}};
    EXPECT_EQ(commit(deltas), Refusal::insufficient);
    EXPECT_EQ(ledger_.balance(alice, usd).total, 100);
}

TEST_F(LedgerTest, BalancesBeyondTheLimitAreRefused) {
    const Row row = ledger_.row(alice, usd);
    EXPECT_EQ(commit({row, balance_max}), Refusal::none);
    EXPECT_EQ(commit({row, 1}), Refusal::overflow);
}

TEST_F(LedgerTest, TheLimitOfBalancesIsForAllDeltasTogether) {
    const Row row = ledger_.row(alice, usd);
    const Row other = ledger_.row(bob, usd);
    ASSERT_EQ(commit({row, balance_max - 10}), Refusal::none);
    const BalanceDelta parts[]{{row, 6, 1}, {other, -12}, {row, 6, 1}};
    EXPECT_EQ(commit(parts), Refusal::overflow) << "each of them would fit";
    EXPECT_EQ(ledger_.at(row), (Balance{balance_max - 10, 0}));
    EXPECT_EQ(ledger_.at(other), Balance{});
    const BalanceDelta there_and_back[]{{row, 12}, {row, -2}};
    EXPECT_EQ(commit(there_and_back), Refusal::none);
    EXPECT_EQ(ledger_.at(row).total, balance_max);
}

TEST_F(LedgerTest, FromBeyondTheLimitABalanceMayComeBackButNotGoOn) {
    const Row row = ledger_.row(alice, usd);
    apply({row, balance_max + 10});
    EXPECT_EQ(commit({row, 1}), Refusal::overflow);
    EXPECT_EQ(commit({row, -1, 0, 1}), Refusal::none);
    const BalanceDelta nothing_in_all[]{{row, 5}, {row, -5}};
    EXPECT_EQ(commit(nothing_in_all), Refusal::none);
    EXPECT_EQ(ledger_.at(row).total, balance_max + 9);
}

TEST_F(LedgerTest, ThereAreAsManyRowsAsTheLimitSays) {
    EXPECT_NE(ledger_.row(alice, usd), 0U);
    EXPECT_NE(ledger_.row(alice, AssetId{1}), 0U);
    EXPECT_EQ(ledger_.row(alice, AssetId{2}), 0U) << "one is the short limit's";
    EXPECT_NE(ledger_.row(alice, AssetId{1}), 0U);
}

}  // namespace
}  // namespace tickweir::txn
