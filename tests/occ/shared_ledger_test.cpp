// Venues on threads of their own that share accounts, with deposits, withdrawals and transfers from
// one more: executed again one command after another in the order of the log, everything that was
// said then is said again. The thread sanitizer runs this.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "tests/support/seed.hpp"
#include "tests/venue/market.hpp"
#include "txn/log/log_driver.hpp"
#include "txn/log/log_threads.hpp"
#include "txn/log/null_carrier.hpp"

namespace tickweir::txn {
namespace {

constexpr std::uint32_t accounts = 3;
constexpr std::uint8_t shards = 3;  // the last one trades nothing and does everyone's cash

VenueSettings settings_of(std::uint8_t shard) {
    VenueSettings settings = market_of(2, accounts);
    settings.shard = shard;
    settings.limits.orders = 4'096;
    settings.limits.balances = 64;
    settings.limits.positions = 64;
    settings.limits.client_ids = 65'536;
    settings.limits.trades = 65'536;
    settings.limits.effects = 2;
    return settings;
}

struct Shards {
    Ledger ledger{settings_of(0)};
    std::vector<std::unique_ptr<Venue>> venues;

    Shards() {
        for (std::uint8_t shard = 0; shard < shards; ++shard)
            venues.push_back(std::make_unique<Venue>(settings_of(shard), ledger));
    }
};

struct Executed {
    log::Lsn lsn{};
    std::uint8_t shard = 0;
    Command command;
    std::vector<Event> events;
};

bool changed_nothing(const Outcome& outcome) {
    const EventKind kind = outcome.events.front().kind;
    return kind == EventKind::rejected || kind == EventKind::refused || kind == EventKind::ignored;
}

/// One shard on its thread.
class ShardWork {
public:
    ShardWork(Venue& venue, std::uint8_t shard, log::LogRing& ring, std::uint64_t seed)
        : venue_{venue}, shard_{shard}, ring_{ring}, random_{seed} {}

    /// Something to trade with, for everybody.
    void provide() {
        for (std::uint32_t account = 0; account < accounts; ++account)
            for (std::uint32_t asset = 0; asset < 3; ++asset)
                execute(operator_command(Deposit{AccountId{account}, AssetId{asset},
                                                 whole_units(asset == 0 ? 20'000 : 200)}));
    }

    void run(int commands) {
        for (int i = 0; i < commands; ++i) {
            execute(shard_ + 1 == shards ? cash() : order(i));
            while (venue_.continuation_pending())
                execute(operator_command(Continue{}));
        }
    }

    std::vector<Executed> history;
    std::uint64_t refused = 0;

private:
    void execute(const Command& command) {
        log::SerialPoint point{ring_, credit()};
        venue_.execute(command, outcome_, point);
        if (changed_nothing(outcome_)) {
            EXPECT_FALSE(point.reserved());
            ++refused;
            return;
        }
        if (!point.reserved()) point.reserve(1);
        history.push_back({point.reservation().lsn(), shard_, command, outcome_.events});
        point.reservation().payload()[0] = std::byte{1};
        point.reservation().commit(1, 1);
        ring_.notify();
    }

    log::LogRing::Credit credit() {
        for (;;) {
            if (auto credit = ring_.take_credit(log::RecordClass::ordinary))
                return std::move(*credit);
            std::this_thread::yield();
        }
    }

    Command cash() {
        const AccountId from{static_cast<std::uint32_t>(random_() % accounts)};
        const AccountId to{static_cast<std::uint32_t>(random_() % accounts)};
        const AssetId asset{static_cast<std::uint32_t>(random_() % 3)};
        const Int128 amount = whole_units(static_cast<std::int64_t>(1 + random_() % 400));
        switch (random_() % 3) {
            case 0:
                return operator_command(Deposit{from, asset, amount});
            case 1:
                return operator_command(Withdraw{from, asset, amount});
            default:
                return operator_command(Transfer{from, to, asset, amount});
        }
    }

    Command order(int i) {
        const auto account = static_cast<std::uint32_t>(random_() % accounts);
        const std::string id = "c" + std::to_string(i);
        if (random_() % 5 == 0)
            return cancel_of(account, "c" + std::to_string(random_() % (std::size_t(i) + 1)),
                             "x" + std::to_string(i));
        const Side side = random_() % 2 == 0 ? Side::buy : Side::sell;
        const auto price = static_cast<std::int64_t>(9'990 + random_() % 21);
        Command command = limit_order(account, shard_, side, price,
                                      static_cast<std::int64_t>(1 + random_() % 4), id);
        auto& order = std::get<NewOrder>(command.body);
        order.self_trade = SelfTrade::cancel_resting;
        const auto kind = random_() % 6;
        if (kind == 0) {  // goes on and on, with what is left on the account then
            order.type = OrderType::market;
            order.price.reset();
            order.time_in_force = TimeInForce::ioc;
            order.quantity = Quantity{12};
        } else if (kind == 1) {
            order.type = OrderType::stop;
            order.price.reset();
            order.stop_price = Price{price};
        } else if (kind == 2) {
            order.time_in_force = TimeInForce::fok;
        }
        return command;
    }

    Venue& venue_;
    std::uint8_t shard_;
    log::LogRing& ring_;
    std::mt19937_64 random_;
    Outcome outcome_;
};

/// Venues that live, over a log that forgets.
struct Live {
    Shards world;
    log::LogRing ring{{.bytes = std::size_t{1} << 20, .reserve_bytes = 0}, log::Lsn{1}};
    log::NullCarrier carrier;
    log::DurableLsn durable;
    log::LogDriver driver{ring, carrier, durable, log::LogId{}, log::Lsn{1}};
    std::vector<ShardWork> work;
    log::LogThread thread{driver};

    explicit Live(std::uint64_t seed) {
        for (std::uint8_t shard = 0; shard < shards; ++shard)
            work.emplace_back(*world.venues[shard], shard, ring, seed + shard);
        work.back().provide();
    }

    void run(int commands) {
        std::vector<std::thread> threads;
        for (ShardWork& one : work)
            threads.emplace_back([&one, commands] { one.run(commands); });
        for (std::thread& one : threads)
            one.join();
    }

    /// Of all shards, in the order of the log.
    std::vector<Executed> history() const {
        std::vector<Executed> all;
        for (const ShardWork& one : work)
            all.insert(all.end(), one.history.begin(), one.history.end());
        std::ranges::sort(all, {}, &Executed::lsn);
        return all;
    }
};

/// One after another in the order of the log, on venues of their own.
void expect_the_same_again(const Live& live) {
    Shards again;
    Outcome outcome;
    std::uint64_t expected = 1;
    for (const Executed& executed : live.history()) {
        ASSERT_EQ(number(executed.lsn), expected++) << "a number is missing";
        again.venues[executed.shard]->execute(executed.command, outcome);
        ASSERT_TRUE(outcome.events == executed.events)
            << "LSN " << number(executed.lsn) << " of shard " << int{executed.shard};
    }
    for (std::size_t shard = 0; shard < shards; ++shard)
        EXPECT_TRUE(live.world.venues[shard]->state_hash() == again.venues[shard]->state_hash())
            << shard;
}

std::uint64_t count(const std::vector<Executed>& all, auto&& wanted) {
    std::uint64_t found = 0;
    for (const Executed& executed : all)
        found += static_cast<std::uint64_t>(std::ranges::count_if(executed.events, wanted));
    return found;
}

TEST(SharedLedgerTest, ShardsThatShareAccountsAreSerialInTheOrderOfTheLog) {
    Live live{tests::test_seed()};
    live.run(4'000);
    for (const ShardWork& one : live.work)
        EXPECT_GT(one.refused, 0U);
    const std::vector<Executed> all = live.history();
    EXPECT_GT(count(all, [](const Event& event) { return event.kind == EventKind::filled; }), 100U);
    EXPECT_GT(count(all,
                    [](const Event& event) {
                        return event.kind == EventKind::cancelled &&
                               event.cancel_reason == CancelReason::funds;
                    }),
              0U)
        << "else no answer depended on what the others did";
    expect_the_same_again(live);
}

struct Look {
    log::Lsn lsn{};
    std::vector<Balance> balances;
};

/// Everybody's dollars, again and again until the others are done.
std::vector<Look> looks_at(Live& live, const std::atomic<bool>& done) {
    std::vector<Row> rows;
    for (std::uint32_t account = 0; account <= accounts; ++account)
        rows.push_back(live.world.ledger.row(AccountId{account}, AssetId{0}));
    Teller teller{live.world.ledger};
    std::vector<Look> looks;
    do {
        Look& look = looks.emplace_back();
        look.balances.resize(rows.size());
        look.lsn = teller.read_together(rows, look.balances, live.ring);
        std::this_thread::yield();
    } while (!done.load() && looks.size() < 20'000);
    return looks;
}

void expect_looks(const std::vector<Executed>& all, const std::vector<Look>& looks) {
    Shards again;
    Outcome outcome;
    std::size_t applied = 0;
    for (const Look& look : looks) {
        for (; applied < number(look.lsn); ++applied)
            again.venues[all[applied].shard]->execute(all[applied].command, outcome);
        for (std::uint32_t account = 0; account <= accounts; ++account)
            ASSERT_EQ(again.ledger.balance(AccountId{account}, AssetId{0}), look.balances[account])
                << "account " << account << " at LSN " << number(look.lsn);
    }
}

TEST(SharedLedgerTest, BalancesReadTogetherAreThoseOfTheLsnTheyName) {
    Live live{tests::test_seed()};
    std::atomic<bool> done{false};
    std::vector<Look> looks;
    std::thread onlooker{[&] { looks = looks_at(live, done); }};
    live.run(2'000);
    done.store(true);
    onlooker.join();
    EXPECT_FALSE(looks.empty());
    expect_looks(live.history(), looks);
}

TEST(SharedLedgerTest, WhatWasDepositedLessWithdrawalsIsThereAndNothingIsHeldForNobody) {
    Live live{tests::test_seed()};
    live.run(2'000);
    std::vector<Int128> paid_in(3);
    for (const Executed& executed : live.work.back().history) {
        if (const auto* in = std::get_if<Deposit>(&executed.command.body))
            paid_in.at(std::size_t(in->asset)) += in->amount;
        if (const auto* out = std::get_if<Withdraw>(&executed.command.body))
            paid_in.at(std::size_t(out->asset)) -= out->amount;
    }
    Outcome outcome;
    for (const auto& venue : live.world.venues) {
        venue->execute(operator_command(MassCancel{}), outcome);
        while (venue->continuation_pending())
            venue->execute(operator_command(Continue{}), outcome);
        EXPECT_EQ(venue->open_orders(), 0U);
    }
    std::vector<Int128> there(3);
    live.world.ledger.for_each([&](AccountId, AssetId asset, const Balance& balance) {
        there.at(std::size_t(asset)) += balance.total;
        EXPECT_TRUE(balance.held == 0);
    });
    EXPECT_TRUE(there == paid_in);
}

}  // namespace
}  // namespace tickweir::txn
