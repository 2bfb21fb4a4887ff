// The configuration from a file: reads it whole and leaves all judgement to parse_config.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "gateway/config/parse_config.hpp"

namespace tickweir::gateway {

/// Without a path: the defaults and the overrides. A file that cannot be read, is no regular file
/// or is too long is an error like any other, named with the system's reason.
ParsedConfig load_config(const std::optional<std::filesystem::path>& path,
                         std::span<const std::string> overrides = {});

}  // namespace tickweir::gateway
