#include "gateway/serve/net/listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace tickweir::gateway {
namespace {

constexpr std::chrono::milliseconds pause{100};

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

std::optional<SocketAddress> parse(const std::string& text, std::uint16_t port) {
    SocketAddress address;
    if (sockaddr_in v4{}; inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&address.storage, &v4, sizeof v4);
        address.length = sizeof v4;
        return address;
    }
    if (sockaddr_in6 v6{}; inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&address.storage, &v6, sizeof v6);
        address.length = sizeof v6;
        return address;
    }
    return std::nullopt;
}

[[noreturn]] void fail(const std::string& address, std::uint16_t port, const std::string& why) {
    throw std::runtime_error{"cannot listen on " + address + " port " + std::to_string(port) +
                             ": " + why};
}

const sockaddr* generic(const sockaddr_storage& storage) {
    return reinterpret_cast<const sockaddr*>(&storage);
}

sockaddr* generic(sockaddr_storage& storage) {
    return reinterpret_cast<sockaddr*>(&storage);
}

std::uint16_t bound_port(int fd) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (::getsockname(fd, generic(storage), &length) != 0) return 0;
    std::uint16_t port = 0;  // at the same place in both families
    static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
    const auto* const bytes = reinterpret_cast<const std::byte*>(&storage);
    std::memcpy(&port, bytes + offsetof(sockaddr_in, sin_port), sizeof port);
    return ntohs(port);
}

}  // namespace

Listener::Listener(Reactor& reactor, const std::string& address, std::uint16_t port, int backlog)
    : reactor_{reactor} {
    const std::optional<SocketAddress> where = parse(address, port);
    if (!where) fail(address, port, "not a numeric IPv4 or IPv6 address");
    const auto check = [&](bool good) {
        if (!good) fail(address, port, std::generic_category().message(errno));
    };
    socket_ = Descriptor{
        ::socket(where->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    check(socket_.open());
    const int on = 1;
    check(::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    check(::bind(socket_.get(), generic(where->storage), where->length) == 0);
    check(::listen(socket_.get(), backlog) == 0);
    port_ = bound_port(socket_.get());
    check(reactor_.add(socket_.get(), *this, {}));
}

Listener::~Listener() {
    reactor_.remove(socket_.get(), *this);
}

void Listener::on_ready(bool readable, bool /*writable*/) {
    if (readable) ready_ = true;
}

std::optional<Listener::Accepted> Listener::accept(book::TimeNs now) {
    for (;;) {
        sockaddr_storage from{};
        socklen_t length = sizeof from;
        const int fd =
            ::accept4(socket_.get(), generic(from), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) return Accepted{Descriptor{fd}, peer_address(from)};
        // Errors of the connection that was to be accepted (accept(2)): the next one may be good.
        if (errno == ECONNABORTED || errno == EINTR || errno == EPROTO) continue;
        ready_ = false;
        if (errno != EAGAIN) {
            ++pauses_;
            resume_at_ = now + pause;
            reactor_.change(socket_.get(), *this, {.readable = false, .writable = false});
        }
        return std::nullopt;
    }
}

void Listener::resume() {
    resume_at_.reset();
    reactor_.change(socket_.get(), *this, {});
}

}  // namespace tickweir::gateway
