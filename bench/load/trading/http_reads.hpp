// HTTP requests among a reactor's other work: some connections that stay open, each with requests
// on their way in their order. For loads and the checks after them, against a gateway on loopback.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/trading/session_socket.hpp"

namespace tickweir::bench {

class HttpReads {
public:
    /// Status 0: the connection ended before the answer.
    using OnAnswer = std::function<void(unsigned status, std::string_view body)>;

    /// Connects them all; throws std::runtime_error. The reactor must outlive it.
    HttpReads(gateway::Reactor& reactor, const FixAddress& address, std::size_t connections);
    HttpReads(const HttpReads&) = delete;
    HttpReads& operator=(const HttpReads&) = delete;
    ~HttpReads();

    /// Sends `GET target`, with the key where there is one, on the next connection in turn.
    void ask(std::string_view target, std::string_view key, OnAnswer on_answer);
    std::size_t waiting() const { return waiting_; }

private:
    class Connection;
    gateway::Reactor& reactor_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::size_t turn_ = 0;
    std::size_t waiting_ = 0;
};

}  // namespace tickweir::bench
