// `tickweir serve`: runs the gateway until a signal ends it.
#pragma once

#include <iosfwd>

#include "gateway/commands/serve_options.hpp"

namespace tickweir::gateway {

/// Runs the command: prints where to look, then serves until SIGTERM or SIGINT, which it ends
/// within two seconds of; SIGHUP reads the configuration again. Gives the exit status: 0 stopped as
/// asked (or printed the configuration), 1 a thread failed, 2 a configuration, capture or address
/// that cannot be used (each error a line on `err`).
int run_serve(const ServeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
