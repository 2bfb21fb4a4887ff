// `tickweir venue`: a local exchange that plays a JSON capture to clients who connect.
#pragma once

#include <ostream>

#include "gateway/commands/venue_options.hpp"

namespace tickweir::gateway {

/// Says on the first line where clients connect (`ws://127.0.0.1:8080`), plays and serves until
/// SIGINT or SIGTERM comes, and says in another line what it did. Answers the exit status: 0, 1 a
/// file could not be written or the capture could not be opened again, 2 the capture cannot be read
/// or the port not opened, 3 the capture is damaged or truncated (what stands before was played).
int run_venue(const VenueOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
