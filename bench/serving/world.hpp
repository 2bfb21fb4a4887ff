// The serving thread as the gateway has it, with a synthetic market in place of shards.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "bench/load/stream_clients.hpp"
#include "bench/serving/benches.hpp"
#include "bench/serving/figures.hpp"
#include "bench/serving/processes.hpp"
#include "bench/synthetic_market.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/api/hub_books.hpp"
#include "gateway/serve/api/market_api.hpp"
#include "gateway/serve/hub.hpp"
#include "gateway/serve/net/server.hpp"

namespace tickweir::bench {

class NoStatus final : public gateway::StatusSource {
public:
    gateway::GatewayStatus status(book::TimeNs) override { return {}; }
    std::string metrics_text(book::TimeNs) override { return {}; }
};

class World {
public:
    explicit World(std::size_t instruments)
        : market{instruments},
          hub{{.connections = 2'000}, market.store(), market.links(), nullptr},
          books{hub},
          api{{}, market.store(), books, status, gateway::AccessKeys{{}}, {}},
          server{options(), reactor, api, hub},
          port{server.listen("127.0.0.1", 0)} {}

    void turn() {
        const book::TimeNs now{std::chrono::nanoseconds{now_ns()}};
        market.answer_requests();
        hub.turn(now);
        for (auto& answer : hub.take_answers()) {
            gateway::HttpResponse response;
            response.body = std::move(answer.body);
            server.answer(answer.pending, std::move(response), now);
        }
        server.turn(now);
    }
    void poll_and_turn() {
        reactor.poll();
        turn();
    }
    /// As the gateway's thread sleeps.
    void wait_and_turn() {
        const auto a = hub.next_due();
        const auto b = server.next_due();
        std::int64_t until = now_ns() + 100'000'000;
        for (const auto& due : {a, b}) {
            if (due) until = std::min(until, due->time_since_epoch().count());
        }
        reactor.wait(std::max<std::int64_t>(until - now_ns(), 0),
                     [&] { return hub.has_work() || server.has_work(); });
        turn();
    }
    void send_all() {
        while (unsent() > 0)
            poll_and_turn();
    }
    /// Turns until the clients have what they asked for.
    void await_ready(const StreamTotals& totals, std::size_t clients, Child& child) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (totals.ready.load() < clients) {
            if (std::chrono::steady_clock::now() > give_up) {
                throw std::runtime_error{"the clients were not ready within a minute"};
            }
            if (child.ended()) throw std::runtime_error{"the clients ended early"};
            poll_and_turn();
        }
        send_all();
    }

    std::uint64_t unsent() const { return hub.counts().frame_bytes - server.counts().frame_bytes; }

    gateway::Reactor reactor;
    SyntheticMarket market;
    gateway::Hub hub;
    gateway::HubBooks books;
    NoStatus status;
    gateway::MarketApi api;
    gateway::Server server;
    std::uint16_t port;

private:
    static gateway::ServerOptions options() {
        gateway::ServerOptions options;
        options.limits.connections = 2'000;
        options.limits.connections_per_address = 2'000;
        options.limits.send_buffer_bytes = send_buffer_bytes;
        options.limits.requests_per_second = 100'000;
        return options;
    }
};

}  // namespace tickweir::bench
