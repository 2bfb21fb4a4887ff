// The venue that venue_bench, engine_bench and durable_bench measure: 450 instruments, 100 accounts
// with more than they need, and a trace of orders as commands.
#pragma once

#include <charconv>
#include <chrono>
#include <string>
#include <vector>

#include "bench/matching_trace.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::bench {

using namespace txn;

inline constexpr std::uint32_t instruments = 450;
inline constexpr std::uint32_t accounts = 100;
inline constexpr std::size_t operations = 1'000'000;

inline VenueSettings settings() {
    VenueSettings all;
    all.assets.push_back({"USD", 18});
    for (std::uint32_t i = 0; i < instruments; ++i) {
        const std::string symbol = "S" + std::to_string(i);
        all.assets.push_back({symbol, 18});
        InstrumentSettings instrument;
        instrument.symbol = symbol;
        instrument.base = AssetId{i + 1};
        instrument.quote = AssetId{0};
        instrument.reference = Price{100'000};
        instrument.collar_millionths = 500'000;
        all.instruments.push_back(instrument);
    }
    all.sessions.push_back({"operator", 0});
    for (std::uint32_t i = 0; i <= accounts; ++i) {
        all.accounts.push_back({"A" + std::to_string(i), 1'000'000, 0});
        all.sessions.push_back({"S" + std::to_string(i), 1'000'000});
    }
    all.fees = {.maker_millionths = 100, .taker_millionths = 300, .account = AccountId{accounts}};
    all.limits.client_ids = std::size_t{1} << 22;
    all.limits.window = std::size_t{1} << 21;
    return all;
}

inline ClientOrderId text_of(char kind, std::uint64_t number) {
    char text[ClientOrderId::bytes_max] = {kind};
    const auto end = std::to_chars(text + 1, text + sizeof text, number).ptr;
    return ClientOrderId{{text, static_cast<std::size_t>(end - text)}};
}

/// The trace as commands: what is aggressive is immediate or cancel, as it would be from takers.
inline std::vector<Command> commands_of(const std::vector<Operation>& operations_) {
    std::vector<Command> commands;
    commands.reserve(operations_.size());
    std::int64_t time = 1;
    for (const Operation& op : operations_) {
        Command& command = commands.emplace_back();
        const std::uint32_t account = static_cast<std::uint32_t>(op.order % accounts);
        command.envelope.session = SessionId{account + 1};
        command.envelope.time = TimeNs{std::chrono::nanoseconds{time++}};
        if (op.is_cancel) {
            command.body = CancelOrder{text_of('c', op.order), text_of('n', op.order), {}};
            continue;
        }
        NewOrder order;
        order.client_id = text_of('n', op.order);
        order.account = AccountId{account};
        order.instrument = InstrumentId{op.instrument};
        order.side = op.is_buy ? Side::buy : Side::sell;
        order.self_trade = SelfTrade::cancel_resting;
        order.price = Price{op.price};
        order.quantity = Quantity{op.quantity};
        command.body = order;
    }
    return commands;
}

/// What everybody needs of everything before the first order.
inline std::vector<Command> deposits() {
    std::vector<Command> commands;
    for (std::uint32_t account = 0; account <= accounts; ++account)
        for (std::uint32_t asset = 0; asset <= instruments; ++asset)
            commands.emplace_back().body =
                Deposit{AccountId{account}, AssetId{asset},
                        static_cast<Int128>(book::exact::power_of_ten(18 + 9))};
    return commands;
}

}  // namespace tickweir::bench
