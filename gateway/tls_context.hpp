// What all TLS sessions of one server, or of one kind of client, have in common: certificates,
// keys, whom to trust, versions and ciphers. Made once at start; shared by threads, never changed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace tickweir::gateway {

/// Text in PEM form and what it is called in errors (its path, or a configuration key).
struct Pem {
    std::string origin;
    std::string text;
};

/// The PEM text of a file of at most 1 MiB. Throws std::runtime_error naming file and reason.
[[nodiscard]] Pem read_pem(const std::string& path);

struct TlsServerOptions {
    Pem certificate_chain;  ///< the server's certificate first, then the intermediate ones
    Pem private_key;        ///< without a passphrase
    /// Application protocols (ALPN) in order of preference. A client that offers some but none of
    /// these is refused; one that offers none at all is taken.
    std::vector<std::string> protocols = {};
};

struct TlsClientOptions {
    std::optional<Pem> authorities = std::nullopt;  ///< whom to trust; without: the system's
    std::vector<std::string> protocols = {};        ///< offered by ALPN, preferred first
};

/// TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers only; no renegotiation, no
/// compression, no session cache, one ticket a handshake, valid for an hour.
class TlsContext {
public:
    /// Throws std::runtime_error that names the file and OpenSSL's reason.
    [[nodiscard]] static TlsContext server(const TlsServerOptions& options);
    [[nodiscard]] static TlsContext client(const TlsClientOptions& options);

    bool is_server() const { return is_server_; }
    ssl_ctx_st* native() const { return context_.get(); }

private:
    TlsContext(bool is_server, std::shared_ptr<ssl_ctx_st> context)
        : is_server_(is_server), context_(std::move(context)) {}

    bool is_server_;
    std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace tickweir::gateway
