// What the HTTP transport asks of whoever talks with its WebSocket clients: the hub of a gateway,
// or the local exchange. Frames lie there; the transport gathers, sends and says how far it came.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include <sys/uio.h>

#include "book/types.hpp"
#include "gateway/serve/client_output.hpp"

namespace tickweir::gateway {

/// Called by the one thread that owns the transport; a few calls a client and turn.
class StreamClients {
public:
    StreamClients() = default;
    StreamClients(const StreamClients&) = delete;
    StreamClients& operator=(const StreamClients&) = delete;
    virtual ~StreamClients() = default;

    /// Whether WebSockets begin at that target (path and query, as sent). A request for anything
    /// else is the Api's, and refused if it asks for one.
    virtual bool streams_at(std::string_view target) const = 0;

    /// None when no more clients are taken.
    virtual std::optional<ClientId> open(std::string_view target, book::TimeNs now) = 0;
    virtual void close(ClientId client) = 0;
    /// One whole text message of a client.
    virtual void on_message(ClientId client, std::string_view text, book::TimeNs now) = 0;

    /// Clients that have something to send or must be closed since the last call; the span is valid
    /// until the next call of due().
    virtual std::span<const ClientId> due() = 0;
    /// Up to into.size() pieces of whole WebSocket frames, in order, adjacent ones joined; fewer
    /// are all there are. Valid until a member that is not const is called.
    virtual std::size_t gather(ClientId client, std::span<iovec> into) const = 0;
    /// The first `bytes` of what gather() gave went out.
    virtual void sent(ClientId client, std::size_t bytes, book::TimeNs now) = 0;
    /// Set once the client has to be closed; what is queued before should still go out.
    virtual std::optional<ClientClose> closing(ClientId client) const = 0;
    virtual std::size_t unsent_bytes(ClientId client) const = 0;
};

}  // namespace tickweir::gateway
