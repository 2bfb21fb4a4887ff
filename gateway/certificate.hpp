// Certificates made in the process: for servers on this machine that nobody gave one, and for tests
// of authorities, leaves, good and bad ones.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace tickweir::gateway {

/// A certificate and its private key as PEM text.
struct Certificate {
    std::string certificate_pem;
    std::string key_pem;
};

/// What a certificate is to say.
struct CertificateRequest {
    std::string common_name = "localhost";
    std::vector<std::string> names = {"localhost"};            ///< DNS alternative names
    std::vector<std::string> addresses = {"127.0.0.1"};        ///< IP alternative names
    std::chrono::seconds valid_from = std::chrono::hours{-1};  ///< relative to now
    std::chrono::seconds valid_until = std::chrono::hours{24};
    bool is_authority = false;  ///< may sign others
};

/// A new P-256 key and a certificate for it, signed by `issuer`, by itself without one. Throws
/// std::runtime_error when OpenSSL refuses.
Certificate make_certificate(const CertificateRequest& request,
                             const Certificate* issuer = nullptr);

}  // namespace tickweir::gateway
