// That a venue allocates nothing once it was as busy before, and what it takes for many.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/counted_new.hpp"
#include "tests/support/seed.hpp"
#include "tests/venue/market.hpp"

namespace tickweir::txn {
namespace {

/// A day of orders, cancels, replaces and mass cancels around one price.
std::vector<Command> busy_day(std::mt19937_64& random, std::uint32_t accounts) {
    std::vector<Command> commands;
    std::uint64_t number = 0;
    const auto name = [](char kind, std::uint64_t n) { return kind + std::to_string(n); };
    for (int i = 0; i < 5'000; ++i) {
        const auto account = static_cast<std::uint32_t>(random() % accounts);
        const auto instrument = static_cast<std::uint32_t>(random() % 4);
        const std::uint64_t kind = random() % 10;
        const std::string id = name('n', ++number);
        if (kind < 6) {
            Command command =
                limit_order(account, instrument, random() % 2 == 0 ? Side::buy : Side::sell,
                            static_cast<std::int64_t>(9'950 + random() % 100),
                            static_cast<std::int64_t>(10 * (1 + random() % 20)), id);
            auto& order = std::get<NewOrder>(command.body);
            if (random() % 4 == 0) order.display = Quantity{10};
            if (random() % 8 == 0) {
                order.type = OrderType::stop_limit;
                order.stop_price = order.price;
            }
            order.self_trade = SelfTrade::cancel_resting;
            commands.push_back(command);
        } else if (kind < 9) {
            commands.push_back(cancel_of(account, name('n', 1 + random() % number), id));
        } else {
            ReplaceOrder replace;
            replace.client_id = ClientOrderId{id};
            replace.original = ClientOrderId{name('n', 1 + random() % number)};
            replace.price = Price{static_cast<std::int64_t>(9'950 + random() % 100)};
            replace.quantity = Quantity{static_cast<std::int64_t>(10 * (1 + random() % 20))};
            Command command;
            command.envelope.session = SessionId{account + 1};
            command.body = replace;
            commands.push_back(command);
        }
    }
    commands.push_back(operator_command(MassCancel{}));
    commands.push_back(operator_command(DayEnd{}));
    return commands;
}

void run(Venue& venue, const std::vector<Command>& commands, Outcome& outcome) {
    for (const Command& command : commands) {
        venue.execute(command, outcome);
        while (venue.continuation_pending())
            venue.execute(operator_command(Continue{}), outcome);
    }
}

TEST(VenueAllocationTest, NothingIsAllocatedOnceADayWasAsBusy) {
    constexpr std::uint32_t accounts = 20;
    std::mt19937_64 random{tests::test_seed()};
    VenueSettings settings = market_of(4, accounts);
    settings.limits.client_ids = 1 << 16;
    settings.limits.orders = 1 << 16;
    Venue venue{settings};
    Outcome outcome;
    for (std::uint32_t account = 0; account < accounts; ++account)
        for (std::uint32_t asset = 0; asset < 5; ++asset)
            venue.execute(operator_command(
                              Deposit{AccountId{account}, AssetId{asset}, whole_units(10'000'000)}),
                          outcome);
    auto day = busy_day(random, accounts);
    run(venue, day, outcome);
    ASSERT_EQ(venue.open_orders(), 0U);
    // Without the day's end, which keeps a list of ids for a moment.
    day.pop_back();
    const std::uint64_t before = tests::allocations();
    run(venue, day, outcome);
    EXPECT_EQ(tests::allocations(), before);
}

TEST(VenueScaleTest, ManyAccountsAndInstrumentsAreServed) {
    constexpr std::uint32_t accounts = 100'000;
    constexpr std::uint32_t instruments = 10'000;
    std::mt19937_64 random{tests::test_seed()};
    Venue venue{market_of(instruments, accounts)};
    Outcome outcome;
    std::uint64_t fills = 0;
    for (std::uint32_t account = 0; account < accounts; ++account) {
        const std::uint32_t instrument = account % instruments;
        for (const std::uint32_t asset : {0U, instrument + 1})
            venue.execute(operator_command(
                              Deposit{AccountId{account}, AssetId{asset}, whole_units(1'000'000)}),
                          outcome);
        const Side side = random() % 2 == 0 ? Side::buy : Side::sell;
        venue.execute(limit_order(account, instrument, side,
                                  static_cast<std::int64_t>(9'990 + random() % 20), 10, "1"),
                      outcome);
        ASSERT_EQ(outcome.events.front().kind, EventKind::accepted);
        for (const Event& event : outcome.events)
            fills += event.kind == EventKind::filled;
    }
    EXPECT_GT(fills, accounts / 10);
    EXPECT_GT(venue.open_orders(), accounts / 10);
    Int128 dollars = 0;
    for (std::uint32_t account = 0; account <= accounts; ++account)
        dollars += venue.balance(AccountId{account}, AssetId{0}).total;
    EXPECT_TRUE(dollars == whole_units(1'000'000) * accounts);
}

TEST(VenueScaleTest, OneTradeTriggersAnyNumberOfStops) {
    constexpr std::uint32_t accounts = 4;
    constexpr std::uint64_t stops = 3'000;
    Venue venue{market_of(1, accounts)};
    Outcome outcome;
    for (std::uint32_t account = 0; account < accounts; ++account)
        for (const std::uint32_t asset : {0U, 1U})
            venue.execute(operator_command(Deposit{AccountId{account}, AssetId{asset},
                                                   whole_units(1'000'000'000)}),
                          outcome);
    for (std::uint64_t i = 0; i < stops; ++i) {
        Command command = limit_order(0, 0, Side::buy, 10'200, 1, "s" + std::to_string(i));
        auto& order = std::get<NewOrder>(command.body);
        order.type = OrderType::stop_limit;
        order.stop_price = Price{10'100};
        venue.execute(command, outcome);
        ASSERT_EQ(outcome.events.front().kind, EventKind::accepted);
    }
    venue.execute(limit_order(1, 0, Side::sell, 10'100, 1, "a"), outcome);
    venue.execute(limit_order(2, 0, Side::buy, 10'100, 1, "b"), outcome);
    std::uint64_t triggered = 0;
    std::uint64_t last = 0;
    while (venue.continuation_pending()) {
        venue.execute(operator_command(Continue{}), outcome);
        ASSERT_EQ(outcome.events.front().kind, EventKind::triggered);
        const auto id = static_cast<std::uint64_t>(outcome.events.front().order.order);
        ASSERT_LT(last, id);
        last = id;
        ++triggered;
    }
    EXPECT_EQ(triggered, stops);
    EXPECT_EQ(venue.open_orders(), stops);
}

TEST(ExpiriesTest, TimesThatAreNotCurrentAreForgotten) {
    Expiries expiries;
    std::size_t most = 0;
    for (std::uint64_t i = 1; i <= 100'000; ++i) {
        // Only the newest ten are.
        const auto current = [&](const Expiries::Entry& entry) {
            return static_cast<std::uint64_t>(entry.order) + 10 > i;
        };
        expiries.tidy(10, current);
        expiries.add(TimeNs{std::chrono::nanoseconds{static_cast<std::int64_t>(i)}}, OrderId{i});
        most = std::max(most, expiries.size());
    }
    EXPECT_LE(most, 64U);
}

TEST(VenueDeterminismTest, TheSameCommandsGiveTheSameEventsAndState) {
    constexpr std::uint32_t accounts = 10;
    std::mt19937_64 random{tests::test_seed()};
    const auto day = busy_day(random, accounts);
    VenueSettings settings = market_of(4, accounts);
    settings.limits.client_ids = 1 << 16;
    settings.limits.orders = 1 << 16;
    Venue one{settings};
    // Where things lie in memory tells nothing.
    settings.limits.window = 64;
    Venue other{settings};
    Outcome outcome;
    Outcome other_outcome;
    const auto deposit = operator_command(Deposit{AccountId{1}, AssetId{0}, whole_units(1'000)});
    one.execute(deposit, outcome);
    other.execute(deposit, other_outcome);
    for (const Command& command : day) {
        one.execute(command, outcome);
        other.execute(command, other_outcome);
        ASSERT_EQ(outcome.events, other_outcome.events);
        ASSERT_EQ(outcome.levels, other_outcome.levels);
        ASSERT_EQ(one.continuation_pending(), other.continuation_pending());
        while (one.continuation_pending()) {
            one.execute(operator_command(Continue{}), outcome);
            other.execute(operator_command(Continue{}), other_outcome);
        }
    }
    EXPECT_TRUE(one.state_hash() == other.state_hash());
    one.execute(deposit, outcome);
    EXPECT_FALSE(one.state_hash() == other.state_hash());
}

}  // namespace
}  // namespace tickweir::txn
