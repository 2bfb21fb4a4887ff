// One WebSocket to a venue, from the name of its host to its end. Sends what it is given, tells
// what comes, never waits. Owned by the feed's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "gateway/live/json/dial.hpp"
#include "gateway/serve/net/connection.hpp"
#include "gateway/serve/net/web_socket.hpp"
#include "gateway/tls_context.hpp"

namespace tickweir::gateway {

/// What all connections of a feed use. Everything outlives them.
struct ExchangeParts {
    Resolver& resolver;
    Reactor& reactor;
    book::MemoryBudget* budget = nullptr;  ///< of messages that come in; may be none
    const TlsContext* tls = nullptr;       ///< for endpoints that want it
    std::size_t message_bytes_max = std::size_t{32} << 20;  ///< of a frame or an answer
};

class ExchangeSocketEvents {
public:
    virtual void on_exchange_open(std::uint32_t connection) = 0;
    /// A whole message; the view lives during the call.
    virtual void on_exchange_text(std::uint32_t connection, std::string_view text) = 0;
    /// The answer to a ping.
    virtual void on_exchange_pong(std::uint32_t connection) = 0;

protected:
    ~ExchangeSocketEvents() = default;
};

class ExchangeSocket final : private ReadyHandler, private WebSocketEvents {
public:
    /// Begins to connect. `connection`: what the events call it; `attempt`: see Dial.
    ExchangeSocket(const Endpoint& to, std::uint32_t connection, std::uint64_t attempt,
                   const ExchangeParts& parts, ExchangeSocketEvents& events);
    ExchangeSocket(const ExchangeSocket&) = delete;
    ExchangeSocket& operator=(const ExchangeSocket&) = delete;
    /// Not from within an event.
    ~ExchangeSocket();

    /// Goes on where that is possible: a bounded amount. Whether it did anything.
    bool turn();
    /// Whether a turn would find something to do.
    bool has_work() const {
        const bool takes_bytes = readable_ && !paused_ && web_socket_ && web_socket_->reading();
        return !ended_ && (takes_bytes || writable_ || again_);
    }

    /// Sends a text frame, once open. What cannot be queued ends the connection.
    void send(std::string_view text);
    /// Sends a ping of the WebSocket's own, once open.
    void ping();
    /// Says goodbye, as far as that is possible at once.
    void close();

    /// No further message comes until resume().
    void pause();
    void resume();

    bool ended() const { return ended_; }
    /// Why it ended.
    const std::string& why() const { return why_; }

private:
    void on_ready(bool readable, bool writable) override;
    void on_web_socket_open() override;
    void on_web_socket_text(std::string_view text) override;
    void on_web_socket_binary() override;
    void on_web_socket_pong() override;
    void on_web_socket_end(WebSocketEnd end) override;

    void begin();
    bool dial();
    bool read();
    void queue(std::string_view frame);
    void flush();
    void set_interest();
    void watch_again(Reactor::Interest wanted);
    void end(std::string why);
    std::string reason_of(WebSocketEnd how) const;

    Endpoint to_;
    std::uint32_t connection_number_;
    ExchangeParts parts_;
    ExchangeSocketEvents& events_;
    std::optional<Dial> dial_;  // until connected
    std::optional<Connection> connection_;
    WebSocketLoop loop_;
    std::unique_ptr<WebSocket> web_socket_;
    std::unique_ptr<std::array<std::byte, 64U << 10>> scratch_;  // ciphertext
    std::random_device masks_;
    std::string frame_;  // being made
    std::string why_;
    Reactor::Interest interest_;
    bool watched_ = false;
    bool readable_ = false;
    bool writable_ = false;
    bool again_ = true;  // there may be something to do without readiness
    bool paused_ = false;
    bool ended_ = false;
};

/// Appends a client's text frame (RFC 6455 §5): header, mask, masked text.
void append_client_frame(std::string_view text, std::uint32_t mask, std::string& out);

}  // namespace tickweir::gateway
