// The SoupBinTCP port of a published feed: accepts clients, moves bytes between their sockets and
// their sessions, and lets nobody hold up anybody else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "book/types.hpp"
#include "gateway/play/soup_session.hpp"
#include "gateway/play/udp_sockets.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

struct SoupCounts {
    std::uint64_t connections = 0;  ///< accepted
    std::uint64_t refused = 0;      ///< closed at once: there were as many as may be
    std::uint64_t messages = 0;     ///< to all clients together, of connections that are over
    std::uint64_t rejected = 0;     ///< logins
    std::uint64_t behind = 0;       ///< clients so slow that the archive lost what they needed
    std::uint64_t faults = 0;       ///< clients that broke the protocol or fell silent
};

/// Owns listener and connections. One owner thread, the reactor's.
class SoupServer final : public ReadyHandler {
public:
    static constexpr std::size_t clients_max = 128;

    /// `reactor` must outlive this. Throws std::system_error when the reactor is full.
    SoupServer(Reactor& reactor, BoundSocket listener, SoupAccess access);
    SoupServer(const SoupServer&) = delete;
    SoupServer& operator=(const SoupServer&) = delete;
    ~SoupServer();

    const UdpAddress& address() const { return listener_.address; }

    /// Accepts, reads, and gives every client a bounded amount of what it lacks. Whether anything
    /// was done.
    bool turn(const PublishedSession& session, book::TimeNs now);
    std::optional<book::TimeNs> next_due() const;

    /// Whether a client is still to get messages, or the end, of a session that is over.
    bool busy() const;
    /// Closes the connections of clients that logged in: another session begins.
    void end_session();

    const SoupCounts& counts() const { return counts_; }

    void on_ready(bool readable, bool writable) override;

private:
    class Client;

    bool accept(book::TimeNs now);
    void take(Descriptor socket, book::TimeNs now);
    void note_end(const Client& client);

    Reactor& reactor_;
    BoundSocket listener_;
    SoupAccess access_;
    bool acceptable_ = false;
    std::optional<book::TimeNs> paused_until_;  // accepting; then the listener is not watched
    std::vector<std::unique_ptr<Client>> clients_;
    SoupCounts counts_;
};

}  // namespace tickweir::gateway
