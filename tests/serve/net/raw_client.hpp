// The other end of a connection, byte by byte: a socket that never waits, HTTP answers and
// WebSocket frames made and read by hand, so that a mistake of the server's library is not shared.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/serve/net/descriptor.hpp"
#include "gateway/tls.hpp"

namespace tickweir::gateway::tests {

struct HttpAnswer {
    int status = 0;                             ///< 0: none came
    std::map<std::string, std::string> fields;  ///< names in lower case
    std::string body;
};

struct WsFrame {
    bool final = true;
    unsigned opcode = 1;
    std::string payload;

    /// The code of a close frame.
    unsigned close_code() const;
};

/// A client's frame. Masked with a fixed key unless told otherwise.
std::string ws_frame(std::string_view payload, unsigned opcode = 1, bool final = true,
                     bool masked = true);
/// A request to become a WebSocket, with RFC 6455's own example key.
std::string ws_upgrade(std::string_view target = "/v1/stream", std::string_view more = "");
/// What the server has to accept that key with.
inline constexpr std::string_view ws_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

class RawClient {
public:
    /// To the loopback address; `receive_buffer`: SO_RCVBUF, 0 the system's.
    explicit RawClient(std::uint16_t port, int receive_buffer = 0);

    /// From now on through TLS.
    void use_tls(const TlsContext& context);

    void send(std::string_view bytes);
    /// To the socket, as if there were no TLS.
    void send_past_tls(std::string_view bytes);
    /// Takes what has come, and sends what is left.
    void pump();
    /// Says that nothing more comes.
    void finish();
    void close() { socket_ = Descriptor{}; }
    /// Closes with a reset.
    void reset();

    /// The server ended the connection.
    bool ended() const { return ended_; }
    /// Bytes received and not taken.
    std::string& received() { return received_; }

    std::optional<HttpAnswer> take_answer(bool head = false);
    std::optional<WsFrame> take_frame();

private:
    void take_plain(std::span<const std::byte> bytes);

    Descriptor socket_;
    std::optional<Tls> tls_;
    std::string unsent_;
    std::string received_;
    bool ended_ = false;
};

}  // namespace tickweir::gateway::tests
