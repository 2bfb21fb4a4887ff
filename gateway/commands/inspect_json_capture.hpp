// `tickweir inspect` of JSON captures: what kinds of lines, of which instruments, when, what was
// refused and what got lost, with the offsets of both.
#pragma once

#include <iosfwd>

#include "gateway/commands/inspect_options.hpp"

namespace tickweir::gateway {

/// The command, for a capture that is JSON. Status as run_inspect.
int run_inspect_json_capture(const InspectOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
