#include "gateway/openssl_error.hpp"

#include <openssl/err.h>

#include <array>

namespace tickweir::gateway {

std::string openssl_reasons() {
    std::string reasons;
    const char* detail = nullptr;
    int flags = 0;
    while (const auto code = ERR_get_error_all(nullptr, nullptr, nullptr, &detail, &flags)) {
        if (!reasons.empty()) reasons += "; ";
        if (const char* const reason = ERR_reason_error_string(code)) {
            reasons += reason;
        } else {
            std::array<char, 256> text{};
            ERR_error_string_n(code, text.data(), text.size());
            reasons += text.data();
        }
        if ((flags & ERR_TXT_STRING) != 0 && detail != nullptr && *detail != '\0') {
            reasons.append(" (").append(detail).append(")");
        }
    }
    return reasons.empty() ? "unknown reason" : reasons;
}

}  // namespace tickweir::gateway
