// One WebSocket, of either side: handshake, frames in, ping and pong, close; by Beast, which is
// hidden. Data frames out go past it, between its control frames. Never waits; time is its
// owner's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "gateway/serve/net/connection.hpp"

namespace tickweir::gateway {

/// Runs what Beast puts off until no call of it is on the stack. One for the WebSockets of a
/// thread; sleeps never and watches no descriptor.
class WebSocketLoop {
public:
    WebSocketLoop();
    WebSocketLoop(const WebSocketLoop&) = delete;
    WebSocketLoop& operator=(const WebSocketLoop&) = delete;
    ~WebSocketLoop();

    /// Runs everything until nothing is left. Whether there was anything; costs nothing if not.
    bool run();
    /// Exceptions that ended nothing but the operation that threw them. Its connection is then
    /// silent, and ends by its timeout.
    std::uint64_t failures() const;

private:
    friend class WebSocket;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// How a WebSocket ended.
enum class WebSocketEnd : std::uint8_t {
    closed,    ///< both sides said so
    gone,      ///< the connection ended without
    protocol,  ///< the peer broke the protocol; it was told by a close frame
    memory,    ///< the budget had none left for a message
    failure,   ///< ours: an exception
};

/// Gets told what comes in, from within the WebSocket's or its loop's calls: it must not destroy
/// the WebSocket there.
class WebSocketEvents {
public:
    virtual void on_web_socket_open() = 0;
    /// A whole message; the view lives during the call.
    virtual void on_web_socket_text(std::string_view text) = 0;
    virtual void on_web_socket_binary() = 0;
    /// The peer answered a ping.
    virtual void on_web_socket_pong() {}
    /// Nothing follows it.
    virtual void on_web_socket_end(WebSocketEnd end) = 0;

protected:
    ~WebSocketEvents() = default;
};

/// What messages that come in may take.
struct MessageMemory {
    std::size_t bytes_max = 0;                 ///< of one
    book::MemoryBudget* budget = nullptr;      ///< that it is charged to; may be none
    std::size_t kept_bytes_max = 4UL * 1'024;  ///< of the buffer, between messages
};

class WebSocket {
public:
    /// Everything given by reference must outlive the WebSocket. `scratch` is for ciphertext.
    WebSocket(WebSocketLoop& loop, Connection& connection, WebSocketEvents& events,
              std::span<std::byte> scratch, const MessageMemory& memory);
    WebSocket(WebSocketLoop& loop, Connection& connection, WebSocketEvents& events,
              std::span<std::byte> scratch, std::size_t message_bytes_max,
              book::MemoryBudget* budget)
        : WebSocket{loop, connection, events, scratch, {message_bytes_max, budget}} {}
    WebSocket(const WebSocket&) = delete;
    WebSocket& operator=(const WebSocket&) = delete;
    /// Only with nothing left to run in the loop since abandon().
    ~WebSocket();

    /// Answers a request that refuse_upgrade() let pass.
    void accept(std::string_view host, std::string_view key);

    /// Begins the client's half: asks `host` (with the port where it is not the usual one) for an
    /// upgrade of `target`. A server that answers with something else is told as the end
    /// `protocol`; see refusal().
    void connect(std::string_view host, std::string_view target);
    /// What a server answered in place of an upgrade: its HTTP status; 0: nothing like that.
    unsigned refusal() const;

    /// Takes no further message until resume(), however many have come: the one being told is the
    /// last.
    void pause();
    void resume();

    /// Whether it waits for bytes.
    bool reading() const;
    /// Reads once from the socket and handles what came. Whether there may be more at once.
    bool on_readable();
    /// The connection's queue has room again.
    void on_room();
    /// Whether it waits for that: a peer that asks and takes no answers.
    bool writing() const;

    /// Sends a close frame, once; nothing must be sent behind it. The end is told by the event.
    void close(std::uint16_t code, std::string_view reason);
    /// A close frame, ours or the answer to the peer's, is queued.
    bool close_queued() const;
    bool ended() const;

    /// Gives up all operations; no event follows. To be followed by a run of the loop.
    void abandon();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tickweir::gateway
