// How large records are: never beyond what is reserved for them, and small where they are many.
#include <gtest/gtest.h>

#include <random>

#include "tests/venue_record/round_trip.hpp"

namespace tickweir::tests {
namespace {

using namespace txn;

/// A fill or an end of another order as large as a venue can tell it, with every number at its
/// extreme and unlike those before.
Event largest_other(std::uint64_t number, EventKind kind) {
    const std::int64_t sign = number % 2 == 0 ? 1 : -1;
    const auto extreme = static_cast<std::uint32_t>(number % 2 == 0 ? 0 : ~std::uint32_t{0});
    Event event;
    event.kind = kind;
    event.order = {.order = OrderId{number % 2 == 0 ? 1 : std::uint64_t{1} << 63},
                   .client_id = ClientOrderId{std::string(36, 'x')},
                   .session = SessionId{extreme},
                   .account = AccountId{extreme},
                   .instrument = InstrumentId{7},
                   .side = Side::sell,
                   .type = OrderType::stop_limit,
                   .time_in_force = TimeInForce::gtd,
                   .status = OrderStatus::rejected,
                   .post_only = number % 2 == 0,
                   .triggered = true,
                   .price = {sign * (most / 2)},
                   .stop_price = {most},
                   .quantity = {sign * (most - 5)},
                   .display = {most},
                   .filled = {-(most / 3)},
                   .leaves = {most / 5},
                   .notional = sign > 0 ? wide_most : wide_least,
                   .expiry = at(least)};
    event.session = event.order.session;
    if (kind == EventKind::filled)
        event.fill = {TradeId{number}, event.order.price, {sign * most}, wide_least, true};
    return event;
}

/// The same fill as the command's own order shows it.
Event own_of(const Event& other, Event own) {
    own.kind = EventKind::filled;
    own.fill = other.fill;
    own.fill.fee = wide_most;
    own.fill.is_maker = false;
    const auto wraps = [](std::int64_t a, std::int64_t b) {
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) +
                                         static_cast<std::uint64_t>(b));
    };
    own.order.filled.lots = wraps(own.order.filled.lots, own.fill.quantity.lots);
    own.order.leaves.lots = wraps(own.order.leaves.lots, -own.fill.quantity.lots);
    own.order.notional = static_cast<Int128>(
        static_cast<book::exact::Uint128>(own.order.notional) +
        static_cast<book::exact::Uint128>(Int128{own.fill.price.ticks} * own.fill.quantity.lots));
    own.order.status = static_cast<OrderStatus>((static_cast<unsigned>(own.order.status) + 1) % 5);
    return own;
}

void in_clock_of(const Command& command, Outcome& outcome) {
    for (Event& event : outcome.events) {
        event.sequence = command.envelope.sequence - 1;
        event.time = at(command.envelope.time == at(least) ? most : least);
    }
}

Command largest_replace() {
    const ClientOrderId longest{std::string(36, 'r')};
    Command command = command_of(
        ReplaceOrder{longest, ClientOrderId{std::string(36, 'o')}, OrderId{~std::uint64_t{0}}, true,
                     true, Price{least}, Price{least}, Quantity{least}, Quantity{least}, at(most)});
    command.envelope = {SessionId{~std::uint32_t{0}},
                        CommandClass::history,
                        65'535,
                        ~std::uint64_t{0},
                        at(most),
                        at(least),
                        at(most)};
    return command;
}

TEST(CommandRecordTest, TheLargestReplaceWithTheMostFillsStaysWithinItsBound) {
    constexpr std::size_t effects = 256;
    const Command command = largest_replace();
    Outcome outcome;
    Event own = largest_other(1, EventKind::replaced);
    own.order.order = OrderId{std::uint64_t{1} << 62};
    own.request_id = ClientOrderId{std::string(36, '1')};
    own.original = ClientOrderId{std::string(36, '2')};
    outcome.events.push_back(own);
    for (std::uint64_t i = 0; i < effects; ++i) {
        outcome.events.push_back(largest_other(i, EventKind::filled));
        own = own_of(outcome.events.back(), own);
        own.request_id = own.original = {};
        outcome.events.push_back(own);
    }
    own.kind = EventKind::cancelled;
    own.fill = {};
    own.order.leaves = {};
    own.cancel_reason = CancelReason::price_band;
    outcome.events.push_back(own);
    Event state;
    state.kind = EventKind::state;
    state.instrument = InstrumentId{~std::uint32_t{0}};
    state.session = command.envelope.session;
    outcome.events.push_back(state);
    in_clock_of(command, outcome);

    const std::size_t bound = log::record_base_bytes + effects * log::record_effect_bytes;
    std::vector<std::byte> memory(bound);
    const std::size_t bytes = encode_record(memory, command, outcome);
    EXPECT_GT(bytes, effects * 150) << "not the largest";
    EXPECT_LE(bytes, bound);
    expect_round_trip(command, outcome);
}

TEST(CommandRecordTest, TheLargestMassCancelStaysWithinItsBound) {
    constexpr std::size_t effects = 256;
    Command command = largest_replace();
    command.body = MassCancel{ClientOrderId{std::string(36, 'm')},
                              SessionId{1},
                              AccountId{2},
                              InstrumentId{3},
                              Side::buy,
                              true};
    Outcome outcome;
    for (std::uint64_t i = 0; i < effects; ++i) {
        outcome.events.push_back(largest_other(i, EventKind::cancelled));
        outcome.events.back().order.leaves = {};
        outcome.events.back().order.instrument = InstrumentId{i % 2 == 0 ? 0 : ~std::uint32_t{0}};
        outcome.events.back().cancel_reason = CancelReason::mass_cancel;
        outcome.events.back().request_id = ClientOrderId{std::string(36, 'n')};
    }
    Event all;
    all.kind = EventKind::mass_cancelled;
    all.affected = ~std::uint64_t{0};
    all.complete = false;
    all.request_id = ClientOrderId{std::string(36, 'n')};
    outcome.events.push_back(all);
    in_clock_of(command, outcome);
    const std::size_t bytes = record_of(command, outcome).size();
    EXPECT_GT(bytes, effects * 100) << "not the largest";
    EXPECT_LE(bytes, log::record_base_bytes + effects * log::record_effect_bytes);
    expect_round_trip(command, outcome);
}

TEST(CommandRecordTest, TwoSidesOfATradeOrTwoBalancesNeedNoMoreThanTheBase) {
    Command command = largest_replace();
    Outcome outcome;
    for (const std::uint64_t number : {1U, 2U}) {
        Event event = largest_other(number, EventKind::filled);
        event.kind = EventKind::corrected;
        outcome.events.push_back(event);
    }
    in_clock_of(command, outcome);
    EXPECT_LE(record_of(command, outcome).size(), log::record_base_bytes);
    outcome.clear();
    for (const Int128 amount : {wide_least, wide_most}) {
        Event& event = outcome.events.emplace_back();
        event.kind = EventKind::balance;
        event.account = AccountId{~std::uint32_t{0}};
        event.asset = AssetId{~std::uint32_t{0}};
        event.total = event.held = amount;
    }
    in_clock_of(command, outcome);
    EXPECT_LE(record_of(command, outcome).size(), log::record_base_bytes);
    expect_round_trip(command, outcome);
}

TEST(CommandRecordTest, ATickThatEndsManyPausesFitsWhatItAsksFor) {
    Command command = largest_replace();
    command.body = Tick{};
    Outcome outcome;
    for (std::uint32_t i = 0; i < 2'000; ++i) {
        Event& event = outcome.events.emplace_back();
        event.kind = EventKind::state;
        event.session = command.envelope.session;
        event.instrument = InstrumentId{i % 2 == 0 ? i : ~i};
        event.market_state = i % 3 == 0 ? MarketState::trading : MarketState::paused;
    }
    in_clock_of(command, outcome);
    const std::size_t effects = effects_to_reserve(outcome);
    EXPECT_GT(effects, 0U);
    const std::size_t bytes = record_of(command, outcome).size();
    EXPECT_LE(bytes, log::record_base_bytes + effects * log::record_effect_bytes);
    EXPECT_GT(bytes, effects * log::record_effect_bytes * 3 / 4);
    expect_round_trip(command, outcome);
}

TEST(CommandRecordTest, OrdersThatRestAndFillsAreSmall) {
    VenueSettings settings = small_venue();
    settings.fees = {.maker_millionths = 100, .taker_millionths = 250, .account = AccountId{0}};
    settings.limits.client_ids = 1'000;
    Venue venue{settings};
    Outcome outcome;
    std::uint64_t sequence = 10'000;
    const auto execute = [&](SessionId session, CommandBody body) {
        Command command = command_of(std::move(body));
        const auto now = at(1'700'000'000'000'000'000 + static_cast<std::int64_t>(++sequence));
        command.envelope = {session, CommandClass::order, 0, sequence, now, now, {}};
        command.envelope.arrived -= std::chrono::microseconds{20};
        venue.execute(command, outcome);
        return record_of(command, outcome).size();
    };
    for (const std::uint32_t account : {1U, 2U})
        for (const std::uint32_t asset : {0U, 1U})
            execute(operator_session, Deposit{AccountId{account}, AssetId{asset},
                                              static_cast<Int128>(book::exact::power_of_ten(30))});
    NewOrder order;
    order.client_id = ClientOrderId{"ORDER-000123"};
    order.account = AccountId{1};
    order.price = Price{19'400};
    order.quantity = Quantity{500};
    EXPECT_LE(execute(SessionId{1}, order), 64U);
    ASSERT_EQ(outcome.events.size(), 1U);
    order.client_id = ClientOrderId{"ORDER-000124"};
    order.account = AccountId{2};
    order.side = Side::sell;
    order.quantity = Quantity{300};
    const std::size_t with_fill = execute(SessionId{2}, order);
    ASSERT_EQ(outcome.events.size(), 3U);
    outcome.events.resize(1);
    EXPECT_LE(with_fill - 55, 60U);
    EXPECT_LE(
        execute(SessionId{1},
                CancelOrder{ClientOrderId{"CANCEL-00001"}, ClientOrderId{"ORDER-000123"}, {}}),
        96U);
}

}  // namespace
}  // namespace tickweir::tests
