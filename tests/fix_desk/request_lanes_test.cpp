#include "gateway/fix/orders/desk/request_lanes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tickweir::tests {
namespace {

using gateway::VenueReport;
using gateway::VenueRequest;
using gateway::fix::orders::RequestLanes;

struct RequestLanesTest : testing::Test {
    static txn::Command command(std::uint64_t sequence) {
        txn::Command command;
        command.envelope.sequence = sequence;
        return command;
    }
    using Numbers = std::vector<std::uint64_t>;
    static Numbers sequences(book::SpscRing<VenueRequest>& ring) {
        Numbers all;
        while (const auto request = ring.try_pop())
            all.push_back(request->command.envelope.sequence);
        return all;
    }
    book::SpscRing<VenueRequest> urgent{4};
    book::SpscRing<VenueRequest> ordinary{4};
    book::SpscRing<VenueReport> reports{4};
    gateway::VenueBoard board;
    RequestLanes lanes{{&urgent, &ordinary, &reports, &board, nullptr}, 3, nullptr};
};

TEST_F(RequestLanesTest, CountsArrivalsOverBothRings) {
    EXPECT_TRUE(lanes.push_ordinary(command(1)));
    EXPECT_TRUE(lanes.push_urgent(command(2)));
    EXPECT_TRUE(lanes.push_ordinary(command(3)));
    EXPECT_EQ(ordinary.try_pop()->arrival, 1U);
    EXPECT_EQ(urgent.try_pop()->arrival, 2U);
    EXPECT_EQ(ordinary.try_pop()->arrival, 3U);
}

TEST_F(RequestLanesTest, RefusesOrdinaryRequestsBeyondTheRing) {
    for (std::uint64_t i = 1; i <= 4; ++i)
        EXPECT_TRUE(lanes.push_ordinary(command(i)));
    EXPECT_FALSE(lanes.push_ordinary(command(5)));
    (void)sequences(ordinary);
    EXPECT_TRUE(lanes.push_ordinary(command(6)));
    EXPECT_EQ(ordinary.try_pop()->arrival, 5U) << "what was refused has not arrived";
}

TEST_F(RequestLanesTest, KeepsUrgentRequestsInTheirOrderWhileTheRingIsFull) {
    for (std::uint64_t i = 1; i <= 6; ++i)
        EXPECT_TRUE(lanes.push_urgent(command(i)));
    EXPECT_EQ(lanes.waiting(), 2U);
    EXPECT_FALSE(lanes.push_urgent_now(command(7))) << "it would overtake";
    EXPECT_FALSE(lanes.flush());
    EXPECT_EQ(sequences(urgent), (Numbers{1, 2, 3, 4}));
    EXPECT_TRUE(lanes.push_urgent(command(7)));
    EXPECT_TRUE(lanes.flush());
    EXPECT_EQ(sequences(urgent), (Numbers{5, 6, 7}));
    EXPECT_EQ(lanes.waiting(), 0U);
    EXPECT_EQ(lanes.waited(), 3U);
}

TEST_F(RequestLanesTest, KeepsTheArrivalOfARequestThatWaited) {
    for (std::uint64_t i = 1; i <= 5; ++i)
        EXPECT_TRUE(lanes.push_urgent(command(i)));
    EXPECT_TRUE(lanes.push_ordinary(command(6)));
    (void)sequences(urgent);
    EXPECT_TRUE(lanes.flush());
    EXPECT_EQ(urgent.try_pop()->arrival, 5U);
    EXPECT_EQ(ordinary.try_pop()->arrival, 6U);
}

TEST_F(RequestLanesTest, GoesRoundItsPlacesForEver) {
    std::uint64_t next = 0;
    std::uint64_t expected = 0;
    for (int i = 0; i < 4 + 2; ++i)
        EXPECT_TRUE(lanes.push_urgent(command(++next)));
    for (int round = 0; round < 1'000; ++round) {
        EXPECT_EQ(urgent.try_pop()->command.envelope.sequence, ++expected);
        EXPECT_TRUE(lanes.push_urgent(command(++next)));
        EXPECT_TRUE(lanes.flush());
        EXPECT_EQ(lanes.waiting(), 2U);
    }
}

TEST_F(RequestLanesTest, RefusesMoreThanMayWait) {
    for (std::uint64_t i = 1; i <= 4 + 3; ++i)
        EXPECT_TRUE(lanes.push_urgent(command(i)));
    EXPECT_FALSE(lanes.push_urgent(command(8)));
    EXPECT_EQ(lanes.waiting(), 3U);
}

}  // namespace
}  // namespace tickweir::tests
