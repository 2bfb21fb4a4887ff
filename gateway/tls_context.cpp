#include "gateway/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "gateway/openssl_error.hpp"
#include "gateway/openssl_owned.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::size_t pem_bytes_max = 1024 * 1024;

/// Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
constexpr const char* tls12_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";
constexpr const char* key_exchange_groups = "X25519:P-256:P-384";

[[noreturn]] void refuse(const std::string& what, const std::string& why) {
    throw std::runtime_error(what + ": " + why);
}

/// For calls that fail only if OpenSSL is broken or misconfigured.
void require(bool done, const char* what) {
    if (!done) refuse(what, openssl_reasons());
}

/// Answers a question for a passphrase with none, where OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

OwnedBio bio_of(const Pem& pem) {
    if (pem.text.size() > pem_bytes_max) {
        refuse(pem.origin, "larger than " + std::to_string(pem_bytes_max) + " bytes");
    }
    OwnedBio bio{BIO_new_mem_buf(pem.text.data(), static_cast<int>(pem.text.size()))};
    require(bio != nullptr, "memory BIO");
    return bio;
}

/// All certificates of the text, at least one.
std::vector<OwnedCertificate> certificates_in(const Pem& pem) {
    const OwnedBio bio = bio_of(pem);
    std::vector<OwnedCertificate> found;
    ERR_clear_error();
    while (X509* const next = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
        found.emplace_back(next);
    }
    const auto last = ERR_peek_last_error();
    const bool ended =
        ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    if (!ended) refuse(pem.origin, "cannot read a certificate: " + openssl_reasons());
    ERR_clear_error();
    if (found.empty()) refuse(pem.origin, "holds no certificate in PEM form");
    return found;
}

OwnedKey key_in(const Pem& pem) {
    const OwnedBio bio = bio_of(pem);
    ERR_clear_error();
    OwnedKey key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)};
    if (key == nullptr) {
        refuse(pem.origin, "cannot read a private key without a passphrase: " + openssl_reasons());
    }
    return key;
}

// ---------------------------------------------------------------- application protocols

/// The protocols as the extension has them: each after its length.
std::string wire_form(const std::vector<std::string>& protocols) {
    std::string wire;
    for (const std::string& protocol : protocols) {
        if (protocol.empty() || protocol.size() > 255) {
            refuse("application protocol '" + protocol + "'", "must have 1 to 255 bytes");
        }
        wire.push_back(static_cast<char>(protocol.size()));
        wire += protocol;
    }
    return wire;
}

void free_wire_form(void*, void* wire, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<std::string*>(wire);
}

/// Where a context keeps its wire form: it must live as long as OpenSSL's object, which sessions
/// may hold longer than we hold ours.
int wire_form_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_wire_form);
    return index;
}

const unsigned char* bytes_of(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

int select_protocol(SSL*, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned int offered_length, void* wire) {
    const auto& ours = *static_cast<const std::string*>(wire);
    unsigned char* out = nullptr;
    const int outcome = SSL_select_next_proto(
        &out, length, bytes_of(ours), static_cast<unsigned>(ours.size()), offered, offered_length);
    *chosen = out;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void serve_protocols(SSL_CTX* context, const std::vector<std::string>& protocols) {
    if (protocols.empty()) return;
    auto wire = std::make_unique<std::string>(wire_form(protocols));
    require(SSL_CTX_set_ex_data(context, wire_form_index(), wire.get()) == 1, "ALPN");
    SSL_CTX_set_alpn_select_cb(context, select_protocol, wire.release());
}

void offer_protocols(SSL_CTX* context, const std::vector<std::string>& protocols) {
    if (protocols.empty()) return;
    const std::string wire = wire_form(protocols);
    require(
        SSL_CTX_set_alpn_protos(context, bytes_of(wire), static_cast<unsigned>(wire.size())) == 0,
        "ALPN");
}

// ---------------------------------------------------------------- what both halves share

std::shared_ptr<SSL_CTX> new_context(const SSL_METHOD* method) {
    ERR_clear_error();
    std::shared_ptr<SSL_CTX> context{SSL_CTX_new(method), SSL_CTX_free};
    require(context != nullptr, "TLS context");
    SSL_CTX* const raw = context.get();
    require(SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1, "TLS versions");
    require(SSL_CTX_set_max_proto_version(raw, TLS1_3_VERSION) == 1, "TLS versions");
    require(SSL_CTX_set_cipher_list(raw, tls12_ciphers) == 1, "TLS ciphers");
    require(SSL_CTX_set1_groups_list(raw, key_exchange_groups) == 1, "TLS groups");
    SSL_CTX_set_security_level(raw, 2);
    SSL_CTX_set_options(
        raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // An idle session then holds no record buffers.
    SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(raw, 3600);
    return context;
}

}  // namespace

Pem read_pem(const std::string& path) {
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    if (!file) refuse(path, std::generic_category().message(errno));
    std::string text(pem_bytes_max + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) refuse(path, std::generic_category().message(errno));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > pem_bytes_max) {
        refuse(path, "larger than " + std::to_string(pem_bytes_max) + " bytes");
    }
    return {path, std::move(text)};
}

TlsContext TlsContext::server(const TlsServerOptions& options) {
    auto context = new_context(TLS_server_method());
    SSL_CTX* const raw = context.get();
    auto chain = certificates_in(options.certificate_chain);
    const OwnedKey key = key_in(options.private_key);
    if (SSL_CTX_use_certificate(raw, chain.front().get()) != 1) {
        refuse(options.certificate_chain.origin, openssl_reasons());
    }
    for (std::size_t i = 1; i < chain.size(); ++i) {
        if (SSL_CTX_add1_chain_cert(raw, chain[i].get()) != 1) {
            refuse(options.certificate_chain.origin, openssl_reasons());
        }
    }
    if (SSL_CTX_use_PrivateKey(raw, key.get()) != 1 || SSL_CTX_check_private_key(raw) != 1) {
        refuse(options.private_key.origin, "does not fit the certificate of " +
                                               options.certificate_chain.origin + ": " +
                                               openssl_reasons());
    }
    require(SSL_CTX_set_num_tickets(raw, 1) == 1, "TLS tickets");
    serve_protocols(raw, options.protocols);
    return {true, std::move(context)};
}

TlsContext TlsContext::client(const TlsClientOptions& options) {
    auto context = new_context(TLS_client_method());
    SSL_CTX* const raw = context.get();
    if (options.authorities) {
        X509_STORE* const store = SSL_CTX_get_cert_store(raw);
        for (const OwnedCertificate& authority : certificates_in(*options.authorities)) {
            if (X509_STORE_add_cert(store, authority.get()) != 1) {
                refuse(options.authorities->origin, openssl_reasons());
            }
        }
    } else {
        require(SSL_CTX_set_default_verify_paths(raw) == 1, "the system's certificate authorities");
    }
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_verify_depth(raw, 8);
    offer_protocols(raw, options.protocols);
    return {false, std::move(context)};
}

}  // namespace tickweir::gateway
