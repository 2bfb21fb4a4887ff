// A WebSocket to a server of loopback, both in one thread: connections that break.
#include "gateway/live/json/exchange_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <functional>

#include "tests/live/one_client.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

struct NoEvents final : ExchangeSocketEvents {
    void on_exchange_open(std::uint32_t) override {}
    void on_exchange_text(std::uint32_t, std::string_view) override {}
    void on_exchange_pong(std::uint32_t) override {}
};

bool until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!done())
        if (std::chrono::steady_clock::now() > deadline) return false;
    return true;
}

TEST(ExchangeSocket, LetsItsThreadSleepThoughItIsPausedAndBroken) {
    Reactor reactor;
    Resolver resolver{reactor.waker()};
    tests::OneClient server;
    NoEvents events;
    const ExchangeParts parts{.resolver = resolver, .reactor = reactor};
    ExchangeSocket socket{Endpoint{false, "127.0.0.1", server.port, "/"}, 0, 0, parts, events};
    socket.pause();
    ASSERT_TRUE(until([&] {  // its request is there
        reactor.poll();
        socket.turn();
        char byte = 0;
        return server.client() >= 0 && ::recv(server.client(), &byte, 1, MSG_PEEK) == 1;
    }));
    EXPECT_FALSE(reactor.poll());
    server.reset();
    ASSERT_TRUE(until([&] { return reactor.poll(); })) << "it is told once";
    EXPECT_FALSE(reactor.poll());
    EXPECT_FALSE(socket.ended());
    socket.resume();
    ASSERT_TRUE(until([&] {
        reactor.poll();
        socket.turn();
        return socket.ended();
    }));
    EXPECT_EQ(socket.why(), "the connection to 127.0.0.1 was lost");
}

}  // namespace
}  // namespace tickweir::gateway
