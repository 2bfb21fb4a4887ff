#include "gateway/live/json/dial.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace tickweir::gateway {
namespace {

std::string text_of(int error) {
    return std::error_code{error, std::generic_category()}.message();
}

}  // namespace

Dial::Dial(const Endpoint& to, std::uint64_t attempt, Resolver& resolver, Reactor& reactor)
    : where_{to.host + ':' + std::to_string(to.port)},
      attempt_{attempt},
      resolver_{resolver},
      reactor_{reactor},
      lookup_{resolver.begin(to.host, to.port)} {}

Dial::~Dial() {
    if (!addresses_) resolver_.forget(lookup_);
    close();
}

void Dial::close() {
    if (std::exchange(watched_, false)) reactor_.remove(socket_.get(), *this);
    socket_ = Descriptor{};
}

Dial::State Dial::turn() {
    if (state_ != State::under_way) return state_;
    if (!addresses_)
        state_ = look();
    else if (std::exchange(ready_, false))
        state_ = judge();
    return state_;
}

Dial::State Dial::look() {
    addresses_ = resolver_.take(lookup_);
    if (!addresses_) return State::under_way;
    if (addresses_->addresses.empty()) {
        error_ = addresses_->error;
        return State::failed;
    }
    return try_next();
}

Dial::State Dial::try_next() {
    const auto& addresses = addresses_->addresses;
    while (tried_ < addresses.size()) {
        const SocketAddress& address = addresses[(attempt_ + tried_++) % addresses.size()];
        close();
        socket_ = Descriptor{
            ::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
        const int one = 1;
        const bool made = socket_.open() && ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY,
                                                         &one, sizeof one) == 0;
        if (made && (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address.bytes),
                               address.size) == 0 ||
                     errno == EINPROGRESS)) {
            watched_ = reactor_.add(socket_.get(), *this, {.readable = false, .writable = true});
            if (watched_) return State::under_way;
        }
        error_ = "cannot connect to " + where_ + ": " + text_of(errno);
    }
    close();
    return State::failed;
}

Dial::State Dial::judge() {
    int error = 0;
    socklen_t length = sizeof error;
    if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
    if (error == 0) return State::connected;
    error_ = "cannot connect to " + where_ + ": " + text_of(error);
    return try_next();
}

Descriptor Dial::take() {
    if (std::exchange(watched_, false)) reactor_.remove(socket_.get(), *this);
    return std::move(socket_);
}

}  // namespace tickweir::gateway
