// A simulated market as a JSON capture: frames of a venue, damaged on request, in a file.
#pragma once

#include <cstdint>

#include "gateway/commands/simulate_options.hpp"
#include "gateway/interrupt.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

/// Writes the capture that `options` ask for; gives the number of lines. The error is one line: a
/// venue that is not simulated, a market that cannot be, a file that cannot be written.
replay::Result<std::uint64_t> write_json(const SimulateOptions& options,
                                         const InterruptGuard& guard);

}  // namespace tickweir::gateway
