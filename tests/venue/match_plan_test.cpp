// Plans of matches: what an incoming order would do to the resting ones. Nothing changes.
#include "book/matching.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace tickweir::book {
namespace {

constexpr InstrumentId acme{3};

/// Orders that show a part: owner in the upper half, number of the reserve in the lower.
struct Reserves {
    std::vector<std::pair<Quantity, Quantity>> of;  // hidden, display; by the lower half

    static std::uint32_t owner(Participant resting) {
        return static_cast<std::uint32_t>(resting) >> 16;
    }
    Quantity hidden(Participant resting, Quantity) const { return at(resting).first; }
    Quantity display(Participant resting) const { return at(resting).second; }

private:
    std::pair<Quantity, Quantity> at(Participant resting) const {
        return of[static_cast<std::uint32_t>(resting) & 0xFFFF];
    }
};

class MatchingTest : public testing::Test {
protected:
    MatchingTest() : books_{{.instruments = 8, .orders = 1'000, .levels = 1'000, .window = 64}} {
        reserves_.of.emplace_back();
    }

    void rests(std::uint64_t id, std::uint32_t owner, Side side, std::int64_t price,
               std::int64_t quantity) {
        ASSERT_TRUE(
            books_.add(acme, OrderId{id}, side, {price}, {quantity}, Participant{owner << 16})
                .ok());
    }
    void iceberg(std::uint64_t id, std::uint32_t owner, Side side, std::int64_t price,
                 std::int64_t display, std::int64_t hidden) {
        const auto number = static_cast<std::uint32_t>(reserves_.of.size());
        reserves_.of.push_back({{hidden}, {display}});
        ASSERT_TRUE(
            books_
                .add(acme, OrderId{id}, side, {price}, {display}, Participant{owner << 16 | number})
                .ok());
    }

    /// "1x50@10 -2x5@11": fills, and cancels with a minus.
    std::string plan(Incoming incoming) {
        incoming.instrument = acme;
        plan_matches(books_, reserves_, incoming, plan_);
        std::string text;
        for (const Match& match : plan_.matches) {
            if (!text.empty()) text += ' ';
            if (match.is_cancel) text += '-';
            text += std::to_string(static_cast<std::uint64_t>(match.order)) + 'x' +
                    std::to_string(match.quantity.lots) + '@' + std::to_string(match.price.ticks);
        }
        return text;
    }
    static Incoming buy(std::int64_t quantity, std::int64_t limit) {
        return {.side = Side::buy, .limit = {limit}, .quantity = {quantity}, .owner = 9};
    }
    static Incoming sell(std::int64_t quantity, std::int64_t limit) {
        return {.side = Side::sell, .limit = {limit}, .quantity = {quantity}, .owner = 9};
    }

    BookSet books_;
    Reserves reserves_;
    MatchPlan plan_;
};

TEST_F(MatchingTest, AnEmptyBookHasNothingToGive) {
    EXPECT_EQ(plan(buy(10, 100)), "");
    EXPECT_EQ(plan_.end, MatchEnd::no_more);
    EXPECT_EQ(plan_.left, Quantity{10});
    EXPECT_FALSE(crosses(books_, acme, Side::buy, {100}));
}

TEST_F(MatchingTest, BetterPricesComeFirstAndOlderOrdersAtOnePrice) {
    rests(1, 1, Side::sell, 101, 5);
    rests(2, 2, Side::sell, 100, 5);
    rests(3, 3, Side::sell, 100, 5);
    EXPECT_EQ(plan(buy(12, 101)), "2x5@100 3x5@100 1x2@101");
    EXPECT_EQ(plan_.end, MatchEnd::filled);
    EXPECT_EQ(books_.open_orders(), 3U) << "a plan changes nothing";
}

TEST_F(MatchingTest, BidsAreMetFromTheHighestDown) {
    rests(1, 1, Side::buy, 99, 5);
    rests(2, 2, Side::buy, 100, 5);
    EXPECT_EQ(plan(sell(7, 99)), "2x5@100 1x2@99");
}

TEST_F(MatchingTest, TheLimitEndsIt) {
    rests(1, 1, Side::sell, 100, 5);
    rests(2, 1, Side::sell, 102, 5);
    EXPECT_EQ(plan(buy(9, 101)), "1x5@100");
    EXPECT_EQ(plan_.end, MatchEnd::limit);
    EXPECT_EQ(plan_.left, Quantity{4});
    EXPECT_TRUE(crosses(books_, acme, Side::buy, {100}));
    EXPECT_FALSE(crosses(books_, acme, Side::buy, {99}));
}

TEST_F(MatchingTest, NothingTradesOutsideTheBand) {
    rests(1, 1, Side::sell, 100, 5);
    rests(2, 1, Side::sell, 105, 5);
    Incoming incoming = buy(9, 110);
    incoming.highest = {104};
    EXPECT_EQ(plan(incoming), "1x5@100");
    EXPECT_EQ(plan_.end, MatchEnd::band);
    incoming.highest = {105};
    EXPECT_EQ(plan(incoming), "1x5@100 2x4@105");
}

TEST_F(MatchingTest, AnOrderOfTheSameOwnerStopsTheIncomingOne) {
    rests(1, 1, Side::sell, 100, 5);
    rests(2, 9, Side::sell, 100, 5);
    rests(3, 1, Side::sell, 100, 5);
    EXPECT_EQ(plan(buy(12, 100)), "1x5@100");
    EXPECT_EQ(plan_.end, MatchEnd::self_match);
    EXPECT_EQ(plan_.left, Quantity{7});
}

TEST_F(MatchingTest, OrTheRestingOneGoes) {
    rests(1, 9, Side::sell, 100, 5);
    rests(2, 1, Side::sell, 100, 5);
    Incoming incoming = buy(4, 100);
    incoming.self_match = SelfMatch::cancel_resting;
    EXPECT_EQ(plan(incoming), "-1x5@100 2x4@100");
    EXPECT_EQ(plan_.end, MatchEnd::filled);
}

TEST_F(MatchingTest, OrBothGo) {
    rests(1, 1, Side::sell, 100, 2);
    rests(2, 9, Side::sell, 100, 5);
    rests(3, 1, Side::sell, 100, 5);
    Incoming incoming = buy(4, 100);
    incoming.self_match = SelfMatch::cancel_both;
    EXPECT_EQ(plan(incoming), "1x2@100 -2x5@100");
    EXPECT_EQ(plan_.end, MatchEnd::self_match);
    EXPECT_EQ(plan_.left, Quantity{2});
}

TEST_F(MatchingTest, WhatAnIcebergHidesStandsBehindItsLevel) {
    iceberg(1, 1, Side::sell, 100, 10, 25);
    rests(2, 2, Side::sell, 100, 5);
    rests(3, 2, Side::sell, 101, 50);
    EXPECT_EQ(plan(buy(60, 101)), "1x10@100 2x5@100 1x10@100 1x10@100 1x5@100 3x20@101");
    EXPECT_EQ(plan_.matches[0].earlier, Match::none);
    EXPECT_EQ(plan_.matches[2].earlier, 0U);
    EXPECT_EQ(plan_.matches[3].earlier, 2U);
    EXPECT_EQ(plan_.matches[4].earlier, 3U);
}

TEST_F(MatchingTest, TwoIcebergsTakeTurns) {
    iceberg(1, 1, Side::sell, 100, 10, 10);
    iceberg(2, 2, Side::sell, 100, 5, 10);
    EXPECT_EQ(plan(buy(100, 100)), "1x10@100 2x5@100 1x10@100 2x5@100 2x5@100");
    EXPECT_EQ(plan_.end, MatchEnd::no_more);
    EXPECT_EQ(plan_.left, Quantity{65});
}

TEST_F(MatchingTest, ACancelledIcebergGoesAsAWhole) {
    iceberg(1, 9, Side::sell, 100, 10, 25);
    Incoming incoming = buy(4, 100);
    incoming.self_match = SelfMatch::cancel_resting;
    EXPECT_EQ(plan(incoming), "-1x35@100");
    EXPECT_EQ(plan_.left, Quantity{4});
}

TEST_F(MatchingTest, EffectsAreBoundedAndSaySoOnlyIfThereIsMoreToDo) {
    rests(1, 1, Side::sell, 100, 5);
    rests(2, 1, Side::sell, 100, 5);
    rests(3, 1, Side::sell, 103, 5);
    Incoming incoming = buy(11, 100);
    incoming.effects_max = 1;
    EXPECT_EQ(plan(incoming), "1x5@100");
    EXPECT_EQ(plan_.end, MatchEnd::effects);
    incoming.effects_max = 2;
    EXPECT_EQ(plan(incoming), "1x5@100 2x5@100");
    EXPECT_EQ(plan_.end, MatchEnd::limit);
    incoming.quantity = {5};
    incoming.effects_max = 1;
    EXPECT_EQ(plan(incoming), "1x5@100");
    EXPECT_EQ(plan_.end, MatchEnd::filled);
}

TEST_F(MatchingTest, AnOwnOrderEndsItEvenWhereNoEffectIsLeft) {
    rests(1, 1, Side::sell, 100, 5);
    rests(2, 9, Side::sell, 100, 5);
    Incoming incoming = buy(11, 100);
    incoming.effects_max = 1;
    EXPECT_EQ(plan(incoming), "1x5@100");
    EXPECT_EQ(plan_.end, MatchEnd::self_match);
}

TEST_F(MatchingTest, OrdersThatShowAllNeedNoReserves) {
    ASSERT_TRUE(books_.add(acme, OrderId{1}, Side::sell, {100}, {5}, Participant{7}).ok());
    Incoming incoming = buy(2, 100);
    incoming.instrument = acme;
    plan_matches(books_, PlainOwners{}, incoming, plan_);
    ASSERT_EQ(plan_.matches.size(), 1U);
    EXPECT_EQ(plan_.matches[0].resting, Participant{7});
    incoming.owner = 7;
    plan_matches(books_, PlainOwners{}, incoming, plan_);
    EXPECT_EQ(plan_.end, MatchEnd::self_match);
}

}  // namespace
}  // namespace tickweir::book
