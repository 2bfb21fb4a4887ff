#include <gmock/gmock.h>

#include <cstdint>

#include "codecs/itch/messages.hpp"
#include "replay/simulator.hpp"
#include "tests/replay/simulator_checks.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using replay::Profile;
using replay::SimulatorOptions;
using testing::DoubleNear;
using testing::IsEmpty;

/// Two million messages of a calm market, made once.
class SimulatorMarket : public testing::Test {
protected:
    static void SetUpTestSuite() {
        SimulatorOptions options;
        options.instruments = 200;
        options.messages = 2'000'000;
        day_ = new SimulatedDay{play(options)};
    }
    static void TearDownTestSuite() {
        delete day_;
        day_ = nullptr;
    }
    static const SimulatedDay& day() { return *day_; }

private:
    static inline SimulatedDay* day_ = nullptr;
};

TEST_F(SimulatorMarket, SendsNothingThatNoVenueCouldSend) {
    EXPECT_THAT(day().faults, IsEmpty());
    EXPECT_EQ(day().messages, 2'000'000U);
}

TEST_F(SimulatorMarket, MixesMessageTypesLikeARealDay) {
    EXPECT_THAT(day().share('A'), DoubleNear(0.436, 0.015));
    EXPECT_THAT(day().share('D'), DoubleNear(0.426, 0.015));
    EXPECT_THAT(day().share('U'), DoubleNear(0.087, 0.005));
    EXPECT_THAT(day().share('E'), DoubleNear(0.020, 0.001));
    EXPECT_THAT(day().share('X'), DoubleNear(0.012, 0.001));
    EXPECT_THAT(day().share('I'), DoubleNear(0.0095, 0.001));
    EXPECT_THAT(day().share('F'), DoubleNear(0.0044, 0.0005));
    EXPECT_THAT(day().share('P'), DoubleNear(0.0042, 0.0005));
    EXPECT_THAT(day().share('L'), DoubleNear(0.0005, 0.0001));
    EXPECT_THAT(day().share('C'), DoubleNear(0.0003, 0.0001));
}

TEST_F(SimulatorMarket, DeletesOrdersAsSoonAsOnARealDay) {
    EXPECT_THAT(day().lives_within(500'000'000), DoubleNear(0.41, 0.02));
    EXPECT_THAT(day().lives_within(1'000'000'000), DoubleNear(0.50, 0.02));
    EXPECT_THAT(day().lives_within(10'000'000'000), DoubleNear(0.80, 0.02));
}

TEST_F(SimulatorMarket, EntersMostOrdersForAHundredShares) {
    const auto entered = static_cast<double>(day().by_type.at('A') + day().by_type.at('F'));
    EXPECT_THAT(static_cast<double>(day().hundreds) / entered, DoubleNear(0.73, 0.01));
}

TEST_F(SimulatorMarket, ExecutesThreeOrdersInFourExecutions) {
    EXPECT_THAT(static_cast<double>(day().executed_orders) / static_cast<double>(day().executions),
                DoubleNear(0.75, 0.05));
}

TEST_F(SimulatorMarket, HasBusySecondsAndDeepBooks) {
    const std::uint64_t seconds = day().by_second.size();
    std::uint64_t peak = 0;
    for (const auto& [second, count] : day().by_second)
        peak = std::max(peak, count);
    EXPECT_GT(peak, 10 * day().messages / seconds);
    EXPECT_GT(day().most_levels, 300U);
}

TEST_F(SimulatorMarket, KeepsAboutTwoMessagesASecondAndInstrument) {
    const double rate =
        static_cast<double>(day().messages) / static_cast<double>(day().by_second.size());
    EXPECT_THAT(rate, DoubleNear(600, 150));
}

TEST(Simulator, SendsNothingImpossibleInAnyProfile) {
    const std::uint64_t seed = test_seed();
    for (const Profile profile :
         {Profile::calm, Profile::open, Profile::volatile_, Profile::crash}) {
        SimulatorOptions options;
        options.seed = seed;
        options.instruments = 40;
        options.messages = 300'000;
        options.profile = profile;
        EXPECT_THAT(play(options).faults, IsEmpty()) << to_string(profile);
    }
}

TEST(Simulator, SendsEveryMessageTypeInALongCrash) {
    SimulatorOptions options;
    options.instruments = 50;
    options.messages = 1'500'000;
    options.profile = Profile::crash;
    const SimulatedDay day = play(options);
    EXPECT_THAT(day.faults, IsEmpty());
    itch::for_each_message_type([&]<class M>(std::type_identity<M>) {
        EXPECT_TRUE(day.by_type.contains(itch::type_of<M>)) << itch::type_of<M>;
    });
}

TEST(Simulator, KeepsTheNumberOfOpenOrdersHoweverLongTheDay) {
    SimulatorOptions options;
    options.instruments = 30;
    options.messages = 200'000;
    const std::size_t after_short = play(options).open_orders();
    options.messages = 1'000'000;
    const std::size_t after_long = play(options).open_orders();
    EXPECT_GT(after_short, 3'300U);
    EXPECT_THAT(static_cast<double>(after_long),
                DoubleNear(static_cast<double>(after_short), 600.0));
}

TEST(Simulator, HoldsAsManyOrdersAsAskedFor) {
    SimulatorOptions options;
    options.instruments = 10;
    options.messages = 300'000;
    options.live_orders = 5'000;
    const std::size_t many = play(options).open_orders();
    EXPECT_GT(many, 5'000U);
    EXPECT_LT(many, 6'500U);
    options.live_orders = 0;
    EXPECT_LT(play(options).open_orders(), 1'500U);
}

}  // namespace
}  // namespace tickweir::tests
