// From the configuration to what order entry and its shield are made of. Pure.
#pragma once

#include <cstddef>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/fix/orders/desk/desk_settings.hpp"
#include "gateway/fix/orders/order_directory.hpp"
#include "gateway/shield/class_queues.hpp"
#include "gateway/shield/load_limits.hpp"
#include "gateway/shield/session_shield.hpp"

namespace tickweir::gateway {

/// Sessions in the order of the configuration, which is that of their fix::SessionIds. Throws
/// std::runtime_error where the system does not know the venue's time zone.
fix::orders::DirectorySettings directory_settings(const Config& config);

/// By fix::SessionId.
std::vector<fix::orders::DeskSessionSettings> desk_sessions(const Config& config);
fix::orders::OrderDeskLimits desk_limits(const Config& config);

/// What stands before one session.
shield::SessionShieldLimits session_shield_limits(const Config& config,
                                                  const VenueSessionConfig& session);
/// Of the venue's queues, and between its load modes.
shield::QueueLimits queue_limits(const Config& config);
shield::LoadLimits load_limits(const ShieldConfig& config);

}  // namespace tickweir::gateway
