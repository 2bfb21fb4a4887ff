// The gateway's status as the JSON of /v1/status, and whether it makes the gateway ready.
#pragma once

#include <cstddef>
#include <string>

#include "gateway/serve/api/status.hpp"

namespace tickweir::gateway {

/// The body of /v1/status. `instruments` are those that the store knows.
std::string status_json(const GatewayStatus& status, std::size_t instruments);

/// Why the gateway is not ready, empty if it is: feeds out of sync, or the log failed (mode L5), or
/// the venue does not run (yet).
std::string unready_reason(const GatewayStatus& status);

/// The venue's part of the body.
void write_venue(class JsonWriter& json, const VenueStatus& venue);

}  // namespace tickweir::gateway
