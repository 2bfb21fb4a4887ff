// A configured venue over the fault file system, opened as the gateway opens it and turned by hand.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gateway/config/parse_config.hpp"
#include "gateway/venue/open_venue.hpp"
#include "gateway/venue/venue_role.hpp"
#include "tests/support/fault_files.hpp"

namespace tickweir::tests {

inline gateway::Config venue_config(const std::string& more = "") {
    const auto parsed = gateway::parse_config(R"(
[log]
wal_segment_bytes = 1048576
wal_batch_bytes = 131072
wal_ring_bytes = 1048576
wal_ring_reserve_bytes = 131072
wal_spare_segments = 5
[venue]
data = "data"
day_end = "17:00"
orders_max = 1000
balances_max = 1000
positions_max = 1000
client_ids_max = 1000
trades_max = 1000
[accounts.A]
balances = { USD = 1000, X = 50 }
[accounts.B]
balances = { USD = 2000 }
[sessions.S]
accounts = ["A", "B"]
[instruments.X]
)" + more,
                                              "t");
    for (const gateway::ConfigError& error : parsed.errors)
        ADD_FAILURE() << to_string(error);
    return parsed.config ? *parsed.config : gateway::Config{};
}

inline constexpr book::TimeNs noon =
    std::chrono::sys_days{std::chrono::year{2024} / 6 / 1} + std::chrono::hours{12};

/// One life of the venue.
struct VenueLife {
    VenueLife(FaultFiles& files, const gateway::Config& config, book::TimeNs begin = noon,
              const gateway::VenueParts& parts = {},
              std::unique_ptr<gateway::ReportsAgain> again = nullptr)
        : now{begin},
          opened{
              gateway::open_venue(files, config, gateway::plan_venue(files, config), nullptr, {})},
          role{parts} {
        if (opened.engine == nullptr) return;
        auto zone = replay::TimeZone::load("UTC");
        role.hand_over({opened.engine.get(),
                        gateway::VenueClock{*std::move(zone), std::chrono::hours{17},
                                            std::chrono::milliseconds{100},
                                            gateway::read_day_end(files, config.venue.data), now},
                        gateway::missing_balances(config, opened.engine->ledger(),
                                                  opened.engine->state().settings()),
                        std::move(again)});
    }

    /// Turns role and log until nothing is left to do.
    void settle() {
        for (int i = 0; i < 100; ++i) {
            bool worked = role.turn(now);
            worked |= opened.engine->turn_log(now);
            worked |= role.has_work();
            if (!worked) return;
        }
        ADD_FAILURE() << "the venue never comes to rest";
    }
    const txn::Venue& venue() const { return opened.engine->shard(0).venue(); }
    txn::log::Lsn last() const { return opened.engine->shard(0).last(); }

    book::TimeNs now;
    gateway::OpenedVenue opened;
    gateway::VenueRole role;
};

inline txn::Command limit_order(const char* id, std::int64_t price, std::int64_t quantity,
                                book::TimeNs now) {
    txn::NewOrder order;
    order.client_id = txn::ClientOrderId{id};
    order.account = txn::AccountId{2};  // B
    order.price = txn::Price{price};
    order.quantity = txn::Quantity{quantity};
    txn::Command command;
    command.envelope.session = txn::SessionId{1};
    command.envelope.time = command.envelope.arrived = now;
    command.body = order;
    return command;
}

}  // namespace tickweir::tests
