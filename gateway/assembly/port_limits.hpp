// From a configuration to what the serving role is limited to, at start and at a reload.
#pragma once

#include "gateway/config/config.hpp"
#include "gateway/serve/api/access_keys.hpp"
#include "gateway/serve/api/account_keys.hpp"
#include "gateway/serve/hub.hpp"
#include "gateway/serve/net/server_limits.hpp"

namespace tickweir::gateway {

HubLimits hub_limits(const WebsocketConfig& config);
ServerLimits server_limits(const Config& config);
/// Throws std::runtime_error where a key cannot be read.
AccessKeys access_keys(const HttpConfig& config);
/// Likewise, and where two accounts have the same.
AccountKeys account_keys(const Config& config);

}  // namespace tickweir::gateway
