#include "bench/load/trading/mode_watch.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "bench/load/stream_clients.hpp"
#include "bench/load/trading/clock.hpp"

namespace tickweir::bench {
namespace {

constexpr std::string_view mark = "\"mode\":\"L";

}  // namespace

ModeWatch::ModeWatch(gateway::Reactor& reactor, const FixAddress& http)
    : reactor_{reactor}, socket_{connect_socket(http)} {
    const std::string request =
        "GET /v1/stream HTTP/1.1\r\nHost: load\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
        client_frame(R"({"op":"subscribe","id":1,"channel":"status","symbols":["*"]})");
    const ssize_t sent = ::send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request.size()) || !reactor_.add(socket_.get(), *this, {}))
        throw std::runtime_error{"the status channel cannot be subscribed to"};
}

ModeWatch::~ModeWatch() {
    if (socket_.open()) reactor_.remove(socket_.get(), *this);
}

void ModeWatch::on_ready(bool readable, bool) {
    if (!readable) return;
    std::array<char, 64 * 1024> buffer;
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        reactor_.remove(socket_.get(), *this);
        socket_ = {};
        return;
    }
    tail_.append(buffer.data(), static_cast<std::size_t>(got));
    scan(wall_now());
}

void ModeWatch::scan(TimeNs now) {
    std::size_t at = 0;
    while ((at = tail_.find(mark, at)) != tail_.npos && at + mark.size() < tail_.size()) {
        at += mark.size();
        const int mode = tail_[at] - '0';
        if (mode < 0 || mode > 5 || (!changes_.empty() && changes_.back().mode == mode)) continue;
        changes_.push_back({now, mode});
    }
    tail_.erase(0, tail_.size() - std::min(tail_.size(), mark.size()));
}

}  // namespace tickweir::bench
