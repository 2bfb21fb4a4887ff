// `tickweir query`: one-shot questions to a running gateway over HTTP.
#pragma once

#include <ostream>

#include "gateway/commands/query_options.hpp"

namespace tickweir::gateway {

/// Asks for each instrument in turn and prints the answers. Answers the exit status: 0, 1 the
/// gateway refused or its answer could not be read, 2 the options make no sense or there is nothing
/// to connect to. Goes on with the next instrument after a refusal.
int run_query(const QueryOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
