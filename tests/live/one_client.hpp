// A server of loopback for one client, without a thread: it does what a test tells it to.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

#include "gateway/serve/net/descriptor.hpp"

namespace tickweir::tests {

class OneClient {
public:
    OneClient() : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* const plain = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_.get(), plain, length), 0);
        EXPECT_EQ(::listen(listener_.get(), 1), 0);
        EXPECT_EQ(::getsockname(listener_.get(), plain, &length), 0);
        port = ntohs(address.sin_port);
    }

    /// The client's socket, once it has come; not open before.
    int client() {
        if (!client_.open())
            client_ = gateway::Descriptor{
                ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        return client_.get();
    }

    /// Resets the client's connection.
    void reset() {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        EXPECT_EQ(::setsockopt(client(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
        client_ = gateway::Descriptor{};
    }

    std::uint16_t port = 0;

private:
    gateway::Descriptor listener_;
    gateway::Descriptor client_;
};

}  // namespace tickweir::tests
