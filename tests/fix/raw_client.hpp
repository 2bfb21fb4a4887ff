// A FIX client of bytes: sends what it is told, reads whole messages. Waits at most ten seconds for
// anything, which only a broken test lasts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codecs/fix/message.hpp"
#include "gateway/tls.hpp"

namespace tickweir::tests {

class RawClient {
public:
    explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0);
    /// Over TLS, for the name `localhost`.
    RawClient(std::uint16_t port, const gateway::TlsContext& tls);
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient();

    /// False when the other side has closed.
    bool send(std::string_view bytes);
    /// The next whole message, SOH shown as `|`; empty when the connection has ended.
    std::string read();
    /// The next message of this type; others before it are passed over.
    std::string read(std::string_view msg_type);
    /// Whether anything is here to be read by now.
    bool has_input() const;
    /// Whether the gateway closes the connection; messages before that are passed over.
    bool is_closed();
    /// No more is sent from here on.
    void finish_sending();
    void close();

private:
    bool fill();
    bool send_plainly(std::string_view bytes);
    bool send_ciphertext();

    int fd_;
    std::optional<gateway::Tls> tls_;
    std::string input_;
    codecs::fix::Message message_;
};

/// The value of a field in a message with `|`; nothing where there is none.
std::optional<std::string> field_of(const std::string& shown, int tag);

}  // namespace tickweir::tests
