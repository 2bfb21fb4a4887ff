// A server, its hub and raw clients in one thread: the test turns the server and reads the clients
// until what it waits for is there. Time is a number that tests move.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/hub.hpp"
#include "gateway/serve/net/server.hpp"
#include "store/market_store.hpp"
#include "tests/serve/net/raw_client.hpp"

namespace tickweir::gateway::tests {

using namespace std::chrono_literals;

/// Answers a handful of targets, each in one of the ways the transport has to cope with.
class ScriptedApi final : public Api {
public:
    std::optional<HttpResponse> handle(const HttpRequest& request, PendingAnswer pending,
                                       book::TimeNs now) override;
    std::optional<HttpResponse> authorize(const HttpRequest& request) override;

    std::vector<PendingAnswer> pending;  ///< asked for with /later
    std::vector<std::string> targets;    ///< of all requests
    bool closed_market = false;          ///< refuse upgrades with 401
};

class ServerTest : public testing::Test {
protected:
    /// With what the test has changed in `options` and `hub_limits`.
    void start();

    RawClient connect() { return RawClient{port}; }
    /// A client behind its handshake.
    RawClient connect_stream();

    /// One round of the hub and the server, as a thread does it.
    void turn();
    void turns(int count);
    /// Turns, and lets the clients read, until it holds; false when it does not come true.
    bool until(const std::function<bool()>& holds);

    /// Waits for the next HTTP answer of a client; empty when none comes.
    HttpAnswer answer_of(RawClient& client, bool head = false);
    HttpAnswer ask(RawClient& client, std::string_view target);
    /// Waits for the next frame.
    std::optional<WsFrame> frame_of(RawClient& client);
    bool gone(RawClient& client);

    std::uint64_t ended(ConnectionEnd end) const {
        return server->counts().ended[static_cast<std::size_t>(end)];
    }

    ServerOptions options;
    HubLimits hub_limits;
    book::TimeNs now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};
    Reactor reactor;
    ScriptedApi api;
    store::MarketStore store{{.instruments = 16, .active_instruments = 4}, nullptr, nullptr};
    std::unique_ptr<Hub> hub;
    std::unique_ptr<Server> server;
    std::uint16_t port = 0;
};

}  // namespace tickweir::gateway::tests
