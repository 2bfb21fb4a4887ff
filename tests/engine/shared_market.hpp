// Two shards that share accounts: each trades an instrument of its own, for the same few accounts
// and the same money, which is scarce.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/engine/engine_world.hpp"
#include "tests/venue/market.hpp"

namespace tickweir::tests {

inline txn::EngineOptions two_shards() {
    EngineScript none;
    none.settings = txn::market_of(2, 3);
    none.settings.log_number = 9;
    none.settings.limits.orders = 8192;
    none.settings.limits.window = 1024;
    none.settings.limits.balances = 64;
    none.settings.limits.positions = 64;
    none.settings.limits.client_ids = 1 << 16;
    none.settings.limits.trades = 4096;
    none.settings.limits.effects = 8;
    none.mark_every = 100;
    txn::EngineOptions options = small_engine(none);
    options.shards = 2;
    return options;
}

inline std::vector<txn::Command> deposits() {
    std::vector<txn::Command> commands;
    for (std::uint32_t account = 0; account < 3; ++account)
        for (std::uint32_t asset = 0; asset < 3; ++asset)
            commands.push_back(txn::operator_command(
                txn::Deposit{txn::AccountId{account}, txn::AssetId{asset},
                             txn::whole_units(asset == 0 ? 300'000 : 3'000)}));
    return commands;
}

/// Orders and cancels for one shard; the last command is accepted for certain.
inline std::vector<txn::Command> orders_of(std::uint16_t shard, std::uint64_t seed,
                                           std::size_t count) {
    std::mt19937_64 random{seed + shard};
    std::vector<txn::Command> commands;
    const auto id = [shard](std::size_t n) {
        return std::to_string(shard) + '-' + std::to_string(n);
    };
    for (std::size_t i = 0; i + 1 < count; ++i) {
        const auto account = static_cast<std::uint32_t>(random() % 3);
        if (i > 10 && random() % 4 == 0) {
            commands.push_back(txn::cancel_of(account, id(i - 1 - random() % 10), id(count + i)));
            continue;
        }
        commands.push_back(txn::limit_order(account, shard,
                                            random() % 2 == 0 ? txn::Side::buy : txn::Side::sell,
                                            9'980 + static_cast<std::int64_t>(random() % 41),
                                            1 + static_cast<std::int64_t>(random() % 900), id(i)));
        std::get<txn::NewOrder>(commands.back().body).self_trade = txn::SelfTrade::cancel_resting;
    }
    commands.push_back(txn::operator_command(txn::Tick{}));
    for (std::size_t i = 0; i < commands.size(); ++i) {
        commands[i].envelope.time = txn::TimeNs{std::chrono::milliseconds{i}};
        commands[i].envelope.shard = shard;
    }
    return commands;
}

}  // namespace tickweir::tests
