// The rules of feeds that no key can check alone; a part of check_together().
#pragma once

#include <vector>

#include "gateway/config/schema.hpp"

namespace tickweir::gateway {

/// Servers that a feed can ask for lost messages.
inline constexpr std::size_t rerequest_servers_max = 8;
/// Symbols that one feed of JSON subscribes to.
inline constexpr std::size_t json_symbols_max = 4'096;

void check_feeds(const Config& config, std::vector<CrossComplaint>& out);

}  // namespace tickweir::gateway
