#include "gateway/live/tcp_connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace tickweir::gateway {
namespace {

constexpr std::string_view scheme = "tcp://";

TcpConnection::Moved moved(ssize_t result) {
    using Io = TcpConnection::Io;
    if (result > 0) return {Io::done, static_cast<std::size_t>(result), 0};
    if (result == 0) return {Io::closed, 0, 0};
    if (errno == EAGAIN || errno == EINTR) return {Io::blocked, 0, 0};
    return {Io::failed, 0, errno};
}

}  // namespace

replay::Result<UdpAddress> parse_tcp_address(std::string_view text) {
    if (!text.starts_with(scheme))
        return "'" + std::string{text} + "' is not of the form tcp://ADDR:PORT";
    // The rest is spelled as everywhere.
    const std::string_view end = text.substr(scheme.size());
    auto address = parse_udp_address("udp://" + std::string{end});
    if (address) return *address;
    std::string why = address.error();
    for (std::size_t at = why.find("udp://"); at != std::string::npos; at = why.find("udp://", at))
        why.replace(at, scheme.size(), scheme);
    return why;
}

std::string tcp_url(const UdpAddress& address) {
    return std::string{scheme} + to_string(address);
}

replay::Result<TcpConnection> TcpConnection::begin(const UdpAddress& to) {
    const auto failed = [&](const char* what) {
        return tcp_url(to) + ": " + what + ": " +
               std::error_code{errno, std::generic_category()}.message();
    };
    Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket.open()) return failed("cannot make a socket");
    const int one = 1;
    if (::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0)
        return failed("cannot send without delay");
    const sockaddr_in address = to_sockaddr(to);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS)
        return failed("cannot connect");
    return TcpConnection{std::move(socket)};
}

int TcpConnection::outcome() const {
    int error = 0;
    socklen_t length = sizeof error;
    return ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

TcpConnection::Moved TcpConnection::receive(std::span<std::byte> room) {
    return moved(::recv(fd(), room.data(), room.size(), 0));
}

TcpConnection::Moved TcpConnection::send(codecs::Bytes bytes) {
    return moved(::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

}  // namespace tickweir::gateway
