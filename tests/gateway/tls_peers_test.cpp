// TLS sessions against peers of another kind: of another age, or ones that misbehave as ours would
// not.
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <memory>

#include "tests/gateway/tls_talk.hpp"

namespace tickweir::tests {
namespace {

struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeSession {
    void operator()(SSL* session) const { SSL_free(session); }
};

/// A peer made of OpenSSL alone, which does what ours never would; a server if it has a
/// certificate.
class RawPeer {
public:
    explicit RawPeer(int version, const Certificate* certificate = nullptr)
        : context_(SSL_CTX_new(TLS_method())) {
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_min_proto_version(context_.get(), version);
        SSL_CTX_set_max_proto_version(context_.get(), version);
        if (certificate != nullptr) present(*certificate);
        session_.reset(SSL_new(context_.get()));
        SSL_set_bio(session_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        if (certificate != nullptr) {
            SSL_set_accept_state(session_.get());
        } else {
            SSL_set_connect_state(session_.get());
        }
    }

    SSL* session() { return session_.get(); }

    /// Exchanges bytes with one of ours while it handshakes (or renegotiates).
    void talk_to(Tls& ours) {
        std::array<char, 1> into{};
        for (int round = 0; round < 10; ++round) {
            SSL_do_handshake(session_.get());
            exchange(ours);
            SSL_peek(session_.get(), into.data(), 1);
        }
    }

    void exchange(Tls& ours) {
        send_to(ours);
        const auto pending = ours.pending_output();
        BIO_write(SSL_get_rbio(session_.get()), pending.data(), static_cast<int>(pending.size()));
        ours.drain(pending.size());
    }

    void send_to(Tls& ours) {
        std::array<std::byte, 4'096> bytes{};
        int count = 0;
        while ((count = BIO_read(SSL_get_wbio(session_.get()), bytes.data(), 4'096)) > 0) {
            static_cast<void>(ours.feed(std::span{bytes}.first(static_cast<std::size_t>(count))));
        }
        received_ += read_all(ours).size();
    }

    std::size_t received() const { return received_; }

    /// What ends a handshake, of the other side: another one after each.
    std::string finished() const {
        std::string bytes(64, '\0');
        bytes.resize(SSL_get_peer_finished(session_.get(), bytes.data(), bytes.size()));
        return bytes;
    }

private:
    void present(const Certificate& certificate) {
        const auto bio_of = [](const std::string& text) {
            return BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
        };
        const std::unique_ptr<BIO, FreeBio> chain{bio_of(certificate.certificate_pem)};
        const std::unique_ptr<BIO, FreeBio> key{bio_of(certificate.key_pem)};
        X509* const leaf = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr);
        EVP_PKEY* const secret = PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr);
        EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), leaf), 1);
        EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), secret), 1);
        X509_free(leaf);
        EVP_PKEY_free(secret);
    }

    std::unique_ptr<SSL_CTX, FreeContext> context_;
    std::unique_ptr<SSL, FreeSession> session_;
    std::size_t received_ = 0;
};

TEST(Tls, RefusesVersionsBefore12) {
    Tls server = Tls::accept(good_server());
    RawPeer client{TLS1_1_VERSION};
    client.talk_to(server);
    EXPECT_EQ(server.state(), TlsState::failed);
    EXPECT_EQ(server.error(), "handshake: unsupported protocol");
    EXPECT_FALSE(SSL_is_init_finished(client.session()));
}

TEST(Tls, SpeaksTls12) {
    Tls server = Tls::accept(good_server());
    RawPeer client{TLS1_2_VERSION};
    client.talk_to(server);
    ASSERT_EQ(server.state(), TlsState::open) << server.error();
    EXPECT_EQ(server.version(), "TLSv1.2");
    EXPECT_EQ(std::string_view{SSL_get_cipher_name(client.session())}.find("ECDHE-ECDSA-"), 0u);
    EXPECT_EQ(SSL_write(client.session(), "hello", 5), 5);
    client.exchange(server);
    EXPECT_EQ(client.received(), 5u);
}

TEST(Tls, RefusesToRenegotiate) {
    const Certificate certificate = make_certificate({});
    Tls server = Tls::accept(good_server());
    Tls client = Tls::connect(client_trusting(certificate), "localhost");
    RawPeer raw_client{TLS1_2_VERSION};
    RawPeer raw_server{TLS1_2_VERSION, &certificate};
    for (const auto& [ours, raw] : {std::pair{&server, &raw_client}, {&client, &raw_server}}) {
        raw->talk_to(*ours);
        ASSERT_EQ(ours->state(), TlsState::open) << ours->error();
        const std::string first = raw->finished();
        ASSERT_EQ(SSL_renegotiate(raw->session()), 1);
        raw->talk_to(*ours);
        EXPECT_EQ(raw->finished(), first);
    }
}

TEST(Tls, RefusesServersBefore12) {
    const Certificate certificate = make_certificate({});
    Tls client = Tls::connect(client_trusting(certificate), "localhost");
    RawPeer server{TLS1_1_VERSION, &certificate};
    server.talk_to(client);
    EXPECT_EQ(client.state(), TlsState::failed);
    EXPECT_FALSE(SSL_is_init_finished(server.session()));
}

TEST(Tls, GivesOneTicketAHandshake) {
    Tls server = Tls::accept(good_server());
    RawPeer client{TLS1_3_VERSION};
    int tickets = 0;
    SSL_CTX* const context = SSL_get_SSL_CTX(client.session());
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT);
    SSL_CTX_set_ex_data(context, 0, &tickets);
    SSL_CTX_sess_set_new_cb(context, [](SSL* session, SSL_SESSION*) {
        ++*static_cast<int*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), 0));
        return 0;
    });
    client.talk_to(server);
    std::array<char, 10> into{};
    SSL_read(client.session(), into.data(), 10);
    EXPECT_EQ(server.state(), TlsState::open) << server.error();
    EXPECT_EQ(tickets, 1);
}

TEST(Tls, SurvivesAFloodOfKeyUpdatesWithoutGrowing) {
    const TlsLimits limits{.output_bytes_max = 1024};
    Tls server = Tls::accept(good_server(), limits);
    RawPeer client{TLS1_3_VERSION};
    client.talk_to(server);
    ASSERT_EQ(server.state(), TlsState::open) << server.error();
    // Each asks for an answer of 27 bytes, and nobody takes the answers away.
    for (int i = 0; i < 300; ++i) {
        ASSERT_EQ(SSL_key_update(client.session(), SSL_KEY_UPDATE_REQUESTED), 1);
        ASSERT_EQ(SSL_do_handshake(client.session()), 1);
        client.send_to(server);
        ASSERT_EQ(SSL_write(client.session(), "x", 1), 1);
        client.send_to(server);
        ASSERT_LE(server.pending_output().size(), limits.output_bytes_max);
    }
    EXPECT_EQ(server.pending_output().size(), limits.output_bytes_max);
    EXPECT_EQ(server.state(), TlsState::open) << server.error();
    EXPECT_EQ(server.write(bytes_of("no room")), 0u);

    server.shutdown();
    std::array<char, 10> into{};
    for (int i = 0; i < 300 && client.received() < 300; ++i) {
        client.exchange(server);
        SSL_read(client.session(), into.data(), 10);
    }
    EXPECT_EQ(client.received(), 300u) << "of what came between the changes of keys";
    client.exchange(server);
    const int read = SSL_read(client.session(), into.data(), 10);
    EXPECT_EQ(SSL_get_error(client.session(), read), SSL_ERROR_ZERO_RETURN);
}

}  // namespace
}  // namespace tickweir::tests
