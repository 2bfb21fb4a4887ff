// A venue takes any commands: it refuses them cleanly or executes them, and after each what has to
// hold of any venue holds. The first bytes choose the settings.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "tests/support/any_venue.hpp"
#include "tests/support/venue_checks.hpp"
#include "tests/support/venue_stream.hpp"
#include "txn/venue/command.hpp"
#include "txn/venue/venue.hpp"

namespace {

namespace txn = tickweir::txn;
namespace tests = tickweir::tests;

/// Numbers from the input; zeros behind its end.
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : data_{data}, left_{size} {}

    bool empty() const { return left_ == 0; }
    std::uint8_t byte() {
        if (left_ == 0) return 0;
        --left_;
        return *data_++;
    }
    std::uint8_t below(std::uint8_t bound) { return static_cast<std::uint8_t>(byte() % bound); }
    bool flag() { return (byte() & 1) != 0; }

    /// Mostly small, sometimes any number there is.
    std::int64_t number() {
        const std::uint8_t kind = byte();
        if (kind < 200) return byte();
        if (kind < 230) return -static_cast<std::int64_t>(byte());
        std::uint64_t bits = 0;
        for (int i = 0; i < 8; ++i)
            bits = bits << 8 | byte();
        std::int64_t value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return kind < 245 ? value >> (kind % 60) : value;
    }

private:
    const std::uint8_t* data_;
    std::size_t left_;
};

txn::VenueSettings settings_from(Input& input) {
    txn::VenueSettings settings = tests::small_venue();
    settings.limits.effects = std::array<std::uint32_t, 4>{1, 2, 5, 256}.at(input.below(4));
    settings.limits.orders = 1 + input.byte();
    settings.limits.client_ids = 2 + input.byte();
    settings.limits.trades = 1 + input.byte();
    for (txn::InstrumentSettings& one : settings.instruments) {
        one.price_decimals = input.below(7);
        one.quantity_decimals = input.below(4);
        one.tick.ticks = 1 + input.below(5);
        one.lot.lots = 1 + input.below(10);
        one.reference.ticks = input.byte();
        one.collar_millionths = input.below(4) * 50'000u;
        one.band_millionths = input.below(4) * 30'000u;
        one.band_window = std::chrono::seconds{input.byte()};
        one.pause = std::chrono::seconds{input.byte()};
    }
    settings.fees.maker_millionths = -100 + input.byte();
    settings.fees.taker_millionths = 100 + input.byte();
    settings.fees.rounding = tickweir::book::exact::all_roundings.at(input.below(8));
    settings.accounts.at(1).orders_max = 1 + input.byte();
    settings.short_limits.push_back({txn::AccountId{2}, txn::AssetId{1}, input.byte()});
    settings.position_limits.push_back({txn::AccountId{3}, txn::InstrumentId{0}, {input.byte()}});
    return settings;
}

txn::ClientOrderId client_id(Input& input) {
    const std::uint8_t number = input.byte();
    return number == 0 ? txn::ClientOrderId{} : txn::ClientOrderId{std::to_string(number)};
}

template <class Id>
Id id(Input& input, std::uint8_t known) {
    return Id{input.below(static_cast<std::uint8_t>(known + 1))};
}

std::optional<txn::Price> price(Input& input) {
    if (!input.flag()) return std::nullopt;
    return txn::Price{input.number()};
}

std::optional<txn::TimeNs> time(Input& input) {
    if (!input.flag()) return std::nullopt;
    return txn::TimeNs{std::chrono::seconds{input.byte()}};
}

std::optional<txn::OrderId> order(Input& input) {
    if (!input.flag()) return std::nullopt;
    return txn::OrderId{std::uint64_t{1} << 48 | input.byte()};
}

txn::NewOrder new_order(Input& input) {
    txn::NewOrder order;
    order.client_id = client_id(input);
    order.account = id<txn::AccountId>(input, 5);
    order.instrument = id<txn::InstrumentId>(input, 2);
    order.side = txn::Side{input.below(2)};
    order.type = txn::OrderType{input.below(4)};
    order.time_in_force = txn::TimeInForce{input.below(5)};
    order.self_trade = txn::SelfTrade{input.below(3)};
    const std::uint8_t flags = input.byte();
    order.post_only = (flags & 7) == 1;
    order.possible_resend = (flags & 0x38) == 8;
    order.possible_duplicate = (flags & 0xc0) == 0x40;
    order.price = price(input);
    order.stop_price = price(input);
    order.quantity = {input.number()};
    if (input.flag()) order.display = {input.number()};
    if (input.flag()) order.min_quantity = {input.number()};
    order.expiry = time(input);
    return order;
}

txn::ReplaceOrder replace(Input& input) {
    txn::ReplaceOrder request;
    request.client_id = client_id(input);
    request.original = client_id(input);
    request.order = order(input);
    request.possible_resend = input.below(16) == 1;
    request.possible_duplicate = input.below(16) == 1;
    request.price = price(input);
    request.stop_price = price(input);
    request.quantity = {input.number()};
    if (input.flag()) request.display = txn::Quantity{input.number()};
    request.expiry = time(input);
    return request;
}

txn::MassCancel mass_cancel(Input& input) {
    txn::MassCancel request;
    request.client_id = client_id(input);
    if (input.flag()) request.session = id<txn::SessionId>(input, 5);
    if (input.flag()) request.account = id<txn::AccountId>(input, 5);
    if (input.flag()) request.instrument = id<txn::InstrumentId>(input, 2);
    if (input.flag()) request.side = txn::Side{input.below(2)};
    request.keep_long_lived = input.flag();
    return request;
}

/// Up to the largest 128-bit numbers.
txn::Int128 amount(Input& input) {
    const txn::Int128 whole = input.number();
    return input.flag() ? whole * 1'000'000'000'000'000'000 : whole;
}

txn::CommandBody body(Input& input) {
    switch (input.below(20)) {
        default:
            return new_order(input);
        case 0:
            return txn::CancelOrder{client_id(input), client_id(input), order(input)};
        case 1:
        case 2:
            return replace(input);
        case 3:
            return mass_cancel(input);
        case 4:
        case 5: {
            const auto account = id<txn::AccountId>(input, 5);
            return txn::Deposit{account, id<txn::AssetId>(input, 3), amount(input)};
        }
        case 6: {
            const auto account = id<txn::AccountId>(input, 5);
            return txn::Withdraw{account, id<txn::AssetId>(input, 3), amount(input)};
        }
        case 7: {
            const auto from = id<txn::AccountId>(input, 5);
            const auto to = id<txn::AccountId>(input, 5);
            return txn::Transfer{from, to, id<txn::AssetId>(input, 3), amount(input)};
        }
        case 8:
            return txn::Halt{id<txn::InstrumentId>(input, 2)};
        case 9:
            return txn::Resume{id<txn::InstrumentId>(input, 2)};
        case 10:
            return txn::Tick{};
        case 11:
            return txn::DayEnd{};
        case 12:
            return txn::BustTrade{txn::TradeId{input.byte()}};
        case 13: {
            const txn::TradeId trade{input.byte()};
            const txn::Price corrected{input.number()};
            return txn::CorrectTrade{trade, corrected, {input.number()}};
        }
        case 14:
            return txn::Continue{};
    }
}

bool needs_operator(const txn::CommandBody& body) {
    const bool is_client = std::holds_alternative<txn::NewOrder>(body) ||
                           std::holds_alternative<txn::CancelOrder>(body) ||
                           std::holds_alternative<txn::ReplaceOrder>(body) ||
                           std::holds_alternative<txn::MassCancel>(body);
    return !is_client;
}

void expect(const std::string& fault) {
    if (fault.empty()) return;
    std::fprintf(stderr, "%s\n", fault.c_str());
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input{data, size};
    const txn::VenueSettings settings = settings_from(input);
    expect(txn::fault_of(settings));
    tests::VenueOf<txn::Venue> venue{settings};
    tests::VenueChecks checks{settings};
    txn::Outcome outcome;
    std::uint64_t sequence = 0;
    while (!input.empty()) {
        txn::Command command;
        command.body = body(input);
        const std::uint8_t who = input.byte();
        if (!needs_operator(command.body) || who > 250)
            command.envelope.session = txn::SessionId{who % 6u};
        command.envelope.sequence = ++sequence;
        command.envelope.time = txn::TimeNs{std::chrono::seconds{input.byte()}};
        if (who % 32 == 31) command.envelope.deadline = time(input);
        const bool drains = who % 16 != 15;
        for (int turns = 0; drains && venue.continuation_pending(); ++turns) {
            if (turns == 10'000) expect("continuations without end");
            txn::Command go_on;
            go_on.body = txn::Continue{};
            venue.execute(go_on, outcome);
            expect(checks.after(go_on, outcome, venue));
        }
        venue.execute(command, outcome);
        expect(checks.after(command, outcome, venue));
    }
    return 0;
}
