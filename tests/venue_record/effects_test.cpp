// Effects: what a venue tells, and what none would, written and read back.
#include <gtest/gtest.h>

#include <random>

#include "tests/support/seed.hpp"
#include "tests/venue_record/round_trip.hpp"

namespace tickweir::tests {
namespace {

using namespace txn;

TEST(CommandRecordTest, WhatAVenueExecutesComesBack) {
    std::uint64_t seed = test_seed();
    std::size_t done = 0;
    for (int streams = 0; streams < 12 && !testing::Test::HasFailure(); ++streams)
        for_each_executed(seed++, 2'000, [&](const Command& command, const Outcome& outcome) {
            if (testing::Test::HasFailure()) return;
            expect_round_trip(command, outcome);
            const Record record = record_of(command, outcome);
            EXPECT_LE(record.size(),
                      log::record_base_bytes + effects_in(outcome) * log::record_effect_bytes);
            EXPECT_GE(effects_to_reserve(outcome), effects_in(outcome));
            ++done;
        });
    EXPECT_GE(done, 24'000U);
}

/// An event of which any part may be anything.
Event any_event(std::mt19937_64& random) {
    const auto number = [&] {
        return static_cast<std::int64_t>(random() >> (random() % 4 == 0 ? random() % 64 : 56));
    };
    const auto wide = [&] { return Int128{number()} * number() - number(); };
    const auto id = [&] { return ids[random() % ids.size()]; };
    const auto small = [&](std::uint64_t end) { return random() % 3 == 0 ? random() % end : 0; };
    Event event;
    event.kind = static_cast<EventKind>(random() % 15);
    event.refusal = static_cast<Refusal>(small(refusal_kinds));
    event.cancel_reason = static_cast<CancelReason>(small(9));
    event.market_state = static_cast<MarketState>(small(3));
    event.complete = small(2) == 0;
    event.request_id = id();
    event.original = id();
    event.session = SessionId{static_cast<std::uint32_t>(number())};
    event.sequence = static_cast<std::uint64_t>(number());
    event.time = at(number());
    event.order = {.order = OrderId{small(4)},
                   .client_id = id(),
                   .session = SessionId{static_cast<std::uint32_t>(number())},
                   .account = AccountId{static_cast<std::uint32_t>(number())},
                   .instrument = InstrumentId{static_cast<std::uint32_t>(number())},
                   .side = static_cast<Side>(small(2)),
                   .type = static_cast<OrderType>(small(4)),
                   .time_in_force = static_cast<TimeInForce>(small(5)),
                   .status = static_cast<OrderStatus>(small(5)),
                   .post_only = small(2) == 1,
                   .triggered = small(2) == 1,
                   .price = {number()},
                   .stop_price = {-number()},
                   .quantity = {number()},
                   .display = {number()},
                   .filled = {number()},
                   .leaves = {number()},
                   .notional = wide(),
                   .expiry = at(-number())};
    event.fill = {TradeId{static_cast<std::uint64_t>(number())},
                  {number()},
                  {number()},
                  wide(),
                  small(2) == 1};
    event.affected = static_cast<std::uint64_t>(number());
    event.account = AccountId{static_cast<std::uint32_t>(number())};
    event.asset = AssetId{static_cast<std::uint32_t>(number())};
    event.instrument = InstrumentId{static_cast<std::uint32_t>(number())};
    event.total = wide();
    event.held = -wide();
    return event;
}

TEST(CommandRecordTest, EventsThatNoVenueTellsComeBackToo) {
    std::mt19937_64 random{test_seed()};
    VenueStream stream{random()};
    for (int i = 0; i < 5'000 && !HasFailure(); ++i) {
        Outcome outcome;
        for (std::uint64_t n = random() % 6; n > 0; --n)
            outcome.events.push_back(any_event(random));
        expect_round_trip(stream.next().command, outcome);
    }
}

TEST(CommandRecordTest, WhateverIsToldOtherwiseGivesOtherBytes) {
    std::mt19937_64 random{test_seed()};
    for_each_executed(random(), 500, [&](const Command& command, const Outcome& outcome) {
        if (outcome.events.empty()) return;
        const Record logged = effects_of(command, outcome);
        Outcome other = outcome;
        Event& event = other.events[random() % other.events.size()];
        const Event was = event;
        const Event any = any_event(random);
        switch (random() % 5) {
            case 0:
                event.order.leaves = any.order.leaves;
                break;
            case 1:
                event.order.client_id = any.order.client_id;
                break;
            case 2:
                event.fill.fee = any.fill.fee;
                break;
            case 3:
                event.held = any.held;
                break;
            default:
                other.events.pop_back();
        }
        const bool differs = other.events.size() != outcome.events.size() || event != was;
        const Record executed = effects_of(command, other);
        EXPECT_EQ(logged != executed, differs);
        EXPECT_EQ(first_difference(command, logged, executed).empty(), !differs);
    });
}

TEST(CommandRecordTest, AnswersNothingWhereARecordDoesNotFit) {
    for_each_executed(test_seed(), 200, [](const Command& command, const Outcome& outcome) {
        const Record record = record_of(command, outcome);
        std::vector<std::byte> memory(record.size() + 8, std::byte{0xEE});
        for (std::size_t room = 0; room <= record.size(); ++room) {
            const std::size_t bytes =
                encode_record(std::span{memory}.first(room), command, outcome);
            EXPECT_EQ(bytes, room < record.size() ? 0 : record.size());
            for (std::size_t i = room; i < memory.size(); ++i)
                ASSERT_EQ(memory[i], std::byte{0xEE}) << "written beyond " << room;
        }
        EXPECT_TRUE(std::equal(record.begin(), record.end(), memory.begin()));
    });
}

}  // namespace
}  // namespace tickweir::tests
