// The effective configuration as a TOML file that documents itself.
#pragma once

#include <string>

#include "gateway/config/config.hpp"

namespace tickweir::gateway {

/// Every section and key with its meaning, unit, range and value; parses back to the same Config,
/// but for literal secrets, which are masked. Sections by name that have no member are shown as a
/// commented example.
std::string print_config(const Config& config);

}  // namespace tickweir::gateway
