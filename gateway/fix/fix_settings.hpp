// From the configuration to what the FIX port and its sessions are: secrets are looked up, times of
// day get their zones, and passwords are hashed. For the start.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/config/secret.hpp"
#include "gateway/fix/session_settings.hpp"

namespace tickweir::gateway::fix {

/// Either settings, or why there are none; a reason names the key, and never a secret.
struct MadeSettings {
    std::optional<FixSettings> settings;
    std::vector<std::string> errors;
};

/// Takes some 3 ms for each session with a password in clear.
MadeSettings make_fix_settings(const Config& config, const SecretSources& sources);

}  // namespace tickweir::gateway::fix
