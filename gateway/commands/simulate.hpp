// `tickweir simulate`: writes a seeded market to a file.
#pragma once

#include <ostream>

#include "gateway/commands/simulate_options.hpp"

namespace tickweir::gateway {

/// Writes the file, which gets its name when it is whole, and says what it wrote (unless it wrote
/// to a device or pipe, which may be `out` itself). Answers the exit status: 0, 1 the file could
/// not be written, 2 the options do not go together.
int run_simulate(const SimulateOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
