#include "gateway/play/soup_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace tickweir::gateway {
namespace {

/// Where the process is out of descriptors or memory, nothing is accepted for so long.
constexpr std::chrono::milliseconds accept_pause{100};
/// What one client gets before the next one has its turn.
constexpr std::size_t turn_bytes_max = 64 * 1024;
/// How long a client that was told everything may take to close. Closing first, with bytes of its
/// own unread, would make the kernel throw away what it has not read yet.
constexpr std::chrono::milliseconds close_wait{500};

}  // namespace

/// One connection.
class SoupServer::Client final : public ReadyHandler {
public:
    Client(Reactor& reactor, Descriptor socket, const SoupAccess& access, book::TimeNs now)
        : session_{access, now}, reactor_{reactor}, socket_{std::move(socket)} {
        registered_ = reactor_.add(socket_.get(), *this, {});
        broken_ = !registered_;
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() {
        if (registered_) reactor_.remove(socket_.get(), *this);
    }

    void on_ready(bool readable, bool writable) override {
        readable_ |= readable;
        if (writable) unblock();
    }

    bool turn(const PublishedSession& published, book::TimeNs now) {
        bool worked = readable_ && receive(published, now);
        if (close_by_) {
            broken_ |= now >= *close_by_;
            return worked;
        }
        session_.on_tick(now);
        if (!blocked_ && !broken_) worked |= send(published, now);
        if (session_.finished()) leave(now);
        return worked;
    }

    /// Whether the socket can be closed.
    bool over() const { return broken_; }
    /// Whether something is still to be sent, or what was sent to be read.
    bool busy() const { return !broken_ && (close_by_ || session_.live()); }
    std::optional<book::TimeNs> next_due() const {
        return close_by_ ? close_by_ : session_.next_due();
    }
    const SoupSession& session() const { return session_; }

private:
    void leave(book::TimeNs now) {
        if (session_.end() == SoupEnd::fault || session_.end() == SoupEnd::behind ||
            ::shutdown(socket_.get(), SHUT_WR) != 0) {
            broken_ = true;
            return;
        }
        close_by_ = now + close_wait;
    }

    bool receive(const PublishedSession& published, book::TimeNs now) {
        const ssize_t got =
            ::recv(socket_.get(), input_.data() + input_bytes_, input_.size() - input_bytes_, 0);
        if (got < 0) {
            readable_ = errno == EINTR;
            broken_ |= errno != EAGAIN && errno != EINTR;
            return broken_;
        }
        if (got == 0) {
            broken_ = true;
            return true;
        }
        if (close_by_) return true;
        input_bytes_ += static_cast<std::size_t>(got);
        const std::size_t done =
            session_.on_bytes(codecs::Bytes{input_}.first(input_bytes_), published, now);
        std::copy(input_.begin() + static_cast<std::ptrdiff_t>(done),
                  input_.begin() + static_cast<std::ptrdiff_t>(input_bytes_), input_.begin());
        input_bytes_ -= done;
        return true;
    }

    bool send(const PublishedSession& published, book::TimeNs now) {
        bool worked = false;
        for (std::size_t sent = 0; sent < turn_bytes_max && !broken_;) {
            worked |= session_.fill(published, now);
            const codecs::Bytes output = session_.pending_output();
            if (output.empty()) break;
            const ssize_t wrote =
                ::send(socket_.get(), output.data(), output.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (wrote < 0) {
                if (errno == EINTR) continue;
                if (errno == EAGAIN)
                    block();
                else
                    broken_ = true;
                break;
            }
            worked = true;
            sent += static_cast<std::size_t>(wrote);
            session_.drained(static_cast<std::size_t>(wrote));
        }
        return worked;
    }

    void block() {
        blocked_ = true;
        reactor_.change(socket_.get(), *this, {.readable = true, .writable = true});
    }
    void unblock() {
        blocked_ = false;
        reactor_.change(socket_.get(), *this, {});
    }

    SoupSession session_;
    Reactor& reactor_;
    Descriptor socket_;
    // More than the longest packet that is taken, so that there is always room to receive.
    std::array<std::byte, 2048> input_{};
    std::size_t input_bytes_ = 0;
    bool registered_ = false;
    bool readable_ = false;
    bool blocked_ = false;                  // until the socket is writable
    bool broken_ = false;                   // to be closed
    std::optional<book::TimeNs> close_by_;  // the client's turn to close; it gets nothing more
};

SoupServer::SoupServer(Reactor& reactor, BoundSocket listener, SoupAccess access)
    : reactor_{reactor}, listener_{std::move(listener)}, access_{std::move(access)} {
    if (!reactor_.add(listener_.socket.get(), *this, {}))
        throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
}

SoupServer::~SoupServer() {
    reactor_.remove(listener_.socket.get(), *this);
}

void SoupServer::on_ready(bool readable, bool) {
    acceptable_ |= readable;
}

bool SoupServer::turn(const PublishedSession& session, book::TimeNs now) {
    bool worked = accept(now);
    for (const auto& client : clients_)
        worked |= client->turn(session, now);
    std::erase_if(clients_, [this](const std::unique_ptr<Client>& client) {
        if (!client->over()) return false;
        note_end(*client);
        return true;
    });
    return worked;
}

std::optional<book::TimeNs> SoupServer::next_due() const {
    std::optional<book::TimeNs> due = paused_until_;
    for (const auto& client : clients_) {
        const auto next = client->next_due();
        if (next && (!due || *next < *due)) due = next;
    }
    return due;
}

bool SoupServer::busy() const {
    return std::ranges::any_of(
        clients_, [](const std::unique_ptr<Client>& client) { return client->busy(); });
}

void SoupServer::end_session() {
    std::erase_if(clients_, [this](const std::unique_ptr<Client>& client) {
        if (client->session().awaiting_login()) return false;
        note_end(*client);
        return true;
    });
}

bool SoupServer::accept(book::TimeNs now) {
    if (paused_until_ && now >= *paused_until_) {
        paused_until_.reset();
        reactor_.change(listener_.socket.get(), *this, {});
    }
    if (!acceptable_) return false;
    const int fd =
        ::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        take(Descriptor{fd}, now);
        return true;
    }
    // Errors of the connection that was to be accepted (accept(2)): the next one may be good.
    if (errno == ECONNABORTED || errno == EINTR || errno == EPROTO) return true;
    acceptable_ = false;
    if (errno != EAGAIN) {
        paused_until_ = now + accept_pause;
        reactor_.change(listener_.socket.get(), *this, {.readable = false, .writable = false});
    }
    return false;
}

void SoupServer::take(Descriptor socket, book::TimeNs now) {
    if (clients_.size() >= clients_max) {
        ++counts_.refused;
        return;
    }
    ++counts_.connections;
    // Messages go out as they come; what belongs together is written together.
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    clients_.push_back(std::make_unique<Client>(reactor_, std::move(socket), access_, now));
}

void SoupServer::note_end(const Client& client) {
    counts_.messages += client.session().messages_sent();
    switch (client.session().end()) {
        case SoupEnd::none:
        case SoupEnd::complete:
        case SoupEnd::logout:
            return;
        case SoupEnd::rejected:
            ++counts_.rejected;
            return;
        case SoupEnd::behind:
            ++counts_.behind;
            return;
        case SoupEnd::fault:
            ++counts_.faults;
            return;
    }
}

}  // namespace tickweir::gateway
