// The socket of one client session, watched by a reactor that many share. Bytes in go to the
// session, what it says goes out; it never waits.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/load/trading/client_session.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/net/descriptor.hpp"

namespace tickweir::bench {

/// Where a gateway takes sessions.
struct FixAddress {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
};

/// A connected socket that does not wait, Nagle's algorithm off; it comes from the address `from`,
/// where that is not empty. Throws std::runtime_error.
gateway::Descriptor connect_socket(const FixAddress& address, const std::string& from = {});

class SessionSocket final : public gateway::ReadyHandler {
public:
    using OnMessage = std::function<void(const wire::Message&, TimeNs)>;

    /// Reactor and session must outlive it.
    SessionSocket(gateway::Reactor& reactor, ClientSession& session, OnMessage on_message);
    SessionSocket(const SessionSocket&) = delete;
    SessionSocket& operator=(const SessionSocket&) = delete;
    ~SessionSocket() { close(); }

    /// Connects and sends the Logon. Throws std::runtime_error where nobody listens.
    void connect(const FixAddress& address, TimeNs now);
    /// The same over a socket that is connected already.
    void adopt(gateway::Descriptor socket, TimeNs now);
    void close();
    bool connected() const { return socket_.open(); }

    /// Writes what the session has to say, as much as the socket takes; the rest when it takes
    /// more.
    void flush();
    /// What is written and has not reached the other end's buffers: its backlog on this side.
    std::size_t unsent_bytes() const;
    /// A client that stops reading, and reads on later.
    void set_reading(bool reading);

    void on_ready(bool readable, bool writable) override;

private:
    void write();
    void read();
    void watch(bool writable);

    gateway::Reactor& reactor_;
    ClientSession& session_;
    OnMessage on_message_;
    gateway::Descriptor socket_;
    bool reading_ = true;
    bool writing_ = false;  // watched for room
};

}  // namespace tickweir::bench
