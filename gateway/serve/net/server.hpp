// HTTP/1.1 and WebSocket on one listening port: connections, limits, timeouts, TLS. Questions go to
// the Api, clients of streams to whoever makes these. Owns sockets, sleeps never; one owner thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "book/types.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/api/api.hpp"
#include "gateway/serve/http_message.hpp"
#include "gateway/serve/net/server_limits.hpp"
#include "gateway/serve/stream_clients.hpp"
#include "gateway/tls_context.hpp"

namespace tickweir::gateway {

struct ServerOptions {
    ServerLimits limits;
    /// With it every connection is TLS; it must outlive the server.
    const TlsContext* tls = nullptr;
    /// What connections hold is charged here; it must outlive the server.
    book::MemoryBudget* budget = nullptr;
    /// Origins besides the server's own that may open a WebSocket, such as `https://example.com`.
    std::vector<std::string> origins;
};

/// Why a connection ended.
enum class ConnectionEnd : std::uint8_t {
    peer,      ///< it closed, or the network did
    done,      ///< an HTTP connection that was to end after its answer
    refused,   ///< a request that cannot be answered and gone on from (400, 413, 431, ...)
    protocol,  ///< it broke the WebSocket or TLS protocol
    policy,    ///< the streams' side asked for it: too slow, too many malformed messages
    timeout,
    memory,   ///< the budget or the limit of unsent answers
    stopped,  ///< the server was stopped
    failure,  ///< ours
};
inline constexpr std::size_t connection_ends = 9;

/// Counts since the server began; read by its own thread.
struct ServerCounts {
    std::size_t connections = 0;  ///< now
    std::size_t web_sockets = 0;  ///< now
    std::uint64_t accepted = 0;
    std::uint64_t refused_full = 0;     ///< over `connections`
    std::uint64_t refused_address = 0;  ///< over `connections_per_address`
    std::uint64_t refused_memory = 0;   ///< over the budget
    std::uint64_t accept_pauses = 0;    ///< the process ran out of descriptors or memory
    std::array<std::uint64_t, connection_ends> ended{};  ///< by ConnectionEnd
    std::array<std::uint64_t, 6> answers{};              ///< HTTP, by status / 100
    std::uint64_t upgrades = 0;
    std::uint64_t messages = 0;     ///< WebSocket text messages received
    std::uint64_t frame_bytes = 0;  ///< of data frames
    std::uint64_t frame_calls = 0;  ///< system calls (with TLS: encryptions) that sent them
    std::uint64_t failures = 0;     ///< exceptions, each of which cost at most its connection
};

class Server {
public:
    /// Everything given by reference must outlive the server.
    Server(ServerOptions options, Reactor& reactor, Api& api, StreamClients& streams);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// Listens on a numeric IPv4 or IPv6 address; port 0: any. Returns the port. May be called for
    /// several addresses. Throws std::runtime_error naming address, port and reason.
    std::uint16_t listen(const std::string& address, std::uint16_t port);

    /// Accepts, reads, answers, and sends what there is for clients of streams: a bounded amount
    /// for each connection. Whether there was something to do. Descriptors are looked at by the
    /// reactor, so a turn follows its poll() or wait(); the turn of whoever makes the streams
    /// belongs between the two.
    bool turn(book::TimeNs now);
    bool has_work() const;
    std::optional<book::TimeNs> next_due() const;

    /// The answer to what Api::handle() left pending; too late or unknown: dropped.
    void answer(PendingAnswer pending, HttpResponse response, book::TimeNs now);

    /// Stops accepting, lets requests under way be answered, sends WebSocket clients what is queued
    /// and a close with 1001. After `stop_timeout` what is left is cut off.
    void stop(book::TimeNs now);
    bool stopped() const;

    /// Ends all connections without another word, as a network does that goes down. The server
    /// goes on.
    void cut_off_all();

    /// Limits of a reloaded configuration: for what connections do from now on. What was set up
    /// with the old ones (buffers, a timeout that runs) keeps them until it ends.
    void set_limits(const ServerLimits& limits);

    const ServerCounts& counts() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tickweir::gateway
