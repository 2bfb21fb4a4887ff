#include "gateway/play/rerequest_port.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace tickweir::gateway {
namespace {

constexpr unsigned requests_per_turn = 64;
/// How soon a full socket is tried again.
constexpr std::chrono::microseconds full_pause{100};

}  // namespace

RerequestPort::RerequestPort(Reactor& reactor, BoundSocket socket, const RerequestLimits& limits,
                             const RerequestFaults& faults)
    : reactor_{reactor}, socket_{std::move(socket)}, server_{limits, faults} {
    if (!reactor_.add(socket_.socket.get(), *this, {}))
        throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
}

RerequestPort::~RerequestPort() {
    reactor_.remove(socket_.socket.get(), *this);
}

void RerequestPort::on_ready(bool readable, bool) {
    readable_ |= readable;
}

bool RerequestPort::turn(const PublishedSession& session, book::TimeNs now) {
    bool worked = readable_ && receive(session, now);
    if (retry_at_ && now < *retry_at_) return worked;
    retry_at_.reset();
    if (!server_.idle()) worked |= answer(session, now);
    return worked;
}

bool RerequestPort::receive(const PublishedSession& session, book::TimeNs now) {
    for (unsigned i = 0; i < requests_per_turn; ++i) {
        // A byte more than a request has, so that longer datagrams show.
        std::array<std::byte, sizeof(codecs::mold::Request) + 1> datagram;
        sockaddr_in from{};
        socklen_t from_length = sizeof from;
        const ssize_t got = ::recvfrom(socket_.socket.get(), datagram.data(), datagram.size(), 0,
                                       reinterpret_cast<sockaddr*>(&from), &from_length);
        if (got < 0) {
            // An error is that of an answer nobody waited for; the next datagram may be good.
            if (errno != EAGAIN) continue;
            readable_ = false;
            return i != 0;
        }
        static_cast<void>(server_.on_request(
            codecs::Bytes{datagram}.first(static_cast<std::size_t>(got)), from_sockaddr(from),
            session.name, session.archive, session.published, now));
    }
    return true;
}

/// One batch. Answers are no more reliable than the feed: what the kernel refuses is lost.
bool RerequestPort::answer(const PublishedSession& session, book::TimeNs now) {
    batch_.clear();
    while (!batch_.full()) {
        const auto answer = server_.next(session.archive, now);
        if (!answer) break;
        const FeedPacket& packet = answer->packet;
        const auto frames = session.archive.bytes_at(packet.offset, packet.bytes);
        if (frames) batch_.add({session.name, packet.sequence, packet.count}, *frames, answer->to);
    }
    const SendResult result = batch_.send(socket_.socket.get());
    if (result.error != 0) {
        unsent_ += batch_.size() - result.sent;
        retry_at_ = now + full_pause;
    }
    return true;
}

void RerequestPort::clear() {
    server_.clear();
}

}  // namespace tickweir::gateway
