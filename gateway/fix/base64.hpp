// Base64 without padding (RFC 4648 §4), as salts and hashes are written.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tickweir::gateway::fix {

std::string base64_text(std::span<const unsigned char> bytes);

/// Nothing where the text is not what base64_text writes.
std::optional<std::vector<unsigned char>> base64_bytes(std::string_view text);

}  // namespace tickweir::gateway::fix
