// `tickweir replay`: decodes captures as fast as it can, builds all books and says what is in them.
#pragma once

#include <iosfwd>

#include "gateway/commands/replay_options.hpp"

namespace tickweir::gateway {

/// Runs the command; gives the exit status: 0 fine, 1 an output file could not be written, 2
/// contradicting options or an unreadable capture (one line on `err`), 3 a truncated or damaged
/// capture, or with `strict` a refused message (what came before is reported).
int run_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
