#include "gateway/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "book/ensure.hpp"
#include "gateway/byte_queue.hpp"
#include "gateway/openssl_error.hpp"

namespace tickweir::gateway {
namespace {

using book::ensure;

constexpr std::size_t record_bytes_max = 16 * 1024;

/// More than a record adds to its plaintext: header, type, nonce and tag, and an alert besides.
constexpr std::size_t record_overhead = 128;

/// Less than this is not worth a record of its own while more waits to be written.
constexpr std::size_t least_record = 512;

/// Server Name Indication. The call has a macro, whose cast our warnings refuse; it only copies.
bool send_server_name(SSL* ssl, const std::string& name) {
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    const_cast<char*>(name.c_str())) == 1;
}

struct FreeSession {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

}  // namespace

/// OpenSSL's session between the two queues, and what became of it.
struct Tls::Session {
    Session(const TlsContext& context, TlsLimits session_limits)
        : limits(session_limits),
          input(session_limits.input_bytes_max),
          output(session_limits.output_bytes_max) {
        ensure(limits.input_bytes_max >= 1 && limits.output_bytes_max >= 1024);
        ERR_clear_error();
        ssl.reset(SSL_new(context.native()));
        BIO* const bio = BIO_new(method());
        if (ssl == nullptr || bio == nullptr) {
            BIO_free(bio);
            ssl.reset();
            fail(TlsFailure::protocol, "TLS session: " + openssl_reasons());
            return;
        }
        BIO_set_data(bio, this);
        BIO_set_init(bio, 1);
        SSL_set_bio(ssl.get(), bio, bio);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() = default;

    static const BIO_METHOD* method();
    static int read_input(BIO* bio, char* into, std::size_t length, std::size_t* count);
    static int write_output(BIO* bio, const char* from, std::size_t length, std::size_t* count);
    static long control(BIO* bio, int command, long, void*);

    void verify_host(const std::string& host);
    void progress();
    void judge(int outcome);
    void fail(TlsFailure kind, std::string why);
    void send_close();

    TlsLimits limits;
    ByteQueue input;
    ByteQueue output;
    std::unique_ptr<SSL, FreeSession> ssl;
    TlsState state = TlsState::handshaking;
    TlsFailure failure = TlsFailure::none;
    std::string error;
    std::size_t handshake_bytes = 0;  // consumed before the session was open
    bool input_ended = false;
    bool shut = false;           // we said, or are about to say, that we write no more
    bool close_pending = false;  // ... and there was no room to say it
};

// ---------------------------------------------------------------- OpenSSL's view of the queues

/// Made once and never freed: sessions of other threads may end after static objects do.
const BIO_METHOD* Tls::Session::method() {
    static const BIO_METHOD* const made = [] {
        BIO_METHOD* const bio =
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tickweir queues");
        ensure(bio != nullptr && BIO_meth_set_read_ex(bio, read_input) == 1 &&
               BIO_meth_set_write_ex(bio, write_output) == 1 &&
               BIO_meth_set_ctrl(bio, control) == 1);
        return bio;
    }();
    return made;
}

int Tls::Session::read_input(BIO* bio, char* into, std::size_t length, std::size_t* count) {
    auto& session = *static_cast<Session*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    std::size_t allowed = length;
    if (session.state == TlsState::handshaking) {
        allowed = std::min(allowed, session.limits.handshake_bytes_max - session.handshake_bytes);
    }
    const auto bytes = session.input.front().first(std::min(allowed, session.input.size()));
    *count = bytes.size();
    if (bytes.empty()) {
        if (!session.input_ended || session.input.size() > 0) BIO_set_retry_read(bio);
        return 0;
    }
    std::memcpy(into, bytes.data(), bytes.size());
    if (session.state == TlsState::handshaking) session.handshake_bytes += bytes.size();
    session.input.drain(bytes.size());
    return 1;
}

int Tls::Session::write_output(BIO* bio, const char* from, std::size_t length, std::size_t* count) {
    auto& session = *static_cast<Session*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    *count = session.output.append(std::as_bytes(std::span{from, length}));
    if (*count > 0 || length == 0) return 1;
    BIO_set_retry_write(bio);
    return 0;
}

long Tls::Session::control(BIO* bio, int command, long, void*) {
    const auto& session = *static_cast<const Session*>(BIO_get_data(bio));
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return session.input_ended && session.input.size() == 0 ? 1 : 0;
    return 0;
}

// ---------------------------------------------------------------- the session

/// Has the peer's certificate checked for this host, by its alternative names only (RFC 9525).
void Tls::Session::verify_host(const std::string& host) {
    const std::string name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
    const bool fit = !name.empty() && name.size() <= 253 && name.find('\0') == name.npos;
    X509_VERIFY_PARAM* const param = SSL_get0_param(ssl.get());
    X509_VERIFY_PARAM_set_hostflags(
        param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    // An empty name would be taken for "any", so it is refused before OpenSSL sees it.
    if (fit && X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) == 1) return;
    ERR_clear_error();
    if (!fit || X509_VERIFY_PARAM_set1_host(param, name.data(), name.size()) != 1 ||
        !send_server_name(ssl.get(), name)) {
        ERR_clear_error();
        fail(TlsFailure::certificate, "no host name to verify a certificate for: '" + host + "'");
    }
}

void Tls::Session::progress() {
    if (state != TlsState::handshaking) return;
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl.get());
    if (outcome == 1) {
        state = TlsState::open;
        return;
    }
    judge(outcome);
    if (state == TlsState::handshaking && handshake_bytes >= limits.handshake_bytes_max) {
        fail(TlsFailure::over_limit,
             "handshake larger than " + std::to_string(limits.handshake_bytes_max) + " bytes");
    }
}

/// What an unsuccessful call of OpenSSL means for the session.
void Tls::Session::judge(int outcome) {
    const int code = SSL_get_error(ssl.get(), outcome);
    if (code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE) return;
    const bool opened = state == TlsState::open;
    if (code == SSL_ERROR_ZERO_RETURN && opened) {
        state = TlsState::closed_by_peer;
        input.drain(input.size());
        return;
    }
    const auto first = ERR_peek_error();
    const int reason = ERR_GET_LIB(first) == ERR_LIB_SSL ? ERR_GET_REASON(first) : 0;
    const bool refused = reason == SSL_R_CERTIFICATE_VERIFY_FAILED;
    const bool cut = code == SSL_ERROR_SYSCALL || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING;
    std::string why = opened ? "" : "handshake: ";
    if (cut) why += "the connection ended without close_notify: ";
    why += code == SSL_ERROR_ZERO_RETURN ? "the peer closed it" : openssl_reasons();
    if (refused) {
        why.append(": ").append(X509_verify_cert_error_string(SSL_get_verify_result(ssl.get())));
    }
    fail(refused ? TlsFailure::certificate
         : cut   ? TlsFailure::truncated
                 : TlsFailure::protocol,
         std::move(why));
}

void Tls::Session::fail(TlsFailure kind, std::string why) {
    ERR_clear_error();
    state = TlsState::failed;
    failure = kind;
    error = std::move(why);
    close_pending = false;
    input.drain(input.size());
}

void Tls::Session::send_close() {
    ERR_clear_error();
    // An answer to the peer's change of keys that found no room has to leave first.
    int outcome = SSL_in_init(ssl.get()) == 1 ? SSL_do_handshake(ssl.get()) : 1;
    if (outcome == 1) outcome = SSL_shutdown(ssl.get());
    close_pending = outcome < 0 && SSL_get_error(ssl.get(), outcome) == SSL_ERROR_WANT_WRITE;
    ERR_clear_error();
}

// ---------------------------------------------------------------- public

Tls::Tls(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Tls::Tls(Tls&&) noexcept = default;
Tls& Tls::operator=(Tls&&) noexcept = default;
Tls::~Tls() = default;

Tls Tls::accept(const TlsContext& context, TlsLimits limits) {
    ensure(context.is_server());
    auto session = std::make_unique<Session>(context, limits);
    if (session->ssl != nullptr) SSL_set_accept_state(session->ssl.get());
    return Tls{std::move(session)};
}

Tls Tls::connect(const TlsContext& context, const std::string& host, TlsLimits limits) {
    ensure(!context.is_server());
    auto session = std::make_unique<Session>(context, limits);
    if (session->ssl != nullptr) {
        SSL_set_connect_state(session->ssl.get());
        session->verify_host(host);
        session->progress();
    }
    return Tls{std::move(session)};
}

std::size_t Tls::feed(std::span<const std::byte> ciphertext) {
    Session& session = *session_;
    std::size_t taken = 0;
    while (taken < ciphertext.size()) {
        const bool over = session.state == TlsState::failed ||
                          session.state == TlsState::closed_by_peer || session.input_ended;
        if (over) return ciphertext.size();
        const std::size_t count = session.input.append(ciphertext.subspan(taken));
        taken += count;
        session.progress();
        if (count == 0) break;
    }
    return taken;
}

void Tls::end_of_input() {
    session_->input_ended = true;
    session_->progress();
}

std::size_t Tls::read(std::span<std::byte> into) {
    Session& session = *session_;
    std::size_t total = 0;
    while (session.state == TlsState::open && total < into.size()) {
        std::size_t count = 0;
        ERR_clear_error();
        const int outcome =
            SSL_read_ex(session.ssl.get(), into.data() + total, into.size() - total, &count);
        total += count;
        if (outcome == 1) continue;
        session.judge(outcome);
        break;
    }
    return total;
}

std::size_t Tls::write(std::span<const std::byte> plaintext) {
    Session& session = *session_;
    std::size_t taken = 0;
    while (taken < plaintext.size() && !session.shut &&
           (session.state == TlsState::open || session.state == TlsState::closed_by_peer)) {
        const auto rest = plaintext.subspan(taken);
        const std::size_t room = session.output.room();
        const std::size_t count =
            std::min({rest.size(), record_bytes_max, room - std::min(room, record_overhead)});
        if (count < std::min(rest.size(), least_record)) break;
        std::size_t written = 0;
        ERR_clear_error();
        const int outcome = SSL_write_ex(session.ssl.get(), rest.data(), count, &written);
        taken += written;
        if (outcome == 1) continue;
        session.judge(outcome);
        break;
    }
    return taken;
}

std::span<const std::byte> Tls::pending_output() const {
    return session_->output.front();
}

void Tls::drain(std::size_t bytes) {
    session_->output.drain(bytes);
    session_->progress();
    if (session_->close_pending) session_->send_close();
}

void Tls::shutdown() {
    Session& session = *session_;
    if (session.state == TlsState::failed || session.shut) return;
    session.shut = true;
    if (session.state == TlsState::handshaking) {
        session.fail(TlsFailure::abandoned, "shut down during the handshake");
        return;
    }
    session.send_close();
}

TlsState Tls::state() const {
    return session_->state;
}

TlsFailure Tls::failure() const {
    return session_->failure;
}

const std::string& Tls::error() const {
    return session_->error;
}

std::string_view Tls::protocol() const {
    const unsigned char* name = nullptr;
    unsigned int length = 0;
    if (session_->ssl != nullptr) SSL_get0_alpn_selected(session_->ssl.get(), &name, &length);
    return {reinterpret_cast<const char*>(name), length};
}

std::string_view Tls::version() const {
    return session_->ssl != nullptr ? SSL_get_version(session_->ssl.get()) : "";
}

std::string_view to_string(TlsState state) {
    switch (state) {
        case TlsState::handshaking:
            return "handshaking";
        case TlsState::open:
            return "open";
        case TlsState::closed_by_peer:
            return "closed_by_peer";
        case TlsState::failed:
            return "failed";
    }
    return "?";
}

std::string_view to_string(TlsFailure failure) {
    switch (failure) {
        case TlsFailure::none:
            return "none";
        case TlsFailure::protocol:
            return "protocol";
        case TlsFailure::certificate:
            return "certificate";
        case TlsFailure::truncated:
            return "truncated";
        case TlsFailure::over_limit:
            return "over_limit";
        case TlsFailure::abandoned:
            return "abandoned";
    }
    return "?";
}

}  // namespace tickweir::gateway
