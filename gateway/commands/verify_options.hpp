// What `tickweir verify` was asked for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace tickweir::gateway {

struct VerifyOptions {
    std::string data;  ///< the directory
    bool json = false;
    std::optional<std::uint64_t> dump;  ///< LSN of the state to print, in place of a check
    /// Whose settings are used, and not those stored; none: those.
    std::optional<std::filesystem::path> config;
};

}  // namespace tickweir::gateway
