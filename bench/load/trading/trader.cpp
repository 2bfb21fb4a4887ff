#include "bench/load/trading/trader.hpp"

#include <algorithm>
#include <stdexcept>

namespace tickweir::bench {
namespace {

constexpr std::int64_t look_ns = 10'000'000;
constexpr std::chrono::seconds one_try{2};
constexpr std::chrono::milliseconds between_tries{200};

template <class Done>
bool run_until(gateway::Reactor& reactor, std::chrono::nanoseconds patience, Done&& done) {
    const TimeNs deadline = wall_now() + patience;
    while (!done()) {
        if (wall_now() > deadline) return false;
        (void)reactor.wait(look_ns, [] { return false; });
    }
    return true;
}

}  // namespace

void insist(gateway::Reactor& reactor, Trader& trader, const FixAddress& address,
            std::chrono::seconds patience) {
    const TimeNs deadline = wall_now() + patience;
    for (;;) {
        trader.socket.connect(address, wall_now());
        (void)run_until(reactor, one_try, [&] {
            return trader.session.logged_on() || trader.session.state() == ClientState::ended;
        });
        if (trader.session.logged_on()) return;
        if (wall_now() > deadline)
            throw std::runtime_error{trader.session.comp_id() +
                                     " could not log on: " + std::string{trader.session.ending()}};
        trader.socket.close();
        (void)run_until(reactor, between_tries, [] { return false; });
    }
}

void await_logons(gateway::Reactor& reactor, const std::vector<std::unique_ptr<Trader>>& traders,
                  std::chrono::seconds patience) {
    const bool all = run_until(reactor, patience, [&] {
        for (const auto& trader : traders) {
            if (trader->session.state() == ClientState::ended)
                throw std::runtime_error{trader->session.comp_id() + " could not log on: " +
                                         std::string{trader->session.ending()}};
        }
        return std::ranges::all_of(traders,
                                   [](const auto& one) { return one->session.logged_on(); });
    });
    if (!all) throw std::runtime_error{"not all sessions were logged on in time"};
}

void log_out(gateway::Reactor& reactor, const std::vector<std::unique_ptr<Trader>>& traders,
             std::chrono::seconds patience) {
    for (const auto& trader : traders) {
        trader->session.log_out(wall_now());
        trader->socket.flush();
    }
    (void)run_until(reactor, patience, [&] {
        return std::ranges::none_of(traders,
                                    [](const auto& one) { return one->socket.connected(); });
    });
}

}  // namespace tickweir::bench
