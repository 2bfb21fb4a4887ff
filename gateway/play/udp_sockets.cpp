#include "gateway/play/udp_sockets.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace tickweir::gateway {
namespace {

constexpr int request_buffer_bytes = 1024 * 1024;
constexpr int stream_backlog = 128;

std::string last_error() {
    return std::generic_category().message(errno);
}

template <class Option>
bool set(const Descriptor& socket, int level, int name, const Option& value) {
    return ::setsockopt(socket.get(), level, name, &value, sizeof value) == 0;
}

/// Binds and, where asked, listens.
replay::Result<BoundSocket> bound(Descriptor socket, const UdpAddress& address, bool listen) {
    const sockaddr_in wanted = to_sockaddr(address);
    sockaddr_in got{};
    socklen_t length = sizeof got;
    if (!socket.open() ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&wanted), sizeof wanted) != 0 ||
        (listen && ::listen(socket.get(), stream_backlog) != 0) ||
        ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&got), &length) != 0)
        return "cannot bind " + to_string(address) + ": " + last_error();
    return BoundSocket{std::move(socket), from_sockaddr(got)};
}

}  // namespace

replay::Result<Descriptor> open_line_socket(const LineSocketOptions& options) {
    Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    const std::string what = "cannot send to " + udp_url(options.to);
    if (!socket.open()) return what + ": " + last_error();
    // Less than was asked for costs waiting, never a packet.
    set(socket, SOL_SOCKET, SO_SNDBUF, options.send_buffer_bytes);
    if (options.to.is_multicast()) {
        const in_addr interface = to_sockaddr({options.interface, 0}).sin_addr;
        if (!set(socket, IPPROTO_IP, IP_MULTICAST_IF, interface))
            return what + " by interface " + to_string(options.interface) + ": " + last_error();
        const int ttl = options.ttl;
        const int loop = 1;
        if (!set(socket, IPPROTO_IP, IP_MULTICAST_TTL, ttl) ||
            !set(socket, IPPROTO_IP, IP_MULTICAST_LOOP, loop))
            return what + ": " + last_error();
    }
    return socket;
}

replay::Result<BoundSocket> open_request_socket(const UdpAddress& address) {
    Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (socket.open()) {
        set(socket, SOL_SOCKET, SO_RCVBUF, request_buffer_bytes);
        set(socket, SOL_SOCKET, SO_SNDBUF, request_buffer_bytes);
    }
    return bound(std::move(socket), address, false);
}

replay::Result<BoundSocket> open_stream_listener(const UdpAddress& address) {
    Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    const int on = 1;
    if (socket.open()) set(socket, SOL_SOCKET, SO_REUSEADDR, on);
    return bound(std::move(socket), address, true);
}

}  // namespace tickweir::gateway
