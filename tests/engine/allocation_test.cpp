// That a shard, its outbox, the log and a re-execution allocate nothing once they were as busy
// before.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/support/counted_new.hpp"
#include "tests/venue/market.hpp"
#include "txn/engine/reexecution.hpp"
#include "txn/engine/shard.hpp"
#include "txn/log/log_driver.hpp"
#include "txn/log/null_carrier.hpp"

namespace tickweir::txn {
namespace {

VenueSettings settings() {
    VenueSettings all = market_of(1, 2);
    all.limits.orders = 4096;
    all.limits.window = 1024;
    all.limits.balances = 16;
    all.limits.positions = 16;
    all.limits.client_ids = 1 << 16;
    all.limits.trades = 4096;
    return all;
}

/// Orders that rest, trade and are cancelled; ids are fresh in each round.
std::vector<Command> round_of(int round) {
    std::vector<Command> commands;
    const auto id = [&](int i) { return std::to_string(round) + '-' + std::to_string(i); };
    for (int i = 0; i < 300; ++i) {
        const bool buys = i % 2 == 0;
        commands.push_back(limit_order(buys ? 0 : 1, 0, buys ? Side::buy : Side::sell,
                                       buys ? 9'990 + i % 7 : 9'994 - i % 5, 3 + i % 4, id(i)));
        if (i % 5 == 0) commands.push_back(cancel_of(buys ? 0 : 1, id(i), id(1000 + i)));
    }
    commands.push_back(operator_command(MassCancel{}));
    commands.push_back(operator_command(DayEnd{}));
    return commands;
}

TEST(ShardExecutorTest, AllocatesNothingOnceItWasAsBusyBefore) {
    Venue venue{settings()};
    log::LogRing ring{{.bytes = 256 * 1024, .reserve_bytes = 64 * 1024}, log::Lsn{1}};
    log::NullCarrier carrier;
    log::DurableLsn durable;
    log::LogDriver driver{ring, carrier, durable, log::LogId{}, log::Lsn{1}};
    Outbox outbox{{.outcomes = 64, .events = 4096, .levels = 4096}};
    ShardExecutor shard{venue, ring, durable, outbox, {.mark_every = 50}};
    std::uint64_t told = 0;
    const auto play = [&](const std::vector<Command>& commands) {
        for (const Command& command : commands) {
            EXPECT_NE(shard.execute(command).status, ExecuteStatus::shed);
            driver.turn({});
            outbox.release(durable.load(),
                           [&](const ReleasedOutcome& one) { told += one.events.size(); });
        }
    };
    const std::vector<Command> money{
        operator_command(Deposit{AccountId{0}, AssetId{0}, whole_units(100'000'000)}),
        operator_command(Deposit{AccountId{1}, AssetId{1}, whole_units(100'000'000)})};
    play(money);
    play(round_of(0));
    play(round_of(1));
    const std::vector<Command> measured = round_of(2);
    const std::uint64_t before = tests::allocations();
    play(measured);
    EXPECT_EQ(tests::allocations(), before);
    EXPECT_GT(told, 1'000u);
    EXPECT_GT(shard.counts().marks, 5u);
}

TEST(ReexecutionTest, AllocatesNothingOnceItWasAsBusyBefore) {
    // The records that a venue would have written.
    Venue venue{settings()};
    Outcome outcome;
    std::vector<std::vector<std::byte>> records;
    std::vector<std::byte> buffer(log::payload_bytes_max);
    const auto write = [&](const std::vector<Command>& commands) {
        for (const Command& command : commands) {
            venue.execute(command, outcome);
            if (is_refused(outcome)) continue;
            const std::size_t bytes = encode_record(buffer, command, outcome);
            records.emplace_back(buffer.begin(), buffer.begin() + static_cast<long>(bytes));
        }
    };
    write({operator_command(Deposit{AccountId{0}, AssetId{0}, whole_units(100'000'000)}),
           operator_command(Deposit{AccountId{1}, AssetId{1}, whole_units(100'000'000)})});
    write(round_of(0));
    write(round_of(1));
    const std::size_t warm = records.size();
    write(round_of(2));

    EngineState state{settings(), 1};
    Reexecution reexecution{state};
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (i == warm) before = tests::allocations();
        const log::RecordView record{.lsn = after(state.applied()),
                                     .type = command_record_type,
                                     .aborted = false,
                                     .payload = records[i]};
        ASSERT_TRUE(reexecution.apply(record)) << reexecution.fault();
    }
    EXPECT_EQ(tests::allocations(), before);
}

}  // namespace
}  // namespace tickweir::txn
