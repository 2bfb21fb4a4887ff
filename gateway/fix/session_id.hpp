// The name of a FIX session inside the process.
#pragma once

#include <cstdint>

namespace tickweir::gateway::fix {

/// A place in the list of configured sessions; the same as long as the process.
enum class SessionId : std::uint32_t {};

}  // namespace tickweir::gateway::fix
