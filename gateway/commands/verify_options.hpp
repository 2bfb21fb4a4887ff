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
};

}  // namespace tickweir::gateway
