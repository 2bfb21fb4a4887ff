// How important a log line is: the vocabulary that configuration and logging share.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tickweir::gateway {

/// In rising order; a module writes the lines at or above its level, `off` writes none.
enum class LogLevel : std::uint8_t { trace, debug, info, warning, error, off };

inline constexpr std::array<std::string_view, 6> log_level_names{"trace",   "debug", "info",
                                                                 "warning", "error", "off"};

constexpr const auto& names_of(LogLevel) {
    return log_level_names;
}

constexpr std::string_view to_string(LogLevel level) {
    return log_level_names[static_cast<std::size_t>(level)];
}

}  // namespace tickweir::gateway
