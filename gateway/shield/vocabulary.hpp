// Words that the shield and those it shields share: load modes, and why a request was not executed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tickweir::gateway::shield {

/// How much of what is asked for is done, from everything to nothing.
enum class LoadMode : std::uint8_t {
    normal,       ///< L0
    trim,         ///< L1: market data to slow clients is conflated, P5 pauses
    shed,         ///< L2: P4 refused, over-quota P3 refused, slow consumers cut
    protect,      ///< L3: all P3 refused, no new logons
    cancel_only,  ///< L4: P0 and P1 only
    stopped,      ///< L5: the log failed; nothing executes, cancels included
};
inline constexpr std::array<std::string_view, 6> load_mode_names{"L0", "L1", "L2",
                                                                 "L3", "L4", "L5"};
constexpr std::string_view to_string(LoadMode mode) {
    return load_mode_names[static_cast<std::size_t>(mode)];
}

/// Why a request was not executed although nothing is wrong with it.
enum class ShedCause : std::uint8_t {
    none,
    queue_full,   ///< of its class
    queue_delay,  ///< it waited longer than its class may
    mode,         ///< the load mode does not admit its class
    log_behind,   ///< the log or its readers do not keep up
    disk_full,    ///< only cancels are executed
    stopped,      ///< nothing is executed any more
};
inline constexpr std::array<std::string_view, 7> shed_cause_names{
    "none", "queue_full", "queue_delay", "mode", "log_behind", "disk_full", "stopped"};
constexpr std::string_view to_string(ShedCause cause) {
    return shed_cause_names[static_cast<std::size_t>(cause)];
}

}  // namespace tickweir::gateway::shield
