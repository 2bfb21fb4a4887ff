// The result of a replay for programs (one JSON document) and for people (tables).
#pragma once

#include <iosfwd>

#include "gateway/commands/replay_options.hpp"
#include "gateway/commands/replay_result.hpp"

namespace tickweir::gateway {

/// One JSON document and a line feed; an instrument a line. Memory is bounded by one instrument.
void print_replay_json(const ReplayOptions& options, const ReplayResult& result, std::ostream& out);

/// A summary, then a table of the instruments asked for with their levels, or of the busiest. Fits
/// 100 columns.
void print_replay_table(const ReplayOptions& options, const ReplayResult& result,
                        std::ostream& out);

}  // namespace tickweir::gateway
