// A reload of the configuration that an administrator asks for, and what it came to: between the
// thread that is asked and the one that reads the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "gateway/runtime/inquiries.hpp"

namespace tickweir::gateway {

struct ReloadOutcome {
    bool done = false;
    std::size_t changed = 0;  ///< keys, where it was done
    std::string text;         ///< why nothing was changed
};

struct ReloadCommand {};
enum class ReloadTicket : std::uint64_t {};

/// Answered by the thread that waits for signals, within a second.
using ReloadControl = Inquiries<ReloadCommand, ReloadOutcome, ReloadTicket, 4, 32>;

}  // namespace tickweir::gateway
