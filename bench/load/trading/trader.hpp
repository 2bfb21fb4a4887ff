// One session of a load: its machine, its orders and its socket as one thing, and a list of those
// that have something to write.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/load/trading/clock.hpp"
#include "bench/load/trading/own_orders.hpp"
#include "bench/load/trading/session_socket.hpp"

namespace tickweir::bench {

class Trader {
public:
    using OnOutcome = std::function<void(const Outcome&, TimeNs now)>;

    Trader(gateway::Reactor& reactor, ClientSettings settings, std::string run,
           std::span<const TradedInstrument> instruments, std::size_t orders_max,
           OnOutcome on_outcome)
        : session{std::move(settings)},
          orders{std::move(run), instruments, orders_max},
          socket{reactor, session,
                 [this](const wire::Message& message, TimeNs now) { take(message, now); }},
          on_outcome_{std::move(on_outcome)} {}

    ClientSession session;
    OwnOrders orders;
    SessionSocket socket;

private:
    void take(const wire::Message& message, TimeNs now) {
        const Outcomes outcomes = orders.on_message(message);
        for (const Outcome& outcome : outcomes.all())
            on_outcome_(outcome, now);
    }

    OnOutcome on_outcome_;
};

/// Connects and logs on, again and again while it is turned away, as by a venue that is not open
/// yet. Throws std::runtime_error with what it was told last when `patience` is over.
void insist(gateway::Reactor& reactor, Trader& trader, const FixAddress& address,
            std::chrono::seconds patience);

/// Runs the reactor until all of them are logged on. Throws std::runtime_error with the first
/// ending, or when `patience` is over.
void await_logons(gateway::Reactor& reactor, const std::vector<std::unique_ptr<Trader>>& traders,
                  std::chrono::seconds patience);

/// Logs all of them out and waits for that, at most so long.
void log_out(gateway::Reactor& reactor, const std::vector<std::unique_ptr<Trader>>& traders,
             std::chrono::seconds patience);

}  // namespace tickweir::bench
