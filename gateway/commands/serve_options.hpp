// What `tickweir serve` is told on the command line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tickweir::gateway {

struct ServeOptions {
    std::optional<std::filesystem::path> config;  ///< none: all defaults
    std::vector<std::string> set;                 ///< `section.key=value`, behind the file
    bool print_config = false;                    ///< print the effective configuration and end

    std::optional<std::filesystem::path> replay;  ///< a feed of its own, called `replay`
    std::string speed = "1";                      ///< of it: a decimal number, or `max`
    bool loop = false;                            ///< likewise
};

}  // namespace tickweir::gateway
