// OpenSSL's error queue as text.
#pragma once

#include <string>

namespace tickweir::gateway {

/// What OpenSSL has to say about this thread's last failure, deepest reason first; empties its
/// queue. "unknown reason" when it says nothing.
[[nodiscard]] std::string openssl_reasons();

}  // namespace tickweir::gateway
