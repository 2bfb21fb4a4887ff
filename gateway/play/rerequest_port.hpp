// The UDP socket of a re-request server: moves datagrams between it and the server's decisions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "book/types.hpp"
#include "gateway/play/datagram_batch.hpp"
#include "gateway/play/published_session.hpp"
#include "gateway/play/rerequest_server.hpp"
#include "gateway/play/udp_sockets.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

/// One owner thread, the reactor's.
class RerequestPort final : public ReadyHandler {
public:
    /// `reactor` must outlive this. Throws std::system_error when the reactor is full.
    RerequestPort(Reactor& reactor, BoundSocket socket, const RerequestLimits& limits,
                  const RerequestFaults& faults);
    RerequestPort(const RerequestPort&) = delete;
    RerequestPort& operator=(const RerequestPort&) = delete;
    ~RerequestPort();

    const UdpAddress& address() const { return socket_.address; }

    /// Takes a bounded number of requests and sends a bounded number of answers. Whether there were
    /// any.
    bool turn(const PublishedSession& session, book::TimeNs now);
    /// When answers that the kernel did not take are tried again.
    std::optional<book::TimeNs> next_due() const { return retry_at_; }
    bool idle() const { return server_.idle(); }
    /// Forgets what is still to be answered: the session is over.
    void clear();

    const RerequestCounts& counts() const { return server_.counts(); }
    /// Packets of answers that the kernel refused; they are not sent again.
    std::uint64_t unsent() const { return unsent_; }

    void on_ready(bool readable, bool writable) override;

private:
    bool receive(const PublishedSession& session, book::TimeNs now);
    bool answer(const PublishedSession& session, book::TimeNs now);

    Reactor& reactor_;
    BoundSocket socket_;
    RerequestServer server_;
    DatagramBatch batch_;
    bool readable_ = false;
    std::uint64_t unsent_ = 0;
    std::optional<book::TimeNs> retry_at_;
};

}  // namespace tickweir::gateway
