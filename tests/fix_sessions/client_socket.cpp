#include "tests/fix_sessions/client_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace tickweir::tests::fix_sessions {

ClientSocket::ClientSocket(std::uint16_t port)
    : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd_);
        fd_ = -1;
        return;
    }
    const int on = 1;
    static_cast<void>(::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
}

ClientSocket::~ClientSocket() {
    if (fd_ >= 0) ::close(fd_);
}

bool ClientSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void ClientSocket::finish() {
    static_cast<void>(::shutdown(fd_, SHUT_WR));
}

ClientSocket::Read ClientSocket::read(std::string& buffer,
                                      std::chrono::steady_clock::time_point deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd watched{fd_, POLLIN, 0};
    const int ready =
        ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready == 0) return Read::late;
    std::array<char, 65'536> bytes;
    const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) return Read::some;
    // A reset ends a connection as well as a goodbye does.
    if (got <= 0) return Read::ended;
    buffer.append(bytes.data(), static_cast<std::size_t>(got));
    return Read::some;
}

}  // namespace tickweir::tests::fix_sessions
