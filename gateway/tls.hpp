// TLS as a machine: ciphertext and plaintext in, plaintext and ciphertext out. Owns no socket and
// no clock; the HTTP, WebSocket and FIX servers and the clients of exchanges put it before theirs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gateway/tls_context.hpp"

namespace tickweir::gateway {

/// What one session may hold. Plaintext is not held: `write` encrypts at once, `read` decrypts into
/// the caller's buffer; OpenSSL itself keeps at most one record (16 KiB) each way while it works.
struct TlsLimits {
    std::size_t input_bytes_max = 64 * 1024;  ///< ciphertext fed and not yet decrypted; at least 1
    std::size_t output_bytes_max = 256 * 1024;    ///< ciphertext not yet drained; at least 1024
    std::size_t handshake_bytes_max = 64 * 1024;  ///< ciphertext fed before the session is open
};

enum class TlsState : std::uint8_t {
    handshaking,
    open,
    closed_by_peer,  ///< the peer said that nothing more comes (close_notify)
    failed,          ///< see `failure` and `error`; what is pending (an alert) should still be sent
};

enum class TlsFailure : std::uint8_t {
    none,
    protocol,     ///< the peer broke the protocol, offered nothing we accept, or sent an alert
    certificate,  ///< the peer's certificate was refused
    truncated,    ///< the connection ended without close_notify: the end may be an attacker's
    over_limit,   ///< a handshake larger than allowed
    abandoned,    ///< we shut down during the handshake
};

std::string_view to_string(TlsState state);
std::string_view to_string(TlsFailure failure);

/// One connection's TLS, on one thread. The order of calls for its owner: `feed` what the socket
/// gave, `read` until it returns 0, look at `state`, send `pending_output` and `drain` it.
///
///     socket ── feed ──► [input] ──► OpenSSL ── read ──► the protocol above
///     socket ◄─ pending_output, drain ── [output] ◄── OpenSSL ◄── write
///
/// Both queues are bounded: `feed` and `write` tell how much they took, and the rest is to be
/// offered again when the other side has moved.
class Tls {
public:
    /// The server's half; `context` is a server's. The context need not outlive the session.
    [[nodiscard]] static Tls accept(const TlsContext& context, TlsLimits limits = {});

    /// The client's half; `context` is a client's. `host` is the name (or address) that the
    /// certificate must be for; names are sent along (SNI). The hello is pending at once. An unfit
    /// host gives a failed session.
    [[nodiscard]] static Tls connect(const TlsContext& context, const std::string& host,
                                     TlsLimits limits = {});

    Tls(Tls&&) noexcept;
    Tls& operator=(Tls&&) noexcept;
    ~Tls();

    /// Takes ciphertext and drives the handshake; returns how many bytes were taken: all but what
    /// the input limit refuses. After the end of the session bytes are taken and thrown away.
    [[nodiscard]] std::size_t feed(std::span<const std::byte> ciphertext);

    /// The socket's end was reached: nothing is fed any more. Read until 0; the state then tells an
    /// orderly end (closed_by_peer) from a truncated one (failed).
    void end_of_input();

    /// Decrypts into `into`; 0 when there is nothing (more), or until the output is drained where
    /// the session itself has something to answer first. Only this finds out that the session
    /// ended, and it gives the input queue room again.
    [[nodiscard]] std::size_t read(std::span<std::byte> into);

    /// Encrypts as much as the output limit lets; returns how many bytes were taken, 0 before the
    /// handshake is done and after `shutdown`. After closed_by_peer, writing is still possible.
    [[nodiscard]] std::size_t write(std::span<const std::byte> plaintext);

    /// Ciphertext to be sent; valid until the next call.
    std::span<const std::byte> pending_output() const;

    /// The first `bytes` of the pending output have been sent.
    void drain(std::size_t bytes);

    /// Says that nothing more will be written (close_notify becomes pending). Reading goes on until
    /// the peer says the same. During a handshake the session fails as abandoned.
    void shutdown();

    TlsState state() const;
    TlsFailure failure() const;
    /// Why the session failed, with OpenSSL's reason; empty unless failed.
    const std::string& error() const;

    /// The application protocol agreed upon (ALPN); empty for none.
    std::string_view protocol() const;
    /// "TLSv1.3", "TLSv1.2"; meaningful once open.
    std::string_view version() const;

private:
    struct Session;
    explicit Tls(std::unique_ptr<Session> session);

    std::unique_ptr<Session> session_;
};

}  // namespace tickweir::gateway
