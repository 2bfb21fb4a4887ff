// `tickweir inspect` of FIX logs and of FIX over TCP.
#pragma once

#include <iosfwd>

#include "gateway/commands/inspect_options.hpp"

namespace tickweir::gateway {

/// The command, for a capture that is FIX. Status as run_inspect; broken messages are told and
/// change nothing of it.
int run_inspect_fix(const InspectOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
