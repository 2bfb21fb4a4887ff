#include "bench/load/trading/session_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "bench/load/trading/clock.hpp"

namespace tickweir::bench {
namespace {

// One for all sockets of a thread: what is left of a message is the session's to keep.
constexpr std::size_t read_bytes = 256 * 1024;
// Who trades does not keep orders of seconds ago on their way: what has no room is not sent.
constexpr int send_buffer_bytes = 16 * 1024;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error{what + ": " + std::generic_category().message(errno)};
}

}  // namespace

gateway::Descriptor connect_socket(const FixAddress& address, const std::string& from) {
    gateway::Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!socket.open()) fail("socket");
    (void)::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes,
                       sizeof send_buffer_bytes);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    if (!from.empty() && (inet_pton(AF_INET, from.c_str(), &to.sin_addr) != 1 ||
                          ::bind(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0))
        fail("bind to " + from);
    to.sin_port = htons(address.port);
    if (inet_pton(AF_INET, address.host.c_str(), &to.sin_addr) != 1 ||
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        fail("connect to " + address.host + ":" + std::to_string(address.port));
    const int on = 1;
    (void)::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::fcntl(socket.get(), F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
    return socket;
}

SessionSocket::SessionSocket(gateway::Reactor& reactor, ClientSession& session,
                             OnMessage on_message)
    : reactor_{reactor}, session_{session}, on_message_{std::move(on_message)} {}

void SessionSocket::connect(const FixAddress& address, TimeNs now) {
    adopt(connect_socket(address), now);
}

void SessionSocket::adopt(gateway::Descriptor socket, TimeNs now) {
    close();
    socket_ = std::move(socket);
    reading_ = true;
    writing_ = false;
    if (!reactor_.add(socket_.get(), *this, {})) fail("epoll_ctl");
    session_.log_on(now);
    flush();
}

void SessionSocket::close() {
    if (!socket_.open()) return;
    reactor_.remove(socket_.get(), *this);
    socket_ = {};
    session_.end("closed");
}

void SessionSocket::watch(bool writable) {
    if (writing_ == writable) return;
    writing_ = writable;
    reactor_.change(socket_.get(), *this, {.readable = reading_, .writable = writing_});
}

void SessionSocket::set_reading(bool reading) {
    if (reading_ == reading || !socket_.open()) return;
    reading_ = reading;
    reactor_.change(socket_.get(), *this, {.readable = reading_, .writable = writing_});
}

void SessionSocket::flush() {
    // A full socket is not asked again before it says that there is room.
    if (!writing_) write();
}

void SessionSocket::write() {
    while (socket_.open()) {
        const std::string_view bytes = session_.output();
        if (bytes.empty()) return watch(false);
        const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            session_.drain(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            return watch(true);
        } else {
            // What the peer said before it went is still to be read; reading finds the end.
            return session_.drain(bytes.size());
        }
    }
}

std::size_t SessionSocket::unsent_bytes() const {
    int queued = 0;
    if (!socket_.open() || ::ioctl(socket_.get(), SIOCOUTQ, &queued) != 0) return 0;
    return session_.output().size() + static_cast<std::size_t>(queued);
}

void SessionSocket::on_ready(bool readable, bool writable) {
    if (writable) write();
    if (readable && reading_) read();
}

void SessionSocket::read() {
    // Aligned, for GNU ld ends a program's read-only part wrongly where thread-local bytes are not.
    alignas(std::max_align_t) static thread_local std::array<char, read_bytes> buffer;
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        session_.end("the connection ended");
        return close();
    }
    const TimeNs now = wall_now();
    session_.on_bytes({buffer.data(), static_cast<std::size_t>(got)}, now,
                      [&](const wire::Message& message) { on_message_(message, now); });
    flush();
    if (session_.state() == ClientState::ended) close();
}

}  // namespace tickweir::bench
