// Contexts of TLS: what they take, and that what they refuse is named.
#include "gateway/tls_context.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "gateway/certificate.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;

const Certificate& some_certificate() {
    static const Certificate made = make_certificate({});
    return made;
}

/// What is thrown; empty for nothing.
template <class Call>
std::string thrown(Call&& call) {
    try {
        call();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

std::string refusal(const std::string& chain, const std::string& key) {
    return thrown([&] {
        static_cast<void>(TlsContext::server(
            {.certificate_chain = {"chain.pem", chain}, .private_key = {"key.pem", key}}));
    });
}

std::string client_refusal(const std::string& authorities) {
    return thrown([&] {
        static_cast<void>(TlsContext::client({.authorities = Pem{"ca.pem", authorities}}));
    });
}

TEST(TlsContext, TakesACertificateWithItsKey) {
    const auto& [chain, key] = some_certificate();
    EXPECT_EQ(refusal(chain, key), "");
    EXPECT_EQ(refusal(chain + chain, key), "");
    EXPECT_EQ(refusal("a comment\n" + key + chain, chain + key), "") << "one file for both";
    EXPECT_EQ(client_refusal(chain), "");
    EXPECT_EQ(thrown([] { static_cast<void>(TlsContext::client({})); }), "");
}

TEST(TlsContext, NamesTheFileThatHoldsNoCertificate) {
    const auto& key = some_certificate().key_pem;
    EXPECT_EQ(refusal("", key), "chain.pem: holds no certificate in PEM form");
    EXPECT_EQ(refusal("no PEM at all", key), "chain.pem: holds no certificate in PEM form");
    EXPECT_EQ(client_refusal("\n"), "ca.pem: holds no certificate in PEM form");
}

TEST(TlsContext, NamesTheFileThatIsDamaged) {
    auto [chain, key] = some_certificate();
    std::string damaged = chain;
    damaged[damaged.size() / 2] = '*';
    EXPECT_EQ(refusal(damaged, key).find("chain.pem: cannot read a certificate: "), 0u);
    EXPECT_EQ(refusal(chain + damaged, key).find("chain.pem: cannot read a certificate: "), 0u);
    EXPECT_EQ(client_refusal(damaged).find("ca.pem: cannot read a certificate: "), 0u);
    key.resize(key.size() / 2);
    EXPECT_EQ(refusal(chain, key).find("key.pem: cannot read a private key"), 0u);
    EXPECT_EQ(refusal(chain, "").find("key.pem: cannot read a private key"), 0u);
}

TEST(TlsContext, NamesBothFilesWhenTheKeyIsAnothers) {
    const auto other = make_certificate({});
    const std::string why = refusal(some_certificate().certificate_pem, other.key_pem);
    EXPECT_EQ(why.find("key.pem: does not fit the certificate of chain.pem: "), 0u) << why;
    EXPECT_NE(why.find("key values mismatch"), why.npos) << why;
}

TEST(TlsContext, NeverAsksForAPassphrase) {
    const std::string locked =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
        "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjLvA4fNuNVlgICCAAw\n"
        "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEPzUxQ0BIUeUBPNVf7hFOyQEgZBm\n"
        "-----END ENCRYPTED PRIVATE KEY-----\n";
    EXPECT_EQ(refusal(some_certificate().certificate_pem, locked)
                  .find("key.pem: cannot read a private key without a passphrase: "),
              0u);
}

TEST(TlsContext, RefusesWhatIsTooLargeForAPemFile) {
    EXPECT_EQ(refusal(std::string(2'000'000, 'x'), "").find("chain.pem: larger than"), 0u);
}

TEST(TlsContext, RefusesProtocolsThatCannotBeSent) {
    const auto& [chain, key] = some_certificate();
    const auto with = [&](const std::string& protocol) {
        return thrown([&] {
            static_cast<void>(TlsContext::server({.certificate_chain = {"c", chain},
                                                  .private_key = {"k", key},
                                                  .protocols = {protocol}}));
        });
    };
    EXPECT_EQ(with(""), "application protocol '': must have 1 to 255 bytes");
    EXPECT_NE(with(std::string(256, 'p')), "");
    EXPECT_EQ(with(std::string(255, 'p')), "");
}

TEST(ReadPem, ReadsAFileOrNamesIt) {
    std::string made = (fs::temp_directory_path() / "tickweir-tls-XXXXXX").string();
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    const fs::path directory{made};
    const std::string path = (directory / "a.pem").string();
    std::ofstream{path} << "text\n";
    EXPECT_EQ(read_pem(path).text, "text\n");
    EXPECT_EQ(read_pem(path).origin, path);
    std::ofstream{path} << std::string(1'048'577, 'x');
    EXPECT_EQ(thrown([&] { static_cast<void>(read_pem(path)); }),
              path + ": larger than 1048576 bytes");
    fs::remove(path);
    EXPECT_EQ(thrown([&] { static_cast<void>(read_pem(path)); }),
              path + ": No such file or directory");
    EXPECT_NE(thrown([&] { static_cast<void>(read_pem(made)); }), "") << "a directory";
    fs::remove_all(directory);
}

}  // namespace
}  // namespace tickweir::gateway
