// `tickweir inspect`: what is in a capture, without building books.
#pragma once

#include <ostream>

#include "gateway/commands/inspect_options.hpp"

namespace tickweir::gateway {

/// Reads the capture to its end, or to where it is damaged, and prints what it found. Answers the
/// exit status: 0, 1 the file could not be read on, 2 it could not be opened as a capture (or the
/// time zone is unknown), 3 it is damaged or truncated.
int run_inspect(const InspectOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
