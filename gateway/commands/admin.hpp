// `tickweir admin`: steers the FIX sessions and the venue of a running gateway through its admin
// port.
#pragma once

#include <ostream>

#include "gateway/commands/admin_options.hpp"

namespace tickweir::gateway {

/// Asks for each name in turn and prints the answers. Answers the exit status: 0, 1 the gateway
/// refused or its answer could not be read, 2 the options make no sense, there is no token, or
/// nothing to connect to. Goes on with the next name after a refusal.
int run_admin(const AdminOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
