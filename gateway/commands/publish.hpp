// `tickweir publish`: plays a capture to others as a live feed.
#pragma once

#include <ostream>

#include "gateway/commands/publish_options.hpp"

namespace tickweir::gateway {

/// Says in one line where it publishes, publishes until the capture is over or SIGINT or SIGTERM
/// comes, and says in another what it did. Answers the exit status: 0, 1 packets could not be sent
/// or nothing was left to publish again, 2 the capture cannot be read or a socket not opened, 3 the
/// capture is damaged or truncated (what stands before the damage was published).
int run_publish(const PublishOptions& options, std::ostream& out, std::ostream& err);

}  // namespace tickweir::gateway
