// What the loads ask for has the shares that they say, and is the same for the same seed.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>

#include "bench/load/trading/arrivals.hpp"
#include "bench/load/trading/b3_flow.hpp"
#include "bench/load/trading/spike_flow.hpp"
#include "tests/load/stub_gateway.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using bench::B3Flow;
using bench::B3Kind;
using bench::B3Profile;

constexpr int many = 200'000;

TEST(ArrivalsTest, ComeAtTheirRateAndAtRandom) {
    bench::Arrivals arrivals{test_seed()};
    arrivals.begin(1'700'000'000'000'000'000, 1'000'000);
    const std::int64_t begin = arrivals.due_ns();
    std::int64_t last = begin;
    int close = 0;
    for (int i = 0; i < many; ++i) {
        arrivals.advance();
        ASSERT_GE(arrivals.due_ns(), last);
        if (arrivals.due_ns() - last < 693) ++close;  // ln 2 of the mean: half of all
        last = arrivals.due_ns();
    }
    const double mean = static_cast<double>(last - begin) / many;
    // Five standard errors: 1 / sqrt(n) of the mean, 0.5 / sqrt(n) of a share of a half.
    EXPECT_NEAR(mean, 1'000, 5'000 / std::sqrt(many));
    EXPECT_NEAR(static_cast<double>(close) / many, 0.5, 2.5 / std::sqrt(many));
}

TEST(B3FlowTest, HasTheProfilesShares) {
    const B3Profile profile;
    B3Flow flow{test_seed(), profile};
    const TimeNs due{std::chrono::seconds{1'700'000'000}};
    std::map<B3Kind, int> kinds;
    std::map<std::uint32_t, int> of_instrument;
    int at_market = 0;
    int expiring = 0;
    for (int i = 0; i < many; ++i) {
        const bench::B3Request request = flow.next(due);
        ++kinds[request.kind];
        ASSERT_LT(request.broker, profile.brokers);
        ASSERT_LT(request.instrument, profile.instruments);
        if (request.kind != B3Kind::order) continue;
        ++of_instrument[request.instrument];
        if (!request.wish.price) ++at_market;
        ASSERT_EQ(request.wish.expiry.has_value(), request.wish.time_in_force == '6');
        if (!request.wish.expiry) continue;
        ++expiring;
        ASSERT_LE(*request.wish.expiry, due + std::chrono::seconds{10});
        ASSERT_GT(*request.wish.expiry, due);
    }
    const auto share = [](int count, int of) { return static_cast<double>(count) / of; };
    const double slack = 5 * 0.5 / std::sqrt(many * 0.5);
    const int orders = kinds[B3Kind::order];
    EXPECT_NEAR(share(kinds[B3Kind::cancel], orders), 0.35, slack);
    const int reads = kinds[B3Kind::book] + kinds[B3Kind::price] + kinds[B3Kind::balance];
    EXPECT_NEAR(share(reads, many), 0.28, slack);
    EXPECT_NEAR(share(at_market, orders), 0.05, slack);
    EXPECT_NEAR(share(expiring, orders), 0.30, slack);
    // Zipf: the first instrument's share is 1 over the sum of rank^-0.95, the second's 2^-0.95 of
    // it.
    EXPECT_NEAR(share(of_instrument[1], of_instrument[0]), std::pow(2, -0.95), 0.05);
    EXPECT_GT(of_instrument.size(), 440U);
}

TEST(B3FlowTest, RepeatsItselfForTheSameSeed) {
    B3Flow one{7, {}};
    B3Flow other{7, {}};
    for (int i = 0; i < 1'000; ++i) {
        const bench::B3Request a = one.next(TimeNs{});
        const bench::B3Request b = other.next(TimeNs{});
        ASSERT_EQ(a.kind, b.kind);
        ASSERT_EQ(a.broker, b.broker);
        ASSERT_EQ(a.wish.price, b.wish.price);
        ASSERT_EQ(a.wish.quantity, b.wish.quantity);
    }
}

/// Every order is acknowledged, so that there is something to move.
TEST(SpikeFlowTest, MovesMostOfTheTimeAndCancelsSeldom) {
    const std::vector<bench::TradedInstrument> instruments{{"A", 2, 0}, {"B", 2, 0}};
    LoggedOn one;
    bench::OwnOrders orders{"r", instruments, 4'096};
    bench::SpikeFlow flow{test_seed(), {.instruments = 2}};
    std::map<char, int> types;
    constexpr int requests = 20'000;
    wire::Message message;
    for (int i = 0; i < requests; ++i) {
        ASSERT_TRUE(flow.send(one.session, orders, one.now, 1));
        const std::string bytes{one.session.output()};
        one.session.drain(bytes.size());
        ASSERT_EQ(message.read(bytes).status, wire::FrameStatus::whole);
        const std::string id{message.find(tag::cl_ord_id).value()};
        const bool at_once = message.get_char(tag::time_in_force).value_or('0') == '3';
        const char kind = message.msg_type().front();
        ++types[at_once ? 'I' : kind];
        const std::string about = "11=" + id + "|";
        const std::string answer = kind == 'D'   ? "150=0|39=0|14=0|151=100|"
                                   : kind == 'F' ? "150=4|39=4|14=0|151=0|"
                                                 : "150=5|39=0|14=0|151=100|44=100|";
        const auto told = [&](const std::string& body) {
            one.session.on_bytes(
                one.gateway.say("8", about + body), one.now,
                [&](const wire::Message& report) { (void)orders.on_message(report); });
        };
        told(answer);
        if (at_once) told("150=4|39=4|14=0|151=0|");
    }
    const auto share = [&](char kind) { return static_cast<double>(types[kind]) / requests; };
    const double slack = 2.5 / std::sqrt(requests);
    EXPECT_NEAR(share('D'), 0.09, slack + 0.01);  // and what is sent where there is nothing to move
    EXPECT_NEAR(share('I'), 0.03, slack);
    EXPECT_NEAR(share('F'), 0.06, slack);
    EXPECT_NEAR(share('G'), 0.82, slack + 0.01);
    EXPECT_EQ(orders.waiting(), 0U);
    EXPECT_EQ(orders.strange(), 0U);
}

}  // namespace
}  // namespace tickweir::tests
