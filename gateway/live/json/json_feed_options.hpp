// A feed of kind `json` as the configuration tells it, made ready for the feed. Reads the
// certificates' file; opens nothing else.
#pragma once

#include <string>

#include "gateway/config/config.hpp"
#include "gateway/live/json/json_feed.hpp"

namespace tickweir::gateway {

/// Throws std::runtime_error with a line that names feed, key and value.
JsonFeedOptions json_feed_options(const std::string& name, const FeedConfig& config);

/// How many connections the feed has; throws likewise.
std::size_t json_connections(const std::string& name, const FeedConfig& config);

}  // namespace tickweir::gateway
