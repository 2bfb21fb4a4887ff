// A certificate of one's own for servers on this machine, made in the process.
#pragma once

#include "gateway/tls_context.hpp"

namespace tickweir::gateway {

struct SelfSigned {
    Pem certificate;
    Pem private_key;
};

/// A new P-256 key and a certificate for localhost, 127.0.0.1 and ::1, signed by itself and good
/// for a week: whoever is given it as an authority can verify the server. Throws std::runtime_error
/// when OpenSSL refuses.
[[nodiscard]] SelfSigned make_self_signed();

}  // namespace tickweir::gateway
