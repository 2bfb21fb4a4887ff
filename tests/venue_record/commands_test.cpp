// Commands of every kind, with each of their optional parts, written and read back.
#include <gtest/gtest.h>

#include <optional>

#include "tests/venue_record/round_trip.hpp"

namespace tickweir::tests {
namespace {

using namespace txn;

TEST(CommandRecordTest, EnvelopesComeBack) {
    for (const std::uint64_t sequence : {std::uint64_t{0}, std::uint64_t{127}, ~std::uint64_t{0}})
        for (const std::int64_t time : numbers)
            for (const std::int64_t other : numbers) {
                Command command = command_of(Tick{});
                command.envelope.session = SessionId{~std::uint32_t{0}};
                command.envelope.urgency = CommandClass::history;
                command.envelope.shard = 65'535;
                command.envelope.sequence = sequence;
                command.envelope.time = at(time);
                command.envelope.arrived = at(other);
                expect_round_trip(command);
                command.envelope.deadline = at(other);
                expect_round_trip(command);
            }
}

TEST(CommandRecordTest, NewOrdersComeBackWithAnyOfTheirOptionalParts) {
    for (unsigned parts = 0; parts < 256; ++parts) {
        const auto has = [&](unsigned bit) { return (parts >> bit & 1) != 0; };
        NewOrder order;
        order.client_id = ids[parts % ids.size()];
        order.account = AccountId{parts * parts * parts};
        order.instrument = InstrumentId{has(5) ? ~std::uint32_t{0} : parts};
        order.side = has(1) ? Side::sell : Side::buy;
        order.type = static_cast<OrderType>(parts % 4);
        order.time_in_force = static_cast<TimeInForce>(parts % 5);
        order.self_trade = static_cast<SelfTrade>(parts % 3);
        order.post_only = has(5);
        order.possible_resend = has(6);
        order.possible_duplicate = has(7);
        if (has(0)) order.price = Price{numbers[parts % numbers.size()]};
        if (has(1)) order.stop_price = Price{numbers[parts / 3 % numbers.size()]};
        if (has(2)) order.display = Quantity{numbers[parts / 5 % numbers.size()]};
        if (has(3)) order.min_quantity = Quantity{numbers[parts / 7 % numbers.size()]};
        if (has(4)) order.expiry = at(numbers[parts / 9 % numbers.size()]);
        order.quantity = Quantity{numbers[parts / 2 % numbers.size()]};
        expect_round_trip(command_of(order));
    }
}

TEST(CommandRecordTest, ReplacesComeBackWithAnyOfTheirOptionalParts) {
    for (unsigned parts = 0; parts < 128; ++parts) {
        const auto has = [&](unsigned bit) { return (parts >> bit & 1) != 0; };
        ReplaceOrder replace;
        replace.client_id = ids[parts % ids.size()];
        replace.original = ids[parts / 4 % ids.size()];
        if (has(0)) replace.order = OrderId{~std::uint64_t{0} >> parts % 64};
        if (has(1)) replace.price = Price{numbers[parts % numbers.size()]};
        if (has(2)) replace.stop_price = Price{numbers[parts / 3 % numbers.size()]};
        if (has(3)) replace.display = Quantity{numbers[parts / 5 % numbers.size()]};
        if (has(4)) replace.expiry = at(numbers[parts / 7 % numbers.size()]);
        replace.possible_resend = has(5);
        replace.possible_duplicate = has(6);
        replace.quantity = Quantity{numbers[parts / 2 % numbers.size()]};
        expect_round_trip(command_of(replace));
    }
}

TEST(CommandRecordTest, CancelsComeBackWithAnyOfTheirOptionalParts) {
    for (const ClientOrderId& client_id : ids)
        for (const ClientOrderId& original : ids)
            for (const auto order : {std::optional<OrderId>{}, std::optional{OrderId{0}},
                                     std::optional{OrderId{std::uint64_t{7} << 48 | 12}}})
                expect_round_trip(command_of(CancelOrder{client_id, original, order}));
    for (unsigned parts = 0; parts < 32; ++parts) {
        const auto has = [&](unsigned bit) { return (parts >> bit & 1) != 0; };
        MassCancel cancel;
        cancel.client_id = ids[parts % ids.size()];
        if (has(0)) cancel.session = SessionId{parts};
        if (has(1)) cancel.account = AccountId{~std::uint32_t{0}};
        if (has(2)) cancel.instrument = InstrumentId{parts * 1'000};
        if (has(3)) cancel.side = has(0) ? Side::buy : Side::sell;
        cancel.keep_long_lived = has(4);
        expect_round_trip(command_of(cancel));
    }
}

TEST(CommandRecordTest, AdministrationComesBack) {
    for (const Int128 amount : {Int128{0}, Int128{1}, Int128{-1}, Int128{most}, Int128{least} - 1,
                                wide_most, wide_least}) {
        const AccountId account{~std::uint32_t{0}};
        expect_round_trip(command_of(Deposit{account, AssetId{7}, amount}));
        expect_round_trip(command_of(Withdraw{AccountId{1}, AssetId{~std::uint32_t{0}}, amount}));
        expect_round_trip(command_of(Transfer{account, AccountId{2}, AssetId{3}, amount}));
    }
    for (const std::int64_t number : numbers) {
        const auto bits = static_cast<std::uint64_t>(number);
        const InstrumentId instrument{static_cast<std::uint32_t>(bits)};
        expect_round_trip(command_of(Halt{instrument}));
        expect_round_trip(command_of(Resume{instrument}));
        expect_round_trip(command_of(BustTrade{TradeId{bits}}));
        expect_round_trip(
            command_of(CorrectTrade{TradeId{bits}, Price{number}, Quantity{-(number / 2)}}));
    }
    expect_round_trip(command_of(Tick{}));
    expect_round_trip(command_of(DayEnd{}));
    expect_round_trip(command_of(Continue{}));
}

}  // namespace
}  // namespace tickweir::tests
