#include "bench/load/http_load.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <deque>
#include <stdexcept>
#include <string_view>

#include "bench/load/stream_clients.hpp"

namespace tickweir::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
    int fd = -1;
    std::deque<Clock::time_point> due;  // of the requests sent and not answered
    std::string received;
};

/// Bytes of the whole answer that `text` begins with; 0: not whole.
std::size_t answer_bytes(std::string_view text) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const std::size_t at = text.find("Content-Length: ");
    if (at > end) throw std::runtime_error{"an answer without Content-Length"};
    const std::size_t bytes = end + 4 + std::stoul(std::string{text.substr(at + 16, 12)});
    return text.size() < bytes ? 0 : bytes;
}

void send_request(Connection& connection, const std::string& target, Clock::time_point due) {
    const std::string text = "GET " + target + " HTTP/1.1\r\nHost: bench\r\n\r\n";
    if (::send(connection.fd, text.data(), text.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(text.size())) {
        throw std::runtime_error{"a request could not be sent"};
    }
    connection.due.push_back(due);
}

void take_answers(Connection& connection, HttpLoadResult& result) {
    std::array<char, 65'536> buffer;
    const ssize_t got = ::recv(connection.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) throw std::runtime_error{"the server closed a connection"};
    connection.received.append(buffer.data(), static_cast<std::size_t>(got));
    const Clock::time_point now = Clock::now();
    while (const std::size_t bytes = answer_bytes(connection.received)) {
        if (!connection.received.starts_with("HTTP/1.1 200 ")) ++result.failed;
        result.latencies_ns.push_back((now - connection.due.front()).count());
        connection.due.pop_front();
        connection.received.erase(0, bytes);
    }
}

}  // namespace

HttpLoadResult run_http_load(const HttpLoad& load) {
    std::vector<Connection> connections(load.connections);
    std::vector<pollfd> polled;
    for (Connection& connection : connections) {
        connection.fd = connect_to(load.address, load.port);
        polled.push_back({connection.fd, POLLIN, 0});
    }
    HttpLoadResult result;
    const auto total = static_cast<std::size_t>(load.per_second * load.seconds);
    const std::chrono::nanoseconds interval{1'000'000'000 / load.per_second};
    const Clock::time_point begin = Clock::now();
    std::size_t sent = 0;
    while (result.latencies_ns.size() < total) {
        while (sent < total && Clock::now() >= begin + interval * sent) {
            send_request(connections[sent % connections.size()],
                         load.targets[sent % load.targets.size()], begin + interval * sent);
            ++sent;
        }
        // Without a sleep: a timer that fires late would count as the server's.
        if (::poll(polled.data(), polled.size(), 0) <= 0) continue;
        for (std::size_t i = 0; i < polled.size(); ++i) {
            if (polled[i].revents != 0) take_answers(connections[i], result);
        }
    }
    for (const Connection& connection : connections)
        ::close(connection.fd);
    std::ranges::sort(result.latencies_ns);
    return result;
}

}  // namespace tickweir::bench
