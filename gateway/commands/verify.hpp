// `tickweir verify`: what lies in a venue's data directory, and whether it is as it was written.
#pragma once

#include <iosfwd>

#include "gateway/commands/verify_options.hpp"

namespace tickweir::gateway {

/// Runs the command and changes nothing. Gives the exit status: 0 sound (a torn tail, which a start
/// mends, is told), 1 damage, 2 nothing that could be checked: no data directory, one that a
/// process has, or of a newer version.
int run_verify(const VerifyOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
