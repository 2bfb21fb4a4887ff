// Whom a TLS client trusts: hosts, authorities, times, and that a server is told when it does not.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/gateway/tls_talk.hpp"

namespace tickweir::tests {
namespace {

/// The client's reason for refusing a server, and that the server was told.
std::string refusal(const TlsContext& server_context, const TlsContext& client_context,
                    const std::string& host) {
    Tls server = Tls::accept(server_context);
    Tls client = Tls::connect(client_context, host);
    talk(client, server);
    if (client.state() == TlsState::open) return "";
    EXPECT_EQ(client.state(), TlsState::failed);
    EXPECT_EQ(client.failure(), TlsFailure::certificate);
    read_all(server);
    EXPECT_EQ(server.state(), TlsState::failed) << "no alert arrived";
    EXPECT_NE(server.error().find("alert"), std::string::npos) << server.error();
    EXPECT_EQ(client.write(bytes_of("x")), 0u);
    return client.error();
}

TEST(Tls, VerifiesTheHost) {
    EXPECT_EQ(refusal(good_server(), good_client(), "localhost"), "");
    EXPECT_EQ(refusal(good_server(), good_client(), "localhost."), "");
    EXPECT_EQ(refusal(good_server(), good_client(), "LOCALHOST"), "");
    EXPECT_EQ(refusal(good_server(), good_client(), "127.0.0.1"), "");
    EXPECT_EQ(refusal(good_server(), good_client(), "example.com"),
              "handshake: certificate verify failed: hostname mismatch");
    EXPECT_EQ(refusal(good_server(), good_client(), "127.0.0.2"),
              "handshake: certificate verify failed: IP address mismatch");
}

TEST(Tls, TakesWildcardsOfAWholeLabelAndNoCommonNames) {
    const auto& root = authority().root;
    const auto named = [&](CertificateRequest request, const std::string& host) {
        return refusal(server_with(make_certificate(request, &root)), good_client(), host) == "";
    };
    const CertificateRequest wildcard{.names = {"*.example.com"}, .addresses = {}};
    EXPECT_TRUE(named(wildcard, "feed.example.com"));
    EXPECT_FALSE(named(wildcard, "example.com"));
    EXPECT_FALSE(named(wildcard, "a.b.example.com"));
    EXPECT_FALSE(named({.names = {"f*.example.com"}}, "feed.example.com"));
    EXPECT_FALSE(named({.common_name = "feed.example.com", .names = {}, .addresses = {}},
                       "feed.example.com"));
}

TEST(Tls, RefusesToConnectToNoHost) {
    for (const std::string& host :
         {std::string{}, std::string{"."}, std::string("a\0b", 3), std::string(300, 'a')}) {
        Tls client = Tls::connect(good_client(), host);
        EXPECT_EQ(client.state(), TlsState::failed);
        EXPECT_EQ(client.failure(), TlsFailure::certificate);
        EXPECT_EQ(client.error().find("no host name to verify"), 0u) << client.error();
        EXPECT_TRUE(client.pending_output().empty());
        EXPECT_EQ(client.feed(bytes_of("abc")), 3u);
    }
}

TEST(Tls, RefusesWhatIsExpiredOrNotYetValid) {
    using std::chrono::hours;
    const auto& root = authority().root;
    const auto expired =
        make_certificate({.valid_from = hours{-48}, .valid_until = hours{-24}}, &root);
    const auto early = make_certificate({.valid_from = hours{24}, .valid_until = hours{48}}, &root);
    EXPECT_EQ(refusal(server_with(expired), good_client(), "localhost"),
              "handshake: certificate verify failed: certificate has expired");
    EXPECT_EQ(refusal(server_with(early), good_client(), "localhost"),
              "handshake: certificate verify failed: certificate is not yet valid");
}

TEST(Tls, RefusesWhomItDoesNotTrust) {
    const auto self_signed = make_certificate({});
    EXPECT_EQ(refusal(server_with(self_signed), client_trusting(self_signed), "localhost"), "");
    EXPECT_EQ(refusal(server_with(self_signed), good_client(), "localhost"),
              "handshake: certificate verify failed: self-signed certificate");
    EXPECT_EQ(refusal(good_server(), client_trusting(self_signed), "localhost"),
              "handshake: certificate verify failed: unable to get local issuer certificate");
    EXPECT_EQ(refusal(server_with(authority().leaf), good_client(), "localhost"),
              "handshake: certificate verify failed: unable to get local issuer certificate")
        << "the certificate between leaf and root is missing";
    EXPECT_NE(refusal(good_server(), TlsContext::client({}), "localhost"), "")
        << "the system trusts a test's authority";
}

TEST(Tls, RefusesSignaturesOfWhoIsNoAuthority) {
    const auto leaf_of_leaf = make_certificate({}, &authority().leaf);
    const std::string chain = leaf_of_leaf.certificate_pem + authority().leaf.certificate_pem +
                              authority().middle.certificate_pem;
    EXPECT_NE(refusal(server_with({chain, leaf_of_leaf.key_pem}), good_client(), "localhost"), "");
}

}  // namespace
}  // namespace tickweir::tests
